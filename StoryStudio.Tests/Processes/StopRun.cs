using System.Diagnostics;
using System.Net;
using Microsoft.Data.Sqlite;
using StoryStudio.Tests.Faults;

namespace StoryStudio.Tests.Processes;

/// <summary>
/// Tells the real program to stop while as many calls are in flight as it makes at one time, so many times, and starts it again. No
/// call is answered until the last start.
/// </summary>
/// <param name="stops">How often.</param>
/// <param name="inFlight">How many calls.</param>
/// <param name="grace">What the settings give it until it is gone.</param>
internal sealed class StopRun(int stops, int inFlight, TimeSpan grace)
{
    public sealed record Result
    {
        public required int Stops { get; init; }

        /// <summary>Calls in flight when it was told, over all stops.</summary>
        public required int InFlight { get; init; }

        /// <summary>Images that are not completed at the end.</summary>
        public required int Lost { get; init; }

        /// <summary>Attempts that a stop used up.</summary>
        public required int AttemptsUsedUp { get; init; }

        /// <summary>How the attempts ended that neither a stop cut off nor a picture came of, each once.</summary>
        public required IReadOnlyList<string> Failures { get; init; }

        public required TimeSpan Grace { get; init; }

        /// <summary>From the signal to the end of the process.</summary>
        public required TimeSpan Slowest { get; init; }

        public required IReadOnlyList<string> Violations { get; init; }

        /// <summary>Whether every stop was over within its grace, and cost neither a picture nor an attempt.</summary>
        public bool IsKept => this is { Lost: 0, AttemptsUsedUp: 0, Violations.Count: 0 } && Slowest <= Grace;

        public override string ToString() =>
            $"{Stops} stops with {InFlight} calls in flight: {Lost} lost, {AttemptsUsedUp} attempts used up, the slowest out within {Slowest.TotalSeconds:F2} s of a grace of {Grace.TotalSeconds:F1} s, {Violations.Count} violations{string.Concat(Violations.Concat(Failures).Select(v => $"\n  {v}"))}";
    }

    public async Task<Result> RunAsync()
    {
        var images = inFlight * 2;
        var folder = Directory.CreateTempSubdirectory("storystudio-stop-").FullName;
        await using var service = await FaultyService.StartAsync(TimeProvider.System, inFlight);
        try
        {
            service.Freeze();
            var violations = new List<string>();
            var (slowest, caught) = (TimeSpan.Zero, 0);
            string? runId = null;
            for (var stop = 0; stop < stops; stop++)
            {
                // From before the start: what is waiting goes on before one hears that the program is up.
                var before = service.Total;
                await using var studio = await StudioProcess.StartAsync(folder, Settings(service));
                runId ??= await BeginAsync(studio, images);
                var patience = new Patience();
                while (service.Total < before + inFlight)
                {
                    await patience.LookAgainAsync($"{service.Total - before} of {inFlight} calls have come before stop {stop + 1}.");
                }

                caught += inFlight;
                var clock = Stopwatch.StartNew();
                if (await studio.TerminateAsync() is not 0 and var code)
                {
                    violations.Add($"told to stop, it ended with {code}:\n{studio.Output}");
                }

                slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
            }

            service.Unfreeze();
            await using var last = await StudioProcess.StartAsync(folder, Settings(service));
            var run = await last.RunToEndAsync(runId!);
            var usedUp = (await last.GetAsync($"/api/runs/{runId}")).GetProperty("images").EnumerateArray().Sum(i => i.GetProperty("attempt").GetInt32() - 1);
            await last.TerminateAsync();
            violations.AddRange(StoreCheck.Violations(folder, maxRetries: 3, longestAttempt: null, service.Paid.Keys));
            return new() { Stops = stops, InFlight = caught, Lost = images - run.GetProperty("completed").GetInt32(), AttemptsUsedUp = usedUp, Failures = Failures(folder), Grace = grace, Slowest = slowest, Violations = violations };
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<string> Failures(string folder)
    {
        using var db = new SqliteConnection($"Data Source={Path.Combine(folder, "storystudio.db")};Pooling=False");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = "SELECT COUNT(*) || ' ' || Outcome || ' from ' || MIN(StartedAt) || ' to ' || MAX(FinishedAt) || ': ' || COALESCE(ErrorMessage, '') || ' ' || COALESCE(Detail, '') FROM attempts WHERE Outcome NOT IN ('interrupted', 'succeeded') GROUP BY Outcome, ErrorMessage, Detail";
        using var reader = command.ExecuteReader();
        var failures = new List<string>();
        while (reader.Read())
        {
            failures.Add(reader.GetString(0));
        }

        return failures;
    }

    private Dictionary<string, string> Settings(FaultyService service) => new(StringComparer.Ordinal)
    {
        ["StoryStudio__Provider"] = "openai",
        ["StoryStudio__Providers__OpenAI__Endpoint"] = service.Endpoint,
        ["StoryStudio__Generation__MaxConcurrency"] = $"{inFlight}",
        ["StoryStudio__Generation__StopGrace"] = $"{grace:c}",
        ["Logging__LogLevel__Default"] = "Error",
        ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
    };

    private static async Task<string> BeginAsync(StudioProcess studio, int images)
    {
        var segments = Enumerable.Range(1, images).Select(i => new { text = $"Segment {i}." });
        var story = await studio.PostAsync("/api/stories", new { title = "Stopped", segments, styles = new[] { "illustration" } }, HttpStatusCode.Created);
        var run = await studio.PostAsync($"/api/stories/{story.GetProperty("id").GetString()}/runs", new { useCharacterConsistency = false }, HttpStatusCode.Accepted);
        return run.GetProperty("runId").GetString()!;
    }
}
