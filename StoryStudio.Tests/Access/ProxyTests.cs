using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Access;
using StoryStudio.Tests.Api;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Accounts;
using StoryStudio.Web.Security;
using Xunit;

namespace StoryStudio.Tests.Access;

/// <summary>Who is believed about where a request comes from, and where the first account's link is found.</summary>
public sealed class ProxyTests
{
    private static readonly Dictionary<string, string?> Trusting = new(StringComparer.Ordinal)
    {
        ["StoryStudio:Access:TrustedProxies:0"] = "127.0.0.1",
        ["AllowedHosts"] = "stories.example.org;localhost;127.0.0.1",
    };

    private static readonly Dictionary<string, string?> None = new(StringComparer.Ordinal);

    [Theory]
    [InlineData("203.0.113.7")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("127.0.0.1, 127.0.0.1")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task RequestThroughATrustedProxy_IsFromElsewhere_WhateverItSays(string forwardedFor)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true, settings: Trusting);
        using var client = studio.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);

        (await Answer.ReadAsync(await client.GetAsync("/api/stories"))).Problem(HttpStatusCode.Unauthorized, "sign_in_required");
    }

    [Theory]
    [InlineData("same-origin", "Referer", "https://stories.example.org/")]
    [InlineData("same-site", "Referer", "https://www.example.org/")]
    [InlineData("same-origin", "Origin", "https://stories.example.org")]
    public async Task RequestThroughAProxyThatAddsNothing_IsFromElsewhere_AndSoIsEveryOtherFromThenOn(string? site, string header, string from)
    {
        using var log = new LogBook();
        await using var studio = await WebStudio.StartAsync(sketch: true, log: log);
        using var client = studio.Client();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/stories")).StatusCode);
        for (var i = 0; i < 2; i++)
        {
            (await AskAsync(client, site, header, from)).Problem(HttpStatusCode.Unauthorized, "sign_in_required");
        }

        (await Answer.ReadAsync(await client.GetAsync("/api/stories"))).Problem(HttpStatusCode.Unauthorized, "sign_in_required");
        Assert.Contains("SignIn", Assert.Single(log.Lines, l => l.Category == typeof(Exposure).FullName).Text, StringComparison.Ordinal);
        using var visitor = new Visitor(studio.Address, fromElsewhere: false);
        Assert.Contains("into its log", Words(await visitor.GetAsync("/sign-in")), StringComparison.Ordinal);
        Assert.Single(Links(log));
    }

    [Theory]
    [InlineData("cross-site", "Referer", "https://evil.example/")]
    [InlineData("cross-site", "Origin", "https://evil.example")]
    [InlineData("none", "Referer", "https://mail.example/")]
    [InlineData("same-origin", "Referer", "http://127.0.0.1:5000/queue")]
    [InlineData("same-site", "Referer", "http://stories.localhost:8080/")]
    [InlineData(null, "Referer", "http://localhost:5000/queue")]
    [InlineData(null, "Referer", "nonsense")]
    [InlineData(null, "Origin", "null")]
    [InlineData(null, "Origin", "http://evil.example")]
    public async Task RequestOfABrowserAtTheMachineItself_ClosesTheStudioToNobody(string? site, string header, string from)
    {
        using var log = new LogBook();
        await using var studio = await WebStudio.StartAsync(sketch: true, log: log);
        using var client = studio.Client();

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, site, header, from)).Status);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/stories")).StatusCode);
        Assert.DoesNotContain(log.Lines, l => l.Category == typeof(Exposure).FullName);
    }

    /// <summary>Browsers open web sockets across origins, and some do not say then that they do.</summary>
    [Fact]
    public async Task ChangeThatAnotherSiteAsksFor_IsRefused_AndClosesTheStudioToNobody()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var client = studio.Client();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(studio.Address) { Scheme = "ws", Path = "/hubs/story" }.Uri, CancellationToken.None));
        using var change = new HttpRequestMessage(HttpMethod.Post, "/api/stories") { Headers = { { "Origin", "https://evil.example" } } };

        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(change)).StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/stories")).StatusCode);
    }

    [Fact]
    public async Task Scheme_IsBelievedOfATrustedProxy_AndOfNobodyElse()
    {
        foreach (var (settings, isBelieved) in new[] { (Trusting, true), (None, false), (new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Access:TrustedProxies:0"] = "10.0.0.0/8" }, false) })
        {
            await using var studio = await WebStudio.StartAsync(sketch: true, settings: settings);
            var story = await studio.CreateStoryAsync(1);
            var (_, token) = await studio.Services.GetRequiredService<ISharing>().CreateAsync(Actor.Local, story.Id, new(StoryRole.Look));
            using var guest = new Visitor(studio.Address);
            guest.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

            var joined = await guest.SubmitAsync($"/s/{token}", "join", ("Name", "Grace"));

            Assert.Equal(HttpStatusCode.Found, joined.Status);
            Assert.Equal(isBelieved, joined.Header("Set-Cookie").Contains("; secure", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task Guesses_AreCountedByWhomATrustedProxyNames_AndByNobodyElsesWord()
    {
        foreach (var (settings, expected) in new[] { (Trusting, HttpStatusCode.NotFound), (None, HttpStatusCode.TooManyRequests) })
        {
            await using var studio = await WebStudio.StartAsync(sketch: true, settings: settings);
            using var client = studio.Client();
            for (var i = 0; i < 130; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"/s/{Token.New()}");
                request.Headers.Add("X-Forwarded-For", $"203.0.113.{i}");
                using var answer = await client.SendAsync(request);
                if (i == 129)
                {
                    Assert.Equal(expected, answer.StatusCode);
                }
            }
        }
    }

    [Fact]
    public async Task SignInPage_AtTheMachineItself_SpeaksOfNoLinkInTheLog_ForThereIsNone()
    {
        using var log = new LogBook();
        await using var studio = await WebStudio.StartAsync(sketch: true, log: log);
        using var here = new Visitor(studio.Address, fromElsewhere: false);

        var page = await here.GetAsync("/sign-in");

        Assert.Contains("Nobody has an account here yet", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("log", Words(page), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("href=\"/people\"", page.Text, StringComparison.Ordinal);
        Assert.Empty(Links(log));
    }

    [Fact]
    public async Task SignInPage_FromElsewhere_SaysThatThereIsALinkInTheLog_WhichIsThereAndServes_AlsoAfterADay()
    {
        using var log = new LogBook();
        var time = new LeapingTime();
        await using var studio = await WebStudio.StartAsync(sketch: true, time: time, log: log, settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["AllowedHosts"] = "stories.example.org;127.0.0.1" });
        using var visitor = new Visitor(studio.Address);
        visitor.Http.DefaultRequestHeaders.Host = "stories.example.org";

        Assert.Contains("into its log", Words(await visitor.GetAsync("/sign-in")), StringComparison.Ordinal);
        await visitor.GetAsync("/sign-in");
        Assert.StartsWith("http://stories.example.org/welcome/", Assert.Single(Links(log)), StringComparison.Ordinal);

        time.Leap(TimeSpan.FromHours(25));
        Assert.Contains("into its log", Words(await visitor.GetAsync("/sign-in")), StringComparison.Ordinal);
        Assert.Equal(2, Links(log).Count);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(new Uri(Links(log)[1]).AbsolutePath)).Status);
    }

    [Fact]
    public async Task OwnersLink_LeadsToTheNameForOthers_AndNeverToOneThatSomebodyMerelySaid()
    {
        using (var log = new LogBook())
        {
            await using var studio = await WebStudio.StartAsync(sketch: true, log: log, settings: Trusting);
            Assert.StartsWith("https://stories.example.org/welcome/", Assert.Single(Links(log)), StringComparison.Ordinal);
        }

        using (var log = new LogBook())
        {
            await using var studio = await WebStudio.StartAsync(sketch: true, log: log, settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["AllowedHosts"] = "*" });
            using var visitor = new Visitor(studio.Address);
            visitor.Http.DefaultRequestHeaders.Host = "evil.example";
            Assert.Contains("into its log", Words(await visitor.GetAsync("/sign-in")), StringComparison.Ordinal);
            Assert.StartsWith(new Uri(studio.Address, "/welcome/").ToString(), Assert.Single(Links(log)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task RequestThatNamesAnotherPageAlone_IsAskedItself_AndNobodyElseIs()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var client = studio.Client();

        (await AskAsync(client, site: null, "Referer", "http://stories.example.org/queue")).Problem(HttpStatusCode.Unauthorized, "sign_in_required");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/stories")).StatusCode);
    }

    private static async Task<Answer> AskAsync(HttpClient client, string? site, string header, string from)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/stories");
        request.Headers.TryAddWithoutValidation(header, from);
        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        return await Answer.ReadAsync(await client.SendAsync(request));
    }

    private static IReadOnlyList<string> Links(LogBook log) =>
        [.. log.Lines.Where(l => l.Category == typeof(AccountsStart).FullName).Select(l => Regex.Match(l.Text, @"\S+/welcome/[A-Za-z0-9_-]{43}")).Where(m => m.Success).Select(m => m.Value)];

    private static string Words(Answer page) => new AngleSharp.Html.Parser.HtmlParser().ParseDocument(page.Text).QuerySelector("main")?.TextContent ?? page.Text;
}
