using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Reviews;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Accounts;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace StoryStudio.Tests.Browser;

/// <summary>Times stand on the clock of whoever looks, and in UTC, which they say, where no script runs.</summary>
[Collection(BrowserCollection.Name)]
public sealed class TimesTests(BrowserFixture browser)
{
    // Nine hours before UTC the whole year round.
    private const string Zone = "Pacific/Gambier";
    private static readonly TimeSpan Offset = TimeSpan.FromHours(-9);

    [Fact]
    public async Task Queue_SaysWhenByTheClockOfWhoeverLooks_AlsoWhenItSaysSomethingElse()
    {
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Generation:RetryBaseDelay"] = "00:30:00" });
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Transient));
        var story = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Images is [{ Status: ImageStatus.Pending, NextAttemptAt: not null }]);
        var (next, since) = Assert.Single((await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next) is { WaitsFor.Until: { } until } waiting ? (until, waiting.Since) : default;
        var page = await browser.OpenAsync(new(studio.Address, "/queue"), zone: Zone);
        var state = page.GetByTestId("queue-waiting").Locator(".state");

        await Expect(state).ToHaveTextAsync(new Regex($"next attempt at {Clock(next)}, since {Clock(since)}$"));
        await studio.Illustrator.PauseAsync(run.Id);
        await Expect(state).ToHaveTextAsync(new Regex(@"^Waiting for its run to be resumed, since \d\d:\d\d:\d\d$"));
        await Expect(state).ToContainTextAsync(Clock(since));
        await studio.Illustrator.ResumeAsync(run.Id);
        await Expect(state).ToHaveTextAsync(new Regex($"next attempt at {Clock(next)}, since {Clock(since)}$"));

        var plain = await browser.OpenAsync(new(studio.Address, "/queue"), script: false, zone: Zone);
        await Expect(plain.GetByTestId("queue-waiting").Locator(".state")).ToContainTextAsync($"{next.UtcDateTime:HH:mm:ss} UTC");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Activity_NamesTheMomentByTheClockOfWhoeverLooks()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (_, image) = await DrawnAsync(studio);
        var at = (await studio.Services.GetRequiredService<IActivity>().GetHistoryAsync(image.StoryId, image.Id)).Attempts[0].StartedAt;
        var page = await browser.OpenAsync(new(studio.Address, "/activity"), zone: Zone);

        await Expect(page.GetByTestId("attempt").Locator("time")).ToHaveAttributeAsync("title", $"{Moment(at, "HH:mm:ss")}");
        await Expect(page.GetByTestId("attempt").Locator("time")).ToHaveAttributeAsync("datetime", new Regex("Z$"));
        await page.GotoAsync(new Uri(studio.Address, $"/stories/{image.StoryId}/pictures/{image.Id}").ToString());
        await Expect(page.GetByTestId("versions").Locator("[data-times]").First).ToContainTextAsync(at.ToOffset(Offset).ToString("HH:mm", CultureInfo.InvariantCulture));
        await Expect(page.Locator("body")).Not.ToContainTextAsync("UTC");
        Assert.Empty(page.Faults());
    }

    [Theory]
    [InlineData("review")]
    [InlineData("comments")]
    public async Task Comment_WasSaidByTheClockOfWhoeverLooks_AlsoOneThatComesWhileTheyDo(string where)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var (story, image) = await DrawnAsync(studio);
        var reviews = studio.Services.GetRequiredService<IReviews>();
        var first = await reviews.SayAsync(Actor.Local, story, new() { ImageId = image.Id, Text = "Her hat" });
        var page = await browser.OpenAsync(new(studio.Address, where == "review" ? $"/review/{story}" : $"/stories/{story}/comments"), interactive: where != "review", zone: Zone);

        await Expect(page.GetByText(Moment(first.CreatedAt, "HH:mm"))).ToBeVisibleAsync();
        var second = await reviews.SayAsync(Actor.Local, story, new() { ImageId = image.Id, Text = "It is red" });

        await Expect(page.Locator("[data-testid=comment], [data-testid=desk-comment]").Filter(new() { HasText = "It is red" })).ToContainTextAsync(Moment(second.CreatedAt, "HH:mm"));
        await Expect(page.Locator("body")).Not.ToContainTextAsync("UTC");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Link_IsOpenUntilAMomentByTheClockOfWhoeverLooks()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var end = studio.Services.GetRequiredService<TimeProvider>().GetUtcNow().AddDays(7);
        await studio.Services.GetRequiredService<ISharing>().CreateAsync(Actor.Local, story.Id, new(StoryRole.Look, ExpiresAt: end));
        var page = await browser.OpenAsync(new(studio.Address, $"/stories/{story.Id}/share"), zone: Zone);

        await Expect(page.GetByTestId("link")).ToContainTextAsync($"open until {Moment(end, "HH:mm")}.");
        await Expect(page.Locator("body")).Not.ToContainTextAsync("UTC");
        Assert.Empty(page.Faults());
    }

    [Fact]
    public async Task Account_InvitationAndToken_AreFromAMomentByTheClockOfWhoeverLooks()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        await using var scope = studio.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountBook>();
        var page = await browser.OpenAsync(new(studio.Address, $"/welcome/{await accounts.InviteAsync()}"), interactive: false, zone: Zone);
        await page.GetByLabel("Your name").FillAsync("Ada");
        await page.GetByLabel("A password").FillAsync("a long enough sentence");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
        await page.Locator("[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await accounts.InviteAsync();
        var account = Assert.Single(await accounts.GetAsync());
        await accounts.CreateTokenAsync(account.Id, "The press");

        await page.GotoAsync(new Uri(studio.Address, "/people").ToString());

        await Expect(page.GetByTestId("person")).ToContainTextAsync($"since {Moment(account.CreatedAt, "HH:mm")}");
        var invitation = Assert.Single(await accounts.GetInvitationsAsync());
        await Expect(page.GetByTestId("open-invitation")).ToContainTextAsync($"of {Moment(invitation.CreatedAt, "HH:mm")}, until {Moment(invitation.ExpiresAt, "HH:mm")}");
        var token = Assert.Single(await accounts.GetTokensAsync(account.Id));
        await Expect(page.GetByText($"since {Moment(token.CreatedAt, "HH:mm")}").Last).ToBeVisibleAsync();
        await Expect(page.Locator("body")).Not.ToContainTextAsync("UTC");
        Assert.Empty(page.Faults());
    }

    private static string Clock(DateTimeOffset at) => at.ToOffset(Offset).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Moment(DateTimeOffset at, string clock) => at.ToOffset(Offset).ToString($"d MMM yyyy, {clock}", CultureInfo.InvariantCulture);

    private static async Task<(string Story, ImageState Image)> DrawnAsync(WebStudio studio)
    {
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        return (story.Id, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0]);
    }
}
