using System.Net;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class SharingApiTests
{
    [Fact]
    public async Task Link_IsMadeListedAndTakenBack_AndItsAddressStandsInOneAnswerAlone()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        using var client = studio.Client();

        var made = await Answer.ReadAsync(await client.PostAsync($"/api/stories/{story.Id}/links", Json("""{"role":"decide","label":"Editors","expiresAt":"2126-12-24T18:00:00Z"}""")));
        made.Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        made = await Answer.ReadAsync(await client.PostAsync($"/api/stories/{story.Id}/links", Json("""{"role":"decide","label":"Editors"}""")));
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var address = made.Json.GetProperty("url").GetString()!;
        Assert.StartsWith(new Uri(studio.Address, "/s/").ToString(), address, StringComparison.Ordinal);
        var list = await Answer.ReadAsync(await client.GetAsync($"/api/stories/{story.Id}/links"));
        Assert.DoesNotContain(address[^43..], list.Text, StringComparison.Ordinal);
        var id = list.Json.GetProperty("items")[0].GetProperty("id").GetString();

        Assert.Equal("revoked", (await Answer.ReadAsync(await client.DeleteAsync($"/api/links/{id}"))).Json.GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.Gone, (await client.GetAsync(address)).StatusCode);
        (await Answer.ReadAsync(await client.DeleteAsync("/api/links/nothing"))).Problem(HttpStatusCode.NotFound, "link_not_found");
    }

    [Theory]
    [InlineData("""{}""", "role")]
    [InlineData("""{"role":"author"}""", "role")]
    [InlineData("""{"role":"look","expiresAt":"2026-12-24"}""", "expiresAt")]
    [InlineData("""{"role":"look","expiresAt":"2026-12-24T18:00:00"}""", "expiresAt")]
    [InlineData("""{"role":"look","expiresAt":"2001-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"role":"look","expiresAt":7}""", "expiresAt")]
    [InlineData("""{"role":"look","label":7}""", "label")]
    public async Task Link_OfAWrongShape_IsRefusedByField(string body, string field)
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        using var client = studio.Client();

        var errors = (await Answer.ReadAsync(await client.PostAsync($"/api/stories/{story.Id}/links", Json(body)))).Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.True(errors.TryGetProperty(field, out _), errors.ToString());
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");
}
