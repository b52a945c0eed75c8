using System.Net;
using StoryStudio.Core;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class StoriesApiTests
{
    [Fact]
    public async Task NewStory_WithSegments_IsCreatedWithItsLocation()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("/api/stories", """
            { "title": "Fox", "segments": [ { "number": "1.1", "text": "Once", "prompts": { "clear": "ink", "illustration": null }, "hardCut": true, "characters": ["Ann"] }, { "text": "Then" } ],
              "characters": [ { "name": "Ann", "description": "red coat" } ], "styles": ["clear"], "unknown": { "is": "ignored" } }
            """);

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var id = answer.Json.GetProperty("id").GetString();
        Assert.Equal($"/api/stories/{id}", answer.Header("Location"));
        Assert.Equal(2, answer.Json.GetProperty("segments").GetArrayLength());
        Assert.Equal("2026-03-01T12:00:00.000Z", answer.Json.GetProperty("createdAt").GetString());
        Assert.Equal("null", answer.Json.GetProperty("run").GetRawText());
        var made = host.Studio.LastStory!;
        Assert.Equal(["Ann"], made.Segments![0].Characters!);
        Assert.Equal("ink", made.Segments[0].Prompts!["clear"]);
        Assert.True(made.Segments[0].HardCut);
        Assert.Equal("red coat", made.Characters![0].Description);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"/api/stories/{id}")).Status);
    }

    [Fact]
    public async Task NewStory_ToBeIllustrated_GivesItsRunAsWell()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("/api/stories", """{ "title": "Fox", "text": "Once.", "illustrate": true }""");

        Assert.Equal("running", answer.Json.GetProperty("run").GetProperty("status").GetString());
        Assert.Equal("Fox", answer.Json.GetProperty("title").GetString());
    }

    [Fact]
    public async Task NewStory_WhoseRunCannotStart_LeavesNothingBehind()
    {
        await using var host = await ApiHost.StartAsync();
        host.Studio.StartFailure = new IOException("full", 28);

        var answer = await host.PostAsync("/api/stories", """{ "title": "Fox", "text": "Once.", "illustrate": true }""");

        answer.Problem(HttpStatusCode.ServiceUnavailable, "storage_unavailable");
        Assert.Equal(0, (await host.GetAsync("/api/stories")).Json.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Shelf_IsGivenByPages()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await host.StoryAsync(illustrate: i == 0);
        }

        var answer = await host.GetAsync("/api/stories?page=2&pageSize=2");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(1, answer.Json.GetProperty("items").GetArrayLength());
        Assert.Equal((2, 2, 3), (answer.Json.GetProperty("page").GetInt32(), answer.Json.GetProperty("pageSize").GetInt32(), answer.Json.GetProperty("total").GetInt32()));
        var first = (await host.GetAsync("/api/stories")).Json;
        Assert.Equal(20, first.GetProperty("pageSize").GetInt32());
        Assert.Equal("no-store", (await host.GetAsync("/api/stories")).Header("Cache-Control"));
        Assert.Equal(40, first.GetProperty("items")[0].GetProperty("run").GetProperty("estimatedSecondsLeft").GetInt32());
    }

    [Theory]
    [InlineData("page=0", 422, "page")]
    [InlineData("page=-1", 422, "page")]
    [InlineData("pageSize=101", 422, "pageSize")]
    [InlineData("page=99999999999999999999", 422, "page")]
    [InlineData("page=two", 400, "page")]
    [InlineData("page=1&page=2", 400, "page")]
    [InlineData("pageSize=1.5", 400, "pageSize")]
    [InlineData("pageSize=%00", 400, "pageSize")]
    public async Task Shelf_WithAWrongPage_SaysWhichValueIsWrong(string query, int status, string field)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync($"/api/stories?{query}");

        var errors = answer.Problem((HttpStatusCode)status, status == 422 ? "validation_failed" : "malformed_query");
        Assert.Single(errors.GetProperty(field).EnumerateArray());
    }

    [Fact]
    public async Task Story_CanBeChangedAndDeleted()
    {
        await using var host = await ApiHost.StartAsync();
        var (id, _) = await host.StoryAsync(illustrate: false);

        Assert.Equal("Hen", (await host.SendAsync(HttpMethod.Patch, $"/api/stories/{id}", """{ "Title": "Hen" }""")).Json.GetProperty("title").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"/api/stories/{id}")).Status);
        (await host.SendAsync(HttpMethod.Delete, $"/api/stories/{id}")).Problem(HttpStatusCode.NotFound, "story_not_found");
        (await host.GetAsync($"/api/stories/{id}")).Problem(HttpStatusCode.NotFound, "story_not_found");
    }

    [Fact]
    public async Task Segment_TakesTheFieldsThatAreThere()
    {
        await using var host = await ApiHost.StartAsync();
        var (id, _) = await host.StoryAsync(illustrate: false);

        var answer = await host.SendAsync(HttpMethod.Patch, $"/api/stories/{id}/segments/1.2", """{ "prompt": "", "prompts": { "clear": "ink" }, "hardCut": false }""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("1.2", answer.Json.GetProperty("number").GetString());
        var patch = host.Studio.LastPatch!;
        Assert.Equal((null, "", false), (patch.Text, patch.Prompt, patch.HardCut!.Value));
        Assert.Equal("ink", patch.Prompts!["clear"]);
        (await host.SendAsync(HttpMethod.Patch, $"/api/stories/{id}/segments/9.9", "{}")).Problem(HttpStatusCode.NotFound, "segment_not_found");
    }

    [Fact]
    public async Task Head_AnswersLikeGetWithoutABody()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Head, "/api/stories");

        Assert.Equal((HttpStatusCode.OK, ""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Failure_ThatNobodyForesaw_ShowsNothingOfItself()
    {
        await using var host = await ApiHost.StartAsync("Development");
        host.Studio.Failure = new InvalidOperationException("the secret is 42");

        var answer = await host.GetAsync("/api/stories");

        answer.Problem(HttpStatusCode.InternalServerError, "internal_error");
        Assert.DoesNotContain("42 ", answer.Text.Replace(answer.Json.GetProperty("traceId").GetString()!, "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_ThatIsBroken_IsToldByField()
    {
        await using var host = await ApiHost.StartAsync();
        host.Studio.Failure = new InvalidInputException(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["segments[1].number"] = ["1.1 is there twice."], ["title"] = ["Too long."] });

        var errors = (await host.PostAsync("/api/stories", "{}")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.Equal("1.1 is there twice.", errors.GetProperty("segments[1].number")[0].GetString());
        Assert.Equal("Too long.", errors.GetProperty("title")[0].GetString());
    }
}
