using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;

namespace StoryStudio.Web.Api;

/// <summary>One client's Server-Sent Events, written straight into the response.</summary>
internal sealed class EventStream : IDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly PipeWriter _pipe;
    private readonly Utf8JsonWriter _json;

    private EventStream(PipeWriter pipe)
    {
        _pipe = pipe;
        _json = new(pipe, new() { Encoder = StoryStudioJson.Options.Encoder, SkipValidation = true });
    }

    /// <summary>Sends the headers, so that the client knows at once that it is connected.</summary>
    public static async Task<EventStream> OpenAsync(HttpContext context, CancellationToken cancelled)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var headers = context.Response.Headers;
        headers.ContentType = "text/event-stream";
        headers.CacheControl = "no-cache";
        headers["X-Accel-Buffering"] = "no";
        await context.Response.StartAsync(cancelled);
        return new(context.Response.BodyWriter);
    }

    /// <summary>Puts one event into the buffer; <see cref="SendAsync"/> sends it.</summary>
    public void Write<T>(string name, long id, T state, JsonTypeInfo<T> shape)
    {
        _pipe.Write("event: "u8);
        Encoding.UTF8.GetBytes(name, _pipe);
        _pipe.Write("\nid: "u8);
        Encoding.UTF8.GetBytes(id.ToString(CultureInfo.InvariantCulture), _pipe);
        _pipe.Write("\ndata: "u8);
        _json.Reset();
        JsonSerializer.Serialize(_json, state, shape);
        _json.Flush();
        _pipe.Write("\n\n"u8);
    }

    /// <summary>A line that says nothing, for the proxies in between.</summary>
    public void WriteKeepAlive() => _pipe.Write(": keep-alive\n\n"u8);

    /// <summary>Sends what was written; waits while the client is slow, during which changes of one thing fold into the newest.</summary>
    /// <returns>Whether the client is still there.</returns>
    public async Task<bool> SendAsync(CancellationToken cancelled)
    {
        var result = await _pipe.FlushAsync(cancelled);
        return !result.IsCompleted && !result.IsCanceled;
    }

    /// <summary>Says that there will be no more because the viewer is let in no longer; a viewer that does not take it is cut off.</summary>
    public async Task CloseAsync(HttpContext context, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(Farewell, time);
        _pipe.Write("event: closed\ndata: {}\n\n"u8);
        try
        {
            await SendAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    public void Dispose() => _json.Dispose();
}
