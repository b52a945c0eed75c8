using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Tests.Bench.Viewers;
using StoryStudio.Tests.Browser;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Bench;

/// <summary>
/// From commit to painted: pages in Chromium on one story while its pictures are redrawn at a steady pace, everything on the same
/// cores. Some of them paint, and are measured; the others are whole pages too, with their circuits, documents and pictures, but look
/// at it through a keyhole, so that next to nothing is painted: a screen's pixels are the work of the machine that it stands on. A change
/// is painted in the second animation frame after the new picture has loaded. <c>bench live [painting] [pages] [changes] [large]</c>: the
/// last word makes pictures of dots, with smaller copies, as services do. Fails where the promise was not kept.
/// </summary>
internal static class LiveBench
{
    private const int Segments = 30;
    private const double MostMilliseconds = 100;
    private static readonly ViewportSize Screen = new() { Width = 1280, Height = 720 };
    private static readonly ViewportSize Keyhole = new() { Width = 16, Height = 16 };
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private const string Watch = """
        () => {
          window.painted = [];
          window.addresses = new Set();
          const seen = new Set([...document.images].map(i => i.src));
          new MutationObserver(() => {
            for (const image of document.images) {
              if (image.src.includes('/media/') && !seen.has(image.src)) {
                seen.add(image.src);
                const path = new URL(image.src).pathname;
                window.addresses.add(path);
                const paint = () => requestAnimationFrame(() => requestAnimationFrame(() => window.painted.push([path, String(performance.timeOrigin + performance.now())])));
                if (image.complete) paint();
                else image.addEventListener('load', paint, { once: true });
              }
            }
          }).observe(document.body, { subtree: true, childList: true, attributes: true });
        }
        """;

    public static async Task<bool> RunAsync(string[] args)
    {
        var painting = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2;
        var all = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20;
        var changes = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 60;
        var isLarge = args.Length > 3 && args[3] == "large";
        await using var studio = await WebStudio.StartAsync(provider: isLarge ? new() { Script = (_, destination, _, token) => ScriptedProvider.DrawLargeAsync(destination, token) } : null);
        var story = await studio.CreateStoryAsync(Segments);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.Services.GetRequiredService<StoryChanges>().UntilFinishedAsync(studio.Illustrator, story.Id);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await ChromiumBrowser.LaunchAsync(playwright);
        var pages = new List<IPage>();
        for (var i = 0; i < all; i++)
        {
            var page = await browser.NewPageAsync(new() { ReducedMotion = ReducedMotion.Reduce, ViewportSize = i < painting ? Screen : Keyhole });
            await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}").ToString());
            await page.WaitForSelectorAsync("[data-testid=story-image][data-state=success]", new() { State = WaitForSelectorState.Attached });
            pages.Add(page);
        }

        // The clock in a page and the one here are one and the same.
        foreach (var page in pages)
        {
            await page.WaitForSelectorAsync("[data-interactive]", new() { State = WaitForSelectorState.Attached });
        }

        await Task.Delay(TimeSpan.FromSeconds(3));
        foreach (var page in pages)
        {
            await page.EvaluateAsync(Watch);
        }

        var committed = await RedrawAsync(studio, story.Id, changes);
        await Task.Delay(TimeSpan.FromSeconds(2));
        var delays = new List<double>();
        var seen = 0;
        foreach (var (page, paints) in pages.Select((p, i) => (p, i < painting)))
        {
            seen += await page.EvaluateAsync<int>("window.addresses.size");
            foreach (var painted in paints ? await page.EvaluateAsync<string[][]>("window.painted") : [])
            {
                if (committed.TryGetValue(painted[0], out var at))
                {
                    delays.Add(Convert.ToDouble(painted[1], CultureInfo.InvariantCulture) - at);
                }
            }
        }

        delays.Sort();
        var ofAll = new Delays(delays, [], painting * changes);
        Console.WriteLine($"{painting} painting pages and {all - painting} through a keyhole, {changes} changes: {delays.Count} of {painting * changes} paints, {seen} of {all * changes} new addresses in documents");
        Console.WriteLine($"commit to painted: median {ofAll.At(0.5):F0} ms, p95 {ofAll.At(0.95):F0} ms, p99 {ofAll.At(0.99):F0} ms, worst {ofAll.At(1):F0} ms");
        return Limit.Print(new Limit("p99 from commit to painted", ofAll.AtOfAll(0.99), MostMilliseconds, "ms"));
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
}
