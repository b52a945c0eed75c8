using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Tests.Api;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Accounts;
using StoryStudio.Web.Components;
using StoryStudio.Web.Security;
using Xunit;

namespace StoryStudio.Tests.Access;

/// <summary>What is open when somebody's time is over.</summary>
public sealed class EndingTests
{
    private const string Sentence = "a long enough sentence";

    [Fact]
    public async Task LinkThatRunsOut_EndsItsViewersLines_AndNobodyElses()
    {
        var time = new LeapingTime();
        await using var studio = await WebStudio.StartAsync(sketch: true, time: time);
        var story = await studio.CreateStoryAsync(1);
        using var guest = await GuestAsync(studio, story.Id, time.GetUtcNow().AddHours(1));
        using var other = await GuestAsync(studio, story.Id, expiresAt: null);
        using var stream = await StreamAsync(guest, story.Id);
        using var others = await StreamAsync(other, story.Id);
        using var hub = await RawLine.OpenHubAsync(studio.Address, guest);
        Assert.Contains("\"result\"", await hub.InvokeAsync("1", "Watch", story.Id), StringComparison.Ordinal);

        time.Leap(TimeSpan.FromMinutes(59));
        Assert.Equal(HttpStatusCode.OK, (await guest.GetAsync($"/api/stories/{story.Id}/images")).Status);
        Assert.Contains("\"result\"", await hub.InvokeAsync("2", "Watch", story.Id), StringComparison.Ordinal);
        using (time.Stand())
        {
            time.Leap(TimeSpan.FromMinutes(1));

            Assert.Equal("closed", (await stream.NextAsync())!.Name);
            Assert.Null(await stream.NextAsync());
            await hub.EndsAsync();
        }

        (await guest.GetAsync($"/api/stories/{story.Id}/images")).Problem(HttpStatusCode.Gone, "link_expired");
        var page = await guest.GetAsync($"/review/{story.Id}");
        Assert.Equal(HttpStatusCode.Gone, page.Status);
        Assert.DoesNotContain("lighthouse", page.Text, StringComparison.OrdinalIgnoreCase);
        await studio.Library.UpdateAsync(story.Id, new() { Title = "Another title" });
        Assert.NotEqual("closed", (await others.NextAsync())!.Name);
    }

    /// <summary>What a browser keeps of stories that are long gone stands before it.</summary>
    [Fact]
    public async Task LinkThatIsTakenBack_EndsTheLineOfAGuestOfManyStories()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        using var guest = await GuestAsync(studio, story.Id, expiresAt: null);
        using var hub = await RawLine.OpenHubAsync(studio.Address, guest, Enumerable.Range(0, 60).Select(i => $"guest-{i}={i}.{i}"));
        Assert.Contains("\"result\"", await hub.InvokeAsync("1", "Watch", story.Id), StringComparison.Ordinal);
        var sharing = studio.Services.GetRequiredService<ISharing>();

        foreach (var link in await sharing.GetAsync(Actor.Local, story.Id))
        {
            await sharing.RevokeAsync(Actor.Local, link.Id);
        }

        await hub.EndsAsync();
    }

    [Fact]
    public async Task SignOut_EndsEveryTabOfThatBrowser_AndNoOtherBrowser()
    {
        var time = new LeapingTime();
        await using var studio = await WebStudio.StartAsync(sketch: true, time: time);
        var story = await studio.CreateStoryAsync(1);
        using var browser = await OwnerAsync(studio);
        using var elsewhere = await SignedInAsync(studio);

        // The account is looked at anew once a minute and the cookie made anew: it is the same sign-in all the same.
        time.Leap(AccountsSetup.Revalidation + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/stories")).Status);
        using var stream = await StreamAsync(browser, story.Id);
        using var others = await StreamAsync(elsewhere, story.Id);
        using var hub = await RawLine.OpenHubAsync(studio.Address, browser);
        using var circuit = await RawLine.OpenCircuitAsync(studio.Address, browser);
        var copied = browser.Cookies.Single(c => c.Name == "storystudio").Value;

        await browser.SubmitAsync("/people", "sign-out");

        Assert.Equal("closed", (await stream.NextAsync())!.Name);
        await hub.EndsAsync();
        await circuit.EndsAsync();
        using var thief = studio.Client();
        thief.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        thief.DefaultRequestHeaders.Add("Cookie", $"storystudio={copied}");
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.GetAsync("/api/stories")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync("/api/stories")).Status);
        await studio.Library.UpdateAsync(story.Id, new() { Title = "Another title" });
        Assert.NotEqual("closed", (await others.NextAsync())!.Name);
        Assert.Equal(HttpStatusCode.Found, (await browser.SubmitAsync("/sign-in", "sign-in", ("Name", "Ada"), ("Password", Sentence))).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/stories")).Status);
    }

    [Fact]
    public async Task SignOut_HoldsAfterARestart_ForAsLongAsACopyOfTheCookieMightServe()
    {
        var time = new LeapingTime();
        await using var studio = await WebStudio.StartAsync(sketch: true, time: time);
        using (var browser = await OwnerAsync(studio))
        {
            await browser.SubmitAsync("/people", "sign-out");
        }

        var id = Assert.Single(await EndedAsync()).Id;
        var next = await StartAsync();
        Assert.True(next.IsClosed(id));

        time.Leap(AccountsSetup.SignedIn + TimeSpan.FromMinutes(1));
        Assert.False((await StartAsync()).IsClosed(id));
        Assert.Empty(await EndedAsync());

        // As a process does that knows nothing yet.
        async Task<Doors> StartAsync()
        {
            var doors = new Doors();
            await ActivatorUtilities.CreateInstance<AccountsStart>(studio.Services, doors).StartAsync(default);
            return doors;
        }

        async Task<IReadOnlyList<EndedSignIn>> EndedAsync()
        {
            await using var scope = studio.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<AccountsDb>().EndedSignIns.AsNoTracking().ToListAsync();
        }
    }

    [Fact]
    public async Task PasswordThatIsChanged_PutsEveryOtherBrowserOutAtOnce_AndKeepsThisOneIn()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        using var browser = await OwnerAsync(studio);
        using var elsewhere = await SignedInAsync(studio);
        using var stream = await StreamAsync(elsewhere, story.Id);
        using var circuit = await RawLine.OpenCircuitAsync(studio.Address, elsewhere);

        Assert.Equal(HttpStatusCode.OK, (await browser.SubmitAsync("/people", "password", ("Current", Sentence), ("Password", "another long sentence"))).Status);

        Assert.Equal("closed", (await stream.NextAsync())!.Name);
        await circuit.EndsAsync();
        (await elsewhere.GetAsync("/api/stories")).Problem(HttpStatusCode.Unauthorized, "sign_in_required");
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/stories")).Status);
        using var mine = await StreamAsync(browser, story.Id);
    }

    [Theory]
    [InlineData("account")]
    [InlineData("sign-in")]
    public async Task WhatIsOnItsWayOverACircuit_IsNotDone_OnceADoorOfItsAuthorIsClosed(string door)
    {
        var doors = new Doors();
        var author = AuthorPrincipal.Create("account", "Ada", new Claim(AuthorPrincipal.DoorClaim, "sign-in"), new Claim(AuthorPrincipal.DoorClaim, "stamp"));
        var done = 0;
        var guard = new CircuitGuard(new Signed(author), doors).CreateInboundActivityHandler(_ =>
        {
            done++;
            return Task.CompletedTask;
        });

        await guard(null!);
        doors.Close("somebody else's");
        await guard(null!);
        Assert.Equal(2, done);
        doors.Close(door);
        Assert.Equal("sign_in_required", (await Assert.ThrowsAsync<ForbiddenException>(() => guard(null!))).Code);
        Assert.Equal(2, done);
    }

    private static async Task<EventReader> StreamAsync(Visitor visitor, string storyId)
    {
        var stream = await EventReader.OpenAsync(visitor.Http, $"/api/stories/{storyId}/events");
        Assert.Equal("snapshot", (await stream.NextAsync())!.Name);
        return stream;
    }

    private static async Task<Visitor> GuestAsync(WebStudio studio, string storyId, DateTimeOffset? expiresAt)
    {
        var (_, token) = await studio.Services.GetRequiredService<ISharing>().CreateAsync(Actor.Local, storyId, new(StoryRole.Look, ExpiresAt: expiresAt));
        var guest = new Visitor(studio.Address);
        Assert.Equal(HttpStatusCode.Found, (await guest.SubmitAsync($"/s/{token}", "join", ("Name", "Grace"))).Status);
        return guest;
    }

    private static async Task<Visitor> OwnerAsync(WebStudio studio)
    {
        await using var scope = studio.Services.CreateAsyncScope();
        var owner = new Visitor(studio.Address);
        var link = $"/welcome/{await scope.ServiceProvider.GetRequiredService<AccountBook>().InviteAsync()}";
        Assert.Equal(HttpStatusCode.Found, (await owner.SubmitAsync(link, "welcome", ("Name", "Ada"), ("Password", Sentence))).Status);
        return owner;
    }

    private static async Task<Visitor> SignedInAsync(WebStudio studio)
    {
        var visitor = new Visitor(studio.Address);
        Assert.Equal(HttpStatusCode.Found, (await visitor.SubmitAsync("/sign-in", "sign-in", ("Name", "Ada"), ("Password", Sentence))).Status);
        return visitor;
    }

    private sealed class Signed(ClaimsPrincipal user) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(user));
    }
}
