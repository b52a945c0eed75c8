using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using AngleSharp;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>The story as a book.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ReaderTests(BrowserFixture browser)
{
    // What of the open leaf's text is in sight, as the tops of its lines, and whether any of them is cut.
    private const string LinesInSight = """
        () => {
          const flow = document.querySelector('[data-leaf][data-open] [data-flow]').getBoundingClientRect();
          const range = document.createRange();
          range.selectNodeContents(document.querySelector('[data-leaf][data-open] .text'));
          const lines = [...range.getClientRects()].filter(r => r.width > 0 && r.left < flow.right - 1 && r.right > flow.left + 1);
          return [lines.length, lines.filter(r => r.top < flow.top - 1 || r.bottom > flow.bottom + 1 || r.left < flow.left - 1 || r.right > flow.right + 1).length];
        }
        """;

    [Fact]
    public async Task Book_IsTurnedByKeys_KeepsItsPageInTheAddress_AndHoldsNoCircuit()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 3);
        var page = await OpenAsync(studio, story.Id);
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "cover");
        await Expect(page.Locator(".name").First).ToHaveTextAsync("The lighthouse");

        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "1.1");
        await page.Keyboard.PressAsync("Space");
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "1.2");
        await Expect(page).ToHaveURLAsync(new Regex("/read/1\\.2$"));
        await Expect(page.GetByTestId("folio")).ToHaveTextAsync("2 of 3");
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "1.1");
        await page.Keyboard.PressAsync("End");
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "end");
        await Expect(page.Locator("[data-turn='1']")).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Read again" }).ClickAsync();
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "cover");

        Assert.Equal(0, await page.Locator("script[src*=blazor]").CountAsync());
        Assert.Equal(0, studio.Services.GetRequiredService<Audience>().Counts.Pages);
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(1440, true)]
    [InlineData(1440, false)]
    [InlineData(768, true)]
    [InlineData(768, false)]
    [InlineData(390, true)]
    [InlineData(390, false)]
    public async Task Book_StandsWhereItStays_FromTheFirstPaintOn(int width, bool drawn)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = drawn ? await DrawnAsync(studio, 2) : await studio.CreateStoryAsync(2);
        var page = await OpenAsync(studio, story.Id, width: width);
        foreach (var address in new[] { $"/stories/{story.Id}/read", $"/stories/{story.Id}/read/1.2" })
        {
            // Before the script has measured anything, and after it has.
            await page.RouteAsync("**/js/reader*.js", async route =>
            {
                var answer = await route.FetchAsync();
                await route.FulfillAsync(new() { Response = answer, Body = $"document.addEventListener('DOMContentLoaded', () => {{ {Stand("first")} }});{await answer.TextAsync()}" });
            });
            await page.GotoAsync(new Uri(studio.Address, address).ToString());
            await page.Locator("[data-reader][data-keys]").WaitForAsync();
            await page.EvaluateAsync($"() => {{ {Stand("then")} }}");

            Assert.Equal(await page.EvaluateAsync<string>("window.first"), await page.EvaluateAsync<string>("window.then"));
        }

        static string Stand(string name) =>
            $"window.{name} = JSON.stringify([...document.querySelectorAll('[data-leaf][data-open] :is(.name, .text, .frame), .tools > :not([hidden])')].map(e => {{ const b = e.getBoundingClientRect(); return [e.className, Math.round(b.left), Math.round(b.top), Math.round(b.width)]; }}));";
    }

    [Fact]
    public async Task Book_TakesTheWholeScreen_ByKeyAndByButton_AndGivesItBack()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 1);
        var page = await OpenAsync(studio, story.Id);
        var full = page.GetByRole(AriaRole.Button, new() { Name = "Full screen" });

        await page.Keyboard.PressAsync("f");
        await Expect(full).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.True(await page.EvaluateAsync<bool>("document.fullscreenElement === document.documentElement"));
        await page.Keyboard.PressAsync("f");
        await Expect(full).ToHaveAttributeAsync("aria-pressed", "false");

        await full.ClickAsync();
        await Expect(full).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "1.1");
        await full.ClickAsync();
        await Expect(full).ToHaveAttributeAsync("aria-pressed", "false");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Book_OpenedAgain_IsWhereOneLeftIt()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 3);
        var page = await OpenAsync(studio, story.Id);
        await page.GetByRole(AriaRole.Button, new() { Name = "Next page" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next page" }).ClickAsync();
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "1.2");

        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}/read").ToString());
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "1.2");
        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}/read/1.3").ToString());
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "1.3");
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task LongText_FlowsOverSeveralPages_AndNoLineIsCut(int width)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Long",
            Segments = [new() { Text = string.Join("\n\n", Enumerable.Range(1, 30).Select(i => $"Paragraph {i}. An owl flew over the harbour at dusk, looked for the lantern that somebody had lit there, and did not find it before the night.")) }, new() { Text = "Short." }],
            Styles = ["illustration"],
        });
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var page = await OpenAsync(studio, story.Id, "/1.1", width: width);
        var sides = int.Parse((await page.GetByTestId("reader").GetAttributeAsync("data-side"))!.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(sides, 3, 40);

        var seen = 0;
        for (var side = 1; side <= sides; side++)
        {
            await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-side", $"{side} of {sides}");
            var lines = await page.EvaluateAsync<int[]>(LinesInSight);
            Assert.True(lines[0] > 0 && lines[1] == 0, $"Side {side}: {lines[0]} lines, {lines[1]} of them cut.");
            seen += lines[0];
            await page.Keyboard.PressAsync("ArrowRight");
        }

        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "1.2");
        var all = await page.EvaluateAsync<int>(
            "() => { const leaf = document.querySelector('[data-number=\"1.1\"]'); leaf.dataset.open = ''; const range = document.createRange(); range.selectNodeContents(leaf.querySelector('.text')); return [...range.getClientRects()].filter(r => r.width > 0).length; }");
        Assert.Equal(all, seen);
        await page.ReloadAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-side", $"{sides} of {sides}");
    }

    [Fact]
    public async Task Pictures_ThatAreBeingDrawn_AppearByThemselves_InTheStyleThatIsChosen()
    {
        var gate = new TaskCompletionSource();
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        var page = await OpenAsync(studio, story.Id, "/1.2");
        var leaf = page.Locator("[data-leaf][data-open]");
        await Expect(leaf).ToHaveAttributeAsync("data-state", "none");
        await Expect(leaf.Locator(".plate")).ToBeHiddenAsync();

        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["clear"], UseCharacterConsistency = false });
        await page.GetByLabel("Style").SelectOptionAsync("clear");
        await Expect(leaf).ToHaveAttributeAsync("data-state", "drawing");
        await Expect(leaf.Locator("[data-words]")).ToHaveTextAsync("Being drawn");
        gate.SetResult();
        await Expect(leaf.Locator("img")).ToHaveAttributeAsync("src", new Regex("/media/"));
        await Expect(leaf).ToHaveAttributeAsync("data-state", "shown");

        await page.GetByLabel("Style").SelectOptionAsync("illustration");
        await Expect(leaf).ToHaveAttributeAsync("data-state", "none");
        await page.GetByLabel("Style").SelectOptionAsync("clear");
        await page.ReloadAsync();
        await Expect(leaf.Locator("img")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Home");
        await Expect(leaf).ToHaveAttributeAsync("data-leaf", "cover");
        await Expect(leaf.Locator("img")).ToHaveCountAsync(1);
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData(1, "/v2.")]
    [InlineData(2, "/v1.")]
    public async Task Picture_ThatIsDrawnAgainAndDoesNotLoad_ComesAfterTenSeconds_OrLeavesTheOneBeforeIt(int failures, string shown)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 1);
        var page = await browser.OpenAsync(new("about:blank"), interactive: false);
        await page.Clock.InstallAsync();
        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}/read/1.1").ToString());
        var (asked, pictures) = (0, page.Locator("[data-leaf][data-open] img"));
        await Expect(pictures).ToHaveCountAsync(1);
        await page.Locator("[data-reader][data-keys]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        // The cover shows the first picture as well.
        await page.EvaluateAsync("() => document.querySelector('[data-leaf=cover]').querySelector('[data-frame]').remove()");
        await page.RouteAsync("**/media/**/v2.*", route => asked++ < failures ? route.AbortAsync() : route.ContinueAsync());

        await studio.Illustrator.RegenerateAsync((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Single().Id, null, "bluer");
        await Expect(page.Locator("img[data-again]")).ToHaveCountAsync(1);
        await page.Clock.FastForwardAsync(10_000);

        await Expect(pictures).ToHaveCountAsync(1);
        await Expect(pictures).ToHaveAttributeAsync("src", new Regex(Regex.Escape(shown)));
        await Expect(page.Locator("[data-leaf][data-open]")).ToHaveAttributeAsync("data-state", "shown");
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Picture_ThatDoesNotLoad_LeavesNoPreviewForEver()
    {
        var gate = new TaskCompletionSource();
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.Script = async (request, destination, progress, token) =>
        {
            progress.Report(new(50, new PreviewPicture(TestPictures.Png(64, 48), "image/png")));
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new("about:blank"), interactive: false);
        await page.Clock.InstallAsync();
        await page.RouteAsync("**/media/**/v1.*", route => route.AbortAsync());
        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}/read/1.1").ToString());
        await page.Locator("[data-reader][data-keys]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var leaf = page.Locator("[data-leaf][data-open]");

        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await Expect(leaf.Locator("img[data-preview]")).ToHaveCountAsync(1);
        await leaf.Locator("img[data-preview]").EvaluateAsync("preview => preview.decode()");
        gate.SetResult();
        await Expect(leaf.Locator("img[data-again]")).ToHaveCountAsync(1);
        await page.Clock.FastForwardAsync(10_000);

        await Expect(leaf).ToHaveAttributeAsync("data-state", "none");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_ThatSaysNothing_IsBridgedByAsking(bool opens)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true, services: s => s.AddSingleton<IStartupFilter>(new SilentStreams(opens)));
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new("about:blank"), interactive: false);
        await page.Clock.InstallAsync();
        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}/read/1.1").ToString());
        await page.Locator("[data-reader][data-keys]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        await page.Clock.FastForwardAsync(40_000);

        var picture = page.Locator("[data-leaf][data-open] img").Last;
        await Expect(page.Locator("[data-leaf][data-open] img")).ToHaveCountAsync(1);

        // What is drawn once all of it was here is found as well: it is asked for each time that the line fell silent.
        await studio.Illustrator.RegenerateAsync((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0].Id, null, "bluer");
        await studio.UntilFinishedAsync(story.Id);
        await GoOnAsync(page, async () => (await picture.GetAttributeAsync("src"))!.Contains("/v2.", StringComparison.Ordinal));
        await Expect(picture).ToHaveAttributeAsync("src", new Regex("/v2\\."));
    }

    [Fact]
    public async Task Stream_ThatIsRefused_IsBridgedByAskingWhileSomethingIsToCome_AndOnceForWhoeverComesBack()
    {
        var gate = new SemaphoreSlim(0);
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var page = await browser.OpenAsync(new("about:blank"), interactive: false);
        var (streams, asked) = (0, 0);
        page.Request += (_, request) =>
        {
            streams += request.Url.Contains("/events?", StringComparison.Ordinal) ? 1 : 0;
            asked += request.Url.EndsWith("/images", StringComparison.Ordinal) ? 1 : 0;
        };
        await page.RouteAsync("**/api/stories/*/events*", route => route.FulfillAsync(new() { Status = 502, ContentType = "text/html", Body = "" }));
        await page.Clock.InstallAsync();
        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}/read/1.1").ToString());
        await page.Locator("[data-reader][data-keys]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var picture = page.Locator("[data-leaf][data-open] img").Last;
        gate.Release(2);
        await studio.UntilFinishedAsync(story.Id);
        await GoOnAsync(page, async () => await picture.CountAsync() > 0);
        await Expect(picture).ToHaveAttributeAsync("src", new Regex("/v1\\."));

        // All of it is here: the stream alone is tried.
        var (tried, until) = (streams, asked);
        await GoOnAsync(page, () => Task.FromResult(streams >= tried + 6));
        Assert.InRange(streams, tried + 6, int.MaxValue);
        Assert.Equal(until, asked);

        await studio.Illustrator.RegenerateAsync((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0].Id, null, "bluer");
        await studio.UntilFinishedAsync(story.Id);
        for (var i = 0; i < 20 && !(await picture.GetAttributeAsync("src"))!.Contains("/v2.", StringComparison.Ordinal); i++)
        {
            await page.EvaluateAsync("() => document.dispatchEvent(new Event('visibilitychange'))");
            await page.EvaluateAsync("() => fetch('/health/live')");
        }

        await Expect(picture).ToHaveAttributeAsync("src", new Regex("/v2\\."));
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    [InlineData(2560)]
    public async Task Text_IsSetInEighteenToTwentyPixels(int width)
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        var page = await OpenAsync(studio, story.Id, "/1.1", width: width);

        Assert.InRange(await page.Locator("[data-leaf][data-open] .text").EvaluateAsync<double>("text => parseFloat(getComputedStyle(text).fontSize)"), 18, 20);
    }

    [Fact]
    public async Task Style_ThatIsChosen_BringsThePicturesThatAreNear_AndTheOthersWhenOneTurnsToThem()
    {
        const int pages = 8;
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(pages, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var clear = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Where(i => i.Style == "clear").Select(i => i.Id).ToList();
        var page = await OpenAsync(studio, story.Id, "/1.1");
        var asked = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        page.Request += (_, request) => clear.FindAll(id => request.Url.Contains(id, StringComparison.Ordinal)).ForEach(id => asked[id] = true);

        await page.GetByLabel("Style").SelectOptionAsync("clear");
        await Expect(page.Locator($"[data-leaf][data-open] img[src*='{clear[0]}']")).ToBeVisibleAsync();
        Assert.True(await page.Locator($"[data-leaf][data-open] img[src*='{clear[0]}']").EvaluateAsync<bool>("image => image.decode().then(() => true)"));
        Assert.InRange(asked.Count, 1, 3);

        await page.Keyboard.PressAsync("End");
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(page.Locator($"[data-leaf][data-open] img[src*='{clear[^1]}']")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Reader_IsAmongThoseWhoLookOn_UntilTheBookIsLeft()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        var presence = studio.Services.GetRequiredService<Presence>();
        var page = await OpenAsync(studio, story.Id, "/1.1");

        await UntilAsync(1);
        await page.GotoAsync("about:blank");
        await UntilAsync(0);

        async Task UntilAsync(int count)
        {
            var told = new TaskCompletionSource();
            presence.Changed += (_, _) =>
            {
                if (presence.Of(story.Id).Count == count)
                {
                    told.TrySetResult();
                }
            };
            await (presence.Of(story.Id).Count == count ? Task.CompletedTask : told.Task.WaitAsync(Studio.Patience));
        }
    }

    [Fact]
    public async Task Text_ThatIsEditedMeanwhile_IsThere_AndThePlaceStays()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 3);
        var page = await OpenAsync(studio, story.Id, "/1.2");

        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = "The owl had changed her mind." });

        await Expect(page.Locator("[data-leaf][data-open]")).ToContainTextAsync("The owl had changed her mind.");
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "1.2");
        await Expect(page.Locator("[data-leaf][data-open] img")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Text_ThatIsEdited_IsThere_ThoughTheLineFailsWhenItIsFirstAskedFor()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 2);
        var page = await OpenAsync(studio, story.Id, "/1.2");
        var asked = 0;
        await page.RouteAsync("**/read", route => asked++ == 0 ? route.AbortAsync() : route.ContinueAsync());

        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = "The owl had changed her mind." });

        await Expect(page.Locator("[data-leaf][data-open]")).ToContainTextAsync("The owl had changed her mind.");
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "1.2");
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Book_WhoseAddressNamesNoStyle_IsInTheFirstThatHasPictures_WhicheverWasLikedInAnotherStory()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (other, story) = (await DrawnAsync(studio, 1, "illustration", "clear"), await studio.CreateStoryAsync(1, "illustration", "clear"));
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["clear"] });
        await studio.UntilFinishedAsync(story.Id);
        using var client = studio.Client();
        var read = await client.GetStringAsync($"/stories/{story.Id}/read");
        Assert.Single((await new BrowsingContext().OpenAsync(response => response.Content(read))).QuerySelectorAll("[data-leaf=page] img"));

        var page = await OpenAsync(studio, other.Id);
        await page.GetByLabel("Style").SelectOptionAsync("clear");
        await page.GetByLabel("Style").SelectOptionAsync("illustration");
        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}/read/1.1").ToString());
        await Expect(page.GetByLabel("Style")).ToHaveValueAsync("clear");
        await Expect(page.Locator("[data-leaf][data-open] img")).ToHaveCountAsync(1);

        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}/read/1.1?style=illustration").ToString());
        await Expect(page.GetByLabel("Style")).ToHaveValueAsync("illustration");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Style_ThatIsChosen_IsTheAddresss_AndStaysAfterAReloadAndAnEdit()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 2, "illustration", "clear");
        var page = await OpenAsync(studio, story.Id, "/1.2?style=illustration");
        var (style, picture) = (page.GetByLabel("Style"), page.Locator("[data-leaf][data-open] img").Last);

        await style.SelectOptionAsync("clear");
        await Expect(page).ToHaveURLAsync(new Regex("/read/1\\.2\\?style=clear$"));
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(page).ToHaveURLAsync(new Regex("/read/1\\.1\\?style=clear$"));
        await page.ReloadAsync();
        await Expect(style).ToHaveValueAsync("clear");

        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "The owl had changed her mind." });
        await Expect(page.Locator("[data-leaf][data-open]")).ToContainTextAsync("The owl had changed her mind.");
        var clear = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.First(i => i.Style == "clear").Url;
        await Expect(picture).ToHaveAttributeAsync("src", clear!);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Style_ThatIsLeftBeforeItsPictureCame_LeavesThatOfTheOneThatIsRead()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 1, "illustration", "clear");
        var images = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.ToDictionary(i => i.Style, i => i.Url!, StringComparer.Ordinal);
        var page = await OpenAsync(studio, story.Id, "/1.1?style=illustration");
        var (style, pictures) = (page.GetByLabel("Style"), page.Locator("[data-leaf][data-open] img"));
        await Expect(pictures).ToHaveAttributeAsync("src", images["illustration"]);
        var slow = new TaskCompletionSource();
        await page.RouteAsync($"**{images["clear"]}*", async route =>
        {
            await slow.Task;
            await route.ContinueAsync();
        });

        await style.SelectOptionAsync("clear");
        await Expect(pictures).ToHaveCountAsync(2);
        await style.SelectOptionAsync("illustration");

        await Expect(pictures).ToHaveCountAsync(1);
        await Expect(pictures).ToHaveAttributeAsync("src", images["illustration"]);
        slow.SetResult();
        await style.SelectOptionAsync("clear");
        await Expect(pictures.Last).ToHaveAttributeAsync("src", images["clear"]);
        await Expect(pictures).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Picture_IsReadOutByItsWords_AndByNoStyleThatItIsNotIn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 1, "illustration", "clear");
        var page = await OpenAsync(studio, story.Id, "/1.1");
        var picture = page.Locator("[data-leaf][data-open] img").Last;
        await Expect(picture).ToHaveAttributeAsync("alt", story.Segments[0].Text);

        await page.GetByLabel("Style").SelectOptionAsync("clear");

        await Expect(picture).ToHaveAttributeAsync("alt", story.Segments[0].Text);
    }

    [Fact]
    public async Task Title_AndStyles_ThatAreOthersMeanwhile_AreThere_AndAStyleThatIsGoneIsNotReadIn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 2, "illustration", "clear");
        var page = await OpenAsync(studio, story.Id, "/1.2?style=clear");
        var (style, picture) = (page.GetByLabel("Style"), page.Locator("[data-leaf][data-open] img").Last);
        var images = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Where(i => i.Number == "1.2").ToDictionary(i => i.Style, i => i.Url!, StringComparer.Ordinal);

        await studio.Library.UpdateAsync(story.Id, new() { Title = "The owl" });
        await Expect(page).ToHaveTitleAsync("The owl · StoryStudio");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The owl", Level = 1 })).ToHaveCountAsync(1);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "The owl" })).ToHaveCountAsync(1);

        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration", "clear", "consistent"] });
        await Expect(style.GetByRole(AriaRole.Option)).ToHaveTextAsync(["Illustration", "Clear line", "Cut paper"]);
        await Expect(style).ToHaveValueAsync("clear");
        await Expect(picture).ToHaveAttributeAsync("src", images["clear"]);

        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration"] });
        await Expect(style).ToHaveCountAsync(0);
        await Expect(picture).ToHaveAttributeAsync("src", images["illustration"]);
        await Expect(page).ToHaveURLAsync(new Regex("/read/1\\.2\\?style=illustration$"));

        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration", "clear"] });
        await Expect(style).ToHaveValueAsync("illustration");
        await style.SelectOptionAsync("clear");
        await Expect(picture).ToHaveAttributeAsync("src", images["clear"]);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Book_OfAStoryThatIsDeleted_SaysThatThereIsNone()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.CreateStoryAsync(2);
        var page = await OpenAsync(studio, story.Id);
        await page.EvaluateAsync("() => { const wait = window.setTimeout; window.setTimeout = (what, time, ...rest) => wait(what, Math.min(time ?? 0, 100), ...rest); }");

        await studio.Library.DeleteAsync(story.Id);

        await Expect(page.GetByRole(AriaRole.Heading)).ToContainTextAsync("There is nothing at this address");
    }

    [Fact]
    public async Task Finger_TurnsByAStrokeAndByAPress_AndBringsTheControls()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 3);
        var page = await OpenAsync(studio, story.Id, width: 390);
        const string Stroke = """
            ([from, to]) => {
              const target = document.querySelector('[data-book]');
              const at = x => [new Touch({ identifier: 1, target, clientX: x, clientY: 300 })];
              target.dispatchEvent(new TouchEvent('touchstart', { touches: at(from), changedTouches: at(from), bubbles: true }));
              target.dispatchEvent(new TouchEvent('touchend', { touches: [], changedTouches: at(to), bubbles: true }));
            }
            """;
        const string Press = "x => document.querySelector('[data-book]').dispatchEvent(new PointerEvent('click', { clientX: x, clientY: 300, pointerType: 'touch', bubbles: true }))";

        await page.EvaluateAsync(Stroke, new[] { 300, 100 });
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "1.1");
        await page.EvaluateAsync(Press, 370);
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "1.2");
        await page.EvaluateAsync(Stroke, new[] { 100, 300 });
        await page.EvaluateAsync(Press, 20);
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "cover");

        await page.EvaluateAsync("document.querySelector('[data-reader]').dataset.idle = ''");
        // In the same turn: soon after it is quiet again by itself.
        Assert.False(await page.EvaluateAsync<bool>($"x => {{ ({Press})(x); return 'idle' in document.querySelector('[data-reader]').dataset; }}", 195));
        await page.EvaluateAsync(Press, 195);
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-idle", "");
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-page", "cover");
    }

    [Fact]
    public async Task Finger_OnWhatIsOutOfSight_BringsItBack_AndLeavesNoBook()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 1);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/read"), width: 390, interactive: false, touch: true);
        await page.Locator("[data-reader][data-keys]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var back = page.Locator("[data-leave]");
        var box = (await back.BoundingBoxAsync())!;
        await page.EvaluateAsync("() => { window.pressed = new Promise(done => addEventListener('click', event => setTimeout(() => done([event.defaultPrevented, 'idle' in document.querySelector('[data-reader]').dataset])), { capture: true, once: true })); }");
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-idle", "");

        await page.Touchscreen.TapAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));

        var pressed = await page.EvaluateAsync<bool[]>("window.pressed");
        Assert.Equal([true, false], pressed);
        Assert.EndsWith("/read", page.Url, StringComparison.Ordinal);

        // What is in sight is pressed: with the focus in it, it stays.
        await back.FocusAsync();
        await Expect(page.GetByTestId("reader")).ToHaveAttributeAsync("data-idle", "");
        await page.Touchscreen.TapAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await Expect(page).ToHaveURLAsync(new Regex($"/stories/{story.Id}$"));
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Book_WithoutScripts_IsOneLongPageWithEverythingInIt()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await DrawnAsync(studio, 3, "illustration", "clear");
        using var client = studio.Client();

        await studio.Library.UpdateSegmentAsync(story.Id, story.Segments[1].Number, new() { Text = "***\n\nChapter 2\n\n\"Who is there?\" asked Mira." });
        var read = await client.GetStringAsync($"/stories/{story.Id}/read");
        var scene = await new BrowsingContext().OpenAsync(response => response.Content(read));
        var leaf = scene.QuerySelectorAll("[data-leaf=page] .text")[1];
        Assert.Equal(("Chapter 2", "“Who is there?” asked Mira."), (leaf.QuerySelector("h2")?.TextContent, Assert.Single(leaf.QuerySelectorAll("p")).TextContent));
        await studio.Library.UpdateSegmentAsync(story.Id, story.Segments[1].Number, new() { Text = story.Segments[1].Text });

        var answer = await client.GetStringAsync($"/stories/{story.Id}/read?style=clear");
        var html = await new BrowsingContext().OpenAsync(response => response.Content(answer));

        Assert.Equal(story.Segments.Select(s => s.Text), html.QuerySelectorAll("[data-leaf=page] .text").Select(t => t.TextContent.Trim()));
        var clear = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Where(i => i.Style == "clear").Select(i => i.Url);
        Assert.Equal(clear, html.QuerySelectorAll("[data-leaf=page] img").Select(i => i.GetAttribute("src")));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/stories/{story.Id}/read/9.9")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/stories/nothing/read")).StatusCode);
    }

    [Fact]
    public async Task Guest_ReadsTheBookOfTheirStory_AndOfNoOther()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, other) = (await studio.CreateStoryAsync(2), await studio.CreateStoryAsync(2));
        var sharing = studio.Services.GetRequiredService<ISharing>();
        var (_, token) = await sharing.CreateAsync(new("a", "Ada", StoryRole.Author), story.Id, new(StoryRole.Look));
        var guest = await sharing.JoinAsync(token, "Grace");
        using var handler = new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = studio.Address };
        client.DefaultRequestHeaders.Add("Via", "1.1 proxy");
        Assert.NotEqual(HttpStatusCode.OK, (await client.GetAsync($"/stories/{story.Id}/read")).StatusCode);
        client.DefaultRequestHeaders.Add("Cookie", $"guest-{story.Id}={guest.Pass.GuestId}.{guest.Secret}");

        var answer = await client.GetAsync($"/stories/{story.Id}/read");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains($"href=\"review/{story.Id}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.OK, (await client.GetAsync($"/stories/{other.Id}/read")).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await client.GetAsync($"/stories/{story.Id}")).StatusCode);
    }

    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 1440)]
    [InlineData(false, 390)]
    [InlineData(true, 390)]
    public async Task Book_HasNoAccessibilityViolation(bool dark, int width)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true, settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Providers:Sketch:Delay"] = "00:05:00" });
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.1"] });
        var page = await OpenAsync(studio, story.Id, dark: dark, width: width);
        foreach (var key in new[] { "", "ArrowRight", "ArrowRight", "End", "?" })
        {
            if (key.Length > 0)
            {
                await page.Keyboard.PressAsync(key);
            }

            var result = await page.RunAxe();
            Assert.True(result.Violations.Length == 0, $"After {key}: {string.Join(", ", result.Violations.Select(v => $"{v.Id}: {string.Join(" ", v.Nodes.Select(n => n.Html))}"))}");
        }

        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
    }

    /// <summary>Lets ten minutes pass at most, in steps that what is asked for meanwhile is answered in.</summary>
    private static async Task GoOnAsync(IPage page, Func<Task<bool>> until)
    {
        for (var i = 0; i < 60 && !await until(); i++)
        {
            await page.Clock.FastForwardAsync(10_000);
            await page.EvaluateAsync("() => fetch('/health/live')");
        }
    }

    private static async Task<StoryDetails> DrawnAsync(WebStudio studio, int segments, params string[] styles)
    {
        var story = await studio.CreateStoryAsync(segments, styles);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        return story;
    }

    private async Task<IPage> OpenAsync(WebStudio studio, string storyId, string place = "", bool dark = false, int width = 1280)
    {
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{storyId}/read{place}"), dark, width, interactive: false);
        await page.Locator("[data-reader][data-keys]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        return page;
    }
}
