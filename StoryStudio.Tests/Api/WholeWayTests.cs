using System.Net;
using Xunit;

namespace StoryStudio.Tests.Api;

/// <summary>The whole program, as it is started, with the built-in illustrator.</summary>
public sealed class WholeWayTests
{
    [Fact]
    public async Task Story_GoesInAndComesOutIllustrated()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var made = await host.SendAsync(HttpMethod.Post, "/api/stories", """
            { "title": "The fox", "segments": [ { "text": "A fox runs through the snowy forest at night." }, { "text": "An owl looks down from a tree." } ], "illustrate": true }
            """);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var story = made.Json.GetProperty("id").GetString();
        var run = made.Json.GetProperty("run").GetProperty("id").GetString();
        using var stream = await EventReader.OpenAsync(host.Client, $"/api/runs/{run}/events");

        var events = await stream.RestAsync();

        Assert.Equal(("start", "complete"), (events[0].Name, events[^1].Name));
        Assert.Equal("completed", events[^1].Data.GetProperty("status").GetString());
        var done = events.Where(e => e.Name == "progress").Select(e => e.Data).Where(d => d.GetProperty("status").GetString() == "completed").ToList();
        Assert.Equal(6, done.Select(d => d.GetProperty("id").GetString()).Distinct(StringComparer.Ordinal).Count());
        foreach (var url in done.Select(d => d.GetProperty("url").GetString()!))
        {
            var picture = await host.GetAsync(url);
            Assert.Equal((HttpStatusCode.OK, "image/svg+xml"), (picture.Status, picture.MediaType));
            Assert.Contains("<svg", picture.Text, StringComparison.Ordinal);
        }

        var snapshot = await host.GetAsync($"/api/stories/{story}/images");
        Assert.Equal(0, snapshot.Json.GetProperty("pending").GetInt32());
        Assert.Equal("completed", snapshot.Json.GetProperty("run").GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.NotModified, (await host.GetAsync($"/api/stories/{story}/images", ("If-None-Match", snapshot.Header("ETag")))).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await host.GetAsync($"/api/runs/{run}/events", ("Last-Event-ID", events[^1].Id))).Status);

        var nothing = await host.SendAsync(HttpMethod.Post, $"/api/stories/{story}/runs");
        Assert.Equal((HttpStatusCode.Accepted, 0), (nothing.Status, nothing.Json.GetProperty("total").GetInt32()));
        Assert.Equal("completed", (await host.GetAsync(nothing.Json.GetProperty("statusUrl").GetString()!)).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Picture_IsMadeAnewAndTheOldOneChosenAgain()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var made = await host.SendAsync(HttpMethod.Post, "/api/stories", """{ "title": "The fox", "text": "A fox runs through the forest.", "styles": ["clear"], "illustrate": true }""");
        var story = made.Json.GetProperty("id").GetString();
        using (var run = await EventReader.OpenAsync(host.Client, $"/api/runs/{made.Json.GetProperty("run").GetProperty("id").GetString()}/events"))
        {
            await run.RestAsync();
        }

        var address = $"/api/stories/{story}/segments/1.1/images/clear";
        var image = (await host.GetAsync(address)).Json;
        var id = image.GetProperty("id").GetString();
        Assert.Equal("succeeded", image.GetProperty("attempts")[0].GetProperty("outcome").GetString());
        using var stream = await EventReader.OpenAsync(host.Client, $"/api/stories/{story}/events");
        Assert.Equal("snapshot", (await stream.NextAsync())!.Name);

        Assert.Equal(HttpStatusCode.Accepted, (await host.SendAsync(HttpMethod.Post, $"/api/images/{id}/regenerate", """{ "instruction": "at night" }""")).Status);
        ServerEvent? next;
        do
        {
            next = await stream.NextAsync();
        }
        while (next is not { Name: "image" } || next.Data.GetProperty("chosenVersion").GetInt32() != 2);

        var versions = (await host.GetAsync($"/api/images/{id}/versions")).Json;
        Assert.Equal(2, versions.GetArrayLength());
        Assert.Contains("at night", versions[1].GetProperty("prompt").GetString(), StringComparison.Ordinal);
        var chosen = await host.SendAsync(HttpMethod.Put, $"/api/images/{id}/chosen", """{ "version": 1 }""");
        Assert.Equal((HttpStatusCode.OK, versions[0].GetProperty("url").GetString()), (chosen.Status, chosen.Json.GetProperty("url").GetString()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await host.SendAsync(HttpMethod.Put, $"/api/images/{id}/chosen", """{ "version": 9 }""")).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"/api/stories/{story}")).Status);
        while (await stream.NextAsync() is not null)
        {
            // Until the stream ends with its story.
        }

        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync(address)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync(versions[0].GetProperty("url").GetString()!)).Status);
    }

    [Fact]
    public async Task Program_ThatHasStarted_IsReadyAndSaysWithWhat()
    {
        await using var host = await ApiHost.StartWholeAsync();

        var checks = (await host.GetAsync("/health/ready")).Json.GetProperty("checks");

        Assert.Equal("disk drawing storage", string.Join(' ', checks.EnumerateObject().Select(c => c.Name).Order(StringComparer.Ordinal)));
        Assert.StartsWith("SQLite 3.", checks.GetProperty("storage").GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "title": "", "text": "a" }""", "title")]
    [InlineData("""{ "title": "a", "text": "  " }""", "text")]
    [InlineData("""{ "title": "a" }""", "text")]
    [InlineData("""{ "title": "a", "text": "a", "styles": ["oil"] }""", "styles[0]")]
    [InlineData("""{ "title": "a", "segments": [{ "number": "1.1", "text": "a" }, { "number": "1.1", "text": "b" }] }""", "segments[1].number")]
    [InlineData("""{ "title": "a", "segments": [{ "number": "one", "text": "a" }] }""", "segments[0].number")]
    [InlineData("""{ "title": "a", "segments": [{ "text": "" }] }""", "segments[0].text")]
    public async Task Story_ThatBreaksARule_IsNotMade(string body, string field)
    {
        await using var host = await ApiHost.StartWholeAsync();
        var answer = await host.SendAsync(HttpMethod.Post, "/api/stories", body);

        var errors = answer.Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.True(errors.TryGetProperty(field, out _), errors.GetRawText());
        Assert.Equal(0, (await host.GetAsync("/api/stories")).Json.GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("""{ "styles": ["oil"] }""", "styles[0]")]
    [InlineData("""{ "segments": ["9.9"] }""", "segments[0]")]
    [InlineData("""{ "segments": [1.1] }""", "segments[0]")]
    public async Task Run_ThatBreaksARule_IsNotStarted(string body, string field)
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.SendAsync(HttpMethod.Post, "/api/stories", """{ "title": "a", "text": "A fox." }""")).Json.GetProperty("id").GetString();

        var errors = (await host.SendAsync(HttpMethod.Post, $"/api/stories/{story}/runs", body)).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.True(errors.TryGetProperty(field, out _), errors.GetRawText());
        Assert.Equal("null", (await host.GetAsync($"/api/stories/{story}/images")).Json.GetProperty("run").GetRawText());
    }
}
