using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;

namespace StoryStudio.Web.Live;

/// <summary>How well it goes: the figures of some days, and how things stand now.</summary>
internal sealed record StudioFigures
{
    public required ActivityReport Report { get; init; }

    /// <summary>Calls to providers under way in this process.</summary>
    public required int InFlight { get; init; }

    /// <summary>Why nothing is drawn at the moment, in a sentence; null while all is well.</summary>
    public required string? Trouble { get; init; }

    public required IReadOnlyList<KeyFigures> Keys { get; init; }

    public required ViewerCounts Viewers { get; init; }

    /// <summary>Whether pages are fed by the hub or by polling.</summary>
    public required FeedMode Line { get; init; }
}

/// <summary>One key of a pool. Never more of it than its last four characters.</summary>
internal sealed record KeyFigures
{
    /// <summary>The provider, or provider and style.</summary>
    public required string Pool { get; init; }

    /// <summary>The last four characters.</summary>
    public required string Key { get; init; }

    public required KeyCondition Condition { get; init; }

    /// <summary>When it may serve again; null where it may now, or never does.</summary>
    public required DateTimeOffset? ReadyAt { get; init; }

    /// <summary>Why it does not serve, in a sentence.</summary>
    public required string? Reason { get; init; }

    /// <summary>Calls begun in the last minute.</summary>
    public required int StartsInLastMinute { get; init; }
}

/// <summary>Figures and attempts, read once for everybody who asks while they are fresh: a hundred pages cost what one does.</summary>
internal sealed class ActivityBoard(
    IActivity activity, GenerationService engine, ApiKeyPools keys, ImageProviders providers, Audience audience, StoryFeed feed, IOptions<StoryStudioOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, Reading<ActivityReport>> _reports = new();
    private readonly ConcurrentDictionary<(bool FailedOnly, int Count), Reading<IReadOnlyList<AttemptEntry>>> _attempts = new();

    /// <summary>The figures of the last <paramref name="days"/> days, which may be as old as that. Throws <see cref="InvalidInputException"/> where they are not 1 to 90.</summary>
    public async Task<StudioFigures> GetAsync(int days, TimeSpan oldest, CancellationToken cancellationToken = default)
    {
        var report = await ReadAsync(_reports, days, oldest, () => activity.GetReportAsync(days, CancellationToken.None), cancellationToken);
        return new()
        {
            Report = report,
            InFlight = engine.InFlight,
            Trouble = engine.Trouble,
            Keys = Keys(),
            Viewers = audience.Counts,
            Line = feed.Mode,
        };
    }

    /// <summary>The newest attempts, which may be as old as that.</summary>
    public Task<IReadOnlyList<AttemptEntry>> GetAttemptsAsync(bool failedOnly, int count, TimeSpan oldest, CancellationToken cancellationToken = default) =>
        ReadAsync(_attempts, (failedOnly, count), oldest, () => activity.GetAttemptsAsync(failedOnly, count, CancellationToken.None), cancellationToken);

    // Nobody's own cancellation ends what others wait for as well.
    private async Task<T> ReadAsync<TKey, T>(ConcurrentDictionary<TKey, Reading<T>> readings, TKey key, TimeSpan oldest, Func<Task<T>> read, CancellationToken cancellationToken)
        where TKey : notnull
    {
        var reading = readings.AddOrUpdate(key, _ => new(time.GetTimestamp(), new(read)), (_, present) => present.Serves(time, oldest) ? present : new(time.GetTimestamp(), new(read)));
        return await reading.Value.Value.WaitAsync(cancellationToken);
    }

    private List<KeyFigures> Keys()
    {
        // A pool begins to be with its first use; here those not yet used count as well.
        foreach (var style in options.Value.Styles)
        {
            keys.For(style, providers.For(style.Key).Name);
        }

        return
        [
            .. keys.States().OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(pool => pool.Value.Where(k => k.Tail is not null).Select(k => new KeyFigures
            {
                Pool = pool.Key,
                Key = k.Tail!,
                Condition = k.Condition,
                ReadyAt = k.ReadyAt,
                Reason = k.Reason,
                StartsInLastMinute = k.StartsInLastMinute,
            })),
        ];
    }

    private sealed record Reading<T>(long At, Lazy<Task<T>> Value)
    {
        public bool Serves(TimeProvider time, TimeSpan oldest) => !Value.Value.IsFaulted && (!Value.Value.IsCompleted || time.GetElapsedTime(At) < oldest);
    }
}
