namespace StoryStudio.Core.Generation;

/// <summary>What happened and how well it goes, read from the attempts that are kept. Nothing here changes anything.</summary>
public interface IActivity
{
    /// <summary>Longest window in days.</summary>
    const int MostDays = 90;

    /// <summary>The window where nobody asks for another one.</summary>
    const int UsualDays = 7;

    /// <summary>The figures of the last <paramref name="days"/> days in UTC, the present one included: 1 to 90.</summary>
    Task<ActivityReport> GetReportAsync(int days, CancellationToken cancellationToken = default);

    /// <summary>Attempts of every story, and images that stand failed because none could be made, newest first.</summary>
    /// <param name="failedOnly">Without the attempts that did not end without a picture through a failure.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<ActivityEntry>> GetEntriesAsync(bool failedOnly, int count, CancellationToken cancellationToken = default);

    /// <summary>Everything that was ever done for one image. Throws <see cref="NotFoundException"/> where the story has no such image.</summary>
    Task<ImageHistory> GetHistoryAsync(string storyId, string imageId, CancellationToken cancellationToken = default);

    /// <summary>How long the line is at this moment. Blocks for a few looks into indexes, for gauges that cannot wait.</summary>
    QueueDepth ReadQueue();

    /// <summary>Images that stand failed at this moment, whenever that was. Blocks for one look into an index.</summary>
    int ReadFailed();

    /// <summary>How many attempts of the last <paramref name="days"/> days cost something or may have, nobody knows how much, by provider; as in the report. Blocks for one look into an index.</summary>
    IReadOnlyDictionary<string, int> ReadUnknownCosts(int days);
}

/// <summary>The figures of some days.</summary>
public sealed record ActivityReport
{
    /// <summary>Days looked at, the present one included.</summary>
    public required int Days { get; init; }

    /// <summary>Midnight (UTC) that the first of them began with.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When this was read.</summary>
    public required DateTimeOffset At { get; init; }

    public required ImageFigures Images { get; init; }

    public required AttemptFigures Attempts { get; init; }

    public required RetryFigures Retries { get; init; }

    /// <summary>By day and provider, oldest day first; days without an attempt are left out.</summary>
    public required IReadOnlyList<DayFigures> Costs { get; init; }

    public required QueueDepth Queue { get; init; }
}

/// <summary>How images came out.</summary>
public sealed record ImageFigures
{
    /// <summary>Pictures that were made.</summary>
    public required int Completed { get; init; }

    /// <summary>Images that failed in these days and stand so, with no attempt to come by itself; those included that no attempt could be made for.</summary>
    public required int Failed { get; init; }

    /// <summary>Completed of both, 0 to 1; null while there is neither.</summary>
    public required double? SuccessRate { get; init; }

    /// <summary>Seconds from the first claim of an image to its picture, waiting between attempts included; null while there is none.</summary>
    public required double? MedianSeconds { get; init; }

    /// <summary>Seconds within which 95 of 100 pictures were there; null while there is none.</summary>
    public required double? P95Seconds { get; init; }

    /// <summary>How many pictures took how long, shortest first.</summary>
    public required IReadOnlyList<DurationBucket> Durations { get; init; }
}

/// <param name="UpToSeconds">The longest that is counted here; null for whatever takes longer than the bucket before.</param>
/// <param name="Count">Pictures.</param>
public sealed record DurationBucket(double? UpToSeconds, int Count);

/// <summary>How calls to providers came out.</summary>
public sealed record AttemptFigures
{
    public required int Total { get; init; }

    public required int Succeeded { get; init; }

    public required int Failed { get; init; }

    public required int Interrupted { get; init; }

    public required int Cancelled { get; init; }

    public required int Running { get; init; }

    /// <summary>Succeeded of those that succeeded or failed, 0 to 1; null while there is neither.</summary>
    public required double? SuccessRate { get; init; }

    /// <summary>Attempts by outcome: <c>succeeded</c>, <c>rate_limited</c>, <c>timeout</c>, ...; most frequent first.</summary>
    public required IReadOnlyDictionary<string, int> Outcomes { get; init; }
}

/// <param name="Total">Attempts that were not the first for their picture.</param>
/// <param name="Helped">Those of them that made it.</param>
public sealed record RetryFigures(int Total, int Helped);

/// <summary>One provider on one day.</summary>
public sealed record DayFigures
{
    /// <summary>In UTC.</summary>
    public required DateOnly Day { get; init; }

    public required string Provider { get; init; }

    public required int Attempts { get; init; }

    /// <summary>US dollars, as far as they are known; null where no attempt's cost is.</summary>
    public required decimal? CostUsd { get; init; }

    /// <summary>Attempts that cost something or may have, nobody knows how much.</summary>
    public required int Unknown { get; init; }
}

/// <param name="Waiting">Images that wait for their turn, a key or the pace of their style.</param>
/// <param name="DueLater">Images that wait for a moment of their own: a retry, a second chance.</param>
/// <param name="InProgress">Images that an attempt holds.</param>
/// <param name="Paused">Images that none of these hold for, because their run is paused, waits for a budget or is being cancelled.</param>
public sealed record QueueDepth(int Waiting, int DueLater, int InProgress, int Paused);

/// <summary>What happened once, with the image that it happened to: an attempt, or a denial.</summary>
public sealed record ActivityEntry
{
    public required string StoryId { get; init; }

    public required string StoryTitle { get; init; }

    public required string ImageId { get; init; }

    public required string Number { get; init; }

    /// <summary>The name of the one whose sheet this is; null for a segment's picture.</summary>
    public string? Character { get; init; }

    public required string Style { get; init; }

    /// <summary>Null where there is a <see cref="Denial"/>.</summary>
    public AttemptDetails? Attempt { get; init; }

    /// <summary>Null where there is an <see cref="Attempt"/>.</summary>
    public Denial? Denial { get; init; }

    public DateTimeOffset At => Attempt?.StartedAt ?? Denial?.At ?? default;
}

/// <summary>Why an image stands failed although no attempt failed: none could be made.</summary>
/// <param name="At">Since when.</param>
/// <param name="Error">Why.</param>
public sealed record Denial(DateTimeOffset At, ImageError Error);

/// <summary>One image with all that was done for it: attempts and versions, oldest first.</summary>
/// <param name="StoryTitle">The story's title.</param>
/// <param name="Image">The image.</param>
/// <param name="Attempts">Every attempt.</param>
/// <param name="Versions">Every picture.</param>
/// <param name="Denial">After all attempts; null unless it stands failed so.</param>
public sealed record ImageHistory(string StoryTitle, ImageState Image, IReadOnlyList<AttemptDetails> Attempts, IReadOnlyList<ImageVersionDetails> Versions, Denial? Denial);
