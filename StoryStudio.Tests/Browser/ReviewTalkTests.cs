using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;
using static StoryStudio.Tests.Browser.ReviewPages;

namespace StoryStudio.Tests.Browser;

/// <summary>What is said and decided on the reviewer’s page.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ReviewTalkTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Comment_ThatIsDeletedByMistake_IsPutBackWithOnePress(bool script)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        await ReviewsOf(studio).SayAsync(Actor.Local, story.Id, new() { ImageId = image.Id, Text = "Her hat" });
        var page = await browser.ReviewAsync(studio, story, width: 390, script: script);
        var talk = page.Locator($"[data-part=talk-{image.Id}]");

        await talk.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();

        await Expect(page.GetByText("The comment was deleted.")).ToBeVisibleAsync();
        await Expect(talk.GetByTestId("comment")).ToHaveCountAsync(0);
        if (script)
        {
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeFocusedAsync();
            await ReviewsOf(studio).SayAsync(Actor.Local, story.Id, new() { ImageId = image.Id, Text = "It is red" });
            await Expect(talk.GetByTestId("comment")).ToHaveCountAsync(1);
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(talk.GetByText("Her hat")).ToBeVisibleAsync();
        await Expect(page.GetByText("The comment was deleted.")).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Answer_FarAwayInTheStory_IsToldWithTheWayThere_UntilOneSpeaksOrItIsSettled()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 41);
        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Single(i => i.SegmentId == story.Segments[40].Id);
        var mine = await ReviewsOf(studio).SayAsync(Actor.Local, story.Id, new() { ImageId = image.Id, Text = "Her hat" });
        var page = await browser.ReviewAsync(studio, story, width: 390);
        var answered = page.GetByTestId("review-answered");
        await Expect(page.GetByTestId("review-asked")).ToBeVisibleAsync();
        await Expect(answered).ToHaveCountAsync(0);

        var theirs = await ReviewsOf(studio).SayAsync(Anna, story.Id, new() { ParentId = mine.Id, Text = "Which colour?" });
        await Expect(answered).ToContainTextAsync($"Anna answered you at {story.Segments[40].Number}.");
        Assert.Empty((await page.RunAxe()).Violations.Select(v => v.Id));
        await answered.GetByRole(AriaRole.Link, new() { Name = "Show it" }).ClickAsync();
        await Expect(page.GetByTestId("comment").Filter(new() { HasText = "Which colour?" })).ToBeInViewportAsync();

        await ReviewsOf(studio).SayAsync(Actor.Local, story.Id, new() { ParentId = mine.Id, Text = "Red." });
        await Expect(answered).ToHaveCountAsync(0);
        await ReviewsOf(studio).SayAsync(Anna, story.Id, new() { ParentId = mine.Id, Text = "So be it." });
        await Expect(answered).ToHaveCountAsync(1);
        await ReviewsOf(studio).ResolveAsync(Actor.Local, mine.Id, resolved: true);
        await Expect(answered).ToHaveCountAsync(0);
        await ReviewsOf(studio).ResolveAsync(Actor.Local, mine.Id, resolved: false);
        await Expect(answered).ToHaveCountAsync(1);
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(390, true)]
    [InlineData(1280, false)]
    public async Task WhatIsAskedAnew_WhileTheHeadIsOutOfSight_IsSaidWhereOneIs_UntilItIsFollowedPutAwayOrSeen(int width, bool dark)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 8);
        var images = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images;
        var (third, last) = (images.Single(i => i.SegmentId == story.Segments[2].Id), images.Single(i => i.SegmentId == story.Segments[7].Id));
        var mine = await ReviewsOf(studio).SayAsync(Actor.Local, story.Id, new() { ImageId = third.Id, Text = "Her hat" });
        var page = await browser.ReviewAsync(studio, story, dark, width);
        var (asked, reminder) = (page.GetByTestId("review-asked"), page.GetByTestId("review-reminder"));
        await Expect(asked).ToContainTextAsync("8 pictures wait for your word.");
        await DownAsync();

        // Less is no news; an answer is.
        await DecideAsync(1);
        await Expect(asked).ToContainTextAsync("7 pictures wait");
        await Expect(reminder).ToBeHiddenAsync();
        await ReviewsOf(studio).SayAsync(Anna, story.Id, new() { ParentId = mine.Id, Text = "Which colour?" });
        await Expect(reminder).ToContainTextAsync($"Anna answered you at {story.Segments[2].Number}.");
        await Expect(reminder).ToBeInViewportAsync();
        await Expect(asked).Not.ToBeInViewportAsync();
        await Expect(reminder.Locator("xpath=ancestor-or-self::*[@role='status' or @role='alert' or @aria-live]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-announce]")).ToHaveTextAsync("Anna said something.");
        Assert.Empty((await page.RunAxe()).Violations.Select(v => v.Id));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page is wider than its window.");
        await reminder.GetByRole(AriaRole.Link, new() { Name = "Show it" }).ClickAsync();
        await Expect(page.GetByTestId("comment").Filter(new() { HasText = "Which colour?" })).ToBeInViewportAsync();
        await Expect(reminder).ToBeHiddenAsync();

        // A new version of what was decided asks again, and is put away by the keys, which go on from where they were.
        await DownAsync();
        var approve = page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.7" });
        await approve.FocusAsync();
        await DrawAgainAsync(2);
        await Expect(reminder).ToContainTextAsync("8 pictures wait for your word.");
        await Expect(reminder.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("data-jump", images.Single(i => i.SegmentId == story.Segments[0].Id).Id);
        await reminder.GetByRole(AriaRole.Button, new() { Name = "Not now" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(reminder).ToBeHiddenAsync();
        await Expect(approve).ToBeFocusedAsync();

        // And once more, until the head is in sight.
        await DecideAsync(2);
        await Expect(asked).ToContainTextAsync("7 pictures wait");
        await DrawAgainAsync(3);
        await Expect(reminder).ToBeVisibleAsync();
        await page.EvaluateAsync("scrollTo(0, 0)");
        await Expect(reminder).ToBeHiddenAsync();
        await DownAsync();
        Assert.Empty(page.Faults());

        async Task DownAsync()
        {
            await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
            await Expect(asked).Not.ToBeInViewportAsync();
            await Expect(reminder).ToBeHiddenAsync();
        }

        Task DecideAsync(int version) => ReviewsOf(studio).DecideAsync(Actor.Local, last.Id, version, DecisionKind.ChangesWanted, "Closer");

        async Task DrawAgainAsync(int version)
        {
            await studio.Illustrator.RegenerateAsync(last.Id, null, null);
            await studio.UntilAsync(story.Id, s => s.Images.Single(i => i.Id == last.Id).ChosenVersion == version);
        }
    }

    [Fact]
    public async Task Comment_OnASpotOfThePicture_IsSaidAnsweredChangedSettledAndDeleted_WhileOthersLookOn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await browser.ReviewAsync(studio, story);
        var other = await browser.ReviewAsync(studio, story, width: 390);
        var talk = page.Locator($"[data-part=talk-{image.Id}]");

        await page.ArrivedAsync("1.1");
        await page.Locator(".spot").First.ClickAsync(new() { Position = new() { X = 40, Y = 30 } });
        await page.GetByLabel("Your comment").FillAsync("<b>Her</b> hat");
        await page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).ClickAsync();

        await Expect(talk.GetByTestId("comment")).ToContainTextAsync("<b>Her</b> hat");
        await Expect(page.GetByTestId("spot").First).ToHaveTextAsync("1");
        await Expect(other.Locator($"[data-part=talk-{image.Id}] [data-testid=comment]")).ToContainTextAsync("<b>Her</b> hat");
        await Expect(page.GetByTestId("review-form")).ToHaveCountAsync(0);
        var said = Assert.Single((await ReviewsOf(studio).GetAsync(story.Id)).Comments);
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

        await talk.GetByRole(AriaRole.Button, new() { Name = "Delete" }).First.ClickAsync();
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
        var said = await ReviewsOf(studio).SayAsync(Actor.Local, story.Id, new() { Text = "Her hat\nis red.", ImageId = image.Id });
        var page = await browser.ReviewAsync(studio, story, script: script, width: width);
        var (field, save, error) = (page.GetByLabel("Your comment"), page.GetByRole(AriaRole.Button, new() { Name = "Save" }), page.GetByTestId("review-form").GetByRole(AriaRole.Alert));
        await page.GetByRole(AriaRole.Link, new() { Name = "Change", Exact = true }).ClickAsync();
        await Expect(field).ToHaveValueAsync("Her hat\nis red.");

        // In another place: both changes are put together.
        await ReviewsOf(studio).EditAsync(Actor.Local, said.Id, "Her big hat\nis red.");
        await field.FillAsync("Her hat\nis red. And her coat?");
        await save.ClickAsync();
        await Expect(error).ToContainTextAsync("Both changes are in the field now");
        await Expect(field).ToHaveValueAsync("Her big hat\nis red. And her coat?");
        await Expect(page.GetByTestId("met").Locator("ins")).ToContainTextAsync("coat?");

        // In the same place: both are shown, and the next press decides.
        await ReviewsOf(studio).EditAsync(Actor.Local, said.Id, "No hat.");
        await field.FillAsync("A cap.");
        await save.ClickAsync();
        await Expect(error).ToContainTextAsync("“No hat.”");
        await Expect(field).ToHaveValueAsync("A cap.");
        await Expect(page.GetByTestId("met").Locator("del").First).ToBeVisibleAsync();
        Assert.Equal("No hat.", Assert.Single((await ReviewsOf(studio).GetAsync(story.Id)).Comments).Text);
        if (script)
        {
            var violations = (await page.RunAxe()).Violations;
            Assert.Empty(violations.Select(v => $"{v.Id}: {string.Join(", ", v.Nodes.Select(n => n.Target))}"));
        }

        await save.ClickAsync();
        await Expect(page.GetByTestId("review-form")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("comment")).ToContainTextAsync("A cap.");
        Assert.Equal("A cap.", Assert.Single((await ReviewsOf(studio).GetAsync(story.Id)).Comments).Text);
    }

    [Fact]
    public async Task Decisions_AreMadeAndTakenBackInPlace_AndAWishNeedsItsReason()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await browser.ReviewAsync(studio, story);
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

        await ReviewsOf(studio).TakeUpAsync(Actor.Local, image.Id, "local");
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("Drawn again as you wished: Closer");
        await Expect(page.Locator("[data-state=success] img").First).ToHaveAttributeAsync("src", new Regex("/v2\\."));
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.1" }).ClickAsync();
        await Expect(page.GetByTestId("verdict").First).ToHaveTextAsync("Approved by you");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wish_ForAVersionThatIsNoLongerShown_IsRefusedOnce_AndTakenForTheOneThatIsSeenThen(bool lateToArrive)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await browser.ReviewAsync(studio, story);
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
        Assert.Equal(2, Assert.Single((await ReviewsOf(studio).GetAsync(story.Id)).Reviews).Of("local")!.PictureVersion);
    }

    [Fact]
    public async Task Spot_IsMarkedMovedAndTakenAwayByKeysAlone()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await browser.ReviewAsync(studio, story);
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
        var said = Assert.Single((await ReviewsOf(studio).GetAsync(story.Id)).Comments);
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
        Assert.Null((await ReviewsOf(studio).GetAsync(story.Id)).Comments[1].X);
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
        var page = await browser.ReviewAsync(studio, one);
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

    [Fact]
    public async Task Post_OfAnotherStorysPictureOrComment_IsNotDone()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var other = await studio.CreateStoryAsync(1);
        var page = await browser.ReviewAsync(studio, other, script: false);

        await page.Locator("form#act").EvaluateAsync($"form => {{ const b = document.createElement('button'); b.name = 'do'; b.value = 'approve:{image.Id}:1'; form.append(b); form.requestSubmit ? form.requestSubmit(b) : b.click(); }}");

        await Expect(page.GetByTestId("review-notice")).ToHaveTextAsync("There is no such picture.");
        Assert.Empty((await ReviewsOf(studio).GetAsync(story.Id)).Reviews);
    }

    [Fact]
    public async Task Page_WithoutAScript_TakesCommentsAndDecisions_AndKeepsWhatWasTypedWhenItIsRefused()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await browser.ReviewAsync(studio, story, script: false, width: 390);

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
        Assert.Equal(2, Assert.Single((await ReviewsOf(studio).GetAsync(story.Id)).Reviews).Of("local")!.PictureVersion);
    }
}
