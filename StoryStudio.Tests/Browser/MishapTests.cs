using Microsoft.Extensions.DependencyInjection;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>Slips of the finger, and what comes between a person and the page.</summary>
[Collection(BrowserCollection.Name)]
public sealed class MishapTests(BrowserFixture browser)
{
    [Fact]
    public async Task NewStory_SentWithNothingInIt_SaysSoBesideTheField()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(studio.Address);

        await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();

        await Expect(page.GetByText("There is nothing here yet.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("The story")).ToHaveAttributeAsync("aria-invalid", "true");
    }

    [Fact]
    public async Task Prompt_HalfWrittenWhenThePageIsLost_IsThereAgain()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await EditAsync(page);
        await page.GetByLabel("What should be in the picture").FillAsync("A heron on the pier");

        await page.ReloadAsync();
        await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await EditAsync(page);

        await Expect(page.GetByLabel("What should be in the picture")).ToHaveValueAsync("A heron on the pier");
        await page.GetByTestId("prompt").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByTestId("prompt").GetByText("Your own")).ToBeVisibleAsync();
        Assert.Equal("A heron on the pier", (await studio.Library.GetAsync(story.Id)).Segments[0].Prompts["illustration"]);
    }

    [Fact]
    public async Task Words_ThatComeBackAfterThePageWasLost_AreNotPutOverWhatWasWrittenInBetween()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        var (open, words) = (page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.1" }), page.GetByLabel("Words of 1.1"));
        await open.ClickAsync();
        await words.FillAsync("Mine.");
        await LoseAsync(page);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Theirs." });
        await Expect(page.Locator("[data-beat='1.1'] .prose")).ToHaveTextAsync("Theirs.");

        await open.ClickAsync();
        await Expect(words).ToHaveValueAsync("Mine.");
        await page.GetByTestId("segment-editor").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.GetByTestId("segment-editor").GetByRole(AriaRole.Alert)).ToContainTextAsync("“Theirs.”");
        Assert.Equal("Theirs.", (await studio.Library.GetAsync(story.Id)).Segments[0].Text);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Prompt_HalfWritten_StaysWithItsPageWhenAnotherComesBeforeIt()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/prompts"));
        var prompt = page.GetByLabel("What should be in the picture");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit the prompt of 1.1" }).ClickAsync();
        await prompt.FillAsync("A heron on the pier");

        await studio.Services.GetRequiredService<IStoryEditor>().InsertAsync(story.Id, new() { Text = "Before all that, it was quiet.", Before = "1.1" });
        await page.ReloadAsync();
        await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit the prompt of 1.1" }).ClickAsync();
        await Expect(prompt).ToBeFocusedAsync();
        await Expect(prompt).ToHaveValueAsync("Before all that, it was quiet.");
        await page.GetByTestId("prompt-row").Nth(0).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Edit the prompt of 1.2" }).ClickAsync();
        await Expect(prompt).ToHaveValueAsync("A heron on the pier");
    }

    [Fact]
    public async Task Words_ForSeveralPromptsALinkAndABook_AreThereAgainWhenThePageIsLost()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(2);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/prompts"));
        var choose = page.GetByRole(AriaRole.Button, new() { Name = "Choose all" });
        await choose.ClickAsync();
        await page.GetByLabel("Words to add, or to put in their place").FillAsync("It is raining.");
        await LoseAsync(page);
        await choose.ClickAsync();
        await page.GetByLabel("Words to add, or to put in their place").FocusAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to 2 prompts" }).ClickAsync();
        await Expect(page.GetByTestId("prompts-said")).ToContainTextAsync("2 prompts changed.");
        Assert.All((await studio.Library.GetAsync(story.Id)).Segments, s => Assert.EndsWith("It is raining.", s.Prompts["illustration"], StringComparison.Ordinal));

        foreach (var (path, label, words) in new[] { ("share", "Whom it is for", "The editors of the Harbour Press"), ("export", "Author", "Ada Northcott"), ("export", "Language", "en-GB") })
        {
            await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}/{path}").ToString());
            await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            await page.GetByLabel(label).FillAsync(words);
            await LoseAsync(page);
            await page.GetByLabel(label).FocusAsync();
            await Expect(page.GetByLabel(label)).ToHaveValueAsync(words);
        }

        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Illustrate_PressedTwice_IsOneWishAndNoReproach()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true, settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Providers:Sketch:Delay"] = "00:01:00" });
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Illustrate 1 picture" }).DblClickAsync();

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeEnabledAsync();
        await Expect(page.GetByTestId("run-note")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Disk_ThatIsFullAtTheDesk_IsSaidBesideTheField_AndTheWordsAreSavedOnceThereIsRoom()
    {
        var disk = new FullDisk();
        await using var studio = await WebStudio.StartAsync(sketch: true, services: disk.Under);
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.Locator("[data-beat='1.1'] .prose").DblClickAsync();
        var editor = page.GetByTestId("segment-editor");
        await editor.GetByLabel("Words of 1.1").FillAsync("The heron stayed.");
        disk.IsFull = true;

        await editor.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(editor.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The disk is full. Make room and try again.");
        await Expect(editor.GetByLabel("Words of 1.1")).ToHaveValueAsync("The heron stayed.");
        await Expect(page.GetByText("come apart")).ToHaveCountAsync(0);
        disk.IsFull = false;
        await editor.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(editor).ToHaveCountAsync(0);
        Assert.Equal("The heron stayed.", (await studio.Library.GetAsync(story.Id)).Segments[0].Text);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Disk_ThatIsFullWhileAStoryIsMade_IsSaidAtEachStep_AndTheStoryIsMadeOnceThereIsRoom()
    {
        var disk = new FullDisk();
        await using var studio = await WebStudio.StartAsync(sketch: true, services: disk.Under);
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        await page.GetByLabel("The story", new() { Exact = true }).FillAsync("The heron stayed.");
        disk.IsFull = true;
        await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
        await Expect(page.GetByText("The disk is full. Make room and try again.")).ToBeVisibleAsync();
        disk.IsFull = false;
        await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
        await Expect(page.GetByTestId("new-story")).ToHaveAttributeAsync("data-step", "Pages");
        await page.GetByRole(AriaRole.Button, new() { Name = "See who is in it" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose styles" }).ClickAsync();
        var create = page.GetByRole(AriaRole.Button, new() { Name = "Create and illustrate" });
        await Expect(create).ToBeEnabledAsync();
        // None for the draft, and then for the draft but not for the story: what was said not to be is not made after all.
        for (var kept = 0; kept < 2; kept++)
        {
            var refused = disk.RefuseOne(after: kept);
            await create.ClickAsync();
            await refused;
            await Expect(page.GetByText("The disk is full. Make room and try again.").First).ToBeVisibleAsync();
            await Expect(create).ToBeEnabledAsync();
            Assert.Equal(0, (await studio.Library.ListAsync(1, 10)).Total);
        }

        await create.ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("/stories/[0-9a-f]{32}$"));
        Assert.Equal(1, (await studio.Library.ListAsync(1, 10)).Total);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disk_ThatIsFullOnTheReviewersPage_LosesNoWordOfAComment(bool script)
    {
        var disk = new FullDisk();
        await using var studio = await WebStudio.StartAsync(sketch: true, services: disk.Under);
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new(studio.Address, $"/review/{story.Id}"), interactive: false, script: script);
        await page.GetByRole(AriaRole.Link, new() { Name = "Comment on the story" }).ClickAsync();
        await page.GetByLabel("Your comment").FillAsync("Too sad for my mother");
        disk.IsFull = true;

        await page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("the disk is full", new() { IgnoreCase = true });
        await Expect(page.GetByLabel("Your comment")).ToHaveValueAsync("Too sad for my mother");
        disk.IsFull = false;
        await page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("comment")).ToContainTextAsync("Too sad for my mother");
    }

    private static async Task LoseAsync(IPage page)
    {
        await page.ReloadAsync();
        await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    private static async Task EditAsync(IPage page)
    {
        await page.GetByTestId("show-prompts").ClickAsync();
        await page.GetByTestId("prompt").GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
    }
}
