using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StoryStudio.Tests.Processes;

/// <summary>The real program in a process of its own, on a free port of the loopback interface.</summary>
internal sealed partial class StudioProcess : IAsyncDisposable
{
    private const int MostStarts = 3;
    private const string PortTaken = "Failed to bind to address";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StudioProcess(Process process) => _process = process;

    /// <summary>When it was started, as <see cref="Stopwatch.GetTimestamp"/> counts.</summary>
    public long LaunchedAt { get; private init; }

    public HttpClient Http { get; private set; } = null!;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>
    /// The system gives it a port that is free. Where another program on the machine takes that very one before it listens, that is no fault
    /// of the program under test: it is started again.
    /// </summary>
    /// <param name="dataDirectory">Kept over restarts.</param>
    /// <param name="settings">Environment variables, such as <c>StoryStudio__Provider</c>.</param>
    /// <param name="assembly">The program; null for the one that was built.</param>
    public static async Task<StudioProcess> StartAsync(string dataDirectory, IReadOnlyDictionary<string, string>? settings = null, string? assembly = null)
    {
        for (var start = 1; ; start++)
        {
            var studio = Launch(dataDirectory, settings, assembly);
            using var patience = new CancellationTokenSource(Patience);
            var exited = studio._process.WaitForExitAsync(patience.Token);
            if (await Task.WhenAny(studio._listening.Task, exited) != exited)
            {
                studio.Http = new() { BaseAddress = await studio._listening.Task };
                return studio;
            }

            await studio.DisposeAsync();
            if (start == MostStarts || !studio.Output.Contains(PortTaken, StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"The program did not start:\n{studio.Output}");
            }
        }
    }

    /// <summary>Starts it where it is expected to refuse; returns its exit code and what it said.</summary>
    public static async Task<(int ExitCode, string Output)> RunToExitAsync(string dataDirectory, IReadOnlyDictionary<string, string> settings)
    {
        await using var studio = Launch(dataDirectory, settings, assembly: null);
        using var patience = new CancellationTokenSource(Patience);
        await studio._process.WaitForExitAsync(patience.Token);
        return (studio._process.ExitCode, studio.Output);
    }

    /// <summary>kill -9: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and how the program answers it.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async Task<JsonElement> PostAsync(string path, object? body, HttpStatusCode expected)
    {
        using var answer = await Http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.StatusCode == expected
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new InvalidOperationException($"POST {path} gave {(int)answer.StatusCode}: {text}");
    }

    public async Task<JsonElement> GetAsync(string path) => await Http.GetFromJsonAsync<JsonElement>(path);

    /// <summary>Follows the run's own event stream to its end.</summary>
    /// <param name="runId">Which.</param>
    /// <param name="progress">Told of every image state that comes by.</param>
    public async Task<JsonElement> RunToEndAsync(string runId, Action<JsonElement>? progress = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var stream = await Http.GetStreamAsync($"/api/runs/{runId}/events", patience.Token);
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync(patience.Token))
        {
            if (item.EventType == "progress")
            {
                progress?.Invoke(JsonSerializer.Deserialize<JsonElement>(item.Data));
            }

            if (item.EventType == "complete")
            {
                return JsonSerializer.Deserialize<JsonElement>(item.Data);
            }
        }

        throw new InvalidOperationException("The stream ended before the run did.");
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static StudioProcess Launch(string dataDirectory, IReadOnlyDictionary<string, string>? settings, string? assembly)
    {
        var program = assembly ?? Repository.WebAssembly;
        var start = new ProcessStartInfo("dotnet", [program])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program)!,
        };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["StoryStudio__DataDirectory"] = dataDirectory;
        start.Environment.Remove("OPENAI_API_KEY");
        foreach (var (name, value) in settings ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        var studio = new StudioProcess(new() { StartInfo = start }) { LaunchedAt = Stopwatch.GetTimestamp() };
        studio._process.OutputDataReceived += (_, line) => studio.Read(line.Data);
        studio._process.ErrorDataReceived += (_, line) => studio.Read(line.Data);
        studio._process.Start();
        studio._process.BeginOutputReadLine();
        studio._process.BeginErrorReadLine();
        return studio;
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.Add(line);
        }

        if (Listening().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new(match.Groups["address"].Value));
        }
    }

    [GeneratedRegex(@"Now listening on: (?<address>http://\S+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Listening();
}
