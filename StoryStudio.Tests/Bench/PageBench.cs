using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Bench.Viewers;
using StoryStudio.Tests.Browser;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Bench;

/// <summary>
/// The light table of a long story: until its document is there, until a browser shows it and takes keys, and what its circuit holds.
/// Beside it the same for a short one, which is all that may make a difference. <c>bench page [segments] [circuits]</c>
/// </summary>
internal static class PageBench
{
    private const int Short = 10;
    private const int Times = 7;

    // A server that has just begun compiles as it goes; that is its own affair, and told apart from what a page takes.
    private const int Warmups = 3;

    private static readonly string[] Styles = ["illustration", "clear", "consistent"];

    public static async Task RunAsync(string[] args)
    {
        var segments = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000;
        var circuits = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 50;
        var open = new OpenCircuits();

        await using var studio = await WebStudio.StartAsync(services: open.CountIn);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await ChromiumBrowser.LaunchAsync(playwright);
        foreach (var count in (int[])[Short, segments])
        {
            var story = await StoryAsync(studio, count);
            var address = new Uri(studio.Address, $"/stories/{story}");
            Console.WriteLine($"{count} segments in {Styles.Length} styles, {(await studio.Illustrator.GetSnapshotAsync(story)).Images.Count} pictures:");
            await OpenAsync(studio, browser, address);
            await HoldAsync(open, address, circuits);
        }
    }

    private static async Task<string> StoryAsync(WebStudio studio, int segments)
    {
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Long",
            Segments = [.. Enumerable.Range(1, segments).Select(i => new NewSegment { Text = $"Page {i}. An owl flew over the harbour at dusk and looked for the lantern, which nobody had lit since the keeper left.", HardCut = i % 20 == 1 })],
            Styles = Styles,
        });
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.UntilFinishedAsync(story.Id);
        return story.Id;
    }

    private static async Task OpenAsync(WebStudio studio, IBrowser browser, Uri address)
    {
        using var client = studio.Client();
        var documents = new List<double>();
        var paints = new List<double>();
        var pages = new List<double>();
        var cold = 0.0;
        for (var i = -Warmups; i < Times; i++)
        {
            var clock = Stopwatch.StartNew();
            var document = await client.GetStringAsync(address);
            var read = clock.Elapsed.TotalMilliseconds;
            var page = await browser.NewPageAsync(new() { ReducedMotion = ReducedMotion.Reduce, ViewportSize = new() { Width = 1440, Height = 900 } });
            clock.Restart();
            await page.GotoAsync(address.ToString(), new() { WaitUntil = WaitUntilState.Commit });
            await page.Locator("[data-beat] [data-state=success] img").First.WaitForAsync();
            await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            var opened = clock.Elapsed.TotalMilliseconds;
            cold = i == -Warmups ? opened : cold;
            if (i >= 0)
            {
                documents.Add(read);
                paints.Add(await page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"));
                pages.Add(opened);
            }

            if (i == Times - 1)
            {
                Console.WriteLine($"  {document.Length / 1024} KB of document; {await page.Locator("[data-beat]").CountAsync()} rows and {await page.EvaluateAsync<int>("document.querySelectorAll('*').length")} elements in the browser");
            }

            await page.CloseAsync();
        }

        Console.WriteLine($"  document in {Median(documents):F0} ms; first painted after {Median(paints):F0} ms, shown and taking keys in {Median(pages):F0} ms (the very first {cold:F0})");
    }

    private static async Task HoldAsync(OpenCircuits open, Uri address, int circuits)
    {
        await open.AreAsync(0);

        // What the first ones bring with them is the process's, not theirs; they stay to the end.
        await using var first = await Crowd.GatherAsync("circuits", 10, address);
        var before = await HeldHeap.SettledAsync();
        await using var crowd = await Crowd.GatherAsync("circuits", circuits, address);
        await open.AreAsync(10 + circuits);
        var full = HeldHeap.Now();
        var settled = await HeldHeap.SettledAsync();
        await open.AreAsync(10 + circuits);
        Console.WriteLine($"  {(settled - before) / 1024.0 / circuits:F0} KB of heap a circuit, {circuits} of them ({(full - before) / 1024.0 / circuits:F0} KB as soon as they were there)");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
