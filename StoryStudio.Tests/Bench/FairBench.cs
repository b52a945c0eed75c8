using System.Diagnostics;
using System.Globalization;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Bench;

/// <summary>
/// Thousands of images that wait in several stories, and all the while a person who asks for one picture of another story after the other: the
/// whole engine on a manual clock, so that who goes before whom is the engine's doing and not the machine's. Calls take 3 to 7 seconds by lot,
/// from a seed, and a picture is asked for after 2 to 6. Fails where a promise was not kept. <c>bench fair [images] [stories]</c>
/// </summary>
internal static class FairBench
{
    private const int Seed = 1;
    private const int Slots = 5;
    private const int AskedFor = 100;

    public static async Task<bool> RunAsync(string[] args)
    {
        var images = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5_000;
        var stories = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10;
        var clock = Stopwatch.StartNew();
        var lot = new Random(Seed);
        var gate = new Lock();
        var begun = new List<string>();
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxConcurrency = Slots);
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            TimeSpan takes;
            lock (gate)
            {
                begun.Add(request.Scene);
                takes = TimeSpan.FromSeconds(3 + (4 * lot.NextDouble()));
            }

            await studio.Clock.SleepAsync(takes, token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };

        // What is asked for is there once: another version of it is wanted.
        var (other, _) = await IllustrateAsync(studio, "other", AskedFor);
        await UntilAsync(async () => (await studio.Illustrator.GetSnapshotAsync(other)).Pending == 0);
        var asked = (await studio.Illustrator.GetSnapshotAsync(other)).Images;
        begun.Clear();

        var runs = new List<string>();
        for (var i = 0; i < stories; i++)
        {
            runs.Add((await IllustrateAsync(studio, Name(i), images / stories)).RunId);
        }

        var waits = new List<int>();
        while (begun.Count(IsOfARun) < images / stories * stories)
        {
            await studio.RunAsync(TimeSpan.FromSeconds(2 + (4 * lot.NextDouble())));
            var (image, before) = (asked[waits.Count % AskedFor], begun.Count);
            await studio.Illustrator.RegenerateAsync(image.Id, null, null);
            await UntilAsync(() => Task.FromResult(begun.Count > before && begun.IndexOf(Scene("other", image.Number), before) >= 0));
            waits.Add(begun.IndexOf(Scene("other", image.Number), before) - before);
        }

        await studio.RunAsync(TimeSpan.FromMinutes(1));
        var completed = 0;
        foreach (var run in runs)
        {
            completed += (await studio.Illustrator.GetRunAsync(run)).Run is { Status: RunStatus.Completed } ? 1 : 0;
        }

        waits.Sort();
        var p95 = waits[(int)(waits.Count * 0.95)];

        // The first of the stories had every slot to itself before the others were there.
        var gap = Enumerable.Range(0, stories).Max(i => LongestGap([.. begun.Where(IsOfARun).Skip(Slots)], Name(i)));
        Console.WriteLine($"{images} images waiting in {stories} stories, {Slots} slots, seed {Seed}: {begun.Count} calls, {waits.Count} of them for what somebody waited for ({clock.Elapsed.TotalSeconds:F0} s for it)");
        Console.WriteLine($"  others begun before what was asked for: median {waits[waits.Count / 2]}, p95 {p95} (at most 1), worst {waits[^1]}");
        Console.WriteLine($"  {completed} of {stories} runs completed; others begun between two pictures of a story: {gap} at most (a turn of each is {stories - 1})");
        return p95 <= 1 && completed == stories && gap < stories;

        bool IsOfARun(string scene) => !scene.StartsWith("other ", StringComparison.Ordinal);

        async Task UntilAsync(Func<Task<bool>> condition)
        {
            await studio.AsleepAsync();
            while (!await condition())
            {
                await studio.RunAsync(studio.Clock.UntilNext ?? throw new InvalidOperationException("Nothing goes on."));
            }
        }
    }

    private static async Task<(string StoryId, string RunId)> IllustrateAsync(Studio studio, string name, int images)
    {
        var numbers = Enumerable.Range(0, images).Select(i => $"{1 + (i / 1000)}.{1 + (i % 1000)}");
        var story = await studio.Library.CreateAsync(new() { Title = name, Segments = [.. numbers.Select(n => new NewSegment { Number = n, Text = Scene(name, n) })], Styles = ["illustration"] });
        return (story.Id, (await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false })).Id);
    }

    private static string Name(int story) => $"story {story}";

    private static string Scene(string name, string number) => $"{name} picture {number}";

    /// <summary>Of other stories' calls, from the beginning to the story's first and between two of its own.</summary>
    private static int LongestGap(List<string> scenes, string name)
    {
        var (longest, last) = (0, -1);
        for (var i = 0; i < scenes.Count; i++)
        {
            if (scenes[i].StartsWith($"{name} ", StringComparison.Ordinal))
            {
                (longest, last) = (Math.Max(longest, i - last - 1), i);
            }
        }

        return longest;
    }
}
