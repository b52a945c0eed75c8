using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>The words of a story, edited where they stand, by hand and by keyboard, in one window and in two.</summary>
[Collection(BrowserCollection.Name)]
public sealed class EditingTests(BrowserFixture browser)
{
    [Fact]
    public async Task Words_EditedInOneWindow_StandInTheOtherWithoutAReload()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "The owl flew.", "The lamp burned.");
        var page = await OpenAsync(studio, story);
        var other = await OpenAsync(studio, story);

        await page.GetByText("The owl flew.").DblClickAsync();
        var words = page.GetByLabel("Words of 1.1");
        await Expect(words).ToBeFocusedAsync();
        await words.FillAsync("The owl slept.");
        await page.GetByTestId("segment-editor").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(other.Locator("[data-beat='1.1'] .prose")).ToHaveTextAsync("The owl slept.");
        await Expect(page.Locator("[data-beat='1.1']")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Control+z");
        await Expect(other.Locator("[data-beat='1.1'] .prose")).ToHaveTextAsync("The owl flew.");
        await Expect(page.GetByTestId("edit-said")).ToHaveTextAsync("Undone: 1.1 edited.");
        await page.Keyboard.PressAsync("Control+Shift+z");
        await Expect(other.Locator("[data-beat='1.1'] .prose")).ToHaveTextAsync("The owl slept.");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Words_ChangedInTwoWindows_AreNotOverwrittenUnseen()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "The owl flew.");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.1" }).ClickAsync();
        await page.GetByLabel("Words of 1.1").FillAsync("Mine.");
        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "Theirs." });

        var save = page.GetByTestId("segment-editor").GetByRole(AriaRole.Button, new() { Name = "Save" });
        await save.ClickAsync();
        await Expect(page.GetByTestId("segment-editor").GetByRole(AriaRole.Alert)).ToContainTextAsync("“Theirs.”");
        Assert.Equal("Theirs.", await TextsAsync(studio, story));
        await save.ClickAsync();

        await Expect(page.Locator("[data-beat='1.1'] .prose")).ToHaveTextAsync("Mine.");
    }

    [Theory]
    [InlineData("Control+Enter", "At last", "It began.|The owl slept.|At last. At night.")]
    [InlineData("Backspace", "The owl", "It began.\n\nThe owl slept. At last. At night.")]
    public async Task Keys_ThatSplitAndJoin_DoNotOverwriteUnseen_WhatAnotherWindowSaved(string key, string before, string texts)
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "The beginning.", "The owl flew. At last.");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.2" }).ClickAsync();
        var words = page.GetByLabel("Words of 1.2");
        await words.FillAsync("The owl flew. At last. At night.");
        await studio.Library.UpdateSegmentAsync(story, "1.2", new() { Text = "The owl slept. At last." });
        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "It began." });
        await Expect(page.Locator("[data-beat='1.1'] .prose")).ToHaveTextAsync("It began.");

        await PressAsync();
        await Expect(page.GetByTestId("segment-editor").GetByRole(AriaRole.Alert)).ToContainTextAsync("Both changes are in the field now");
        await Expect(words).ToHaveValueAsync("The owl slept. At last. At night.");
        Assert.Equal("It began.|The owl slept. At last.", await TextsAsync(studio, story));

        await PressAsync();
        await Expect(words).ToHaveCountAsync(0);
        Assert.Equal(texts, await TextsAsync(studio, story));
        Assert.Empty(page.Faults());

        async Task PressAsync()
        {
            await words.FocusAsync();
            await words.EvaluateAsync("(area, before) => area.setSelectionRange(area.value.indexOf(before), area.value.indexOf(before))", before);
            await page.Keyboard.PressAsync(key);
        }
    }

    [Fact]
    public async Task Undo_ThatTakesAPageWithPicturesAway_SaysSo_AndOffersToDoItAgain()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await StoryAsync(studio, "The owl flew. The lamp burned.");
        await studio.Services.GetRequiredService<IStoryEditor>().SplitAsync(story, "1.1", new(14));
        await studio.Services.GetRequiredService<IPictureDesk>().BringAsync(Actor.Local, story, "1.2", "illustration", new MemoryStream(TestPictures.Png()), andLock: false);
        var page = await OpenAsync(studio, story);

        await page.GetByTestId("undo").ClickAsync();

        await Expect(page.Locator(".toast")).ToContainTextAsync("Undone: 1.1 split in two. The pictures of 1.2 are put away.");
        await page.Locator(".toast").GetByRole(AriaRole.Button, new() { Name = "Do again" }).ClickAsync();
        await Expect(page.Locator("[data-beat='1.2'] img")).ToHaveCountAsync(1);
        Assert.Equal("The owl flew.|The lamp burned.", await TextsAsync(studio, story));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Split_AfterAJoinThatWasRefused_SplitsWhatTheJoinHadSaved()
    {
        await using var studio = await WebStudio.StartAsync();
        var full = new string('a', Core.Stories.Segment.MaxTextLength - 10);
        var story = await StoryAsync(studio, full, "The owl flew.");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.2" }).ClickAsync();
        var words = page.GetByLabel("Words of 1.2");
        await words.FillAsync("The owl flew. The lamp burned.");
        await words.EvaluateAsync("area => area.setSelectionRange(0, 0)");
        await page.Keyboard.PressAsync("Backspace");
        await Expect(page.Locator(".toast")).ToContainTextAsync("would be longer");
        await Expect(page.Locator("[data-beat='1.2'] [data-kept-base]")).ToHaveValueAsync("The owl flew. The lamp burned.");

        await words.EvaluateAsync("area => { area.focus(); area.setSelectionRange(14, 14); }");
        await page.Keyboard.PressAsync("Control+Enter");

        await Expect(page.GetByLabel("Words of 1.3")).ToBeFocusedAsync();
        Assert.Equal($"{full}|The owl flew.|The lamp burned.", await TextsAsync(studio, story));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Split_OfWordsThatNobodyTouchedHere_ButAnotherWindowChanged_SaysThatNothingWasSplit()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "The owl slept. At last.");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.1" }).ClickAsync();
        var words = page.GetByLabel("Words of 1.1");

        // As it stands while the news of the other window's words is on its way.
        await words.EvaluateAsync("area => { area.value = area.form.querySelector('[data-kept-base]').value = 'The owl flew. At last.'; area.setSelectionRange(14, 14); }");
        await page.Keyboard.PressAsync("Control+Enter");

        await Expect(page.Locator(".toast")).ToContainTextAsync("These words were changed meanwhile.");
        await Expect(words).ToBeVisibleAsync();
        Assert.Equal("The owl slept. At last.", await TextsAsync(studio, story));
    }

    [Theory]
    [InlineData("Z", "KeyZ", "One.")]
    [InlineData("я", "KeyZ", "One.")]
    [InlineData("ζ", "KeyZ", "One.")]
    [InlineData(";", "KeyZ", "Two.")]
    public async Task Undo_ByTheKey_WhateverTheLayoutAndCapsLock(string key, string code, string text)
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "One.");
        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "Two." });
        var page = await OpenAsync(studio, story);

        await KeyAsync(page, key, code, control: true);
        await KeyAsync(page, "у", "KeyE", control: false);

        await Expect(page.GetByLabel("Words of 1.1")).ToHaveValueAsync(text);

        static Task KeyAsync(IPage page, string key, string code, bool control) => page.Locator("[data-beat='1.1']").EvaluateAsync(
            "(row, pressed) => row.dispatchEvent(new KeyboardEvent('keydown', { key: pressed.key, code: pressed.code, ctrlKey: pressed.control, bubbles: true, cancelable: true }))",
            new { key, code, control });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Words_WhosePageGoesInAnotherWindow_StandInTheFieldOfANewPage(bool alreadyOpen)
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "The owl flew.", "The lamp burned.", "The end.");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.1" }).ClickAsync();
        if (alreadyOpen)
        {
            await page.Locator("[data-beat='1.1']").GetByRole(AriaRole.Button, new() { Name = "New page after" }).ClickAsync();
            await page.GetByLabel("A new page after 1.1").FillAsync("It snowed.");
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.2" }).ClickAsync();
        await page.GetByLabel("Words of 1.2").FillAsync("The lamp went out.");
        await studio.Services.GetRequiredService<IStoryEditor>().RemoveAsync(story, "1.2");

        await Expect(page.Locator(".toast")).ToContainTextAsync("1.2 is gone");
        var made = page.GetByLabel("A new page after 1.1");
        await Expect(made).ToHaveValueAsync(alreadyOpen ? "It snowed.\n\nThe lamp went out." : "The lamp went out.");
        await page.GetByTestId("segment-adder").GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(made).ToHaveCountAsync(0);
        Assert.Equal($"The owl flew.|{(alreadyOpen ? "It snowed.\n\n" : null)}The lamp went out.|The end.", await TextsAsync(studio, story));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Words_WhosePageAnUndoOfThisWindowTakesAway_StandInTheFieldOfANewPage()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "The owl flew. The lamp burned.");
        await studio.Services.GetRequiredService<IStoryEditor>().SplitAsync(story, "1.1", new(14));
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.2" }).ClickAsync();
        await page.GetByLabel("Words of 1.2").FillAsync("The lamp went out.");

        await page.GetByTestId("undo").ClickAsync();

        await Expect(page.GetByLabel("A new page after 1.1")).ToHaveValueAsync("The lamp went out.");
        await Expect(page.Locator("[data-beat='1.1'] .prose")).ToHaveTextAsync("The owl flew. The lamp burned.");
        Assert.Empty(page.Faults());
    }

    /// <summary>What it is to come after went with a deed of another window's, of the editor above it, or with a step back.</summary>
    [Theory]
    [InlineData("removed elsewhere")]
    [InlineData("joined elsewhere")]
    [InlineData("joined here")]
    [InlineData("undone here")]
    public async Task Words_OfANewPage_StandAfterTheOneBefore_WhereTheOneAboveThemGoes(string how)
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "The owl flew. The lamp burned.", "The end.");
        var editor = studio.Services.GetRequiredService<IStoryEditor>();
        await editor.SplitAsync(story, "1.1", new(14));
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.2" }).ClickAsync();
        await page.Locator("[data-beat='1.2']").GetByRole(AriaRole.Button, new() { Name = "New page after" }).ClickAsync();
        await page.GetByLabel("A new page after 1.2").WriteAsync("It snowed.");

        await (how switch
        {
            "removed elsewhere" => editor.RemoveAsync(story, "1.2"),
            "joined elsewhere" => editor.JoinAsync(story, "1.1"),
            "joined here" => page.GetByTestId("segment-editor").GetByRole(AriaRole.Button, new() { Name = "Join with the one before" }).ClickAsync(),
            _ => page.GetByTestId("undo").ClickAsync(),
        });

        await Expect(page.Locator(".toast").Filter(new() { HasText = "1.2 is gone" })).ToContainTextAsync("What you wrote stands after 1.1 now");
        var made = page.GetByLabel("A new page after 1.1");
        await Expect(made).ToHaveValueAsync("It snowed.");
        await Expect(page.GetByTestId("segment-adder")).ToHaveCountAsync(1);
        await page.GetByTestId("segment-adder").GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(made).ToHaveCountAsync(0);
        var first = (await TextsAsync(studio, story)).Split('|')[0];
        Assert.Equal(how == "removed elsewhere" ? "The owl flew." : "The owl flew. The lamp burned.", first.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal));
        Assert.Equal($"{first}|It snowed.|The end.", await TextsAsync(studio, story));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Page_ThatGoesInAnotherWindow_WithNothingWrittenInItsField_GoesWithoutAWord()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "The owl flew.", "The lamp burned.");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.2" }).ClickAsync();
        await studio.Services.GetRequiredService<IStoryEditor>().RemoveAsync(story, "1.2");

        await Expect(page.Locator("[data-beat='1.2']")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("segment-adder")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Title_SavedOrLeft_GivesTheFocusBackToItsButton()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "The owl flew.");
        var page = await OpenAsync(studio, story);
        var (rename, title) = (page.GetByRole(AriaRole.Button, new() { Name = "Rename this story" }), page.GetByLabel("Title", new() { Exact = true }));
        foreach (var (word, key) in new[] { ("Mine", "Enter"), ("Not mine", "Escape") })
        {
            await rename.PressAsync("Enter");
            await Expect(title).ToBeFocusedAsync();
            await title.FillAsync(word);
            await title.PressAsync(key);
            await Expect(rename).ToBeFocusedAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Mine", Exact = true })).ToBeVisibleAsync();
        }

        await rename.PressAsync("Enter");
        await page.Locator("form.title").GetByRole(AriaRole.Button, new() { Name = "Cancel" }).PressAsync("Enter");
        await Expect(rename).ToBeFocusedAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Title_ThatTwoWindowsChange_IsNotOverwrittenUnseen()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "The owl flew.");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename this story" }).ClickAsync();
        var title = page.GetByLabel("Title", new() { Exact = true });
        await title.FillAsync("Mine");
        await studio.Library.UpdateAsync(story, new() { Title = "Theirs" });
        var save = page.Locator("form.title").GetByRole(AriaRole.Button, new() { Name = "Save" });

        await save.ClickAsync();
        await Expect(page.Locator("#title-error")).ToContainTextAsync("“Theirs”");
        await Expect(page.Locator("#title-error")).ToContainTextAsync("“Mine”");
        Assert.Equal("Theirs", (await studio.Library.GetAsync(story)).Title);
        await save.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Mine" })).ToBeVisibleAsync();
        await page.WaitForFunctionAsync("key => sessionStorage.getItem(key) === null", $"storystudio.kept.{story}.title");

        await page.GetByRole(AriaRole.Button, new() { Name = "Rename this story" }).ClickAsync();
        await studio.Library.UpdateAsync(story, new() { Title = "Theirs again" });
        await Expect(title).ToHaveValueAsync("Theirs again");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Keys_SplitAtTheCursor_JoinAtTheBeginning_AndMove()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "The owl flew. The lamp burned.", "The end.");
        var page = await OpenAsync(studio, story);
        await page.Locator("[data-beat='1.1']").FocusAsync();
        await page.Keyboard.PressAsync("e");
        var words = page.GetByLabel("Words of 1.1");
        await Expect(words).ToBeFocusedAsync();
        await words.EvaluateAsync("area => area.setSelectionRange(14, 14)");
        await page.Keyboard.PressAsync("Control+Enter");

        var second = page.GetByLabel("Words of 1.2");
        await Expect(second).ToBeFocusedAsync();
        Assert.Equal("The owl flew.|The lamp burned.|The end.", await TextsAsync(studio, story));
        Assert.Equal(0, await second.EvaluateAsync<int>("area => area.selectionStart"));
        await page.Keyboard.PressAsync("Backspace");
        await Expect(words).ToBeFocusedAsync();
        Assert.Equal("The owl flew.\n\n".Length, await words.EvaluateAsync<int>("area => area.selectionStart"));
        await Expect(words).ToHaveValueAsync("The owl flew.\n\nThe lamp burned.");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[data-beat='1.1']")).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Alt+ArrowDown");
        await Expect(page.Locator("[data-beat='1.2'] .prose")).ToHaveTextAsync(new Regex("The owl flew"));
        await Expect(page.Locator("[data-beat='1.2']")).ToBeFocusedAsync();
        await Expect(page.GetByTestId("edit-said")).ToHaveTextAsync("1.1 moved to 1.2.");
        Assert.Equal("The end.|The owl flew.\n\nThe lamp burned.", await TextsAsync(studio, story));

        // What the server has taken does not come back from the window's own memory.
        await page.Keyboard.PressAsync("e");
        await Expect(page.GetByLabel("Words of 1.2")).ToHaveValueAsync("The owl flew.\n\nThe lamp burned.");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Words_TypedWhileASplitIsOnItsWay_StandWhereTheyWereCut()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "The owl flew. The lamp burned.");
        var page = await browser.OpenAsync(studio.Address, width: 1440);
        Queue<Action>? held = null;
        await page.RouteWebSocketAsync(new Regex("/_blazor"), socket =>
        {
            var server = socket.ConnectToServer();
            socket.OnMessage(frame =>
            {
                void Send()
                {
                    if (frame.Binary is { } bytes)
                    {
                        server.Send(bytes);
                    }
                    else if (frame.Text is { } text)
                    {
                        server.Send(text);
                    }
                }

                if (held is null)
                {
                    Send();
                }
                else
                {
                    held.Enqueue(Send);
                }
            });
        });
        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story}").ToString());
        await page.Locator("[data-hands]").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.1" }).ClickAsync();
        var words = page.GetByLabel("Words of 1.1");
        await Expect(words).ToBeFocusedAsync();
        await words.EvaluateAsync("area => area.setSelectionRange(14, 14)");

        held = new();
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Keyboard.TypeAsync("At night ");
        await Expect(words).ToHaveValueAsync("The owl flew. At night The lamp burned.");
        var waiting = held;
        held = null;
        while (waiting.TryDequeue(out var send))
        {
            send();
        }

        var second = page.GetByLabel("Words of 1.2");
        await Expect(second).ToHaveValueAsync("At night The lamp burned.");
        await second.PressAsync("!");
        await Expect(second).ToHaveValueAsync("At night !The lamp burned.");
        await Expect(page.Locator("[data-beat='1.1'] .prose")).ToHaveTextAsync("The owl flew.");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Page_JoinedWithTheNext_StandsWholeInItsOpenField_AndSavingTakesNothingAway()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "One.", "Two.", "Three.");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.1" }).ClickAsync();
        var words = page.GetByLabel("Words of 1.1");
        await words.FillAsync("First.");

        await page.GetByRole(AriaRole.Button, new() { Name = "Join with the next" }).ClickAsync();
        await Expect(words).ToHaveValueAsync("First.\n\nTwo.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Join with the next" }).ClickAsync();
        await Expect(words).ToHaveValueAsync("First.\n\nTwo.\n\nThree.");

        // Neither the undo of it nor the window's memory of what was typed brings the old words into a field that nobody has touched since.
        await page.GetByTestId("undo").ClickAsync();
        await Expect(words).ToHaveValueAsync("First.\n\nTwo.");
        await words.FocusAsync();
        await Expect(words).ToHaveValueAsync("First.\n\nTwo.");
        await page.GetByTestId("segment-editor").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.GetByTestId("segment-editor")).ToHaveCountAsync(0);
        Assert.Equal("First.\n\nTwo.|Three.", await TextsAsync(studio, story));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Words_NotYetSaved_AreKeptBesideThoseThatAreJoinedToThem()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "One.", "Two.");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.1" }).ClickAsync();
        await page.GetByLabel("Words of 1.1").FillAsync("First of all.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.2" }).ClickAsync();
        await page.Locator("[data-beat='1.2']").GetByRole(AriaRole.Button, new() { Name = "Join with the one before" }).ClickAsync();
        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(1);
        var save = page.GetByTestId("segment-editor").GetByRole(AriaRole.Button, new() { Name = "Save" });

        await save.ClickAsync();
        await Expect(page.GetByTestId("segment-editor").GetByRole(AriaRole.Alert)).ToContainTextAsync("Both changes are in the field now");
        await Expect(page.GetByLabel("Words of 1.1")).ToHaveValueAsync("First of all.\n\nTwo.");
        Assert.Equal("One.\n\nTwo.", await TextsAsync(studio, story));
        await save.ClickAsync();

        await Expect(page.GetByTestId("segment-editor")).ToHaveCountAsync(0);
        Assert.Equal("First of all.\n\nTwo.", await TextsAsync(studio, story));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Page_Deleted_ComesBackByTheMessagesUndo_PicturesAndAll()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await StoryAsync(studio, "The owl flew.", "The lamp burned.");
        await studio.Illustrator.StartAsync(story, new());
        await studio.UntilFinishedAsync(story);
        var page = await OpenAsync(studio, story);
        await page.Locator("[data-beat='1.1']").FocusAsync();

        await page.Keyboard.PressAsync("Delete");
        // Whoever points at it is not hurried: the message stays.
        await page.Locator(".toast").HoverAsync();
        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("edit-said")).ToHaveTextAsync("1.1 deleted. Its pictures are put away. Undo brings them back.");
        await Expect(page.GetByTestId("style-bar")).ToContainTextAsync("1 of 1");
        await page.Locator(".toast__undo").ClickAsync();

        // A place that is written anew has what it showed beneath it for a moment.
        await Expect(page.Locator("[data-beat='1.1'] [data-state=success] img").Last).ToHaveAttributeAsync("alt", "Illustration: The owl flew.");
        await Expect(page.Locator("[data-beat='1.1'] [data-state=success] img").Last).ToBeVisibleAsync();
        await Expect(page.GetByTestId("style-bar")).ToContainTextAsync("2 of 2");
        Assert.Equal("The owl flew.|The lamp burned.", await TextsAsync(studio, story));
    }

    [Fact]
    public async Task Message_OfAPageDeleted_GoesOnceItIsUndone_InWhicheverWindow_AndWhatWasUndoneIsSaid()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "One.", "Two.", "Three.");
        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "First." });
        var page = await OpenAsync(studio, story);
        var other = await OpenAsync(studio, story);

        await DeleteAsync(page);
        await page.Keyboard.PressAsync("Control+z");
        await Expect(page.Locator(".toast")).ToContainTextAsync("Undone: 1.2 deleted.");
        await page.Locator(".toast").GetByRole(AriaRole.Button, new() { Name = "Do again" }).ClickAsync();
        await Expect(page.Locator(".toast")).ToContainTextAsync("Done again: 1.2 deleted.");
        await page.GetByTestId("undo").ClickAsync();
        await Expect(page.Locator(".toast")).ToContainTextAsync("Undone: 1.2 deleted.");
        await Expect(page.Locator(".toast")).ToHaveCountAsync(1);

        await Expect(other.GetByTestId("segment")).ToHaveCountAsync(3);
        await DeleteAsync(other);
        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(2);
        await page.GetByTestId("undo").ClickAsync();
        await Expect(other.Locator(".toast")).ToHaveCountAsync(0);
        Assert.Equal("First.|Two.|Three.", await TextsAsync(studio, story));
        Assert.Empty(page.Faults());
        Assert.Empty(other.Faults());

        static async Task DeleteAsync(IPage page)
        {
            await page.Locator("[data-beat='1.2']").FocusAsync();
            await page.Keyboard.PressAsync("Delete");
            // It does not go because its time is over.
            await page.Locator(".toast").Filter(new() { HasText = "1.2 deleted." }).HoverAsync();
            await Expect(page.GetByTestId("segment")).ToHaveCountAsync(2);
        }
    }

    [Theory]
    [InlineData("The owl slept.", "The owl slept.|The lamp burned.")]
    [InlineData("", "The owl flew.|The lamp burned.")]
    public async Task Page_DeletedWhileItsFieldIsOpen_ComesBackWithTheWordsThatStoodThere(string written, string expected)
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "The owl flew.", "The lamp burned.");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.1" }).ClickAsync();
        await page.GetByLabel("Words of 1.1").FillAsync(written);

        await page.GetByTestId("segment-editor").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("segment-adder")).ToHaveCountAsync(0);
        await page.Locator(".toast__undo").ClickAsync();

        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(2);
        Assert.Equal(expected, await TextsAsync(studio, story));
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.1" }).ClickAsync();
        await Expect(page.GetByLabel("Words of 1.1")).ToBeFocusedAsync();
        await Expect(page.GetByLabel("Words of 1.1")).ToHaveValueAsync(expected.Split('|')[0]);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Page_New_IsWrittenWhereItIsGoingToStand()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "One.", "Two.");
        var page = await OpenAsync(studio, story);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.1" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New page after" }).ClickAsync();

        var adder = page.GetByTestId("segment-adder");
        await adder.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(adder.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The text is missing.");
        await adder.GetByLabel("A new page after 1.1").FillAsync("One and a half.");
        await adder.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();

        await Expect(page.Locator("[data-beat='1.2']")).ToBeFocusedAsync();
        Assert.Equal("One.|One and a half.|Two.", await TextsAsync(studio, story));
        await page.GetByTestId("undo").ClickAsync();
        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Page_DraggedByItsGrip_AndInTheOutline_GoesWhereItIsDropped()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await StoryAsync(studio, "One.", "Two.", "Three.");
        var page = await OpenAsync(studio, story);

        // Near the edge of a window the page glides, the farther the slower the machine is.
        await page.SetViewportSizeAsync(1440, 1600);
        var grip = await page.Locator("[data-beat='1.1'] [data-grip]").BoundingBoxAsync();
        var target = await page.Locator("[data-beat='1.2']").BoundingBoxAsync();

        await page.Mouse.MoveAsync(grip!.X + 8, grip.Y + 8);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(grip.X + 8, grip.Y + 40);
        await page.Mouse.MoveAsync(grip.X + 8, target!.Y + target.Height - 10, new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await Expect(page.Locator("[data-beat='1.2'] .prose")).ToHaveTextAsync("One.");
        Assert.Equal("Two.|One.|Three.", await TextsAsync(studio, story));

        var (first, last) = (await page.Locator("[data-jump='1.1']").BoundingBoxAsync(), await page.Locator("[data-jump='1.3']").BoundingBoxAsync());
        await page.Mouse.MoveAsync(last!.X + 20, last.Y + (last.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(first!.X + 20, first.Y + 3, new() { Steps = 5 });
        await page.Mouse.UpAsync();

        await Expect(page.Locator("[data-beat='1.1'] .prose")).ToHaveTextAsync("Three.");
        Assert.Equal("Three.|Two.|One.", await TextsAsync(studio, story));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Numbers_ThatSomebodyChose_AreNumberedAnewOnlyWhenOneSaysSo_AndComeBackByUndo()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = (await studio.Library.CreateAsync(new() { Title = "T", Segments = [new() { Number = "1.2", Text = "One." }, new() { Number = "1.10", Text = "Two." }], Styles = ["clear"] })).Id;
        var page = await OpenAsync(studio, story);
        await page.GetByTestId("renumber").ClickAsync();
        await Expect(page.Locator("[data-beat='1.1']")).ToContainTextAsync("One.");
        await Expect(page.GetByTestId("renumber")).ToHaveCountAsync(0);
        await page.GetByTestId("undo").ClickAsync();
        await Expect(page.Locator("[data-beat='1.10']")).ToContainTextAsync("Two.");
        await Expect(page.GetByTestId("renumber")).ToBeVisibleAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Style_AddedOnThePages_IsOfferedToBeDrawn_AndTakenOutComesBackByUndoWithWhatTheStoryAddedToIt()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await StoryAsync(studio, "One.", "Two.");
        var page = await OpenAsync(studio, story);
        var (open, menu, styles) = (page.GetByTestId("style-menu-open"), page.GetByTestId("style-menu"), page.GetByTestId("style-switch").GetByRole(AriaRole.Button));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Illustrate 2 pictures" })).ToBeVisibleAsync();

        // By keyboard alone.
        await open.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(menu.GetByRole(AriaRole.Button, new() { Name = "Clear line" })).ToContainTextAsync("A clear-line drawing");
        await page.Keyboard.PressAsync("Tab");
        await Expect(menu.GetByRole(AriaRole.Button, new() { Name = "Clear line" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("Clear line is added. Nothing is drawn in it yet.")).ToBeVisibleAsync();
        await Expect(menu).ToBeHiddenAsync();
        await Expect(styles).ToHaveTextAsync(["All", "Illustration", "Clear line"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Illustrate 4 pictures" }).ClickAsync();
        await studio.UntilFinishedAsync(story);
        await studio.Services.GetRequiredService<IPromptBook>().SetNoteAsync(Actor.Local, story, "illustration", "Always at dusk.");
        await Expect(page.Locator("[data-state=success]")).ToHaveCountAsync(4);

        await open.ClickAsync();
        await menu.GetByRole(AriaRole.Button, new() { Name = "Take out Illustration" }).ClickAsync();
        var said = page.Locator(".toast").Filter(new() { HasText = "Illustration is taken out. Its 2 pictures are kept, and back when it is added again." });
        await said.HoverAsync();
        await Expect(page.Locator("[data-state=success]")).ToHaveCountAsync(2);
        await said.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(styles).ToHaveTextAsync(["All", "Illustration", "Clear line"]);
        await Expect(page.Locator("[data-state=success]")).ToHaveCountAsync(4);
        Assert.Equal([("illustration", "Always at dusk."), ("clear", null)], (await studio.Library.GetAsync(story)).Styles.Select(s => (s.Key, s.Note)));

        // By hand, and not by undo, it is the same.
        await open.ClickAsync();
        await menu.GetByRole(AriaRole.Button, new() { Name = "Take out Illustration" }).ClickAsync();
        await Expect(page.Locator("[data-state=success]")).ToHaveCountAsync(2);
        await open.ClickAsync();
        await menu.GetByRole(AriaRole.Button, new() { Name = "Illustration" }).First.ClickAsync();
        await Expect(page.GetByText("Illustration is added, with the 2 pictures that it had.")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-state=success]")).ToHaveCountAsync(4);
        Assert.Equal([("clear", null), ("illustration", "Always at dusk.")], (await studio.Library.GetAsync(story)).Styles.Select(s => (s.Key, s.Note)));
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 390)]
    public async Task StyleMenu_Open_HasNothingThatAxeFindsAndStaysInTheWindow(bool dark, int width)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"), dark, width);
        await page.GetByTestId("style-menu-open").ClickAsync();
        await Expect(page.GetByTestId("style-menu")).ToBeVisibleAsync();

        var violations = (await page.RunAxe()).Violations;

        Assert.Empty(violations.Select(v => $"{v.Id}: {string.Join(", ", v.Nodes.Select(n => n.Target))}"));
        var place = await page.GetByTestId("style-menu").BoundingBoxAsync();
        Assert.InRange(place!.X, 0, width - place.Width);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 390)]
    public async Task Editor_Open_HasNothingThatAxeFinds(bool dark, int width)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await StoryAsync(studio, "The owl flew over the harbour at dusk and looked for the lantern.", "The lamp burned.", "The end.");
        await studio.Library.UpdateSegmentAsync(story, "1.3", new() { HardCut = true });
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story}"), dark, width);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.2" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New page after" }).ClickAsync();
        await Expect(page.GetByTestId("segment-adder")).ToBeVisibleAsync();

        var violations = (await page.RunAxe()).Violations;

        Assert.Empty(violations.Select(v => $"{v.Id}: {string.Join(", ", v.Nodes.Select(n => n.Target))}"));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    [Fact]
    public async Task Story_OfAThousandPages_IsThereWhereOneLooks_AndReachedByEveryWay()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = (await studio.Library.CreateAsync(new()
        {
            Title = "Long",
            Segments = [.. Enumerable.Range(1, 1000).Select(i => new NewSegment { Text = $"Page {i}. An owl flew over the harbour at dusk and looked for the lantern.", HardCut = i % 20 == 1 })],
            Styles = ["illustration", "clear", "consistent"],
        })).Id;
        var page = await OpenAsync(studio, story);
        await Expect(page.Locator("[data-beat='1.1']")).ToBeVisibleAsync();
        Assert.InRange(await page.GetByTestId("segment").CountAsync(), 1, 40);

        // Down by the wheel, far by the bar, by keys, by the outline, and by an address.
        await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight / 2)");
        await Expect(page.GetByTestId("segment").First).ToHaveAttributeAsync("data-index", new Regex("^[345]\\d\\d$"));
        await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
        await Expect(page.Locator("[data-beat='50.20']")).ToBeVisibleAsync();
        Assert.InRange(await page.GetByTestId("segment").CountAsync(), 1, 40);
        await page.Locator("[data-beat='50.20']").FocusAsync();
        for (var i = 19; i > 5; i--)
        {
            await page.Keyboard.PressAsync("ArrowUp");
            await Expect(page.Locator($"[data-beat='50.{i}']")).ToBeFocusedAsync();
        }

        await page.Locator("[data-jump='1.4']").ClickAsync();
        await Expect(page.Locator("[data-beat='1.4']")).ToBeFocusedAsync();
        await Expect(page.Locator("[data-beat='1.4']")).ToBeInViewportAsync();
        var linked = await OpenAsync(studio, story, "#beat-30-7");
        await Expect(linked.Locator("[data-beat='30.7']")).ToBeFocusedAsync();
        await Expect(linked.Locator("[data-beat='30.7']")).ToBeInViewportAsync();
        await linked.Keyboard.PressAsync("Delete");
        await Expect(linked.Locator("[data-beat='30.7'] .prose")).ToContainTextAsync("Page 588.");
        await Expect(linked.Locator("[data-beat='30.7']")).ToBeFocusedAsync();
        Assert.Empty(page.Faults());
        Assert.Empty(linked.Faults());
    }

    /// <summary>Open, with the keys taken.</summary>
    private async Task<IPage> OpenAsync(WebStudio studio, string story, string anchor = "")
    {
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story}{anchor}"), width: 1440);
        await page.Locator("[data-hands]").WaitForAsync();
        return page;
    }

    private static async Task<string> StoryAsync(WebStudio studio, params string[] texts) => (await studio.Library.CreateAsync(new()
    {
        Title = "The lighthouse",
        Segments = [.. texts.Select(t => new NewSegment { Text = t })],
        Styles = ["illustration"],
    })).Id;

    private static async Task<string> TextsAsync(WebStudio studio, string story) => string.Join('|', (await studio.Library.GetAsync(story)).Segments.Select(s => s.Text));
}
