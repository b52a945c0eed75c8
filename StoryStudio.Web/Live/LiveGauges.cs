using System.Diagnostics.Metrics;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Live;

/// <summary>Who watches and how, for whoever collects the meters.</summary>
internal sealed class LiveGauges(StudioMeters meters, Audience audience, StoryFeed feed) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meters.Meter.CreateObservableGauge("storystudio.viewers", Viewers, "{viewer}", "Who watches, by kind: page, hub, event_stream.");
        meters.Meter.CreateObservableGauge("storystudio.feed.live", () => feed.Mode is FeedMode.Live ? 1 : 0, "1", "1 while pages are fed by the hub, 0 while they are polling.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Measurement<int>[] Viewers()
    {
        var counts = audience.Counts;
        return [Of(counts.Pages, "page"), Of(counts.Hub, "hub"), Of(counts.EventStreams, "event_stream")];

        static Measurement<int> Of(int count, string kind) => new(count, new KeyValuePair<string, object?>("storystudio.viewer.kind", kind));
    }
}
