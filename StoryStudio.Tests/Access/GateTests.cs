using System.Net;
using System.Text;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Tests.Api;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Accounts;
using StoryStudio.Web.Security;
using Xunit;

namespace StoryStudio.Tests.Access;

/// <summary>Who gets what, on every way in.</summary>
public sealed class GateTests
{
    /// <summary>What whoever comes gets. Nothing is added here without a reason to show it to the whole world.</summary>
    private static readonly HashSet<string> ForAnyone = new(StringComparer.Ordinal)
    {
        "/health/live", "/health/ready", "/error", "/not-found", "/refused", "/s/{Token}", "/sign-in", "/welcome/{Token}",

        // Takes a cookie from whoever asks, and shows nothing.
        "/review/{storyId}/leave",
    };

    /// <summary>What a guest gets of their own story, and nothing of another's. Nothing is added here that shows more than the story to read and to talk about.</summary>
    private static readonly HashSet<string> ForGuests = new(StringComparer.Ordinal)
    {
        "GET /api/stories/{storyId}/images", "GET /api/stories/{storyId}/events",
        "GET /media/{imageId}/v{version:int}.{extension}", "GET /media/characters/{characterId}/v{number:int}.{extension}", "GET /media/{imageId}/preview/{previewId}",
        "GET /api/stories/{storyId}/comments", "POST /api/stories/{storyId}/comments", "PATCH /api/comments/{commentId}", "DELETE /api/comments/{commentId}",
        "POST /api/comments/{commentId}/resolve", "POST /api/comments/{commentId}/reopen", "POST /api/comments/{commentId}/restore",
        "GET /api/stories/{storyId}/reviews", "GET /api/stories/{storyId}/reviews/changes", "PUT /api/images/{imageId}/decision", "DELETE /api/images/{imageId}/decision",
        "GET /stories/{Id}/read/{Number?}", "POST /stories/{Id}/read/{Number?}", "GET /hubs/story", "GET /hubs/story/negotiate",
    };

    private static readonly string[] ForGuestsBelow = ["/review/"];

    [Fact]
    public async Task EveryEndpoint_AdmitsWhomItsRuleNames_AndNobodyElse()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        await using var cast = await Cast.AssembleAsync(studio);
        var walked = 0;
        List<string> faults = [];
        foreach (var endpoint in studio.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var rule = endpoint.Metadata.GetMetadata<IAdmission>();
            if (endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            {
                Assert.IsType<AdmitsAnyoneAttribute>(rule);
                continue;
            }

            var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } named ? named.Where(m => m is not ("HEAD" or "OPTIONS")) : ["GET"];
            var pattern = $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}";
            if (pattern == "/{**path:file}")
            {
                // Development's own, for files that were added since the build: for any other it is not there. It has no rule, so it is for authors.
                Assert.Null(rule);
                continue;
            }

            foreach (var method in methods)
            {
                walked++;
                try
                {
                    await CheckAsync(cast, endpoint, rule, method, pattern);
                }
                catch (Xunit.Sdk.XunitException fault)
                {
                    faults.Add(fault.Message);
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.True(walked > 50, $"{walked} endpoints were found.");
    }

    [Fact]
    public async Task Nobody_FromElsewhere_IsAskedToSignIn_WhateverTheProxySaysOfThem()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        foreach (var header in new[] { "X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via", "X-Real-IP", "CF-Connecting-IP", "X-Original-Host" })
        {
            using var client = studio.Client();
            client.DefaultRequestHeaders.Add(header, header == "Via" ? "1.1 proxy" : "localhost");

            (await Answer.ReadAsync(await client.GetAsync("/api/stories"))).Problem(HttpStatusCode.Unauthorized, "sign_in_required");
        }

        using var old = studio.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/stories") { Version = HttpVersion.Version10 };
        Assert.Equal(HttpStatusCode.Unauthorized, (await old.SendAsync(request)).StatusCode);
        using var direct = studio.Client();
        Assert.Equal(HttpStatusCode.OK, (await direct.GetAsync("/api/stories")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await direct.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Everybody_IsAskedToSignIn_WhereTheServerListensElsewhere_OrIsToldToAsk()
    {
        foreach (var settings in new Dictionary<string, string?>[] { new() { ["StoryStudio:Access:SignIn"] = "always" }, new() { ["urls"] = "http://0.0.0.0:0" } })
        {
            await using var studio = await WebStudio.StartAsync(sketch: true, settings: settings, urls: settings.GetValueOrDefault("urls"));
            using var here = new Visitor(new($"http://localhost:{studio.Address.Port}"), fromElsewhere: false);

            (await here.GetAsync("/api/stories")).Problem(HttpStatusCode.Unauthorized, "sign_in_required");
            var page = await here.GetAsync("/queue?x=1");
            Assert.Equal((HttpStatusCode.Found, "/sign-in?back=%2Fqueue%3Fx%3D1"), (page.Status, page.Header("Location")));
            Assert.Equal(HttpStatusCode.Unauthorized, (await here.SendAsync(HttpMethod.Post, "/hubs/story/negotiate?negotiateVersion=1")).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await here.SendAsync(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1")).Status);
            Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/health/live")).Status);
        }
    }

    [Fact]
    public async Task Link_AsksForANameOnce_AndChangesNothingByBeingLookedAt()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var sharing = studio.Services.GetRequiredService<ISharing>();
        var (_, token) = await sharing.CreateAsync(Actor.Local, story.Id, new(StoryRole.Comment));
        using var visitor = new Visitor(studio.Address);

        var page = await visitor.GetAsync($"/s/{token}");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("The lighthouse", page.Text, StringComparison.Ordinal);
        Assert.Equal(("strict-origin", "no-store"), (page.Header("Referrer-Policy"), page.Header("Cache-Control").Split(',')[0]));
        Assert.DoesNotContain("\"type\":\"server\"", page.Text, StringComparison.Ordinal);
        Assert.Empty(Assert.Single(await sharing.GetAsync(Actor.Local, story.Id)).Guests);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.SubmitAsync($"/s/{token}", "join", ("Name", " "))).Status);
        var joined = await visitor.SubmitAsync($"/s/{token}", "join", ("Name", "Grace <b>Hopper</b>"));

        Assert.Equal((HttpStatusCode.Found, $"/review/{story.Id}"), (joined.Status, new Uri(studio.Address, joined.Header("Location")).AbsolutePath));
        var cookie = joined.Header("Set-Cookie");
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("Grace <b>Hopper</b>", Assert.Single(Assert.Single(await sharing.GetAsync(Actor.Local, story.Id)).Guests).Name);
        Assert.Equal(HttpStatusCode.Found, (await visitor.GetAsync($"/s/{token}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync($"/api/stories/{story.Id}/images")).Status);
    }

    [Fact]
    public async Task Link_ThatIsWrongOrOver_SaysSoAndNothingOfTheStory()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var sharing = studio.Services.GetRequiredService<ISharing>();
        var (link, token) = await sharing.CreateAsync(Actor.Local, story.Id, new(StoryRole.Look));
        await sharing.RevokeAsync(Actor.Local, link.Id);
        using var visitor = new Visitor(studio.Address);

        const string nowhere = "This link leads nowhere";
        foreach (var (path, status, heading) in new[] { ($"/s/{token}", HttpStatusCode.Gone, "This link was taken back"), ($"/s/{Token.New()}", HttpStatusCode.NotFound, nowhere), ("/s/x", HttpStatusCode.NotFound, nowhere), ("/s/%C3%A4'--", HttpStatusCode.NotFound, nowhere) })
        {
            var page = await visitor.GetAsync(path);

            Assert.Equal((status, "text/html"), (page.Status, page.MediaType));
            Assert.DoesNotContain("lighthouse", page.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(story.Id, page.Text, StringComparison.Ordinal);
            Assert.Contains(heading, page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("/queue", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Form_SentThroughALinkThatIsOver_IsAnsweredWithThePage_AndAProgramWithAProblem()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        await using var cast = await Cast.AssembleAsync(studio);
        var address = $"/review/{cast.StoryId}";
        var before = (await studio.Services.GetRequiredService<IReviews>().GetAsync(cast.StoryId)).Version;

        foreach (var (who, status, words) in new[] { (cast.Revoked, HttpStatusCode.Gone, "This link was taken back"), (cast.Stranger, HttpStatusCode.NotFound, "There is no such story") })
        {
            var page = await SendAsync(who, "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
            Assert.Equal((status, "text/html"), (page.Status, page.MediaType));
            Assert.Contains(words, page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("/queue", page.Text, StringComparison.Ordinal);
        }

        Assert.StartsWith("/sign-in?back=", (await SendAsync(cast.Nobody, "text/html")).Header("Location"), StringComparison.Ordinal);
        (await SendAsync(cast.Revoked, "*/*")).Problem(HttpStatusCode.Gone, "link_revoked");
        (await cast.Revoked.SendAsync(HttpMethod.Post, $"/api/stories/{cast.StoryId}/comments", new StringContent("""{ "text": "Half a thought" }""", Encoding.UTF8, "application/json"))).Problem(HttpStatusCode.Gone, "link_revoked");
        Assert.Equal(before, (await studio.Services.GetRequiredService<IReviews>().GetAsync(cast.StoryId)).Version);

        async Task<Answer> SendAsync(Visitor who, string accept)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new FormUrlEncodedContent([new("_handler", "review"), new("do", "say"), new("text", "Half a thought")]),
                Headers = { { "Accept", accept } },
            };
            return await Answer.ReadAsync(await who.Http.SendAsync(request));
        }
    }

    [Theory]
    [InlineData("/", HttpStatusCode.Forbidden)]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    public async Task Guest_WhoWentAstray_IsLedBackToTheirStory_AndNobodyIsShownTheAuthorsWays(string path, HttpStatusCode status)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        await using var cast = await Cast.AssembleAsync(studio);

        var page = await cast.Looker.GetAsync(path);
        Assert.Equal((status, "text/html"), (page.Status, page.MediaType));
        Assert.Contains($"href=\"/review/{cast.StoryId}\"", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/queue", page.Text, StringComparison.Ordinal);

        foreach (var who in new[] { cast.Nobody, cast.Revoked })
        {
            var other = await who.GetAsync("/nowhere");
            Assert.Equal(HttpStatusCode.NotFound, other.Status);
            Assert.Contains("There is nothing at this address", other.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("/review/", other.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("/queue", other.Text, StringComparison.Ordinal);
        }

        Assert.Contains("/queue", (await cast.Author.GetAsync("/nowhere")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", HttpStatusCode.Forbidden)]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    [InlineData("/review/{0}", HttpStatusCode.NotFound)]
    public async Task Guest_OfAStoryThatWasDeleted_IsToldSo_AndLedNowhere(string path, HttpStatusCode status)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        await using var cast = await Cast.AssembleAsync(studio);
        await studio.Library.DeleteAsync(cast.StoryId);

        var page = await cast.Looker.GetAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, cast.StoryId));

        Assert.Equal((status, "text/html"), (page.Status, page.MediaType));
        Assert.DoesNotContain("Back to", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("This page could not be made", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/review/{0}", "gzip")]
    [InlineData("/stories/{0}/read", "gzip")]
    [InlineData("/review/{0}/parts?style=illustration&part=1&p=head", "")]
    [InlineData("/api/stories/{0}/events", "")]
    public async Task Pages_ThatAreOpenedOnABadLine_ComeCompressed_AndNoStreamDoes(string path, string encoding)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        await using var cast = await Cast.AssembleAsync(studio);
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Format(System.Globalization.CultureInfo.InvariantCulture, path, cast.StoryId)) { Headers = { { "Accept-Encoding", "gzip" } } };

        using var answer = await cast.Looker.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(encoding, string.Join(',', answer.Content.Headers.ContentEncoding));
    }

    [Fact]
    public async Task Browser_OfAGuest_KnowsTheLinkForAWhileAfterItsEnd_SoThatItIsToldWhy()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var (_, token) = await studio.Services.GetRequiredService<ISharing>().CreateAsync(Actor.Local, story.Id, new(StoryRole.Look, ExpiresAt: DateTimeOffset.UtcNow.AddHours(1)));
        using var visitor = new Visitor(studio.Address);

        var joined = await visitor.SubmitAsync($"/s/{token}", "join", ("Name", "Grace"));

        var kept = System.Text.RegularExpressions.Regex.Match(joined.Header("Set-Cookie"), "max-age=(?<seconds>\\d+)").Groups["seconds"].Value;
        Assert.InRange(int.Parse(kept, System.Globalization.CultureInfo.InvariantCulture), 30 * 86_400, (30 * 86_400) + 3_600);
    }

    [Fact]
    public async Task Guest_AtAnotherStory_IsToldThatThereIsNone_AndShownNothingOfTheAuthors()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        await using var cast = await Cast.AssembleAsync(studio);

        var page = await cast.Stranger.GetAsync($"/review/{cast.StoryId}");

        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (page.Status, page.MediaType));
        Assert.Contains("There is no such story", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/queue", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SmallerCopy_IsForWhomItsPictureIs()
    {
        await using var studio = await WebStudio.StartAsync(provider: new() { Script = (_, destination, _, token) => ScriptedProvider.DrawLargeAsync(destination, token) });
        await using var cast = await Cast.AssembleAsync(studio);
        var small = $"{cast.Picture}?width=640";

        var (copy, picture) = (await cast.Looker.GetAsync(small), await cast.Looker.GetAsync(cast.Picture));

        Assert.Equal(("image/webp", "image/png"), (copy.MediaType, picture.MediaType));
        Assert.Contains("private", copy.Header("Cache-Control"), StringComparison.Ordinal);
        foreach (var other in new[] { cast.Nobody, cast.Stranger, cast.Revoked })
        {
            var refused = await other.GetAsync(small);
            Assert.True(refused.Status >= HttpStatusCode.BadRequest, cast.NameOf(other));
            Assert.Equal((await other.GetAsync(cast.Picture)).Status, refused.Status);
        }
    }

    [Fact]
    public async Task Revocation_EndsTheEventStreamWithAWord_AndEveryOtherLineAtOnce()
    {
        var time = new LeapingTime();
        await using var studio = await WebStudio.StartAsync(sketch: true, time: time);
        await using var cast = await Cast.AssembleAsync(studio);
        using var stream = await EventReader.OpenAsync(cast.Looker.Http, $"/api/stories/{cast.StoryId}/events");
        Assert.Equal("snapshot", (await stream.NextAsync())!.Name);
        using var other = await EventReader.OpenAsync(cast.Decider.Http, $"/api/stories/{cast.StoryId}/events");
        Assert.Equal("snapshot", (await other.NextAsync())!.Name);
        using var hub = await RawLine.OpenHubAsync(studio.Address, cast.Looker);

        // Within 5 seconds is promised: not one of them passes.
        using (time.Stand())
        {
            await studio.Services.GetRequiredService<ISharing>().RevokeAsync(Actor.Local, cast.LookersLink);

            Assert.Equal("closed", (await stream.NextAsync())!.Name);
            Assert.Null(await stream.NextAsync());
            await hub.EndsAsync();
        }

        (await cast.Looker.GetAsync($"/api/stories/{cast.StoryId}/images")).Problem(HttpStatusCode.Gone, "link_revoked");
        Assert.Equal(HttpStatusCode.Gone, (await cast.Looker.GetAsync(cast.Picture)).Status);
        await studio.Library.UpdateAsync(cast.StoryId, new() { Title = "Another title" });
        Assert.NotEqual("closed", (await other.NextAsync())!.Name);
    }

    [Fact]
    public async Task Hub_LetsAGuestWatchTheirStoryAlone()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        await using var cast = await Cast.AssembleAsync(studio);
        using var hub = await RawLine.OpenHubAsync(studio.Address, cast.Looker);

        Assert.Contains("\"result\"", await hub.InvokeAsync("1", "Watch", cast.StoryId), StringComparison.Ordinal);
        Assert.Contains("There is no such story.", await hub.InvokeAsync("2", "Watch", cast.OtherStoryId), StringComparison.Ordinal);
        Assert.Contains("There is no such story.", await hub.InvokeAsync("3", "Watch", "nothing"), StringComparison.Ordinal);
        Assert.DoesNotContain("\"error\"", await hub.InvokeAsync("4", "Join", cast.StoryId), StringComparison.Ordinal);
        Assert.Contains("There is no such story.", await hub.InvokeAsync("5", "Join", cast.OtherStoryId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_OfWhomNotEverybodyMaySee_AreForNoSharedCache()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        await using var cast = await Cast.AssembleAsync(studio);

        Assert.Contains("private", (await cast.Looker.GetAsync(cast.Picture)).Header("Cache-Control"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await cast.Stranger.GetAsync(cast.Picture)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await cast.Nobody.GetAsync(cast.Picture)).Status);
        using var here = studio.Client();
        Assert.Contains("public", (await here.GetAsync(cast.Picture)).Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guesses_AreSlowedDown()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        using var visitor = new Visitor(studio.Address);

        Answer last = null!;
        for (var i = 0; i < 130; i++)
        {
            last = await visitor.GetAsync($"/s/{Token.New()}");
        }

        Assert.Equal((HttpStatusCode.TooManyRequests, "60"), (last.Status, last.Header("Retry-After")));
    }

    [Fact]
    public async Task Link_AtTheMachineItself_IsTriedOutAsAGuest_AndWhatIsTheAuthorsStaysTheirs()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var (link, token) = await studio.Services.GetRequiredService<ISharing>().CreateAsync(Actor.Local, story.Id, new(StoryRole.Look));
        var comment = await studio.Services.GetRequiredService<IReviews>().SayAsync(Actor.Local, story.Id, new() { Text = "A word" });
        using var author = new Visitor(studio.Address, fromElsewhere: false);
        await author.SubmitAsync($"/s/{token}", "join", ("Name", "Grace"));

        Assert.Equal(HttpStatusCode.OK, (await author.GetAsync($"/api/stories/{story.Id}")).Status);
        await studio.Services.GetRequiredService<ISharing>().RevokeAsync(Actor.Local, link.Id);
        Assert.Equal(HttpStatusCode.OK, (await author.GetAsync($"/api/stories/{story.Id}/images")).Status);
        Assert.Equal(HttpStatusCode.OK, (await author.GetAsync($"/stories/{story.Id}")).Status);
        var over = await author.GetAsync($"/review/{story.Id}");
        Assert.Equal(HttpStatusCode.Gone, over.Status);

        // A page of the reviewers' that still stands open asks as the guest that it is, and not as the author.
        author.Http.DefaultRequestHeaders.Referrer = new(studio.Address, $"/review/{story.Id}?part=2");
        (await author.SendAsync(HttpMethod.Post, $"/api/stories/{story.Id}/comments", new StringContent("""{ "text": "Late" }""", Encoding.UTF8, "application/json"))).Problem(HttpStatusCode.Gone, "link_revoked");
        (await author.GetAsync($"/api/stories/{story.Id}/events?alive&watching")).Problem(HttpStatusCode.Gone, "link_revoked");
        (await author.SendAsync(HttpMethod.Delete, $"/api/comments/{comment.Id}")).Problem(HttpStatusCode.Gone, "link_revoked");
        (await author.SendAsync(HttpMethod.Post, $"/api/comments/{comment.Id}/resolve")).Problem(HttpStatusCode.Gone, "link_revoked");
        author.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        Assert.Equal(HttpStatusCode.OK, (await author.GetAsync($"/stories/{story.Id}/read")).Status);
        author.Http.DefaultRequestHeaders.Accept.Clear();
        author.Http.DefaultRequestHeaders.Referrer = new(studio.Address, $"/stories/{story.Id}");
        Assert.Equal(HttpStatusCode.OK, (await author.GetAsync($"/api/stories/{story.Id}/images")).Status);
        author.Http.DefaultRequestHeaders.Referrer = null;
        Assert.Contains("Go on as the author", over.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await author.SendAsync(HttpMethod.Post, $"/review/{story.Id}/leave")).Status);
        Assert.Equal(HttpStatusCode.OK, (await author.GetAsync($"/review/{story.Id}")).Status);
    }

    [Fact]
    public async Task Author_WhoTriesOutALinkAtTheMachineItself_IsToldSo_AndGoesOnAsTheAuthor()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        var (_, token) = await studio.Services.GetRequiredService<ISharing>().CreateAsync(Actor.Local, story.Id, new(StoryRole.Look));
        using var author = new Visitor(studio.Address, fromElsewhere: false);
        using var guest = new Visitor(studio.Address);
        foreach (var visitor in (Visitor[])[author, guest])
        {
            await visitor.SubmitAsync($"/s/{token}", "join", ("Name", "Grace"));
        }

        Assert.Contains("Go on as the author", (await author.GetAsync($"/review/{story.Id}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Go on as the author", (await guest.GetAsync($"/review/{story.Id}")).Text, StringComparison.Ordinal);
        await author.SendAsync(HttpMethod.Post, $"/review/{story.Id}/leave");
        var page = await author.GetAsync($"/review/{story.Id}");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("Go on as the author", page.Text, StringComparison.Ordinal);
    }

    private static async Task CheckAsync(Cast cast, RouteEndpoint endpoint, IAdmission? rule, string method, string pattern)
    {
        var isPage = endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
        var name = $"{method} {pattern}";
        var path = cast.Fill(pattern);
        if (rule is AdmitsAnyoneAttribute)
        {
            Assert.True(ForAnyone.Contains(pattern), $"{name} is open to the whole world. Shall it be? Then it has its place in this test's list.");
            return;
        }

        if (rule is AdmitsGuestsAttribute guests)
        {
            Assert.True(ForGuests.Contains(name) || Array.Exists(ForGuestsBelow, pattern.StartsWith), $"{name} is open to guests. Shall it be? Then it has its place in this test's list.");
            await SeesAsync(cast.Nobody, isPage && method == "GET" ? HttpStatusCode.Found : HttpStatusCode.Unauthorized);
            if (guests.Of is not StoryOf.Asked)
            {
                await SeesAsync(cast.Stranger, HttpStatusCode.NotFound);
                await SeesAsync(cast.Revoked, HttpStatusCode.Gone);
                foreach (var (guest, role) in new[] { (cast.Looker, StoryRole.Look), (cast.Commenter, StoryRole.Comment), (cast.Decider, StoryRole.Decide) })
                {
                    if (role < guests.Role)
                    {
                        await SeesAsync(guest, HttpStatusCode.Forbidden);
                    }
                    else if (method == "GET")
                    {
                        await SeesAsync(guest, null);
                    }
                }
            }
        }
        else
        {
            Assert.False(ForAnyone.Contains(pattern) || ForGuests.Contains(name), $"{name} was open, and is for authors now.");
            await SeesAsync(cast.Nobody, isPage && method == "GET" ? HttpStatusCode.Found : HttpStatusCode.Unauthorized);
            await SeesAsync(cast.Revoked, isPage && method == "GET" ? HttpStatusCode.Found : HttpStatusCode.Unauthorized);
            foreach (var guest in new[] { cast.Looker, cast.Commenter, cast.Decider, cast.Stranger })
            {
                await SeesAsync(guest, HttpStatusCode.Forbidden);
            }
        }

        if (method == "GET")
        {
            await SeesAsync(cast.Author, null);
        }

        async Task SeesAsync(Visitor who, HttpStatusCode? expected)
        {
            using var request = new HttpRequestMessage(new(method), path);
            using var answer = await who.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            var status = answer.StatusCode;
            Assert.True(
                expected is { } told ? status == told : status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.Gone or HttpStatusCode.InternalServerError),
                $"{name} answers {cast.NameOf(who)} with {(int)status}{(expected is { } e ? $" instead of {(int)e}" : "")}.");
            if (expected is HttpStatusCode.Found)
            {
                Assert.StartsWith("/sign-in?back=", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Everybody who may come, and a story with something of everything in it.</summary>
    private sealed class Cast : IAsyncDisposable
    {
        private Dictionary<string, string> _values = null!;
        private Dictionary<Visitor, string> _names = null!;

        public required string StoryId { get; init; }

        public required string OtherStoryId { get; init; }

        public required string LookersLink { get; init; }

        public required string Picture { get; init; }

        public required Visitor Nobody { get; init; }

        public required Visitor Looker { get; init; }

        public required Visitor Commenter { get; init; }

        public required Visitor Decider { get; init; }

        public required Visitor Stranger { get; init; }

        public required Visitor Revoked { get; init; }

        public required Visitor Author { get; init; }

        public static async Task<Cast> AssembleAsync(WebStudio studio)
        {
            var sharing = studio.Services.GetRequiredService<ISharing>();
            var story = await studio.CreateStoryAsync(1);
            var other = await studio.CreateStoryAsync(1);
            var run = await studio.Illustrator.StartAsync(story.Id, new());
            await studio.UntilFinishedAsync(story.Id);
            var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];
            var character = await studio.Services.GetRequiredService<ICast>().AddAsync(story.Id, "Owl", "grey");
            var (looker, link) = await GuestAsync(story.Id, StoryRole.Look);
            var (commenter, _) = await GuestAsync(story.Id, StoryRole.Comment);
            var (decider, _) = await GuestAsync(story.Id, StoryRole.Decide);
            var (stranger, _) = await GuestAsync(other.Id, StoryRole.Decide);
            var (revoked, closed) = await GuestAsync(story.Id, StoryRole.Decide);
            await sharing.RevokeAsync(Actor.Local, closed);

            using var owner = new Visitor(studio.Address);
            await using var scope = studio.Services.CreateAsyncScope();
            var invitation = await scope.ServiceProvider.GetRequiredService<AccountBook>().InviteAsync();
            await owner.SubmitAsync($"/welcome/{invitation}", "welcome", ("Name", "Ada"), ("Password", "a long enough sentence"));
            var account = Assert.Single(await scope.ServiceProvider.GetRequiredService<AccountBook>().GetAsync());
            var token = await scope.ServiceProvider.GetRequiredService<AccountBook>().CreateTokenAsync(account.Id, "A test");

            var cast = new Cast
            {
                StoryId = story.Id, OtherStoryId = other.Id, LookersLink = link, Picture = image.Url!,
                Nobody = new(studio.Address), Looker = looker, Commenter = commenter, Decider = decider, Stranger = stranger, Revoked = revoked,
                Author = new(studio.Address, token: token),
            };
            cast._names = new()
            {
                [cast.Nobody] = "nobody", [looker] = "a guest who looks", [commenter] = "a guest who comments", [decider] = "a guest who decides",
                [stranger] = "a guest of another story", [revoked] = "a guest whose link was revoked", [cast.Author] = "an author",
            };
            cast._values = new(StringComparer.OrdinalIgnoreCase)
            {
                ["storyId"] = story.Id, ["id"] = story.Id, ["imageId"] = image.Id, ["runId"] = run.Id, ["characterId"] = character.Id, ["linkId"] = link,
                ["number"] = "1", ["version"] = "1", ["extension"] = "svg", ["style"] = "illustration", ["path"] = "x.txt",
            };
            return cast;

            async Task<(Visitor Guest, string LinkId)> GuestAsync(string storyId, StoryRole role)
            {
                var (made, secret) = await sharing.CreateAsync(Actor.Local, storyId, new(role));
                var guest = new Visitor(studio.Address);
                Assert.Equal(HttpStatusCode.Found, (await guest.SubmitAsync($"/s/{secret}", "join", ("Name", $"Guest {role}"))).Status);
                return (guest, made.Id);
            }
        }

        public string NameOf(Visitor who) => _names[who];

        /// <summary>The address with this story's things in it.</summary>
        public string Fill(string pattern) => System.Text.RegularExpressions.Regex.Replace(
            pattern, @"\{\*{0,2}(?<name>\w+)[^}]*\}", m => _values.GetValueOrDefault(m.Groups["name"].Value, "x"));

        public ValueTask DisposeAsync()
        {
            foreach (var visitor in _names.Keys)
            {
                visitor.Dispose();
            }

            return ValueTask.CompletedTask;
        }
    }
}
