using System.Net;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class CharactersApiTests
{
    [Fact]
    public async Task Cast_IsProposedAddedMergedAndCorrected()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.PostAsync("/api/stories", """
            { "title": "The mill", "segments": [ { "text": "One night Thomas ran to the old mill." }, { "text": "There Thomas met Bram, and Tom laughed at Bram." }, { "text": "In the mill sat Tom." } ],
              "characters": [ { "name": "The mill", "kind": "place", "aliases": ["the old mill"] } ], "styles": ["illustration"] }
            """)).Json;
        var id = story.GetProperty("id").GetString();
        Assert.Equal("place", story.GetProperty("characters")[0].GetProperty("kind").GetString());

        var proposals = (await host.GetAsync($"/api/stories/{id}/characters/proposals")).Json.GetProperty("items");
        Assert.Equal(["Bram", "Thomas", "Tom"], proposals.EnumerateArray().Select(p => p.GetProperty("name").GetString()).Order());
        Assert.Equal(HttpStatusCode.NoContent, (await host.PostAsync($"/api/stories/{id}/characters/proposals/dismiss", """{ "names": ["Bram"] }""")).Status);
        Assert.Equal(2, (await host.GetAsync($"/api/stories/{id}/characters/proposals")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await host.PostAsync($"/api/stories/{id}/characters/proposals/restore", """{ "names": ["Bram"] }""")).Status);
        Assert.Equal(3, (await host.GetAsync($"/api/stories/{id}/characters/proposals")).Json.GetProperty("items").GetArrayLength());

        var thomas = (await host.PostAsync($"/api/stories/{id}/characters", """{ "name": "Thomas" }""")).Json.GetProperty("id").GetString();
        var tom = (await host.PostAsync($"/api/stories/{id}/characters", """{ "name": "Tom", "kind": "character", "aliases": ["Tommy"] }""")).Json.GetProperty("id").GetString();
        var one = (await host.PostAsync($"/api/characters/{thomas}/merge", $$"""{ "other": "{{tom}}" }""")).Json;
        Assert.Equal(["Tom", "Tommy"], one.GetProperty("aliases").EnumerateArray().Select(a => a.GetString()));
        Assert.Equal(3, one.GetProperty("segments").GetArrayLength());
        Assert.Equal("Tom", (await host.PostAsync($"/api/characters/{tom}/restore")).Json.GetProperty("name").GetString());
        Assert.Equal(0, (await host.GetAsync($"/api/stories/{id}/characters")).Json.GetProperty("items")[1].GetProperty("aliases").GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"/api/characters/{tom}")).Status);
        var tommy = (await host.PostAsync($"/api/stories/{id}/characters", """{ "name": "Tommy" }""")).Json.GetProperty("id").GetString();
        (await host.PostAsync($"/api/characters/{tom}/restore")).Problem(HttpStatusCode.Conflict, "name_taken");
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"/api/characters/{tommy}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync($"/api/characters/{tom}/restore")).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync($"/api/characters/{thomas}/merge", $$"""{ "other": "{{tom}}" }""")).Status);
        var corrected = (await host.SendAsync(HttpMethod.Put, $"/api/characters/{thomas}/segments/1.3", """{ "appears": false }""")).Json;
        Assert.Equal("1.3", corrected.GetProperty("corrected")[0].GetString());
        Assert.Equal(3, (await host.SendAsync(HttpMethod.Put, $"/api/characters/{thomas}/segments/1.3", """{ "appears": null }""")).Json.GetProperty("segments").GetArrayLength());
    }

    [Theory]
    [InlineData("POST", "/api/stories/{0}/characters", """{ "name": "Per", "kind": "city" }""", "kind")]
    [InlineData("POST", "/api/stories/{0}/characters", """{ "name": "Per", "aliases": "P" }""", "aliases")]
    [InlineData("POST", "/api/stories/{0}/characters", """{ "name": "Per", "aliases": ["Owl"] }""", "aliases[0]")]
    [InlineData("POST", "/api/characters/{1}/merge", "{}", "other")]
    [InlineData("POST", "/api/characters/{1}/merge", """{ "other": "{1}" }""", "other")]
    [InlineData("PUT", "/api/characters/{1}/segments/1.1", "{}", "appears")]
    [InlineData("PUT", "/api/characters/{1}/segments/1.1", """{ "appears": "yes" }""", "appears")]
    [InlineData("POST", "/api/stories/{0}/characters/proposals/dismiss", "{}", "names")]
    [InlineData("POST", "/api/stories/{0}/characters/proposals/dismiss", """{ "names": [" "] }""", "names[0]")]
    [InlineData("POST", "/api/stories/{0}/characters/proposals/restore", """{ "names": [1] }""", "names[0]")]
    public async Task Input_ThatBreaksARule_NamesItsField(string method, string path, string body, string field)
    {
        await using var host = await ApiHost.StartWholeAsync();
        var storyId = (await host.PostAsync("/api/stories", """{ "title": "Fox", "text": "Once." }""")).Json.GetProperty("id").GetString();
        var owl = (await host.PostAsync($"/api/stories/{storyId}/characters", """{ "name": "Owl" }""")).Json.GetProperty("id").GetString();

        var answer = await host.SendAsync(new(method), path.Replace("{0}", storyId, StringComparison.Ordinal).Replace("{1}", owl, StringComparison.Ordinal), body.Replace("{1}", owl, StringComparison.Ordinal));

        Assert.Contains(field, answer.Problem(HttpStatusCode.UnprocessableEntity, "validation_failed").EnumerateObject().Select(e => e.Name));
    }

    [Theory]
    [InlineData("GET", "/api/stories/0/characters/proposals", null)]
    [InlineData("POST", "/api/stories/0/characters/proposals/dismiss", """{ "names": ["Owl"] }""")]
    [InlineData("POST", "/api/characters/0/merge", """{ "other": "0" }""")]
    [InlineData("POST", "/api/characters/0/restore", null)]
    [InlineData("PUT", "/api/characters/0/segments/1.1", """{ "appears": true }""")]
    public async Task Unknown_IsNotFound(string method, string path, string? body)
    {
        await using var host = await ApiHost.StartWholeAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(new(method), path, body)).Status);
    }
}
