using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Wizard;
using Xunit;
using static Microsoft.Playwright.Assertions;
using static StoryStudio.Tests.Browser.Drafts;

namespace StoryStudio.Tests.Browser;

/// <summary>From a text to a run, step by step, and what is kept of it on the way.</summary>
[Collection(BrowserCollection.Name)]
public sealed class WizardTests(BrowserFixture browser)
{
    [Fact]
    public async Task Draft_LeftHalfWay_IsGoneOnWithInAnotherBrowser_AndBecomesTheStory()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        await page.GetByLabel("Title").FillAsync("The mill");
        await page.GetByLabel("The story", new() { Exact = true }).FillAsync(Text);
        await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/new/[0-9a-f]{32}\\?step=pages$"));
        await page.GetByRole(AriaRole.Button, new() { Name = "See who is in it" }).ClickAsync();
        await Expect(page.GetByTestId("proposal")).ToHaveCountAsync(3);
        await page.GetByRole(AriaRole.Button, new() { Name = "Dismiss Bram" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Accept Mira" }).ClickAsync();
        await page.GetByLabel("What they look like").FillAsync("A girl in red.");

        // The browser's own way back leads a step back, and forth again to what was there.
        await page.GoBackAsync();
        await Expect(page.GetByTestId("new-story")).ToHaveAttributeAsync("data-step", "Pages");
        await page.GoForwardAsync();
        await Expect(page.GetByLabel("What they look like")).ToHaveValueAsync("A girl in red.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose styles" }).ClickAsync();
        await Expect(page.GetByTestId("draft-estimate")).ToContainTextAsync("9 pictures");
        await page.Context.CloseAsync();

        var elsewhere = await browser.OpenAsync(studio.Address);
        await Expect(elsewhere.GetByTestId("draft")).ToContainTextAsync("Draft, step 4 of 4");
        await elsewhere.GetByRole(AriaRole.Link, new() { Name = "Go on with The mill" }).ClickAsync();
        await Expect(elsewhere.GetByTestId("new-story")).ToHaveAttributeAsync("data-step", "Styles");
        await elsewhere.GetByRole(AriaRole.Button, new() { Name = "Create and illustrate 9 pictures" }).ClickAsync();
        await Expect(elsewhere).ToHaveURLAsync(new Regex("/stories/[0-9a-f]{32}$"));

        var story = await studio.Library.GetAsync(new Uri(elsewhere.Url).Segments[^1]);
        Assert.Equal(("The mill", 3), (story.Title, story.Segments.Count));
        Assert.Equal(("Mira", "A girl in red."), story.Characters.Select(c => (c.Name, c.Description)).Single());
        Assert.DoesNotContain("Bram", (await studio.Services.GetRequiredService<ICast>().GetProposalsAsync(story.Id)).Select(p => p.Name));
        Assert.NotNull((await studio.Illustrator.GetSnapshotAsync(story.Id)).Run);
        Assert.Empty(await studio.Services.GetRequiredService<IDraftShelf>().ListAsync());
        Assert.Empty(elsewhere.Faults());
    }

    [Fact]
    public async Task ShortParagraphs_BecomeOnePage_AsTheFirstStepSaid()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(new(studio.Address, "/new"));
        var story = page.GetByLabel("The story", new() { Exact = true });
        await Expect(story).ToHaveAccessibleDescriptionAsync(new Regex("paragraphs become pages, short ones together"));

        await story.FillAsync("Chapter One\n\nIt rained.\n\nMira slept.\n\nIt poured.\n\nChapter Two\n\nThe sun came out.\n\nMira woke.");
        await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();

        await Expect(page.Locator("[data-words]")).ToHaveCountAsync(2);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Joints_AreDraggedAndMovedByKeys_WordByWord()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", "One night Mira ran to the old mill.\n\nThere she met Bram.");
        await drafts.KeepWorkAsync(DraftId, "The mill", DraftStep.Pages, """{"Edits":[],"Cast":[],"Dismissed":[],"Styles":null,"Pages":[{"Text":"One night Mira ran to the old mill.","HardCut":true},{"Text":"There she met Bram.","HardCut":true}]}""");
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=pages"));
        await page.Locator(".split[data-hands]").WaitForAsync();
        var (above, below) = (page.Locator("[data-words='0']"), page.Locator("[data-words='1']"));
        var joint = page.GetByRole(AriaRole.Separator, new() { Name = "Joint between 1.1 and 2.1" });

        await joint.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(above).ToHaveTextAsync("One night Mira ran to the old mill. There");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(above).ToHaveTextAsync("One night Mira ran to the old");
        await Expect(below).ToHaveTextAsync(new Regex("^mill\\.\\s+There she met Bram\\.$"));
        await Expect(joint).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(above).ToHaveTextAsync("One night Mira ran to the old mill.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Do again" }).ClickAsync();
        await Expect(above).ToHaveTextAsync("One night Mira ran to the old");
        await page.Keyboard.PressAsync("Control+z");
        await Expect(above).ToHaveTextAsync("One night Mira ran to the old mill.");
        await page.Keyboard.PressAsync("Control+Shift+z");
        await Expect(above).ToHaveTextAsync("One night Mira ran to the old");
        await page.Keyboard.PressAsync("Control+z");
        await Expect(above).ToHaveTextAsync("One night Mira ran to the old mill.");

        // Let go behind the word "ran".
        var place = await PlaceAsync(above, "One night Mira ran".Length);
        await DragAsync(page, joint, place);
        await Expect(above).ToHaveTextAsync("One night Mira ran");
        await Expect(below).ToHaveTextAsync(new Regex("^to the old mill\\.\\s+There she met Bram\\.$"));
        await DragAsync(page, joint, await PlaceAsync(below, "to the old".Length));
        await Expect(above).ToHaveTextAsync("One night Mira ran to the old");

        // What was dragged is kept like every other change, a moment after it is shown.
        await UntilAsync(drafts, d => FirstPage(d) == "One night Mira ran to the old");
        await page.ReloadAsync();
        await Expect(above).ToHaveTextAsync("One night Mira ran to the old");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Joint_IsMovedByAFinger_AndASecondFingerLeavesItWhereItIs()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        const string id = "0123456789abcdef0123456789abcdef";
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(id, "The mill", "One night Mira ran to the old mill.\n\nThere she met Bram.");
        await drafts.KeepWorkAsync(id, "The mill", DraftStep.Pages, """{"Edits":[],"Cast":[],"Dismissed":[],"Styles":null,"Pages":[{"Text":"One night Mira ran to the old mill.","HardCut":true},{"Text":"There she met Bram.","HardCut":true}]}""");
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{id}?step=pages"), width: 390);
        await page.Locator(".split[data-hands]").WaitForAsync();
        var above = page.Locator("[data-words='0']");
        var joint = page.GetByRole(AriaRole.Separator, new() { Name = "Joint between 1.1 and 2.1" });
        await joint.ScrollIntoViewIfNeededAsync();
        var box = (await joint.BoundingBoxAsync())!;
        var scrolled = await page.EvaluateAsync<double>("scrollY");
        var to = await PlaceAsync(above, "One night Mira ran".Length);
        var hands = await page.Context.NewCDPSessionAsync(page);

        await TouchAsync("touchStart", (box.X + (box.Width / 2), box.Y + (box.Height / 2)));
        await TouchAsync("touchMove", (to.X, to.Y + 4));
        await TouchAsync("touchStart", (to.X, to.Y), (20, box.Y + 200));
        await TouchAsync("touchMove", (to.X, to.Y), (40, box.Y + 240));
        await Expect(joint).ToHaveAttributeAsync("data-held", "");
        await TouchAsync("touchEnd");

        await Expect(above).ToHaveTextAsync("One night Mira ran");
        Assert.Equal(scrolled, await page.EvaluateAsync<double>("scrollY"));
        Assert.True(box is { Width: >= 44, Height: >= 44 }, $"A finger finds {box.Width} by {box.Height} pixels.");
        Assert.Empty(page.Faults());

        Task TouchAsync(string type, params (float X, float Y)[] points) => hands.SendAsync("Input.dispatchTouchEvent", new()
        {
            ["type"] = type,
            ["touchPoints"] = points.Select((p, i) => new { x = p.X, y = p.Y, id = i }).ToArray(),
        });
    }

    [Fact]
    public async Task Member_RemovedFromADraft_IsBackInTheirPlaceWithTheirWords_AlsoFromTheNextStep()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        const string id = "0123456789abcdef0123456789abcdef";
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(id, "The mill", Text);
        await drafts.KeepWorkAsync(id, "The mill", DraftStep.Cast, """{"Edits":[],"Cast":[{"Name":"Mira","Kind":0,"Aliases":[],"Description":"A girl."},{"Name":"Bram","Kind":0,"Aliases":[],"Description":""}],"Dismissed":[],"Styles":null}""");
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{id}?step=cast"));
        var looks = page.GetByLabel("What they look like");
        await looks.First.FillAsync("A girl in red.");

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Mira" }).ClickAsync();
        // Whoever has the focus in it is not hurried: the message stays.
        var undo = page.GetByRole(AriaRole.Button, new() { Name = "Undo" });
        await undo.FocusAsync();
        await Expect(page.GetByTestId("draft-member")).ToHaveCountAsync(1);
        await Expect(page.GetByText("Mira was removed.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose styles" }).DispatchEventAsync("click");
        await Expect(page.GetByTestId("new-story")).ToHaveAttributeAsync("data-step", "Styles");
        await undo.ClickAsync();
        await page.GoBackAsync();

        await Expect(page.GetByLabel("Name")).ToHaveCountAsync(2);
        await Expect(page.GetByLabel("Name").First).ToHaveValueAsync("Mira");
        await Expect(looks.First).ToHaveValueAsync("A girl in red.");
        await Expect(looks.Last).ToHaveValueAsync("");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Words_OfALaterStep_ThatNeverReachedTheServer_AreThereAfterAReload_AndKeptFromThenOn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        const string id = "0123456789abcdef0123456789abcdef";
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(id, "The mill", Text);
        await drafts.KeepWorkAsync(id, "The mill", DraftStep.Cast, """{"Edits":[],"Cast":[{"Name":"Mira","Kind":0,"Aliases":[],"Description":"A girl."}],"Dismissed":["Bram"],"Styles":null}""");
        var away = false;
        var page = await browser.OpenAsync(studio.Address);
        await page.RouteWebSocketAsync(new Regex("/_blazor"), socket =>
        {
            var server = socket.ConnectToServer();
            socket.OnMessage(frame =>
            {
                if (!away && frame.Binary is { } bytes)
                {
                    server.Send(bytes);
                }
                else if (!away && frame.Text is { } text)
                {
                    server.Send(text);
                }
            });
        });
        await page.GotoAsync(new Uri(studio.Address, $"/new/{id}?step=cast").ToString());
        await Expect(page.GetByLabel("What they look like")).ToHaveValueAsync("A girl.");

        away = true;
        await page.GetByLabel("What they look like").FillAsync("A girl in red, with a lantern.");
        away = false;
        await page.ReloadAsync();

        await Expect(page.GetByLabel("What they look like")).ToHaveValueAsync("A girl in red, with a lantern.");
        await Expect(page.GetByLabel("Name")).ToHaveValueAsync("Mira");
        await page.Context.CloseAsync();
        var elsewhere = await browser.OpenAsync(new(studio.Address, $"/new/{id}?step=cast"));
        await Expect(elsewhere.GetByLabel("What they look like")).ToHaveValueAsync("A girl in red, with a lantern.");
        Assert.Empty(elsewhere.Faults());
    }

    [Fact]
    public async Task Draft_InTwoWindows_HasWhatEitherDid_AndIsMadeOnce()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = await DraftAsync(studio, DraftStep.Styles);
        var styles = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=styles"));
        await Expect(styles.GetByTestId("draft-estimate")).ToContainTextAsync("9 pictures");
        var cast = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=cast"));

        await cast.GetByRole(AriaRole.Button, new() { Name = "Accept Mira" }).ClickAsync();
        await cast.GetByLabel("What they look like").FillAsync("A girl in red.");
        await UntilAsync(drafts, d => d.Work.Contains("A girl in red.", StringComparison.Ordinal));
        await styles.GetByLabel("Cut paper").UncheckAsync();
        await Expect(styles.GetByTestId("draft-estimate")).ToContainTextAsync("6 pictures");
        await UntilAsync(drafts, d => !d.Work.Contains("consistent", StringComparison.Ordinal));
        await cast.GetByRole(AriaRole.Button, new() { Name = "Accept Bram" }).ClickAsync();
        await UntilAsync(drafts, d => d.Work.Contains("Bram", StringComparison.Ordinal));

        // Within the second in which a title is not kept yet.
        await styles.GetByLabel("Title").FillAsync("The red mill");
        await styles.GetByRole(AriaRole.Button, new() { Name = "Create and illustrate 6 pictures" }).ClickAsync();
        await Expect(styles).ToHaveURLAsync(new Regex("/stories/[0-9a-f]{32}$"));
        await Expect(styles.GetByTestId("segment")).ToHaveCountAsync(3);
        await Expect(styles.GetByText("This draft was discarded")).ToHaveCountAsync(0);
        var story = await studio.Library.GetAsync(new Uri(styles.Url).Segments[^1]);
        Assert.Equal(("The red mill", 2), (story.Title, story.Styles.Count));
        Assert.Equal([("Mira", "A girl in red."), ("Bram", "")], story.Characters.Select(c => (c.Name, c.Description)));

        // The other window is told before it makes the same story again.
        await cast.GetByRole(AriaRole.Button, new() { Name = "Choose styles" }).ClickAsync();
        await Expect(cast.GetByText("What you do here is not kept.").First).ToBeVisibleAsync();
        Assert.Equal(1, (await studio.Library.ListAsync(1, 10)).Total);
        Assert.Empty(styles.Faults());
        Assert.Empty(cast.Faults());
    }

    [Fact]
    public async Task Pages_ChangedInTwoWindows_AreLostInNeitherWithoutAWordAndAWayBack()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = await DraftAsync(studio, DraftStep.Pages);
        var one = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=pages"));
        await Expect(one.Locator("[data-words]")).ToHaveCountAsync(3);
        var other = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=pages"));
        await Expect(other.Locator("[data-words]")).ToHaveCountAsync(3);

        await Join(one).First.ClickAsync();
        await UntilAsync(drafts, d => d.Work.Contains("join", StringComparison.Ordinal));
        await other.GetByRole(AriaRole.Button, new() { Name = "No new scene" }).Last.ClickAsync();
        await Expect(other.GetByText("Those of this one are kept.")).ToBeVisibleAsync();
        await Expect(other.Locator("[data-words]")).ToHaveCountAsync(3);

        await one.GetByRole(AriaRole.Button, new() { Name = "See who is in it" }).ClickAsync();
        // Whoever has the focus in it is not hurried: the message stays.
        await one.Locator(".toasts").GetByRole(AriaRole.Button, new() { Name = "Undo" }).FocusAsync();
        await Expect(one.GetByText("The pages were changed in another window.")).ToBeVisibleAsync();
        await one.GetByRole(AriaRole.Button, new() { Name = "Back to the pages" }).DispatchEventAsync("click");
        await Expect(one.Locator("[data-words]")).ToHaveCountAsync(3);
        await one.Locator(".toasts").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(one.Locator("[data-words]")).ToHaveCountAsync(2);
        await UntilAsync(drafts, d => d.Work.Contains("join", StringComparison.Ordinal));
        Assert.Empty(one.Faults());
        Assert.Empty(other.Faults());

        static ILocator Join(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Join" });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Text_ThatIsSentAgainAsItWas_TakesNothingBackOfWhatAnotherWindowDid(bool rewritten)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = await DraftAsync(studio, DraftStep.Pages);
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=text"));
        await Expect(page.GetByLabel("The story", new() { Exact = true })).ToHaveValueAsync(new Regex("Mira"));
        if (rewritten)
        {
            await drafts.KeepTextAsync(DraftId, "The mill", Text + "\n\n***\n\nThen Mira slept.");
        }
        else
        {
            await drafts.KeepWorkAsync(DraftId, "The mill", DraftStep.Pages, (Nothing with { Edits = [new("join", 0)] }).Write());
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();

        await Expect(page.Locator("[data-words]")).ToHaveCountAsync(rewritten ? 4 : 2);
        await Expect(page.GetByText("changed in another window")).ToBeVisibleAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Text_ChangedAfterTheCastWasChosen_KeepsTheCast_AlsoWhenLeftHalfWay()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        const string id = "0123456789abcdef0123456789abcdef";
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(id, "The mill", Text);
        await drafts.KeepWorkAsync(id, "The mill", DraftStep.Styles, """{"Edits":[],"Cast":[{"Name":"Mira","Kind":0,"Aliases":[],"Description":"A girl in red."}],"Dismissed":[],"Styles":["clear"]}""");
        await drafts.KeepTextAsync(id, "The mill", Text + "\n\n***\n\nThen Mira slept.");

        var page = await browser.OpenAsync(new(studio.Address, $"/new/{id}?step=pages"));
        await Expect(page.Locator("[data-words]")).ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Button, new() { Name = "See who is in it" }).ClickAsync();
        await Expect(page.GetByLabel("What they look like")).ToHaveValueAsync("A girl in red.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose styles" }).ClickAsync();
        await Expect(page.GetByTestId("draft-estimate")).ToContainTextAsync("4 pictures");
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData("Pages")]
    [InlineData("Cast")]
    [InlineData("Text")]
    [InlineData("Library")]
    public async Task Text_ChangedByALetter_MakesThePagesAnew_AndSaysSo_WithAWayBackFromWherever(string where)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", Text);
        var kept = Nothing with { Edits = [new("join", 0)], Pages = [new("One night Mira ran to the old mill.", true, "A mill.", null, null, "1.1"), new("There Mira met Bram, and Bram laughed at her.", true, null, null, null, "3.1"), new("In the mill sat Mira.", true, "The sea.", null, null, "7.1")], Styles = ["clear"] };
        await drafts.KeepWorkAsync(DraftId, "The mill", DraftStep.Pages, kept.Write());
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=pages"));
        await Expect(page.Locator("[data-words]")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the text" }).ClickAsync();
        await Words(page).FillAsync(Text.Replace("old", "cold", StringComparison.Ordinal));

        await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();

        // Whoever has the focus in it is not hurried: the message stays.
        var undo = page.Locator(".toasts").GetByRole(AriaRole.Button, new() { Name = "Undo" });
        await undo.FocusAsync();
        await Expect(page.GetByText("The pages were made anew from the changed text.")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-words]")).ToHaveCountAsync(3);
        await UntilAsync(drafts, d => d.Text.Contains("cold", StringComparison.Ordinal) && d.Step is DraftStep.Pages);
        if (where is "Cast" or "Text")
        {
            await page.GetByRole(AriaRole.Button, new() { Name = where == "Cast" ? "See who is in it" : "Change the text" }).DispatchEventAsync("click");
            await Expect(page.GetByTestId("new-story")).ToHaveAttributeAsync("data-step", where);
        }
        else if (where == "Library")
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Library" }).First.DispatchEventAsync("click");
            await Expect(page.GetByTestId("draft")).ToBeVisibleAsync();
        }

        await undo.ClickAsync();

        await UntilAsync(drafts, d => d.Text == Text && DraftWork.Read(d.Work) is { Edits: [{ Do: "join" }], Pages: [{ Prompt: "A mill." }, _, { Number: "7.1" }] } work && work.Of == kept.Of);
        if (where == "Text")
        {
            await Expect(Words(page)).ToHaveValueAsync(Text);
            await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
        }
        else if (where == "Cast")
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Back to the pages" }).ClickAsync();
        }
        else if (where == "Library")
        {
            await page.ReloadAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Go on with The mill" }).ClickAsync();
        }

        await Expect(page.Locator("[data-words]")).ToHaveCountAsync(2);
        await page.ReloadAsync();
        await Expect(page.Locator("[data-words]")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the text" }).ClickAsync();
        await Expect(Words(page)).ToHaveValueAsync(Text);
        Assert.Single(await drafts.ListAsync());
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Text_WrittenOnSinceThePagesWereMadeAnew_IsNotTakenBackWithThem()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", Text);
        await drafts.KeepWorkAsync(DraftId, "The mill", DraftStep.Pages, (Nothing with { Edits = [new("join", 0)] }).Write());
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=text"));
        await Words(page).FillAsync(Text + " She slept.");
        await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
        var undo = page.Locator(".toasts").GetByRole(AriaRole.Button, new() { Name = "Undo" });
        await undo.FocusAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the text" }).DispatchEventAsync("click");
        await Expect(Words(page)).ToHaveValueAsync(Text + " She slept.");
        await Words(page).FillAsync(Text + " She slept till noon.");

        await undo.DispatchEventAsync("click");

        await Expect(page.GetByText("This text was changed meanwhile.")).ToBeVisibleAsync();
        await Expect(Words(page)).ToHaveValueAsync(Text + " She slept till noon.");
        await UntilAsync(drafts, d => d.Text == Text + " She slept till noon.");
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData("text")]
    [InlineData("pages")]
    public async Task Text_ChangedBeforeAReload_MakesThePagesAnew_AndSaysSo(string step)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", Text);
        await drafts.KeepWorkAsync(DraftId, "The mill", DraftStep.Pages, (Nothing with { Edits = [new("join", 0)] }).Write());
        await drafts.KeepTextAsync(DraftId, "The mill", Text + " She slept.");
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step={step}"));
        if (step == "text")
        {
            await Expect(Words(page)).ToHaveValueAsync(Text + " She slept.");
            await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
        }

        await Expect(page.GetByText("The pages were made anew from the changed text.")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-words]")).ToHaveCountAsync(3);
        await Expect(page.Locator(".toasts").GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Name_CorrectedInADraft_StaysAsAnotherOne_AndTheStoryFindsThemByIt()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", Text);
        await drafts.KeepWorkAsync(DraftId, "The mill", DraftStep.Cast, (Nothing with { Cast = [new("Mira", CastKind.Character, [], "A girl.")], Styles = ["clear"] }).Write());
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=cast"));
        var name = page.GetByLabel("Name");
        await name.FocusAsync();
        await name.WriteAsync("Mira Reed");
        await name.BlurAsync();

        await Expect(page.GetByTestId("draft-member")).ToContainTextAsync("also Mira");
        await Expect(name).ToHaveValueAsync("Mira Reed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose styles" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Back to the cast" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Accept Bram" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Accept Mira" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose styles" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create without pictures" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/stories/[0-9a-f]{32}$"));

        var story = await studio.Library.GetAsync(new Uri(page.Url).Segments[^1]);
        Assert.Equal(["Mira Reed", "Mira Reed", "Mira Reed"], story.Segments.SelectMany(s => s.Characters));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Draft_WithMoreThanCanBeKept_SaysSoWhereItHappens_AndNoLongerThatItIsKept()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(DraftId, "The mill", Text);
        var work = Nothing with { Dismissed = [""], Styles = ["illustration", "clear", "consistent"] };
        await drafts.KeepWorkAsync(DraftId, "The mill", DraftStep.Cast, (work with { Dismissed = [new('x', KeptDraft.MaxWork - work.Write().Length)] }).Write());
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=cast"));
        await Expect(page.GetByText("Kept as you go.")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Accept Mira" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert).GetByText("There is more in this draft than can be kept.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Kept as you go.")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Mira" }).ClickAsync();
        await Expect(page.GetByText("Kept as you go.")).ToBeVisibleAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Draft_ThatIsGone_IsSaid_AndANewOneBegins()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);

        var page = await browser.OpenAsync(new(studio.Address, "/new/00000000000000000000000000000001?step=cast"));

        await Expect(page).ToHaveURLAsync(new Regex("/new$"));
        await Expect(page.GetByText("There is no such draft")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("new-story")).ToHaveAttributeAsync("data-step", "Text");
    }

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task EveryStep_HasNoAccessibilityViolation(bool dark, int width)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var id = "0123456789abcdef0123456789abcdef";
        var drafts = studio.Services.GetRequiredService<IDraftShelf>();
        await drafts.KeepTextAsync(id, "The mill", Text);
        await drafts.KeepWorkAsync(id, "The mill", DraftStep.Cast, """{"Edits":[],"Cast":[{"Name":"Mira","Kind":0,"Aliases":["Mimi"],"Description":"A girl."}],"Dismissed":[],"Styles":null}""");
        foreach (var path in new[] { "/", $"/new/{id}?step=pages", $"/new/{id}?step=cast", $"/new/{id}?step=styles" })
        {
            var page = await browser.OpenAsync(new(studio.Address, path), dark, width);
            await Expect(page.GetByTestId(path == "/" ? "draft" : "new-story").GetByRole(path == "/" ? AriaRole.Link : AriaRole.Navigation)).ToBeVisibleAsync();
            await Expect(page.GetByText("Opening the draft…")).ToHaveCountAsync(0);
            var result = await page.RunAxe();
            Assert.True(result.Violations.Length == 0, $"{path}:\n{string.Join('\n', result.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(" ", v.Nodes.Take(3).Select(n => n.Html))}"))}");
            var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"{path} is {overflow} pixels wider than a window of {width}.");
        }
    }

    [Fact]
    public async Task Story_WhoseWindowGoesInTheMomentInWhichItIsMade_IsIllustratedAllTheSame()
    {
        var moment = new OvertakenLibrary();
        await using var studio = await WebStudio.StartAsync(sketch: true, services: moment.Stand);
        var drafts = await DraftAsync(studio, DraftStep.Styles);
        var page = await browser.OpenAsync(new(studio.Address, $"/new/{DraftId}?step=styles"));
        moment.Leave = () => page.CloseAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Create and illustrate 9 pictures" }).DispatchEventAsync("click");

        await studio.UntilFinishedAsync(await moment.Made.Task.WaitAsync(Studio.Patience));
        await UntilListedAsync(drafts, 0);
    }

    private static string FirstPage(KeptDraft draft)
    {
        var work = DraftWork.Read(draft.Work);
        var session = new DraftSession(draft.Text, work.Pages);
        session.Replay(work.Edits);
        return session.Draft.Segments[0].Text.Trim();
    }

    private static async Task DragAsync(IPage page, ILocator grip, (float X, float Y) to)
    {
        var box = (await grip.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(to.X, to.Y, new() { Steps = 4 });
        await page.Mouse.UpAsync();
    }

    /// <summary>Where on the screen a place in an element's words is.</summary>
    private static async Task<(float X, float Y)> PlaceAsync(ILocator words, int at)
    {
        var place = await words.EvaluateAsync<float[]>("(element, at) => { const range = new Range(); range.setStart(element.firstChild, at - 1); range.setEnd(element.firstChild, at); const box = range.getBoundingClientRect(); return [box.right, box.top + box.height / 2]; }", at);
        return (place[0], place[1]);
    }
}
