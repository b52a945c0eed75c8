using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Tests.Bench.Viewers;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;

namespace StoryStudio.Tests.Bench;

/// <summary>
/// A crowd on one story, in a process of its own on the same cores: reviewers on event streams, some who stop reading, authors' pages with
/// circuits. From the moment before the commit to the moment when the viewer has the whole event; beside that, the same bytes over
/// bare sockets. Fails where a promise was not kept. <c>bench viewers [reviewers] [circuits] [seconds]</c>
/// </summary>
internal static class ViewersBench
{
    private const int Segments = 30;
    private const int LongStory = 1_000;
    private const int Stalled = 100;
    private const int ReviewersPace = 5;
    private const int CircuitsPace = 2;

    private const double MostMillisecondsToAReviewer = 100;
    private const double MostKilobytesAReviewer = 40;
    private const double MostMillisecondsToACircuit = 200;
    private const double MostKilobytesACircuit = 250;
    private const double MostPercentBesideTheStalled = 20;

    public static async Task<bool> RunAsync(string[] args)
    {
        var reviewers = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000;
        var circuits = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 300;
        var seconds = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 30;
        await PlainAsync(reviewers, seconds);

        var open = new OpenCircuits();
        await using var studio = await WebStudio.StartAsync(services: open.CountIn);
        var areKept = true;
        if (reviewers > 0)
        {
            areKept &= await ReviewersAsync(studio, await StoryAsync(studio, Segments), reviewers, seconds);
        }

        if (circuits > 0)
        {
            areKept &= await CircuitsAsync(studio, open, await StoryAsync(studio, Segments), circuits, seconds);
        }

        return areKept;
    }

    private static async Task PlainAsync(int viewers, int seconds)
    {
        using var line = new PlainLine();
        await using var crowd = await Crowd.GatherAsync("plain", viewers, line.Address);
        var changes = new Changes();
        await changes.MakeAsync(ReviewersPace * seconds, TimeSpan.FromSeconds(1) / ReviewersPace, i =>
        {
            line.Send(i);
            return Task.FromResult((long)i);
        });
        await Task.Delay(TimeSpan.FromSeconds(1));
        Console.WriteLine($"{viewers} bare sockets, {ReviewersPace} a second: {changes.Of(await crowd.ArrivalsAsync(), viewers)}");
    }

    private static async Task<bool> ReviewersAsync(WebStudio studio, string storyId, int viewers, int seconds)
    {
        var address = new Uri(studio.Address, $"/api/stories/{storyId}/events");

        // What the first ones bring with them is the process's, not theirs.
        await using (var _ = await Crowd.GatherAsync("streams", 50, address))
        {
            await MeasureAsync(studio, storyId, ReviewersPace, 2, null, 0);
        }

        await UntilEmptyAsync(studio);
        var before = await Memory.SettledAsync();
        bool areKept;
        await using (var crowd = await Crowd.GatherAsync("streams", viewers, address))
        {
            var alone = await MeasureAsync(studio, storyId, ReviewersPace, seconds, crowd, viewers);
            Console.WriteLine($"{viewers} reviewers, {ReviewersPace} changes a second: {alone}");
            var full = Memory.Now();
            var settled = await Memory.SettledAsync();
            Console.WriteLine($"  {settled.Since(before, viewers)}; at the last change {full.Since(before, viewers)}");
            areKept = Limit.Print(
                new Limit("p99 to a reviewer", alone.AtOfAll(0.99), MostMillisecondsToAReviewer, "ms"),
                new Limit("heap a reviewer", (settled.Heap - before.Heap) / 1024.0 / viewers, MostKilobytesAReviewer, "KB"));

            // A long story, so that one who does not read is stuck in what it begins with.
            await using var stalled = await Crowd.GatherAsync("stalled", Stalled, new Uri(studio.Address, $"/api/stories/{await LongStoryAsync(studio)}/events"));
            await using var stuck = await Crowd.GatherAsync("stalled", Stalled, address);
            var held = Memory.Now();
            var beside = await MeasureAsync(studio, storyId, ReviewersPace, seconds, crowd, viewers);
            Console.WriteLine($"  beside {2 * Stalled} who do not read: {beside}");
            Console.WriteLine($"  while they held the line: {Memory.Now().Since(held, 1)}");
            areKept &= Limit.Print(new Limit("p99 beside those beyond p99 alone", 100 * ((beside.AtOfAll(0.99) / alone.AtOfAll(0.99)) - 1), MostPercentBesideTheStalled, "%"));
        }

        await UntilEmptyAsync(studio);
        return areKept;
    }

    private static async Task<bool> CircuitsAsync(WebStudio studio, OpenCircuits open, string storyId, int viewers, int seconds)
    {
        var address = new Uri(studio.Address, $"/stories/{storyId}");

        // What the first ones bring with them is the process's, not theirs; they stay to the end.
        await using var first = await Crowd.GatherAsync("circuits", 20, address);
        await MeasureAsync(studio, storyId, CircuitsPace, 2, null, 0);
        var before = await HeldHeap.SettledAsync();
        bool areKept;
        await using (var crowd = await Crowd.GatherAsync("circuits", viewers, address))
        {
            var delays = await MeasureAsync(studio, storyId, CircuitsPace, seconds, crowd, viewers);
            Console.WriteLine($"{viewers} circuits of {Segments} pictures, {CircuitsPace} changes a second: {delays}");
            await open.AreAsync(20 + viewers);
            var full = HeldHeap.Now();
            var settled = await HeldHeap.SettledAsync();
            await open.AreAsync(20 + viewers);
            Console.WriteLine($"  {(settled - before) / 1024.0 / viewers:F0} KB of heap a circuit ({(full - before) / 1024.0 / viewers:F0} KB at the last change)");
            areKept = Limit.Print(
                new Limit("p99 to a circuit", delays.AtOfAll(0.99), MostMillisecondsToACircuit, "ms"),
                new Limit("heap a circuit", (settled - before) / 1024.0 / viewers, MostKilobytesACircuit, "KB"));
        }

        Console.WriteLine($"  {studio.Services.GetRequiredService<StoryFeed>().Polls} polls since the start");
        return areKept;
    }

    /// <summary>A story whose every picture has two versions to choose from.</summary>
    private static async Task<string> StoryAsync(WebStudio studio, int segments)
    {
        var story = await studio.CreateStoryAsync(segments);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        foreach (var image in (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Take(Segments))
        {
            await studio.Illustrator.RegenerateAsync(image.Id, null, null);
        }

        await studio.UntilFinishedAsync(story.Id);
        return story.Id;
    }

    /// <summary>A story with many images to tell of, none of which is there.</summary>
    private static async Task<string> LongStoryAsync(WebStudio studio)
    {
        var story = await studio.CreateStoryAsync(LongStory);
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        await studio.Illustrator.CancelRunAsync(run.Id);
        return story.Id;
    }

    /// <summary>One picture after another is exchanged for its other version: one commit and one change each.</summary>
    private static async Task<Delays> MeasureAsync(WebStudio studio, string storyId, int pace, int seconds, Crowd? crowd, int viewers)
    {
        var images = (await studio.Illustrator.GetSnapshotAsync(storyId)).Images;
        var changes = new Changes();
        if (crowd is not null)
        {
            await crowd.ArrivalsAsync();
        }

        await changes.MakeAsync(pace * seconds, TimeSpan.FromSeconds(1) / pace, async i =>
        {
            var image = images[i % Segments];
            var chosen = await studio.Illustrator.ChooseAsync(image.Id, (i / Segments) % 2 == 0 ? 3 - image.ChosenVersion!.Value : image.ChosenVersion!.Value);
            return crowd?.Kind == "circuits" ? Arrival.KeyOf(chosen.Url!) : chosen.Version;
        });
        await Task.Delay(TimeSpan.FromSeconds(2));
        return changes.Of(crowd is null ? [] : await crowd.ArrivalsAsync(), viewers);
    }

    private static async Task UntilEmptyAsync(WebStudio studio)
    {
        var clock = Stopwatch.StartNew();
        while (studio.Services.GetRequiredService<Audience>().Counts.EventStreams > 0 && clock.Elapsed < TimeSpan.FromMinutes(1))
        {
            await Task.Delay(100);
        }

        Console.WriteLine($"  {clock.Elapsed.TotalSeconds:F1} s after all left: {studio.Services.GetRequiredService<Audience>().Counts.EventStreams} streams; subscriptions {studio.Changes.Subscribers}, the process's own among them");
    }

    private sealed record Memory(long Heap, long WorkingSet)
    {
        public static Memory Now() => With(HeldHeap.Now());

        public static async Task<Memory> SettledAsync() => With(await HeldHeap.SettledAsync());

        private static Memory With(long heap)
        {
            using var process = Process.GetCurrentProcess();
            return new(heap, process.WorkingSet64);
        }

        public string Since(Memory before, int viewers) =>
            $"{(Heap - before.Heap) / 1024.0 / viewers:F1} KB of heap, {(WorkingSet - before.WorkingSet) / 1024.0 / viewers:F1} KB of working set{(viewers > 1 ? " each" : "")}";
    }
}
