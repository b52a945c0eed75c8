using System.Text.RegularExpressions;
using Microsoft.Playwright;
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
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await gate.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var sockets = new List<IWebSocketRoute>();
        var cut = false;
        var page = await browser.OpenAsync(studio.Address);
        await page.RouteWebSocketAsync(new Regex("/_blazor"), socket =>
        {
            if (cut)
            {
                _ = socket.CloseAsync();
                return;
            }

            socket.ConnectToServer();
            sockets.Add(socket);
        });
        await page.RouteAsync(new Regex("/_blazor/negotiate"), route => cut ? route.AbortAsync() : route.ContinueAsync());
        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}").ToString());
        await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await Expect(page.Locator(".place[data-state=generating]")).ToHaveCountAsync(2);

        cut = true;
        foreach (var socket in sockets)
        {
            await socket.CloseAsync();
        }

        await Expect(page.Locator("#components-reconnect-modal")).ToHaveClassAsync(new Regex("components-reconnect-show"));
        gate.Release(2);
        await Expect(page.Locator(".away > .place[data-state=success] img")).ToHaveCountAsync(2);

        cut = false;
        await Expect(page.Locator(".away")).ToHaveCountAsync(0);
        await Expect(page.Locator(".place[data-state=success] img")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open picture 1.2" }).First.ClickAsync();
        await Expect(page.GetByTestId("picture-panel")).ToBeAttachedAsync();
    }
}
