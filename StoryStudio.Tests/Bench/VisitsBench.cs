using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Tests.Bench.Viewers;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;

namespace StoryStudio.Tests.Bench;

/// <summary>
/// Ten thousand pages opened and closed, half of them authors' with a circuit, half reviewers' on an event stream, some hundred at a time, by
/// browsers that go without a word. Afterwards nobody is there any more, nothing listens that did not before, and the heap is what it was after
/// the first thousand. Fails where it is not. <c>bench visits [pages]</c>
/// </summary>
internal static class VisitsBench
{
    private const int Segments = 30;
    private const int AtOnce = 200;
    private const double MostGrowth = 1.05;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task<bool> RunAsync(string[] args)
    {
        var pages = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        var clock = Stopwatch.StartNew();
        var open = new OpenCircuits();
        await using var studio = await WebStudio.StartAsync(services: open.CountIn);
        var story = await studio.CreateStoryAsync(Segments);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var own = studio.Changes.Subscribers;

        // What the first ones bring with them is the process's, not theirs.
        var first = Math.Max(AtOnce, pages / 10 / AtOnce * AtOnce);
        await VisitAsync(first);
        var before = await HeldHeap.SettledAsync();
        await VisitAsync(pages - first);
        var after = await HeldHeap.SettledAsync();

        var (left, listening) = (studio.Services.GetRequiredService<Audience>().Counts.Total + open.Count, studio.Changes.Subscribers - own);
        Console.WriteLine($"{pages} pages of {Segments} pictures opened and closed, {AtOnce} at once ({clock.Elapsed.TotalSeconds:F0} s for it): {left} viewers and circuits left, {listening} subscriptions beside the process's own {own}");
        Console.WriteLine($"  heap {before / 1024.0:F0} KB after the first {first}, {after / 1024.0:F0} KB at the end ({((double)after / before) - 1:+0.0%;-0.0%;0%}, at most +5%)");
        return left == 0 && listening == 0 && after <= before * MostGrowth;

        async Task VisitAsync(int count)
        {
            for (var seen = 0; seen < count; seen += AtOnce)
            {
                var half = Math.Min(AtOnce, count - seen) / 2;
                var crowds = await Task.WhenAll(
                    Crowd.GatherAsync("circuits", half, new Uri(studio.Address, $"/stories/{story.Id}")),
                    Crowd.GatherAsync("streams", half, new Uri(studio.Address, $"/api/stories/{story.Id}/events")));
                foreach (var crowd in crowds)
                {
                    await crowd.DisposeAsync();
                }

                await UntilGoneAsync();
            }
        }

        // A circuit whose browser went is kept for a second; one that never goes is what this looks for.
        async Task UntilGoneAsync()
        {
            var waited = Stopwatch.StartNew();
            while ((open.Count > 0 || studio.Services.GetRequiredService<Audience>().Counts.Total > 0) && waited.Elapsed < Patience)
            {
                await Task.Delay(50);
            }
        }
    }
}
