using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class MetricsApiTests
{
    [Fact]
    public async Task Metrics_AfterARunWithAFailure_TellWhatHappened()
    {
        var calls = 0;
        await using var studio = await WebStudio.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["StoryStudio:Generation:RetryBaseDelay"] = "00:00:00",
        });
        studio.Provider.Script = (request, destination, _, token) => Interlocked.Increment(ref calls) switch
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
    public async Task Metrics_AfterARunWithEverythingThatMayHappen_AreTheSameOnThePageInTheMetersAndAsJson()
    {
        var hanging = new TaskCompletionSource();
        var provider = new ScriptedProvider { Name = "openai" };
        var calls = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        provider.Script = async (request, destination, _, token) =>
        {
            var first = calls.AddOrUpdate(request.Scene, 1, (_, n) => n + 1) == 1;
            switch (request.Scene)
            {
                case "Comes later." when first:
                    return ScriptedProvider.Failure(FailureKind.Transient);
                case "Comes empty." when first:
                    return new PictureMade { Model = "scripted", CostUsd = 0.01m };
                case "Takes too long." when first:
                    return ScriptedProvider.Failure(FailureKind.Timeout) with { IsUnresolved = true };
                case "Is refused.":
                    return ScriptedProvider.Failure(FailureKind.Refused);
                case "Is cancelled.":
                    hanging.TrySetResult();
                    await Task.Delay(Timeout.Infinite, token);
                    break;
            }

            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await using var studio = await WebStudio.StartAsync(provider: provider, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["StoryStudio:Provider"] = "openai",
            ["StoryStudio:Providers:OpenAI:ApiKey"] = "sk-proj-abcdefghijklmnop4f2a",
            ["StoryStudio:Generation:RetryBaseDelay"] = "00:00:00",
            ["StoryStudio:Generation:MaxConcurrency"] = "1",
            ["StoryStudio:Styles:0:RequestsPerMinute"] = "1000",
        });
        using var meters = new MeterLog(studio.Services.GetRequiredService<StudioMeters>().Meter);
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Everything",
            Styles = ["illustration"],
            Segments = [.. new[] { "Comes later.", "Comes empty.", "Takes too long.", "Is refused.", "Comes later.", "Is cancelled." }.Select(text => new NewSegment { Text = text })],
        });
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await hanging.Task;
        await studio.Illustrator.CancelImageAsync((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[^1].Id);
        await studio.UntilFinishedAsync(story.Id);
        await meters.UntilAsync(m => m.Of("storystudio.attempts").Count == 9 && m.Of("storystudio.image.duration").Count == 3);

        var report = await studio.Services.GetRequiredService<IActivity>().GetReportAsync(7);
        using var client = studio.Client();
        var json = await client.GetFromJsonAsync<JsonElement>(new Uri("/api/metrics?days=7", UriKind.Relative));

        Dictionary<string, int> outcomes = new(StringComparer.Ordinal) { ["succeeded"] = 3, ["provider_unavailable"] = 1, ["no_picture"] = 1, ["timeout"] = 1, ["refused"] = 1, ["reused"] = 1, ["cancelled"] = 1 };
        Assert.Equivalent(outcomes, report.Attempts.Outcomes, strict: true);
        Assert.Equivalent(outcomes, meters.Of("storystudio.attempts").CountBy(m => (string)m.Tags["storystudio.outcome"]!).ToDictionary(), strict: true);
        Assert.Equivalent(outcomes, json.GetProperty("attempts").GetProperty("outcomes").Deserialize<Dictionary<string, int>>(), strict: true);

        Assert.Equal((3, 3), (report.Retries.Total, report.Retries.Helped));
        Assert.Equal((3, 3), (meters.Of("storystudio.retries").Count, meters.Of("storystudio.retries").Count(m => m.Tags["storystudio.helped"] is true)));
        Assert.Equal((3, 3), (json.GetProperty("retries").GetProperty("total").GetInt32(), json.GetProperty("retries").GetProperty("helped").GetInt32()));

        // Three pictures and an empty one that was charged; one call that was cancelled may have been. One that was cut went again, which is one charge.
        var day = Assert.Single(report.Costs);
        Assert.Equal(("openai", 9, 0.04m, 1), (day.Provider, day.Attempts, day.CostUsd, day.Unknown));
        meters.Look();
        Assert.Equal((0.04m, 1.0), (Math.Round((decimal)meters.Of("storystudio.cost").Sum(m => m.Value), 6), Assert.Single(meters.Of("storystudio.cost.unknown")).Value));
        Assert.Equal(report.Images.Failed, Assert.Single(meters.Of("storystudio.images.failed")).Value);
        var costs = Assert.Single(json.GetProperty("costs").EnumerateArray());
        Assert.Equal((0.04m, 1), (costs.GetProperty("costUsd").GetDecimal(), costs.GetProperty("unknown").GetInt32()));

        Assert.Equal((3, 1, 0.75), (report.Images.Completed, report.Images.Failed, report.Images.SuccessRate));
        Assert.Equal((3, 1, 0.75), (json.GetProperty("images").GetProperty("completed").GetInt32(), json.GetProperty("images").GetProperty("failed").GetInt32(), json.GetProperty("images").GetProperty("successRate").GetDouble()));
        Assert.Equal((9, 3, 4), (report.Attempts.Total, report.Attempts.Succeeded, report.Attempts.Failed));
        Assert.Equal((9, 3, 4), (json.GetProperty("attempts").GetProperty("total").GetInt32(), json.GetProperty("attempts").GetProperty("succeeded").GetInt32(), json.GetProperty("attempts").GetProperty("failed").GetInt32()));
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
    public async Task Metrics_OfAKeyThatServesSeveralStyles_CountItOnceInTheMetersAndAsJson()
    {
        const string shared = "sk-proj-abcdefghijklmnop4f2a";
        await using var studio = await WebStudio.StartAsync(sketch: true, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["StoryStudio:Styles:0:ApiKeys:0"] = shared,
            ["StoryStudio:Styles:1:ApiKeys:0"] = shared,
            ["StoryStudio:Styles:1:ApiKeys:1"] = "sk-proj-abcdefghijklmnop7c1d",
        });
        using var meters = new MeterLog(studio.Services.GetRequiredService<StudioMeters>().Meter);
        using var client = studio.Client();

        var json = await client.GetFromJsonAsync<JsonElement>(new Uri("/api/metrics", UriKind.Relative));
        meters.Look();

        Assert.Equal(["…4f2a", "…7c1d"], json.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("tail").GetString()));
        var ready = Assert.Single(meters.Of("storystudio.keys"));
        Assert.Equal((2.0, "openai", "ready"), (ready.Value, ready.Tags["storystudio.provider"], ready.Tags["storystudio.key.condition"]));
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

    /// <summary>What a meter was told, from its making on.</summary>
    private sealed class MeterLog : IDisposable
    {
        private readonly List<Measurement> _seen = [];
        private readonly Lock _gate = new();
        private readonly MeterListener _listener;
        private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public MeterLog(Meter meter)
        {
            _listener = new()
            {
                InstrumentPublished = (instrument, listener) =>
                {
                    if (ReferenceEquals(instrument.Meter, meter))
                    {
                        listener.EnableMeasurementEvents(instrument);
                    }
                },
            };
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument.Name, value, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument.Name, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument.Name, value, tags));
            _listener.Start();
        }

        public List<Measurement> Of(string name)
        {
            lock (_gate)
            {
                return _seen.FindAll(m => m.Name == name);
            }
        }

        /// <summary>Asks what is measured only when somebody does.</summary>
        public void Look() => _listener.RecordObservableInstruments();

        public async Task UntilAsync(Func<MeterLog, bool> condition)
        {
            while (true)
            {
                var news = _news.Task;
                if (condition(this))
                {
                    return;
                }

                await news.WaitAsync(Studio.Patience);
            }
        }

        public void Dispose() => _listener.Dispose();

        private void Note(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (_gate)
            {
                _seen.Add(new(name, value, tags.ToArray().ToDictionary(StringComparer.Ordinal)));
                _news.TrySetResult();
                _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        internal sealed record Measurement(string Name, double Value, Dictionary<string, object?> Tags);
    }
}
