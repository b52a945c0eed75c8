using System.Net;
using System.Net.Http.Headers;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class PicturesApiTests
{
    [Fact]
    public async Task Picture_IsBroughtLockedAndUnlocked()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.PostAsync("/api/stories", """{ "title": "Fox", "segments": [{ "text": "A fox." }], "styles": ["illustration"] }""")).Json.GetProperty("id").GetString();
        var place = $"/api/stories/{story}/segments/1.1/images/illustration/versions";

        var first = await BringAsync(host, $"{place}?lock=true", TestPictures.Webp, "image/webp");
        Assert.Equal(HttpStatusCode.Created, first.Status);
        var image = first.Json.GetProperty("id").GetString();
        Assert.Equal(("uploaded", "upload"), (first.Json.GetProperty("lock").GetProperty("reason").GetString(), first.Json.GetProperty("provider").GetString()));
        Assert.Equal(TestPictures.Webp, await host.Client.GetByteArrayAsync(first.Json.GetProperty("url").GetString()));

        (await BringAsync(host, $"/api/images/{image}/versions", TestPictures.Webp, "image/webp")).Problem(HttpStatusCode.Conflict, "image_locked");
        (await host.PostAsync($"/api/images/{image}/regenerate")).Problem(HttpStatusCode.Conflict, "image_locked");
        Assert.Equal("null", (await host.SendAsync(HttpMethod.Delete, $"/api/images/{image}/lock")).Json.GetProperty("lock").GetRawText());
        Assert.Equal(2, (await BringAsync(host, $"/api/images/{image}/versions", TestPictures.Jpeg, "image/jpeg")).Json.GetProperty("chosenVersion").GetInt32());
        var locked = await host.SendAsync(HttpMethod.Put, $"/api/images/{image}/lock");
        Assert.Equal("author", locked.Json.GetProperty("lock").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Picture_WhoseNextVersionWasCancelled_IsDoneOnceItIsChosen()
    {
        await using var host = await ApiHost.StartWholeAsync(settings: ["Providers:Sketch:Delay=00:05:00"]);
        var story = (await host.PostAsync("/api/stories", """{ "title": "Fox", "segments": [{ "text": "A fox." }], "styles": ["illustration"] }""")).Json.GetProperty("id").GetString();
        var own = (await BringAsync(host, $"/api/stories/{story}/segments/1.1/images/illustration/versions", TestPictures.Webp, "image/webp")).Json;
        var image = own.GetProperty("id").GetString();
        await host.PostAsync($"/api/images/{image}/regenerate");
        (await host.SendAsync(HttpMethod.Put, $"/api/images/{image}/chosen", """{ "version": 1 }""")).Problem(HttpStatusCode.Conflict, "image_active");
        var cancelled = (await host.PostAsync($"/api/images/{image}/cancel")).Json;
        Assert.Equal(("cancelled", own.GetProperty("url").GetString()), (cancelled.GetProperty("status").GetString(), cancelled.GetProperty("url").GetString()));
        using var stream = await EventReader.OpenAsync(host.Client, $"/api/stories/{story}/events");
        Assert.Equal("snapshot", (await stream.NextAsync())!.Name);

        var kept = (await host.SendAsync(HttpMethod.Put, $"/api/images/{image}/chosen", """{ "version": 1 }""")).Json;

        Assert.Equal(("completed", own.GetProperty("url").GetString()), (kept.GetProperty("status").GetString(), kept.GetProperty("url").GetString()));
        ServerEvent? told;
        do
        {
            told = await stream.NextAsync();
        }
        while (told is not { Name: "image" } || told.Data.GetProperty("version").GetInt64() < kept.GetProperty("version").GetInt64());
        Assert.Equal("completed", told.Data.GetProperty("status").GetString());
    }

    [Fact]
    public async Task WhatIsNoPicture_IsRefusedByWhatItIs()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.PostAsync("/api/stories", """{ "title": "Fox", "segments": [{ "text": "A fox." }], "styles": ["illustration"] }""")).Json.GetProperty("id").GetString();
        var place = $"/api/stories/{story}/segments/1.1/images/illustration/versions";

        var errors = (await BringAsync(host, place, TestPictures.Svg, "image/png")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Contains("PNG, JPEG or WebP", errors.GetProperty("picture")[0].GetString(), StringComparison.Ordinal);
        (await BringAsync(host, place, TestPictures.Svg, "image/svg+xml")).Problem(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        (await BringAsync(host, place.Replace("illustration", "oil", StringComparison.Ordinal), TestPictures.Webp, "image/webp")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        (await BringAsync(host, place.Replace("1.1", "7.7", StringComparison.Ordinal), TestPictures.Webp, "image/webp")).Problem(HttpStatusCode.NotFound, "segment_not_found");
        (await BringAsync(host, "/api/images/nobody/versions", TestPictures.Webp, "image/webp")).Problem(HttpStatusCode.NotFound, "image_not_found");
        Assert.Equal(0, (await host.GetAsync($"/api/stories/{story}/images")).Json.GetProperty("images").GetArrayLength());
    }

    [Fact]
    public async Task Redo_OfWhatIsStale_IsEstimatedAndStarted()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var made = (await host.PostAsync("/api/stories", """{ "title": "Fox", "segments": [{ "text": "A fox." }, { "text": "A hen." }], "styles": ["illustration"], "illustrate": true }""")).Json;
        var story = made.GetProperty("id").GetString();
        using (var events = await EventReader.OpenAsync(host.Client, $"/api/runs/{made.GetProperty("run").GetProperty("id").GetString()}/events"))
        {
            while (await events.NextAsync() is not null)
            {
            }
        }

        await host.SendAsync(HttpMethod.Patch, $"/api/stories/{story}/segments/1.2", """{ "text": "A goose." }""");

        var stale = (await host.GetAsync($"/api/stories/{story}/images")).Json.GetProperty("images")[1].GetProperty("stale");
        Assert.Equal(("text_changed", "text_changed"), (stale.GetProperty("code").GetString(), stale.GetProperty("causes")[0].GetString()));
        var estimate = (await host.PostAsync($"/api/stories/{story}/runs/estimate", """{ "onlyStale": true }""")).Json;
        Assert.Equal((1, 0, 1), (estimate.GetProperty("total").GetInt32(), estimate.GetProperty("locked").GetInt32(), estimate.GetProperty("styles").GetProperty("illustration").GetProperty("total").GetInt32()));
        Assert.Equal(1, (await host.PostAsync($"/api/stories/{story}/runs", """{ "onlyStale": true }""")).Json.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Prompts_AreSeenChangedAndTakenBack()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.PostAsync("/api/stories", """{ "title": "Fox", "segments": [{ "text": "A fox." }, { "text": "A hen." }], "styles": ["illustration", "clear"] }""")).Json.GetProperty("id").GetString();

        Assert.Equal(1, (await host.PostAsync($"/api/stories/{story}/prompts", """{ "segments": ["1.2"], "style": "clear", "kind": "add", "text": "It rains." }""")).Json.GetProperty("changed").GetInt32());
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Put, $"/api/stories/{story}/styles/clear/note", """{ "note": "In blue." }""")).Status);
        var prompts = (await host.GetAsync($"/api/stories/{story}/styles/clear/prompts")).Json;
        Assert.Equal(("In blue.", "text", "style"), (prompts.GetProperty("note").GetString(), prompts.GetProperty("items")[0].GetProperty("source").GetString(), prompts.GetProperty("items")[1].GetProperty("source").GetString()));
        var preview = (await host.GetAsync($"/api/stories/{story}/segments/1.2/prompts/clear")).Json;
        Assert.StartsWith("A hen.\nIt rains.", preview.GetProperty("prompt").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("In blue.", preview.GetProperty("prompt").GetString(), StringComparison.Ordinal);

        var change = (await host.GetAsync($"/api/stories/{story}/prompts/history?segment=1.2")).Json.GetProperty("items")[0];
        Assert.Equal("A hen.\nIt rains.", change.GetProperty("after").GetString());
        Assert.Equal(1, (await host.PostAsync($"/api/prompts/changes/{change.GetProperty("id").GetString()}/restore")).Json.GetProperty("changed").GetInt32());
        Assert.Equal("A hen.", (await host.GetAsync($"/api/stories/{story}/styles/clear/prompts")).Json.GetProperty("items")[1].GetProperty("scene").GetString());

        Assert.True((await host.PostAsync($"/api/stories/{story}/prompts", """{ "kind": "add" }""")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed").TryGetProperty("text", out _));
        Assert.True((await host.PostAsync($"/api/stories/{story}/prompts", """{ "kind": "shout", "text": "x" }""")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed").TryGetProperty("kind", out _));
        (await host.GetAsync($"/api/stories/{story}/styles/oil/prompts")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        (await host.PostAsync("/api/prompts/changes/nothing/restore")).Problem(HttpStatusCode.NotFound, "prompt_change_not_found");
        (await host.PostAsync($"/api/stories/{story}/prompts/proposals", """{ "style": "clear" }""")).Problem(HttpStatusCode.Conflict, "chat_not_configured");
        (await host.GetAsync($"/api/stories/{story}/prompts/proposals")).Problem(HttpStatusCode.NotFound, "proposals_not_found");
    }

    [Fact]
    public async Task Prompts_ChangedByAnotherMeanwhile_AreOverwrittenOnlyByWhoeverDoesNotSayWhatTheySaw()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.PostAsync("/api/stories", """{ "title": "Fox", "segments": [{ "text": "A fox." }], "styles": ["illustration", "clear"] }""")).Json.GetProperty("id").GetString();
        var (segment, prompts, note) = ($"/api/stories/{story}/segments/1.1", $"/api/stories/{story}/prompts", $"/api/stories/{story}/styles/clear/note");
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Patch, segment, """{ "prompts": { "clear": "Theirs." }, "promptsBasedOn": { "clear": "A fox." } }""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Put, note, """{ "note": "Theirs.", "basedOn": "" }""")).Status);

        (await host.SendAsync(HttpMethod.Patch, segment, """{ "prompts": { "clear": "Mine." }, "promptsBasedOn": { "clear": "A fox." } }""")).Problem(HttpStatusCode.Conflict, "prompt_changed");
        (await host.SendAsync(HttpMethod.Patch, segment, """{ "prompt": "Mine.", "promptBasedOn": "A hen." }""")).Problem(HttpStatusCode.Conflict, "prompt_changed");
        (await host.PostAsync(prompts, """{ "style": "clear", "kind": "replace", "text": "Mine.", "basedOn": [{ "segment": "1.1", "style": "clear", "scene": "A fox." }] }""")).Problem(HttpStatusCode.Conflict, "prompt_changed");
        (await host.SendAsync(HttpMethod.Put, note, """{ "note": "Mine.", "basedOn": "" }""")).Problem(HttpStatusCode.Conflict, "note_changed");
        Assert.Equal("Theirs.", (await host.GetAsync($"/api/stories/{story}/styles/clear/prompts")).Json.GetProperty("items")[0].GetProperty("scene").GetString());

        var wrong = (await host.PostAsync(prompts, """{ "kind": "reset", "basedOn": [{ "segment": 1 }, null, { "scene": "A fox." }] }""")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Equal("basedOn[0].scene|basedOn[0].segment|basedOn[1]|basedOn[2].segment", string.Join('|', wrong.EnumerateObject().Select(e => e.Name).Where(n => !n.StartsWith("basedOn[1].", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));
        Assert.True((await host.SendAsync(HttpMethod.Patch, segment, """{ "promptsBasedOn": { "oil": "A fox." } }""")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed").TryGetProperty("promptsBasedOn.oil", out _));
        Assert.Equal(1, (await host.PostAsync(prompts, """{ "style": "clear", "kind": "replace", "text": "Mine." }""")).Json.GetProperty("changed").GetInt32());
    }

    private static async Task<Answer> BringAsync(ApiHost host, string path, byte[] bytes, string type)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await Answer.ReadAsync(await host.Client.PostAsync(path, content));
    }
}
