using StoryStudio.Core.Generation;

namespace StoryStudio.Tests.Fakes;

/// <summary>Ten minutes of the whole engine on a manual clock, with more images than its keys allow.</summary>
internal sealed record PaceRun
{
    private static readonly TimeSpan Time = TimeSpan.FromMinutes(10);

    public required int Keys { get; init; }

    public required int RequestsPerMinute { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>A call takes between this and <see cref="Longest"/>.</summary>
    public TimeSpan Shortest { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>By how much the wall clock is set halfway.</summary>
    public TimeSpan WallClock { get; init; }

    /// <summary>When calls were begun, by key; on a clock that nobody sets.</summary>
    public Dictionary<string, List<TimeSpan>> Starts { get; } = new(StringComparer.Ordinal);

    public int Failed { get; set; }

    public int Made => Starts.Values.Sum(s => s.Count);

    /// <summary>What the keys' limits allow in that time.</summary>
    public int Possible => Keys * RequestsPerMinute * (int)Time.TotalMinutes;

    public double OfThePossible => (double)Made / Possible;

    public static async Task<PaceRun> MeasureAsync(PaceRun run)
    {
        var lot = new Random(run.Seed);
        var gate = new Lock();
        var provider = new ScriptedProvider { Name = "openai" };
        await using var studio = await Studio.StartAsync(
            o =>
            {
                o.Provider = "openai";
                o.Generation.MaxConcurrency = Math.Min(100, run.Keys * run.RequestsPerMinute);
                o.Styles[0].ApiKeys = [.. Enumerable.Range(0, run.Keys).Select(k => $"key-number-{k:0000}")];
                o.Styles[0].RequestsPerMinute = run.RequestsPerMinute;
            },
            provider);
        var end = TimeSpan.MaxValue;
        provider.Script = async (request, destination, _, token) =>
        {
            TimeSpan duration;
            lock (gate)
            {
                if (studio.Clock.Elapsed < end)
                {
                    run.Starts.TryAdd(request.ApiKey!, []);
                    run.Starts[request.ApiKey!].Add(studio.Clock.Elapsed);
                }

                duration = run.Shortest + ((run.Longest - run.Shortest) * lot.NextDouble());
            }

            await studio.Clock.SleepAsync(duration, token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(run.Possible + 100);
        end = studio.Clock.Elapsed + Time;
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.RunAsync(Time / 2);
        studio.Clock.SetWallClock(run.WallClock);
        await studio.RunAsync(Time / 2);
        run.Failed = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Count(i => i.Status is ImageStatus.Failed);
        return run;
    }
}
