using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Browser;

/// <summary>What tests of the reviewer's page have in common.</summary>
internal static class ReviewPages
{
    public static Actor Anna { get; } = new("anna", "Anna", StoryRole.Decide);

    public static IReviews ReviewsOf(WebStudio studio) => studio.Services.GetRequiredService<IReviews>();

    public static Uri Address(WebStudio studio, StoryDetails story) => new(studio.Address, $"/review/{story.Id}");

    /// <summary>A story of one segment, drawn.</summary>
    public static async Task<(StoryDetails Story, ImageState Image)> DrawnAsync(WebStudio studio, params string[] styles)
    {
        var story = await studio.CreateStoryAsync(1, styles);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        return (story, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.First(i => i.Style == "illustration"));
    }

    /// <summary>A story of some segments, drawn.</summary>
    public static async Task<StoryDetails> DrawnAsync(WebStudio studio, int segments)
    {
        var story = await studio.CreateStoryAsync(segments);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        return story;
    }

    public static Task<IPage> ReviewAsync(this BrowserFixture browser, WebStudio studio, StoryDetails story, bool dark = false, int width = 1280, bool script = true) =>
        browser.OpenAsync(Address(studio, story), dark, width, interactive: false, script: script);

    public static Task<IPage> ReviewAsync(this BrowserFixture browser, Uri address) => browser.OpenAsync(address, interactive: false);

    /// <summary>Open, with every stream refused.</summary>
    public static async Task<IPage> ReviewWithoutStreamAsync(this BrowserFixture browser, WebStudio studio, StoryDetails story)
    {
        var page = await browser.ReviewAsync(new Uri("about:blank"));
        await page.RouteAsync("**/api/stories/*/events*", route => route.FulfillAsync(new() { Status = 503, ContentType = "application/problem+json", Body = "{}" }));
        await page.GotoAsync(Address(studio, story).ToString());
        return page;
    }
}
