using System.Text.Json;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Review;
using StoryStudio.Web.Live;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>The page of whoever was sent a link: without a circuit, with a script and without one.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ReviewPageTests(BrowserFixture browser)
{
    private static readonly Actor Anna = new("anna", "Anna", StoryRole.Decide);

    [Fact]
    public async Task Pictures_ArriveByThemselves_AndNoCircuitIsHeld()
    {
        var gate = new SemaphoreSlim(0);
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(3);
        var page = await OpenAsync(studio, story);
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
        var page = await OpenAsync(studio, story);
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
    public async Task Question_WhetherToDelete_StaysOpen_WhenSomebodyElseCommentsMeanwhile()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var mine = await Reviews(studio).SayAsync(Actor.Local, story.Id, new() { ImageId = image.Id, Text = "Her hat" });
        var page = await OpenAsync(studio, story);
        var talk = page.Locator($"[data-part=talk-{image.Id}]");
        await talk.GetByText("Delete", new() { Exact = true }).ClickAsync();
        var sure = talk.Locator($"[data-comment='{mine.Id}']").GetByRole(AriaRole.Button, new() { Name = "Yes, delete it" });
        await Expect(sure).ToBeVisibleAsync();

        await Reviews(studio).SayAsync(Actor.Local, story.Id, new() { ImageId = image.Id, Text = "It is red" });

        await Expect(talk.GetByTestId("comment")).ToHaveCountAsync(2);
        await Expect(talk.GetByRole(AriaRole.Button, new() { Name = "Yes, delete it" })).ToHaveCountAsync(1);
        await sure.ClickAsync();
        await Expect(talk.GetByTestId("comment")).ToHaveCountAsync(1);
        await Expect(talk.GetByTestId("comment")).ToContainTextAsync("It is red");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Comment_OnASpotOfThePicture_IsSaidAnsweredChangedSettledAndDeleted_WhileOthersLookOn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await OpenAsync(studio, story);
        var other = await OpenAsync(studio, story, width: 390);
        var talk = page.Locator($"[data-part=talk-{image.Id}]");

        await page.ArrivedAsync("1.1");
        await page.Locator(".spot").First.ClickAsync(new() { Position = new() { X = 40, Y = 30 } });
        await page.GetByLabel("Your comment").FillAsync("<b>Her</b> hat");
        await page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).ClickAsync();

        await Expect(talk.GetByTestId("comment")).ToContainTextAsync("<b>Her</b> hat");
        await Expect(page.GetByTestId("spot").First).ToHaveTextAsync("1");
        await Expect(other.Locator($"[data-part=talk-{image.Id}] [data-testid=comment]")).ToContainTextAsync("<b>Her</b> hat");
        await Expect(page.GetByTestId("review-form")).ToHaveCountAsync(0);
        var said = Assert.Single((await Reviews(studio).GetAsync(story.Id)).Comments);
        Assert.InRange(said.X!.Value, 0.01, 0.5);

        await talk.GetByText("Answer").ClickAsync();
        await page.GetByLabel("Your answer").FillAsync("It is red.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Answer" }).ClickAsync();
        await Expect(other.GetByTestId("comment").Filter(new() { HasText = "It is red." })).ToBeVisibleAsync();

        await talk.GetByText("Change", new() { Exact = true }).First.ClickAsync();
        await Expect(page.GetByLabel("Your comment")).ToHaveValueAsync("<b>Her</b> hat");
        await page.GetByLabel("Your comment").FillAsync("Her hat");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(other.GetByTestId("edited")).ToBeVisibleAsync();

        await talk.GetByText("Settled", new() { Exact = true }).ClickAsync();
        await Expect(other.GetByTestId("settled")).ToContainTextAsync("Settled by Author");
        await Expect(other.GetByTestId("spot")).ToHaveCountAsync(0);

        await talk.GetByText("Delete", new() { Exact = true }).First.ClickAsync();
        await talk.GetByRole(AriaRole.Button, new() { Name = "Yes, delete it" }).First.ClickAsync();
        await Expect(other.GetByText("This comment was taken back.")).ToBeVisibleAsync();
        Assert.Empty(page.Faults());
        Assert.Empty(other.Faults());
    }

    [Theory]
    [InlineData(true, 1440)]
    [InlineData(false, 390)]
    public async Task Comment_ChangedInTwoWindows_IsShownBothWays_AndNeitherIsLostUnseen(bool script, int width)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var said = await Reviews(studio).SayAsync(Actor.Local, story.Id, new() { Text = "Her hat\nis red.", ImageId = image.Id });
        var page = await OpenAsync(studio, story, script: script, width: width);
        var (field, save, error) = (page.GetByLabel("Your comment"), page.GetByRole(AriaRole.Button, new() { Name = "Save" }), page.GetByTestId("review-form").GetByRole(AriaRole.Alert));
        await page.GetByRole(AriaRole.Link, new() { Name = "Change", Exact = true }).ClickAsync();
        await Expect(field).ToHaveValueAsync("Her hat\nis red.");

        // In another place: both changes are put together.
        await Reviews(studio).EditAsync(Actor.Local, said.Id, "Her big hat\nis red.");
        await field.FillAsync("Her hat\nis red. And her coat?");
        await save.ClickAsync();
        await Expect(error).ToContainTextAsync("Both changes are in the field now");
        await Expect(field).ToHaveValueAsync("Her big hat\nis red. And her coat?");
        await Expect(page.GetByTestId("met").Locator("ins")).ToContainTextAsync("coat?");

        // In the same place: both are shown, and the next press decides.
        await Reviews(studio).EditAsync(Actor.Local, said.Id, "No hat.");
        await field.FillAsync("A cap.");
        await save.ClickAsync();
        await Expect(error).ToContainTextAsync("“No hat.”");
        await Expect(field).ToHaveValueAsync("A cap.");
        await Expect(page.GetByTestId("met").Locator("del").First).ToBeVisibleAsync();
        Assert.Equal("No hat.", Assert.Single((await Reviews(studio).GetAsync(story.Id)).Comments).Text);
        if (script)
        {
            var violations = (await page.RunAxe()).Violations;
            Assert.Empty(violations.Select(v => $"{v.Id}: {string.Join(", ", v.Nodes.Select(n => n.Target))}"));
        }

        await save.ClickAsync();
        await Expect(page.GetByTestId("review-form")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("comment")).ToContainTextAsync("A cap.");
        Assert.Equal("A cap.", Assert.Single((await Reviews(studio).GetAsync(story.Id)).Comments).Text);
    }

    [Fact]
    public async Task Decisions_AreMadeAndTakenBackInPlace_AndAWishNeedsItsReason()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await OpenAsync(studio, story);
        await Expect(page.GetByTestId("review-asked")).ToContainTextAsync("1 picture waits for your word.");

        await page.ArrivedAsync("1.1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" }).DblClickAsync();
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("Approved by you");
        await Expect(page.GetByTestId("review-asked")).ToContainTextAsync("You have said your word");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
        await Expect(page.GetByTestId("verdict")).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Link, new() { Name = "Ask for changes of picture 1.1" }).ClickAsync();
        await page.GetByLabel("What should be different").FillAsync("   ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for changes" }).ClickAsync();
        await Expect(page.Locator("[data-error]").First).ToHaveTextAsync("Say what should be different.");
        await page.GetByLabel("What should be different").FillAsync("Closer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for changes" }).ClickAsync();
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("You want changes: Closer");

        await Reviews(studio).TakeUpAsync(Actor.Local, image.Id, "local");
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("Drawn again as you wished: Closer");
        await Expect(page.Locator("[data-state=success] img").First).ToHaveAttributeAsync("src", new Regex("/v2\\."));
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" }).ClickAsync();
        await Expect(page.GetByTestId("verdict").First).ToHaveTextAsync("Approved by you");
    }

    [Fact]
    public async Task Page_WithoutAScript_TakesCommentsAndDecisions_AndKeepsWhatWasTypedWhenItIsRefused()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await OpenAsync(studio, story, script: false, width: 390);

        await page.GetByRole(AriaRole.Link, new() { Name = "Comment on picture 1.1" }).ClickAsync();
        await page.GetByLabel("Your comment").FillAsync("Her hat");
        await page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("comment")).ToContainTextAsync("Her hat");
        await page.ReloadAsync();
        await Expect(page.GetByTestId("comment")).ToHaveCountAsync(1);

        await page.GetByRole(AriaRole.Link, new() { Name = "Ask for changes of picture 1.1" }).ClickAsync();
        await studio.Services.GetRequiredService<IIllustrator>().RegenerateAsync(image.Id, null, null);
        await studio.UntilFinishedAsync(story.Id);
        await page.GetByLabel("What should be different").FillAsync("Closer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for changes" }).ClickAsync();
        await Expect(page.Locator("[data-error]").First).ToContainTextAsync("Another version");
        await Expect(page.GetByLabel("What should be different")).ToHaveValueAsync("Closer");

        await Expect(page).ToHaveURLAsync(new Regex($"#at-{image.Id}$"));

        // The page shows that version now: sent once more, the same words are about it.
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for changes" }).ClickAsync();
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("You want changes: Closer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" }).ClickAsync();
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("Approved by you");
        Assert.Equal(2, Assert.Single((await Reviews(studio).GetAsync(story.Id)).Reviews).Of("local")!.PictureVersion);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wish_ForAVersionThatIsNoLongerShown_IsRefusedOnce_AndTakenForTheOneThatIsSeenThen(bool lateToArrive)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await OpenAsync(studio, story);
        var shown = page.Locator("[data-state=success] img.picture").First;
        const string parts = "**/parts?*";
        if (lateToArrive)
        {
            await page.RouteAsync(parts, route => route.AbortAsync());
        }

        await page.GetByRole(AriaRole.Link, new() { Name = "Ask for changes of picture 1.1" }).ClickAsync();
        await page.GetByLabel("What should be different").FillAsync("Closer");
        await studio.Services.GetRequiredService<IIllustrator>().RegenerateAsync(image.Id, null, null);
        await studio.UntilFinishedAsync(story.Id);
        await Expect(shown).ToHaveAttributeAsync("src", new Regex(lateToArrive ? "/v1\\." : "/v2\\."));
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for changes" }).ClickAsync();
        await Expect(page.Locator("[data-error]").First).ToContainTextAsync("Another version");

        await page.UnrouteAsync(parts);
        await Expect(shown).ToHaveAttributeAsync("src", new Regex("/v2\\."));
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for changes" }).ClickAsync();

        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("You want changes: Closer");
        Assert.Equal(2, Assert.Single((await Reviews(studio).GetAsync(story.Id)).Reviews).Of("local")!.PictureVersion);
    }

    [Fact]
    public async Task Page_LeadsToTheBook_InTheStyleThatIsShown_AndTheBookBack()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, _) = await DrawnAsync(studio, "illustration", "clear");
        var (_, token) = await studio.Services.GetRequiredService<ISharing>().CreateAsync(Actor.Local, story.Id, new(StoryRole.Look));
        var page = await OpenAsync(studio, new Uri(studio.Address, $"/s/{token}"));
        await page.GetByLabel("Your name").FillAsync("Grace");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the story" }).ClickAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Clear line" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Clear line" })).ToHaveAttributeAsync("aria-current", "page");
        await page.GetByRole(AriaRole.Link, new() { Name = "Read as a book" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex($"/stories/{story.Id}/read\\?style=clear"));
        await page.Locator("[data-leave]").ClickAsync();
        await Expect(page.GetByTestId("review-page")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Parts_ForWhoeverMayOnlyLook_HoldNothingToPress_AndForCommentersNothingToDecide()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Her hat", ImageId = image.Id });
        var parts = studio.Services.GetRequiredService<ReviewParts>();

        var look = await PartsAsync(StoryRole.Look);
        var comment = await PartsAsync(StoryRole.Comment);
        var decide = await PartsAsync(StoryRole.Decide);

        Assert.Contains("Her hat", look, StringComparison.Ordinal);
        Assert.DoesNotContain("data-act", look, StringComparison.Ordinal);
        Assert.DoesNotContain("data-open", look, StringComparison.Ordinal);
        Assert.Contains("data-open=\"say\"", comment, StringComparison.Ordinal);
        Assert.DoesNotContain("approve:", comment, StringComparison.Ordinal);
        Assert.DoesNotContain("delete:", comment, StringComparison.Ordinal);
        Assert.Contains("approve:", decide, StringComparison.Ordinal);

        async Task<string> PartsAsync(StoryRole role) =>
            await parts.RenderAsync(new("lea", "Lea", role), story.Id, "illustration", 1, desk: false, ["asked", "head", $"talk-{image.Id}", $"picture-{image.Id}", "talk-none", "what"], default);
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
        var page = await OpenAsync(studio, new("about:blank"));
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
        await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Said while away" });
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
        var page = await OpenWithoutStreamAsync(studio, story);
        var asked = 0;
        page.Request += (_, request) => asked += request.Url.Contains("/reviews/changes", StringComparison.Ordinal) ? 1 : 0;
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("Checking every 3 seconds");

        var said = await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Said while away" });
        await Expect(page.GetByText("Said while away")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-announce]")).ToContainTextAsync("Anna said something.");
        await Reviews(studio).DecideAsync(Anna, image.Id, 1, DecisionKind.ChangesWanted, "Closer");
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("Anna wants changes: Closer");
        await Expect(page.GetByTestId("review-counts")).ToContainTextAsync("1 to be changed");
        await Reviews(studio).DeleteAsync(Anna, said.Id);
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
        var page = await OpenWithoutStreamAsync(studio, story);
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("this page goes on by itself");

        await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Said while away" });
        await ComeBackAsync();
        await Expect(page.GetByText("Said while away")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("this page goes on by itself");

        await page.UnrouteAllAsync();
        await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Said since" });
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
        var page = await OpenAsync(studio, new("about:blank"));
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
            await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Said meanwhile" });
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

    [Fact]
    public async Task Words_OfWhatIsAsked_CountWhatWaitsInTheOtherStylesToo()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio, "illustration", "clear");
        var page = await OpenAsync(studio, story);
        var asked = page.GetByTestId("review-asked");
        var waiting = page.GetByRole(AriaRole.Navigation, new() { Name = "Styles" }).GetByTestId("style-waiting");
        await Expect(asked).ToContainTextAsync("1 picture waits for your word in this style, and 1 in the others.");
        await Expect(waiting).ToHaveTextAsync(["1 waits for your word", "1 waits for your word"]);

        await page.ArrivedAsync("1.1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" }).ClickAsync();
        await Expect(asked).ToContainTextAsync("Nothing is left to decide in this style. 1 picture waits for your word in the others.");
        await Expect(waiting).ToHaveCountAsync(1);

        await asked.GetByRole(AriaRole.Link, new() { Name = "Show it" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("style=clear"));
        await Expect(asked).ToContainTextAsync("1 picture waits for your word.");
        await page.ArrivedAsync("1.1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" }).ClickAsync();
        await Expect(asked).ToContainTextAsync("You have said your word about every picture.");
        await Expect(waiting).ToHaveCountAsync(0);
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
        var page = await OpenAsync(studio, story, dark: true, width: 390);

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
        var page = await OpenAsync(studio, new("about:blank"));
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
        var page = await OpenAsync(studio, new("about:blank"));
        await page.Clock.InstallAsync();
        await page.GotoAsync(Address(studio, story).ToString());
        await page.ArrivedAsync("1.1");
        var (asked, reply) = (0, page.Locator("[data-reply]"));
        await page.RouteAsync("**/media/**/v2.*", route => asked++ == 0 ? route.AbortAsync() : route.ContinueAsync());

        await studio.Illustrator.RegenerateAsync(image.Id, null, "bluer");
        await studio.UntilFinishedAsync(story.Id);
        await Expect(page.GetByText("The picture did not load.")).ToBeVisibleAsync();
        await Expect(page.Locator($"button[value='approve:{image.Id}:2']")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" }).ClickAsync();
        await Expect(reply).ToHaveTextAsync("The new picture is still on its way. Look at it first.");
        await page.Locator(".spot").First.ClickAsync(new() { Position = new() { X = 40, Y = 30 } });
        await Expect(page.GetByTestId("review-form")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Ask for changes of picture 1.1" }).ClickAsync();
        await page.GetByLabel("What should be different").FillAsync("Closer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for changes", Exact = true }).ClickAsync();
        await Expect(page.Locator("[data-error]").First).ToHaveTextAsync("The new picture is still on its way. Look at it first.");
        Assert.Empty((await Reviews(studio).GetAsync(story.Id)).Reviews);

        await page.Clock.FastForwardAsync(10_000);
        await Expect(page.Locator("img.picture")).ToHaveCountAsync(1);
        await Expect(page.Locator("img.picture")).ToHaveAttributeAsync("src", new Regex("/v2\\."));
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for changes", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("You want changes: Closer");
        Assert.Equal(2, Assert.Single((await Reviews(studio).GetAsync(story.Id)).Reviews).Of("local")!.PictureVersion);
    }

    [Fact]
    public async Task Picture_ThatDoesNotLoad_ComesAgain_ThoughTheWordsBesideItWereEditedMeanwhile()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, _) = await DrawnAsync(studio);
        var page = await OpenAsync(studio, new("about:blank"));
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

    [Fact]
    public async Task Picture_OfARunThatIsPausedWhileTheLineGoes_ComesByAsking()
    {
        var gate = new SemaphoreSlim(0);
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Generation:MaxConcurrency"] = "1" });
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(2);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.UntilAsync(story.Id, s => s.Images.Any(i => i.Status is ImageStatus.InProgress));
        var page = await OpenAsync(studio, new("about:blank"));
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
        var page = await OpenAsync(studio, new("about:blank"));
        await page.Clock.InstallAsync();
        await page.GotoAsync(Address(studio, story).ToString());
        await Expect(page.Locator("[data-line]")).ToBeHiddenAsync();

        await page.Clock.FastForwardAsync(40_000);
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("Checking every 3 seconds");
        gate.Release();
        await Expect(page.Locator("[data-state=success] img")).ToHaveCountAsync(1);

        // Nothing is pending: what is told of from now on comes by the line.
        line.Silent = false;
        await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Said while away" });
        await page.Clock.FastForwardAsync(60_000);
        await page.EvaluateAsync("() => document.dispatchEvent(new Event('visibilitychange'))");
        await Expect(page.GetByText("Said while away")).ToBeVisibleAsync();
        await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Said since" });
        await Expect(page.GetByText("Said since")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-line]")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Text_ThatIsEdited_IsExchangedInPlace()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, _) = await DrawnAsync(studio);
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Link, new() { Name = "Comment on picture 1.1" }).ClickAsync();
        await page.GetByLabel("Your comment").FillAsync("Half a thou");

        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "A heron stood on the pier." });

        await Expect(page.GetByText("A heron stood on the pier.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Your comment")).ToHaveValueAsync("Half a thou");
    }

    [Fact]
    public async Task Text_ThatIsEdited_IsThere_ThoughTheLineFailsWhenItIsFirstAskedFor()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, _) = await DrawnAsync(studio);
        var page = await OpenAsync(studio, story);
        var failed = 0;
        await page.RouteAsync("**/review/**", route => failed++ == 0 ? route.AbortAsync() : route.ContinueAsync());

        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "A heron stood on the pier." });

        await Expect(page.GetByText("A heron stood on the pier.")).ToBeVisibleAsync();
        Assert.InRange(failed, 2, int.MaxValue);
    }

    [Fact]
    public async Task Numbers_ThatChange_AndAStyleThatIsAdded_AreWhatThePageSaysThroughout()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.Library.CreateAsync(new() { Title = "The lighthouse", Segments = [new() { Number = "1.2", Text = "The owl flew." }, new() { Number = "1.10", Text = "The lamp burned." }], Styles = ["illustration"] });
        await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.2"] });
        await studio.UntilFinishedAsync(story.Id);
        var page = await OpenAsync(studio, story);
        var drawn = page.GetByRole(AriaRole.Article, new() { Name = "Page 1.1", Exact = true });
        await page.GetByRole(AriaRole.Link, new() { Name = "Comment on picture 1.2" }).ClickAsync();
        await page.GetByLabel("Your comment").FillAsync("Half a thou");

        await studio.Services.GetRequiredService<IStoryEditor>().RenumberAsync(story.Id);

        await Expect(drawn.Locator(".place [role=status]")).ToHaveTextAsync("Picture 1.1, Illustration: Drawn");
        await Expect(drawn.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" })).ToBeVisibleAsync();
        await Expect(drawn.GetByRole(AriaRole.Link, new() { Name = "Comment on the text of 1.1" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Article, new() { Name = "Page 1.2" }).Locator(".place [role=status]")).ToHaveTextAsync("Picture 1.2, Illustration: Not drawn yet");
        await Expect(page.GetByLabel("Your comment")).ToHaveValueAsync("Half a thou");

        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { HardCut = true });
        await Expect(page.GetByRole(AriaRole.Article, new() { Name = "Page 2.1" }).Locator(".place [role=status]")).ToHaveTextAsync("Picture 2.1, Illustration: Not drawn yet");
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "The owl slept." });
        await Expect(drawn.Locator("img.picture")).ToHaveAttributeAsync("alt", "Illustration: The owl slept.");

        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration", "clear"] });
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Clear line" })).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Your comment")).ToHaveValueAsync("Half a thou");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Style_ThatIsLookedAtAndTakenOut_LeavesThePageInOneThatThereIs()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, _) = await DrawnAsync(studio, "illustration", "clear");
        var page = await browser.OpenAsync(new(studio.Address, $"/review/{story.Id}?style=clear"), interactive: false);
        await Expect(page.Locator(".place[data-style=clear] img")).ToHaveCountAsync(1);

        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration"] });

        await Expect(page.Locator(".place[data-style=illustration] img")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Page_WhoseAddressNamesNoStyle_ShowsTheFirstThatHasPictures()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["clear"] });
        await studio.UntilFinishedAsync(story.Id);

        var page = await OpenAsync(studio, story);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Clear line" })).ToHaveAttributeAsync("aria-current", "page");
        await Expect(page.Locator("[data-state=success] img")).ToHaveCountAsync(1);

        await page.GetByRole(AriaRole.Link, new() { Name = "Illustration" }).ClickAsync();
        await Expect(page.Locator("[data-state=empty]")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Spot_IsMarkedMovedAndTakenAwayByKeysAlone()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await OpenAsync(studio, story);
        var (field, dot) = (page.GetByLabel("Your comment"), page.GetByRole(AriaRole.Slider, new() { Name = "Spot on picture 1.1" }));
        await OpenFormAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(dot).ToBeFocusedAsync();
        await Expect(page.GetByText("The arrow keys move the spot")).ToBeVisibleAsync();
        foreach (var key in (string[])["ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowLeft"])
        {
            await page.Keyboard.PressAsync(key);
        }

        await Expect(dot).ToHaveAttributeAsync("aria-valuetext", "44 percent from the left, 48 percent from the top");
        Assert.Empty((await page.RunAxe()).Violations);
        await page.Keyboard.PressAsync("Enter");
        await Expect(field).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("Her hat");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("spot")).ToHaveTextAsync("1");
        await Expect(dot).ToHaveCountAsync(0);
        var said = Assert.Single((await Reviews(studio).GetAsync(story.Id)).Comments);
        Assert.Equal((0.44, 0.48, 1, image.Id), (said.X!.Value, said.Y!.Value, said.PictureVersion, said.ImageId));

        await OpenFormAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Mark a spot" }).PressAsync("Enter");
        for (var i = 0; i < 6; i++)
        {
            await page.Keyboard.PressAsync("Shift+ArrowDown");
        }

        await Expect(dot).ToHaveAttributeAsync("aria-valuetext", "50 percent from the left, 100 percent from the top");
        await page.Keyboard.PressAsync("Escape");
        await Expect(field).ToBeFocusedAsync();
        await Expect(dot).ToHaveCountAsync(0);
        await page.Keyboard.TypeAsync("All of it");
        await page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).PressAsync("Enter");
        await Expect(page.GetByTestId("comment")).ToHaveCountAsync(2);
        Assert.Null((await Reviews(studio).GetAsync(story.Id)).Comments[1].X);
        Assert.Empty(page.Faults());

        async Task OpenFormAsync()
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Comment on picture 1.1" }).PressAsync("Enter");
            await Expect(field).ToBeFocusedAsync();
        }
    }

    [Fact]
    public async Task Words_TypedAboutOneStory_DoNotStandInAnothersForm_AndComeBackInTheirOwn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (one, other) = (await studio.CreateStoryAsync(1), await studio.CreateStoryAsync(1));
        var page = await OpenAsync(studio, one);
        var comment = page.GetByRole(AriaRole.Link, new() { Name = "Comment on the story" });
        var field = page.GetByLabel("Your comment");
        await comment.ClickAsync();
        await field.FillAsync("Too sad for my mother");

        await page.GotoAsync(Address(studio, other).ToString());
        await comment.ClickAsync();
        await Expect(field).ToBeFocusedAsync();
        await Expect(field).ToHaveValueAsync("");

        await page.GotoAsync(Address(studio, one).ToString());
        await comment.ClickAsync();
        await Expect(field).ToHaveValueAsync("Too sad for my mother");
    }

    [Theory]
    [InlineData(390, false)]
    [InlineData(1440, true)]
    public async Task Page_HasNothingThatAxeFinds(int width, bool dark)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio, "illustration", "clear");
        await Reviews(studio).DecideAsync(Anna, image.Id, 1, DecisionKind.ChangesWanted, "Closer");
        var said = await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Her hat", ImageId = image.Id, X = 0.5, Y = 0.5 });
        await Reviews(studio).SayAsync(Actor.Local, story.Id, new() { Text = "Red", ParentId = said.Id });
        var page = await OpenAsync(studio, story, dark: dark, width: width);
        await page.GetByRole(AriaRole.Link, new() { Name = "Comment on picture 1.1" }).ClickAsync();

        var result = await page.RunAxe();

        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(v => $"{v.Id}: {v.Help}\n  {string.Join("\n  ", v.Nodes.Select(n => n.Html))}")));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page is wider than its window.");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Page_OfAThousandSegments_IsSmall_AndLeadsOn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1_000);
        using var client = studio.Client();

        var html = await client.GetStringAsync($"/review/{story.Id}?part=2");

        Assert.InRange(html.Length, 1, 150_000);
        Assert.Contains("Part 2 of 25", html, StringComparison.Ordinal);
        Assert.DoesNotContain("blazor.web.js", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Part_ThatIsNone_IsTheBeginning()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        using var client = studio.Client();

        foreach (var part in new[] { "2.", "abc", "1.5", "-1", "99999999999", "" })
        {
            Assert.Contains("data-part-of=\"1\"", await client.GetStringAsync($"/review/{story.Id}?part={part}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Post_OfAnotherStorysPictureOrComment_IsNotDone()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var other = await studio.CreateStoryAsync(1);
        var page = await OpenAsync(studio, other, script: false);

        await page.Locator("form#act").EvaluateAsync($"form => {{ const b = document.createElement('button'); b.name = 'do'; b.value = 'approve:{image.Id}:1'; form.append(b); form.requestSubmit ? form.requestSubmit(b) : b.click(); }}");

        await Expect(page.GetByTestId("review-notice")).ToHaveTextAsync("There is no such picture.");
        Assert.Empty((await Reviews(studio).GetAsync(story.Id)).Reviews);
    }

    private static IReviews Reviews(WebStudio studio) => studio.Services.GetRequiredService<IReviews>();

    private static Uri Address(WebStudio studio, StoryDetails story) => new(studio.Address, $"/review/{story.Id}");

    private Task<IPage> OpenAsync(WebStudio studio, StoryDetails story, bool dark = false, int width = 1280, bool script = true) => browser.OpenAsync(Address(studio, story), dark, width, interactive: false, script: script);

    private Task<IPage> OpenAsync(WebStudio studio, Uri address) => browser.OpenAsync(address, interactive: false);

    private async Task<IPage> OpenWithoutStreamAsync(WebStudio studio, StoryDetails story)
    {
        var page = await OpenAsync(studio, new("about:blank"));
        await page.RouteAsync("**/api/stories/*/events*", route => route.FulfillAsync(new() { Status = 503, ContentType = "application/problem+json", Body = "{}" }));
        await page.GotoAsync(Address(studio, story).ToString());
        return page;
    }

    private static async Task<(StoryDetails Story, ImageState Image)> DrawnAsync(WebStudio studio, params string[] styles)
    {
        var story = await studio.CreateStoryAsync(1, styles);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        return (story, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.First(i => i.Style == "illustration"));
    }
}
