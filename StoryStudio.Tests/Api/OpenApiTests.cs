using System.Net;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class OpenApiTests
{
    private static readonly string[] Operations =
    [
        "POST /api/stories", "GET /api/stories", "GET /api/stories/{storyId}", "PATCH /api/stories/{storyId}", "DELETE /api/stories/{storyId}",
        "PATCH /api/stories/{storyId}/segments/{number}", "POST /api/stories/{storyId}/runs", "GET /api/runs/{runId}", "GET /api/runs/{runId}/events",
        "POST /api/runs/{runId}/cancel", "POST /api/runs/{runId}/retry-failed", "GET /api/stories/{storyId}/images", "GET /api/stories/{storyId}/events",
        "GET /api/stories/{storyId}/segments/{number}/images/{style}", "POST /api/images/{imageId}/retry", "POST /api/images/{imageId}/regenerate",
        "GET /api/images/{imageId}", "GET /api/images/{imageId}/versions", "PUT /api/images/{imageId}/chosen", "GET /api/stories/{storyId}/comments", "POST /api/stories/{storyId}/comments", "PATCH /api/comments/{commentId}", "DELETE /api/comments/{commentId}",
        "POST /api/comments/{commentId}/resolve", "POST /api/comments/{commentId}/reopen", "POST /api/comments/{commentId}/restore", "GET /api/stories/{storyId}/reviews", "GET /api/stories/{storyId}/reviews/changes", "PUT /api/images/{imageId}/decision", "DELETE /api/images/{imageId}/decision",
        "PUT /api/images/{imageId}/lock", "DELETE /api/images/{imageId}/lock", "POST /api/images/{imageId}/versions", "POST /api/stories/{storyId}/segments/{number}/images/{style}/versions",
        "GET /api/stories/{storyId}/styles/{style}/prompts", "GET /api/stories/{storyId}/segments/{number}/prompts/{style}", "PUT /api/stories/{storyId}/styles/{style}/note", "POST /api/stories/{storyId}/prompts",
        "GET /api/stories/{storyId}/prompts/history", "POST /api/prompts/changes/{changeId}/restore", "POST /api/stories/{storyId}/prompts/proposals", "GET /api/stories/{storyId}/prompts/proposals",
        "POST /api/stories/{storyId}/prompts/proposals/accept", "DELETE /api/stories/{storyId}/prompts/proposals",
        "POST /api/images/{imageId}/wishes/{personId}/take-up", "DELETE /api/images/{imageId}/wishes/{personId}", "GET /api/keys", "POST /api/keys/{keyId}/ready", "GET /api/providers", "GET /api/metrics", "GET /health/live", "GET /health/ready",
    ];

    [Fact]
    public async Task Description_NamesEveryCallWithItsAnswers()
    {
        await using var host = await ApiHost.StartAsync();

        var document = (await host.GetAsync("/openapi/v1.json")).Json;

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var paths = document.GetProperty("paths");
        foreach (var operation in Operations)
        {
            var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
            var described = paths.GetProperty(path).GetProperty(method.ToLowerInvariant());
            Assert.NotEmpty(described.GetProperty("summary").GetString()!);
            Assert.Contains(described.GetProperty("responses").EnumerateObject(), r => r.Name[0] == '2');
            if (path.Contains('{', StringComparison.Ordinal))
            {
                Assert.Equal("application/problem+json", described.GetProperty("responses").GetProperty("404").GetProperty("content").EnumerateObject().Single().Name);
            }
        }

        Assert.All(paths.EnumerateObject(), p => Assert.False(p.Value.TryGetProperty("head", out _)));
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty("scheme").GetString());
        Assert.Equal(["", "bearer"], document.GetProperty("security").EnumerateArray().Select(s => string.Join(' ', s.EnumerateObject().Select(p => p.Name))));
        foreach (var path in new[] { "/api/stories/{storyId}/events", "/api/runs/{runId}/events" })
        {
            Assert.Contains(paths.GetProperty(path).GetProperty("get").GetProperty("parameters").EnumerateArray(), p => (p.GetProperty("name").GetString(), p.GetProperty("in").GetString()) == ("Last-Event-ID", "header"));
        }
    }

    [Fact]
    public async Task Description_ShowsShapesAsTheyAreWritten()
    {
        await using var host = await ApiHost.StartAsync();

        var document = (await host.GetAsync("/openapi/v1.json")).Json;

        var schemas = document.GetProperty("components").GetProperty("schemas");
        var image = schemas.GetProperty("ImageState").GetProperty("properties");
        Assert.Equal("date-time", image.GetProperty("updatedAt").GetProperty("format").GetString());
        Assert.Equal("integer", image.GetProperty("progress").GetProperty("type").GetString());
        Assert.Contains("in_progress", schemas.GetProperty("ImageStatus").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("completed_with_errors", schemas.GetProperty("RunStatus").GetRawText(), StringComparison.Ordinal);
        Assert.True(schemas.GetProperty("RunDetails").GetProperty("properties").TryGetProperty("images", out _));
        Assert.True(schemas.GetProperty("RunDetails").GetProperty("properties").TryGetProperty("estimatedSecondsLeft", out _));
        Assert.True(schemas.GetProperty("ImageDetails").GetProperty("properties").TryGetProperty("attempts", out _));
        var post = document.GetProperty("paths").GetProperty("/api/stories").GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json");
        var story = Resolve(document, post.GetProperty("schema")).GetProperty("properties");
        Assert.True(story.TryGetProperty("illustrate", out _) && story.TryGetProperty("title", out _) && story.TryGetProperty("segments", out _));
        Assert.Equal("string", schemas.GetProperty("ImageDetails").GetProperty("properties").GetProperty("id").GetProperty("type").GetString());
        Assert.Contains(schemas.GetProperty("ImageDetails").GetProperty("required").EnumerateArray(), r => r.GetString() == "version");
        Assert.Contains("priority", Resolve(document, document.GetProperty("paths").GetProperty("/api/stories/{storyId}/runs").GetProperty("post").GetProperty("requestBody")
            .GetProperty("content").GetProperty("application/json").GetProperty("schema")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Browser_IsThereInDevelopmentAndRunsNothingInline()
    {
        await using var host = await ApiHost.StartAsync("Development");

        var page = await host.GetAsync("/openapi/index.html");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("script-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        var scripts = new HtmlParser().ParseDocument(page.Text).Scripts;
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            Assert.Equal("", script.Text.Trim());
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"/openapi/{script.Source}")).Status);
        }
    }

    [Fact]
    public async Task Browser_IsNotThereInProduction()
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/openapi/index.html")).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/openapi/v1.json")).Status);
    }

    private static JsonElement Resolve(JsonElement document, JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference) ? document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]) : schema;
}
