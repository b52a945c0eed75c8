using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Tests.Browser;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Bench;

/// <summary>
/// From commit to painted: pages in Chromium on one story while its pictures are redrawn at a steady pace, beside as many viewers on
/// the hub as make up the number, everything on the same cores. A change is painted in the second animation frame after the new
/// address stands in the document. <c>bench live [pages] [viewers] [changes]</c>: with many pages it is Chromium's painting in
/// software that is measured, for each is a browser of its own that shares these cores.
/// </summary>
internal static class LiveBench
{
    private const int Segments = 30;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private const string Watch = """
        () => {
          window.painted = [];
          const seen = new Set([...document.images].map(i => i.src));
          new MutationObserver(() => {
            for (const image of document.images) {
              if (image.src.includes('/media/') && !seen.has(image.src)) {
                seen.add(image.src);
                const path = new URL(image.src).pathname;
                requestAnimationFrame(() => requestAnimationFrame(() => window.painted.push([path, String(performance.timeOrigin + performance.now())])));
              }
            }
          }).observe(document.body, { subtree: true, childList: true, attributes: true });
        }
        """;

    public static async Task RunAsync(string[] args)
    {
        var painting = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2;
        var viewers = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20;
        var changes = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 60;
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.CreateStoryAsync(Segments);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.Services.GetRequiredService<StoryChanges>().UntilFinishedAsync(studio.Illustrator, story.Id);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await ChromiumBrowser.LaunchAsync(playwright);
        var pages = new List<IPage>();
        for (var i = 0; i < painting; i++)
        {
            var page = await browser.NewPageAsync(new() { ReducedMotion = ReducedMotion.Reduce });
            await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}").ToString());
            await page.WaitForFunctionAsync("() => document.querySelectorAll('[data-testid=story-image][data-state=success]').length > 0");
            pages.Add(page);
        }

        using var leaving = new CancellationTokenSource();
        var hubViewers = Enumerable.Range(0, Math.Max(0, viewers - painting)).Select(_ => HubViewer.WatchAsync(studio.Address, story.Id, leaving.Token)).ToList();

        // The circuits are up once a page reacts; then the clock in the page and the one here are one and the same.
        await Task.Delay(TimeSpan.FromSeconds(3));
        foreach (var page in pages)
        {
            await page.EvaluateAsync(Watch);
        }

        var committed = await RedrawAsync(studio, story.Id, changes);
        await Task.Delay(TimeSpan.FromSeconds(2));
        var delays = new List<double>();
        foreach (var page in pages)
        {
            foreach (var painted in await page.EvaluateAsync<string[][]>("window.painted"))
            {
                if (committed.TryGetValue(painted[0], out var at))
                {
                    delays.Add(Convert.ToDouble(painted[1], CultureInfo.InvariantCulture) - at);
                }
            }
        }

        await leaving.CancelAsync();
        var messages = await Task.WhenAll(hubViewers);
        delays.Sort();
        Console.WriteLine($"{painting} pages and {hubViewers.Count} viewers on the hub, {changes} changes: {delays.Count} of {painting * changes} paints seen, {messages.Sum()} messages received");
        Console.WriteLine($"commit to painted: median {At(delays, 0.5):F0} ms, p95 {At(delays, 0.95):F0} ms, p99 {At(delays, 0.99):F0} ms, worst {delays[^1]:F0} ms");
    }

    /// <summary>Redraws one picture after another; returns when each new address was committed, in milliseconds since 1970.</summary>
    private static async Task<IReadOnlyDictionary<string, double>> RedrawAsync(WebStudio studio, string storyId, int changes)
    {
        var committed = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        using var subscription = studio.Services.GetRequiredService<StoryChanges>().Subscribe(storyId);
        using var done = new CancellationTokenSource();
        var listening = Task.Run(async () =>
        {
            await foreach (var batch in subscription.ReadAllAsync(done.Token))
            {
                foreach (var change in batch.OfType<ImageChanged>().Where(c => c.Image is { Status: ImageStatus.Completed, Url: not null }))
                {
                    committed.TryAdd(change.Image.Url!, (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalMilliseconds);
                }
            }
        });
        var images = (await studio.Illustrator.GetSnapshotAsync(storyId)).Images;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < changes; i++)
        {
            // The first few are on every screen; a picture far below is loaded only when somebody scrolls to it.
            await studio.Illustrator.RegenerateAsync(images[i % 3].Id, null, null);
            var rest = (Pace * (i + 1)) - clock.Elapsed;
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        }

        await done.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return committed;
    }

    private static async Task UntilFinishedAsync(this StoryChanges changes, IIllustrator illustrator, string storyId)
    {
        using var subscription = changes.Subscribe(storyId);
        if ((await illustrator.GetSnapshotAsync(storyId)).Pending == 0)
        {
            return;
        }

        await foreach (var _ in subscription.ReadAllAsync())
        {
            if ((await illustrator.GetSnapshotAsync(storyId)).Pending == 0)
            {
                return;
            }
        }
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
