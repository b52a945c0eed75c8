using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;
using static StoryStudio.Tests.Browser.ReviewPages;

namespace StoryStudio.Tests.Browser;

/// <summary>The reviewer's page whose line is slow, held back, or goes at a bad moment.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ReviewLineTests(BrowserFixture browser)
{
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
        await page.RouteAsync("**/api/stories/*/images", route => route.AbortAsync());
        await page.Clock.InstallAsync();
        await page.GotoAsync(Address(studio, story).ToString());
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("Checking every 3 seconds");
        var begun = page.WaitForResponseAsync(new Regex("/images$"));
        gate.Release();
        await studio.UntilFinishedAsync(story.Id);
        await page.UnrouteAsync("**/api/stories/*/images");
        await page.Clock.FastForwardAsync(3_000);
        await begun;

        // The script has it as well: what is asked after it is answered.
        await page.EvaluateAsync("() => fetch('/health/live')");

        // What takes longer than an answer may take to begin, and is the only one that is asked for.
        var asked = 0;
        page.Request += (_, request) => asked += request.Url.EndsWith("/images", StringComparison.Ordinal) ? 1 : 0;
        await page.Clock.FastForwardAsync(60_000);
        await page.EvaluateAsync("() => fetch('/health/live')");
        Assert.Equal(0, asked);
        line.LetGo();

        await Expect(page.Locator("[data-state=success] img")).ToHaveCountAsync(1);
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

    [Fact]
    public async Task Line_ThatIsCut_IsBridgedByAskingWhileSomethingIsPending_AndByNothingAfterwards()
    {
        var gate = new SemaphoreSlim(0);
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var polls = 0;
        var page = await browser.ReviewAsync(new("about:blank"));
        await page.RouteAsync("**/api/stories/*/events*", route => route.AbortAsync());
        page.Request += (_, request) => polls += request.Url.EndsWith("/images", StringComparison.Ordinal) ? 1 : 0;
        await page.GotoAsync(Address(studio, story).ToString());
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("Checking every 3 seconds");

        gate.Release();

        await Expect(page.Locator("[data-state=success] img")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("this page goes on by itself");
        var afterwards = polls;
        await page.WaitForTimeoutAsync(7_000);
        Assert.Equal(afterwards, polls);

        await page.UnrouteAllAsync();
        await ReviewsOf(studio).SayAsync(Anna, story.Id, new() { Text = "Said while away" });
        await Expect(page.GetByText("Said while away")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-line]")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Words_SaidAndDecidedWhileTheStreamIsRefused_ComeByAsking_AndAreAskedForOnlyWhereThereAreAny()
    {
        var gate = new SemaphoreSlim(1);
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.UntilAsync(story.Id, s => s.Images.Any(i => i.Status is ImageStatus.Completed));
        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.First(i => i.Status is ImageStatus.Completed);
        var page = await browser.ReviewWithoutStreamAsync(studio, story);
        var asked = 0;
        page.Request += (_, request) => asked += request.Url.Contains("/reviews/changes", StringComparison.Ordinal) ? 1 : 0;
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("Checking every 3 seconds");

        var said = await ReviewsOf(studio).SayAsync(Anna, story.Id, new() { Text = "Said while away" });
        await Expect(page.GetByText("Said while away")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-announce]")).ToContainTextAsync("Anna said something.");
        await ReviewsOf(studio).DecideAsync(Anna, image.Id, 1, DecisionKind.ChangesWanted, "Closer");
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("Anna wants changes: Closer");
        await Expect(page.GetByTestId("review-counts")).ToContainTextAsync("1 to be changed");
        await ReviewsOf(studio).DeleteAsync(Anna, said.Id);
        await Expect(page.GetByText("Said while away")).ToHaveCountAsync(0);

        // Until something more is said, the pictures alone are asked for.
        var until = asked;
        for (var i = 0; i < 2; i++)
        {
            await page.WaitForResponseAsync(new Regex("/images$"));
        }

        Assert.Equal(until, asked);
        Assert.DoesNotContain(page.Faults(), f => !f.Contains("503", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Words_SaidWhileTheStreamIsRefusedAndNothingIsPending_AreThereForWhoeverComesBack_AndTheStreamGoesOnFromThere()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, _) = await DrawnAsync(studio);
        var page = await browser.ReviewWithoutStreamAsync(studio, story);
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("this page goes on by itself");

        await ReviewsOf(studio).SayAsync(Anna, story.Id, new() { Text = "Said while away" });
        await ComeBackAsync();
        await Expect(page.GetByText("Said while away")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("this page goes on by itself");

        await page.UnrouteAllAsync();
        await ReviewsOf(studio).SayAsync(Anna, story.Id, new() { Text = "Said since" });
        await ComeBackAsync();
        await Expect(page.GetByText("Said since")).ToBeVisibleAsync();
        await Expect(page.GetByText("Said while away")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-line]")).ToBeHiddenAsync();

        Task ComeBackAsync() => page.EvaluateAsync("() => document.dispatchEvent(new Event('visibilitychange'))");
    }

    [Theory]
    [InlineData(410, "This link no longer opens the story.", false)]
    [InlineData(401, "Sign in, or open your link once more.", true)]
    public async Task Stream_ThatIsRefused_IsSaidWithAWayOn_AndNotAskedForAnyMore(int status, string words, bool mayReturn)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, _) = await DrawnAsync(studio);
        var page = await browser.ReviewAsync(new("about:blank"));
        var asked = 0;
        page.Request += (_, request) => asked += request.Url.Contains("/api/stories/", StringComparison.Ordinal) ? 1 : 0;
        await page.RouteAsync("**/api/stories/*/events*", route => route.FulfillAsync(new() { Status = status, ContentType = "application/problem+json", Body = "{}" }));
        await page.Clock.InstallAsync();
        await page.GotoAsync(Address(studio, story).ToString());
        await Expect(page.Locator("[data-line]")).ToContainTextAsync(words);
        await Expect(page.Locator("[data-line]").GetByRole(AriaRole.Link, new() { Name = "Load this page again" })).ToBeVisibleAsync();
        var until = asked;

        await page.Clock.RunForAsync(600_000);
        Assert.Equal(until, asked);

        // Whoever signed in elsewhere meanwhile comes back to a page that goes on; a link that is over does not.
        await page.UnrouteAllAsync();
        await page.EvaluateAsync("() => document.dispatchEvent(new Event('visibilitychange'))");
        if (mayReturn)
        {
            await Expect(page.Locator("[data-line]")).ToBeHiddenAsync();
            await ReviewsOf(studio).SayAsync(Anna, story.Id, new() { Text = "Said meanwhile" });
            await page.Clock.ResumeAsync();
            await Expect(page.GetByText("Said meanwhile")).ToBeVisibleAsync();
        }
        else
        {
            await page.Clock.RunForAsync(60_000);
            Assert.Equal(until, asked);
            await Expect(page.Locator("[data-line]")).ToContainTextAsync(words);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_ThatSaysNothing_IsBridgedByAsking_UntilItIsHeardAgain(bool opens)
    {
        var (gate, line) = (new SemaphoreSlim(0), new SilentStreams(opens));
        await using var studio = await WebStudio.StartAsync(services: s => s.AddSingleton<IStartupFilter>(line));
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var page = await browser.ReviewAsync(new("about:blank"));
        await page.Clock.InstallAsync();
        await page.GotoAsync(Address(studio, story).ToString());
        await Expect(page.Locator("[data-line]")).ToBeHiddenAsync();

        await page.Clock.FastForwardAsync(40_000);
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("Checking every 3 seconds");
        gate.Release();
        await Expect(page.Locator("[data-state=success] img")).ToHaveCountAsync(1);

        // Nothing is pending: what is told of from now on comes by the line.
        line.Silent = false;
        await ReviewsOf(studio).SayAsync(Anna, story.Id, new() { Text = "Said while away" });
        await page.Clock.FastForwardAsync(60_000);
        await page.EvaluateAsync("() => document.dispatchEvent(new Event('visibilitychange'))");
        await Expect(page.GetByText("Said while away")).ToBeVisibleAsync();
        await ReviewsOf(studio).SayAsync(Anna, story.Id, new() { Text = "Said since" });
        await Expect(page.GetByText("Said since")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-line]")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Picture_OfARunThatIsPausedWhileTheLineGoes_ComesByAsking()
    {
        var gate = new SemaphoreSlim(0);
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Generation:MaxConcurrency"] = "1" });
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(2);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.UntilAsync(story.Id, s => s.Images.Any(i => i.Status is ImageStatus.InProgress));
        var page = await browser.ReviewAsync(new("about:blank"));
        using var client = studio.Client();
        var streams = 0;
        await page.RouteAsync("**/api/stories/*/events*", async route =>
        {
            if (streams++ > 0)
            {
                await route.FulfillAsync(new() { Status = 503, ContentType = "application/problem+json", Body = "{}" });
                return;
            }

            // The last that the line tells: the run is paused, with a picture of it on its way.
            await studio.Illustrator.PauseAsync(run.Id);
            var paused = await client.GetStringAsync($"/api/runs/{run.Id}");
            var version = JsonDocument.Parse(paused).RootElement.GetProperty("version").GetInt64();
            await route.FulfillAsync(new() { Status = 200, ContentType = "text/event-stream", Body = $"event: run\nid: {version}\ndata: {paused}\n\n" });
        });
        await page.GotoAsync(Address(studio, story).ToString());
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("The live line is down.");

        gate.Release();

        await Expect(page.Locator("[data-state=success] img")).ToHaveCountAsync(1);
    }
}
