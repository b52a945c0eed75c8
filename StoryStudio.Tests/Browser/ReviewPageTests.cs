using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Review;
using Xunit;
using static Microsoft.Playwright.Assertions;
using static StoryStudio.Tests.Browser.ReviewPages;

namespace StoryStudio.Tests.Browser;

/// <summary>The page of whoever was sent a link: without a circuit, with a script and without one.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ReviewPageTests(BrowserFixture browser)
{
    [Fact]
    public async Task Page_LeadsToTheBook_InTheStyleThatIsShown_AndTheBookBack()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, _) = await DrawnAsync(studio, "illustration", "clear");
        var (_, token) = await studio.Services.GetRequiredService<ISharing>().CreateAsync(Actor.Local, story.Id, new(StoryRole.Look));
        var page = await browser.ReviewAsync(new Uri(studio.Address, $"/s/{token}"));
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
        await ReviewsOf(studio).SayAsync(Anna, story.Id, new() { Text = "Her hat", ImageId = image.Id });
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
    public async Task Words_OfWhatIsAsked_CountWhatWaitsInTheOtherStylesToo()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio, "illustration", "clear");
        var page = await browser.ReviewAsync(studio, story);
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
    public async Task Page_ThatIsAddedBehindTheLastThatOnePartHolds_HasAWayToIt()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(ReviewPlace.Most);
        var page = await browser.ReviewAsync(studio, story);
        await Expect(page.Locator("article.item")).ToHaveCountAsync(ReviewPlace.Most);

        await studio.Services.GetRequiredService<IStoryEditor>().InsertAsync(story.Id, new() { After = story.Segments[^1].Id, Text = "And then." });

        await page.GetByRole(AriaRole.Link, new() { Name = "Go on" }).ClickAsync();
        await Expect(page.GetByText("And then.")).ToBeVisibleAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Text_ThatIsEdited_IsExchangedInPlace()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, _) = await DrawnAsync(studio);
        var page = await browser.ReviewAsync(studio, story);
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
        var page = await browser.ReviewAsync(studio, story);
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
        var page = await browser.ReviewAsync(studio, story);
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

        var page = await browser.ReviewAsync(studio, story);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Clear line" })).ToHaveAttributeAsync("aria-current", "page");
        await Expect(page.Locator("[data-state=success] img")).ToHaveCountAsync(1);

        await page.GetByRole(AriaRole.Link, new() { Name = "Illustration" }).ClickAsync();
        await Expect(page.Locator("[data-state=empty]")).ToHaveCountAsync(1);
    }

    [Theory]
    [InlineData(390, false)]
    [InlineData(1440, true)]
    public async Task Page_HasNothingThatAxeFinds(int width, bool dark)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio, "illustration", "clear");
        await ReviewsOf(studio).DecideAsync(Anna, image.Id, 1, DecisionKind.ChangesWanted, "Closer");
        var said = await ReviewsOf(studio).SayAsync(Anna, story.Id, new() { Text = "Her hat", ImageId = image.Id, X = 0.5, Y = 0.5 });
        await ReviewsOf(studio).SayAsync(Actor.Local, story.Id, new() { Text = "Red", ParentId = said.Id });
        var page = await browser.ReviewAsync(studio, story, dark: dark, width: width);
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
}
