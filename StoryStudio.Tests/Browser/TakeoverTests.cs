using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Browser;

/// <summary>A document that is whole, and the circuit that takes it over.</summary>
[Collection(BrowserCollection.Name)]
public sealed class TakeoverTests(BrowserFixture browser)
{
    /// <summary>Looks after every change of the document whether half of what the page said is gone.</summary>
    private const string Watch =
        """
        (() => {
          let most = '';
          window.lost = [];
          new MutationObserver(() => {
            const now = document.querySelector('main')?.textContent.replace(/\s+/g, ' ') ?? '';
            if (now.length < most.length / 2) window.lost.push(`${most.slice(0, 120)} became ${now.slice(0, 120)}`);
            if (now.length > most.length) most = now;
            window.most = most;
          }).observe(document, { subtree: true, childList: true, characterData: true });
        })()
        """;

    [Fact]
    public async Task Pages_GoOnShowingWhatTheyShowed()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(4, "illustration", "clear");
        var cast = studio.Services.GetRequiredService<ICast>();
        await cast.AddAsync(story.Id, "Owl", "A small barn owl with a pale face, who has seen much and says little of it.");
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        await studio.Services.GetRequiredService<IReviews>().SayAsync(Actor.Local, story.Id, new() { Text = "The roof is too red, and the sky a little too blue for a night like this one." });
        var picture = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0].Id;
        var page = await browser.OpenAsync(new(studio.Address, "/"));
        await page.AddInitScriptAsync(Watch);
        string[] pages =
        [
            $"/stories/{story.Id}", $"/stories/{story.Id}/cast", $"/stories/{story.Id}/prompts", $"/stories/{story.Id}/compare", $"/stories/{story.Id}/compare/1.2", $"/stories/{story.Id}/export",
            $"/stories/{story.Id}/comments", $"/stories/{story.Id}/progress", $"/stories/{story.Id}/share", $"/stories/{story.Id}/pictures/{picture}", "/", "/queue", "/activity",
        ];
        foreach (var path in pages)
        {
            await page.GotoAsync(new Uri(studio.Address, path).ToString());
            await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });

            Assert.True((await page.EvaluateAsync<string>("window.most")).Length > 20, $"{path} says nothing.");
            Assert.Equal((path, ""), (path, string.Join('\n', await page.EvaluateAsync<string[]>("window.lost"))));
        }

        Assert.Empty(page.Faults());
    }
}
