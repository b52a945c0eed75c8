using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed partial class MalformedInputTests
{
    [Theory]
    [InlineData("", "empty")]
    [InlineData("{", "line 1")]
    [InlineData("{\n  \"title\": oops }", "line 2, at byte 12")]
    [InlineData("{} {}", "line 1")]
    [InlineData("{ 'title': 1 }", "line 1")]
    [InlineData("{ \"title\": 01 }", "line 1")]
    [InlineData("// c\n{}", "line 1")]
    [InlineData("{ \"title\": \"a\u0001\" }", "line 1")]
    public async Task Json_ThatIsNone_IsRefusedWithThePlace(string body, string place)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("/api/stories", body);

        answer.Problem(HttpStatusCode.BadRequest, "malformed_json");
        Assert.Contains(place, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_TooDeepOrInAnotherEncoding_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();

        (await host.PostAsync("/api/stories", $$"""{ "title": {{new string('[', 100_000)}}""")).Problem(HttpStatusCode.BadRequest, "malformed_json");
        using var latin = new ByteArrayContent([.. "{\"title\":\""u8, 0xE9, .. "\"}"u8]);
        latin.Headers.ContentType = new("application/json");
        (await Answer.ReadAsync(await host.Client.PostAsync("/api/stories", latin))).Problem(HttpStatusCode.BadRequest, "malformed_json");
    }

    [Fact]
    public async Task Json_OfAWrongShape_IsRefusedWithEveryFieldThatHasOne()
    {
        await using var host = await ApiHost.StartAsync();

        var errors = (await host.PostAsync("/api/stories", """
            { "title": 7, "text": ["a"], "segments": [ { "text": {}, "hardCut": "yes", "prompts": ["a"], "characters": "Ann" }, null, "two", { "number": 1.2, "prompts": { "clear": 5 }, "characters": [1] } ],
              "characters": { "name": "Ann" }, "styles": "clear", "illustrate": "true" }
            """)).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.Equal(
            "characters|illustrate|segments[0].characters|segments[0].hardCut|segments[0].prompts|segments[0].text|segments[1]|segments[2]|segments[3].characters[0]|"
            + "segments[3].number|segments[3].prompts.clear|styles|text|title",
            string.Join('|', errors.EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal)));
        Assert.Equal("segments[0].hardCut must be true or false.", errors.GetProperty("segments[0].hardCut")[0].GetString());
        Assert.Equal("title must be text.", errors.GetProperty("title")[0].GetString());
        Assert.Null(host.Studio.LastStory);
    }

    [Theory]
    [InlineData("[]", "body")]
    [InlineData("null", "body")]
    [InlineData("\"text\"", "body")]
    [InlineData("12", "body")]
    [InlineData("""{ "title": "\ud800" }""", "title")]
    [InlineData("""{ "title": "a", "segments": [{ "prompts": { "\udfff": "x" } }] }""", "segments[0].prompts")]
    [InlineData("""{ "text": "a", "\ud800": 1 }""", "body")]
    [InlineData("""{ "title": "a", "segments": [{ "text": "b", "\ud800": 1 }] }""", "segments[0]")]
    public async Task Json_ThatIsNoObjectOrNoText_IsRefusedByField(string body, string field)
    {
        await using var host = await ApiHost.StartAsync();

        var errors = (await host.PostAsync("/api/stories", body)).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.NotEmpty(errors.GetProperty(field)[0].GetString()!);
    }

    [Fact]
    public async Task Json_WithANameThatIsNoText_IsRefusedByEveryDoor()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.PostAsync("/api/stories", """{ "text": "A fox." }""")).Json.GetProperty("id").GetString();

        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "/api/stories"), (HttpMethod.Patch, $"/api/stories/{story}"), (HttpMethod.Patch, $"/api/stories/{story}/segments/1.1"), (HttpMethod.Post, $"/api/stories/{story}/segments/1.1/move"),
            (HttpMethod.Post, $"/api/stories/{story}/undo"), (HttpMethod.Post, $"/api/stories/{story}/characters"), (HttpMethod.Post, $"/api/stories/{story}/links"), (HttpMethod.Post, $"/api/stories/{story}/exports"),
            (HttpMethod.Post, $"/api/stories/{story}/comments"), (HttpMethod.Post, $"/api/stories/{story}/runs"), (HttpMethod.Put, "/api/drafts/0123456789abcdef0123456789abcdef"),
        })
        {
            var errors = (await host.SendAsync(method, path, """{ "\ud800": 1 }""")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
            Assert.Contains("a name with", errors.GetProperty("body")[0].GetString()!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Time_ThatIsNoText_IsRefusedByField()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.PostAsync("/api/stories", """{ "text": "A fox." }""")).Json.GetProperty("id").GetString();

        var errors = (await host.PostAsync($"/api/stories/{story}/links", """{ "role": "look", "expiresAt": "2026-12-24T\ud800" }""")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.NotEmpty(errors.GetProperty("expiresAt")[0].GetString()!);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("")]
    public async Task Body_ThatIsNotSentAsJson_IsRefused(string mediaType)
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync(illustrate: false);

        foreach (var path in new[] { "/api/stories", $"/api/stories/{story}/runs" })
        {
            (await host.SendAsync(HttpMethod.Post, path, "{}", mediaType)).Problem(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        }
    }

    [Fact]
    public async Task Body_InOtherSpellingsOfJson_IsTaken()
    {
        await using var host = await ApiHost.StartAsync();

        foreach (var type in new[] { "application/json; charset=utf-8", "application/json; charset=\"UTF-8\"", "application/merge-patch+json" })
        {
            Assert.Equal(HttpStatusCode.Created, (await host.SendAsync(HttpMethod.Post, "/api/stories", "\uFEFF{\"title\":\"Ёж 🦊 שועל\"}", type)).Status);
        }

        Assert.Equal("Ёж 🦊 שועל", host.Studio.LastStory!.Title);
    }

    [Fact]
    public async Task Body_ThatIsTooLarge_IsReadToItsEndAndRefused()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync(illustrate: false);

        (await host.PostAsync("/api/stories", new string(' ', (8 * 1024 * 1024) + 1))).Problem(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        (await host.SendAsync(HttpMethod.Patch, $"/api/stories/{story}", new string(' ', (1024 * 1024) + 1))).Problem(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        var large = await host.PostAsync("/api/stories", $$"""{ "title": "Long", "text": "{{new string('a', 5_000_000)}}" }""");
        Assert.Equal(HttpStatusCode.Created, large.Status);
        using var endless = new StreamContent(new MemoryStream(new byte[9 * 1024 * 1024]));
        endless.Headers.ContentType = new("application/json");
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/api/stories") { Content = endless };
        chunked.Headers.TransferEncodingChunked = true;
        (await Answer.ReadAsync(await host.Client.SendAsync(chunked))).Problem(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Fact]
    public async Task Request_HoweverBroken_NeverBreaksTheServer()
    {
        const int seed = 20260301;
        await using var host = await ApiHost.StartWholeAsync();
        var random = new Random(seed);
        var operations = (await host.GetAsync("/openapi/v1.json")).Json.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Where(o => o.Value.ValueKind is JsonValueKind.Object && o.Value.TryGetProperty("responses", out _)).Select(o => (Method: HttpMethod.Parse(o.Name), Path: path.Name)))
            .Append((HttpMethod.Get, "/media/{imageId}/v{version}.{extension}")).Distinct().ToList();
        Assert.True(operations.Count > 80, $"{operations.Count} operations were found.");
        HttpMethod[] methods = [HttpMethod.Post, HttpMethod.Patch, HttpMethod.Put, HttpMethod.Get, HttpMethod.Delete];
        const string sound = """{ "title": "Fox", "text": "Once", "segments": [{ "number": "1.1", "text": "a", "prompts": { "clear": "b" }, "hardCut": true }], "styles": ["clear"], "version": 1, "illustrate": false, "name": "Owl", "names": ["Owl"], "role": "look", "offset": 1, "to": "1.1", "appears": true, "decision": "approved", "priority": "high", "budgetUsd": 1.5, "format": "epub" }""";
        Dictionary<string, string> ids = [];
        var asked = new HashSet<(HttpMethod, string)>();

        for (var i = 0; i < 10_000; i++)
        {
            if (i % 200 == 0)
            {
                // What was deleted on the way is there again.
                ids = await MakeAllAsync(host, draft: $"{i + 1:x32}");
            }

            var bytes = Encoding.UTF8.GetBytes(sound);
            for (var hits = random.Next(1, 5); hits > 0; hits--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var (method, pattern) = operations[random.Next(operations.Count)];
            asked.Add((method, pattern));
            var path = Parameter().Replace(pattern, p => random.Next(4) == 0 ? Junk(random) : ids.GetValueOrDefault(p.Groups["name"].Value, "1")) + (random.Next(4) == 0 ? $"?page={Junk(random)}&pageSize={Junk(random)}" : "") + (random.Next(6) == 0 ? $"/{Junk(random)}" : "");
            using var request = new HttpRequestMessage(random.Next(8) == 0 ? methods[random.Next(methods.Length)] : method, path) { Content = new ByteArrayContent(random.Next(2) == 0 ? bytes : bytes[..random.Next(bytes.Length + 1)]) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", random.Next(5) == 0 ? Junk(random) : "application/json");
            request.Headers.TryAddWithoutValidation("If-None-Match", Junk(random));
            request.Headers.TryAddWithoutValidation("Range", Junk(random));

            using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

            Assert.True((int)response.StatusCode < 500, $"Seed {seed}, request {i}: {(int)response.StatusCode} to {request.Method} {path}");
            if ((int)response.StatusCode >= 400)
            {
                using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
                Assert.NotEmpty(problem.RootElement.GetProperty("code").GetString()!);
            }
        }

        Assert.Equal(operations.Count, asked.Count);
    }

    /// <summary>A story with something of everything in it: the ids by the names that the paths give them.</summary>
    private static async Task<Dictionary<string, string>> MakeAllAsync(ApiHost host, string draft)
    {
        var made = (await host.PostAsync("/api/stories", """{ "title": "Fox", "segments": [{ "text": "An owl met a fox." }, { "text": "The owl flew." }], "characters": [{ "name": "Owl" }], "styles": ["clear"], "illustrate": true }""")).Json;
        var (story, run) = (Text(made, "id"), Text(made.GetProperty("run"), "id"));
        Assert.True((await host.SendAsync(HttpMethod.Put, $"/api/drafts/{draft}", """{ "title": "Draft", "text": "Once" }""")).Status < HttpStatusCode.BadRequest);
        var comment = await host.PostAsync($"/api/stories/{story}/comments", """{ "text": "Well." }""");
        return new(StringComparer.Ordinal)
        {
            ["storyId"] = story,
            ["runId"] = run,
            ["imageId"] = Text((await host.GetAsync($"/api/runs/{run}")).Json.GetProperty("images")[0], "id"),
            ["characterId"] = Text(made.GetProperty("characters")[0], "id"),
            ["commentId"] = Text(comment.Json, "id"),
            ["linkId"] = Text((await host.PostAsync($"/api/stories/{story}/links", """{ "role": "look" }""")).Json.GetProperty("link"), "id"),
            ["exportId"] = Text((await host.PostAsync($"/api/stories/{story}/exports", """{ "format": "epub", "allowMissing": true }""")).Json, "id"),
            ["draftId"] = draft,
            ["number"] = "1.1",
            ["style"] = "clear",
            ["version"] = "1",
            ["extension"] = "svg",
        };

        static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
    }

    [GeneratedRegex(@"\{(?<name>[^}]+)\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Parameter();

    private static string Junk(Random random) => Uri.EscapeDataString(new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(1, 0x500))]));
}
