using Microsoft.Playwright;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>Pages that stay open while their server ends and is started again.</summary>
[Collection(BrowserCollection.Name)]
public sealed class RestartTests(BrowserFixture browser)
{
    [Fact]
    public async Task Pages_WhoseServerCameBack_ShowHowThingsStandByThen()
    {
        using var files = new TempFiles();
        var kept = new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:DataDirectory"] = files.Folder };
        string storyId;
        Uri address;
        IPage desk;
        IPage review;
        await using (var studio = await WebStudio.StartAsync(sketch: true, settings: kept))
        {
            (storyId, address) = ((await studio.CreateStoryAsync(1)).Id, studio.Address);
            desk = await browser.OpenAsync(new(address, $"/stories/{storyId}"));
            review = await browser.OpenAsync(new(address, $"/review/{storyId}"), interactive: false);
            await Expect(desk.Locator(".place[data-state=empty]")).ToHaveCountAsync(1);
            await Expect(review.GetByTestId("watching")).Not.ToBeEmptyAsync();
        }

        await using var next = await WebStudio.StartAsync(sketch: true, settings: kept, urls: address.ToString());
        await next.Library.UpdateAsync(storyId, new() { Title = "The lantern" });
        await next.Illustrator.StartAsync(storyId, new());
        await next.UntilFinishedAsync(storyId);

        await Expect(desk.Locator("h1")).ToHaveTextAsync("The lantern");
        await Expect(desk.Locator(".place[data-state=success] img")).ToHaveCountAsync(1);
        await Expect(desk.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        await Expect(review.Locator(".place[data-state=success] img")).ToHaveCountAsync(1);
    }
}
