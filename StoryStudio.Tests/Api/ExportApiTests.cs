using System.Net;
using System.Text.Json;
using Xunit;

namespace StoryStudio.Tests.Api;

/// <summary>Books over HTTP: made, fetched, imported again, taken away; and the page for paper.</summary>
public sealed class ExportApiTests
{
    [Fact]
    public async Task Book_IsMadeFetchedImportedAgainAndTakenAway()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var made = await host.PostAsync("/api/stories", """{ "title": "Möwe & Co", "segments": [ { "text": "A gull." } ], "styles": ["clear"] }""");
        var story = made.Json.GetProperty("id").GetString();

        (await host.PostAsync($"/api/stories/{story}/exports", """{ "format": "epub" }""")).Problem(HttpStatusCode.Conflict, "pictures_missing");
        (await host.PostAsync($"/api/stories/{story}/exports", """{ "format": "cbz", "allowMissing": true }""")).Problem(HttpStatusCode.Conflict, "no_pictures");
        (await host.PostAsync($"/api/stories/{story}/exports", """{ "format": "docx" }""")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        (await host.PostAsync($"/api/stories/{story}/exports", "{}")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        (await host.GetAsync($"/api/stories/{story}/exports/check?format=7")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        (await host.GetAsync("/api/exports/x")).Problem(HttpStatusCode.NotFound, "export_not_found");
        var check = await host.GetAsync($"/api/stories/{story}/exports/check?format=epub");
        Assert.Equal("not_drawn", check.Json.GetProperty("missing")[0].GetProperty("reason").GetString());

        var lacking = await host.PostAsync($"/api/stories/{story}/exports", """{ "format": "zip" }""");
        lacking.Problem(HttpStatusCode.Conflict, "pictures_missing");
        Assert.Equal("One picture is missing: 1.1 in clear. Say allowMissing to go on without.", lacking.Json.GetProperty("detail").GetString());
        var accepted = await host.PostAsync($"/api/stories/{story}/exports", """{ "format": "zip", "allowMissing": true }""");
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        var address = accepted.Header("Location");
        JsonElement state;
        do
        {
            state = (await host.GetAsync(address)).Json;
        }
        while (state.GetProperty("status").GetString() is "queued" or "running");

        Assert.Equal("completed", state.GetProperty("status").GetString());
        using var file = await host.Client.GetAsync(state.GetProperty("url").GetString());
        Assert.Equal(("application/zip", "attachment"), (file.Content.Headers.ContentType!.MediaType, file.Content.Headers.ContentDisposition!.DispositionType));
        Assert.Equal("Möwe & Co.zip", file.Content.Headers.ContentDisposition.FileNameStar);
        var copy = await ImportApiTests.SendAsync(host, await file.Content.ReadAsByteArrayAsync(), "x.zip");
        Assert.Equal(("archive", "Möwe & Co"), (copy.Json.GetProperty("kind").GetString(), copy.Json.GetProperty("title").GetString()));

        Assert.Equal(1, (await host.GetAsync($"/api/stories/{story}/exports")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, address)).Status);
        (await host.GetAsync(address)).Problem(HttpStatusCode.NotFound, "export_not_found");
    }

    [Fact]
    public async Task PrintPage_ShowsTheBookWithoutAScriptOfItsOwnWords_OrSaysThereIsNone()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.PostAsync("/api/stories", """{ "title": "<script>alert(1)</script>", "segments": [ { "text": "<img src=x onerror=alert(1)>" } ], "styles": ["clear"] }""")).Json.GetProperty("id").GetString();

        var page = await host.GetAsync($"/stories/{story}/print?style=clear");
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.MediaType));
        Assert.DoesNotContain("<script>alert", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", page.Text, StringComparison.Ordinal);
        Assert.Contains("script-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync($"/stories/{story}/print?style=noir")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/stories/x/print")).Status);
    }

    [Fact]
    public async Task PrintPage_HasTheAuthorAndTheLanguageThatWereWished_OrSaysWhatIsWrongWithThem()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.PostAsync("/api/stories", """{ "title": "Owl", "segments": [ { "text": "An owl." } ], "styles": ["clear"] }""")).Json.GetProperty("id").GetString();

        var page = await host.GetAsync($"/stories/{story}/print?author=%20Ada%20%26%20Co%20&language=DE-at");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("<p class=\"author\" dir=\"auto\">Ada &amp; Co</p>", page.Text, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"de-at\"", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"author\"", (await host.GetAsync($"/stories/{story}/print?author=%20&language=")).Text, StringComparison.Ordinal);

        foreach (var (query, sentence) in new[]
        {
            ("language=%3Cscript%3Ealert(1)%3C%2Fscript%3E", "is not a language such as en, de or pt-BR."),
            ("author=Ada%0AHolm", "The author holds a line break"),
            ($"author={new string('a', 121)}", "121"),
        })
        {
            var refused = await host.GetAsync($"/stories/{story}/print?{query}");
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "text/html"), (refused.Status, refused.MediaType));
            Assert.Contains(sentence, refused.Text, StringComparison.Ordinal);
            Assert.Contains($"href=\"/stories/{story}/export\"", refused.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert", refused.Text, StringComparison.Ordinal);
        }
    }
}
