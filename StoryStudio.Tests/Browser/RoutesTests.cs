using System.Reflection;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>Every page that there is, found by its route: a new one is looked at without anybody thinking of it.</summary>
[Collection(BrowserCollection.Name)]
public sealed partial class RoutesTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 1440)]
    [InlineData(false, 390)]
    [InlineData(true, 390)]
    public async Task Route_WhicheverItIs_HasNoAccessibilityViolation_AndFitsTheWindow(bool dark, int width)
    {
        await using var studio = await WebStudio.StartAsync("Development", sketch: true);
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];
        var faults = new List<string>();
        foreach (var route in Routes())
        {
            var path = Parameter().Replace(route, match => match.Groups["name"].Value.ToUpperInvariant() switch
            {
                "ID" or "STORYID" => story.Id,
                "IMAGEID" => image.Id,
                "NUMBER" => "1.1",
                "TOKEN" => new string('a', 43),
                "DRAFTID" => "nothing",
                var other => match.Groups["optional"].Success ? "" : throw new InvalidOperationException($"{route}: say here what {other} may be."),
            });
            var page = await browser.OpenAsync(new(studio.Address, path), dark, width, interactive: false);
            if (await page.Locator("script[src*='blazor.web']").CountAsync() > 0)
            {
                await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            }

            // One that leads on to another page is looked at where it ends, with the way past its head led there as well.
            string address;
            AxeResult result;
            do
            {
                await page.WaitForFunctionAsync("() => (document.querySelector('.skip') ?? location).pathname === location.pathname");
                address = await page.EvaluateAsync<string>("location.href");
                result = await page.RunAxe();
            }
            while (address != await page.EvaluateAsync<string>("location.href"));

            faults.AddRange(result.Violations.Select(v => $"{path}: {v.Id}, {string.Join(" ", v.Nodes.Select(n => n.Html))}"));
            if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth") is > 0 and var over)
            {
                faults.Add($"{path} is {over} pixels wider than a window of {width}.");
            }

            await page.Context.CloseAsync();
        }

        Assert.Empty(faults);
    }

    [Fact]
    public async Task Tab_IsNamedByItsPage_WhetherThatHasACircuitOrNot()
    {
        await using var studio = await WebStudio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        foreach (var (path, interactive, title) in new[] { ($"/stories/{story.Id}/read", false, "The lighthouse"), ($"/review/{story.Id}", false, "The lighthouse"), ("/nothing", false, "Not on the shelf"), ("/", true, "Library") })
        {
            var page = await browser.OpenAsync(new(studio.Address, path), interactive: interactive);

            await Expect(page).ToHaveTitleAsync($"{title} · StoryStudio");
        }
    }

    private static List<string> Routes() =>
        [.. typeof(StoryStudioHost).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>()).Select(r => r.Template).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\{(?<name>\w+)(:\w+)?(?<optional>\?)?\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Parameter();
}
