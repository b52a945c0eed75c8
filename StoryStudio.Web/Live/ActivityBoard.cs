using System.Collections.Concurrent;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
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

    public required IReadOnlyList<KeyState> Keys { get; init; }

    public required ViewerCounts Viewers { get; init; }

    /// <summary>Whether pages are fed by the hub or by polling.</summary>
    public required FeedMode Line { get; init; }
}

/// <summary>Figures and what happened, read once for everybody who asks while they are fresh: a hundred pages cost what one does.</summary>
internal sealed class ActivityBoard(
    IActivity activity, GenerationService engine, EngineStatus status, ApiKeyPools keys, Audience audience, StoryFeed feed, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, Reading<ActivityReport>> _reports = new();
    private readonly ConcurrentDictionary<(bool FailedOnly, int Count), Reading<IReadOnlyList<ActivityEntry>>> _entries = new();

    /// <summary>The figures of the last <paramref name="days"/> days, which may be as old as that. Throws <see cref="InvalidInputException"/> where they are not 1 to 90.</summary>
    public async Task<StudioFigures> GetAsync(int days, TimeSpan oldest, CancellationToken cancellationToken = default)
    {
        var report = await ReadAsync(_reports, days, oldest, () => activity.GetReportAsync(days, CancellationToken.None), cancellationToken);
        return new()
        {
            Report = report,
            InFlight = engine.InFlight,
            Trouble = status.Trouble,
            Keys = [.. keys.Keys().Where(k => k.Tail is not null)],
            Viewers = audience.Counts,
            Line = feed.Mode,
        };
    }

    /// <summary>What happened last, which may be as old as that.</summary>
    public Task<IReadOnlyList<ActivityEntry>> GetEntriesAsync(bool failedOnly, int count, TimeSpan oldest, CancellationToken cancellationToken = default) =>
        ReadAsync(_entries, (failedOnly, count), oldest, () => activity.GetEntriesAsync(failedOnly, count, CancellationToken.None), cancellationToken);

    // Nobody's own cancellation ends what others wait for as well.
    private async Task<T> ReadAsync<TKey, T>(ConcurrentDictionary<TKey, Reading<T>> readings, TKey key, TimeSpan oldest, Func<Task<T>> read, CancellationToken cancellationToken)
        where TKey : notnull
    {
        var reading = readings.AddOrUpdate(key, _ => new(time.GetTimestamp(), new(read)), (_, present) => present.Serves(time, oldest) ? present : new(time.GetTimestamp(), new(read)));
        return await reading.Value.Value.WaitAsync(cancellationToken);
    }

    private sealed record Reading<T>(long At, Lazy<Task<T>> Value)
    {
        public bool Serves(TimeProvider time, TimeSpan oldest) => !Value.Value.IsFaulted && (!Value.Value.IsCompleted || time.GetElapsedTime(At) < oldest);
    }
}
