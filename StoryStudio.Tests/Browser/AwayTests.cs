using System.Text.RegularExpressions;
using Microsoft.Playwright;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>An author's page whose circuit is cut, while the server is there.</summary>
[Collection(BrowserCollection.Name)]
public sealed class AwayTests(BrowserFixture browser)
{
    [Fact]
    public async Task Pictures_GoOnWhileTheCircuitIsAway_AndArePassedBackToItAfterwards()
    {
        var gate = new SemaphoreSlim(0);
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var (page, line) = await OpenAsync(studio, story.Id);
        await Expect(page.Locator(".place[data-state=generating]")).ToHaveCountAsync(2);

        await line.CutAsync();
        gate.Release(2);
        await Expect(page.Locator(".away > .place[data-state=success] img")).ToHaveCountAsync(2);

        line.Mend();
        await Expect(page.Locator(".away")).ToHaveCountAsync(0);
        await Expect(page.Locator(".place[data-state=success] img")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.2" }).First.ClickAsync();
        await Expect(page.GetByTestId("picture-panel")).ToBeAttachedAsync();
    }

    [Fact]
    public async Task Picture_WhoseCountdownEndsWhileTheCircuitIsAway_WaitsAndSaysNoMoreThatItIsTriedInAMoment()
    {
        var failed = false;
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Generation:MaxConcurrency"] = "1", ["StoryStudio:Generation:RetryBaseDelay"] = "00:00:20" });
        studio.Provider.Script = async (_, _, _, token) =>
        {
            if (failed)
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            failed = true;
            return ScriptedProvider.Failure(FailureKind.Transient);
        };
        var story = await studio.CreateStoryAsync(1);
        var (page, line) = await OpenAsync(studio, story.Id);
        await studio.Illustrator.StartAsync(story.Id, new());
        await Expect(page.Locator(".place .countdown")).ToBeVisibleAsync();

        // Another story has the one slot by then: nothing of the picture changes any more.
        await studio.Illustrator.StartAsync((await studio.CreateStoryAsync(1)).Id, new());
        await line.CutAsync();

        await Expect(page.Locator(".away > .place[data-state=waiting] .sentence")).ToHaveTextAsync("Waiting");
        await Expect(page.Locator(".away .countdown")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Run_ThatIsPausedAndResumedWhileTheCircuitIsAway_IsSaidOfThePicturesThatWaitInIt()
    {
        var gate = new SemaphoreSlim(2);
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Generation:MaxConcurrency"] = "1" });
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { OnlyMissing = false, UseCharacterConsistency = false });
        var (page, line) = await OpenAsync(studio, story.Id);
        await Expect(page.Locator(".place[data-state=redrawing] .ring")).ToHaveCountAsync(2);
        await Expect(page.Locator(".outline .mark--drawing")).ToHaveCountAsync(1);

        await line.CutAsync();
        var paused = page.Locator(".away > .place[data-paused]");
        await studio.Illustrator.PauseAsync(run.Id);
        await Expect(paused.Locator(".sentence")).ToHaveTextAsync("Paused");
        await Expect(paused.Locator(".ring")).ToHaveCountAsync(0);

        await studio.Illustrator.ResumeAsync(run.Id);
        await Expect(paused).ToHaveCountAsync(0);
        await studio.Illustrator.PauseAsync(run.Id);
        await Expect(paused).ToHaveCountAsync(1);

        line.Mend();
        await Expect(page.Locator(".away")).ToHaveCountAsync(0);
        await Expect(page.Locator(".place[data-paused] .sentence")).ToHaveTextAsync("Paused");
        await Expect(page.Locator(".place[data-state=redrawing] .ring")).ToHaveCountAsync(1);
        await Expect(page.Locator(".outline .mark--paused")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Rows_OfALongStory_ThatWereAskedForWhileTheCircuitWasAway_AreThereOnceItIsBack()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Long",
            Segments = [.. Enumerable.Range(1, 120).Select(i => new NewSegment { Text = $"Page {i} of the harbour.", HardCut = i % 20 == 1 })],
            Styles = ["illustration"],
        });
        var (page, line) = await OpenAsync(studio, story.Id);
        await page.Locator("[data-hands]").WaitForAsync();
        await page.Locator("[data-beat='1.2']").FocusAsync();

        await line.CutAsync();
        await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
        await Expect(page.Locator("[data-below]")).ToBeInViewportAsync();
        await page.EvaluateAsync("() => new Promise(requestAnimationFrame)");
        await page.Keyboard.PressAsync("j");

        line.Mend();
        await Expect(page.Locator("#components-reconnect-modal")).ToHaveClassAsync(new Regex("components-reconnect-hide"));
        await Expect(page.Locator("[data-beat='1.3']")).ToBeFocusedAsync();
        await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
        await Expect(page.Locator("[data-beat='6.20']")).ToBeInViewportAsync();
        await page.Locator("[data-jump='1.4']").ClickAsync();
        await Expect(page.Locator("[data-beat='1.4']")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator("[data-beat='1.5']")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Words_TypedAfterASplitThatTheCutSwallowed_StayInTheirOwnField()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.CreateStoryAsync(4);
        var (page, line) = await OpenAsync(studio, story.Id);
        await page.Locator("[data-hands]").WaitForAsync();
        var (mine, other) = (page.GetByLabel("Words of 1.2"), page.GetByLabel("Words of 1.3"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.3" }).ClickAsync();
        await Expect(other).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit 1.2" }).ClickAsync();
        await Expect(mine).ToBeFocusedAsync();
        var before = await other.InputValueAsync();

        await line.CutAsync();
        await mine.EvaluateAsync("area => area.setSelectionRange(11, 11)");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Keyboard.TypeAsync("at night ");
        line.Mend();
        await Expect(page.Locator("#components-reconnect-modal")).ToHaveClassAsync(new Regex("components-reconnect-hide"));
        await page.GetByRole(AriaRole.Group, new() { Name = "Rearrange 1.3" }).GetByRole(AriaRole.Button, new() { Name = "Move down" }).ClickAsync();

        await Expect(page.GetByLabel("Words of 1.4")).ToBeFocusedAsync();
        await Expect(page.GetByLabel("Words of 1.4")).ToHaveValueAsync(before);
        await Expect(mine).ToHaveValueAsync(new Regex("^Picture 2: at night "));
    }

    /// <summary>A story's page, and its circuit's line.</summary>
    private async Task<(IPage Page, Line Line)> OpenAsync(WebStudio studio, string storyId)
    {
        var page = await browser.OpenAsync(studio.Address);
        var line = new Line(page);
        await page.RouteWebSocketAsync(new Regex("/_blazor"), line.Connect);
        await page.RouteAsync(new Regex("/_blazor/negotiate"), line.NegotiateAsync);
        await page.GotoAsync(new Uri(studio.Address, $"/stories/{storyId}").ToString());
        await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        return (page, line);
    }

    private sealed class Line(IPage page)
    {
        private readonly List<IWebSocketRoute> _sockets = [];
        private bool _isCut;

        public void Connect(IWebSocketRoute socket)
        {
            if (_isCut)
            {
                _ = socket.CloseAsync();
                return;
            }

            socket.ConnectToServer();
            _sockets.Add(socket);
        }

        public Task NegotiateAsync(IRoute route) => _isCut ? route.AbortAsync() : route.ContinueAsync();

        public async Task CutAsync()
        {
            _isCut = true;
            foreach (var socket in _sockets)
            {
                await socket.CloseAsync();
            }

            await Expect(page.Locator("#components-reconnect-modal")).ToHaveClassAsync(new Regex("components-reconnect-show"));
        }

        public void Mend() => _isCut = false;
    }
}
