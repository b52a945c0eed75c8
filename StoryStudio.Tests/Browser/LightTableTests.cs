using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>Some of a story's pages apart from the others: by how their pictures stand, and by their words.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LightTableTests(BrowserFixture browser)
{
    private static readonly Actor Anna = new("anna", "Anna", StoryRole.Decide);

    [Fact]
    public async Task Keys_AreShownBehindTheQuestionMark()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync();
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));

        await page.Locator("[data-beat='1.1']").FocusAsync();
        await Expect(page.Locator("head [data-library]")).ToHaveCountAsync(0);

        // Twice, and the second time while the dialog and what it is made with are still on their way.
        await page.EvaluateAsync("for (let i = 0; i < 2; i++) document.querySelector('[data-key=\"?\"]').click()");

        await Expect(page.Locator("dl.keys")).ToContainTextAsync("Through the pages of a story");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(1);
        await Expect(page.Locator(".rz-dialog-wrapper")).ToHaveCSSAsync("position", "fixed");
        // The library's script hears of the dialog after it stands there, and of the key only then.
        await page.WaitForFunctionAsync("() => globalThis.Radzen?.dialogService");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dl.keys")).ToHaveCountAsync(0);

        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("dl.keys")).ToHaveCountAsync(1);
        await Expect(page.Locator("head [data-library]")).ToHaveCountAsync(2);
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DrawAgain_ByItsKey_IsDoneAtOnceWhereItCostsNothing_AndTakenBack(bool isThere)
    {
        var going = new TaskCompletionSource();
        var calls = 0;
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Estimate = 0;
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            if (Interlocked.Increment(ref calls) > 2)
            {
                await going.Task.WaitAsync(token);
            }

            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await DrawnAsync(studio, 2);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.Locator("[data-hands]").WaitForAsync();
        var place = page.Locator("[data-beat='1.1']").GetByTestId("story-image");

        await page.Locator("[data-beat='1.1']").FocusAsync();
        await page.Keyboard.PressAsync("r");

        await Expect(place).ToHaveAttributeAsync("data-state", "redrawing");
        await Expect(page.GetByTestId("picture-panel")).ToHaveCountAsync(0);
        if (isThere)
        {
            going.SetResult();
            await Expect(place.Locator("img").Last).ToHaveAttributeAsync("src", new Regex("/v2\\."));
        }

        await page.Locator(".toasts").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(place).ToHaveAttributeAsync("data-state", "success");
        await Expect(place.Locator("img").Last).ToHaveAttributeAsync("src", new Regex("/v1\\."));
        await studio.UntilAsync(story.Id, s => s.Images[0] is { ChosenVersion: 1, Status: ImageStatus.Completed });

        // What is opened next leads back to where it was opened from.
        await page.Locator("[data-beat='1.2'] .open").First.ClickAsync();
        await Expect(page.GetByTestId("picture-panel")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[data-beat='1.2'] :focus")).ToHaveCountAsync(1);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task UndoKey_TakesBackWhatWasDoneLast_BeItADrawingOrAnEdit_AndSaysWhat()
    {
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Estimate = 0;
        var story = await DrawnAsync(studio, 2);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = "Before." });
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.Locator("[data-hands]").WaitForAsync();
        var said = page.Locator(".toast");
        var drawing = said.Filter(new() { HasTextRegex = new(@"^\s*Drawing 1\.1 again\.") });
        var words = page.Locator("[data-beat='1.2'] .prose");

        await DrawAgainAsync();
        await page.Keyboard.PressAsync("Control+z");
        await Expect(said).ToHaveTextAsync(new Regex("^\\s*Undone: drawing 1\\.1 again\\."));
        await studio.UntilAsync(story.Id, s => s.Images[0] is { ChosenVersion: 1, Status: ImageStatus.Completed });
        await Expect(words).ToHaveTextAsync("Before.");

        await DrawAgainAsync();
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = "After." });
        await Expect(words).ToHaveTextAsync("After.");
        await page.Keyboard.PressAsync("Control+z");
        await Expect(said.Filter(new() { HasText = "Undone: 1.2 edited." })).ToHaveCountAsync(1);
        await Expect(words).ToHaveTextAsync("Before.");
        await drawing.HoverAsync();
        await page.Keyboard.PressAsync("Control+z");
        await Expect(drawing).ToHaveCountAsync(0);
        await Expect(said.Last).ToContainTextAsync("Undone: drawing 1.1 again.");
        await studio.UntilAsync(story.Id, s => s.Images[0] is { ChosenVersion: 1, Status: ImageStatus.Completed });
        await Expect(words).ToHaveTextAsync("Before.");
        Assert.Empty(page.Faults());

        async Task DrawAgainAsync()
        {
            await page.Locator("[data-beat='1.1']").FocusAsync();
            await page.Keyboard.PressAsync("r");
            // Whoever points at it is not hurried: the message stays.
            await drawing.HoverAsync();
        }
    }

    [Fact]
    public async Task DrawAgain_ByItsKey_LeadsToItsButtonWhereItCosts()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await DrawnAsync(studio, 1);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.Locator("[data-hands]").WaitForAsync();

        await page.Locator("[data-beat='1.1']").FocusAsync();
        await page.Keyboard.PressAsync("r");

        await Expect(page.GetByTestId("draw-again")).ToBeFocusedAsync();
        Assert.Single(studio.Provider.Calls);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Keys_ThatDidNotCome_AreAskedForAgain()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync();
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.RouteAsync("**/Radzen.Blazor.min.js", route => route.AbortAsync());

        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByText("The keys could not be loaded. Try again.")).ToBeVisibleAsync();

        await page.UnrouteAsync("**/Radzen.Blazor.min.js");
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("dl.keys")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Pictures_AreCountedByWhatIsDecided_AndShownApart_AndNonePassesUnderTheHands()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 4);
        var images = await ImagesAsync(studio, story);
        await Reviews(studio).DecideAsync(Anna, images[0].Id, 1, DecisionKind.Approved, null);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await Expect(Sift(page, "Approved")).ToHaveTextAsync("1 approved");
        await Expect(Sift(page, "Undecided")).ToHaveTextAsync("3 to be decided");
        await Expect(Sift(page, "ChangesWanted")).ToHaveCountAsync(0);

        await Reviews(studio).DecideAsync(Anna, images[2].Id, 1, DecisionKind.ChangesWanted, "In the rain");
        await Sift(page, "ChangesWanted").ClickAsync();
        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-beat='1.3']")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("sifted")).ToHaveTextAsync("1 of 4 pages: to be changed.");

        // What comes to fit comes in; what no longer does stays until one says so.
        await Reviews(studio).DecideAsync(Anna, images[1].Id, 1, DecisionKind.ChangesWanted, "Closer");
        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(2);
        await Reviews(studio).DecideAsync(Anna, images[2].Id, 1, DecisionKind.Approved, null);
        await Expect(page.GetByTestId("sifted")).ToHaveTextAsync("2 of 4 pages: to be changed. 1 is so no longer.");
        await Expect(page.Locator("[data-beat='1.3']")).ToBeVisibleAsync();
        await page.GetByTestId("sift-anew").ClickAsync();
        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(1);

        await Reviews(studio).DecideAsync(Anna, images[1].Id, 1, DecisionKind.Approved, null);
        await page.GetByTestId("sift-anew").ClickAsync();
        await Expect(page.GetByTestId("sifted")).ToHaveTextAsync("Nobody wants a picture changed.");
        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(0);
        await page.GetByTestId("sift-none").ClickAsync();
        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(4);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Pages_ShownApart_AreEditedMovedAndReachedAsInTheWholeStory()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 4);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.3", new() { Text = "A heron came. It stayed." });
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await Sift(page, "Stale").ClickAsync();
        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(1);

        // What comes of an edit stays in sight, and its neighbours are those of the story.
        await page.Locator("[data-beat='1.3']").FocusAsync();
        await page.Keyboard.PressAsync("e");
        var words = page.GetByLabel("Words of 1.3");
        await Expect(words).ToBeFocusedAsync();
        await words.EvaluateAsync("area => area.setSelectionRange(13, 13)");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(2);
        await Expect(page.GetByLabel("Words of 1.4")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[data-beat='1.4']")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Alt+ArrowDown");
        await Expect(page.GetByTestId("edit-said")).ToHaveTextAsync("1.4 moved to 1.5.");
        Assert.Equal("It stayed.", (await studio.Library.GetAsync(story.Id)).Segments[4].Text);

        // A way that leads to a page which is left out shows them all.
        await page.GetByTestId("outline").GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^1\\.1") }).ClickAsync();
        await Expect(page.Locator("[data-beat='1.1']")).ToBeFocusedAsync();
        await Expect(page.GetByTestId("segment")).ToHaveCountAsync(5);
        await Expect(page.GetByTestId("sift-none")).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Words_AreFoundInALongStory_OneAfterTheOther_ByKeysAlone()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Long",
            Styles = ["illustration"],
            Segments = [.. Enumerable.Range(1, 200).Select(i => new NewSegment { Text = i is 20 or 190 ? $"Here Zoë’s heron stands, {i}." : $"Page {i} of the harbour." })],
        });
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.Locator("[data-hands]").WaitForAsync();
        var field = page.GetByLabel("Find in this story");

        // Nobody waits for the field: it takes what is typed from the first letter on.
        await page.Keyboard.TypeAsync("/zoe's");
        await Expect(field).ToHaveValueAsync("zoe's");
        await Expect(page.GetByTestId("find-said")).ToHaveTextAsync("1 of 2");
        await Expect(page.Locator("[data-found]")).ToContainTextAsync("stands, 20.");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("find-said")).ToHaveTextAsync("2 of 2");
        await Expect(page.Locator("[data-found]")).ToContainTextAsync("stands, 190.");
        await Expect(page.Locator("[data-found]")).ToBeInViewportAsync();
        await Expect(field).ToBeFocusedAsync();
        await Expect(field).ToBeInViewportAsync();
        Assert.Equal(1, await page.EvaluateAsync<int>("CSS.highlights.get('found').size"));
        await page.Keyboard.PressAsync("Shift+Enter");
        await Expect(page.Locator("[data-found]")).ToContainTextAsync("stands, 20.");

        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[data-testid=find][data-open]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-beat]:focus")).ToContainTextAsync("stands, 20.");
        Assert.False(await page.EvaluateAsync<bool>("CSS.highlights.has('found')"));

        await page.Keyboard.TypeAsync("/nobody");
        await Expect(page.GetByTestId("find-said")).ToHaveTextAsync("Nowhere");
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task Table_WithSomeOfItsPages_HasNothingThatAxeFinds(int width, bool dark)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 3);
        await Reviews(studio).DecideAsync(Anna, (await ImagesAsync(studio, story))[0].Id, 1, DecisionKind.ChangesWanted, "Closer");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"), dark, width);
        await page.Locator("[data-hands]").WaitForAsync();
        await Sift(page, "ChangesWanted").ClickAsync();
        await Expect(page.GetByTestId("sift-none")).ToBeVisibleAsync();
        await page.GetByTestId("find-open").ClickAsync();
        await page.GetByLabel("Find in this story").FillAsync("owl");
        await Expect(page.GetByTestId("find-said")).ToHaveTextAsync("1 of 1");

        var result = await page.RunAxe();

        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(v => $"{v.Id}: {v.Help}\n  {string.Join("\n  ", v.Nodes.Select(n => n.Html))}")));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page is wider than its window.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Row_ThatGoesOnBeyondTheWindow_PalesThereForAsLongAsThereIsMore(bool dark)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.Library.CreateAsync(new() { Title = "The owl", Segments = [new() { Text = "An owl." }], Styles = ["illustration", "clear", "consistent"] });
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"), dark, width: 390);
        var ways = page.GetByRole(AriaRole.Navigation, new() { Name = "This story" });
        ILocator[] rows = [ways, page.GetByTestId("style-switch")];
        await ShootAsync(page, $"runs-on-{(dark ? "dark" : "light")}");

        foreach (var row in rows)
        {
            Assert.True(await row.EvaluateAsync<int>("row => row.scrollWidth - row.clientWidth") > 40);
            await PaleAsync(row, before: "0px", after: "40px");
            await row.EvaluateAsync("row => row.scrollLeft = (row.scrollWidth - row.clientWidth) / 2");
            await Expect(row).Not.ToHaveCSSAsync("--more-before", "0px");
            await Expect(row).Not.ToHaveCSSAsync("--more-after", "0px");
            await row.EvaluateAsync("row => row.scrollLeft = row.scrollWidth");
            await PaleAsync(row, before: "40px", after: "0px");
        }

        await ShootAsync(page, $"runs-on-end-{(dark ? "dark" : "light")}");
        await page.SetViewportSizeAsync(1440, 900);
        foreach (var row in rows)
        {
            await PaleAsync(row, before: "0px", after: "0px");
        }

        Assert.Empty(page.Faults());

        static async Task PaleAsync(ILocator row, string before, string after)
        {
            await Expect(row).ToHaveCSSAsync("--more-before", before);
            await Expect(row).ToHaveCSSAsync("--more-after", after);
        }
    }

    [Theory]
    [InlineData(1024, false)]
    [InlineData(1440, true)]
    [InlineData(1920, false)]
    public async Task Text_OfTwoStyles_KeepsItsMeasure_AndItsPicturesStandSideBySideBelow(int width, bool dark)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var words = string.Join(' ', Enumerable.Repeat("An owl flew over the harbour at dusk and looked for the lantern.", 6));
        var story = await studio.Library.CreateAsync(new() { Title = "The lighthouse", Segments = [.. Enumerable.Range(1, 4).Select(i => new NewSegment { Text = $"{i}. {words}" })], Styles = ["illustration", "clear"] });
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"), dark, width);
        var row = page.GetByTestId("segment").First;
        await Expect(row.Locator("[data-state=success] img").First).ToBeVisibleAsync();
        await ShootAsync(page, $"two-{width}-{(dark ? "dark" : "light")}");

        // Characters a line; how far the first picture stands below the text; how much lower than the first the second stands, and how much further on.
        var looks = await row.EvaluateAsync<double[]>("""
            (row) => {
              const prose = row.querySelector(".prose"), text = document.createRange();
              text.selectNodeContents(prose);
              const lines = new Set([...text.getClientRects()].map((line) => Math.round(line.top))).size;
              const [first, second] = [...row.querySelectorAll(".cell")].map((cell) => cell.getBoundingClientRect());
              return [prose.textContent.length / lines, first.top - text.getBoundingClientRect().bottom, second.top - first.top, second.left - first.right];
            }
            """);

        Assert.InRange(looks[0], 45, 75);
        Assert.InRange(looks[1], 0, 60);
        Assert.InRange(looks[2], -1, 1);
        Assert.InRange(looks[3], 0, 40);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page is wider than its window.");
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StyleBars_OnAPhone_StandEven_HoweverLongTheNamesOfTheStyles(bool dark)
    {
        var gate = new SemaphoreSlim(1);
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Styles:0:Name"] = "Illustration in oil", ["StoryStudio:Styles:1:Name"] = "Ink" });
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(3, "illustration", "clear", "consistent");
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"), dark, width: 390);
        await AreEvenAsync();

        // While they are drawn each has its menu.
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await Expect(page.GetByTestId("style-bar").GetByTitle("More")).ToHaveCountAsync(3);
        await Expect(page.GetByTestId("style-bar").GetByText("1 of 3")).ToHaveCountAsync(1);
        await AreEvenAsync();
        await ShootAsync(page, $"phone-bars-{(dark ? "dark" : "light")}");
        Assert.Empty(page.Faults());

        async Task AreEvenAsync() => Assert.Equal("1 1 1", await page.GetByTestId("style-bar").EvaluateAllAsync<string>(
            "bars => ['.name', '.count', '.progress'].map((part) => new Set(bars.map((bar) => Math.round(bar.querySelector(part).getBoundingClientRect().top))).size).join(' ')"));
    }

    [Theory]
    [InlineData(390, false, 430, "illustration", "clear", "consistent")]
    [InlineData(390, true, 430, "illustration")]
    [InlineData(320, false, 530, "illustration", "clear", "consistent")]
    public async Task FirstPicture_OnAPhone_StandsHigh_AndAFingerHitsWhatIsAboveIt(int width, bool dark, int lowest, params string[] styles)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(3, styles);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"), dark, width);
        await page.SetViewportSizeAsync(width, 844);
        await Expect(page.GetByTestId("sift").First).ToBeVisibleAsync();
        var first = page.Locator(".segment .place").First;
        await Expect(first.Locator("img").Last).ToBeVisibleAsync();
        await ShootAsync(page, $"phone-{width}-{styles.Length}-{(dark ? "dark" : "light")}");

        Assert.InRange((await first.BoundingBoxAsync())!.Y, 1, lowest);

        // What can be pressed above it, and what of that is small or lies beneath something else.
        var missed = await page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll(".table button, .table a")]
              .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".segment, .find, [popover]"))
              .map((e) => [e, e.getBoundingClientRect(), (e.closest(".segmented, .runs-on") ?? document.body).getBoundingClientRect()])
              .filter(([e, box, row]) => box.width > 1 && box.left >= row.left && box.right <= row.right
                && (box.height < 44 || !e.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2))))
              .map(([e, box]) => `${e.textContent.trim()} ${Math.round(box.width)} x ${Math.round(box.height)}`)
            """);
        Assert.Empty(missed);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page is wider than its window.");

        var outline = page.GetByTestId("outline");
        await outline.GetByRole(AriaRole.Button, new() { Name = "Scenes and beats" }).ClickAsync();
        await Expect(outline.GetByRole(AriaRole.Link, new() { Name = "1.3" })).ToBeVisibleAsync();

        // Where a scroll bar takes room of its own, the window is wider than the page.
        var beyond = await page.EvaluateAsync<double[]>("""
            () => {
              document.documentElement.style.paddingInlineEnd = "15px";
              const [rows, middle, fold] = ["#outline-rows", ".middle", ".fold"].map((e) => document.querySelector(e).getBoundingClientRect());
              document.documentElement.style.paddingInlineEnd = "";
              return [rows.left - middle.left, rows.right - middle.right, Math.min(0, rows.top - fold.bottom)];
            }
            """);
        Assert.All(beyond, by => Assert.InRange(by, -1, 1));
        await ShootAsync(page, $"phone-outline-{width}-{styles.Length}-{(dark ? "dark" : "light")}");
        await outline.GetByRole(AriaRole.Link, new() { Name = "1.3" }).ClickAsync();
        await Expect(page.Locator("[data-beat='1.3']")).ToBeInViewportAsync();
        Assert.Empty(page.Faults());
    }

    private static async Task ShootAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SHOTS") is { } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
        }
    }

    private static ILocator Sift(IPage page, string kind) => page.Locator($"[data-testid=sift][data-kind={kind}]");

    private static IReviews Reviews(WebStudio studio) => studio.Services.GetRequiredService<IReviews>();

    private static async Task<List<ImageState>> ImagesAsync(WebStudio studio, StoryDetails story) =>
        [.. (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.OrderBy(i => i.Number, StringComparer.Ordinal)];

    private static async Task<StoryDetails> DrawnAsync(WebStudio studio, int segments)
    {
        var story = await studio.CreateStoryAsync(segments);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        return story;
    }
}
