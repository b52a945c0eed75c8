using System.Net;
using StoryStudio.Core.Generation;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class RunsApiTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{ "styles": null, "segments": null, "useCharacterConsistency": null, "onlyMissing": null, "priority": "normal" }""")]
    public async Task Run_WithoutWishes_StartsWithTheUsualOnes(string? body)
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync(3, illustrate: false);

        var answer = await host.PostAsync($"/api/stories/{story}/runs", body);

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        var run = answer.Json.GetProperty("runId").GetString();
        Assert.Equal($"/api/runs/{run}", answer.Json.GetProperty("statusUrl").GetString());
        Assert.Equal($"/api/runs/{run}/events", answer.Json.GetProperty("eventsUrl").GetString());
        Assert.Equal($"/api/runs/{run}", answer.Header("Location"));
        Assert.Equal((3, 40), (answer.Json.GetProperty("total").GetInt32(), answer.Json.GetProperty("estimatedSeconds").GetInt32()));
        Assert.Equivalent(new RunRequest(), host.Studio.LastRun);
    }

    [Fact]
    public async Task Run_WithWishes_HandsThemOn()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync(illustrate: false);

        await host.PostAsync($"/api/stories/{story}/runs", """{ "styles": ["clear"], "segments": ["1.2"], "useCharacterConsistency": false, "onlyMissing": false, "priority": "high" }""");

        Assert.Equivalent(new RunRequest { Styles = ["clear"], Segments = ["1.2"], UseCharacterConsistency = false, OnlyMissing = false, Priority = RunPriority.High }, host.Studio.LastRun);
    }

    [Fact]
    public async Task Run_OfNoSegment_MakesNothing_AndSegmentsAreNamedByNumberOrId()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.PostAsync("/api/stories", """{ "title": "Fox", "segments": [{ "text": "One." }, { "text": "Two." }], "styles": ["illustration"] }""")).Json;
        var (id, second) = (story.GetProperty("id").GetString(), story.GetProperty("segments")[1].GetProperty("id").GetString());

        Assert.Equal(0, (await host.PostAsync($"/api/stories/{id}/runs", """{ "segments": [] }""")).Json.GetProperty("total").GetInt32());
        Assert.Equal(1, (await host.PostAsync($"/api/stories/{id}/runs", $$"""{ "segments": ["1.2", "{{second}}"] }""")).Json.GetProperty("total").GetInt32());
        var errors = (await host.PostAsync($"/api/stories/{id}/runs/estimate", """{ "segments": ["1.1", "4.4", "nobody"] }""")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Equal(["segments[1]", "segments[2]"], errors.EnumerateObject().Select(e => e.Name));

        foreach (var path in new[] { "images/illustration", "prompts/illustration" })
        {
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"/api/stories/{id}/segments/{second}/{path}")).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"/api/stories/{id}/prompts/history?segment={second}")).Status);
    }

    [Theory]
    [InlineData("\"whenever\"")]
    [InlineData("7")]
    public async Task Run_WithAPriorityThatThereIsNot_IsRefused(string priority)
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync(illustrate: false);

        var errors = (await host.PostAsync($"/api/stories/{story}/runs", $$"""{ "priority": {{priority}} }""")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.Contains("normal", errors.GetProperty("priority")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhileAnotherIsActive_IsRefusedWithItsId()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, run) = await host.StoryAsync();

        var answer = await host.PostAsync($"/api/stories/{story}/runs");

        answer.Problem(HttpStatusCode.Conflict, "run_active");
        Assert.Equal(run, answer.Json.GetProperty("runId").GetString());
    }

    [Fact]
    public async Task Run_IsGivenWithItsImagesBesideItsOwnFields()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, run) = await host.StoryAsync();
        host.Studio.Move(story, 0, ImageStatus.InProgress, 40);

        var answer = await host.GetAsync($"/api/runs/{run}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("running", answer.Json.GetProperty("status").GetString());
        Assert.False(answer.Json.TryGetProperty("run", out _));
        Assert.Equal(2, answer.Json.GetProperty("styles").GetProperty("illustration").GetProperty("total").GetInt32());
        var images = answer.Json.GetProperty("images");
        Assert.Equal("in_progress pending", string.Join(' ', images.EnumerateArray().Select(i => i.GetProperty("status").GetString())));
        Assert.Equal("null", images[0].GetProperty("nextAttemptAt").GetRawText());
    }

    [Fact]
    public async Task Run_CanBeCancelledAndItsFailuresRetried()
    {
        await using var host = await ApiHost.StartAsync();
        var (_, run) = await host.StoryAsync();

        var cancelled = await host.PostAsync($"/api/runs/{run}/cancel");
        var retried = await host.PostAsync($"/api/runs/{run}/retry-failed");

        Assert.Equal((HttpStatusCode.Accepted, "cancelled"), (cancelled.Status, cancelled.Json.GetProperty("status").GetString()));
        Assert.Equal((HttpStatusCode.Accepted, run), (retried.Status, retried.Json.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("GET", "/api/runs/{0}", "run_not_found")]
    [InlineData("POST", "/api/runs/{0}/cancel", "run_not_found")]
    [InlineData("POST", "/api/runs/{0}/pause", "run_not_found")]
    [InlineData("POST", "/api/runs/{0}/resume", "run_not_found")]
    [InlineData("POST", "/api/runs/{0}/styles/clear/cancel", "run_not_found")]
    [InlineData("POST", "/api/runs/{0}/retry-failed", "run_not_found")]
    [InlineData("GET", "/api/runs/{0}/events", "run_not_found")]
    [InlineData("POST", "/api/stories/{0}/runs", "story_not_found")]
    [InlineData("POST", "/api/stories/{0}/runs/estimate", "story_not_found")]
    [InlineData("GET", "/api/stories/{0}/images", "story_not_found")]
    [InlineData("GET", "/api/stories/{0}/events", "story_not_found")]
    [InlineData("GET", "/api/stories/{0}/segments/1.1/images/clear", "story_not_found")]
    [InlineData("POST", "/api/images/{0}/retry", "image_not_found")]
    [InlineData("POST", "/api/images/{0}/next", "image_not_found")]
    [InlineData("POST", "/api/images/{0}/cancel", "image_not_found")]
    [InlineData("POST", "/api/images/{0}/regenerate", "image_not_found")]
    [InlineData("GET", "/api/images/{0}/versions", "image_not_found")]
    [InlineData("GET", "/media/{0}/v1.png", "picture_not_found")]
    [InlineData("GET", "/media/{0}/preview/7", "picture_not_found")]
    [InlineData("GET", "/media/{0}/vx.png", "not_found")]
    [InlineData("GET", "/api/nothing/{0}", "not_found")]
    [InlineData("PUT", "/api/runs/{0}", "method_not_allowed")]
    public async Task Address_OfNothing_IsAProblemWithItsCode(string method, string path, string code)
    {
        await using var host = await ApiHost.StartWholeAsync();
        var subscribers = host.Changes.Subscribers;
        foreach (var id in new[] { new string('0', 32), "not-an-id", "%F0%9F%A6%8A", "..%2F..%2Fetc%2Fpasswd", "a'%20OR%201=1--", new string('9', 3000) })
        {
            var answer = await host.SendAsync(new HttpMethod(method), string.Format(System.Globalization.CultureInfo.InvariantCulture, path, id));

            answer.Problem(code == "method_not_allowed" ? HttpStatusCode.MethodNotAllowed : HttpStatusCode.NotFound, code);
        }

        Assert.Equal(subscribers, host.Changes.Subscribers);
    }

    [Fact]
    public async Task Method_ThatIsNotTaken_IsAnsweredWithThoseThatAre()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Put, "/api/stories");

        answer.Problem(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        Assert.Contains("POST", answer.Header("Allow"), StringComparison.Ordinal);
    }
}
