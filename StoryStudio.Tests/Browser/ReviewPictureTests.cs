using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;
using Xunit;
using static Microsoft.Playwright.Assertions;
using static StoryStudio.Tests.Browser.ReviewPages;

namespace StoryStudio.Tests.Browser;

/// <summary>Pictures as they come to the reviewer’s page, or do not.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ReviewPictureTests(BrowserFixture browser)
{
    private const string Other = "Another version of this picture is chosen by now. Decide about that one once you see it.";

    [Fact]
    public async Task Pictures_ArriveByThemselves_AndNoCircuitIsHeld()
    {
        var gate = new SemaphoreSlim(0);
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(3);
        var page = await browser.ReviewAsync(studio, story);
        await Expect(page.Locator("[data-state=empty]")).ToHaveCountAsync(3);

        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await Expect(page.Locator("[data-state=generating], [data-state=waiting]")).ToHaveCountAsync(3);
        gate.Release(3);

        await Expect(page.Locator("[data-state=success] img")).ToHaveCountAsync(3);
        await Expect(page.GetByTestId("review-line")).ToHaveTextAsync("All 3 pictures drawn");
        await Expect(page.GetByTestId("review-asked")).ToContainTextAsync("3 pictures wait for your word.");
        await Expect(page.Locator("[data-announce]")).ToContainTextAsync(new Regex("is here|are new"));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Approve picture" })).ToHaveCountAsync(3);
        Assert.Equal(0, studio.Services.GetRequiredService<Audience>().Counts.Pages);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Run_ThatIsPausedAndResumed_IsSaidOfThePicturesThatWaitInIt()
    {
        var gate = new SemaphoreSlim(0);
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Generation:MaxConcurrency"] = "1" });
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(2);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var page = await browser.ReviewAsync(studio, story);
        var waits = page.Locator(".place[data-state=waiting] .sentence");
        await Expect(page.Locator(".place[data-state=generating]")).ToHaveCountAsync(1);
        await Expect(waits).ToHaveTextAsync("Waiting");

        await studio.Illustrator.PauseAsync(run.Id);
        await Expect(waits).ToHaveTextAsync("Paused");
        await Expect(page.Locator(".place[data-state=generating] .sentence")).ToHaveTextAsync("Generating image…");
        await page.ReloadAsync();
        await Expect(waits).ToHaveTextAsync("Paused");

        await studio.Illustrator.ResumeAsync(run.Id);
        await Expect(waits).ToHaveTextAsync("Waiting");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Picture_ThatCouldNotBeDrawn_IsSaidToBeMissing_WithNothingOfWhy()
    {
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused));
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var page = await browser.ReviewAsync(studio, story, dark: true, width: 390);

        await Expect(page.Locator("[data-state=error] .sentence")).ToHaveTextAsync("This picture could not be drawn. The author knows why.");
        await Expect(page.Locator("[data-state=error] .sentence")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Retry" })).ToHaveCountAsync(0);
        Assert.Empty((await page.RunAxe()).Violations);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Picture_ThatDoesNotLoad_ComesAgainAfterTenSeconds_AndThenWhenAsked()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, _) = await DrawnAsync(studio);
        var page = await browser.ReviewAsync(new("about:blank"));
        await page.RouteAsync("**/media/**", route => route.AbortAsync());
        await page.GotoAsync(Address(studio, story).ToString());
        await Expect(page.GetByText("The picture did not load.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeVisibleAsync();

        await page.UnrouteAllAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await Expect(page.GetByText("The picture did not load.")).ToHaveCountAsync(0);
        Assert.True(await page.Locator("img.picture").EvaluateAsync<bool>("picture => picture.decode().then(() => picture.naturalWidth > 0)"));
    }

    [Fact]
    public async Task Picture_ThatIsDrawnAgainAndDoesNotLoad_ComesAgainAfterTenSeconds_AndNothingIsDecidedBeforeItIsSeen()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await browser.ReviewAsync(new("about:blank"));
        await page.Clock.InstallAsync();
        await page.GotoAsync(Address(studio, story).ToString());
        await page.ArrivedAsync("1.1");
        var (isAway, reply) = (true, page.Locator("[data-reply]"));
        await page.RouteAsync("**/media/**/v2.*", route => isAway ? route.AbortAsync() : route.ContinueAsync());

        await studio.Illustrator.RegenerateAsync(image.Id, null, "bluer");
        await studio.UntilFinishedAsync(story.Id);
        await Expect(page.GetByText("The picture did not load.")).ToBeVisibleAsync();
        await Expect(page.Locator($"button[value='approve:{image.Id}:2']")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" }).ClickAsync();
        await Expect(reply).ToHaveTextAsync("This picture is still on its way. Look at it first.");
        await page.Locator(".spot").First.ClickAsync(new() { Position = new() { X = 40, Y = 30 } });
        await Expect(page.GetByTestId("review-form")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Ask for changes of picture 1.1" }).ClickAsync();
        await page.GetByLabel("What should be different").FillAsync("Closer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for changes", Exact = true }).ClickAsync();
        await Expect(page.Locator("[data-error]").First).ToHaveTextAsync("This picture is still on its way. Look at it first.");
        Assert.Empty((await ReviewsOf(studio).GetAsync(story.Id)).Reviews);

        isAway = false;
        await page.Clock.FastForwardAsync(10_000);
        await Expect(page.Locator("img.picture")).ToHaveCountAsync(1);
        await Expect(page.Locator("img.picture")).ToHaveAttributeAsync("src", new Regex("/v2\\."));
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for changes", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("You want changes: Closer");
        Assert.Equal(2, Assert.Single((await ReviewsOf(studio).GetAsync(story.Id)).Reviews).Of("local")!.PictureVersion);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Version_ThatTheWordsBesideThePictureKnowOfAlone_IsDecidedAboutOnlyOnceItStandsThere(bool asks)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await browser.ReviewWithoutStreamAsync(studio, story);
        var (isAway, picture) = (true, page.Locator("img.picture").Last);
        await page.RouteAsync("**/parts?*", route => route.ContinueAsync(new() { Url = isAway ? Regex.Replace(route.Request.Url, "&p=picture-[^&]*", "") : route.Request.Url }));
        await page.ArrivedAsync("1.1");
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("this page goes on by itself");
        await studio.Illustrator.RegenerateAsync(image.Id, null, "bluer");
        await studio.UntilFinishedAsync(story.Id);
        await SayAsync(page);
        await Expect(page.Locator($"button[value='approve:{image.Id}:2']")).ToHaveCountAsync(1);
        await Expect(picture).ToHaveAttributeAsync("src", new Regex("/v1\\."));
        if (asks)
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Ask for changes of picture 1.1" }).ClickAsync();
            await page.GetByLabel("What should be different").FillAsync("Closer");
        }

        var decide = page.GetByRole(AriaRole.Button, new() { Name = asks ? "Ask for changes" : "Approve picture 1.1", Exact = true });
        await decide.ClickAsync();
        await Expect(asks ? page.Locator("[data-error]").First : page.Locator("[data-reply]")).ToHaveTextAsync(Other);
        isAway = false;
        await decide.ClickAsync();
        await Expect(picture).ToHaveAttributeAsync("src", new Regex("/v2\\."));
        await page.ArrivedAsync("1.1");
        Assert.Empty((await ReviewsOf(studio).GetAsync(story.Id)).Reviews);

        await decide.ClickAsync();
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync(asks ? "You want changes: Closer" : "Approved by you");
        Assert.Equal(2, Assert.Single((await ReviewsOf(studio).GetAsync(story.Id)).Reviews).Of("local")!.PictureVersion);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Version_OfBefore_ThatIsChosenAgain_IsNotCalledANewOne_WhicheverOfItIsHereFirst(bool wordsAreLate)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        await studio.Illustrator.RegenerateAsync(image.Id, null, "bluer");
        await studio.UntilFinishedAsync(story.Id);
        var page = await browser.ReviewAsync(studio, story);
        var (isAway, picture, approve) = (true, page.Locator("img.picture").Last, page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" }));
        await page.RouteAsync("**/parts?*", route => route.ContinueAsync(new() { Url = isAway ? Regex.Replace(route.Request.Url, $"&p={(wordsAreLate ? "talk" : "picture")}-[^&]*", "") : route.Request.Url }));
        await page.ArrivedAsync("1.1");
        await Expect(picture).ToHaveAttributeAsync("src", new Regex("/v2\\."));

        await studio.Illustrator.ChooseAsync(image.Id, 1);
        await Expect(page.Locator($"button[value='approve:{image.Id}:{(wordsAreLate ? 2 : 1)}']")).ToHaveCountAsync(1);
        await Expect(picture).ToHaveAttributeAsync("src", new Regex(wordsAreLate ? "/v1\\." : "/v2\\."));
        await page.ArrivedAsync("1.1");
        await approve.ClickAsync();
        await Expect(page.Locator("[data-reply]")).ToHaveTextAsync(Other);
        Assert.Empty((await ReviewsOf(studio).GetAsync(story.Id)).Reviews);

        isAway = false;
        await approve.ClickAsync();
        await Expect(page.Locator($"button[value='approve:{image.Id}:1']")).ToHaveCountAsync(1);
        await Expect(picture).ToHaveAttributeAsync("src", new Regex("/v1\\."));
        await page.ArrivedAsync("1.1");
        await approve.ClickAsync();
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("Approved by you");
        Assert.Equal(1, Assert.Single((await ReviewsOf(studio).GetAsync(story.Id)).Reviews).Of("local")!.PictureVersion);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Picture_DrawnAgainWhileTheStreamIsRefused_ComesWithWhatIsPressed(bool decides)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await browser.ReviewWithoutStreamAsync(studio, story);
        var approve = page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" });
        await page.ArrivedAsync("1.1");
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("this page goes on by itself");
        await studio.Illustrator.RegenerateAsync(image.Id, null, "bluer");
        await studio.UntilFinishedAsync(story.Id);

        if (decides)
        {
            await approve.ClickAsync();
            await Expect(page.Locator("[data-reply]")).ToContainTextAsync("Another version of this picture is shown by now.");
        }
        else
        {
            await SayAsync(page);
        }

        await Expect(page.Locator("img.picture").Last).ToHaveAttributeAsync("src", new Regex("/v2\\."));
        await page.ArrivedAsync("1.1");
        Assert.Empty((await ReviewsOf(studio).GetAsync(story.Id)).Reviews);
        await approve.ClickAsync();
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("Approved by you");
        Assert.Equal(2, Assert.Single((await ReviewsOf(studio).GetAsync(story.Id)).Reviews).Of("local")!.PictureVersion);
    }

    [Fact]
    public async Task Picture_ThatDoesNotLoad_ComesAgain_ThoughTheWordsBesideItWereEditedMeanwhile()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, _) = await DrawnAsync(studio);
        var page = await browser.ReviewAsync(new("about:blank"));
        await page.Clock.InstallAsync();
        await page.RouteAsync("**/media/**", route => route.AbortAsync());
        await page.GotoAsync(Address(studio, story).ToString());
        await Expect(page.GetByText("The picture did not load.")).ToBeVisibleAsync();

        await page.EvaluateAsync("() => document.querySelector('.place').dataset.old = ''");
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "The owl had changed her mind." });
        await Expect(page.Locator(".prose").First).ToHaveTextAsync("The owl had changed her mind.");
        await Expect(page.Locator(".place[data-old]")).ToHaveCountAsync(0);
        await page.UnrouteAllAsync();
        await page.Clock.FastForwardAsync(10_000);

        await Expect(page.GetByText("The picture did not load.")).ToHaveCountAsync(0);
        await page.ArrivedAsync("1.1");
        Assert.DoesNotContain(page.Faults(), f => f.Contains("Error:", StringComparison.Ordinal) || f.Contains("null", StringComparison.Ordinal));
    }

    private static async Task SayAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Comment on picture 1.1" }).ClickAsync();
        await page.GetByLabel("Your comment").FillAsync("Her hat");
        await page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("comment")).ToContainTextAsync("Her hat");
    }
}
