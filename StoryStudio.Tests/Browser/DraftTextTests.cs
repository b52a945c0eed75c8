using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Wizard;
using Xunit;
using static Microsoft.Playwright.Assertions;
using static StoryStudio.Tests.Browser.Drafts;

namespace StoryStudio.Tests.Browser;

/// <summary>The text of a story that is being written: what is kept of it, in one window, in two, in another browser, and where a file takes its place.</summary>
[Collection(BrowserCollection.Name)]
public sealed class DraftTextTests(BrowserFixture browser)
{
    [Fact]
    public async Task Text_WhileItIsWritten_IsKeptByTheServer_AndADraftIsDiscardedAndBroughtBack()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        await page.GetByLabel("The story", new() { Exact = true }).FillAsync("An owl that nobody has finished");
        await UntilListedAsync(studio.Services.GetRequiredService<IDraftShelf>(), 1);
        var elsewhere = await browser.OpenAsync(studio.Address);
        await Expect(elsewhere.GetByTestId("draft")).ToContainTextAsync("Draft, step 1 of 4");
        await elsewhere.GetByRole(AriaRole.Button, new() { Name = "Discard An owl" }).ClickAsync();
        await elsewhere.GetByRole(AriaRole.Button, new() { Name = "Undo" }).FocusAsync();
        await Expect(elsewhere.GetByTestId("draft")).ToHaveCountAsync(0);
        await elsewhere.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await elsewhere.GetByRole(AriaRole.Link, new() { Name = "Go on with An owl" }).ClickAsync();
        await Expect(elsewhere.GetByLabel("The story", new() { Exact = true })).ToHaveValueAsync("An owl that nobody has finished");

        await elsewhere.GetByRole(AriaRole.Button, new() { Name = "Start another story" }).ClickAsync();
        await Expect(elsewhere.GetByLabel("The story", new() { Exact = true })).ToHaveValueAsync("");
        Assert.Single(await studio.Services.GetRequiredService<IDraftShelf>().ListAsync());
        Assert.Empty(elsewhere.Faults());
    }

    [Fact]
    public async Task Text_OfOneDraftInTwoWindows_IsWrittenOnInBoth()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        var one = await browser.OpenAsync(new(studio.Address, "/new"));
        await Words(one).FillAsync("An owl");
        await UntilListedAsync(drafts, 1);
        var other = await WindowAsync(one, new(studio.Address, "/new"));
        await Expect(Words(other)).ToHaveValueAsync("An owl");

        await Words(other).FillAsync("An owl flew");
        await Expect(Words(one)).ToHaveValueAsync("An owl flew");
        await Words(one).FillAsync("An owl flew home.");
        await Expect(Words(other)).ToHaveValueAsync("An owl flew home.");

        var id = (await UntilListedAsync(drafts, 1)).Single().Id;
        await UntilAsync(drafts, d => d.Text == "An owl flew home.", id);
        await one.ReloadAsync();
        await Expect(Words(one)).ToHaveValueAsync("An owl flew home.");
        Assert.Empty(one.Faults());
    }

    [Fact]
    public async Task Text_OfOneDraftInTwoBrowsers_IsLostInNeither_AndWhoeverComesSecondChooses()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", "One night.\r\n\r\nMira 🦉 slept.");
        var one = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=text"));
        await Expect(Words(one)).ToHaveValueAsync("One night.\n\nMira 🦉 slept.");
        var other = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=text"));
        await Expect(Words(other)).ToHaveValueAsync("One night.\n\nMira 🦉 slept.");
        var met = other.GetByTestId("draft-met");

        await Words(one).FillAsync("One night came.");
        await UntilAsync(drafts, d => d.Text == "One night came.");
        await Words(other).FillAsync("One night Mira ran.");
        await Expect(met).ToContainTextAsync("“One night came.”");
        await other.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
        await Expect(other.GetByRole(AriaRole.Button, new() { Name = "See the pages" })).ToBeEnabledAsync();
        await other.ReloadAsync();
        await Expect(met).ToContainTextAsync("“One night came.”");
        await Expect(Words(other)).ToHaveValueAsync("One night Mira ran.");
        Assert.Equal(("One night came.", DraftStep.Text), (await drafts.GetAsync(DraftId)) is { } kept ? (kept.Text, kept.Step) : default);

        // Theirs, and back to one's own.
        await Expect(met.GetByRole(AriaRole.Button)).ToHaveTextAsync(["Put mine in its place", "Take the other", "Keep mine as another draft"]);
        await met.GetByRole(AriaRole.Button, new() { Name = "Take the other" }).ClickAsync();
        await Expect(met.GetByRole(AriaRole.Button)).ToHaveTextAsync(["Put mine back"]);
        await Expect(Words(other)).ToHaveValueAsync("One night came.");
        await met.GetByRole(AriaRole.Button, new() { Name = "Put mine back" }).ClickAsync();
        await Expect(Words(other)).ToHaveValueAsync("One night Mira ran.");
        await Expect(met).ToBeHiddenAsync();
        await UntilAsync(drafts, d => d.Text == "One night Mira ran.");

        // One's own, over the other; then either for itself.
        await Words(one).FillAsync("One night came down.");
        await one.GetByTestId("draft-met").GetByRole(AriaRole.Button, new() { Name = "Put mine in its place" }).ClickAsync();
        await UntilAsync(drafts, d => d.Text == "One night came down.");
        await Words(other).FillAsync("One night Mira ran home.");
        await met.GetByRole(AriaRole.Button, new() { Name = "Keep mine as another draft" }).ClickAsync();
        await Expect(other).Not.ToHaveURLAsync(new Regex(DraftId));
        await Expect(Words(other)).ToHaveValueAsync("One night Mira ran home.");
        var mine = (await UntilListedAsync(drafts, 2)).Single(d => d.Id != DraftId).Id;
        await Words(other).FillAsync("One night Mira ran home again.");
        await UntilAsync(drafts, d => d.Text == "One night Mira ran home again.", mine);
        await other.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
        await Expect(other.Locator("[data-words]")).ToHaveTextAsync(["One night Mira ran home again."]);
        Assert.Equal("One night came down.", (await drafts.GetAsync(DraftId)).Text);
    }

    [Fact]
    public async Task Text_WrittenWhileTheServerWasAway_IsThereAfterAReload_AndReachesIt()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", "One night.");
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=text"));
        await Expect(Words(page)).ToHaveValueAsync("One night.");
        await page.RouteAsync("**/api/drafts/*", route => route.AbortAsync());
        var refused = new TaskCompletionSource();
        page.RequestFailed += (_, _) => refused.TrySetResult();
        await Words(page).FillAsync("One night Mira ran.");
        await refused.Task;
        await page.UnrouteAsync("**/api/drafts/*");

        await page.ReloadAsync();

        await Expect(Words(page)).ToHaveValueAsync("One night Mira ran.");
        await UntilAsync(drafts, d => d.Text == "One night Mira ran.");
        await Expect(page.GetByTestId("draft-met")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Text_WrittenWhileAnotherWindowGoesOnWithAnotherDraft_StaysItsOwnDraft()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", "One night.");
        var one = await browser.OpenAsync(new(studio.Address, "/new"));
        await Words(one).FillAsync("An owl");
        var mine = (await UntilListedAsync(drafts, 2)).Single(d => d.Id != DraftId).Id;
        var other = await WindowAsync(one, new(studio.Address, $"/new/{DraftId}?step=text"));
        await Expect(Words(other)).ToHaveValueAsync("One night.");

        await Words(other).FillAsync("One night came.");
        await UntilAsync(drafts, d => d.Text == "One night came.");
        await Expect(Words(one)).ToHaveValueAsync("An owl");
        await Words(one).FillAsync("An owl flew.");

        await UntilAsync(drafts, d => d.Text == "An owl flew.", mine);
        Assert.Equal("One night came.", (await drafts.GetAsync(DraftId)).Text);
        await one.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
        await Expect(one).ToHaveURLAsync(new Regex($"/new/{mine}"));
        await Expect(one.Locator("[data-words]")).ToHaveTextAsync(["An owl flew."]);
        await Expect(Words(other)).ToHaveValueAsync("One night came.");
        Assert.Empty(one.Faults());
    }

    [Fact]
    public async Task Text_ThatAFileIsChosenOver_IsADraftOfItsOwn_AndComesBack()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        await page.GetByLabel("Title").FillAsync("The mill");
        await Words(page).FillAsync(Text);
        await UntilListedAsync(drafts, 1);
        await page.GotoAsync(studio.Address.ToString());
        await page.GotoAsync(new Uri(studio.Address, "/new").ToString());
        await Expect(Words(page)).ToHaveValueAsync(Text);

        await ChooseAsync(page, "owl.txt", "An owl flew.");

        await Expect(Words(page)).ToHaveValueAsync("An owl flew.");
        await Expect(page.GetByLabel("Title")).ToHaveValueAsync("owl");
        Assert.Equal(["The mill", "owl"], (await UntilListedAsync(drafts, 2)).Select(d => d.Title).Order(StringComparer.Ordinal));
        await Expect(page.GetByTestId("draft-met")).ToContainTextAsync("What was written here before is kept, as a draft of its own.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put mine back" }).ClickAsync();
        await Expect(Words(page)).ToHaveValueAsync(Text);
        await Expect(page.GetByLabel("Title")).ToHaveValueAsync("The mill");
        Assert.Equal("The mill", (await UntilListedAsync(drafts, 1)).Single().Title);

        // And where nobody wants it back.
        await ChooseAsync(page, "owl.txt", "An owl flew.");
        await Expect(page.GetByTestId("draft-met")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
        await Expect(page.Locator("[data-words]")).ToHaveTextAsync(["An owl flew."]);
        var mill = Assert.Single(await drafts.ListAsync(), d => d.Title == "The mill");
        Assert.Equal(Text, (await drafts.GetAsync(mill.Id)).Text);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Text_ThatCannotBeKeptBesideAFile_StaysInItsPlace()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        await page.RouteAsync("**/api/drafts/*", route => route.AbortAsync());
        await Words(page).FillAsync(Text);

        await ChooseAsync(page, "owl.txt", "An owl flew.");

        await Expect(page.Locator("#story-text-error")).ToContainTextAsync("could not be kept as a draft beside this file");
        await Expect(Words(page)).ToHaveValueAsync(Text);
        await Expect(Words(page)).ToBeEditableAsync();
        await page.ReloadAsync();
        await Expect(Words(page)).ToHaveValueAsync(Text);
    }

    [Fact]
    public async Task Draft_ThatAFileIsChosenOver_StaysAsItWas_AndItsCastGoesAlong()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", Text);
        await drafts.KeepWorkAsync(DraftId, "The mill", DraftStep.Cast, (Nothing with { Edits = [new("join", 0)], Cast = [new("Mira", CastKind.Character, [], "A girl in red.")] }).Write());
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=text"));
        await Expect(Words(page)).ToHaveValueAsync(Text);
        await ChooseAsync(page, "second.txt", "Mira slept.");
        await Expect(page).ToHaveURLAsync(new Regex($"/new/(?!{DraftId})[0-9a-f]{{32}}\\?step=text$"));
        await Expect(Words(page)).ToHaveValueAsync("Mira slept.");

        // Back, with its pages, and to the file again.
        await page.GetByRole(AriaRole.Button, new() { Name = "Put mine back" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/new/{DraftId}\\?step=text$"));
        await Expect(Words(page)).ToHaveValueAsync(Text);
        await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
        await Expect(page.Locator("[data-words]")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the text" }).ClickAsync();
        await Expect(Words(page)).ToHaveValueAsync(Text);
        var kept = await drafts.GetAsync(DraftId);
        await ChooseAsync(page, "second.txt", "Mira slept.");
        await Expect(page).Not.ToHaveURLAsync(new Regex(DraftId));
        await page.ReloadAsync();
        await Expect(Words(page)).ToHaveValueAsync("Mira slept.");
        await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();

        await Expect(page.Locator("[data-words]")).ToHaveTextAsync(["Mira slept."]);
        await page.GetByRole(AriaRole.Button, new() { Name = "See who is in it" }).ClickAsync();
        await Expect(page.GetByLabel("What they look like")).ToHaveValueAsync("A girl in red.");
        Assert.Equal(DraftStand.Of(kept), DraftStand.Of(await drafts.GetAsync(DraftId)));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Draft_WhosePlaceTheFilesPagesTake_StaysAsItWas_AndItsCastGoesAlong()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", Text);
        await drafts.KeepWorkAsync(DraftId, "The mill", DraftStep.Cast, (Nothing with { Cast = [new("Mira", CastKind.Character, [], "A girl in red."), new("Old mill", CastKind.Place, [], "White.")] }).Write());
        var kept = DraftStand.Of(await drafts.GetAsync(DraftId));
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=cast"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Text", Exact = true }).ClickAsync();
        await Expect(Words(page)).ToHaveValueAsync(Text);

        await ChooseAsync(page, "night.fountain", "Title: Night\n\nINT. HOUSE - NIGHT\n\nMIRA\nHello?\n\nEXT. SEA - DAY\n\nWaves.");
        await page.GetByTestId("import-pages").ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex($"/new/(?!{DraftId})[0-9a-f]{{32}}\\?step=pages$"));
        await Expect(page.Locator("[data-words]")).ToHaveCountAsync(2);
        var back = page.Locator(".toasts").GetByRole(AriaRole.Button, new() { Name = "Go back to it" });
        await back.FocusAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "See who is in it" }).DispatchEventAsync("click");
        await Expect(page.GetByLabel("Name")).ToHaveCountAsync(2);
        await Expect(page.GetByLabel("What they look like")).ToHaveValueAsync("A girl in red.");
        await Expect(page.GetByLabel("What it looks like")).ToHaveValueAsync("White.");
        Assert.Equal((kept.Text, DraftWork.Read(kept.Work).Cast.Count), await drafts.GetAsync(DraftId) is var draft ? (draft.Text, DraftWork.Read(draft.Work).Cast.Count) : default);
        await back.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/new/{DraftId}\\?step=text$"));
        await Expect(Words(page)).ToHaveValueAsync(Text);
        Assert.Equal(2, (await drafts.ListAsync()).Count);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Draft_LeftForItsText_AndComeBackTo_HasItsPagesAndItsCast()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", Text);
        await drafts.KeepWorkAsync(DraftId, "The mill", DraftStep.Cast, (Nothing with { Edits = [new("join", 0)], Cast = [new("Mira", CastKind.Character, [], "A girl in red.")], Styles = ["clear"] }).Write());
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=cast"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Text", Exact = true }).ClickAsync();
        await UntilAsync(drafts, d => d.Step == DraftStep.Text);
        await page.GotoAsync(new Uri(studio.Address, "/new").ToString());
        await Expect(Words(page)).ToHaveValueAsync(Text);

        await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();

        await Expect(page.Locator("[data-words]")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "See who is in it" }).ClickAsync();
        await Expect(page.GetByLabel("What they look like")).ToHaveValueAsync("A girl in red.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose styles" }).ClickAsync();
        await Expect(page.GetByTestId("draft-estimate")).ToContainTextAsync("2 pictures");
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData("second.txt", "Mira slept.")]
    [InlineData("second.md", "# The second\n\nMira slept.")]
    public async Task Draft_LeftForItsText_OverWhichAFileIsChosen_GivesItsCastAlong(string file, string text)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", Text);
        await drafts.KeepWorkAsync(DraftId, "The mill", DraftStep.Cast, (Nothing with { Cast = [new("Mira", CastKind.Character, [], "A girl in red.")] }).Write());
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=cast"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Text", Exact = true }).ClickAsync();
        await UntilAsync(drafts, d => d.Step == DraftStep.Text);
        await page.GotoAsync(new Uri(studio.Address, "/new").ToString());
        await Expect(Words(page)).ToHaveValueAsync(Text);

        await ChooseAsync(page, file, text);
        if (file.EndsWith(".txt", StringComparison.Ordinal))
        {
            await Expect(Words(page)).ToHaveValueAsync(text);
            await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
        }
        else
        {
            await page.GetByTestId("import-pages").ClickAsync();
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "See who is in it" }).ClickAsync();
        await Expect(page.GetByLabel("What they look like")).ToHaveValueAsync("A girl in red.");
        Assert.Empty(page.Faults());
    }

    /// <summary>What is kept on the way out leaves at once, and may be there before what was sent first.</summary>
    [Fact]
    public async Task Text_WhoseLastWordsAreThereBeforeTheFirst_MeetsNobody()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", "One night.");
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=text"));
        await Expect(Words(page)).ToHaveValueAsync("One night.");
        var held = new TaskCompletionSource<IRoute>();
        var overtaken = new TaskCompletionSource();
        await page.RouteAsync("**/api/drafts/*", async route =>
        {
            if (route.Request.Method == "PUT" && held.TrySetResult(route))
            {
                await overtaken.Task;
            }

            await route.ContinueAsync();
        });
        await Words(page).FillAsync("One night Mira");
        await held.Task;
        await Words(page).FillAsync("One night Mira ran.");
        await page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        await UntilAsync(drafts, d => d.Text == "One night Mira ran.");

        var refused = page.WaitForResponseAsync(r => r.Status == 409);
        overtaken.SetResult();
        await refused;
        await Words(page).PressSequentiallyAsync(" Home");

        await UntilAsync(drafts, d => d.Text == "One night Mira ran. Home");
        await Expect(page.GetByTestId("draft-met")).ToBeHiddenAsync();
    }
}
