using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace StoryStudio.Core.Generation;

/// <summary>
/// What is counted as it happens, under the name <c>StoryStudio</c>. Called after the commit of what it counts; while nobody listens
/// a call costs a few comparisons.
/// </summary>
public sealed class StudioMeters : IDisposable
{
    /// <summary>Of the meter and of the traces' source.</summary>
    public const string Name = "StoryStudio";

    private const string Outcome = "storystudio.outcome";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600, 1800, 3600],
    };

    private static readonly InstrumentAdvice<long> Sizes = new()
    {
        HistogramBucketBoundaries = [4_096, 16_384, 65_536, 262_144, 524_288, 1_048_576, 2_097_152, 4_194_304, 8_388_608, 16_777_216, 33_554_432],
    };

    private readonly Counter<long> _attempts;
    private readonly Counter<long> _retries;
    private readonly Counter<double> _cost;
    private readonly Histogram<double> _attemptDuration;
    private readonly Histogram<double> _imageDuration;
    private readonly Histogram<long> _pictureSize;

    public StudioMeters()
    {
        Meter = new Meter(Name);
        _attempts = Meter.CreateCounter<long>("storystudio.attempts", "{attempt}", "Calls to providers that ended, by outcome.");
        _retries = Meter.CreateCounter<long>("storystudio.retries", "{attempt}", "Attempts that were not the first for their picture; storystudio.helped says whether it made it.");
        _cost = Meter.CreateCounter<double>("storystudio.cost", "{USD}", "US dollars that attempts are known to have cost.");
        _attemptDuration = Meter.CreateHistogram("storystudio.attempt.duration", "s", "From the claim of an attempt to its end.", tags: null, Seconds);
        _imageDuration = Meter.CreateHistogram("storystudio.image.duration", "s", "From the first claim of an image to its picture.", tags: null, Seconds);
        _pictureSize = Meter.CreateHistogram("storystudio.picture.size", "By", "Bytes of the pictures that were kept.", tags: null, Sizes);
    }

    /// <summary>For gauges of other rooms.</summary>
    public Meter Meter { get; }

    /// <summary>A picture was committed.</summary>
    /// <param name="claim">The attempt that made it.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="took">The attempt's time, by a clock that nobody sets.</param>
    public void Completed(Claim claim, ImageVersion picture, TimeSpan took)
    {
        Ended(claim, picture.Provider, AttemptOutcome.Succeeded, picture.CostUsd, took);
        if (_imageDuration.Enabled || _pictureSize.Enabled)
        {
            var tags = Tags(claim.Style, picture.Provider);
            _imageDuration.Record((Before(claim) + took).TotalSeconds, tags);
            _pictureSize.Record(picture.Bytes, tags);
        }
    }

    /// <summary>The end of an attempt was committed.</summary>
    /// <param name="claim">The attempt.</param>
    /// <param name="provider">Who was called.</param>
    /// <param name="outcome">As it is written down: <see cref="AttemptOutcome"/> or an error's code.</param>
    /// <param name="costUsd">US dollars; null where unknown.</param>
    /// <param name="took">Its time, by a clock that nobody sets.</param>
    public void Ended(Claim claim, string provider, string outcome, decimal? costUsd, TimeSpan took)
    {
        if (!_attempts.Enabled && !_attemptDuration.Enabled && !_cost.Enabled && !_retries.Enabled)
        {
            return;
        }

        var tags = Tags(claim.Style, provider);
        if (costUsd is { } cost)
        {
            _cost.Add((double)cost, tags);
        }

        Count(tags, outcome, isFirst: claim.FirstStartedAt is null);
        tags.Add(Outcome, outcome);
        _attemptDuration.Record(took.TotalSeconds, tags);
    }

    /// <summary>The end of attempts was committed that an earlier process left: it did not come to count them. When they ended, nobody knows.</summary>
    public void Left(IEnumerable<LeftAttempt> left)
    {
        ArgumentNullException.ThrowIfNull(left);
        foreach (var (attempt, style) in left)
        {
            Count(Tags(style, attempt.Provider), attempt.Outcome, isFirst: attempt.FirstStartedAt is null);
        }
    }

    public void Dispose() => Meter.Dispose();

    // Both are by the wall clock as it was at the claim. It may have been set back between two processes: nothing takes less than no time.
    private static TimeSpan Before(Claim claim) => claim.FirstStartedAt is { } first && first < claim.StartedAt ? claim.StartedAt - first : TimeSpan.Zero;

    private static TagList Tags(string style, string provider) => new() { { "storystudio.provider", provider }, { "storystudio.style", style } };

    private void Count(TagList tags, string outcome, bool isFirst)
    {
        if (!isFirst && outcome != AttemptOutcome.PutOff)
        {
            var retry = tags;
            retry.Add("storystudio.helped", outcome == AttemptOutcome.Succeeded);
            _retries.Add(1, retry);
        }

        tags.Add(Outcome, outcome);
        _attempts.Add(1, tags);
    }
}
