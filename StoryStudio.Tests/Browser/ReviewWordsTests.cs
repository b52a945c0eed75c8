using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;
using static StoryStudio.Tests.Browser.ReviewPages;

namespace StoryStudio.Tests.Browser;

/// <summary>What the reviewer's page says: what stands for as long as it is true, what answers a press, and what is only heard.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ReviewWordsTests(BrowserFixture browser)
{
    private const string Streams = "**/api/stories/*/events*";

    [Fact]
    public async Task PagesThatWereMoved_AreSaidUntilThePageIsLoadedAnew_WhateverIsPressedAndHoweverTheLineDoes()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 3);
        var page = await OpenAsync(studio, story, 503);
        var line = page.Locator("[data-line]");
        await Expect(line).ToContainTextAsync("this page goes on by itself");
        await page.GetByRole(AriaRole.Link, new() { Name = "Comment on the story" }).ClickAsync();
        await page.GetByLabel("Your comment").FillAsync("Half a thou");
        await studio.Services.GetRequiredService<IStoryEditor>().MoveAsync(story.Id, story.Segments[2].Id, new() { Before = story.Segments[0].Id });
        await ComeBackAsync();
        await Expect(line).ToContainTextAsync("Pages were moved.");
        await Expect(line).ToContainTextAsync("The live line is down.");

        await page.UnrouteAllAsync();
        await ComeBackAsync();
        await Expect(line).Not.ToContainTextAsync("The live line is down.");
        await Expect(line).ToContainTextAsync("Pages were moved.");
        await page.ArrivedAsync("1.1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" }).ClickAsync();
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("Approved by you");
        await Expect(line).ToContainTextAsync("Pages were moved.");

        Task ComeBackAsync() => page.EvaluateAsync("() => document.dispatchEvent(new Event('visibilitychange'))");
    }

    [Fact]
    public async Task CommentOnAPage_ThatIsJoinedToTheOneBefore_StandsThere_ForTheReviewerAndForTheAuthor()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 2);
        await ReviewsOf(studio).SayAsync(Anna, story.Id, new() { Text = "Which lantern?", SegmentId = story.Segments[1].Id });
        var page = await browser.ReviewAsync(studio, story);
        await Expect(page.Locator($"[data-part='talk-{story.Segments[1].Id}']")).ToContainTextAsync("Which lantern?");
        var desk = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/comments"));
        await Expect(desk.GetByText("Which lantern?")).ToBeVisibleAsync();

        await studio.Services.GetRequiredService<IStoryEditor>().JoinAsync(story.Id, "1.1");

        await Expect(page.Locator("article.item")).ToHaveCountAsync(1);
        await Expect(page.Locator($"[data-part='talk-{story.Segments[0].Id}']")).ToContainTextAsync("Which lantern?");
        await Expect(desk.Locator("main")).Not.ToContainTextAsync("1.2");
        await Expect(desk.GetByText("Which lantern?")).ToBeVisibleAsync();
        Assert.Empty(desk.Faults());
    }

    [Fact]
    public async Task LineThatIsDown_IsSaidThroughoutWhatIsPressed()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 1);
        var page = await OpenAsync(studio, story, 503);
        var line = page.Locator("[data-line]");
        await Expect(line).ToContainTextAsync("this page goes on by itself");

        await page.ArrivedAsync("1.1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" }).ClickAsync();

        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("Approved by you");
        await Expect(line).ToContainTextAsync("this page goes on by itself");
    }

    [Fact]
    public async Task WayBackIn_StaysWhateverIsPressed()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 1);
        var page = await OpenAsync(studio, story, 410);
        var way = page.Locator("[data-line]").GetByRole(AriaRole.Link, new() { Name = "Load this page again" });
        await Expect(way).ToBeVisibleAsync();
        await page.RouteAsync("**/decision", route => route.FulfillAsync(new() { Status = 410, ContentType = "application/problem+json", Body = """{ "detail": "This link is over." }""" }));

        await page.ArrivedAsync("1.1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" }).ClickAsync();

        await Expect(page.Locator("[data-reply]")).ToHaveTextAsync("This link is over.");
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("This link no longer opens the story.");
        await Expect(way).ToBeVisibleAsync();
    }

    [Fact]
    public async Task WhatIsSentAndNeverAnswered_IsGivenUp_AndSaidWhereOneIs()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 5);
        var page = await browser.OpenAsync(new("about:blank"), interactive: false);
        await page.Clock.InstallAsync();
        await page.GotoAsync(Address(studio, story).ToString());
        await page.ArrivedAsync("1.5");
        var sent = 0;
        await page.RouteAsync(new Regex("/decision$|/comments$"), _ => { sent++; });
        var approve = page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.5" });
        await approve.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Comment on picture 1.5" }).ClickAsync();
        await page.GetByLabel("Your comment").FillAsync("Her hat");
        var send = page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true });
        await send.ClickAsync();
        await Expect(approve).ToBeDisabledAsync();
        await Expect(send).ToBeDisabledAsync();

        await page.Clock.FastForwardAsync(15_000);

        await Expect(page.Locator("[data-reply]")).ToHaveTextAsync("No connection. Press it again in a moment.");
        await Expect(page.Locator("[data-reply]")).ToBeInViewportAsync();
        await Expect(page.Locator("[data-slot] [data-error]").First).ToHaveTextAsync("No connection. What you wrote is kept; send it again in a moment.");
        Assert.Equal(2, sent);
        await page.UnrouteAllAsync();
        await approve.ClickAsync();
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("Approved by you");
        await Expect(page.Locator("[data-reply]")).ToBeHiddenAsync();
        await send.ClickAsync();
        await Expect(page.GetByTestId("comment")).ToContainTextAsync("Her hat");
    }

    [Theory]
    [InlineData(6_000)]
    [InlineData(13_000)]
    public async Task WhatIsSent_DoesNotComeBackAsIfItWereNot_HoweverLongTheAnswerTakes(int milliseconds)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 1);
        var page = await browser.OpenAsync(new("about:blank"), interactive: false);
        await page.Clock.InstallAsync();
        await page.GotoAsync(Address(studio, story).ToString());
        await page.ArrivedAsync("1.1");
        var answer = new TaskCompletionSource();
        await page.RouteAsync(new Regex("/comments$"), async route =>
        {
            await answer.Task;
            await route.ContinueAsync();
        });
        var say = page.GetByRole(AriaRole.Link, new() { Name = "Comment on picture 1.1" });
        var words = page.GetByLabel("Your comment");
        await say.ClickAsync();
        await words.FillAsync("Her hat");
        await page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).ClickAsync();
        await page.Clock.RunForAsync(milliseconds);
        answer.SetResult();

        await Expect(words).ToHaveCountAsync(0);
        await say.ClickAsync();
        await Expect(words).ToBeFocusedAsync();
        await Expect(words).ToHaveValueAsync("");
        Assert.Empty(page.Faults());
    }

    /// <summary>So it is in every other form.</summary>
    [Fact]
    public async Task WordsOfAnyForm_AreLookedAfter_ForAsLongAsItCannotBeSentOnceMore()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 1);
        var page = await browser.OpenAsync(new("about:blank"), interactive: false);
        await page.Clock.InstallAsync();
        await page.GotoAsync(Address(studio, story).ToString());
        await page.EvaluateAsync("""
            () => {
              const form = document.createElement("form");
              form.id = "slow";
              form.innerHTML = "<textarea data-kept='slow' aria-label='Slow'></textarea><button type='submit'>Send it</button>";
              form.addEventListener("submit", (event) => { event.preventDefault(); event.submitter.disabled = true; });
              document.querySelector("[data-review]").prepend(form);
            }
            """);
        await page.GetByLabel("Slow").FillAsync("Her hat");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send it" }).ClickAsync();
        await page.Clock.RunForAsync(30_000);
        Assert.Equal("Her hat", await KeptAsync());

        await page.EvaluateAsync("document.getElementById('slow').remove()");
        await page.Clock.RunForAsync(1_000);

        Assert.Null(await KeptAsync());
        Assert.Empty(page.Faults());

        Task<string?> KeptAsync() => page.EvaluateAsync<string?>("sessionStorage.getItem('storystudio.kept.slow')");
    }

    [Fact]
    public async Task Picture_ThatDoesNotLoad_IsSaidToBeHereOnlyOnceItIs()
    {
        var gate = new SemaphoreSlim(0);
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var page = await browser.OpenAsync(new("about:blank"), interactive: false);
        await page.Clock.InstallAsync();
        await page.RouteAsync("**/media/**", route => route.AbortAsync());
        await page.GotoAsync(Address(studio, story).ToString());
        await page.Locator(".place").ScrollIntoViewIfNeededAsync();
        var heard = page.Locator("[data-announce]");

        gate.Release();
        await Expect(page.GetByText("The picture did not load.")).ToBeVisibleAsync();
        await page.Clock.FastForwardAsync(1_000);
        await Expect(heard).ToHaveTextAsync("Picture 1.1 did not load.");

        await page.UnrouteAllAsync();
        await page.Clock.FastForwardAsync(10_000);
        await page.ArrivedAsync("1.1");
        await page.Clock.FastForwardAsync(1_000);
        await Expect(heard).ToHaveTextAsync("Picture 1.1 is here.");
    }

    /// <summary>Open, with every stream answered like this where a status is given.</summary>
    private async Task<IPage> OpenAsync(WebStudio studio, StoryDetails story, int? streams = null)
    {
        var page = await browser.OpenAsync(new("about:blank"), interactive: false);
        if (streams is { } status)
        {
            await page.RouteAsync(Streams, route => route.FulfillAsync(new() { Status = status, ContentType = "application/problem+json", Body = "{}" }));
        }

        await page.GotoAsync(Address(studio, story).ToString());
        return page;
    }
}
