using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>What an author steers with: characters and their pictures, the queue, what is from before a change.</summary>
[Collection(BrowserCollection.Name)]
public sealed class DeskTests(BrowserFixture browser)
{
    [Fact]
    public async Task Characters_AreNamedDescribedAndTakenOutInPlace()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(2);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByTestId("cast-link").ClickAsync();
        await Expect(page.GetByTestId("cast-empty")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(page.GetByLabel("Name")).ToHaveAttributeAsync("aria-invalid", "true");
        await page.GetByLabel("Name").FillAsync("Owl");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        var owl = page.GetByTestId("cast-member");
        await Expect(owl.GetByRole(AriaRole.Link, new() { Name = "Beat 1.2" })).ToHaveAttributeAsync("href", $"/stories/{story.Id}#beat-1-2");

        await owl.GetByRole(AriaRole.Button, new() { Name = "Edit Owl" }).ClickAsync();
        await owl.GetByLabel("What they look like").FillAsync("A small barn owl with a pale face.");
        await owl.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(owl).ToContainTextAsync("A small barn owl with a pale face.");
        await Expect(owl.GetByRole(AriaRole.Button, new() { Name = "Edit Owl" })).ToBeFocusedAsync();
        Assert.Equal("A small barn owl with a pale face.", Assert.Single((await studio.Library.GetAsync(story.Id)).Characters).Description);

        // At once, and back by keyboard alone, in whichever window one looks.
        var other = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/cast"));
        await owl.GetByRole(AriaRole.Button, new() { Name = "Remove Owl" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var said = page.Locator(".toast").Filter(new() { HasText = "Owl was removed." });
        await said.GetByRole(AriaRole.Button, new() { Name = "Undo" }).FocusAsync();
        await Expect(page.GetByTestId("cast-empty")).ToBeVisibleAsync();
        await Expect(other.GetByTestId("cast-empty")).ToBeVisibleAsync();
        Assert.Empty((await studio.Library.GetAsync(story.Id)).Characters);
        await page.Keyboard.PressAsync("Enter");
        await Expect(owl.GetByRole(AriaRole.Button, new() { Name = "Edit Owl" })).ToBeFocusedAsync();
        await Expect(other.GetByTestId("cast-member")).ToContainTextAsync("A small barn owl with a pale face.");
        Assert.Equal("A small barn owl with a pale face.", Assert.Single((await studio.Library.GetAsync(story.Id)).Characters).Description);
        Assert.Empty(page.Faults());
        Assert.Empty(other.Faults());
    }

    [Fact]
    public async Task Character_ThatTwoWindowsEdit_HasWhatBothChanged_AndNoWordsOfEitherGoUnseen()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(2);
        var cast = studio.Services.GetRequiredService<ICast>();
        await cast.AddAsync(story.Id, "Owl", "A small owl.");
        var (page, other) = (await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/cast")), await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/cast")));
        foreach (var window in new[] { page, other })
        {
            await window.GetByRole(AriaRole.Button, new() { Name = "Edit Owl" }).ClickAsync();
        }

        var looks = page.GetByLabel("What they look like");
        await looks.FillAsync("A tiny owl.");
        await other.GetByLabel("Also called").FillAsync("Hoot");
        await other.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(other.GetByTestId("aliases")).ToHaveTextAsync("also Hoot");
        await Expect(page.GetByLabel("Also called")).ToHaveValueAsync("Hoot");
        await Expect(looks).ToHaveValueAsync("A tiny owl.");
        await other.GetByRole(AriaRole.Button, new() { Name = "Edit Owl" }).ClickAsync();
        await other.GetByLabel("What they look like").FillAsync("A small owl with a pale face.");
        await other.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(other.GetByTestId("cast-member")).ToContainTextAsync("pale face");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.GetByTestId("look-editor")).ToContainTextAsync("Both changes are in the field now");
        await Expect(looks).ToHaveValueAsync("A tiny owl with a pale face.");
        Assert.Equal("A small owl with a pale face.", Assert.Single(await cast.GetAsync(story.Id)).Description);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(looks).ToHaveCountAsync(0);
        Assert.Equal(("A tiny owl with a pale face.", "Hoot"), Assert.Single(await cast.GetAsync(story.Id)) is var owl ? (owl.Description, string.Join(", ", owl.Aliases)) : default);
        Assert.Empty(page.Faults());
        Assert.Empty(other.Faults());
    }

    [Fact]
    public async Task Character_RemovedByADoubleClick_TakesNobodyElseAlong()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var cast = studio.Services.GetRequiredService<ICast>();
        foreach (var name in new[] { "Ann", "Bram", "Cleo" })
        {
            await cast.AddAsync(story.Id, name, "As tall as the others.");
        }

        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/cast"));
        await page.SetViewportSizeAsync(1280, 2400);
        await page.EvaluateAsync("window.focused = []; document.addEventListener('focusin', e => window.focused.push(e.target.textContent.trim()))");
        var members = page.GetByTestId("cast-member");
        var place = (await page.GetByRole(AriaRole.Button, new() { Name = "Remove Ann" }).BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(place.X + 5, place.Y + 5);
        await page.Mouse.DownAsync(new() { ClickCount = 1 });
        await page.Mouse.UpAsync(new() { ClickCount = 1 });
        await Expect(members).ToHaveCountAsync(2);
        Assert.Equal("Remove Bram", await page.EvaluateAsync<string>("at => document.elementFromPoint(at.x, at.y).closest('button').ariaLabel", new { x = (int)place.X + 5, y = (int)place.Y + 5 }));
        await page.Mouse.DownAsync(new() { ClickCount = 2 });
        await page.Mouse.UpAsync(new() { ClickCount = 2 });

        // A word that comes after it on the same line: whatever the second click set off is over.
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit Cleo" }).ClickAsync();
        await Expect(members.Last.GetByLabel("What they look like")).ToBeVisibleAsync();
        Assert.DoesNotContain("Add a character or a place", await page.EvaluateAsync<string[]>("window.focused"), StringComparer.Ordinal);
        Assert.Equal(["Bram", "Cleo"], (await cast.GetAsync(story.Id)).Select(c => c.Name));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Cast_FoundInTheText_IsAcceptedDismissedMergedAndCorrected()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "The mill",
            Styles = ["illustration"],
            Segments = [new() { Text = "One night Thomas ran to the old mill." }, new() { Text = "There Thomas met Bram, and Tom laughed at Bram." }, new() { Text = "In the mill sat Tom." }],
        });
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/cast"));
        var proposals = page.GetByTestId("proposal");
        await Expect(proposals).ToHaveCountAsync(4);
        await Expect(page.Locator("[data-testid=proposal][data-name='The old mill']")).ToHaveAttributeAsync("data-kind", "place");

        await page.GetByRole(AriaRole.Button, new() { Name = "Dismiss Bram" }).ClickAsync();
        await Expect(proposals).ToHaveCountAsync(3);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Found in the text" })).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(proposals).ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Button, new() { Name = "Dismiss Bram" }).ClickAsync();
        foreach (var name in new[] { "Thomas", "Tom", "The old mill" })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = $"Accept {name}", Exact = true }).ClickAsync();
            await Expect(page.Locator($"[data-testid=cast-member][data-name='{name}']")).ToBeVisibleAsync();
        }

        await Expect(page.GetByTestId("proposals")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Merge Thomas with another" }).ClickAsync();
        await page.GetByLabel("Thomas is the same as").SelectOptionAsync(new SelectOptionValue { Label = "Tom" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Make one" }).ClickAsync();
        var thomas = page.Locator("[data-testid=cast-member][data-name=Thomas]");
        var one = page.Locator(".toast").Filter(new() { HasText = "Tom is one with Thomas now." });
        await one.HoverAsync();
        await Expect(thomas.GetByTestId("aliases")).ToContainTextAsync("also Tom");
        await Expect(thomas.GetByTestId("where")).ToContainTextAsync("1.3");
        await one.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Edit Tom" })).ToBeFocusedAsync();
        await Expect(thomas.GetByTestId("aliases")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Merge Thomas with another" }).ClickAsync();
        await page.GetByLabel("Thomas is the same as").SelectOptionAsync(new SelectOptionValue { Label = "Tom" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Make one" }).ClickAsync();
        await Expect(thomas.GetByTestId("aliases")).ToContainTextAsync("also Tom");

        await page.GetByRole(AriaRole.Button, new() { Name = "Correct where Thomas appears" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Take Thomas out of 1.3" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Take Thomas out of 1.3" })).ToHaveCountAsync(0);
        await page.GetByLabel("Put The old mill into a page").Or(page.GetByRole(AriaRole.Button, new() { Name = "Correct where The old mill appears" })).ClickAsync();
        await page.GetByLabel("Put The old mill into a page").SelectOptionAsync("1.2");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Take The old mill out of 1.2" })).ToBeVisibleAsync();

        var kept = await studio.Services.GetRequiredService<ICast>().GetAsync(story.Id);
        Assert.Equal(["1.1 1.2", "1.1 1.2 1.3"], kept.Select(c => string.Join(' ', c.Segments)));
        Assert.Empty(await studio.Services.GetRequiredService<ICast>().GetProposalsAsync(story.Id));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Sheets_AreDrawnWhileOneLooksOn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, _) = await CreateWithOwlAsync(studio, 1, "illustration", "clear");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/cast"));
        await Expect(page.GetByTestId("cast-words")).ToContainTextAsync("description is written into the prompt");

        await page.GetByRole(AriaRole.Button, new() { Name = "Draw 2 sheets of Owl" }).ClickAsync();

        await Expect(page.Locator("[data-testid=sheet] [data-state=success] img")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Draw the sheet of Owl in Clear line again" }).ClickAsync();
        await Expect(page.Locator("[data-testid=sheet][data-style=clear] img").Last).ToHaveAttributeAsync("src", new Regex("/v2\\."));

        // A locked one is not drawn again, in whichever window that is said.
        var other = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/cast"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Lock the sheet of Owl in Clear line" }).ClickAsync();
        await Expect(other.GetByRole(AriaRole.Button, new() { Name = "Lock the sheet of Owl in Clear line" })).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(other.GetByRole(AriaRole.Button, new() { Name = "Draw the sheet of Owl in Clear line again" })).ToHaveCountAsync(0);
        await other.GetByRole(AriaRole.Button, new() { Name = "Lock the sheet of Owl in Clear line" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Draw the sheet of Owl in Clear line again" })).ToBeVisibleAsync();

        // What was ever done for it is one press away.
        await page.GetByRole(AriaRole.Link, new() { Name = "History of the sheet of Owl in Clear line" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Owl in Clear line" })).ToBeVisibleAsync();
        await Expect(page.GetByTestId("versions").Locator("li")).ToHaveCountAsync(2);
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(false, false, 1280)]
    [InlineData(true, true, 390)]
    public async Task Sheet_DrawnAgain_SaysWhatWasMadeFromIt_IsTakenBack_AndEachOfItsVersionsCanBeShown(bool isThere, bool dark, int width)
    {
        var (gate, isHeld) = (new SemaphoreSlim(0), false);
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            if (isHeld)
            {
                await gate.WaitAsync(token);
            }

            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var (story, owl) = await CreateWithOwlAsync(studio, 2, "illustration");
        await studio.Services.GetRequiredService<ICast>().DrawSheetsAsync(owl.Id, ["illustration"]);
        await studio.UntilAsync(story.Id, s => s.CharacterImages is [{ Status: ImageStatus.Completed }]);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/cast"), dark, width);
        var sheet = page.GetByTestId("sheet");
        isHeld = !isThere;

        await sheet.GetByTestId("sheet-way").ClickAsync();
        await Expect(page.Locator(".toast")).ToContainTextAsync("Drawing the sheet of Owl in Illustration again. 2 pictures were made from this one and will be marked as from before a change.");
        if (isThere)
        {
            await Expect(sheet.Locator("img").Last).ToHaveAttributeAsync("src", new Regex("/v2\\."));
            Assert.All((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images, i => Assert.NotNull(i.Stale));
        }

        await page.Locator(".toasts").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(sheet.Locator("img").Last).ToHaveAttributeAsync("src", new Regex("/v1\\."));
        await studio.UntilAsync(story.Id, s => s.CharacterImages is [{ ChosenVersion: 1, Status: ImageStatus.Completed }]);
        var back = await studio.Illustrator.GetSnapshotAsync(story.Id);
        Assert.All(back.Images, i => Assert.Null(i.Stale));
        if (isThere)
        {
            await sheet.GetByTestId("sheet-history").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Show this one: version 2" }).ClickAsync();
            await Expect(page.GetByTestId("history-said")).ToHaveTextAsync("Version 2 is shown. 2 pictures were made from the one before and are marked as from before a change.");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Versions" })).ToBeFocusedAsync();
            await AssertFineAsync(page);
            await page.GetByRole(AriaRole.Button, new() { Name = "Show this one: version 1" }).ClickAsync();
            await Expect(page.GetByTestId("history-said")).ToHaveTextAsync("Version 1 is shown.");
            await studio.Services.GetRequiredService<IPictureDesk>().LockAsync(Actor.Local, back.CharacterImages[0].Id);
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Show this one: version 2" })).ToBeDisabledAsync();
            await Expect(page.GetByTestId("history-locked")).ToContainTextAsync("Nothing changes it until you unlock it.");
        }

        Assert.Empty(page.Faults());
    }

    private static async Task AssertFineAsync(IPage page)
    {
        var result = await page.RunAxe();
        Assert.True(result.Violations.Length == 0, $"{page.Url}:\n{string.Join('\n', result.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(" ", v.Nodes.Take(3).Select(n => n.Html))}"))}");
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, $"{page.Url} is wider than its window.");
    }

    [Fact]
    public async Task Picture_OfACharacter_IsTakenInExchangedAndRemoved_AndAnythingElseIsRefusedBesideIt()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, _) = await CreateWithOwlAsync(studio, 1, "illustration");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/cast"));
        var own = page.GetByTestId("own-picture");

        await own.GetByLabel("Choose the picture of Owl").ChooseAsync(File("notes.png", "image/png", "not a picture at all"u8.ToArray()));
        await Expect(own.GetByRole(AriaRole.Alert)).ToHaveTextAsync("“notes.png” was not taken. It is no PNG, JPEG or WebP file, whatever its name says. A PNG, JPEG or WebP picture of at most 50 MB is right.");
        await own.GetByLabel("Choose the picture of Owl").ChooseAsync(File("empty.png", "image/png", []));
        await Expect(own.GetByRole(AriaRole.Alert)).ToContainTextAsync("“empty.png” was not taken. The file is empty.");

        await page.HoldFilesAsync();
        await own.GetByLabel("Choose the picture of Owl").ChooseAsync(File("large.png", "image/png", [.. TestPictures.Png()[..64], .. new byte[3 * 1024 * 1024]]));
        await Expect(own.GetByTestId("upload")).ToContainTextAsync(new Regex(@"\d KB of 3 MB"));
        await own.GetByTestId("upload-stop").ClickAsync();
        await Expect(own.GetByText("“large.png” was let go. Nothing of it was kept.")).ToBeVisibleAsync();
        await Expect(own.GetByRole(AriaRole.Alert)).ToBeEmptyAsync();
        await page.LetFilesGoAsync();

        await own.GetByLabel("Choose the picture of Owl").ChooseAsync(File("owl.png", "image/png", TestPictures.Png()));
        await Expect(own.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("src", new Regex("\\.png"));
        await Expect(own.GetByRole(AriaRole.Alert)).ToBeEmptyAsync();
        await own.GetByLabel("Replace the picture of Owl").ChooseAsync(File("owl.webp", "image/webp", TestPictures.Webp));
        await Expect(own.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("src", new Regex("\\.webp"));

        await Expect(page.Locator(".toast")).ToContainTextAsync("The picture of Owl was replaced.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(own.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("src", new Regex("\\.png"));
        await Expect(page.Locator(".toast")).ToHaveCountAsync(0);
        await own.GetByLabel("Replace the picture of Owl").ChooseAsync(File("owl.webp", "image/webp", TestPictures.Webp));
        await Expect(own.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("src", new Regex("\\.webp"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Close this message" }).ClickAsync();

        await own.GetByRole(AriaRole.Button, new() { Name = "Remove the picture of Owl" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).FocusAsync();
        await Expect(own.GetByLabel("Choose the picture of Owl")).ToBeAttachedAsync();
        await Expect(page.GetByText("The picture of Owl was removed.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(own.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("src", new Regex("\\.webp"));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Pictures_FromBeforeAChange_SayWhatWentAlong_AreMarkedAndFoundAndDrawnAgainOnlyWhenAsked()
    {
        await using var studio = await WebStudio.StartAsync();
        var (story, owl) = await CreateWithOwlAsync(studio, 2, "illustration");
        var cast = studio.Services.GetRequiredService<ICast>();
        await cast.SetPictureAsync(owl.Id, new MemoryStream(TestPictures.Png()));
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await Expect(page.GetByTestId("stale-note")).ToBeEmptyAsync();

        await cast.SetPictureAsync(owl.Id, new MemoryStream(TestPictures.Png(seed: 2)));

        await Expect(page.GetByTestId("stale-note")).ToContainTextAsync("2 pictures are from before a change");
        await Expect(page.GetByTestId("stale")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show 1.2, Illustration" }).ClickAsync();
        await Expect(page.Locator("[data-beat='1.2']")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("panel-stale")).ToContainTextAsync("The picture of Owl");
        await Expect(page.GetByTestId("references")).ToContainTextAsync("Owl, how they look");
        Assert.Equal(2, studio.Provider.Calls.Count);

        await page.GetByTestId("draw-again").ClickAsync();
        await Expect(page.GetByTestId("panel-stale")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("stale-note")).ToContainTextAsync("1 picture is from before a change");
        Assert.Equal(3, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task Queue_IsPausedGoesOnAndLetsOneGoFirst()
    {
        var gate = new SemaphoreSlim(0);
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Generation:MaxConcurrency"] = "1" });
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(4);
        var page = await browser.OpenAsync(new(studio.Address, "/queue"));
        Assert.Equal(1, await page.Locator("[data-testid=queue-page][data-hands]").CountAsync());
        await Expect(page.GetByTestId("queue-empty")).ToBeVisibleAsync();
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await Expect(page.GetByTestId("queue-working")).ToContainTextAsync("Illustration");
        await Expect(page.GetByTestId("queue-waiting")).ToHaveCountAsync(3);

        var pause = page.GetByRole(AriaRole.Button, new() { Name = "Pause The lighthouse" });
        await pause.ClickAsync();
        await Expect(page.GetByTestId("queue-run")).ToHaveAttributeAsync("data-status", "Paused");
        await Expect(page.GetByTestId("queue-said")).ToContainTextAsync("is paused");
        var resume = page.GetByRole(AriaRole.Button, new() { Name = "Resume The lighthouse" });
        await Expect(resume).ToBeFocusedAsync();
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Paused", Exact = true }).GetByTestId("queue-waiting")).ToHaveCountAsync(3);
        await resume.ClickAsync();
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Waiting", Exact = true }).GetByTestId("queue-waiting")).ToHaveCountAsync(3);
        await Expect(page.GetByTestId("queue-run")).Not.ToHaveAttributeAsync("data-status", "Paused");

        await page.GetByRole(AriaRole.Button, new() { Name = "This one next: 1.4, Illustration, The lighthouse" }).ClickAsync();
        await Expect(page.GetByTestId("queue-waiting").First).ToContainTextAsync("1.4");

        // The row moved to the top, and its focus with it; then it is begun, and the row goes to another list.
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel 1.4, Illustration, The lighthouse" })).ToBeFocusedAsync();
        gate.Release();
        await Expect(page.GetByTestId("queue-working")).ToContainTextAsync("1.4");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel 1.4, Illustration, The lighthouse" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("queue-working")).Not.ToContainTextAsync("1.4");
        Assert.Equal(ImageStatus.Cancelled, (await studio.Illustrator.GetImageAsync(story.Id, "1.4", "illustration")).Image.Status);
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task Queue_CancelsOneStyleOfARunByKeyboard_AndLeavesTheOthersAlone(int width)
    {
        var gate = new TaskCompletionSource();
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(2, "illustration", "clear", "consistent");
        var plain = await studio.Library.CreateAsync(new() { Title = "One style", Segments = [new() { Text = "An owl." }], Styles = ["clear"] });
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        await studio.Illustrator.StartAsync(plain.Id, new());
        var page = await browser.OpenAsync(new(studio.Address, "/queue"), width: width);
        var more = page.GetByRole(AriaRole.Button, new() { Name = "More for The lighthouse" });
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel One style" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "More for One style" })).ToHaveCountAsync(0);
        if (width < 768)
        {
            var link = await page.GetByTestId("queue-run").GetByRole(AriaRole.Link, new() { Name = "One style" }).BoundingBoxAsync();
            Assert.True(link!.Height >= 44, $"A finger has {link.Height} px of the story's title.");
        }

        await more.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        var clear = page.GetByRole(AriaRole.Button, new() { Name = "Cancel what is left in Clear line (2 pictures)" });
        await Expect(clear).ToBeFocusedAsync();
        var box = (await clear.BoundingBoxAsync())!;
        Assert.True(box.X >= 0 && box.X + box.Width <= width, $"The way is from {box.X} to {box.X + box.Width} in a window of {width}.");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByTestId("queue-said")).ToHaveTextAsync("What was left in Clear line of The lighthouse is cancelled.");
        await Expect(more).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel what is left in Cut paper (2 pictures)" })).ToBeVisibleAsync();
        await Expect(clear).ToHaveCountAsync(0);
        var styles = (await studio.Illustrator.GetRunAsync(run.Id)).Run.Styles;
        Assert.Equal((0, 2, 0), (styles["illustration"].Cancelled, styles["clear"].Cancelled, styles["consistent"].Cancelled));
        gate.SetResult();
        await studio.UntilFinishedAsync(story.Id);
        Assert.Equal(4, (await studio.Illustrator.GetRunAsync(run.Id)).Run.Completed);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Style_CancelledOnItsBar_LeavesTheOthersAlone()
    {
        var gate = new TaskCompletionSource();
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new());
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));

        await page.GetByRole(AriaRole.Button, new() { Name = "More for Clear line" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel what is left in Clear line (2 pictures)" }).ClickAsync();
        await Expect(page.Locator("[data-testid=story-image][data-style=clear][data-state=cancelled]")).ToHaveCountAsync(2);
        gate.SetResult();

        await Expect(page.Locator("[data-testid=story-image][data-style=illustration][data-state=success]")).ToHaveCountAsync(2);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "More for Clear line" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Menu_ThatIsOpen_IsClosedByEscape_AndThePageIsLeftByTheNext()
    {
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = async (_, _, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("Nobody waits for ever.");
        };
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/progress"));
        var item = page.GetByRole(AriaRole.Button, new() { NameRegex = new("Cancel what is left") });
        await page.GetByRole(AriaRole.Button, new() { Name = "More for Illustration" }).ClickAsync();
        await Expect(item).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("Escape");
        await Expect(item).ToBeHiddenAsync();
        await Expect(page.GetByTestId("progress-page")).ToBeVisibleAsync();
        Assert.EndsWith("/progress", page.Url, StringComparison.Ordinal);

        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByTestId("story-page")).ToBeVisibleAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Panel_WhileItsPictureWaits_LetsItGoFirstOrNotAtAll()
    {
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Generation:MaxConcurrency"] = "1" });
        studio.Provider.Script = async (_, _, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("Nobody waits for ever.");
        };
        var story = await studio.CreateStoryAsync(3);
        await studio.Illustrator.StartAsync(story.Id, new());
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.3, Illustration" }).ClickAsync();

        await page.GetByTestId("panel-next").ClickAsync();
        await Expect(page.GetByTestId("picture-panel")).ToContainTextAsync("It comes next.");
        await Expect(page.GetByTestId("draw-again")).ToHaveTextAsync("Waiting");

        // In a run that is paused nothing comes before that goes on.
        var run = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Run!;
        await studio.Illustrator.PauseAsync(run.Id);
        await Expect(page.GetByTestId("picture-panel")).ToContainTextAsync("It comes next once its run goes on.");
        await Expect(page.GetByTestId("draw-again")).ToHaveTextAsync("Paused");
        await page.GetByTestId("panel-next").ClickAsync();
        await Expect(page.GetByTestId("picture-panel")).ToContainTextAsync("It comes next once its run goes on.");
        await studio.Illustrator.ResumeAsync(run.Id);
        await Expect(page.GetByTestId("picture-panel")).ToContainTextAsync("It comes next.");

        await page.GetByTestId("panel-cancel").ClickAsync();

        await Expect(page.GetByTestId("picture-panel").GetByTestId("story-image")).ToHaveAttributeAsync("data-state", "cancelled");
        await Expect(page.GetByTestId("panel-cancel")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Picture_DeclinedForWhatWasSaidOfItAlone_IsDrawnFromThePagesNewWords()
    {
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = (request, destination, _, token) => request.Prompt.Contains("knife", StringComparison.Ordinal)
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused))
            : ScriptedProvider.DrawAsync(request, destination, token);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];
        await studio.Illustrator.RegenerateAsync(image.Id, null, "Give the owl a knife.");
        await studio.UntilAsync(story.Id, s => s.Images[0].Error?.Code == "refused");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/progress"));
        var declined = page.Locator("[data-testid=trouble][data-code=refused]");

        await declined.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await declined.GetByLabel("What should be in the picture").FillAsync("An owl above the water.");
        await declined.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.GetByTestId("next")).ToContainTextAsync("Every picture is there.");
        Assert.Equal(2, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0].ChosenVersion);
        Assert.Contains("An owl above the water.", studio.Provider.Calls.Last().Prompt, StringComparison.Ordinal);
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task Picture_WhoseChangeWasDeclined_IsKeptWhereverItIsSaid(bool dark, int width)
    {
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = (request, destination, _, token) => request.Prompt.Contains("knife", StringComparison.Ordinal)
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused))
            : ScriptedProvider.DrawAsync(request, destination, token);
        var story = await studio.CreateStoryAsync(3);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        foreach (var image in (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images)
        {
            await studio.Illustrator.RegenerateAsync(image.Id, null, "Give the owl a knife.");
        }

        await studio.UntilAsync(story.Id, s => s.Images.All(i => i is { Status: ImageStatus.Failed, NextAttemptAt: null }));
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"), dark, width);
        await page.Locator("[data-hands]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var places = page.Locator("[data-beat]").GetByTestId("story-image");
        await AssertFineAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Keep this one: picture 1.1, Illustration" }).ClickAsync();
        await Expect(places.First).ToHaveAttributeAsync("data-state", "success");

        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.2, Illustration" }).ClickAsync();
        var panel = page.GetByTestId("picture-panel");
        await Expect(panel.Locator("#panel-kept")).ToHaveTextAsync("Another version could not be drawn. The one that is shown is still there.");
        await AssertFineAsync(page);
        await panel.GetByTestId("panel-keep").ClickAsync();
        await Expect(panel.GetByTestId("story-image")).ToHaveAttributeAsync("data-state", "success");
        await Expect(panel.GetByTestId("panel-keep")).ToHaveCountAsync(0);
        await Expect(panel.Locator(".versions")).ToBeFocusedAsync();

        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}/progress").ToString());
        await Expect(page.GetByTestId("kept")).ToContainTextAsync("1 picture is there from before, and can stay.");
        await AssertFineAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep this one: 1.3 in Illustration" }).ClickAsync();
        await Expect(page.GetByTestId("next")).ToContainTextAsync("Every picture is there.");
        await Expect(page.GetByTestId("troubles")).ToHaveCountAsync(0);

        Assert.All((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images, i => Assert.Equal((ImageStatus.Completed, 1, null), (i.Status, i.ChosenVersion, i.Error)));
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task Picture_ThatTakesLong_IsSaidOnTheStorysPage_WithTheWayToTheProgress(bool dark, int width)
    {
        var (gate, board) = (new SemaphoreSlim(0), new SlowBoard());
        await using var studio = await WebStudio.StartAsync(services: services => services.AddSingleton<IQueueBoard>(board));
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.InProgress);
        board.Working = [(await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0]];

        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"), dark, width);
        await Expect(page.GetByTestId("slow-note")).ToContainTextAsync("1.1 in Illustration Taking longer than usual. It goes on.");
        var result = await page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(" ", v.Nodes.Take(3).Select(n => n.Html))}")));
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0);
        await page.GetByTestId("slow-note").GetByRole(AriaRole.Link, new() { Name = "See the progress" }).ClickAsync();
        await Expect(page.GetByTestId("slow")).ToContainTextAsync("1.1 in Illustration Taking longer than usual. It goes on.");
        gate.Release(2);
        await Expect(page.GetByTestId("slow")).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    /// <summary>Says of what it is told that it is being made for four minutes.</summary>
    private sealed class SlowBoard : IQueueBoard
    {
        public IReadOnlyList<ImageState> Working { get; set; } = [];

        public Task<QueueState> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(new QueueState
        {
            MaxConcurrency = 1, Waiting = 0, Runs = [], Next = [],
            Working = [.. Working.Select(image => new QueuedImage { Image = image, StoryTitle = "A story", Since = DateTimeOffset.UtcNow - TimeSpan.FromMinutes(4) })],
        });
    }

    [Fact]
    public async Task Progress_SaysWhatKeepsPictures_AndHelpsThemAlong()
    {
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Generation:MaxRetries"] = "0", ["StoryStudio:Generation:SecondChanceDelay"] = "00:00:00" });
        var isMended = false;
        studio.Provider.Script = (request, destination, _, token) => request.Scene switch
        {
            var scene when scene.StartsWith("Picture 1", StringComparison.Ordinal) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused)),
            var scene when scene.StartsWith("Picture 2", StringComparison.Ordinal) && !isMended => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Transient)),
            _ => ScriptedProvider.DrawAsync(request, destination, token),
        };
        var story = await studio.CreateStoryAsync(3);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByTestId("progress-link").ClickAsync();
        await Expect(page.GetByTestId("review-empty")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Illustrate 3 pictures" }).ClickAsync();
        await Expect(page.Locator("[data-stage=done]")).ToContainTextAsync("1");
        var declined = page.Locator("[data-testid=trouble][data-code=refused]");
        var unlucky = page.Locator("[data-testid=trouble][data-code=provider_unavailable]");
        await Expect(declined).ToContainTextAsync("The provider declined them");
        await Expect(unlucky).ToContainTextAsync("1.2 in Illustration");
        await page.Locator("[data-stage=attention]").ClickAsync();
        await Expect(page.GetByTestId("review-entry")).ToHaveCountAsync(1);

        isMended = true;
        await unlucky.GetByTestId("again").ClickAsync();
        await Expect(unlucky).ToHaveCountAsync(0);
        await declined.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await declined.GetByLabel("What should be in the picture").FillAsync("An owl above the water.");
        await declined.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.GetByTestId("next")).ToContainTextAsync("Every picture is there.");
        await Expect(page.GetByTestId("next").GetByRole(AriaRole.Link, new() { Name = "Share it with readers" })).ToHaveAttributeAsync("href", $"/stories/{story.Id}/share");
        await Expect(page.GetByTestId("troubles")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-stage=done]")).ToContainTextAsync("3");
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 1280)]
    [InlineData(false, 390)]
    [InlineData(true, 390)]
    public async Task Desk_HasNoAccessibilityViolation(bool dark, int width)
    {
        await using var studio = await WebStudio.StartAsync("Development", sketch: true, settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Providers:Sketch:Delay"] = "00:05:00" });
        var empty = await studio.CreateStoryAsync(1);
        var (story, owl) = await CreateWithOwlAsync(studio, 2, "illustration", "clear");
        await studio.Services.GetRequiredService<ICast>().SetPictureAsync(owl.Id, new MemoryStream(TestPictures.Png()));
        await AssertAccessibleAsync("/queue");
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.Services.GetRequiredService<ICast>().DrawSheetsAsync(owl.Id, ["clear"]);
        foreach (var path in new[] { "/queue", $"/stories/{empty.Id}/cast", $"/stories/{story.Id}/cast", $"/stories/{empty.Id}/progress", $"/stories/{story.Id}/progress", $"/stories/{story.Id}", "/activity", "/states" })
        {
            await AssertAccessibleAsync(path);
        }

        async Task AssertAccessibleAsync(string path)
        {
            var page = await browser.OpenAsync(new(studio.Address, path), dark, width);
            await Expect(page.GetByRole(AriaRole.Heading).First).ToBeAttachedAsync();
            var result = await page.RunAxe();
            Assert.True(result.Violations.Length == 0, $"{path}:\n{string.Join('\n', result.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(" ", v.Nodes.Take(3).Select(n => n.Html))}"))}");
            var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"{path} is {overflow} pixels wider than a window of {width}.");

            // One of the states is a picture that is not there.
            Assert.True(path == "/states" || page.Faults().Count == 0, $"{path}: {string.Join('\n', page.Faults())}");
        }
    }

    private static async Task<(StoryDetails Story, CastMember Owl)> CreateWithOwlAsync(WebStudio studio, int segments, params string[] styles)
    {
        var story = await studio.CreateStoryAsync(segments, styles);
        return (story, await studio.Services.GetRequiredService<ICast>().AddAsync(story.Id, "Owl", "A small barn owl."));
    }

    private static FilePayload File(string name, string type, byte[] bytes) => new() { Name = name, MimeType = type, Buffer = bytes };
}
