using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;
using StoryStudio.Tests.Faults;

namespace StoryStudio.Tests.Processes;

/// <summary>
/// Kills the real program at random moments while it draws through a real HTTP server that counts what it is asked for, until the
/// run is done, and says what came of it. One implementation for the tests (a few kills) and the benchmark (many).
/// </summary>
internal sealed class KillRun(int seed, int images, int kills)
{
    private const int Concurrency = 5;
    private const int MaxRetries = 3;

    // Touches Core first: its SQLite has to be the one in use, and a benchmark may come here without anything else of it.
    private static readonly string SqliteVersion;

    static KillRun() => SqliteVersion = SqliteRuntime.Version;

    public sealed record Result
    {
        public required int Seed { get; init; }

        /// <summary>Kills that were made before the run was over.</summary>
        public required int Kills { get; init; }

        /// <summary>Kills that were to be made.</summary>
        public required int KillsAsked { get; init; }

        public required int Images { get; init; }

        /// <summary>Images that are not completed although the run is over.</summary>
        public required int Lost { get; init; }

        /// <summary>Completed images whose file is missing or has another hash.</summary>
        public required int Torn { get; init; }

        /// <summary>Files that no row speaks of.</summary>
        public required int Strays { get; init; }

        /// <summary>Calls that the server took, repeated ones included.</summary>
        public required int Calls { get; init; }

        /// <summary>What a server that knows idempotency keys charges: one for each key.</summary>
        public required int Charges { get; init; }

        /// <summary>Calls whose answer a kill cut off: at most so many may be beyond one an image.</summary>
        public required int InFlightAtKills { get; init; }

        public required string Integrity { get; init; }

        /// <summary>What is amiss in the data directory once all is over.</summary>
        public required IReadOnlyList<string> Violations { get; init; }

        /// <summary>From when the program says that it is up to its first call, in every life but the first, whose work is only made then.</summary>
        public TimeSpan SlowestFirstCall { get; init; }

        /// <summary>The same from the start of its process.</summary>
        public TimeSpan SlowestFirstCallFromLaunch { get; init; }

        public int ExtraCalls => Calls - Images;

        /// <summary>Whether all the kills were made, nothing is lost, torn, stray or amiss, each image was charged once, and no call is beyond those that a kill cut off.</summary>
        public bool IsKept => this is { Lost: 0, Torn: 0, Strays: 0, Integrity: "ok", Violations.Count: 0 } && Kills == KillsAsked && Charges == Images && ExtraCalls >= 0 && ExtraCalls <= InFlightAtKills;

        public override string ToString() =>
            $"seed {Seed}: {Images} images, {Kills} of {KillsAsked} kills, {Lost} lost, {Torn} torn, {Strays} strays, {Charges} charged, {ExtraCalls} calls beyond one an image ({InFlightAtKills} in flight at kills), integrity {Integrity} (SQLite {SqliteVersion}), first call within {SlowestFirstCall.TotalSeconds:F1} s of being up, {SlowestFirstCallFromLaunch.TotalSeconds:F1} s of the start of the process, {Violations.Count} violations{string.Concat(Violations.Select(v => $"\n  {v}"))}";
    }

    public async Task<Result> RunAsync()
    {
        var random = new Random(seed);
        var folder = Directory.CreateTempSubdirectory("storystudio-kill-").FullName;
        await using var server = await ScriptedImageServer.StartAsync(Answers.Picture());
        server.KeepCalls = false;
        var firstCall = 0L;
        server.Choose = _ =>
        {
            Interlocked.CompareExchange(ref firstCall, Stopwatch.GetTimestamp(), 0);
            return null;
        };
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["StoryStudio__Provider"] = "openai",
            ["StoryStudio__Providers__OpenAI__Endpoint"] = server.Endpoint,
            ["StoryStudio__Generation__MaxConcurrency"] = $"{Concurrency}",
            ["StoryStudio__Generation__MaxRetries"] = $"{MaxRetries}",
            ["StoryStudio__Generation__RetryBaseDelay"] = "00:00:00.100",
            ["Logging__LogLevel__Default"] = "Warning",
            ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
        };
        try
        {
            var killed = 0;
            var inFlight = 0;
            var (slowest, slowestFromLaunch) = (TimeSpan.Zero, TimeSpan.Zero);
            string? runId = null;
            while (true)
            {
                // From before the start: what is waiting goes on before one hears that the program is up.
                var before = server.Total;
                Volatile.Write(ref firstCall, 0);
                await using var studio = await StudioProcess.StartAsync(folder, settings);
                var up = Stopwatch.GetTimestamp();

                // The first life is handed its work once it is up.
                var hadWork = runId is not null;
                runId ??= await BeginAsync(studio);
                if (killed == kills || IsOver(folder))
                {
                    await studio.RunToEndAsync(runId);
                    await studio.TerminateAsync();
                    return Judge(folder, server, killed, inFlight) with { SlowestFirstCall = slowest, SlowestFirstCallFromLaunch = slowestFromLaunch };
                }

                await UntilCalledAsync(server, before + 1, folder);
                if (hadWork && Volatile.Read(ref firstCall) is not 0 and var first)
                {
                    slowest = Longest(slowest, Stopwatch.GetElapsedTime(up, Math.Max(up, first)));
                    slowestFromLaunch = Longest(slowestFromLaunch, Stopwatch.GetElapsedTime(studio.LaunchedAt, first));
                }

                // A life is counted in calls, so that however fast the machine is, the images last for all the kills.
                await UntilCalledAsync(server, before + 1 + random.Next(Math.Max(1, images / kills)), folder);
                await Task.Delay(random.Next(30));
                await studio.KillAsync();
                inFlight += InProgress(folder);
                killed++;
            }
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TimeSpan Longest(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static async Task UntilCalledAsync(ScriptedImageServer server, int calls, string folder)
    {
        var patience = new Patience();
        while (server.Total < calls && !IsOver(folder))
        {
            await patience.LookAgainAsync($"{server.Total} calls have come, and {calls} are waited for.");
        }
    }

    private async Task<string> BeginAsync(StudioProcess studio)
    {
        var segments = Enumerable.Range(0, images).Select(i => new { number = $"{1 + (i / 1000)}.{1 + (i % 1000)}", text = $"Picture {i}." });
        var story = await studio.PostAsync("/api/stories", new { title = "Killed", segments, styles = new[] { "illustration" } }, HttpStatusCode.Created);
        var run = await studio.PostAsync($"/api/stories/{story.GetProperty("id").GetString()}/runs", new { useCharacterConsistency = false }, HttpStatusCode.Accepted);
        return run.GetProperty("runId").GetString()!;
    }

    private Result Judge(string folder, ScriptedImageServer server, int killed, int inFlight)
    {
        using var db = Open(folder);
        var lost = images - (int)Scalar(db, "SELECT COUNT(*) FROM images WHERE Status = 'completed'");
        var rows = Rows(db);
        var torn = rows.Count(row => !File.Exists(Path.Combine(folder, row.Path)) || Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, row.Path)))) != row.Sha256);
        var files = Directory.GetFiles(Path.Combine(folder, "stories"), "*", SearchOption.AllDirectories).Length;
        return new()
        {
            Seed = seed,
            Kills = killed,
            KillsAsked = kills,
            Images = images,
            Lost = lost,
            Torn = torn,
            Strays = files - rows.Count,
            Calls = server.CallsByIdempotencyKey.Values.Sum(),
            Charges = server.CallsByIdempotencyKey.Count,
            InFlightAtKills = inFlight,
            Integrity = Scalar<string>(db, "PRAGMA integrity_check"),
            Violations = StoreCheck.Violations(folder, MaxRetries, longestAttempt: null, server.CallsByIdempotencyKey.Keys),
        };
    }

    private static bool IsOver(string folder)
    {
        using var db = Open(folder);
        return Scalar(db, "SELECT COUNT(*) FROM runs WHERE FinishedAt IS NULL") == 0;
    }

    private static int InProgress(string folder)
    {
        using var db = Open(folder);
        return (int)Scalar(db, "SELECT COUNT(*) FROM images WHERE Token IS NOT NULL");
    }

    private static SqliteConnection Open(string folder)
    {
        var db = new SqliteConnection($"Data Source={Path.Combine(folder, "storystudio.db")};Pooling=False");
        db.Open();
        return db;
    }

    private static long Scalar(SqliteConnection db, string sql) => Scalar<long>(db, sql);

    private static T Scalar<T>(SqliteConnection db, string sql)
    {
        using var command = db.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }

    private static List<(string Path, string Sha256)> Rows(SqliteConnection db)
    {
        using var command = db.CreateCommand();
        command.CommandText = "SELECT Path, Sha256 FROM image_versions";
        using var reader = command.ExecuteReader();
        var rows = new List<(string, string)>();
        while (reader.Read())
        {
            rows.Add((reader.GetString(0), reader.GetString(1)));
        }

        return rows;
    }
}
