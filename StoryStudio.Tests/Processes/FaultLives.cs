using System.Globalization;
using System.Net;
using Microsoft.Data.Sqlite;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Faults;

namespace StoryStudio.Tests.Processes;

/// <summary>How a life of the program ends.</summary>
internal enum LifeEnd
{
    /// <summary>kill -9.</summary>
    Kill,

    /// <summary>SIGTERM.</summary>
    Terminate,
}

/// <summary>
/// The real program against a service that fails in the given ways, one story with a segment for each, ended once or twice amid it all and
/// started again, the first time at a fault of one's choice. One implementation for the tests and the benchmark.
/// </summary>
/// <param name="seed">When a life ends.</param>
/// <param name="faults">What the first call for each segment meets.</param>
/// <param name="end">How lives end.</param>
/// <param name="dialect">What the service speaks; null for OpenAI's without streams.</param>
/// <param name="target">The segment, from 1, at whose first call the first life ends; null where that is left to chance.</param>
internal sealed class FaultLives(int seed, IReadOnlyList<ProviderFault> faults, LifeEnd end, Dialect? dialect = null, int? target = null)
{
    private const int MaxRetries = 3;
    private const int Concurrency = 6;
    private const int Keys = 20;

    // Touches Core first: its SQLite has to be the one in use.
    private static readonly string SqliteVersion = SqliteRuntime.Version;

    public LifeEnd End => end;

    public Dialect Dialect { get; } = dialect ?? Dialect.OpenAI;

    /// <summary>The fault that the first life ends at; null where that is left to chance.</summary>
    public ProviderFault? EndsAt => target is { } segment ? faults[segment - 1] : null;

    public sealed record Result
    {
        public required string Name { get; init; }

        public required int Ends { get; init; }

        /// <summary>Whether the service had the call that the first life was to end at, and the program had not ended it before.</summary>
        public required bool EndedAtFault { get; init; }

        public required int Calls { get; init; }

        public required IReadOnlyList<string> Violations { get; init; }

        public override string ToString() => $"{Name}: {Ends} lives ended{(EndedAtFault ? ", the first at its fault" : "")}, {Calls} calls, {Violations.Count} violations{string.Concat(Violations.Select(v => $"\n  {v}"))}";
    }

    /// <summary>Ends at one fault after another, by each end in its turn, with a few others beside it, in any dialect.</summary>
    public static FaultLives FromSeed(int seed)
    {
        var random = new Random(seed);
        var first = seed % ProviderFault.All.Count;
        return new(
            seed,
            [ProviderFault.All[first], .. Enumerable.Range(0, 5).Select(_ => ProviderFault.All[random.Next(ProviderFault.All.Count)])],
            (LifeEnd)(seed / ProviderFault.All.Count % 2),
            Dialect.All[random.Next(Dialect.All.Count)],
            target: 1);
    }

    public async Task<Result> RunAsync()
    {
        var random = new Random(seed);
        var folder = Directory.CreateTempSubdirectory("storystudio-faults-").FullName;
        await using var service = await FaultyService.StartAsync(TimeProvider.System, Concurrency, Dialect);
        for (var segment = 1; segment <= faults.Count; segment++)
        {
            service.Plan(segment, faults[segment - 1]);
        }

        var atFault = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        service.Called = segment =>
        {
            if (segment == target)
            {
                atFault.TrySetResult();
            }
        };
        var violations = new List<string>();
        var endedAtFault = false;
        var finals = new FinalEvents();
        var ends = random.Next(1, 3);
        try
        {
            string? runId = null;
            for (var life = 0; life < ends; life++)
            {
                await using var studio = await StudioProcess.StartAsync(folder, Settings(service));
                runId ??= await BeginAsync(studio);
                var following = FollowAsync(studio, runId, finals);
                var calls = service.Total + random.Next(1, 1 + faults.Count);
                await UntilAsync(() => target is not null && life == 0 ? atFault.Task.IsCompleted : service.Total >= calls, service, folder);

                // At once every other time: what is answered at once is over soon.
                await Task.Delay(random.Next(2) * random.Next(40));
                endedAtFault |= life == 0 && service.CallsFor(target ?? 0) == 1;
                await EndAsync(studio, violations);
                await following;
            }

            await using var last = await StudioProcess.StartAsync(folder, Settings(service));
            var run = await last.RunToEndAsync(runId!, finals.Note);
            var refused = faults.Count(f => f.Name == "refusal");
            var (completed, failed) = (run.GetProperty("completed").GetInt32(), run.GetProperty("failed").GetInt32());

            // A refusal that the end of the process cut off goes again, and is not planned for twice.
            if (completed + failed != faults.Count || failed > refused)
            {
                violations.Add($"{completed} completed and {failed} failed, where {refused} may be refused: {run}");
            }

            await last.TerminateAsync();
            violations.AddRange(finals.Violations(faults.Count));
            violations.AddRange(StoreCheck.Violations(folder, MaxRetries, longestAttempt: null, service.Paid.Keys));
            if (await service.MostBeyondLimitAsync() is > 0 and var beyond)
            {
                violations.Add($"{beyond} calls beyond the limit");
            }
        }
        catch (Exception failure) when (failure is InvalidOperationException or OperationCanceledException or HttpRequestException or IOException or SqliteException)
        {
            violations.Add(failure.Message);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }

        return new() { Name = $"seed {seed}, {end}{(EndsAt is { } at ? $" at {at}" : "")}, {Dialect}: {string.Join(", ", faults)} (SQLite {SqliteVersion})", Ends = ends, EndedAtFault = endedAtFault, Calls = service.Total, Violations = violations };
    }

    private Dictionary<string, string> Settings(FaultyService service)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["StoryStudio__Provider"] = Dialect.Provider,
            ["StoryStudio__Providers__OpenAI__Endpoint"] = service.Endpoint,
            ["StoryStudio__Providers__OpenAI__Format"] = "png",
            ["StoryStudio__Providers__OpenAI__Stream"] = $"{Dialect.Streams}",
            ["StoryStudio__Providers__Gemini__Endpoint"] = service.GeminiEndpoint,
            ["StoryStudio__Generation__MaxConcurrency"] = $"{Concurrency}",
            ["StoryStudio__Generation__MaxRetries"] = $"{MaxRetries}",
            ["StoryStudio__Generation__RetryBaseDelay"] = "00:00:00.100",
            ["StoryStudio__Generation__SecondChanceDelay"] = "00:00:00.100",
            ["StoryStudio__Generation__ImageTimeout"] = "00:00:06",
            ["StoryStudio__Generation__StopGrace"] = "00:00:00.200",
            ["StoryStudio__Styles__0__RequestsPerMinute"] = "100000",
            ["Logging__LogLevel__Default"] = "Error",
            ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
        };

        // A key that was sent away for ten minutes, or for good, leaves others.
        for (var key = 0; key < Keys; key++)
        {
            settings[$"StoryStudio__Styles__0__ApiKeys__{key}"] = string.Create(CultureInfo.InvariantCulture, $"sk-fault-{key:D4}");
        }

        return settings;
    }

    private async Task<string> BeginAsync(StudioProcess studio)
    {
        var segments = Enumerable.Range(1, faults.Count).Select(i => new { text = $"Segment {i}." });
        var story = await studio.PostAsync("/api/stories", new { title = "Ended", segments, styles = new[] { "illustration" } }, HttpStatusCode.Created);
        var run = await studio.PostAsync($"/api/stories/{story.GetProperty("id").GetString()}/runs", new { useCharacterConsistency = false }, HttpStatusCode.Accepted);
        return run.GetProperty("runId").GetString()!;
    }

    private async Task EndAsync(StudioProcess studio, List<string> violations)
    {
        if (end is LifeEnd.Kill)
        {
            await studio.KillAsync();
        }
        else if (await studio.TerminateAsync() is not 0 and var code)
        {
            violations.Add($"told to stop, it ended with {code}:\n{studio.Output}");
        }
    }

    /// <summary>For as long as the life lasts.</summary>
    private static async Task FollowAsync(StudioProcess studio, string runId, FinalEvents finals)
    {
        try
        {
            await studio.RunToEndAsync(runId, finals.Note);
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or InvalidOperationException)
        {
            // The process went while its stream was read.
        }
    }

    private static async Task UntilAsync(Func<bool> condition, FaultyService service, string folder)
    {
        var patience = new Patience();
        while (!condition() && !IsOver(folder))
        {
            await patience.LookAgainAsync($"{service.Total} calls have come, and the run is not over.");
        }
    }

    private static bool IsOver(string folder)
    {
        using var db = new SqliteConnection($"Data Source={Path.Combine(folder, "storystudio.db")};Pooling=False");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM runs WHERE FinishedAt IS NULL";
        return command.ExecuteScalar() is 0L;
    }
}
