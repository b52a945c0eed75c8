using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class ActivityPageTests(BrowserFixture browser)
{
    private static readonly Regex HistoryAddress = new("/stories/[0-9a-f]{32}/pictures/[0-9a-f]{32}$");
    private static readonly Regex StoryAddress = new("/stories/[0-9a-f]{32}#");

    [Fact]
    public async Task Activity_WhileNothingHappened_SaysSoAndLeadsOn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var page = await browser.OpenAsync(new(studio.Address, "/activity"));

        await page.GetByTestId("activity-empty").GetByRole(AriaRole.Link, new() { Name = "New story" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("/new$"));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Activity_OnceOpen_ShowsWhatHappensMeanwhileAndTheFailedAlone()
    {
        var calls = 0;
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = (request, destination, _, token) => Interlocked.Increment(ref calls) == 2
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused))
            : ScriptedProvider.DrawAsync(request, destination, token);
        var story = await studio.CreateStoryAsync(3);
        var page = await browser.OpenAsync(new(studio.Address, "/activity"));
        await Expect(page.GetByTestId("activity-empty")).ToBeVisibleAsync();

        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        await Expect(page.GetByTestId("attempt")).ToHaveCountAsync(3);
        await Expect(page.GetByTestId("figures")).ToContainTextAsync("67%");
        await Expect(page.GetByTestId("figures")).ToContainTextAsync("$0.02");
        await Expect(page.GetByTestId("now").GetByText("Watching").Locator("xpath=following-sibling::dd")).ToHaveTextAsync("1");
        await page.GetByTestId("failed-only").ClickAsync();
        await Expect(page.GetByTestId("attempt")).ToHaveCountAsync(1);
        await page.GetByTestId("chart-cost").GetByText("As a table").ClickAsync();
        await Expect(page.GetByTestId("chart-cost").GetByRole(AriaRole.Cell, new() { Name = "$0.02" })).ToBeVisibleAsync();
        await page.GetByTestId("attempt").GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page).ToHaveURLAsync(HistoryAddress);
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Activity_OfPicturesThatNoAttemptCouldBeMadeFor_ListsEachWithItsReasonAndLeadsToIt(int width)
    {
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Generation:MonthlyBudgetUsd"] = "0" });
        var story = await studio.CreateStoryAsync(3);
        foreach (var number in new[] { "1.1", "1.2", "1.3" })
        {
            await studio.Services.GetRequiredService<IPictureDesk>().DrawAsync(Actor.Local, story.Id, number, "illustration", prompt: null, instruction: null);
        }

        await studio.UntilAsync(story.Id, s => s.Images.Count == 3 && s.Images.All(i => i.Status is ImageStatus.Failed));
        var page = await browser.OpenAsync(new(studio.Address, "/activity"), width: width);
        await Expect(page.GetByTestId("figures")).ToContainTextAsync("3 failed");

        await page.GetByTestId("failed-only").ClickAsync();

        await Expect(page.GetByTestId("failed-only")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.GetByTestId("attempt")).ToHaveCountAsync(3);
        foreach (var row in await page.GetByTestId("attempt").AllAsync())
        {
            await Expect(row).ToContainTextAsync("this month");
        }

        await AssertAccessibleAsync(page, "/activity (denied)", width);
        await page.GetByTestId("attempt").GetByRole(AriaRole.Link, new() { NameRegex = new(@"1\.2") }).ClickAsync();
        await Expect(page).ToHaveURLAsync(HistoryAddress);
        await Expect(page.GetByTestId("attempts")).ToContainTextAsync("this month");
        await Expect(page.GetByTestId("picture-history")).Not.ToContainTextAsync("it waits for its turn");
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(768)]
    [InlineData(390)]
    public async Task Charts_NameTheirBarsWithRoomInBetween(int width)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var page = await browser.OpenAsync(new(studio.Address, "/activity"), width: width);
        await Expect(page.GetByTestId("chart-attempts")).ToBeVisibleAsync();

        var close = await page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll(".chart .names")].flatMap(names => {
              const words = [...names.children].filter(e => e.checkVisibility({ visibilityProperty: true })).map(e => {
                const range = document.createRange();
                range.selectNodeContents(e);
                return [e.textContent, range.getBoundingClientRect()];
              });
              return words.slice(1).map(([word, box], i) => [word, box.left - words[i][1].right]).filter(([, room]) => room < 8).map(([word, room]) => `${word}: ${room}`);
            })
            """);

        Assert.Empty(close);
        await Expect(page.GetByTestId("chart-attempts").Locator(".names > :last-child")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Activity_OnceLeft_WatchesNoMore()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var audience = studio.Services.GetRequiredService<Audience>();
        var page = await browser.OpenAsync(new(studio.Address, "/activity"));
        await Expect(page.GetByTestId("now")).ToBeVisibleAsync();
        Assert.Equal(1, audience.Counts.Pages);

        await page.GotoAsync("about:blank");

        using var patience = new CancellationTokenSource(Studio.Patience);
        while (audience.Counts.Pages > 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Delay(10);
        }

        Assert.Equal(0, audience.Counts.Total);
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task History_IsOneClickFromItsPictureAndGoesBack(int width)
    {
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = async (request, destination, _, token) => studio.Provider.Calls.Count == 1
            ? ScriptedProvider.Failure(FailureKind.Refused) with { RequestId = "req_1" }
            : await ScriptedProvider.DrawAsync(request, destination, token);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"), width: width);
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^History of picture 1.1") }).PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(HistoryAddress);
        await Expect(page.GetByTestId("attempts")).ToContainTextAsync("request req_1");
        await Expect(page.GetByTestId("attempt")).ToHaveCountAsync(1);

        // What goes on meanwhile appears by itself.
        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];
        await studio.Illustrator.RetryAsync(image.Id);

        await Expect(page.GetByTestId("attempt")).ToHaveCountAsync(2);
        await Expect(page.GetByTestId("attempt").First).ToHaveAttributeAsync("data-outcome", "succeeded");
        await Expect(page.GetByTestId("versions").GetByText("Version 1, shown")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page).ToHaveURLAsync(StoryAddress);
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task Providers_SaySizesKindsOfFileAndWhetherTheyTakeASeed(int width)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true, settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Providers:OpenAI:SendSeed"] = "true" });
        var page = await browser.OpenAsync(new(studio.Address, "/activity"), width: width);

        await Expect(Said("openai", "Size")).ToHaveTextAsync("1024\u00a0×\u00a01024, or by the settings 1536\u00a0×\u00a01024, 1024\u00a0×\u00a01536 or as the model chooses");
        await Expect(Said("openai", "Comes as")).ToHaveTextAsync("WebP");
        await Expect(Said("openai", "Seed")).ToHaveTextAsync("taken: the same request gives much the same picture");
        await Expect(Said("gemini", "Size")).ToHaveTextAsync("1K, 3:2, or by the settings 2K or 4K");
        await Expect(Said("gemini", "Comes as")).ToHaveTextAsync("PNG, JPEG or WebP");
        await Expect(Said("gemini", "Seed")).ToHaveTextAsync("none");
        await Expect(Said("sketch", "Size")).ToHaveTextAsync("1200\u00a0×\u00a0800");
        await Expect(Said("sketch", "Comes as")).ToHaveTextAsync("SVG");

        // Nothing of it is out of sight.
        foreach (var value in await page.GetByTestId("providers").Locator("dd").AllAsync())
        {
            var box = (await value.BoundingBoxAsync())!;
            Assert.True(box.X >= 0 && box.X + box.Width <= width, await value.TextContentAsync());
        }

        ILocator Said(string provider, string what) => page.Locator($"[data-provider={provider}] dt").Filter(new() { HasText = what }).Locator("xpath=following-sibling::dd");
    }

    [Fact]
    public async Task Activity_OfLongAgo_IsNoStudioInWhichNothingWasDrawn_AlsoWhereNothingFailed()
    {
        var time = new LeapingTime();
        await using var studio = await WebStudio.StartAsync(sketch: true, time: time);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        time.Leap(TimeSpan.FromDays(20));
        var page = await browser.OpenAsync(new(studio.Address, "/activity"));
        var (empty, further) = (page.GetByTestId("activity-empty"), page.GetByRole(AriaRole.Button, new() { Name = "Look at 90 days" }));
        await Expect(empty).ToContainTextAsync("Nothing was drawn in these days.");

        await page.GetByTestId("failed-only").ClickAsync();
        await Expect(page.GetByText("Nothing has failed.")).ToBeVisibleAsync();
        await Expect(empty).ToContainTextAsync("Nothing was drawn in these days.");
        await Expect(empty.GetByRole(AriaRole.Link)).ToHaveCountAsync(0);
        await further.ClickAsync();
        await Expect(page.GetByTestId("figures")).ToBeVisibleAsync();

        time.Leap(TimeSpan.FromDays(80));
        page = await browser.OpenAsync(new(studio.Address, "/activity"));
        await page.GetByRole(AriaRole.Button, new() { Name = "90 days", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "90 days", Exact = true })).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.GetByTestId("activity-empty")).ToHaveTextAsync("Nothing was drawn in these days.");
        await Expect(page.GetByTestId("activity-empty").GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Activity_OfAStoryThatIsGone_ShowsWhatItHadCost(int width)
    {
        var time = new LeapingTime();
        await using var studio = await WebStudio.StartAsync(time: time);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        await studio.Library.DeleteAsync(story.Id);
        time.Leap(StorySweep.RestorableFor + TimeSpan.FromMinutes(1));
        await studio.Services.GetServices<IHostedService>().OfType<StorySweep>().Single().SweepAsync();
        var page = await browser.OpenAsync(new(studio.Address, "/activity"), width: width);

        await Expect(page.GetByTestId("figures")).ToContainTextAsync("$0.02");
        await Expect(page.GetByTestId("chart-cost")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("activity-empty")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("ends")).ToHaveCountAsync(0);
        await AssertAccessibleAsync(page, "/activity (gone)", width);

        // Later on it is out of the window, and still no studio in which nothing was drawn.
        time.Leap(TimeSpan.FromDays(20));
        page = await browser.OpenAsync(new(studio.Address, "/activity"), width: width);
        await Expect(page.GetByTestId("activity-empty")).ToContainTextAsync("Nothing was drawn in these days.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look at 90 days" }).ClickAsync();
        await Expect(page.GetByTestId("figures")).ToContainTextAsync("$0.02");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task History_OfWhatWasNeverTriedHere_SaysWhy()
    {
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Generation:MaxConcurrency"] = "1" });
        studio.Provider.Script = async (_, _, _, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return ScriptedProvider.Failure(FailureKind.Transient);
        };
        var story = await studio.CreateStoryAsync(3);
        var brought = await studio.Services.GetRequiredService<IPictureDesk>().BringAsync(Actor.Local, story.Id, "1.1", "illustration", new MemoryStream(TestPictures.Png()), andLock: false);
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Images.Any(i => i.Status is ImageStatus.InProgress));
        var waits = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Single(i => i.Status is ImageStatus.Pending);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/pictures/{brought.Id}"));
        await Expect(page.GetByTestId("no-attempts")).ToHaveTextAsync("It was brought in, not drawn here.");

        page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/pictures/{waits.Id}"));
        await Expect(page.GetByTestId("no-attempts")).ToHaveTextAsync("None yet: it waits for its turn.");
        await studio.Illustrator.PauseAsync(run.Id);
        await Expect(page.GetByTestId("no-attempts")).ToHaveTextAsync("None yet: its run is paused.");
        await studio.Illustrator.CancelRunAsync(run.Id);
        await Expect(page.GetByTestId("no-attempts")).ToHaveTextAsync("Cancelled before it was begun.");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task History_OfNothing_IsNotFound()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        using var client = studio.Client();

        var answer = await client.GetAsync(new Uri($"/stories/{story.Id}/pictures/{story.Id}", UriKind.Relative));

        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 1440)]
    [InlineData(false, 390)]
    [InlineData(true, 390)]
    public async Task Pages_HaveNoAccessibilityViolation(bool dark, int width)
    {
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Generation:RetryBaseDelay"] = "00:00:00" });
        var empty = await browser.OpenAsync(new(studio.Address, "/activity"), dark, width);
        await Expect(empty.GetByTestId("activity-empty")).ToBeVisibleAsync();
        await AssertAccessibleAsync(empty, "/activity (empty)", width);

        studio.Provider.Script = async (request, destination, _, token) => studio.Provider.Calls.Count switch
        {
            2 or 5 => ScriptedProvider.Failure(FailureKind.Transient),
            7 => ScriptedProvider.Failure(FailureKind.Refused),
            _ => await ScriptedProvider.DrawAsync(request, destination, token),
        };
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "The Lamp on the Hill",
            Segments = [.. Enumerable.Range(1, 6).Select(i => new NewSegment { Text = $"Picture {i}: an owl over the harbour." })],
            Styles = ["illustration", "clear"],
        });
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];
        foreach (var (path, part) in new[] { ("/activity", "recent-attempts"), ($"/stories/{story.Id}/pictures/{image.Id}", "versions"), ($"/stories/{story.Id}", "story-page") })
        {
            var page = await browser.OpenAsync(new(studio.Address, path), dark, width);
            await Expect(page.GetByTestId(part)).ToBeVisibleAsync();
            await AssertAccessibleAsync(page, path, width);
            Assert.Empty(page.Faults());
        }
    }

    private static async Task AssertAccessibleAsync(IPage page, string what, int width)
    {
        if (Environment.GetEnvironmentVariable("SHOTS") is { } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{Regex.Replace(what, "[0-9a-f]{32}|[^a-z]", "")}-{width}-{(await page.EvaluateAsync<bool>("matchMedia('(prefers-color-scheme: dark)').matches") ? "dark" : "light")}.png"), FullPage = true });
        }

        var result = await page.RunAxe();
        Assert.True(result.Violations.Length == 0, $"{what}:\n{string.Join('\n', result.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(' ', v.Nodes.Take(5).Select(n => n.Html))}"))}");
        var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(overflow <= 0, $"{what} is {overflow} pixels wider than a window of {width}.");
    }
}
