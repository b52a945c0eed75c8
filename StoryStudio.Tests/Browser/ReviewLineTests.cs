using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Access;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>The reviewer's page whose line is slow, held back, or goes at a bad moment.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ReviewLineTests(BrowserFixture browser)
{
    private static readonly Actor Anna = new("anna", "Anna", StoryRole.Decide);

    [Fact]
    public async Task Picture_DrawnAgainBesideARunThatIsOver_ComesByAsking_WhereTheLineGoesThen()
    {
        var gate = new SemaphoreSlim(1);
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        await studio.Illustrator.RegenerateAsync((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0].Id, null, "bluer");
        using var client = studio.Client();
        var over = await client.GetStringAsync($"/api/runs/{run.Id}");
        var version = JsonDocument.Parse(over).RootElement.GetProperty("version").GetInt64();
        var page = await browser.OpenAsync(new("about:blank"), interactive: false);
        var streams = 0;

        // The last that the line tells: the run is over. Of the picture it told before the page was there.
        await page.RouteAsync("**/api/stories/*/events*", route => route.FulfillAsync(streams++ > 0
            ? new() { Status = 503, ContentType = "application/problem+json", Body = "{}" }
            : new() { Status = 200, ContentType = "text/event-stream", Body = $"event: run\nid: {version}\ndata: {over}\n\n" }));
        await page.GotoAsync(Address(studio, story).ToString());
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("The live line is down. Checking every 3 seconds.");

        gate.Release();

        await Expect(page.Locator("[data-state=success] img").Last).ToHaveAttributeAsync("src", new Regex("/v2\\."));
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("this page goes on by itself");
    }

    [Fact]
    public async Task Words_SaidWhereEvenTheHeadersOfAStreamAreHeldBack_ComeThoughNothingIsPending()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true, services: s => s.AddSingleton<IStartupFilter>(new SilentStreams(opens: false)));
        var story = await DrawnAsync(studio, 1);
        var page = await browser.OpenAsync(new("about:blank"), interactive: false);
        await page.Clock.InstallAsync();
        await page.GotoAsync(Address(studio, story).ToString());
        var polled = page.WaitForResponseAsync(new Regex("/images$"));
        await page.Clock.FastForwardAsync(40_000);
        await polled;
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("this page goes on by itself");

        await studio.Services.GetRequiredService<IReviews>().SayAsync(Anna, story.Id, new() { Text = "Said while away" });
        for (var i = 0; i < 8 && await page.GetByText("Said while away").CountAsync() == 0; i++)
        {
            await page.Clock.FastForwardAsync(15_000);
            await page.EvaluateAsync("() => fetch('/health/live')");
        }

        await Expect(page.GetByText("Said while away")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Answer_ThatHasBegun_IsWaitedForOnASlowLine()
    {
        var (gate, line) = (new SemaphoreSlim(0), new SlowAnswers("/images"));
        await using var studio = await WebStudio.StartAsync(services: s => s.AddSingleton<IStartupFilter>(line));
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var page = await browser.OpenAsync(new("about:blank"), interactive: false);
        await page.RouteAsync("**/api/stories/*/events*", route => route.AbortAsync());
        await page.Clock.InstallAsync();
        await page.GotoAsync(Address(studio, story).ToString());
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("Checking every 3 seconds");
        var begun = page.WaitForResponseAsync(new Regex("/images$"));
        gate.Release();
        await studio.UntilFinishedAsync(story.Id);
        await page.Clock.FastForwardAsync(3_000);
        await begun;

        // The script has it as well: what is asked after it is answered.
        await page.EvaluateAsync("() => fetch('/health/live')");

        // What takes longer than an answer may take to begin, and is the only one that is asked for.
        var asked = 0;
        page.Request += (_, request) => asked += request.Url.EndsWith("/images", StringComparison.Ordinal) ? 1 : 0;
        await page.Clock.FastForwardAsync(60_000);
        line.LetGo();

        await Expect(page.Locator("[data-state=success] img")).ToHaveCountAsync(1);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task Stream_ThatBeginsWithTheWholeStory_IsLeftOpenForLongerThanItMayBeSilent_AndTheStoryAskedForBesideIt()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true, services: s => s.AddSingleton<IStartupFilter>(new SilentStreams(opens: true)));
        var story = await DrawnAsync(studio, 1);
        var page = await browser.OpenAsync(new("about:blank"), interactive: false);
        await page.Clock.InstallAsync();
        await page.GotoAsync(Address(studio, story).ToString());
        var streams = 0;
        page.Request += (_, request) => streams += request.Url.EndsWith("/events?alive&", StringComparison.Ordinal) ? 1 : 0;

        // As an author's page does while its circuit is away.
        var opened = page.WaitForResponseAsync(new Regex("/events\\?alive&$"));
        await page.EvaluateAsync("story => storyLive.watch(story, -1, { take: (kind) => document.body.dataset.took = kind, say: () => {}, gone: () => {} })", story.Id);
        await opened;
        for (var i = 0; i < 7; i++)
        {
            await page.Clock.FastForwardAsync(40_000);
            await page.EvaluateAsync("() => fetch('/health/live')");
            await Expect(page.Locator("body[data-took]")).ToHaveCountAsync(1);
        }

        Assert.Equal(1, streams);
        for (var i = 0; i < 4 && streams == 1; i++)
        {
            await page.Clock.FastForwardAsync(40_000);
            await page.EvaluateAsync("() => fetch('/health/live')");
        }

        Assert.InRange(streams, 2, int.MaxValue);
    }

    private static Uri Address(WebStudio studio, StoryDetails story) => new(studio.Address, $"/review/{story.Id}");

    private static async Task<StoryDetails> DrawnAsync(WebStudio studio, int segments)
    {
        var story = await studio.CreateStoryAsync(segments);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        return story;
    }
}
