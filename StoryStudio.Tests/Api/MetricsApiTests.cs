using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class MetricsApiTests
{
    [Fact]
    public async Task Metrics_AfterARunWithAFailure_TellWhatHappened()
    {
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["StoryStudio:Generation:RetryBaseDelay"] = "00:00:00",
        });
        studio.Provider.Script = (request, destination, _, token) => studio.Provider.Calls.Count switch
        {
            1 => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Transient)),
            3 => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused)),
            _ => ScriptedProvider.DrawAsync(request, destination, token),
        };
        var story = await studio.CreateStoryAsync(3);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = true });
        await studio.UntilFinishedAsync(story.Id);
        using var client = studio.Client();

        var text = await client.GetStringAsync(new Uri("/api/metrics", UriKind.Relative));
        var metrics = JsonDocument.Parse(text).RootElement;

        Assert.Equal(7, metrics.GetProperty("days").GetInt32());
        Assert.Equal((2, 1), (metrics.GetProperty("images").GetProperty("completed").GetInt32(), metrics.GetProperty("images").GetProperty("failed").GetInt32()));
        Assert.Equal(0.6667, metrics.GetProperty("images").GetProperty("successRate").GetDouble());
        Assert.True(metrics.GetProperty("images").GetProperty("p95Seconds").GetDouble() >= metrics.GetProperty("images").GetProperty("medianSeconds").GetDouble());
        var attempts = metrics.GetProperty("attempts");
        Assert.Equal((4, 2, 2), (attempts.GetProperty("total").GetInt32(), attempts.GetProperty("succeeded").GetInt32(), attempts.GetProperty("failed").GetInt32()));
        Assert.Equal(1, attempts.GetProperty("outcomes").GetProperty("refused").GetInt32());
        Assert.Equal((1, 1), (metrics.GetProperty("retries").GetProperty("total").GetInt32(), metrics.GetProperty("retries").GetProperty("helped").GetInt32()));
        var cost = Assert.Single(metrics.GetProperty("costs").EnumerateArray());
        Assert.Equal(("sketch", 0.02m, 0), (cost.GetProperty("provider").GetString(), cost.GetProperty("costUsd").GetDecimal(), cost.GetProperty("unknown").GetInt32()));
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", cost.GetProperty("day").GetString());
        Assert.Equal((0, 0, 0), (metrics.GetProperty("queue").GetProperty("waiting").GetInt32(), metrics.GetProperty("queue").GetProperty("dueLater").GetInt32(), metrics.GetProperty("queue").GetProperty("inProgress").GetInt32()));
        Assert.Equal(0, metrics.GetProperty("viewers").GetProperty("pages").GetInt32());
        Assert.Contains(metrics.GetProperty("line").GetString(), new[] { "live", "polling" });
    }

    [Fact]
    public async Task Metrics_OfKeys_ShowNoMoreThanTheirLastFourCharacters()
    {
        const string key = "sk-proj-abcdefghijklmnop4f2a";
        await using var studio = await WebStudio.StartAsync(sketch: true, settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["StoryStudio:Styles:1:ApiKeys:0"] = key });
        using var client = studio.Client();

        var text = await client.GetStringAsync(new Uri("/api/metrics?days=1", UriKind.Relative));

        var shown = Assert.Single(JsonDocument.Parse(text).RootElement.GetProperty("keys").EnumerateArray());
        Assert.Equal(("…4f2a", "ready"), (shown.GetProperty("tail").GetString(), shown.GetProperty("condition").GetString()));
        Assert.DoesNotContain("abcdefgh", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_CountWhoWatches()
    {
        await using var studio = await WebStudio.StartAsync(sketch: true);
        var story = await studio.CreateStoryAsync(1);
        using var client = studio.Client();
        using var stream = await client.GetAsync(new Uri($"/api/stories/{story.Id}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        var metrics = await client.GetFromJsonAsync<JsonElement>(new Uri("/api/metrics", UriKind.Relative));

        Assert.Equal((1, 1), (metrics.GetProperty("viewers").GetProperty("eventStreams").GetInt32(), metrics.GetProperty("viewers").GetProperty("total").GetInt32()));
    }

    [Theory]
    [InlineData("0", HttpStatusCode.UnprocessableEntity, "validation_failed")]
    [InlineData("91", HttpStatusCode.UnprocessableEntity, "validation_failed")]
    [InlineData("week", HttpStatusCode.BadRequest, "malformed_query")]
    [InlineData("1&days=2", HttpStatusCode.BadRequest, "malformed_query")]
    public async Task Metrics_OfAWindowThatIsNone_AreAProblem(string days, HttpStatusCode status, string code)
    {
        await using var host = await ApiHost.StartWholeAsync();

        var answer = await host.GetAsync($"/api/metrics?days={days}");

        answer.Problem(status, code);
    }
}
