using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>What an author does with pictures: opens, locks, changes, brings, redraws and compares them.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PictureDeskTests(BrowserFixture browser)
{
    [Fact]
    public async Task Panel_LocksAPictureAndAsksForItToBeUnlockedBeforeAnythingElse()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 1, "illustration");
        var page = await OpenPanelAsync(studio, story, "1.1", "Illustration");
        var panel = page.GetByTestId("picture-panel");

        await panel.GetByTestId("panel-lock").ClickAsync();
        await Expect(panel.GetByTestId("panel-locked")).ToContainTextAsync("Locked by");
        await Expect(panel.GetByTestId("draw-again")).ToBeDisabledAsync();
        await Expect(page.GetByTestId("locked").First).ToBeAttachedAsync();
        Assert.Equal(LockReason.Author, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0].Lock?.Reason);

        await panel.GetByTestId("panel-lock").ClickAsync();
        await Expect(panel.GetByTestId("panel-locked")).ToHaveCountAsync(0);
        await panel.GetByTestId("draw-again").ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Button, new() { Name = "Version 2, shown" })).ToBeVisibleAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Panel_OfAPictureThatIsOpenedBeforeTheScriptIsThere_IsShownOnceItIs()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 1, "illustration");
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        var isOpened = new TaskCompletionSource();
        await page.RouteAsync(new Regex("StoryPage\\.razor(\\.[a-z0-9]+)?\\.js"), async route =>
        {
            await isOpened.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}").ToString());
        await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var panel = page.GetByTestId("picture-panel");

        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.1, Illustration" }).ClickAsync();
        await Expect(panel).ToBeAttachedAsync();
        await Expect(panel).ToBeHiddenAsync();
        isOpened.SetResult();

        await Expect(panel).ToBeVisibleAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Panel_ChangesAPictureByAWordAndTheVersionSaysHow()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await DrawnAsync(studio, 1, "illustration");
        var page = await OpenPanelAsync(studio, story, "1.1", "Illustration");
        var panel = page.GetByTestId("picture-panel");

        await Expect(panel.Locator("#panel-along")).ToContainTextAsync("The picture goes along");
        await panel.GetByLabel("What should be different").FillAsync("Make it night.");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Change this picture" }).ClickAsync();

        await Expect(panel.GetByTestId("panel-asked")).ToContainTextAsync("“Make it night.” Changed from version 1.");
        await Expect(panel.GetByTestId("references")).ToContainTextAsync("The picture as it was before");
        await Expect(panel.GetByLabel("What should be different")).ToHaveValueAsync("");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Panel_DrawsTheFirstPictureWithTheWordsThatWereSaidForIt()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.CreateStoryAsync(2, "illustration");
        var page = await OpenPanelAsync(studio, story, "1.1", "Illustration");
        var panel = page.GetByTestId("picture-panel");

        await panel.GetByLabel("What should be in it besides").FillAsync("A full moon.");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Draw this picture" }).ClickAsync();
        await Expect(panel.GetByTestId("panel-asked")).ToContainTextAsync("“A full moon.”");
        Assert.Contains("A full moon.", studio.Provider.Calls.Last().Prompt, StringComparison.Ordinal);
        await panel.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.2, Illustration" }).ClickAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Describe it anew" }).ClickAsync();
        await panel.GetByLabel("What should be in the picture, this time").FillAsync("An empty pier.");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Draw this picture" }).ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Button, new() { Name = "Version 1, shown" })).ToBeVisibleAsync();

        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Single(i => i.Number == "1.2");
        Assert.Contains("An empty pier.", (await studio.Illustrator.GetVersionsAsync(image.Id))[0].Prompt, StringComparison.Ordinal);
        Assert.Equal(2, studio.Provider.Calls.Count);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Panel_DescribesAnew_FromTheWordsWithoutTheirHeading_AsTheyAreByThen_UntilSomebodyHasTyped()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.Library.CreateAsync(new() { Title = "The lighthouse", Segments = [new() { Text = "# The harbour\n\nAn owl flew." }], Styles = ["illustration"] });
        var page = await OpenPanelAsync(studio, story, "1.1", "Illustration");
        var anew = page.GetByTestId("picture-panel").GetByRole(AriaRole.Button, new() { Name = "Describe it anew" });
        var words = page.GetByTestId("picture-panel").GetByLabel("What should be in the picture, this time");

        await anew.ClickAsync();
        await Expect(words).ToHaveValueAsync("An owl flew.");

        await anew.ClickAsync();
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "# The harbour\n\nAn owl slept." });
        await Expect(page.GetByTestId("panel-prompt")).ToContainTextAsync("An owl slept.");
        await anew.ClickAsync();
        await Expect(words).ToHaveValueAsync("An owl slept.");

        await words.FillAsync("An owl, asleep.");
        await anew.ClickAsync();
        await anew.ClickAsync();
        await Expect(words).ToHaveValueAsync("An owl, asleep.");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Panel_TakesAPictureOfOnesOwnAndRefusesWhatIsNone()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1, "illustration");
        var page = await OpenPanelAsync(studio, story, "1.1", "Illustration");
        var panel = page.GetByTestId("picture-panel");

        await panel.GetByTestId("panel-upload").ChooseAsync(File("drawing.png", "image/png", TestPictures.Svg));
        await Expect(panel.GetByTestId("panel-error")).ToContainTextAsync("“drawing.png” was not taken. It is no PNG, JPEG or WebP file, whatever its name says.");
        await panel.GetByTestId("panel-upload").ChooseAsync(File("half.png", "image/png", TestPictures.Png()[..^40]));
        await Expect(panel.GetByTestId("panel-error")).ToContainTextAsync("“half.png” was not taken. This picture cannot be used.");
        Assert.Empty((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images);

        // A large file that is none is refused by how it begins, however slow the line.
        await page.HoldFilesAsync();
        await panel.GetByTestId("panel-upload").ChooseAsync(File("novel.png", "image/png", [.. Enumerable.Repeat((byte)'a', 29 * 1024 * 1024)]));
        await Expect(panel.GetByTestId("panel-error")).ToContainTextAsync("“novel.png” was not taken. It is no PNG, JPEG or WebP file, whatever its name says. A PNG, JPEG or WebP picture of at most 50 MB is right.");
        await Expect(panel.GetByTestId("upload")).ToHaveCountAsync(0);
        await page.LetFilesGoAsync();

        // A large one on a slow line can be let go.
        await page.HoldFilesAsync();
        await panel.GetByTestId("panel-upload").ChooseAsync(File("large.png", "image/png", [.. TestPictures.Png()[..64], .. new byte[3 * 1024 * 1024]]));
        await Expect(panel.GetByTestId("upload")).ToContainTextAsync(new Regex(@"large\.png” for 1\.1.*\d KB of 3 MB", RegexOptions.Singleline));
        await panel.GetByTestId("upload-stop").ClickAsync();
        await Expect(panel.GetByText("“large.png” was let go. Nothing of it was kept.")).ToBeVisibleAsync();
        await Expect(panel.GetByTestId("panel-error")).ToHaveCountAsync(0);
        await page.LetFilesGoAsync();
        Assert.Empty((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images);

        await panel.GetByTestId("panel-upload").ChooseAsync(File("drawing.webp", "image/webp", TestPictures.Webp));
        await Expect(panel.GetByTestId("story-image").Locator("img").Last).ToHaveAttributeAsync("src", new Regex("/v1\\.webp"));
        await Expect(panel.GetByTestId("panel-facts")).ToContainTextAsync("A picture of your own");
        await Expect(panel.GetByTestId("panel-locked")).ToContainTextAsync("and locked");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Redo_SaysHowManyAndWhatStaysBeforeItDrawsThem()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await DrawnAsync(studio, 3, "illustration");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await Expect(page.GetByTestId("stale-note")).ToBeEmptyAsync();
        foreach (var number in new[] { "1.1", "1.2", "1.3" })
        {
            await studio.Library.UpdateSegmentAsync(story.Id, number, new() { Text = $"A cat, {number}." });
        }

        await studio.Services.GetRequiredService<IPictureDesk>().LockAsync(Actor.Local, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[2].Id);
        await Expect(page.GetByTestId("stale-note")).ToContainTextAsync("3 pictures are from before a change");
        var calls = studio.Provider.Calls.Count;

        await page.GetByTestId("redo-ask").ClickAsync();
        await Expect(page.GetByTestId("stale-redo")).ToContainTextAsync("2 pictures will be drawn again");
        await Expect(page.GetByTestId("stale-redo")).ToContainTextAsync("About $0.02.");
        await Expect(page.GetByTestId("stale-redo")).ToContainTextAsync("1 locked picture stays as it is.");
        Assert.Equal(calls, studio.Provider.Calls.Count);

        await page.GetByTestId("redo-start").ClickAsync();
        await Expect(page.GetByTestId("stale-note")).ToContainTextAsync("1 picture is from before a change");
        await studio.UntilFinishedAsync(story.Id);
        Assert.Equal(calls + 2, studio.Provider.Calls.Count);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task FirstPicture_OfAStyle_SaysWhatBecomesOfThoseMadeFromItBeforeItIsDrawnAgain()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await DrawnAsync(studio, 3, "illustration");
        var first = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];
        var page = await OpenPanelAsync(studio, story, "1.2", "Illustration");
        await Expect(page.GetByTestId("draw-again")).ToHaveTextAsync("Draw again");
        await Expect(page.GetByTestId("panel-made-from")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Escape");

        await studio.Services.GetRequiredService<IReviews>().DecideAsync(new("anna", "Anna", StoryRole.Decide), first.Id, 1, DecisionKind.ChangesWanted, "At night");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.1, Illustration" }).ClickAsync();
        await Expect(page.GetByTestId("panel-made-from")).ToHaveTextAsync("2 other pictures in this style were made from this one and will be marked as from before a change.");
        await Expect(page.GetByTestId("desk-made-from")).ToHaveTextAsync("2 other pictures in this style were made from this one and will be marked as from before a change.");
        await page.Keyboard.PressAsync("Escape");

        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "A cat." });
        await page.GetByTestId("redo-ask").ClickAsync();
        await Expect(page.GetByTestId("redo-made-from")).ToHaveTextAsync("2 other pictures were made from one of these and will be marked as from before a change.");
        await page.GetByTestId("redo-start").ClickAsync();
        await Expect(page.GetByTestId("stale-note")).ToContainTextAsync("2 pictures are from before a change");
        await page.GetByTestId("redo-ask").ClickAsync();
        await Expect(page.GetByTestId("stale-redo")).ToContainTextAsync("2 pictures will be drawn again");
        await Expect(page.GetByTestId("redo-made-from")).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Compare_LaysStylesSideBySideOverTheWholeStoryAndMountsNoMoreThanIsNear()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(60, "illustration", "clear", "consistent");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByTestId("compare-link").ClickAsync();

        await Expect(page.GetByTestId("compare-row").First).ToContainTextAsync("1.1");
        await Expect(page.GetByTestId("compare-row").First.GetByTestId("story-image")).ToHaveCountAsync(3);
        Assert.InRange(await page.GetByTestId("compare-row").CountAsync(), 2, 30);
        await page.GetByTestId("compare-styles").GetByRole(AriaRole.Button, new() { Name = "Cut paper" }).ClickAsync();
        await Expect(page.GetByTestId("compare-row").First.GetByTestId("story-image")).ToHaveCountAsync(2);

        await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.1"] });
        await Expect(page.GetByTestId("compare-row").First.Locator("[data-state=success]")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new() { Name = "Every picture of 1.1", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("version-card")).ToHaveCountAsync(3);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Compare_WhileNothingIsDrawn_SaysWhereThatIsDone_UntilTheFirstPictureIsThere()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/compare"));
        await Expect(page.GetByTestId("compare-empty").GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", $"/stories/{story.Id}");

        await studio.Illustrator.StartAsync(story.Id, new());

        await Expect(page.Locator("[data-testid=story-image][data-state=success]")).ToHaveCountAsync(4);
        await Expect(page.GetByTestId("compare-empty")).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Compare_WhereASheetAloneIsDrawn_SaysThatNoPictureIs()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var cast = studio.Services.GetRequiredService<ICast>();
        await cast.DrawSheetsAsync((await cast.AddAsync(story.Id, "Owl", "Brown.")).Id, null);
        await studio.UntilAsync(story.Id, s => s.CharacterImages is [{ Url: not null }]);

        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/compare"));

        await Expect(page.GetByTestId("compare-empty")).ToBeVisibleAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Compare_WhoseOnlyStyleLeavesTheStory_ShowsThoseThatAreLeft()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1, "illustration", "clear", "consistent");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/compare"));
        var (styles, pictures) = (page.GetByTestId("compare-styles").GetByRole(AriaRole.Button), page.GetByTestId("compare-row").First.GetByTestId("story-image"));
        foreach (var name in (string[])["Illustration", "Clear line"])
        {
            await page.GetByTestId("compare-styles").GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();
        }

        await Expect(pictures).ToHaveCountAsync(1);
        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration", "clear"] });

        await Expect(styles).ToHaveTextAsync(["Illustration", "Clear line"]);
        await Expect(pictures).ToHaveCountAsync(2);
        await Expect(page.Locator("[data-testid=compare-styles] [aria-pressed=true]")).ToHaveCountAsync(2);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Compare_OnAPhone_HasLinksThatAFingerHits()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1, "illustration", "clear");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/compare"), width: 390);

        var link = await page.GetByRole(AriaRole.Link, new() { Name = "Every picture of 1.1" }).BoundingBoxAsync();

        Assert.True(link!.Height >= 44, $"{link.Height} px");
    }

    [Fact]
    public async Task Panel_OnAPhone_HasLinksThatAFingerHits()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 1, "illustration");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"), width: 390);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.1" }).First.ClickAsync();

        foreach (var name in (string[])["Side by side", "Whole history"])
        {
            var link = await page.GetByTestId("picture-panel").GetByRole(AriaRole.Link, new() { Name = name }).BoundingBoxAsync();
            Assert.True(link!.Height >= 44, $"{name}: {link.Height} px");
        }
    }

    /// <summary>A tablet is wider than a phone, and is touched all the same.</summary>
    [Theory]
    [InlineData(820)]
    [InlineData(390)]
    public async Task WhatIsPressed_HasRoomForAFinger_OnATabletAsOnAPhone(int width)
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.CreateStoryAsync(2);
        var member = await studio.Services.GetRequiredService<ICast>().AddAsync(story.Id, "Owl", "Brown.");
        await studio.Services.GetRequiredService<ICast>().DrawSheetsAsync(member.Id, ["illustration"]);
        await studio.UntilAsync(story.Id, s => s.CharacterImages is [{ Url: not null }]);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        studio.Provider.Script = async (_, _, _, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return ScriptedProvider.Failure(FailureKind.Transient);
        };
        var drawing = await studio.CreateStoryAsync(2, "illustration", "clear");
        await studio.Illustrator.StartAsync(drawing.Id, new());
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/cast"), width: width, touch: true);
        Assert.True(await page.EvaluateAsync<bool>("matchMedia('(pointer: coarse)').matches"), "The window is not one that is touched.");

        await IsLargeAsync(page.GetByTestId("sheet-lock"));
        await GoAsync($"/stories/{story.Id}/progress");
        await IsLargeAsync(page.GetByTestId("review-entry").Locator("p > a").First);
        await GoAsync($"/stories/{story.Id}/comments");
        await page.GetByTestId("filter-Waiting").ClickAsync();
        await IsLargeAsync(page.GetByTestId("comments-item").Locator("p > a").First);
        await GoAsync("/activity");
        await IsLargeAsync(page.GetByTestId("attempt").GetByRole(AriaRole.Link).First, anyWidth: true);
        await GoAsync($"/stories/{drawing.Id}");
        await IsLargeAsync(page.GetByTestId("style-bar").GetByRole(AriaRole.Button).First);
        await page.Locator("[data-hands]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Keyboard.PressAsync("/");
        await IsLargeAsync(page.Locator(".find[data-open] input"));

        async Task GoAsync(string path)
        {
            await page.GotoAsync(new Uri(studio.Address, path).ToString());
            await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        }

        static async Task IsLargeAsync(ILocator target, bool anyWidth = false)
        {
            await Expect(target).ToBeVisibleAsync();
            var size = await target.EvaluateAsync<double[]>("e => [e.getBoundingClientRect().width, e.getBoundingClientRect().height]");
            Assert.True(Math.Round(size[1]) >= 44 && (anyWidth || Math.Round(size[0]) >= 44), $"{target}: {size[0]} x {size[1]} px");
        }
    }

    [Fact]
    public async Task Versions_AreLaidOverEachOtherMovedByKeyAndChosen()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 2, "illustration");
        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];
        await studio.Illustrator.RegenerateAsync(image.Id, null, "at night");
        await UntilAsync(studio, story.Id, s => s.Pending == 0);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/compare/1.1"));

        var slider = page.GetByTestId("picture-slider");
        await Expect(slider.GetByRole(AriaRole.Slider)).ToHaveAttributeAsync("aria-valuetext", "50 percent");
        await slider.GetByRole(AriaRole.Slider).PressAsync("Home");
        await Expect(slider.GetByRole(AriaRole.Slider)).ToHaveAttributeAsync("aria-valuetext", "0 percent");
        await slider.GetByRole(AriaRole.Slider).PressAsync("ArrowRight");
        await Expect(slider).ToHaveAttributeAsync("style", new Regex("--at: ?1%"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Show Illustration, version 1" }).ClickAsync();
        await Expect(page.GetByTestId("version-card").Nth(1)).ToContainTextAsync("Version 1, shown");
        Assert.Equal(1, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0].ChosenVersion);
        await page.GetByRole(AriaRole.Link, new() { Name = "1.2" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Every picture of 1.2" })).ToBeVisibleAsync();
        await Expect(page.GetByTestId("picture-slider")).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Versions_ForWhichNoPictureOfTheirCharactersWentAlong_SayThatTheyWereDescribed_AndOnesOwnDoesNot()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = (await studio.Library.CreateAsync(new()
        {
            Title = "The lighthouse",
            Segments = [new() { Text = "The lamp burned." }, new() { Text = "Mira climbed the stairs." }],
            Characters = [new("Mira", "A girl in red.")],
            Styles = ["illustration"],
        })).Id;
        await studio.Illustrator.StartAsync(story, new());
        await studio.UntilFinishedAsync(story);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story}/compare/1.1"));
        var (cards, described) = (page.GetByTestId("version-card"), "Characters were described in words.");
        await Expect(cards).ToHaveCountAsync(1);
        await Expect(page.GetByText(described)).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Link, new() { Name = "1.2" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Every picture of 1.2" })).ToBeVisibleAsync();
        await Expect(cards.Filter(new() { HasText = described })).ToHaveCountAsync(1);
        await Expect(cards.Filter(new() { HasText = "Went along" })).ToHaveCountAsync(0);
        await studio.Services.GetRequiredService<IPictureDesk>().BringAsync(Actor.Local, story, "1.2", "illustration", new MemoryStream(TestPictures.Png()), andLock: false);
        await Expect(cards).ToHaveCountAsync(2);
        await Expect(cards.Filter(new() { HasText = "Version 2, shown" })).Not.ToContainTextAsync(described);
        await Expect(cards.Filter(new() { HasText = "Version 1" })).ToContainTextAsync(described);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Prompts_AreChangedForSeveralSeenAsTheyAreSentAndTakenBack()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(3, "illustration", "clear");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByTestId("prompts-link").ClickAsync();
        var rows = page.GetByTestId("prompt-row");
        await Expect(rows).ToHaveCountAsync(3);
        await Expect(page.GetByTestId("write-prompts")).ToHaveCountAsync(0);

        await rows.Nth(0).GetByRole(AriaRole.Checkbox).CheckAsync();
        await rows.Nth(2).GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.GetByLabel("Words to add, or to put in their place").FillAsync("It is raining.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to 2 prompts" }).ClickAsync();
        await Expect(page.GetByTestId("prompts-said")).ToContainTextAsync("2 prompts changed.");
        await Expect(rows.Nth(0)).ToContainTextAsync("It is raining.");
        await Expect(rows.Nth(1)).Not.ToContainTextAsync("It is raining.");

        // What is looked at already follows.
        await rows.Nth(1).GetByRole(AriaRole.Button, new() { Name = "What is sent for 1.2" }).ClickAsync();
        await Expect(rows.Nth(1).GetByTestId("prompt-sent")).ToBeVisibleAsync();
        await page.GetByLabel("What this story adds to the style").FillAsync("Always at dusk.");
        await page.GetByTestId("save-note").ClickAsync();
        await Expect(rows.Nth(1).GetByTestId("prompt-sent")).ToContainTextAsync("Always at dusk.");

        await page.GetByRole(AriaRole.Button, new() { Name = "Take back: 2 prompts in Illustration" }).ClickAsync();
        await Expect(rows.Nth(0)).Not.ToContainTextAsync("It is raining.");
        Assert.All((await studio.Library.GetAsync(story.Id)).Segments, s => Assert.Empty(s.Prompts));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Prompts_ChangedLongAgo_AreStillThereForWhoeverAsksForMore()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(2, "illustration");
        for (var i = 0; i < 21; i++)
        {
            await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Prompt = $"Take {i}." });
        }

        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/prompts"));
        var past = page.GetByTestId("prompt-history").GetByRole(AriaRole.Listitem);
        await Expect(past).ToHaveCountAsync(20);
        await page.GetByTestId("prompt-history-more").ClickAsync();
        await Expect(past).ToHaveCountAsync(21);
        await Expect(page.GetByTestId("prompt-history-more")).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 1280)]
    [InlineData(false, 390)]
    [InlineData(true, 390)]
    public async Task Prompts_ChosenFarDown_HaveWhatToDoWithThemInSight_AndAreSeenBeneathIt(bool dark, int width)
    {
        await using var model = await ScriptedImageServer.StartAsync(ChatAnswers.Words("An owl over the harbour, from far above."));
        await using var studio = await WebStudio.StartAsync(sketch: true, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["StoryStudio:Chat:Endpoint"] = model.Endpoint,
            ["StoryStudio:Chat:Model"] = "writer",
        });
        var story = await studio.CreateStoryAsync(36, "illustration");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/prompts"), dark, width);
        await Expect(page.GetByTestId("prompt-row").First).ToBeVisibleAsync();
        await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight / 2)");
        await page.WaitForFunctionAsync("() => document.elementFromPoint(innerWidth / 2, innerHeight * 0.7)?.closest('[data-testid=prompt-row]')");
        var number = await page.EvaluateAsync<string>("document.elementFromPoint(innerWidth / 2, innerHeight * 0.7).closest('[data-testid=prompt-row]').dataset.number");

        await page.GetByRole(AriaRole.Checkbox, new() { Name = $"Choose {number}", Exact = true }).CheckAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "1 prompt of 36 chosen" })).ToBeInViewportAsync(new() { Ratio = 1 });
        foreach (var part in new[] { page.GetByLabel("Words to add, to put in their place, or to wish for"), page.GetByTestId("apply-words"), page.GetByTestId("write-prompts") })
        {
            await Expect(part).ToBeInViewportAsync(new() { Ratio = 0.9f });
        }

        await AtMostAThirdAsync();
        await page.GetByTestId("write-prompts").ClickAsync();
        await Expect(page.GetByTestId("prompt-work")).ToHaveAttributeAsync("data-status", "Written");
        await Expect(page.GetByTestId("accept-all")).ToBeInViewportAsync(new() { Ratio = 0.9f });
        await AtMostAThirdAsync();
        await page.GetByTestId("accept-all").ClickAsync();
        await page.GetByTestId("prompt-work").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(page.GetByTestId("prompt-work")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Checkbox, new() { Name = $"Choose {number}", Exact = true }).UncheckAsync();
        await Expect(page.GetByTestId("prompts-desk")).Not.ToBeInViewportAsync();
        Assert.Empty(page.Faults());

        async Task AtMostAThirdAsync()
        {
            var desk = (await page.GetByTestId("prompts-desk").BoundingBoxAsync())!;
            Assert.InRange(desk.Height, 1, 844 * 0.35);
            Assert.InRange(desk.Y, 0, 844 - desk.Height);
            var result = await page.RunAxe();
            Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(v => $"{v.Id}: {v.Help}\n  {string.Join("\n  ", v.Nodes.Select(n => n.Html))}")));
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page is wider than its window.");
        }
    }

    [Fact]
    public async Task Prompts_ThatAModelProposes_AreShownAsADifferenceAndTakenOverOrNot()
    {
        await using var model = await ScriptedImageServer.StartAsync(ChatAnswers.Words("An owl over the harbour, from far above."));
        await using var studio = await WebStudio.StartAsync(sketch: true, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["StoryStudio:Chat:Endpoint"] = model.Endpoint,
            ["StoryStudio:Chat:Model"] = "writer",
        });
        var story = await studio.CreateStoryAsync(2, "illustration");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/prompts"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose all" }).ClickAsync();
        await page.GetByTestId("improve-prompts").ClickAsync();

        var rows = page.GetByTestId("prompt-row");
        await Expect(rows.Nth(0).GetByTestId("difference").Locator("ins").First).ToBeVisibleAsync();
        await Expect(page.GetByTestId("prompt-work")).ToHaveAttributeAsync("data-status", "Written");
        Assert.All((await studio.Library.GetAsync(story.Id)).Segments, s => Assert.Empty(s.Prompts));

        await rows.Nth(1).GetByRole(AriaRole.Button, new() { Name = "Leave it: 1.2 stays as it is" }).ClickAsync();
        await rows.Nth(0).GetByRole(AriaRole.Button, new() { Name = "Accept what is proposed for 1.1" }).ClickAsync();
        await Expect(page.GetByTestId("proposal")).ToHaveCountAsync(0);
        await Expect(rows.Nth(0)).ToContainTextAsync("from far above");
        var segments = (await studio.Library.GetAsync(story.Id)).Segments;
        Assert.Equal("An owl over the harbour, from far above.", segments[0].Prompts["illustration"]);
        Assert.Empty(segments[1].Prompts);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Prompt_IsImprovedInTheOpenedPicture_AndNothingThatWaitsElsewhereIsLost()
    {
        await using var model = await ScriptedImageServer.StartAsync(ChatAnswers.Words("An owl over the harbour, from far above."));
        await using var studio = await WebStudio.StartAsync(sketch: true, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["StoryStudio:Chat:Endpoint"] = model.Endpoint,
            ["StoryStudio:Chat:Model"] = "writer",
        });
        var story = await DrawnAsync(studio, 2, "illustration");
        var page = await OpenPanelAsync(studio, story, "1.1", "Illustration");
        var prompt = page.GetByTestId("panel-prompt");
        await prompt.GetByTestId("panel-improve").ClickAsync();
        await Expect(prompt.GetByTestId("difference").Locator("ins").First).ToBeVisibleAsync();
        Assert.Empty((await studio.Library.GetAsync(story.Id)).Segments[0].Prompts);

        await prompt.GetByRole(AriaRole.Button, new() { Name = "Leave it: 1.1 stays as it is" }).ClickAsync();
        await Expect(prompt.GetByTestId("proposal")).ToHaveCountAsync(0);
        await prompt.GetByTestId("panel-improve").ClickAsync();
        await prompt.GetByRole(AriaRole.Button, new() { Name = "Accept what is proposed for 1.1" }).ClickAsync();
        await Expect(prompt).ToContainTextAsync("from far above");
        await Expect(prompt.GetByTestId("panel-prompt-said")).ToHaveTextAsync("Taken over. Draw again to see it.");
        await Expect(page.GetByTestId("panel-stale")).ToBeVisibleAsync();
        Assert.Equal("An owl over the harbour, from far above.", (await studio.Library.GetAsync(story.Id)).Segments[0].Prompts["illustration"]);

        // What waits for a word on the page of prompts is not thrown away for it.
        await studio.Services.GetRequiredService<IPromptWriter>().StartAsync(Actor.Local, story.Id, new() { Style = "illustration", Segments = ["1.2"] });
        await page.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.2, Illustration" }).ClickAsync();
        await Expect(prompt.GetByTestId("proposal")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.1, Illustration" }).ClickAsync();
        await prompt.GetByTestId("panel-improve").ClickAsync();
        await Expect(prompt.GetByRole(AriaRole.Link, new() { Name = "Look at them first" })).ToBeVisibleAsync();
        Assert.Equal("1.2", Assert.Single(studio.Services.GetRequiredService<IPromptWriter>().Find(story.Id)!.Proposals).Number);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Prompt_WithoutAModel_IsProposedFromTheText_ForThisStyleAlone()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 1, "illustration", "clear");
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Prompt = "A lantern alone." });
        var page = await OpenPanelAsync(studio, story, "1.1", "Illustration");
        var prompt = page.GetByTestId("panel-prompt");
        await Expect(prompt).ToContainTextAsync("A lantern alone.");

        await prompt.GetByTestId("panel-from-text").ClickAsync();
        await Expect(prompt.GetByTestId("difference").Locator("del")).ToBeVisibleAsync();
        var result = await page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(v => $"{v.Id}: {v.Help}")));
        await prompt.GetByRole(AriaRole.Button, new() { Name = "Accept what is proposed for 1.1" }).ClickAsync();

        await Expect(prompt.GetByTestId("panel-prompt-said")).ToHaveTextAsync("Taken over. Draw again to see it.");
        var segment = (await studio.Library.GetAsync(story.Id)).Segments[0];
        Assert.Equal((null, "A lantern alone.", null), (segment.Prompts.GetValueOrDefault("illustration"), segment.Prompts["clear"], segment.Prompt));

        // It is the light table's last step, as what is edited beside it would be.
        await page.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo: Prompt of 1.1 back to the text", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Do again: Prompt of 1.1 back to the text", Exact = true })).ToHaveCountAsync(1);
        segment = (await studio.Library.GetAsync(story.Id)).Segments[0];
        Assert.Equal(("A lantern alone.", 0), (segment.Prompt, segment.Prompts.Count));
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 1280)]
    [InlineData(false, 390)]
    [InlineData(true, 390)]
    public async Task Pages_HaveNoAccessibilityViolation(bool dark, int width)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 3, "illustration", "clear");
        var images = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images;
        await studio.Services.GetRequiredService<IPictureDesk>().LockAsync(Actor.Local, images[0].Id);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = "A hen." });
        await AssertAccessibleAsync($"/stories/{story.Id}/compare", async page => await Expect(page.GetByTestId("compare-row").First).ToBeVisibleAsync());
        await AssertAccessibleAsync($"/stories/{story.Id}/compare/1.1", async page => await Expect(page.GetByTestId("picture-slider")).ToBeVisibleAsync());
        await AssertAccessibleAsync($"/stories/{story.Id}/prompts", async page => await Expect(page.GetByTestId("prompt-row").First).ToBeVisibleAsync());
        await AssertAccessibleAsync($"/stories/{story.Id}", async page =>
        {
            await page.GetByTestId("redo-ask").ClickAsync();
            await Expect(page.GetByTestId("stale-redo")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.1, Illustration" }).ClickAsync();
            await Expect(page.GetByTestId("panel-locked")).ToBeVisibleAsync();
        });

        async Task AssertAccessibleAsync(string path, Func<IPage, Task> ready)
        {
            var page = await browser.OpenAsync(new(studio.Address, path), dark, width);
            await ready(page);
            var result = await page.RunAxe();
            Assert.True(result.Violations.Length == 0, $"{path}:\n{string.Join('\n', result.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(" ", v.Nodes.Take(3).Select(n => n.Html))}"))}");
            var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"{path} is {overflow} pixels wider than a window of {width}.");
            Assert.Empty(page.Faults());
        }
    }

    private async Task<IPage> OpenPanelAsync(WebStudio studio, StoryDetails story, string number, string style)
    {
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByRole(AriaRole.Button, new() { Name = $"Open picture {number}, {style}" }).ClickAsync();
        await Expect(page.GetByTestId("picture-panel")).ToBeVisibleAsync();
        return page;
    }

    private static async Task<StoryDetails> DrawnAsync(WebStudio studio, int segments, params string[] styles)
    {
        var story = await studio.CreateStoryAsync(segments, styles);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        return story;
    }

    private static async Task UntilAsync(WebStudio studio, string storyId, Func<StorySnapshot, bool> condition)
    {
        using var subscription = studio.Changes.Subscribe(storyId);
        using var patience = new CancellationTokenSource(Studio.Patience);
        if (condition(await studio.Illustrator.GetSnapshotAsync(storyId, patience.Token)))
        {
            return;
        }

        await foreach (var _ in subscription.ReadAllAsync(patience.Token))
        {
            if (condition(await studio.Illustrator.GetSnapshotAsync(storyId, patience.Token)))
            {
                return;
            }
        }
    }

    private static FilePayload File(string name, string type, byte[] bytes) => new() { Name = name, MimeType = type, Buffer = bytes };
}
