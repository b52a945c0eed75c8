using System.Net;
using System.Text.Json;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class ReviewsApiTests
{
    [Fact]
    public async Task Comments_AreSaidEditedSettledAndTakenBack()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var (story, image) = await PictureAsync(host);

        var said = await host.PostAsync($"/api/stories/{story}/comments", $$"""{ "text": "<b>Her</b> hat", "imageId": "{{image}}", "x": 0.5, "y": 0.25, "key": "k" }""");
        Assert.Equal(HttpStatusCode.Created, said.Status);
        var id = said.Json.GetProperty("id").GetString();
        Assert.Equal("<b>Her</b> hat", said.Json.GetProperty("text").GetString());
        Assert.Equal(1, said.Json.GetProperty("pictureVersion").GetInt32());
        Assert.True(said.Json.GetProperty("writer").GetProperty("isAuthor").GetBoolean());

        Assert.Equal("Her hat", (await host.SendAsync(HttpMethod.Patch, $"/api/comments/{id}", """{ "text": "Her hat" }""")).Json.GetProperty("text").GetString());
        (await host.SendAsync(HttpMethod.Patch, $"/api/comments/{id}", """{ "text": "His hat", "basedOn": "<b>Her</b> hat" }""")).Problem(HttpStatusCode.Conflict, "comment_changed");
        Assert.Equal("His hat", (await host.SendAsync(HttpMethod.Patch, $"/api/comments/{id}", """{ "text": "His hat", "basedOn": "Her hat" }""")).Json.GetProperty("text").GetString());
        Assert.Equal("Author", (await host.PostAsync($"/api/comments/{id}/resolve")).Json.GetProperty("resolvedBy").GetString());
        Assert.Null((await host.PostAsync($"/api/comments/{id}/reopen")).Json.GetProperty("resolvedBy").GetString());
        Assert.Equal(1, (await host.GetAsync($"/api/stories/{story}/comments")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"/api/comments/{id}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"/api/comments/{id}")).Status);
        Assert.Equal(0, (await host.GetAsync($"/api/stories/{story}/comments")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal("His hat", (await host.PostAsync($"/api/comments/{id}/restore")).Json.GetProperty("text").GetString());
        Assert.Equal(1, (await host.GetAsync($"/api/stories/{story}/comments")).Json.GetProperty("items").GetArrayLength());
        (await host.PostAsync("/api/comments/00000000000000000000000000000001/restore")).Problem(HttpStatusCode.NotFound, "comment_not_found");
    }

    [Fact]
    public async Task Decision_IsTakenForTheVersionThatIsShownOnly()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var (story, image) = await PictureAsync(host);

        var wanted = await host.SendAsync(HttpMethod.Put, $"/api/images/{image}/decision", """{ "version": 1, "decision": "changes_wanted", "reason": "Closer" }""");
        Assert.Equal("changes_wanted", wanted.Json.GetProperty("status").GetString());
        var list = (await host.GetAsync($"/api/stories/{story}/reviews")).Json;
        Assert.Equal(1, list.GetProperty("counts").GetProperty("changesWanted").GetInt32());
        Assert.Equal("Closer", list.GetProperty("items")[0].GetProperty("decisions")[0].GetProperty("reason").GetString());

        Assert.Equal("open", (await host.SendAsync(HttpMethod.Delete, $"/api/images/{image}/wishes/local?version=1")).Json.GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await host.PostAsync($"/api/images/{image}/wishes/local/take-up")).Status);
        await host.SendAsync(HttpMethod.Put, $"/api/images/{image}/decision", """{ "version": 1, "decision": "changes_wanted", "reason": "Closer" }""");
        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync($"/api/images/{image}/wishes/local/take-up")).Status);
        await UntilAsync(host, story, s => s.GetProperty("pending").GetInt32() == 0);
        (await host.SendAsync(HttpMethod.Put, $"/api/images/{image}/decision", """{ "version": 1, "decision": "approved" }""")).Problem(HttpStatusCode.Conflict, "version_superseded");
        Assert.Equal("approved", (await host.SendAsync(HttpMethod.Put, $"/api/images/{image}/decision", """{ "version": 2, "decision": "approved" }""")).Json.GetProperty("status").GetString());
        Assert.Equal("open", (await host.SendAsync(HttpMethod.Delete, $"/api/images/{image}/decision")).Json.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("""{ "text": 7 }""", 422, "validation_failed")]
    [InlineData("""{ "text": "ok", "x": "left" }""", 422, "validation_failed")]
    [InlineData("""{ "text": "ok", "pictureVersion": 1.5 }""", 422, "validation_failed")]
    [InlineData("""{ "text": "ok", "segmentId": "../../etc" }""", 422, "validation_failed")]
    [InlineData("""{ "text": "ok", "parentId": "x" }""", 422, "validation_failed")]
    [InlineData("""{ "text" """, 400, "malformed_json")]
    [InlineData("[]", 422, "validation_failed")]
    public async Task Comment_OfGarbage_IsRefusedInWords(string body, int status, string code)
    {
        await using var host = await ApiHost.StartWholeAsync();
        var story = (await host.PostAsync("/api/stories", """{ "title": "Fox", "text": "Once." }""")).Json.GetProperty("id").GetString();

        (await host.PostAsync($"/api/stories/{story}/comments", body)).Problem((HttpStatusCode)status, code);
        Assert.Equal(0, (await host.GetAsync($"/api/stories/{story}/comments")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Unknown_IsNotFound()
    {
        await using var host = await ApiHost.StartWholeAsync();

        (await host.GetAsync("/api/stories/none/comments")).Problem(HttpStatusCode.NotFound, "story_not_found");
        (await host.GetAsync("/api/stories/none/reviews")).Problem(HttpStatusCode.NotFound, "story_not_found");
        (await host.SendAsync(HttpMethod.Delete, "/api/comments/0000000000000000000000000000000a")).Problem(HttpStatusCode.NotFound, "comment_not_found");
        (await host.PostAsync("/api/comments/x/resolve")).Problem(HttpStatusCode.NotFound, "comment_not_found");
        (await host.SendAsync(HttpMethod.Put, "/api/images/0000000000000000000000000000000a/decision", "{}")).Problem(HttpStatusCode.NotFound, "image_not_found");
    }

    [Fact]
    public async Task Stream_TellsOfCommentsAndDecisions_AndOfThoseMissedToWhoeverComesBack()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var (story, image) = await PictureAsync(host);
        string last;
        using (var stream = await EventReader.OpenAsync(host.Client, $"/api/stories/{story}/events"))
        {
            Assert.Equal("snapshot", (await stream.NextAsync())!.Name);
            await host.PostAsync($"/api/stories/{story}/comments", """{ "text": "One" }""");
            var said = (await stream.NextAsync())!;
            Assert.Equal(("comment", "One"), (said.Name, said.Data.GetProperty("text").GetString()));
            await host.SendAsync(HttpMethod.Put, $"/api/images/{image}/decision", """{ "version": 1, "decision": "changes_wanted", "reason": "Closer" }""");
            var decided = (await stream.NextAsync())!;
            Assert.Equal(("review", "changes_wanted"), (decided.Name, decided.Data.GetProperty("status").GetString()));
            last = decided.Id;
        }

        var two = (await host.PostAsync($"/api/stories/{story}/comments", """{ "text": "Two" }""")).Json.GetProperty("id").GetString();
        await host.SendAsync(HttpMethod.Delete, $"/api/comments/{two}");
        await host.SendAsync(HttpMethod.Delete, $"/api/images/{image}/decision");

        using var back = await EventReader.OpenAsync(host.Client, $"/api/stories/{story}/events", last);
        var (first, second) = ((await back.NextAsync())!, (await back.NextAsync())!);
        Assert.Equal(("comment", true, ""), (first.Name, first.Data.GetProperty("deleted").GetBoolean(), first.Data.GetProperty("text").GetString()));
        Assert.Equal(("review", "open"), (second.Name, second.Data.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Changes_AreWhatWasSaidAndDecidedSince_AndThePollTargetSaysWhenToAskForThem()
    {
        await using var host = await ApiHost.StartWholeAsync();
        var (story, image) = await PictureAsync(host);
        Assert.Equal(0, (await SnapshotAsync()).Said);
        await host.PostAsync($"/api/stories/{story}/comments", """{ "text": "One" }""");
        var gone = (await host.PostAsync($"/api/stories/{story}/comments", """{ "text": "Two" }""")).Json.GetProperty("id").GetString();
        var start = await ChangesAsync("");
        Assert.Equal(["One", "Two"], start.GetProperty("comments").EnumerateArray().Select(c => c.GetProperty("text").GetString()));
        var since = start.GetProperty("version").GetInt64();
        Assert.Equal((since, since), await SnapshotAsync());

        await host.SendAsync(HttpMethod.Delete, $"/api/comments/{gone}");
        await host.SendAsync(HttpMethod.Put, $"/api/images/{image}/decision", """{ "version": 1, "decision": "approved" }""");
        var next = await ChangesAsync($"?since={since}");
        Assert.Equal((gone, true), next.GetProperty("comments").EnumerateArray().Select(c => (c.GetProperty("id").GetString(), c.GetProperty("deleted").GetBoolean())).Single());
        Assert.Equal("approved", next.GetProperty("reviews").EnumerateArray().Single().GetProperty("status").GetString());
        var decided = (await SnapshotAsync()).Said;
        Assert.True(decided > since);

        // What happens to pictures and words is none of it.
        await host.SendAsync(HttpMethod.Patch, $"/api/stories/{story}", """{ "title": "Vixen" }""");
        var (version, said) = await SnapshotAsync();
        Assert.Equal(decided, said);
        Assert.True(version > decided);
        var last = await ChangesAsync($"?since={next.GetProperty("version").GetInt64()}");
        Assert.Equal((0, 0), (last.GetProperty("comments").GetArrayLength(), last.GetProperty("reviews").GetArrayLength()));

        (await host.GetAsync($"/api/stories/{story}/reviews/changes?since=x")).Problem(HttpStatusCode.BadRequest, "bad_request");
        (await host.GetAsync("/api/stories/none/reviews/changes")).Problem(HttpStatusCode.NotFound, "story_not_found");

        async Task<JsonElement> ChangesAsync(string query) => (await host.GetAsync($"/api/stories/{story}/reviews/changes{query}")).Json;

        async Task<(long Version, long Said)> SnapshotAsync()
        {
            var whole = (await host.GetAsync($"/api/stories/{story}/images")).Json;
            return (whole.GetProperty("version").GetInt64(), whole.GetProperty("reviewVersion").GetInt64());
        }
    }

    private static async Task<(string Story, string Image)> PictureAsync(ApiHost host)
    {
        var story = (await host.PostAsync("/api/stories", """{ "title": "Fox", "text": "Once.", "styles": ["clear"], "illustrate": true }""")).Json.GetProperty("id").GetString()!;
        var images = await UntilAsync(host, story, s => s.GetProperty("pending").GetInt32() == 0);
        return (story, images.GetProperty("images")[0].GetProperty("id").GetString()!);
    }

    private static async Task<System.Text.Json.JsonElement> UntilAsync(ApiHost host, string story, Func<System.Text.Json.JsonElement, bool> condition)
    {
        using var stream = await EventReader.OpenAsync(host.Client, $"/api/stories/{story}/events");
        while (true)
        {
            var snapshot = (await host.GetAsync($"/api/stories/{story}/images")).Json;
            if (condition(snapshot))
            {
                return snapshot;
            }

            Assert.NotNull(await stream.NextAsync());
        }
    }
}
