using System.Diagnostics;
using Microsoft.Data.Sqlite;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Bench;

/// <summary>Images a second through the whole durable path with a provider that takes no time, beside SQLite's own commits a second.</summary>
internal static class EngineBench
{
    private const int LeastImages = 2_000;

    private static readonly int[] Sizes = [100, 1_000, 10_000];

    public static async Task RunAsync(string[] args)
    {
        var version = SqliteRuntime.Version;
        var commits = CommitsASecond();
        Console.WriteLine($"SQLite {version} alone: {commits:F0} commits a second (WAL, synchronous FULL, one row each)");
        await MeasureAsync(1_500);
        Console.WriteLine($"{await StatementsAsync(500):F1} statements of EF Core an image");
        foreach (var size in args.Length > 0 ? [.. args.Select(int.Parse)] : Sizes)
        {
            // A short run says little: it is repeated until as many images were made as in a longer one.
            var rounds = Math.Max(1, LeastImages / size);
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            var seconds = 0.0;
            for (var round = 0; round < rounds; round++)
            {
                seconds += size / await MeasureAsync(size);
            }

            var rate = rounds * size / seconds;
            var each = (Process.GetCurrentProcess().TotalProcessorTime - before) / (rounds * size);
            Console.WriteLine($"{size,6} images: {rate,6:F0} images a second, {rate / commits:P0} of SQLite's commits, {each.TotalMilliseconds:F2} ms of CPU each");
        }
    }

    /// <summary>For an image, once its run goes on.</summary>
    private static async Task<double> StatementsAsync(int images)
    {
        var statements = new StatementCount();
        await using var studio = await Studio.StartAsync(time: TimeProvider.System, services: statements.Register);
        var story = await studio.CreateStoryAsync(images);
        await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.1"] });
        await studio.UntilFinishedAsync(story.Id);
        using var changes = studio.Changes.Subscribe(story.Id);
        var before = statements.Count;
        await studio.Illustrator.StartAsync(story.Id, new());
        await foreach (var batch in changes.ReadAllAsync())
        {
            if (batch.OfType<Core.Live.RunChanged>().Any(c => c.Run is { FinishedAt: not null, Total: > 1 }))
            {
                break;
            }
        }

        return (double)(statements.Count - before) / images;
    }

    private static async Task<double> MeasureAsync(int images)
    {
        await using var studio = await Studio.StartAsync(time: TimeProvider.System);
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Bench",
            Segments = [.. Enumerable.Range(0, images).Select(i => new NewSegment { Number = $"{1 + (i / 1000)}.{1 + (i % 1000)}", Text = $"Picture {i}: an owl over the harbour." })],
            Styles = ["illustration"],
        });
        using var changes = studio.Changes.Subscribe(story.Id);
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        var clock = Stopwatch.StartNew();
        await foreach (var batch in changes.ReadAllAsync())
        {
            if (batch.OfType<Core.Live.RunChanged>().Any(c => c.Run.Id == run.Id && c.Run.FinishedAt is not null))
            {
                break;
            }
        }

        return images / clock.Elapsed.TotalSeconds;
    }

    private static double CommitsASecond()
    {
        var folder = Directory.CreateTempSubdirectory("storystudio-bench-");
        try
        {
            using var db = new SqliteConnection($"Data Source={Path.Combine(folder.FullName, "limit.db")};Pooling=False");
            db.Open();
            Execute(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
            const int commits = 2_000;
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < commits; i++)
            {
                Execute(db, "BEGIN IMMEDIATE; INSERT INTO t (v) VALUES ('x'); COMMIT");
            }

            return commits / clock.Elapsed.TotalSeconds;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Execute(SqliteConnection db, string sql)
    {
        using var command = db.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
