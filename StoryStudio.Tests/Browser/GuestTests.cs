using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Reviews;
using StoryStudio.Tests.Fakes;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>Somebody with nothing but a link and a phone, from the first look to the end of the link.</summary>
[Collection(BrowserCollection.Name)]
public sealed class GuestTests(BrowserFixture browser)
{
    [Fact]
    public async Task Guest_WatchesCommentsDecidesIsOfflineForAWhile_AndIsToldWhenTheLinkIsTakenBack()
    {
        var gate = new SemaphoreSlim(0);
        await using var studio = await WebStudio.StartAsync();
        studio.Provider.DrawBehind(gate);
        var story = await studio.CreateStoryAsync(2);
        var sharing = studio.Services.GetRequiredService<ISharing>();
        var reviews = studio.Services.GetRequiredService<IReviews>();
        var (link, token) = await sharing.CreateAsync(Actor.Local, story.Id, new(StoryRole.Decide));

        // In by the link, from elsewhere, under a name.
        var page = await browser.OpenAsync(new("about:blank"), width: 390, interactive: false);
        await page.Context.SetExtraHTTPHeadersAsync([new("X-Forwarded-For", "203.0.113.7")]);
        await page.GotoAsync(new Uri(studio.Address, $"/s/{token}").ToString());
        await page.GetByLabel("Your name").FillAsync("Grace");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the story" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/review/{story.Id}"));
        await Expect(page.Locator("[data-state=empty]")).ToHaveCountAsync(2);

        // Pictures arrive.
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await Expect(page.Locator("[data-state=generating], [data-state=waiting]")).ToHaveCountAsync(2);
        gate.Release(2);
        await Expect(page.Locator("[data-state=success] img")).ToHaveCountAsync(2);
        await Expect(page.GetByTestId("review-asked")).ToContainTextAsync("2 pictures wait for your word.");

        // A word at a point, a wish, an approval.
        await page.Locator(".spot").First.ClickAsync(new() { Position = new() { X = 40, Y = 30 } });
        await page.GetByLabel("Your comment").FillAsync("Her hat");
        await page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("comment")).ToContainTextAsync("Her hat");
        await Expect(page.GetByTestId("spot").First).ToHaveTextAsync("1");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ask for changes of picture 1.1" }).ClickAsync();
        await page.GetByLabel("What should be different").FillAsync("A red one");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for changes", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("verdict")).ToHaveTextAsync("You want changes: A red one");
        await page.ArrivedAsync("1.2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve picture 1.2" }).ClickAsync();
        await Expect(page.GetByTestId("verdict").Nth(1)).ToHaveTextAsync("Approved by you");
        var said = await reviews.GetAsync(story.Id);
        Assert.Equal((0, 1, 1), (said.Counts.Open, said.Counts.Approved, said.Counts.ChangesWanted));
        var comment = Assert.Single(said.Comments);
        Assert.Equal(("Grace", false), (comment.Writer.Name, comment.Writer.IsAuthor));
        Assert.NotNull(comment.X);

        // Away, with words half sent, and back.
        await page.Context.SetOfflineAsync(true);
        await page.GetByRole(AriaRole.Link, new() { Name = "Comment on picture 1.2" }).ClickAsync();
        await page.GetByLabel("Your comment").FillAsync("Written in a tunnel");
        await page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).ClickAsync();
        await Expect(page.Locator("[data-slot] [data-error]").First).ToContainTextAsync("What you wrote is kept");
        await reviews.SayAsync(Actor.Local, story.Id, new() { Text = "Said meanwhile" });
        await page.Context.SetOfflineAsync(false);
        await Expect(page.GetByLabel("Your comment")).ToHaveValueAsync("Written in a tunnel");
        await page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Written in a tunnel")).ToBeVisibleAsync();
        await Expect(page.GetByText("Said meanwhile")).ToBeVisibleAsync();
        Assert.Equal(3, (await reviews.GetAsync(story.Id)).Comments.Count);

        // The end of it.
        await Expect(page.Locator("[data-line]")).ToBeHiddenAsync();
        await sharing.RevokeAsync(Actor.Local, link.Id);
        await Expect(page.Locator("[data-line]")).ToContainTextAsync("This link no longer opens the story.");
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This link was taken back" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Her hat")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Reader_WhoseLinkIsTakenBackWhileTheBookIsOpen_IsToldSoAtOnce()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(2);
        var sharing = studio.Services.GetRequiredService<ISharing>();
        var (link, token) = await sharing.CreateAsync(Actor.Local, story.Id, new(StoryRole.Look));
        var page = await browser.OpenAsync(new("about:blank"), width: 390, interactive: false);
        await page.Context.SetExtraHTTPHeadersAsync([new("X-Forwarded-For", "203.0.113.7")]);
        await page.GotoAsync(new Uri(studio.Address, $"/s/{token}").ToString());
        await page.GetByLabel("Your name").FillAsync("Grace");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the story" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/review/{story.Id}"));
        var listening = page.WaitForResponseAsync(new Regex("/events\\?alive&watching$"));
        await page.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}/read").ToString());
        await listening;
        await Expect(page.GetByTestId("reader")).ToBeVisibleAsync();

        await sharing.RevokeAsync(Actor.Local, link.Id);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This link was taken back" })).ToBeVisibleAsync();
        await Expect(page.GetByTestId("reader")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Author_WhoSignsOutInOneTab_StandsAtTheDoorInTheOther()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true, settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Access:SignIn"] = "always" });
        await using var scope = studio.Services.CreateAsyncScope();
        var invitation = await scope.ServiceProvider.GetRequiredService<StoryStudio.Web.Accounts.AccountBook>().InviteAsync();
        var story = await studio.CreateStoryAsync(1);
        var tab = await browser.OpenAsync(new(studio.Address, $"/welcome/{invitation}"), interactive: false);
        await tab.GetByLabel("Your name").FillAsync("Ada");
        await tab.GetByLabel("A password").FillAsync("a long enough sentence");
        await tab.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
        await tab.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await tab.GotoAsync(new Uri(studio.Address, $"/stories/{story.Id}").ToString());
        await tab.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var other = await tab.Context.NewPageAsync();
        await other.GotoAsync(new Uri(studio.Address, "/people").ToString());

        await other.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(tab).ToHaveURLAsync(new Regex($"/sign-in\\?back=.*{story.Id}"));
        await Expect(tab.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        Assert.DoesNotContain("lighthouse", await tab.ContentAsync(), StringComparison.OrdinalIgnoreCase);
    }
}
