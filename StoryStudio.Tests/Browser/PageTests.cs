using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class PageTests(BrowserFixture browser)
{
    private static readonly Regex StoryAddress = new("/stories/[0-9a-f]{32}$");
    private static readonly Regex Seconds = new(@"\d+ s\b");

    private const string Story = """
        # The Lamp on the Hill

        Chapter One

        At dusk an owl flew over the dark forest towards the little house on the hill, where a lamp burned in the window. Mira sat beside it in her red coat and wrote a letter to the sea, while the first snow fell on the pines.

        Chapter Two

        In the morning she walked down to the harbour with her dog. The sun stood over the lighthouse, gulls cried, and an old man in a blue boat waved to her as if he had waited there all night.
        """;

    [Theory]
    [InlineData("/")]
    [InlineData("/stories/{0}")]
    [InlineData("/stories/{0}/read")]
    [InlineData("/review/{0}")]
    public async Task Motion_IsThere_AndStopsWhereAPersonWantsLess(string path)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true, settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Providers:Sketch:Delay"] = "00:10:00" });
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new());
        var page = await browser.OpenAsync(new(studio.Address, string.Format(System.Globalization.CultureInfo.InvariantCulture, path, story.Id)), interactive: false);

        // Everything that the styles let move for longer than a hundredth of a second, by what moves it.
        const string Moving = """
            () => {
              const seconds = (list) => list.split(",").map(parseFloat);
              const moving = new Set();
              for (const element of document.querySelectorAll("body, body *")) {
                for (const part of [null, "::before", "::after"]) {
                  const style = getComputedStyle(element, part);
                  if (style.animationName.split(",").some((name, i) => name.trim() !== "none" && seconds(style.animationDuration)[i % seconds(style.animationDuration).length] > 0.01)) moving.add(`animation of ${element.className}`);
                  if (seconds(style.transitionDuration).some((duration) => duration > 0.01)) moving.add(`transition of ${element.className}`);
                }
              }
              return [...moving];
            }
            """;
        Assert.Empty(await page.EvaluateAsync<string[]>(Moving));
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.NoPreference });
        Assert.NotEmpty(await page.EvaluateAsync<string[]>(Moving));
    }

    [Fact]
    public async Task Newcomer_PastesAStoryAndWatchesEveryPictureAppear()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(studio.Address);

        await page.GetByLabel("The story").FillAsync(Story);
        await page.GetByRole(AriaRole.Button, new() { Name = "See the pages" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/new"));
        await page.GetByRole(AriaRole.Button, new() { Name = "See who is in it" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose styles" }).ClickAsync();
        await Expect(page.GetByLabel("Title")).ToHaveValueAsync("The Lamp on the Hill");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Create and illustrate") }).ClickAsync();

        await Expect(page).ToHaveURLAsync(StoryAddress);
        await Expect(page.GetByTestId("story-page")).ToBeVisibleAsync();
        var pictures = page.GetByTestId("story-image");
        await Expect(pictures).ToHaveCountAsync(6);
        await Expect(page.Locator("[data-testid=story-image][data-state=success]")).ToHaveCountAsync(6);
        foreach (var picture in await pictures.AllAsync())
        {
            await picture.ScrollIntoViewIfNeededAsync();
            // One that came just now may have what was there before beneath it.
            await Expect(picture.Locator("img").Last).ToHaveJSPropertyAsync("complete", true);
            Assert.True(await picture.Locator("img").Last.EvaluateAsync<int>("image => image.naturalWidth") > 0);
        }

        await Expect(page.GetByTestId("sketch-note")).Not.ToBeEmptyAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Library_WhenEmpty_HasTheSampleOneClickAway()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(studio.Address);

        await page.GetByRole(AriaRole.Button, new() { Name = "Try it with a sample story" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(StoryAddress);
        await Expect(page.Locator("[data-testid=story-image][data-state=success]").First).ToBeVisibleAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Library_WhereTheSampleCostsMoney_OpensItWithItsPriceAndDrawsNothing()
    {
        await using var studio = await WebStudio.StartAsync();
        var page = await browser.OpenAsync(studio.Address);

        await page.GetByRole(AriaRole.Button, new() { Name = "Try it with a sample story" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(StoryAddress);
        await Expect(page.GetByTestId("run-price")).ToContainTextAsync("About $");
        await Expect(page.GetByTestId("run-bar")).ToHaveAttributeAsync("data-status", "None");
        Assert.Empty(studio.Provider.Calls);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Picture_GoesFromGeneratingThroughItsPreviewToThePicture()
    {
        var preview = new TaskCompletionSource();
        var picture = new TaskCompletionSource();
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = async (request, destination, progress, token) =>
        {
            await preview.Task;
            progress.Report(new(30, new PreviewPicture("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"3\" height=\"2\"/>"u8.ToArray(), "image/svg+xml")));
            await picture.Task;
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        var place = page.GetByTestId("story-image");
        await Expect(place).ToHaveAttributeAsync("data-state", "empty");

        await page.GetByRole(AriaRole.Button, new() { Name = "Illustrate 1 picture" }).ClickAsync();
        await Expect(place).ToHaveAttributeAsync("data-state", "generating");
        await Expect(place.GetByText("Generating image…").First).ToBeVisibleAsync();
        preview.SetResult();
        await Expect(place.Locator("img.picture--preview")).ToHaveCountAsync(1);
        picture.SetResult();

        await Expect(place).ToHaveAttributeAsync("data-state", "success");
        await Expect(place.Locator("img.picture--preview")).ToHaveCountAsync(0);
        await Expect(place.Locator("img")).ToHaveAttributeAsync("src", new Regex("/media/.+/v1\\.svg"));
        await Expect(page.GetByTestId("run-bar")).ToHaveAttributeAsync("data-status", "Completed");
    }

    [Fact]
    public async Task Picture_DrawnAgain_ShowsItsPreviewOverWhatIsThere_AndNoLongerOnceItFailed()
    {
        var failing = new TaskCompletionSource();
        var isAgain = false;
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = async (request, destination, progress, token) =>
        {
            if (isAgain)
            {
                progress.Report(new(30, new PreviewPicture("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"3\" height=\"2\"/>"u8.ToArray(), "image/svg+xml")));
                await failing.Task.WaitAsync(token);
                return ScriptedProvider.Failure(FailureKind.Refused);
            }

            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        var place = page.GetByTestId("story-image");
        await Expect(place).ToHaveAttributeAsync("data-state", "success");

        isAgain = true;
        await studio.Illustrator.RegenerateAsync((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0].Id, null, null);
        await Expect(place).ToHaveAttributeAsync("data-state", "redrawing");
        await Expect(place.Locator("img.picture--preview")).ToHaveCountAsync(1);
        await Expect(place.Locator("img:last-of-type")).ToHaveClassAsync(new Regex("picture--preview"));
        await Expect(place.Locator("img:not(.picture--preview)").Last).ToHaveAttributeAsync("src", new Regex("/media/.+/v1\\.svg"));
        failing.SetResult();

        await Expect(place).ToHaveAttributeAsync("data-state", "error");
        await Expect(place.Locator("img.picture--preview")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Picture_ThatFails_CountsDownAndGoesAgainByItself()
    {
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Generation:MaxRetries"] = "0", ["StoryStudio:Generation:SecondChanceDelay"] = "00:00:30" });
        studio.Provider.Script = (request, destination, _, token) => studio.Provider.Calls.Count == 1
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Transient))
            : ScriptedProvider.DrawAsync(request, destination, token);
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        var place = page.GetByTestId("story-image");

        await page.GetByRole(AriaRole.Button, new() { Name = "Illustrate 1 picture" }).ClickAsync();
        await Expect(place).ToHaveAttributeAsync("data-state", "error");
        await Expect(place.GetByText("Temporary problem with the service.").First).ToBeVisibleAsync();
        await Expect(place.GetByText(Seconds)).ToBeVisibleAsync();
        await Expect(place.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Retry") })).ToBeVisibleAsync();

        await Expect(place).ToHaveAttributeAsync("data-state", "success");
        Assert.Equal(2, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task Picture_ThatFailsForGood_GoesAgainWhenRetryIsPressed()
    {
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = (request, destination, _, token) => studio.Provider.Calls.Count == 1
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused))
            : ScriptedProvider.DrawAsync(request, destination, token);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        var place = page.GetByTestId("story-image");
        await Expect(place).ToHaveAttributeAsync("data-state", "error");

        await place.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Retry") }).ClickAsync();

        await Expect(place).ToHaveAttributeAsync("data-state", "success");
    }

    [Fact]
    public async Task Picture_ThatTheBrowserCannotLoad_IsRemountedOnceByItselfAndThenByTheButton()
    {
        await using var studio = await WebStudio.StartAsync("Development");
        var page = await browser.OpenAsync(new(studio.Address, "/states"));
        var stage = page.GetByTestId("stage");
        await page.GetByTestId("stage-broken").ClickAsync();
        await Expect(stage.GetByTestId("story-image")).ToHaveAttributeAsync("data-state", "error");
        await Expect(stage.GetByText(Seconds)).ToBeVisibleAsync();

        // After its ten seconds it is mounted anew, fails again, and has no countdown any more.
        await Expect(stage.GetByText(Seconds)).ToHaveCountAsync(0);
        await Expect(stage.GetByTestId("story-image")).ToHaveAttributeAsync("data-state", "error");
        await Expect(stage.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Retry") })).ToBeVisibleAsync();
        await Expect(page.GetByTestId("stage-retries")).ToHaveTextAsync("Retries asked for: 0");

        await page.GetByTestId("stage-complete").ClickAsync();
        await Expect(stage.GetByTestId("story-image")).ToHaveAttributeAsync("data-state", "success");
    }

    [Fact]
    public async Task Picture_ThatIsAnotherAndDoesNotLoad_LeavesTheOneBeforeVisibleUntilOneDoes()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        var place = page.Locator(".segment .place");
        var before = place.Locator($"img[src='{image.Url}']");
        await Expect(before).ToBeVisibleAsync();
        var isBroken = true;
        await page.RouteAsync(new System.Text.RegularExpressions.Regex("/v2\\."), route => isBroken ? route.AbortAsync() : route.ContinueAsync());

        await studio.Illustrator.RegenerateAsync(image.Id, null, null);
        await Expect(place.Locator(".sentence")).ToHaveTextAsync("The picture did not load.");
        await Expect(before).ToBeVisibleAsync();
        Assert.True(await before.EvaluateAsync<bool>("e => e.naturalWidth > 0 && e.getBoundingClientRect().height === e.parentElement.getBoundingClientRect().height"));
        Assert.True(await place.EvaluateAsync<bool>("p => p.querySelector('.overlay').offsetHeight < p.offsetHeight / 2"));

        // It fails once more, and what was there is there still.
        await place.GetByRole(AriaRole.Button, new() { Name = "Retry picture" }).ClickAsync();
        await Expect(place.Locator(".due")).ToHaveCountAsync(0);
        await Expect(place.Locator(".sentence")).ToHaveTextAsync("The picture did not load.");
        await Expect(before).ToBeVisibleAsync();

        isBroken = false;
        await place.GetByRole(AriaRole.Button, new() { Name = "Retry picture" }).ClickAsync();
        await Expect(before).ToHaveCountAsync(0);
        await Expect(place.Locator("img")).ToHaveAttributeAsync("src", new System.Text.RegularExpressions.Regex("/v2\\."));
        await Expect(place.Locator(".sentence")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Pages_GoOnByPollingWhileTheHubIsAwayAndConvergeWhenItReturns()
    {
        var gate = new SemaphoreSlim(0);
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(2);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Illustrate 2 pictures" }).ClickAsync();
        await Expect(page.Locator("[data-testid=story-image][data-state=generating]")).ToHaveCountAsync(1);

        await studio.HubLine.CutAsync();
        await Expect(page.GetByTestId("feed-note")).ToContainTextAsync("every 3 seconds");
        gate.Release();
        await Expect(page.Locator("[data-testid=story-image][data-state=success]")).ToHaveCountAsync(1);

        studio.HubLine.Mend();
        await Expect(page.GetByTestId("feed-note")).ToBeEmptyAsync();
        gate.Release();
        await Expect(page.Locator("[data-testid=story-image][data-state=success]")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Windows_ThatShowTheSameStory_ShowTheSame()
    {
        var gate = new TaskCompletionSource();
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await gate.Task;
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(3);
        var one = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        var two = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));

        await one.GetByRole(AriaRole.Button, new() { Name = "Illustrate 3 pictures" }).ClickAsync();
        await Expect(two.GetByRole(AriaRole.Button, new() { Name = "Illustrating" })).ToBeDisabledAsync();
        gate.SetResult();

        foreach (var page in new[] { one, two })
        {
            await Expect(page.Locator("[data-testid=story-image][data-state=success]")).ToHaveCountAsync(3);
            await Expect(page.GetByTestId("run-bar")).ToHaveAttributeAsync("data-status", "Completed");
        }
    }

    [Fact]
    public async Task Prompt_EditedInPlace_IsWhatIsSent()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByTestId("show-prompts").ClickAsync();
        await page.GetByTestId("prompt").GetByRole(AriaRole.Button).First.ClickAsync();
        await page.GetByTestId("prompt").GetByRole(AriaRole.Textbox).FillAsync("A single red balloon.");
        await page.GetByTestId("prompt").GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Save") }).First.ClickAsync();
        await Expect(page.GetByTestId("prompt")).ToContainTextAsync("A single red balloon.");

        await studio.Illustrator.StartAsync(story.Id, new());
        await page.GetByTestId("show-pictures").ClickAsync();
        await Expect(page.Locator("[data-testid=story-image][data-state=success]")).ToHaveCountAsync(1);
        Assert.Contains("A single red balloon.", Assert.Single(studio.Provider.Calls).Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Library_DeletesWithUndo()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(studio.Address);
        await Expect(page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("The lighthouse") }).First).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("The lighthouse") }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Delete") }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Bring a story" })).ToHaveAttributeAsync("href", "/new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("The lighthouse") }).First).ToBeVisibleAsync();
        Assert.Equal(1, (await studio.Library.ListAsync(1, 10)).Total);
    }

    [Fact]
    public async Task Title_WithMarkup_IsShownAsItWasTyped()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.Library.CreateAsync(new() { Title = "<script>alert(1)</script> <b>bold</b> 🦉 עברית", Text = "<img src=x onerror=alert(2)> It rained." });
        await studio.Illustrator.StartAsync(story.Id, new());

        foreach (var path in new[] { "/", $"/stories/{story.Id}", $"/stories/{story.Id}/read" })
        {
            var page = await browser.OpenAsync(new(studio.Address, path), interactive: !path.EndsWith("/read", StringComparison.Ordinal));
            await Expect(page.GetByText("<b>bold</b>").First).ToBeAttachedAsync();
            Assert.Empty(page.Faults());
        }
    }

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 1280)]
    [InlineData(false, 390)]
    [InlineData(true, 390)]
    public async Task Pages_HaveNoAccessibilityViolation(bool dark, int width)
    {
        await using var studio = await WebStudio.StartAsync("Development", sketch: true);
        var empty = await browser.OpenAsync(studio.Address, dark, width);
        await Expect(empty.GetByRole(AriaRole.Heading).First).ToBeVisibleAsync();
        await AssertAccessibleAsync(empty, "/ (empty)");

        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new());
        foreach (var path in new[] { "/", "/new", $"/stories/{story.Id}", $"/stories/{story.Id}/read", "/states", "/nothing-here" })
        {
            var page = await browser.OpenAsync(new(studio.Address, path), dark, width, interactive: path != "/nothing-here" && !path.EndsWith("/read", StringComparison.Ordinal));
            await Expect(page.GetByRole(AriaRole.Heading).First).ToBeAttachedAsync();
            await AssertAccessibleAsync(page, path);
            var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"{path} is {overflow} pixels wider than a window of {width}.");
        }
    }

    [Fact]
    public async Task Page_OfFortySegments_HasLazyPicturesAndRendersOnlyWhatChanged()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(40);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await Expect(page.GetByTestId("story-image")).ToHaveCountAsync(40);
        await page.GetByRole(AriaRole.Button, new() { Name = "Illustrate 40 pictures" }).ClickAsync();
        await Expect(page.Locator("[data-testid=story-image][data-state=success]")).ToHaveCountAsync(40);

        Assert.Equal(39, await page.Locator("[data-testid=story-image] img[loading=lazy]").CountAsync());

        // One picture changes: every mutation of the document has to be that picture's place or inside it, its marks or the run's own lines.
        await page.EvaluateAsync(
            """
            () => {
              window.outside = [];
              new MutationObserver(all => all.forEach(m => {
                // A picture that comes late is the browser's.
                if (m.attributeName === 'data-there') return;
                const element = m.target.nodeType === 1 ? m.target : m.target.parentElement;
                const place = element?.closest('[data-testid=story-image]');
                if (place && place.dataset.number !== '1.20') window.outside.push(place.dataset.number);
                if (!place && element?.closest('[data-testid=segment]') && !element.closest('[data-beat="1.20"] > .cells')) window.outside.push(element.outerHTML.slice(0, 80));
              })).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
            }
            """);
        var image = (await studio.Illustrator.GetImageAsync(story.Id, "1.20", "illustration")).Image;
        await studio.Illustrator.RegenerateAsync(image.Id, null, null);
        await Expect(page.Locator("[data-testid=story-image][data-number='1.20'] img").Last).ToHaveAttributeAsync("src", new Regex("/v2\\."));
        Assert.Empty(await page.EvaluateAsync<string[]>("window.outside"));
    }

    [Fact]
    public async Task Picture_ShownSmall_ComesAsASmallerCopy_AndInFullWhereItIsOpened()
    {
        await using var studio = await WebStudio.StartAsync(provider: new() { Script = (_, destination, _, token) => ScriptedProvider.DrawLargeAsync(destination, token) });
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        foreach (var (path, image) in new[]
        {
            ($"/stories/{story.Id}", ".place img"), ($"/review/{story.Id}", ".place img"), ($"/stories/{story.Id}/compare", ".place img"), ("/", ".cover__picture"),
        })
        {
            var page = await browser.OpenAsync(new(studio.Address, path), interactive: !path.StartsWith("/review", StringComparison.Ordinal));
            var shown = page.Locator(image);
            await Expect(shown).ToHaveJSPropertyAsync("complete", true);
            Assert.EndsWith("/v1.png?width=640", await shown.EvaluateAsync<string>("i => i.decode().then(() => i.currentSrc)"), StringComparison.Ordinal);
        }

        var desk = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await desk.Locator("[data-open-picture]").ClickAsync();
        Assert.EndsWith("/v1.png", await desk.GetByTestId("picture-panel").Locator(".place img").EvaluateAsync<string>("i => i.decode().then(() => i.currentSrc)"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feed_WhenNothingIsPending_DoesNotPoll()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await Expect(page.Locator("[data-testid=story-image][data-state=success]")).ToHaveCountAsync(1);
        var feed = studio.Services.GetRequiredService<StoryFeed>();

        await studio.HubLine.CutAsync();
        await Expect(page.GetByTestId("feed-note")).ToContainTextAsync("Live line is down");
        var before = feed.Polls;
        await page.WaitForTimeoutAsync((float)(StoryFeed.PollInterval * 2.5).TotalMilliseconds);

        Assert.Equal(before, feed.Polls);
    }

    private static async Task AssertAccessibleAsync(IPage page, string what)
    {
        var result = await page.RunAxe();
        Assert.True(result.Violations.Length == 0, $"{what}:\n{string.Join('\n', result.Violations.Select(Describe))}");
    }

    private static string Describe(AxeResultItem violation) =>
        $"{violation.Id}: {violation.Help}\n  {string.Join("\n  ", violation.Nodes.Take(5).Select(n => $"{n.Html} {string.Join(" ", n.Any.Select(c => c.Message))}"))}";
}
