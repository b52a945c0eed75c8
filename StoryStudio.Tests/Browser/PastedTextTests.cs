using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;
using static StoryStudio.Tests.Browser.Drafts;

namespace StoryStudio.Tests.Browser;

/// <summary>A text that is pasted and is more than prose: it is shown as what it is, and taken as its author says.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PastedTextTests(BrowserFixture browser)
{
    private const string Marked = "**Mia** ran to the *sea* [1](https://example.com/1).\n\n***\n\nShe swam.";
    private const string Shots = """{ "promptsByStyle": { "clear": [{ "beat_number": "1.1", "ai_prompt": "A lamp." }, { "beat_number": "2.1", "ai_prompt": "An owl." }] } }""";

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task Markdown_IsShownWithoutItsMarks_AndTakenAsItStandsWhereItsAuthorSaysSo_WithoutBeingAskedAgain(bool dark, int width)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(new(studio.Address, "/new"), dark, width);
        await page.GetByLabel("Title").FillAsync("Mia");
        await Words(page).FillAsync(Marked);

        await SeeAsync(page);
        var preview = page.GetByTestId("import-preview");
        await Expect(preview.GetByRole(AriaRole.Heading, new() { Name = "Mia" })).ToBeFocusedAsync();
        await Expect(preview.GetByTestId("import-reads")).ToContainTextAsync("This reads as Markdown.");
        await Expect(preview.GetByRole(AriaRole.Listitem).First).ToContainTextAsync("Mia ran to the sea 1.");
        await Expect(preview.GetByTestId("import-make")).ToHaveCountAsync(0);
        Assert.Empty((await page.RunAxe()).Violations.Select(v => $"{v.Id}: {v.Help}"));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));

        await preview.GetByRole(AriaRole.Button, new() { Name = "Back to the text" }).ClickAsync();
        await Expect(Words(page)).ToHaveValueAsync(Marked);
        await SeeAsync(page);
        await preview.GetByTestId("import-stands").ClickAsync();
        await Expect(page.Locator("[data-words]").First).ToContainTextAsync("**Mia** ran to the *sea* [1](https://example.com/1).");

        // Neither on the way back, nor in another browser.
        await page.GetByRole(AriaRole.Button, new() { Name = "Text", Exact = true }).ClickAsync();
        await Expect(Words(page)).ToHaveValueAsync(Marked);
        var address = new Uri(page.Url);
        await SeeAsync(page);
        await Expect(page).ToHaveURLAsync(new Regex("step=pages$"));
        var elsewhere = await browser.OpenAsync(address);
        await Expect(Words(elsewhere)).ToHaveValueAsync(Marked);
        await SeeAsync(elsewhere);
        await Expect(elsewhere.GetByTestId("new-story")).ToHaveAttributeAsync("data-step", "Pages");
        Assert.Empty(page.Faults());
        Assert.Empty(elsewhere.Faults());
    }

    [Fact]
    public async Task Markdown_TakenForWhatItIs_GoesOnWithoutItsMarks_AndWhatWasPastedIsKept()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        await page.GetByLabel("Title").FillAsync("Mia");
        await Words(page).FillAsync(Marked);

        await SeeAsync(page);
        await page.GetByTestId("import-pages").ClickAsync();

        await Expect(page.Locator("[data-words]").First).ToContainTextAsync("Mia ran to the sea 1.");
        var drafts = await UntilListedAsync(studio.Services.GetRequiredService<IDraftShelf>(), 2);
        Assert.All(drafts, d => Assert.Equal("Mia", d.Title));
        await page.Locator(".toasts").GetByRole(AriaRole.Button, new() { Name = "Go back to it" }).ClickAsync();
        await Expect(Words(page)).ToHaveValueAsync(Marked);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task ShotList_PastedIntoAnEmptyLibrary_BringsItsPrompts()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(studio.Address);
        await Words(page).FillAsync(Shots);

        await SeeAsync(page);
        await Expect(page.GetByTestId("import-counts")).ToContainTextAsync("2 scenes, 2 pages");
        await page.GetByTestId("import-pages").ClickAsync();

        await Expect(page.Locator("[data-words]")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "See who is in it" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose styles" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create without pictures" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/stories/[0-9a-f]{32}$"));
        var story = await studio.Library.GetAsync(new Uri(page.Url).Segments[^1]);
        Assert.Equal(["A lamp.", "An owl."], story.Segments.Select(s => s.Prompts["clear"]));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task ShotList_ThatIsWrong_SaysWhat_AndCanBeTakenAsItStands()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        var wrong = Shots.Replace("\"clear\"", "\"blurred\"", StringComparison.Ordinal);
        await Words(page).FillAsync(wrong);

        await SeeAsync(page);
        await Expect(page.Locator("#story-text-error")).ToContainTextAsync("blurred");
        await Expect(Words(page)).ToHaveValueAsync(wrong);
        Assert.Empty((await page.RunAxe()).Violations.Select(v => $"{v.Id}: {v.Help}"));
        await page.GetByTestId("desk-stands").ClickAsync();

        await Expect(page.Locator("[data-words]").First).ToContainTextAsync("promptsByStyle");
        Assert.Empty(page.Faults());
    }

    private static Task SeeAsync(IPage page) => page.Locator(".desk").GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
}
