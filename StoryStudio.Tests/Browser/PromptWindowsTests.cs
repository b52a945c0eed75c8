using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>Prompts in two windows at once: neither takes away unseen what the other has saved.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PromptWindowsTests(BrowserFixture browser)
{
    [Fact]
    public async Task Prompt_ThatTwoWindowsWrite_FollowsWhileUntouched_AndKeepsBothChanges()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await StoryAsync(studio, "The owl flew.");
        var (page, other) = (await OpenAsync(studio, story), await OpenAsync(studio, story));
        var (mine, theirs) = (await EditAsync(page), await EditAsync(other));

        await theirs.WriteAsync("The old owl flew.");
        await SaveAsync(other);
        await Expect(mine).ToHaveValueAsync("The old owl flew.");
        theirs = await EditAsync(other);
        await mine.WriteAsync("The old owl flew home.");
        await theirs.WriteAsync("High up, the old owl flew.");
        await SaveAsync(other);
        await Expect(other.GetByTestId("prompt-row")).ToContainTextAsync("High up");
        await SaveAsync(page);

        await Expect(page.GetByTestId("prompt-row").GetByRole(AriaRole.Alert)).ToContainTextAsync("Both changes are in the field now");
        await Expect(mine).ToHaveValueAsync("High up, the old owl flew home.");
        Assert.Equal("High up, the old owl flew.", await PromptAsync(studio, story));
        await SaveAsync(page);
        await Expect(mine).ToHaveCountAsync(0);
        Assert.Equal("High up, the old owl flew home.", await PromptAsync(studio, story));
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 390)]
    public async Task Prompt_ThatTwoWindowsWriteDifferently_IsShownBothWays_AndOnesOwnToDecide(bool dark, int width)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await StoryAsync(studio, "The owl flew.");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story}/prompts"), dark, width);
        var words = await EditAsync(page);
        await words.WriteAsync("A lamp burned.");
        await SetAsync(studio, story, "A hen slept.");
        await SaveAsync(page);

        var row = page.GetByTestId("prompt-row");
        await Expect(row.GetByRole(AriaRole.Alert)).ToContainTextAsync("“A hen slept.”");
        await Expect(row.GetByTestId("met").Locator("del").First).ToBeVisibleAsync();
        await Expect(words).ToHaveValueAsync("A lamp burned.");
        Assert.Equal("A hen slept.", await PromptAsync(studio, story));
        var violations = (await page.RunAxe()).Violations;
        Assert.Empty(violations.Select(v => $"{v.Id}: {string.Join(", ", v.Nodes.Select(n => n.Target))}"));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));

        // Theirs, by leaving; then one's own, by saving once more.
        await row.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(row).ToContainTextAsync("A hen slept.");
        words = await EditAsync(page);
        await Expect(words).ToHaveValueAsync("A hen slept.");
        await words.WriteAsync("A lamp burned.");
        await SetAsync(studio, story, "A dog barked.");
        await SaveAsync(page);
        await Expect(row.GetByRole(AriaRole.Alert)).ToContainTextAsync("“A dog barked.”");
        await SaveAsync(page);
        await Expect(words).ToHaveCountAsync(0);
        Assert.Equal("A lamp burned.", await PromptAsync(studio, story));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Proposal_WhosePromptAnotherWindowChanged_StaysToBeSeenAgainstWhatItBecame_AndIsTakenByASecondPress()
    {
        await using var model = await ScriptedImageServer.StartAsync(ChatAnswers.Words("An owl, seen from far above."));
        await using var studio = await WebStudio.StartAsync(sketch: true, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["StoryStudio:Chat:Endpoint"] = model.Endpoint,
            ["StoryStudio:Chat:Model"] = "writer",
        });
        var story = await StoryAsync(studio, "The owl flew.");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Choose 1.1" }).CheckAsync();
        await page.GetByTestId("improve-prompts").ClickAsync();
        var row = page.GetByTestId("prompt-row");
        await Expect(row.GetByTestId("proposal")).ToContainTextAsync("far above");

        await SetAsync(studio, story, "A hen slept.");
        await page.GetByTestId("accept-all").ClickAsync();

        await Expect(page.GetByTestId("prompts-said")).ToContainTextAsync("It had become another meanwhile.");
        await Expect(row.GetByTestId("proposal").Locator("del").First).ToBeVisibleAsync();
        await Expect(row.GetByTestId("proposal")).ToContainTextAsync("hen");
        Assert.Equal("A hen slept.", await PromptAsync(studio, story));
        await row.GetByRole(AriaRole.Button, new() { Name = "Accept what is proposed for 1.1" }).ClickAsync();
        await Expect(page.GetByTestId("prompts-said")).ToContainTextAsync("1 prompt changed.");
        await Expect(row.GetByTestId("proposal")).ToHaveCountAsync(0);
        Assert.Equal("An owl, seen from far above.", await PromptAsync(studio, story));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Prompt_ThatComesBackAfterThePageWasLost_IsNotPutOverWhatWasWrittenInBetween()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await StoryAsync(studio, "The owl flew.");
        var page = await OpenAsync(studio, story);
        await (await EditAsync(page)).WriteAsync("Mine.");
        await page.ReloadAsync();
        await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await SetAsync(studio, story, "Theirs.");
        await Expect(page.GetByTestId("prompt-row")).ToContainTextAsync("Theirs.");

        await Expect(await EditAsync(page)).ToHaveValueAsync("Mine.");
        await SaveAsync(page);

        await Expect(page.GetByTestId("prompt-row").GetByRole(AriaRole.Alert)).ToContainTextAsync("“Theirs.”");
        Assert.Equal("Theirs.", await PromptAsync(studio, story));
    }

    [Fact]
    public async Task Prompt_WrittenOnTheStorysPage_ForAllStyles_DoesNotTakeAwayWhatOneStyleWasGivenMeanwhile()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await StoryAsync(studio, "The owl flew.");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story}"));
        await page.GetByTestId("show-prompts").ClickAsync();
        var prompt = page.Locator("[data-testid=prompt][data-style=illustration]");
        await prompt.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        var words = prompt.GetByRole(AriaRole.Textbox);
        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "The owl sang." });
        await Expect(words).ToHaveValueAsync("The owl sang.");
        await words.WriteAsync("A lamp burned.");
        await prompt.GetByLabel("All styles").CheckAsync();
        await words.WriteAsync("A lamp burned.");
        await SetAsync(studio, story, "A hen slept.");
        var save = prompt.GetByRole(AriaRole.Button, new() { Name = "Save" });
        await save.ClickAsync();

        await Expect(prompt.GetByRole(AriaRole.Alert)).ToContainTextAsync("“A hen slept.”");
        await Expect(prompt.GetByTestId("met")).ToBeVisibleAsync();
        Assert.Equal("A hen slept.", await PromptAsync(studio, story));
        await save.ClickAsync();

        await Expect(prompt.GetByText("Your own, for all styles")).ToBeVisibleAsync();
        var saved = (await studio.Library.GetAsync(story)).Segments[0];
        Assert.Equal(("A lamp burned.", 0), (saved.Prompt, saved.Prompts.Count));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Note_OfAStyle_ThatTwoWindowsWrite_StaysInItsFieldAndIsNotOverwritten()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await StoryAsync(studio, "The owl flew.");
        var page = await OpenAsync(studio, story);
        var (note, save) = (page.GetByLabel("What this story adds to the style"), page.GetByTestId("save-note"));
        var book = studio.Services.GetRequiredService<IPromptBook>();
        await book.SetNoteAsync(Actor.Local, story, "illustration", "At dusk.");
        await Expect(note).ToHaveValueAsync("At dusk.");

        await note.WriteAsync("At dusk. In blue.");
        await book.SetNoteAsync(Actor.Local, story, "illustration", "Always at dusk.");
        await Expect(page.GetByTestId("prompt-history")).ToContainTextAsync("Always");
        await Expect(note).ToHaveValueAsync("At dusk. In blue.");
        await save.ClickAsync();
        await Expect(page.GetByTestId("style-note").GetByRole(AriaRole.Alert)).ToContainTextAsync("were changed meanwhile");
        Assert.Equal("Always at dusk.", (await book.GetAsync(story, "illustration")).Note);

        // Nor does the window's own memory bring the words of before back into the field.
        await note.FocusAsync();
        await Expect(note).ToHaveValueAsync("Always at dusk. In blue.");
        await save.ClickAsync();
        await Expect(save).ToHaveCountAsync(0);
        Assert.Equal("Always at dusk. In blue.", (await book.GetAsync(story, "illustration")).Note);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Prompts_ReplacedTogether_AreSeenFirstWhereOneWasChangedInThatVeryMoment()
    {
        OvertakenBook? book = null;
        await using var studio = await WebStudio.StartAsync(sketch: true, services: services =>
        {
            var usual = services.Single(s => s.ServiceType == typeof(IPromptBook)).ImplementationType!;
            services.Replace(ServiceDescriptor.Singleton<IPromptBook>(provider => book = new((IPromptBook)ActivatorUtilities.CreateInstance(provider, usual))));
        });
        var story = await StoryAsync(studio, "The owl flew.", "The lamp burned.");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose all" }).ClickAsync();
        await page.GetByLabel("Words to add, or to put in their place").WriteAsync("Mine.");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Put in their place" }).CheckAsync();
        await page.GetByLabel("in all styles").CheckAsync();
        book!.Before = () => studio.Library.UpdateSegmentAsync(story, "1.2", new() { Prompts = new Dictionary<string, string> { ["clear"] = "Theirs." } });
        var apply = page.GetByTestId("apply-words");
        await apply.ClickAsync();

        await Expect(page.GetByTestId("prompts-error")).ToHaveTextAsync("The prompt of 1.2 was changed meanwhile. Nothing was saved. This page shows how things stand now: do it again if you want it all the same.");
        Assert.Equal("Theirs.", (await studio.Library.GetAsync(story)).Segments[1].Prompts["clear"]);
        await Expect(page.GetByLabel("Words to add, or to put in their place")).ToHaveValueAsync("Mine.");
        await apply.ClickAsync();
        await Expect(page.GetByTestId("prompts-said")).ToHaveTextAsync("2 prompts changed.");
        Assert.All((await studio.Library.GetAsync(story)).Segments, s => Assert.Equal(("Mine.", 0), (s.Prompt, s.Prompts.Count)));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task WhatIsSent_IsAsItWouldBeNow_WhileItIsLookedAt_AndIsReadForNothingElse()
    {
        OvertakenBook? book = null;
        await using var studio = await WebStudio.StartAsync(services: services =>
        {
            var usual = services.Single(s => s.ServiceType == typeof(IPromptBook)).ImplementationType!;
            services.Replace(ServiceDescriptor.Singleton<IPromptBook>(provider => book = new((IPromptBook)ActivatorUtilities.CreateInstance(provider, usual))));
        });
        var story = await StoryAsync(studio, "Mira ran.", "Mira swam.", "Mira slept.");
        var cast = studio.Services.GetRequiredService<ICast>();
        var mira = await cast.AddAsync(story, "Mira", "A girl in red.");
        var table = await browser.OpenAsync(new(studio.Address, $"/stories/{story}"));
        await table.GetByTestId("show-prompts").ClickAsync();
        var along = table.Locator("[data-beat='1.2'] [data-testid=prompt][data-style=illustration]").GetByTestId("prompt-along");
        await Expect(along).ToHaveTextAsync("Goes along: The style’s first picture, once it is drawn; none where this one is drawn first");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "What is sent for 1.2" }).ClickAsync();
        var sent = page.GetByTestId("prompt-sent").Locator("img");
        await Expect(page.GetByTestId("prompt-sent")).ToContainTextAsync("once it is drawn");

        await cast.SetPictureAsync(mira.Id, new MemoryStream(TestPictures.Png()));
        await Expect(along).ToContainTextAsync("Mira, how they look");
        await Expect(sent).ToHaveAttributeAsync("src", new Regex($"/{mira.Id}/v1"));
        await cast.SetPictureAsync(mira.Id, new MemoryStream(TestPictures.Png(seed: 1)));
        await Expect(sent).ToHaveAttributeAsync("src", new Regex($"/{mira.Id}/v2"));

        await DrawAsync("1.1");
        await Expect(along).Not.ToContainTextAsync("once it is drawn");
        await Expect(sent).ToHaveCountAsync(2);

        // A picture that goes along with no other is none of its business.
        var before = book!.Previews;
        await DrawAsync("1.3");
        await cast.RemovePictureAsync(mira.Id);
        await Expect(sent).ToHaveCountAsync(1);
        await Expect(table.GetByTestId("prompt-along").GetByText("Mira")).ToHaveCountAsync(0);

        // Once for each that is shown, and once more where the page has read its story after that.
        Assert.InRange(book.Previews - before, 7, 13);
        Assert.Empty(page.Faults());
        Assert.Empty(table.Faults());

        async Task DrawAsync(string number)
        {
            await studio.Illustrator.StartAsync(story, new() { Segments = [number], Styles = ["illustration"], UseCharacterConsistency = false });
            await studio.UntilFinishedAsync(story);
        }
    }

    private Task<IPage> OpenAsync(WebStudio studio, string story) => browser.OpenAsync(new(studio.Address, $"/stories/{story}/prompts"));

    private static async Task<ILocator> EditAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit the prompt of 1.1" }).ClickAsync();
        var words = page.GetByLabel("What should be in the picture");
        await Expect(words).ToBeFocusedAsync();
        return words;
    }

    private static Task SaveAsync(IPage page) => page.GetByTestId("prompt-row").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

    private static Task<SegmentDetails> SetAsync(WebStudio studio, string story, string prompt) =>
        studio.Library.UpdateSegmentAsync(story, "1.1", new() { Prompts = new Dictionary<string, string> { ["illustration"] = prompt } });

    private static async Task<string?> PromptAsync(WebStudio studio, string story) => (await studio.Library.GetAsync(story)).Segments[0].Prompts.GetValueOrDefault("illustration");

    private static async Task<string> StoryAsync(WebStudio studio, params string[] texts) => (await studio.Library.CreateAsync(new()
    {
        Title = "The lighthouse",
        Segments = [.. texts.Select(t => new NewSegment { Text = t })],
        Styles = ["illustration", "clear"],
    })).Id;

    /// <summary>The book as it is, with somebody who is a moment faster.</summary>
    private sealed class OvertakenBook(IPromptBook book) : IPromptBook
    {
        private int _previews;

        public Func<Task>? Before { get; set; }

        /// <summary>How often somebody asked what is sent.</summary>
        public int Previews => Volatile.Read(ref _previews);

        public Task<StyledPrompts> GetAsync(string storyId, string style, CancellationToken cancellationToken = default) => book.GetAsync(storyId, style, cancellationToken);

        public Task<PromptPreview> PreviewAsync(string storyId, string number, string style, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _previews);
            return book.PreviewAsync(storyId, number, style, cancellationToken);
        }

        public Task SetNoteAsync(Actor actor, string storyId, string style, string? note, string? basedOn = null, CancellationToken cancellationToken = default) =>
            book.SetNoteAsync(actor, storyId, style, note, basedOn, cancellationToken);

        public async Task<int> EditAsync(Actor actor, string storyId, PromptEdit edit, CancellationToken cancellationToken = default)
        {
            var before = Before;
            Before = null;
            await (before?.Invoke() ?? Task.CompletedTask);
            return await book.EditAsync(actor, storyId, edit, cancellationToken);
        }

        public Task<int> SetAsync(Actor actor, string storyId, string style, IReadOnlyList<NewPrompt> prompts, CancellationToken cancellationToken = default) => book.SetAsync(actor, storyId, style, prompts, cancellationToken);

        public Task<IReadOnlyList<PromptChangeDetails>> GetHistoryAsync(string storyId, string? number = null, int most = IPromptBook.MostSteps, CancellationToken cancellationToken = default) =>
            book.GetHistoryAsync(storyId, number, most, cancellationToken);

        public Task<int> RestoreAsync(Actor actor, string changeId, CancellationToken cancellationToken = default) => book.RestoreAsync(actor, changeId, cancellationToken);

        public Task<string> StoryOfAsync(string changeId, CancellationToken cancellationToken = default) => book.StoryOfAsync(changeId, cancellationToken);
    }
}
