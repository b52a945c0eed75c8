using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace StoryStudio.Tests.Fakes;

/// <summary>One answer of the <see cref="ScriptedImageServer"/>; <see cref="Answers"/> has them ready-made. The token ends with the server.</summary>
internal delegate Task ScriptedAnswer(HttpContext context, ReceivedCall call, CancellationToken stopping);

/// <summary>
/// An image service on a real port that does what it is told: answers in the order they were queued, then <see cref="Always"/>; what
/// <see cref="Choose"/> picks comes first. Counts calls by their idempotency key, which is how a charge is told from a repeated charge.
/// </summary>
internal sealed class ScriptedImageServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<ScriptedAnswer> _script = new();
    private readonly ConcurrentQueue<ReceivedCall> _calls = new();
    private readonly ConcurrentDictionary<string, int> _callsByKey = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ScriptedAnswer> _files = new(StringComparer.Ordinal);
    private readonly Channel<ReceivedCall> _arrivals = Channel.CreateUnbounded<ReceivedCall>();
    private int _total;
    private int _inFlight;
    private int _mostInFlight;

    private ScriptedImageServer(WebApplication app)
    {
        _app = app;
        app.Run(HandleAsync);
    }

    /// <summary>Ends with a slash.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>For <c>StoryStudio:Providers:OpenAI:Endpoint</c>.</summary>
    public string Endpoint => new Uri(Address, "v1").ToString();

    /// <summary>For <c>StoryStudio:Providers:Gemini:Endpoint</c>.</summary>
    public string GeminiEndpoint => Address.ToString();

    /// <summary>When nothing is queued.</summary>
    public ScriptedAnswer Always { get; set; } = Answers.Picture();

    /// <summary>Asked before the queue; null leaves the call to the queue.</summary>
    public Func<ReceivedCall, ScriptedAnswer?>? Choose { get; set; }

    /// <summary>Off for long runs, so that they do not pile up in memory: then only counts are kept.</summary>
    public bool KeepCalls { get; set; } = true;

    /// <summary>In the order of their arrival.</summary>
    public IReadOnlyList<ReceivedCall> Calls => [.. _calls];

    public int Total => Volatile.Read(ref _total);

    public int InFlight => Volatile.Read(ref _inFlight);

    public int MostInFlight => Volatile.Read(ref _mostInFlight);

    /// <summary>How often each idempotency key came; calls without one count under the empty string.</summary>
    public IReadOnlyDictionary<string, int> CallsByIdempotencyKey => _callsByKey.ToDictionary(StringComparer.Ordinal);

    public static async Task<ScriptedImageServer> StartAsync(ScriptedAnswer? always = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        var server = new ScriptedImageServer(builder.Build());
        if (always is not null)
        {
            server.Always = always;
        }

        await server._app.StartAsync();
        server.Address = new Uri(server._app.Urls.Single() + "/");
        return server;
    }

    public void Enqueue(params ReadOnlySpan<ScriptedAnswer> answers)
    {
        foreach (var answer in answers)
        {
            _script.Enqueue(answer);
        }
    }

    /// <summary>Puts something at an address beside the image service's own.</summary>
    public Uri Publish(string path, ScriptedAnswer answer)
    {
        _files[$"/{path}"] = answer;
        return new Uri(Address, path);
    }

    /// <summary>The next call that arrives, or arrived and was not taken yet.</summary>
    public async Task<ReceivedCall> NextCallAsync(CancellationToken cancellationToken = default) => await _arrivals.Reader.ReadAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        using var noPatience = new CancellationTokenSource();
        await noPatience.CancelAsync();
        await _app.StopAsync(noPatience.Token);
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (_files.TryGetValue(context.Request.Path.Value ?? "", out var file))
        {
            await AnswerAsync(file, context, await ReceivedCall.ReadAsync(context, KeepCalls));
            return;
        }

        var call = await ReceivedCall.ReadAsync(context, KeepCalls);
        Interlocked.Increment(ref _total);
        _callsByKey.AddOrUpdate(call.IdempotencyKey ?? "", 1, (_, count) => count + 1);
        var now = Interlocked.Increment(ref _inFlight);
        for (var most = MostInFlight; now > most; most = MostInFlight)
        {
            Interlocked.CompareExchange(ref _mostInFlight, now, most);
        }

        if (KeepCalls)
        {
            _calls.Enqueue(call);
            _arrivals.Writer.TryWrite(call);
        }

        try
        {
            var answer = Choose?.Invoke(call) ?? (_script.TryDequeue(out var next) ? next : Always);
            await AnswerAsync(answer, context, call);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private async Task AnswerAsync(ScriptedAnswer answer, HttpContext context, ReceivedCall call)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, context.RequestAborted);
        try
        {
            await answer(context, call, end.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The caller has gone, or the server goes.
            context.Abort();
        }
    }
}

/// <summary>A call as it came.</summary>
internal sealed record ReceivedCall
{
    public required string Method { get; init; }

    public required string Path { get; init; }

    /// <summary>What came after the path, with its question mark.</summary>
    public required string Query { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>Empty where the server does not keep calls.</summary>
    public required byte[] Body { get; init; }

    public string? IdempotencyKey => Headers.GetValueOrDefault("Idempotency-Key");

    /// <summary>What an idempotency key begins with, and what is written down with the attempt; the request's mark comes behind it.</summary>
    public static string Attempt(string idempotencyKey) => idempotencyKey.Split('-')[0];

    public string? ContentType => Headers.GetValueOrDefault("Content-Type");

    /// <summary>The API key that was sent, as a bearer token or in Google's own header.</summary>
    public string? ApiKey => Headers.GetValueOrDefault("x-goog-api-key") is { } key ? key : Headers.GetValueOrDefault("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..] : null;

    public bool IsEdit => Path.EndsWith("/images/edits", StringComparison.Ordinal);

    /// <summary>The body as it reads byte for byte.</summary>
    public string Text => System.Text.Encoding.Latin1.GetString(Body);

    public static async Task<ReceivedCall> ReadAsync(HttpContext context, bool keepBody)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(keepBody ? body : Stream.Null);
        return new ReceivedCall
        {
            Method = context.Request.Method,
            Path = context.Request.Path.Value ?? "",
            Query = context.Request.QueryString.Value ?? "",
            Headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Body = body.ToArray(),
        };
    }
}
