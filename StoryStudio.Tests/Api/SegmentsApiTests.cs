using System.Net;
using System.Text.Json;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class SegmentsApiTests
{
    [Fact]
    public async Task Segments_AreRearrangedAndEveryStepIsUndone()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = await StoryAsync(host);

        var split = await host.PostAsync($"{story}/segments/1.1/split", """{ "offset": 14 }""");
        Assert.Equal(("1.1 split in two", "1.2"), (split.Json.GetProperty("words").GetString(), split.Json.GetProperty("segment").GetProperty("number").GetString()));
        Assert.Equal("The owl flew.|The lamp burned.|Then it was night.", await TextsAsync(host, story));
        var moved = await host.PostAsync($"{story}/segments/1.3/move", """{ "before": "1.1" }""");
        Assert.Equal("1.3 moved to 1.1", moved.Json.GetProperty("words").GetString());
        await host.PostAsync($"{story}/segments/1.2/join");
        await host.PostAsync($"{story}/segments", """{ "text": "A new page.", "after": "1.1", "hardCut": true }""");
        var removed = await host.SendAsync(HttpMethod.Delete, $"{story}/segments/1.1");
        Assert.Equal("A new page.|The owl flew.\n\nThe lamp burned.", await TextsAsync(host, story));
        Assert.Equal(removed.Json.GetProperty("step").GetInt64(), (await host.GetAsync($"{story}/edits")).Json.GetProperty("undo").GetProperty("step").GetInt64());

        var undone = await host.PostAsync($"{story}/undo", $$"""{ "step": {{removed.Json.GetProperty("step").GetInt64()}} }""");
        Assert.Equal(("1.1 deleted", "1.1 deleted"), (undone.Json.GetProperty("words").GetString(), undone.Json.GetProperty("redo").GetProperty("words").GetString()));
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await host.PostAsync($"{story}/undo")).Status);
        }

        Assert.Equal("The owl flew. The lamp burned.|Then it was night.", await TextsAsync(host, story));
        Assert.Equal("1.1 split in two", (await host.PostAsync($"{story}/redo")).Json.GetProperty("words").GetString());
    }

    [Fact]
    public async Task Segment_IsNamedByItsIdAsWell()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = await StoryAsync(host);
        var id = (await host.GetAsync(story)).Json.GetProperty("segments")[1].GetProperty("id").GetString();
        await host.PostAsync($"{story}/segments/{id}/move", """{ "to": 1 }""");

        var answer = await host.SendAsync(HttpMethod.Patch, $"{story}/segments/{id}", """{ "text": "Night fell." }""");

        Assert.Equal(("1.1", "Night fell."), (answer.Json.GetProperty("number").GetString(), answer.Json.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task Edits_ThatCannotBe_AreRefusedAsTheContractHasIt()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = await StoryAsync(host);

        (await host.PostAsync($"{story}/segments/9.9/join")).Problem(HttpStatusCode.NotFound, "segment_not_found");
        (await host.PostAsync($"{story}/segments/0.1/split", """{ "offset": 3 }""")).Problem(HttpStatusCode.NotFound, "segment_not_found");
        (await host.PostAsync("/api/stories/nothing/undo")).Problem(HttpStatusCode.NotFound, "story_not_found");
        (await host.SendAsync(HttpMethod.Delete, "/api/stories/nothing/segments/1.1")).Problem(HttpStatusCode.NotFound, "story_not_found");
        (await host.PostAsync($"{story}/undo")).Problem(HttpStatusCode.Conflict, "nothing_to_undo");
        (await host.PostAsync($"{story}/redo")).Problem(HttpStatusCode.Conflict, "nothing_to_redo");
        (await host.PostAsync($"{story}/segments/1.2/join")).Problem(HttpStatusCode.Conflict, "nothing_to_join");
        (await host.PostAsync($"{story}/segments/1.1/split", "{}")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed").GetProperty("offset");
        (await host.PostAsync($"{story}/segments/1.1/split", """{ "offset": 0 }""")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed").GetProperty("offset");
        (await host.PostAsync($"{story}/segments/1.1/move", "{}")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed").GetProperty("to");
        (await host.PostAsync($"{story}/segments/1.1/move", """{ "to": "first" }""")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed").GetProperty("to");
        (await host.PostAsync($"{story}/segments", """{ "text": "" }""")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed").GetProperty("text");
        (await host.PostAsync($"{story}/segments", "[")).Problem(HttpStatusCode.BadRequest, "malformed_json");
        (await host.PostAsync($"{story}/undo", """{ "step": "last" }""")).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed").GetProperty("step");
        (await host.SendAsync(HttpMethod.Patch, $"{story}/segments/1.1", """{ "text": "Mine.", "basedOn": "Something else." }""")).Problem(HttpStatusCode.Conflict, "segment_changed");
        Assert.Equal("The owl flew. The lamp burned.|Then it was night.", await TextsAsync(host, story));
    }

    private static async Task<string> StoryAsync(ApiHost host)
    {
        var made = await host.PostAsync("/api/stories", """{ "title": "Owl", "segments": [ { "text": "The owl flew. The lamp burned." }, { "text": "Then it was night." } ] }""");
        return $"/api/stories/{made.Json.GetProperty("id").GetString()}";
    }

    private static async Task<string> TextsAsync(ApiHost host, string story) =>
        string.Join('|', (await host.GetAsync(story)).Json.GetProperty("segments").EnumerateArray().Select((JsonElement s) => s.GetProperty("text").GetString()));
}
