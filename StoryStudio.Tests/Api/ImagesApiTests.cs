using System.Net;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class ImagesApiTests
{
    [Fact]
    public async Task Images_ThatDidNotChange_AreNotSentAgain()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync();
        var url = $"/api/stories/{story}/images";

        var first = await host.GetAsync(url);
        var tag = first.Header("ETag");
        var second = await host.GetAsync(url, ("If-None-Match", $"\"other\", {tag}"));

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal("\"v3\"", tag);
        Assert.Equal("no-cache", first.Header("Cache-Control"));
        Assert.Equal((story, 3, 2), (first.Json.GetProperty("storyId").GetString(), first.Json.GetProperty("version").GetInt32(), first.Json.GetProperty("pending").GetInt32()));
        Assert.Equal("running", first.Json.GetProperty("run").GetProperty("status").GetString());
        Assert.Equal((HttpStatusCode.NotModified, ""), (second.Status, second.Text));
        Assert.Equal(tag, second.Header("ETag"));
        Assert.Equal(HttpStatusCode.NotModified, (await host.GetAsync(url, ("If-None-Match", "*"))).Status);
        Assert.Equal(HttpStatusCode.NotModified, (await host.GetAsync(url, ("If-None-Match", $"W/{tag}"))).Status);

        host.Studio.Move(story, 1, ImageStatus.Completed);

        var third = await host.GetAsync(url, ("If-None-Match", tag));
        Assert.Equal((HttpStatusCode.OK, "\"v4\""), (third.Status, third.Header("ETag")));
    }

    [Fact]
    public async Task Images_OfAStoryWithoutARun_AreNone()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync(illustrate: false);

        var answer = await host.GetAsync($"/api/stories/{story}/images");

        Assert.Equal("null", answer.Json.GetProperty("run").GetRawText());
        Assert.Equal(0, answer.Json.GetProperty("images").GetArrayLength());
    }

    [Fact]
    public async Task Image_IsGivenWithItsAttemptsBesideItsOwnFields()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync();

        var answer = await host.GetAsync($"/api/stories/{story}/segments/1.2/images/illustration");

        Assert.Equal("1.2", answer.Json.GetProperty("number").GetString());
        Assert.Equal("running", answer.Json.GetProperty("attempts")[0].GetProperty("outcome").GetString());
        Assert.Equal(
            "attempt attempts characterId chosenVersion costUsd error height id lock maxAttempts mediaType model nextAttemptAt number previewUrl progress "
            + "provider runId segmentId stale status storyId style type updatedAt url version width",
            string.Join(' ', answer.Json.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal)));
        (await host.GetAsync($"/api/stories/{story}/segments/1.2/images/clear")).Problem(HttpStatusCode.NotFound, "image_not_found");
    }

    [Fact]
    public async Task Image_IsGivenByItsIdAsByItsPlace_AndACharactersSheetToo()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.Library.CreateAsync(new() { Title = "A story", Styles = ["illustration"], Characters = [new("Mira", "A girl.")], Segments = [new() { Text = "Mira climbed." }] });
        await studio.Services.GetRequiredService<ICast>().DrawSheetsAsync(story.Characters[0].Id, null);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Completed));
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var snapshot = await studio.Illustrator.GetSnapshotAsync(story.Id);
        var (image, sheet) = (Assert.Single(snapshot.Images), Assert.Single(snapshot.CharacterImages));
        using var client = studio.Client();

        var byPlace = await AskAsync($"/api/stories/{story.Id}/segments/1.1/images/illustration");
        Assert.Equal((HttpStatusCode.OK, byPlace.Text), ((await AskAsync($"/api/images/{image.Id}")).Status, (await AskAsync($"/api/images/{image.Id}")).Text));
        var drawn = (await AskAsync($"/api/images/{sheet.Id}")).Json;
        Assert.Equal((story.Characters[0].Id, "succeeded"), (drawn.GetProperty("characterId").GetString(), Assert.Single(drawn.GetProperty("attempts").EnumerateArray()).GetProperty("outcome").GetString()));

        (await AskAsync($"/api/images/{story.Id}")).Problem(HttpStatusCode.NotFound, "image_not_found");
        (await AskAsync("/api/images/none")).Problem(HttpStatusCode.NotFound, "image_not_found");
        await studio.Library.DeleteAsync(story.Id);
        (await AskAsync($"/api/images/{sheet.Id}")).Problem(HttpStatusCode.NotFound, "image_not_found");

        async Task<Answer> AskAsync(string path) => await Answer.ReadAsync(await client.GetAsync(new Uri(path, UriKind.Relative)));
    }

    [Fact]
    public async Task Image_GoesAgainOnlyWhereItFailed()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync();
        var failed = host.Studio.Move(story, 0, ImageStatus.Failed);
        var completed = host.Studio.Move(story, 1, ImageStatus.Completed);

        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync($"/api/images/{failed.Id}/retry")).Status);
        (await host.PostAsync($"/api/images/{completed.Id}/retry")).Problem(HttpStatusCode.Conflict, "image_not_failed");
    }

    [Fact]
    public async Task Image_IsMadeAnewWithAndWithoutWords()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync();
        var image = host.Studio.Move(story, 0, ImageStatus.Completed).Id;

        var plain = await host.PostAsync($"/api/images/{image}/regenerate");
        var worded = await host.PostAsync($"/api/images/{image}/regenerate", """{ "prompt": "A hen", "instruction": "at night" }""");

        Assert.Equal((HttpStatusCode.Accepted, "|"), (plain.Status, plain.Json.GetProperty("error").GetProperty("message").GetString()));
        Assert.Equal((HttpStatusCode.Accepted, "A hen|at night"), (worded.Status, worded.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Versions_AreAPlainListAndOneIsChosen()
    {
        await using var host = await ApiHost.StartAsync();
        var (story, _) = await host.StoryAsync();
        var image = host.Studio.Move(story, 0, ImageStatus.Completed).Id;

        var versions = (await host.GetAsync($"/api/images/{image}/versions")).Json;
        var chosen = await host.SendAsync(HttpMethod.Put, $"/api/images/{image}/chosen", """{ "version": 1 }""");

        Assert.Equal($"/media/{image}/v1.webp", versions[0].GetProperty("url").GetString());
        Assert.Equal(0.04m, versions[0].GetProperty("costUsd").GetDecimal());
        Assert.Equal((HttpStatusCode.OK, 1), (chosen.Status, chosen.Json.GetProperty("chosenVersion").GetInt32()));
        foreach (var body in new[] { "{}", """{ "version": null }""", """{ "version": "1" }""", """{ "version": 1.5 }""", """{ "version": 99999999999 }""" })
        {
            var errors = (await host.SendAsync(HttpMethod.Put, $"/api/images/{image}/chosen", body)).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
            Assert.Contains("whole number", errors.GetProperty("version")[0].GetString(), StringComparison.Ordinal);
        }
    }
}
