using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using StoryStudio.Tests.Api;
using Xunit;

namespace StoryStudio.Tests.Security;

public sealed class SecurityTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:5000")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[::1]:5000")]
    [InlineData("LOCALHOST")]
    public async Task Host_ThatIsKnown_IsAnswered(string name)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/health/live", ("Host", name))).Status);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.nip.io:80")]
    [InlineData("[::2]")]
    public async Task Host_ThatIsNot_IsRefusedAndToldNothing(string name)
    {
        await using var host = await ApiHost.StartAsync(map: MapPage);
        await host.StoryAsync();

        foreach (var path in new[] { "/api/stories", "/page" })
        {
            var answer = await host.GetAsync(path, ("Host", name));
            answer.Problem(HttpStatusCode.BadRequest, "unknown_host");
            Assert.DoesNotContain("Fox", answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "http://localhost:1")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "file://")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Change_ThatAnotherOriginAsksFor_IsRefused(string header, string value)
    {
        await using var host = await ApiHost.StartAsync();
        var (story, run) = await host.StoryAsync();

        foreach (var (method, path) in new[] { (HttpMethod.Delete, $"/api/stories/{story}"), (HttpMethod.Post, $"/api/runs/{run}/cancel"), (HttpMethod.Post, "/anything") })
        {
            (await host.SendAsync(method, path, headers: (header, value))).Problem(HttpStatusCode.Forbidden, "cross_origin");
        }

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"/api/stories/{story}", (header, value))).Status);
        Assert.Equal("running", (await host.GetAsync($"/api/runs/{run}")).Json.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("self", "same-origin")]
    [InlineData("self", null)]
    [InlineData(null, "none")]
    public async Task Change_ThatItsOwnPagesOrAProgramAskFor_IsMade(string? origin, string? site)
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync();
        (string, string)[] headers =
        [
            .. origin is null ? Array.Empty<(string, string)>() : [("Origin", host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority))],
            .. site is null ? Array.Empty<(string, string)>() : [("Sec-Fetch-Site", site)],
        ];

        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"/api/stories/{story}", headers: headers)).Status);
    }

    [Fact]
    public async Task Change_BehindAProxyThatEndsTls_IsMade()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync();

        var answer = await host.SendAsync(HttpMethod.Delete, $"/api/stories/{story}", headers: [("Host", "localhost"), ("Origin", "https://localhost")]);

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
    }

    [Theory]
    [InlineData("http://evil.example", false)]
    [InlineData("self", true)]
    [InlineData(null, true)]
    public async Task WebSocket_IsOpenedForOwnPagesAndProgramsOnly(string? origin, bool opened)
    {
        await using var host = await ApiHost.StartAsync(map: app =>
        {
            app.UseWebSockets();
            app.Map("/socket", async (HttpContext context) =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
            });
        });
        var address = host.Client.BaseAddress!;
        using var client = new ClientWebSocket();
        if (origin is not null)
        {
            client.Options.SetRequestHeader("Origin", origin == "self" ? address.GetLeftPart(UriPartial.Authority) : origin);
        }

        var connect = client.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/socket" }.Uri, CancellationToken.None);

        if (opened)
        {
            await connect;
        }
        else
        {
            Assert.Contains("403", (await Assert.ThrowsAsync<WebSocketException>(() => connect)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task EveryAnswer_CarriesItsHeaders()
    {
        await using var host = await ApiHost.StartAsync(map: MapPage);

        foreach (var path in new[] { "/page", "/nowhere", "/api/stories", "/api/nowhere", "/health/live", "/openapi/v1.json" })
        {
            var answer = await host.GetAsync(path);
            Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
            Assert.Equal("DENY", answer.Header("X-Frame-Options"));
            Assert.Equal("same-origin", answer.Header("Referrer-Policy"));
            Assert.NotEmpty(answer.Header("Permissions-Policy"));
            Assert.Contains("frame-ancestors 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Equal("", answer.Header("Server"));
        }
    }

    [Fact]
    public async Task Page_RunsOnlyItsOwnScripts()
    {
        await using var host = await ApiHost.StartAsync(map: MapPage);

        var policy = (await host.GetAsync("/page")).Header("Content-Security-Policy");

        Assert.Contains("default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'", policy, StringComparison.Ordinal);
        Assert.Contains("object-src 'none'; base-uri 'self'; form-action 'self'", policy, StringComparison.Ordinal);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", (await host.GetAsync("/api/stories")).Header("Content-Security-Policy"));
    }

    private static void MapPage(WebApplication app) => app.MapGet("/page", () => TypedResults.Text("<p>Fox</p>", "text/html"));
}
