using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;

namespace StoryStudio.Tests.Fakes;

/// <summary>What a studio's meters counted.</summary>
internal sealed class CountedMeters : IDisposable
{
    private readonly ConcurrentQueue<(string Name, double Value, string? Outcome)> _seen = new();
    private readonly MeterListener _listener;

    public CountedMeters(Studio studio)
    {
        var meter = studio.Services.GetRequiredService<StudioMeters>().Meter;
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
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    public IEnumerable<string> Outcomes => _seen.Where(s => s.Name == "storystudio.attempts").Select(s => s.Outcome!);

    public int Number(string name) => _seen.Count(s => s.Name == name);

    public IEnumerable<double> Values(string name) => _seen.Where(s => s.Name == name).Select(s => s.Value);

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _seen.Enqueue((instrument.Name, value, (string?)tags.ToArray().ToDictionary(StringComparer.Ordinal).GetValueOrDefault("storystudio.outcome")));
}
