using System.Data.Common;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using StoryStudio.Core.Providers.Keys;

namespace StoryStudio.Core.Generation;

/// <summary>What is measured when somebody asks: the queue, what is under way, the keys.</summary>
internal sealed class StudioGauges(StudioMeters meters, IActivity activity, ApiKeyPools keys, IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meters.Meter.CreateObservableGauge("storystudio.queue.depth", Queue, "{image}", "Images that wait, wait for a moment to come, are being made, or are of a run that is paused.");
        meters.Meter.CreateObservableGauge("storystudio.images.failed", Failed, "{image}", "Images that stand failed, with no attempt to come by itself.");
        meters.Meter.CreateObservableGauge("storystudio.cost.unknown", UnknownCosts, "{attempt}", "Attempts of the last seven days (UTC) that cost something or may have, nobody knows how much.");
        meters.Meter.CreateObservableGauge("storystudio.attempts.in_flight", InFlight, "{attempt}", "Calls to providers under way in this process.");
        meters.Meter.CreateObservableGauge("storystudio.keys", Keys, "{key}", "Keys by condition.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Measurement<int>[] Queue()
    {
        return Read(() =>
        {
            var depth = activity.ReadQueue();
            return [Of(depth.Waiting, "waiting"), Of(depth.DueLater, "due_later"), Of(depth.InProgress, "in_progress"), Of(depth.Paused, "paused")];
        });

        static Measurement<int> Of(int count, string state) => new(count, new KeyValuePair<string, object?>("storystudio.state", state));
    }

    private Measurement<int>[] Failed() => Read(() => [new(activity.ReadFailed())]);

    private Measurement<int>[] UnknownCosts() => Read(() =>
        [.. activity.ReadUnknownCosts(IActivity.UsualDays).Select(p => new Measurement<int>(p.Value, new KeyValuePair<string, object?>("storystudio.provider", p.Key)))]);

    private static Measurement<int>[] Read(Func<Measurement<int>[]> figures)
    {
        try
        {
            return figures();
        }
        catch (Exception failure) when (failure is DbException or ObjectDisposedException)
        {
            // The store is in trouble or gone: no figure is better than a wrong one.
            return [];
        }
    }

    // The engine is asked for late: it is built from what records into these meters.
    private int InFlight() => services.GetService(typeof(GenerationService)) is GenerationService engine ? engine.InFlight : 0;

    // Each once, as everywhere: one that stands in several styles is one key.
    private IEnumerable<Measurement<int>> Keys() => keys.Keys()
        .Where(k => k.Tail is not null)
        .GroupBy(k => (k.Provider, k.Condition))
        .Select(g => new Measurement<int>(
            g.Count(),
            new KeyValuePair<string, object?>("storystudio.provider", g.Key.Provider),
            new KeyValuePair<string, object?>("storystudio.key.condition", g.Key.Condition.ToString().ToLowerInvariant())));
}
