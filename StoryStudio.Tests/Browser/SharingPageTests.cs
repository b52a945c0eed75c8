using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Accounts;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>An author shares a story, somebody comes through the link; accounts at the door.</summary>
[Collection(BrowserCollection.Name)]
public sealed class SharingPageTests(BrowserFixture browser)
{
    [Fact]
    public async Task Link_IsMadeShownOnceUsedAndTakenBack()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}"));
        await page.GetByTestId("share-link").ClickAsync();
        await Expect(page.GetByTestId("no-links")).ToBeVisibleAsync();

        await page.GetByLabel("decide").CheckAsync();
        await page.GetByLabel("Whom it is for").FillAsync("The editors");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        var made = page.GetByTestId("made-link");
        await Expect(made.GetByRole(AriaRole.Img, new() { Name = "QR code" })).ToBeVisibleAsync();
        var address = await made.GetByLabel("The link", new() { Exact = true }).InputValueAsync();
        Assert.StartsWith(new Uri(studio.Address, "/s/").ToString(), address, StringComparison.Ordinal);
        await Expect(made.GetByTestId("local-address")).ToContainTextAsync("at this machine only");
        Assert.Empty((await page.RunAxe()).Violations.Select(v => v.Id));
        await made.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(page.GetByTestId("share-page")).Not.ToContainTextAsync(address);

        var guest = await browser.OpenAsync(new(address), width: 390, interactive: false);
        await Expect(guest.GetByRole(AriaRole.Heading, new() { Name = "The lighthouse" })).ToBeVisibleAsync();
        Assert.Empty((await guest.RunAxe()).Violations.Select(v => v.Id));
        await guest.GetByLabel("Your name").FillAsync("Grace");
        await guest.GetByRole(AriaRole.Button, new() { Name = "Open the story" }).ClickAsync();
        await Expect(guest).ToHaveURLAsync(new Regex($"/review/{story.Id}"));

        await page.ReloadAsync();
        var link = page.GetByTestId("link");
        await Expect(link).ToContainTextAsync("Grace");
        await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await link.GetByRole(AriaRole.Button, new() { Name = "Take back The editors" }).ClickAsync();
        await link.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await Expect(link).ToHaveAttributeAsync("data-state", "revoked");
        Assert.Empty((await page.RunAxe()).Violations.Select(v => v.Id));
        Assert.Empty(page.Faults());

        await guest.GotoAsync(address);
        await Expect(guest.GetByRole(AriaRole.Heading, new() { Name = "This link was taken back" })).ToBeVisibleAsync();
        await guest.GotoAsync(new Uri(studio.Address, $"/review/{story.Id}").ToString());
        await Expect(guest.GetByRole(AriaRole.Heading, new() { Name = "This link was taken back" })).ToBeVisibleAsync();
        Assert.Empty((await guest.RunAxe()).Violations.Select(v => v.Id));
    }

    [Fact]
    public async Task Link_TakenBackWhileItsAddressIsShown_IsOfferedNoLonger()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/share"));
        var (made, link) = (page.GetByTestId("made-link"), page.GetByTestId("link"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        await link.GetByRole(AriaRole.Button, new() { Name = "Take back A link to comment" }).ClickAsync();
        await Expect(made).ToBeVisibleAsync();

        await link.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();

        await Expect(link).ToHaveAttributeAsync("data-state", "revoked");
        await Expect(made).ToHaveCountAsync(0);
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Link_MadeAndTakenBackByKeyboard_HasTheFocusWhereOneGoesOn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/share"));
        var (made, link, make) = (page.GetByTestId("made-link"), page.GetByTestId("link"), page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }));
        var (ask, take) = (link.GetByRole(AriaRole.Button, new() { Name = "Take back A link to comment" }), link.GetByRole(AriaRole.Button, new() { Name = "Take it back" }));

        await make.PressAsync("Enter");
        await Expect(made.GetByRole(AriaRole.Heading)).ToBeFocusedAsync();
        await made.GetByRole(AriaRole.Button, new() { Name = "Done" }).PressAsync("Enter");
        await Expect(make).ToBeFocusedAsync();
        await ask.PressAsync("Enter");
        await Expect(take).ToBeFocusedAsync();
        await link.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).PressAsync("Enter");
        await Expect(ask).ToBeFocusedAsync();
        await ask.PressAsync("Enter");
        await Expect(take).ToBeFocusedAsync();
        await take.PressAsync("Enter");
        await Expect(link).ToHaveAttributeAsync("data-state", "revoked");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Links", Exact = true })).ToBeFocusedAsync();
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Author_SignsInAtTheDoor_UntilTheyAreRemoved()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true, settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Access:SignIn"] = "always" });
        var ownersLink = await InviteAsync(studio);
        var owner = await browser.OpenAsync(new(studio.Address, ownersLink), interactive: false);
        Assert.Empty((await owner.RunAxe()).Violations.Select(v => v.Id));
        await MakeAccountAsync(owner, "Ada");
        var author = await browser.OpenAsync(new(studio.Address, await InviteAsync(studio)), interactive: false);
        await MakeAccountAsync(author, "Björn");

        await owner.GetByRole(AriaRole.Link, new() { Name = "People and your account" }).ClickAsync();
        await Expect(owner.GetByTestId("person")).ToHaveCountAsync(2);
        Assert.Empty((await owner.RunAxe()).Violations.Select(v => v.Id));
        await owner.GetByRole(AriaRole.Button, new() { Name = "Invite somebody" }).ClickAsync();
        await owner.GetByTestId("invitation").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(owner.GetByTestId("invitation").GetByRole(AriaRole.Button)).ToHaveTextAsync("Copied");
        Assert.Empty((await owner.RunAxe()).Violations.Select(v => v.Id));
        await owner.GetByText("Remove…").ClickAsync();
        await owner.GetByRole(AriaRole.Button, new() { Name = "Remove Björn" }).ClickAsync();
        await Expect(owner.GetByTestId("person")).ToHaveCountAsync(1);

        // By itself: the page's line was cut.
        await Expect(author).ToHaveURLAsync(new Regex("/sign-in"));
        await Expect(author.GetByLabel("Password")).ToBeVisibleAsync();
        Assert.Empty((await author.RunAxe()).Violations.Select(v => v.Id));
        await author.GetByLabel("Name").FillAsync("Björn");
        await author.GetByLabel("Password").FillAsync("a long enough sentence");
        await author.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(author.GetByRole(AriaRole.Alert)).ToContainTextAsync("do not belong together");
        await author.GetByLabel("Name").FillAsync("Ada");
        await author.GetByLabel("Password").FillAsync("a long enough sentence");
        await author.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await author.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    private static async Task MakeAccountAsync(IPage page, string name)
    {
        await page.GetByLabel("Your name").FillAsync(name);
        await page.GetByLabel("A password").FillAsync("a long enough sentence");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
        await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    private static async Task<string> InviteAsync(WebStudio studio)
    {
        await using var scope = studio.Services.CreateAsyncScope();
        return $"/welcome/{await scope.ServiceProvider.GetRequiredService<AccountBook>().InviteAsync()}";
    }
}
