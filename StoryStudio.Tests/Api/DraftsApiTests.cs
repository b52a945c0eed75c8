using System.Net;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class DraftsApiTests
{
    private const string Draft = "/api/drafts/0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task Draft_ThatWasChangedMeanwhile_IsAConflict_UntilItWasRead()
    {
        await using var host = await ApiHost.StartWholeAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Put, Draft, """{ "title": "Owls", "text": "Night." }""")).Status);
        var seen = (await host.GetAsync(Draft)).Json.GetProperty("mark").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Put, Draft, $$"""{ "text": "Late night.", "basedOn": ["{{seen}}"] }""")).Status);

        (await host.SendAsync(HttpMethod.Put, Draft, $$"""{ "text": "Day.", "basedOn": ["{{seen}}"] }""")).Problem(HttpStatusCode.Conflict, "draft_changed");

        var theirs = (await host.GetAsync(Draft)).Json;
        Assert.Equal(("Owls", "Late night.", "text"), (theirs.GetProperty("title").GetString(), theirs.GetProperty("text").GetString(), theirs.GetProperty("step").GetString()));
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Put, Draft, $$"""{ "text": "Day.", "basedOn": ["{{theirs.GetProperty("mark").GetString()}}"] }""")).Status);
        (await host.GetAsync("/api/drafts/00000000000000000000000000000000")).Problem(HttpStatusCode.NotFound, "draft_not_found");
    }
}
