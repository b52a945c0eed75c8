using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>What reviewers say, as it reaches the author.</summary>
[Collection(BrowserCollection.Name)]
public sealed class CommentsPageTests(BrowserFixture browser)
{
    private static readonly Actor Anna = new("anna", "Anna", StoryRole.Decide);

    [Fact]
    public async Task Wish_BecomesTheNextVersionWithOnePress_InTheOpenedPicture()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.1" }).First.ClickAsync();
        var panel = page.GetByTestId("picture-reviews");

        await Reviews(studio).DecideAsync(Anna, image.Id, 1, DecisionKind.ChangesWanted, "Closer, and in the rain");
        await Expect(panel.GetByTestId("desk-verdict")).ToContainTextAsync("Anna wants changes: Closer, and in the rain");
        await panel.GetByTestId("take-up").ClickAsync();

        await Expect(page.GetByTestId("picture-panel").Locator("[data-state=success] img").First).ToHaveAttributeAsync("src", new Regex("/v2\\."));
        await Expect(panel.GetByTestId("desk-verdict")).ToHaveCountAsync(0);
        Assert.Contains("in the rain", (await studio.Illustrator.GetVersionsAsync(image.Id))[1].Prompt, StringComparison.Ordinal);
        await Reviews(studio).DecideAsync(Anna, image.Id, 2, DecisionKind.Approved, null);
        await Expect(panel.GetByTestId("desk-verdict")).ToContainTextAsync("Approved by Anna");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Comment_ThatIsTakenBackOnceAnswered_LeavesItsAnswers_AndAnAnswerIsTypedWhereItsFieldOpens()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var first = await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "A ghost ship?", ImageId = image.Id });
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/comments"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true }).ClickAsync();
        await Expect(page.GetByLabel("Your answer")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("It always was.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true }).Last.ClickAsync();
        await Expect(page.GetByTestId("desk-comment").Last).ToContainTextAsync("It always was.");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true })).ToBeFocusedAsync();
        await page.GetByTestId("desk-change").ClickAsync();
        await Expect(page.GetByLabel("Your comment", new() { Exact = true })).ToBeFocusedAsync();

        await Reviews(studio).DeleteAsync(Anna, first.Id);

        await Expect(page.GetByTestId("desk-comment").First).ToContainTextAsync("This comment was taken back.");
        await Expect(page.GetByTestId("desk-comment").Last).ToContainTextAsync("It always was.");
        var desk = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await desk.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.1" }).First.ClickAsync();
        await Expect(desk.GetByTestId("picture-reviews").GetByTestId("desk-comment").First).ToContainTextAsync("This comment was taken back.");
        Assert.Empty(page.Faults().Concat(desk.Faults()));
    }

    [Fact]
    public async Task Wish_ForAPictureThatTheAuthorLocked_IsTakenUpByThePressThatUnlocksIt()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var image = await studio.Services.GetRequiredService<IPictureDesk>().BringAsync(Actor.Local, story.Id, "1.1", "illustration", new MemoryStream(TestPictures.Png()), andLock: true);
        await Reviews(studio).DecideAsync(Anna, image.Id, 1, DecisionKind.ChangesWanted, "Closer");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/comments"));
        await Expect(page.GetByTestId("take-up")).ToHaveTextAsync("Unlock it and draw it so");

        await page.GetByTestId("take-up").ClickAsync();

        await Expect(page.GetByTestId("comments-none")).ToBeVisibleAsync();
        await studio.UntilAsync(story.Id, s => s.Images[0] is { ChosenVersion: 2, Lock: null });
        Assert.Equal("Closer", (await studio.Illustrator.GetVersionsAsync(image.Id))[1].Instruction);
        Assert.Empty(page.Faults());
    }

    /// <summary>What is approved is locked by that: whoever is not content with it says so, and a wish of long ago does not.</summary>
    [Fact]
    public async Task Wish_ForAnotherVersionThanTheOneThatIsApproved_DoesNotUnlockIt()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        await Reviews(studio).DecideAsync(Anna, image.Id, 1, DecisionKind.ChangesWanted, "In the rain");
        await studio.Illustrator.RegenerateAsync(image.Id, null, null);
        await studio.UntilFinishedAsync(story.Id);
        await Reviews(studio).DecideAsync(Anna, image.Id, 2, DecisionKind.Approved, null);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.1" }).First.ClickAsync();

        await Expect(page.GetByTestId("take-up")).ToHaveTextAsync("Draw it so");
        await page.GetByTestId("take-up").ClickAsync();

        await Expect(page.GetByTestId("desk-talk").GetByRole(AriaRole.Alert)).ToContainTextAsync("This picture is locked.");
        Assert.Equal(LockReason.Approved, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0].Lock?.Reason);
    }

    [Fact]
    public async Task Wish_ThatNobodyCanTakeBack_IsSetAsideByTheAuthor_AndBroughtBackWhereThatWasAMistake()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        await Reviews(studio).DecideAsync(Anna, image.Id, 1, DecisionKind.ChangesWanted, "Closer");
        await Reviews(studio).DecideAsync(Anna with { Id = "anna elsewhere" }, image.Id, 1, DecisionKind.Approved, null);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/comments"));

        await page.GetByTestId("set-aside").ClickAsync();
        await Expect(page.GetByTestId("comments-none")).ToBeVisibleAsync();
        Assert.Equal(ReviewStatus.Approved, Assert.Single((await Reviews(studio).GetAsync(story.Id)).Reviews).Status);

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByTestId("desk-verdict").Filter(new() { HasText = "Closer" })).ToBeVisibleAsync();
        Assert.Equal(ReviewStatus.ChangesWanted, Assert.Single((await Reviews(studio).GetAsync(story.Id)).Reviews).Status);
        Assert.Empty(page.Faults());
    }

    /// <summary>The page that says so elsewhere goes on saying it.</summary>
    [Fact]
    public async Task Comment_ThatComesWhileTheAuthorLooksAtOtherPictures_StaysNewUntilItIsShown()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/comments"));
        await page.GetByTestId("filter-Approved").ClickAsync();
        await Expect(page.GetByTestId("comments-none")).ToContainTextAsync("No picture is approved");

        await Reviews(studio).SayAsync(Anna, story.Id, new() { ImageId = image.Id, Text = "Is that the lighthouse?" });

        await Expect(page.GetByTestId("comments-elsewhere")).ToContainTextAsync("Also new: 1 place");
        Assert.Single((await Reviews(studio).GetNewsAsync(Actor.Local, story.Id)).Comments);
        await page.GetByTestId("comments-elsewhere").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByText("Is that the lighthouse?")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("comments-elsewhere")).ToHaveCountAsync(0);
        Assert.Empty((await Reviews(studio).GetNewsAsync(Actor.Local, story.Id)).Comments);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Wishes_OfOnePersonForTwoVersions_AreTakenUpEachByItsOwnPress()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        await Reviews(studio).DecideAsync(Anna, image.Id, 1, DecisionKind.ChangesWanted, "In the rain");
        await studio.Illustrator.RegenerateAsync(image.Id, null, null);
        await studio.UntilFinishedAsync(story.Id);
        await Reviews(studio).DecideAsync(Anna, image.Id, 2, DecisionKind.ChangesWanted, "Closer");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.1" }).First.ClickAsync();
        var wish = page.GetByTestId("picture-reviews").GetByTestId("desk-verdict").Filter(new() { HasText = "of version 1" });

        await wish.GetByTestId("take-up").ClickAsync();

        await Expect(page.GetByTestId("picture-panel").Locator("[data-state=success] img").First).ToHaveAttributeAsync("src", new Regex("/v3\\."));
        Assert.Equal("In the rain", (await studio.Illustrator.GetVersionsAsync(image.Id))[2].Instruction);
        await Expect(wish).ToHaveCountAsync(0);
        Assert.Equal([("Closer", false), ("In the rain", true)], Assert.Single((await Reviews(studio).GetAsync(story.Id)).Reviews).Decisions.Select(d => (d.Reason!, d.TakenUpAt is not null)).Order());
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task News_StandInTheStorysWays_AreSaidInPassing_AndAreSeenOnThePageOfComments()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await Expect(page.GetByTestId("comments-link")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("review-badge")).ToHaveCountAsync(0);

        var said = await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Her <i>hat</i>", ImageId = image.Id });
        await Expect(page.GetByTestId("review-badge")).ToHaveTextAsync("1");
        await Expect(page.GetByText("Anna: Her <i>hat</i>")).ToBeVisibleAsync();

        await page.GetByTestId("comments-link").ClickAsync();
        await Expect(page.GetByTestId("desk-comment")).ToContainTextAsync("Her <i>hat</i>");
        await Expect(page.GetByTestId("review-badge")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true }).ClickAsync();
        await page.GetByLabel("Your answer").FillAsync("It is dusk.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true }).Last.ClickAsync();
        await Expect(page.GetByTestId("desk-comment")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Settled", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("comments-none")).ToBeVisibleAsync();
        await page.GetByTestId("filter-All").ClickAsync();
        await Expect(page.GetByText("Settled by Author")).ToBeVisibleAsync();
        Assert.NotNull((await Reviews(studio).GetAsync(story.Id)).Comments.Single(c => c.Id == said.Id).ResolvedAt);

        await page.ReloadAsync();
        await Expect(page.GetByTestId("comments-page")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("review-badge")).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Spot_ThatAReviewerMarked_LiesOnTheAuthorsPicture_WithItsNumberBesideTheComment()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "All of it", ImageId = image.Id });
        var said = await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Her hat", ImageId = image.Id, X = 0.25, Y = 0.75 });
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.1" }).First.ClickAsync();
        var panel = page.GetByTestId("picture-panel");

        await Expect(panel.GetByTestId("spot")).ToHaveTextAsync("1");
        await Expect(panel.GetByTestId("desk-comment").Filter(new() { HasText = "Her hat" }).GetByTestId("desk-spot")).ToHaveTextAsync("1");
        await Expect(panel.GetByTestId("desk-spot")).ToHaveCountAsync(1);
        await LiesThereAsync("[data-testid=picture-panel] .place");
        Assert.Empty((await page.RunAxe()).Violations);

        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}/comments").ToString());
        await Expect(page.GetByTestId("desk-spot")).ToHaveTextAsync("1");
        await LiesThereAsync("[data-testid=comments-item] img");
        await Reviews(studio).ResolveAsync(Anna, said.Id, true);
        await Expect(page.GetByTestId("spot")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("desk-spot")).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());

        // The page is made twice, on the server and by the circuit: looked at until it stands.
        Task LiesThereAsync(string picture) => page.WaitForFunctionAsync(
            """
            picture => {
              const [over, dot] = [picture, "[data-testid=spot]"].map((s) => document.querySelector(s)?.getBoundingClientRect());
              const off = (start, length, at, wanted) => Math.abs((at - start) / length - wanted);
              return over && dot && off(over.x, over.width, dot.x + dot.width / 2, 0.25) < 0.01 && off(over.y, over.height, dot.y + dot.height / 2, 0.75) < 0.01;
            }
            """, picture);
    }

    [Fact]
    public async Task Items_BeyondTheFirstSixty_ComeWhenAskedFor()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(61);
        foreach (var segment in story.Segments)
        {
            await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Slower", SegmentId = segment.Id });
        }

        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/comments"));
        await Expect(page.GetByTestId("comments-item")).ToHaveCountAsync(60);

        await page.GetByRole(AriaRole.Button, new() { Name = "Show more of 61" }).ClickAsync();

        await Expect(page.GetByTestId("comments-item")).ToHaveCountAsync(61);
        await Expect(page.GetByTestId("comments-more")).ToHaveCountAsync(0);
        await page.GetByTestId("filter-All").ClickAsync();
        await Expect(page.GetByTestId("comments-item")).ToHaveCountAsync(60);
    }

    [Fact]
    public async Task Comment_DeletedAtTheDesk_IsPutBackWithOnePress_AlsoWhereItsPlaceWentAlong()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var said = await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Her hat", ImageId = image.Id });
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/comments"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete the comment of Anna" }).ClickAsync();
        // Whoever has the focus in it is not hurried: the message stays.
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).FocusAsync();
        await Expect(page.GetByTestId("comments-none")).ToBeVisibleAsync();
        await Expect(page.GetByText("The comment of Anna was deleted.")).ToBeVisibleAsync();
        Assert.Empty((await Reviews(studio).GetAsync(story.Id)).Comments);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Expect(page.GetByTestId("desk-comment")).ToContainTextAsync("Her hat");
        Assert.Equal(said.Text, Assert.Single((await Reviews(studio).GetAsync(story.Id)).Comments).Text);
        await Expect(page.GetByText("Anna: Her hat")).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Answer_BegunUnderOneComment_IsNotGivenUnderAnother()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var hat = await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Her hat", ImageId = image.Id });
        var sky = await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "The sky", ImageId = image.Id });
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/comments"));
        ILocator Thread(string words) => page.GetByTestId("desk-thread").Filter(new() { HasText = words });

        await Thread("Her hat").GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true }).ClickAsync();
        await page.Locator($"#answer-{hat.Id}").FillAsync("It is red");
        await Thread("The sky").GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true }).ClickAsync();
        await Expect(page.Locator($"#answer-{sky.Id}")).ToHaveValueAsync("");
        await page.Locator($"#answer-{sky.Id}").FillAsync("Dusk");
        await Thread("The sky").Locator("form button[type=submit]").ClickAsync();
        await Expect(Thread("The sky")).ToContainTextAsync("Dusk");
        await Thread("Her hat").GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true }).ClickAsync();

        await Expect(page.Locator($"#answer-{hat.Id}")).ToHaveValueAsync("It is red");
        Assert.Equal(("Dusk", sky.Id), Assert.Single((await Reviews(studio).GetAsync(story.Id)).Comments, c => c.ParentId is not null) is var answer ? (answer.Text, answer.ParentId) : default);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Comment_OfOnesOwn_IsChangedAtTheDesk_AndNobodyElses()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Her hat", ImageId = image.Id });
        await Reviews(studio).SayAsync(Actor.Local, story.Id, new() { Text = "The skie", ImageId = image.Id });
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/comments"));
        await Expect(page.GetByTestId("desk-change")).ToHaveCountAsync(1);

        await page.GetByTestId("desk-change").ClickAsync();
        await page.GetByLabel("Your comment").FillAsync("The sky");
        Assert.Empty((await page.RunAxe()).Violations);
        await page.GetByTestId("desk-change-save").ClickAsync();

        await Expect(page.GetByTestId("desk-thread").Filter(new() { HasText = "The sky" })).ToContainTextAsync(", changed");
        Assert.Contains((await Reviews(studio).GetAsync(story.Id)).Comments, c => c is { Text: "The sky", EditedAt: not null });
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Comment_PutBackInTheOpenedPicture_IsNoNewsToWhoeverTookItAway()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var said = await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Her hat", ImageId = image.Id });
        await Reviews(studio).MarkSeenAsync(Actor.Local, story.Id, said.Version);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.1" }).First.ClickAsync();
        var panel = page.GetByTestId("picture-panel");

        await panel.GetByRole(AriaRole.Button, new() { Name = "Delete the comment of Anna" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();

        await Expect(panel.GetByTestId("desk-comment")).ToContainTextAsync("Her hat");
        using var patience = new CancellationTokenSource(Studio.Patience);
        while (!(await Reviews(studio).GetNewsAsync(Actor.Local, story.Id, patience.Token)).IsEmpty)
        {
            await Task.Delay(50, patience.Token);
        }

        await Expect(page.GetByTestId("review-badge")).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Pictures_AreFilteredByHowTheyStand()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio, 3);
        var others = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images;
        await Reviews(studio).DecideAsync(Anna, image.Id, 1, DecisionKind.ChangesWanted, "Closer");
        await Reviews(studio).DecideAsync(Anna, others[1].Id, 1, DecisionKind.Approved, null);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/comments"));

        await Expect(page.GetByTestId("comments-counts")).ToHaveTextAsync("1 of 3 pictures approved, 1 to be changed");
        foreach (var (filter, name) in new[] { ("ChangesWanted", "1.1"), ("Approved", "1.2"), ("Waiting", "1.3") })
        {
            await page.GetByTestId($"filter-{filter}").ClickAsync();
            await Expect(page.GetByTestId("comments-item")).ToHaveCountAsync(1);
            await Expect(page.GetByTestId("comments-item")).ToContainTextAsync($"picture {name}");
        }
    }

    [Fact]
    public async Task Whoever_LooksOn_IsNamedAtTheDesk_AndGoneSecondsAfterTheirLineClosed()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var desk = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await Expect(desk.GetByTestId("who-watches")).ToBeEmptyAsync();

        // At the machine itself everybody is its author: somebody else comes by the door that lines open.
        var seat = studio.Services.GetRequiredService<Presence>().Enter(story.Id, Anna);
        await Expect(desk.GetByTestId("who-watches")).ToHaveTextAsync("Anna is here");
        var reviewer = await browser.OpenAsync(new(studio.Address, $"/review/{story.Id}"), interactive: false);
        await Expect(reviewer.GetByTestId("watching")).ToHaveTextAsync("Author and Anna are here");

        seat.Dispose();
        await Expect(desk.GetByTestId("who-watches")).ToBeEmptyAsync();
        await Expect(reviewer.GetByTestId("watching")).ToHaveTextAsync("Author is here");
        await desk.CloseAsync();
        await reviewer.CloseAsync();
        using var patience = new CancellationTokenSource(Studio.Patience);
        while (studio.Services.GetRequiredService<Presence>().Of(story.Id).Count > 0)
        {
            await Task.Delay(50, patience.Token);
        }
    }

    [Fact]
    public async Task Author_WhoComesAfterManyOthers_IsNotCountedAmongThem()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var presence = studio.Services.GetRequiredService<Presence>();
        foreach (var i in Enumerable.Range(0, 25))
        {
            presence.Enter(story.Id, new($"p{i}", $"P {i}", StoryRole.Look));
        }

        var desk = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        using var patience = new CancellationTokenSource(Studio.Patience);
        while (presence.Of(story.Id).Count < 26)
        {
            await Task.Delay(50, patience.Token);
        }

        presence.Enter(story.Id, Anna);

        await Expect(desk.GetByTestId("who-watches")).ToHaveTextAsync("P 0, P 1 and 24 others are here");
    }

    [Fact]
    public async Task Page_ThatBecomesThatOfAnotherStory_LeavesNoWindowOpenOnTheFirst()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true, services: services => services.Replace(ServiceDescriptor.Singleton<IStoryFeed>(all => new CountedFeed(all.GetRequiredService<StoryFeed>()))));
        var feed = (CountedFeed)studio.Services.GetRequiredService<IStoryFeed>();
        var (one, other) = (await studio.CreateStoryAsync(1), await studio.CreateStoryAsync(1));
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{one.Id}/comments"));
        await Expect(page.Locator($"a.back[href='/stories/{one.Id}']")).ToBeVisibleAsync();

        await page.EvaluateAsync("address => Blazor.navigateTo(address)", $"/stories/{other.Id}/comments");
        await Expect(page.Locator($"a.back[href='/stories/{other.Id}']")).ToBeVisibleAsync();

        Assert.Empty(page.Faults());

        // Whoever has gone looks at neither of them any more.
        await page.GotoAsync("about:blank");
        using var patience = new CancellationTokenSource(Studio.Patience);
        while (feed.Open > 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Links_OnLinesOfTheirOwn_AndTheWays_AreLargeEnoughForAFinger()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        await Reviews(studio).DecideAsync(Anna, image.Id, 1, DecisionKind.ChangesWanted, "Closer");
        foreach (var (path, links) in new[] { ("comments", "[data-testid=comments-item] .about p a"), ("progress", "[data-testid=review-entry] p a") })
        {
            var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/{path}"), width: 390);
            await Expect(page.Locator(links)).ToHaveCountAsync(1);

            var small = await page.EvaluateAsync<string[]>(
                "links => [...document.querySelectorAll(`${links}, .way`)].map(e => [e.textContent, e.getBoundingClientRect()]).filter(([, box]) => box.width < 43.9 || box.height < 43.9).map(([text, box]) => `${text} ${box.width} x ${box.height}`)", links);

            Assert.Empty(small);
        }
    }

    [Fact]
    public async Task Pictures_ThatComeWhileTheAuthorLooks_WaitForAWordByThemselves_EachInItsNewestVersion()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(2);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/comments"));
        await page.GetByTestId("filter-Waiting").ClickAsync();
        await Expect(page.GetByTestId("comments-none")).ToContainTextAsync("No picture waits");

        await studio.Illustrator.StartAsync(story.Id, new());
        await Expect(page.GetByTestId("comments-item")).ToHaveCountAsync(2);
        await Expect(page.GetByTestId("comments-counts")).ToHaveTextAsync("0 of 2 pictures approved");
        await studio.UntilFinishedAsync(story.Id);

        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Single(i => i.Number == "1.1");
        await studio.Illustrator.RegenerateAsync(image.Id, null, null);
        await Expect(page.GetByTestId("comments-item").First.Locator("img").First).ToHaveAttributeAsync("src", new Regex("/v2\\."));
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(390, true)]
    [InlineData(1440, false)]
    public async Task Page_HasNothingThatAxeFinds(int width, bool dark)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        await Reviews(studio).DecideAsync(Anna, image.Id, 1, DecisionKind.ChangesWanted, "Closer");
        await Reviews(studio).SayAsync(Anna, story.Id, new() { Text = "Slower", SegmentId = story.Segments[0].Id });
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/comments"), dark, width);
        await Expect(page.GetByTestId("comments-item")).ToHaveCountAsync(2);

        var result = await page.RunAxe();

        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(v => $"{v.Id}: {v.Help}\n  {string.Join("\n  ", v.Nodes.Select(n => n.Html))}")));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page is wider than its window.");
    }

    private static IReviews Reviews(WebStudio studio) => studio.Services.GetRequiredService<IReviews>();

    private static async Task<(StoryDetails Story, ImageState Image)> DrawnAsync(WebStudio studio, int segments = 1)
    {
        var story = await studio.CreateStoryAsync(segments);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        return (story, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0]);
    }
}
