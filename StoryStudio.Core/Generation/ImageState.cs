using System.Text.Json.Serialization;

namespace StoryStudio.Core.Generation;

/// <summary>Where an image is. Words on the wire: <c>pending</c>, <c>in_progress</c>, <c>completed</c>, <c>failed</c>, <c>cancelled</c>.</summary>
public enum ImageStatus
{
    Pending,
    InProgress,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>Where a run is. Words on the wire as for <see cref="ImageStatus"/>: <c>completed_with_errors</c>.</summary>
public enum RunStatus
{
    Queued,
    Running,
    Paused,
    Completed,
    CompletedWithErrors,
    Cancelled,
}

/// <summary>What an image shows. Words on the wire: <c>segment</c>, <c>character</c>.</summary>
public enum ImageType
{
    Segment,
    Character,
}

/// <summary>How soon a run gets its turn. Words on the wire: <c>low</c>, <c>normal</c>, <c>high</c>.</summary>
public enum RunPriority
{
    Low,
    Normal,
    High,
}

/// <summary>Why a run is paused. Words on the wire: <c>author</c>, <c>budget</c>, <c>monthly_budget</c>, <c>unknown_price</c>.</summary>
public enum PauseReason
{
    Author,
    Budget,
    MonthlyBudget,
    UnknownPrice,
}

/// <summary>Why a picture is locked. Words on the wire: <c>author</c>, <c>approved</c>, <c>uploaded</c>.</summary>
public enum LockReason
{
    Author,
    Approved,
    Uploaded,
}

/// <summary>The chosen picture stays as it is until somebody takes the lock away.</summary>
/// <param name="Reason">Why.</param>
/// <param name="By">Who said so, by name.</param>
/// <param name="At">When.</param>
public sealed record PictureLock(LockReason Reason, string By, DateTimeOffset At);

/// <summary>Why a picture no longer fits what it was made from. <see cref="Message"/> is for the author, with every cause.</summary>
/// <param name="Code">
/// The first cause: <c>text_changed</c>, <c>prompt_changed</c>, <c>cast_changed</c>, <c>description_changed</c>, <c>style_changed</c>,
/// <c>reference_changed</c>, <c>reference_missing</c>.
/// </param>
/// <param name="Message">A sentence for each cause.</param>
public sealed record Staleness(string Code, string Message)
{
    /// <summary>All of them, each once.</summary>
    public IReadOnlyList<string> Causes { get; init; } = [Code];

    /// <summary>A list counts by what is in it.</summary>
    public bool Equals(Staleness? other) => other is not null && Code == other.Code && Message == other.Message && Causes.SequenceEqual(other.Causes, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Code, Message);
}

/// <summary>Why an image is not there. <see cref="Message"/> is for the author.</summary>
public sealed record ImageError(string Code, string Message, bool Retryable);

/// <summary>The whole public state of one image: what the API, the hub, the event streams and the page receive.</summary>
public sealed record ImageState
{
    public required string Id { get; init; }

    public required string StoryId { get; init; }

    /// <summary>Id of the run that it is counted in; null where a person asked for it alone.</summary>
    public string? RunId { get; init; }

    public ImageType Type { get; init; }

    /// <summary>The segment that it illustrates; null where it is a character's sheet.</summary>
    public string? SegmentId { get; init; }

    /// <summary>The character whose sheet it is; null where it illustrates a segment.</summary>
    public string? CharacterId { get; init; }

    /// <summary>The segment's number, <c>scene.beat</c>; <c>0.n</c> for the sheet of the n-th character.</summary>
    public required string Number { get; init; }

    public required string Style { get; init; }

    public required ImageStatus Status { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Progress { get; init; }

    /// <summary>Attempts used so far in this round, the running one included.</summary>
    public required int Attempt { get; init; }

    public required int MaxAttempts { get; init; }

    /// <summary>When it goes again by itself, while it waits for that.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Address of the chosen picture, below the site's root; changes whenever its bytes do.</summary>
    public string? Url { get; init; }

    /// <summary>Address of a rough first picture while the real one is being made.</summary>
    public string? PreviewUrl { get; init; }

    public string? MediaType { get; init; }

    /// <summary>Pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels.</summary>
    public int? Height { get; init; }

    public ImageError? Error { get; init; }

    public string? Provider { get; init; }

    public string? Model { get; init; }

    /// <summary>US dollars for the chosen picture; null where unknown.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>The chosen picture's version number, from 1; null while there is none.</summary>
    public int? ChosenVersion { get; init; }

    /// <summary>Why the chosen picture no longer fits what it was made from; null while it does.</summary>
    public Staleness? Stale { get; init; }

    /// <summary>Why nothing but a person's own word for this one picture changes it; null where it is not locked.</summary>
    public PictureLock? Lock { get; init; }

    /// <summary>Rises with every change of this image and never falls.</summary>
    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Id of the segment or character that it shows.</summary>
    [JsonIgnore]
    public string SubjectId => SegmentId ?? CharacterId ?? "";

    /// <summary>Whether its picture stands: it was made, or is there still after another one was cancelled.</summary>
    public bool IsThere() => Status is ImageStatus.Completed || (Status is ImageStatus.Cancelled && Url is not null);

    /// <summary>Whether it may be said of the picture that is shown that it is the one: another one failed, or was cancelled.</summary>
    public bool CanBeKept() => Url is not null && Status is ImageStatus.Failed or ImageStatus.Cancelled;

    /// <summary>Whether something will still happen to it by itself.</summary>
    public bool IsActive() => Status is ImageStatus.Pending or ImageStatus.InProgress || (Status is ImageStatus.Failed && NextAttemptAt is not null);
}

/// <summary>Counts of a run in one style.</summary>
public sealed record StyleProgress
{
    public required int Total { get; init; }

    public required int Completed { get; init; }

    public required int Failed { get; init; }

    public int InProgress { get; init; }

    public int Pending { get; init; }

    public int Cancelled { get; init; }

    /// <summary>Whether nothing more of it is begun: the run is paused, or a budget is in this style's way.</summary>
    public bool Paused { get; init; }
}

/// <summary>The whole public state of one run.</summary>
public sealed record RunState
{
    public required string Id { get; init; }

    public required string StoryId { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>0 to 100: images that are final, of all.</summary>
    public required int Progress { get; init; }

    public required int Total { get; init; }

    public required int Completed { get; init; }

    public required int Failed { get; init; }

    public required int InProgress { get; init; }

    public required int Pending { get; init; }

    public required int Cancelled { get; init; }

    /// <summary>Number of the segment that was begun last; null where that was a character's sheet.</summary>
    public string? Current { get; init; }

    /// <summary>What is going on, in a sentence.</summary>
    public string? Message { get; init; }

    public int? EstimatedSecondsLeft { get; init; }

    public required bool UseCharacterConsistency { get; init; }

    public RunPriority Priority { get; init; } = RunPriority.Normal;

    /// <summary>Why it is paused, while it is.</summary>
    public PauseReason? PauseReason { get; init; }

    /// <summary>US dollars that it may cost; null where nobody said.</summary>
    public decimal? BudgetUsd { get; init; }

    /// <summary>US dollars so far; null while nothing with a known price was made.</summary>
    public decimal? CostUsd { get; init; }

    public required IReadOnlyDictionary<string, StyleProgress> Styles { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Rises with every change of this run and never falls.</summary>
    public required long Version { get; init; }

    /// <summary>Whether something will still happen to images of it. One that is cancelled has a moment in which they are put away.</summary>
    public bool IsActive() => Status is RunStatus.Queued or RunStatus.Running or RunStatus.Paused || (Status is RunStatus.Cancelled && Progress < 100);

    /// <summary>Whether an image waits in it for nothing but that it is resumed, or given a larger budget.</summary>
    public bool Pauses(ImageState? image) =>
        image is { Status: not ImageStatus.InProgress } && image.RunId == Id && image.IsActive() && Styles.TryGetValue(image.Style, out var style) && style.Paused;

    /// <summary>Whether a budget is in the way of some of its styles while it goes on in others.</summary>
    public bool IsHeldInPart() => Status is RunStatus.Queued or RunStatus.Running && Styles.Values.Any(s => s.Paused);

    /// <summary>Whether resuming it has an effect: it is paused, or waits in a style for what resuming may give it.</summary>
    public bool CanResume() => Status is RunStatus.Paused || IsHeldInPart();

    /// <summary>Images of one style that it would still make.</summary>
    public int Left(string style) => IsActive() && Styles.TryGetValue(style, out var progress) ? progress.Pending + progress.InProgress : 0;

    /// <summary>
    /// Whether this is what is to be shown of the story's runs where <paramref name="present"/> was: the one that is active, which may be an
    /// earlier one that was taken up again, else the one that ended last. What comes late of another run, as the cost of a call that was cut off, hides neither.
    /// </summary>
    public bool Follows(RunState present)
    {
        ArgumentNullException.ThrowIfNull(present);
        return Version > present.Version && (Id == present.Id || IsActive() || (!present.IsActive() && Nullable.Compare(FinishedAt, present.FinishedAt) >= 0));
    }
}

/// <summary>Everything that moves in a story, at one moment.</summary>
public sealed record StorySnapshot
{
    public required string StoryId { get; init; }

    /// <summary>The story's change number at that moment.</summary>
    public required long Version { get; init; }

    /// <summary>The change number of the last edit of the story's title, text, prompts, cast or styles: where it rose, the story is to be read anew.</summary>
    public long EditVersion { get; init; }

    /// <summary>The change number of the last comment or decision: where it rose, what was said and decided is to be asked for.</summary>
    public long ReviewVersion { get; init; }

    /// <summary>How many images something will still happen to.</summary>
    public required int Pending { get; init; }

    /// <summary>Of segments, in the order of the story.</summary>
    public required IReadOnlyList<ImageState> Images { get; init; }

    /// <summary>Characters' sheets.</summary>
    public IReadOnlyList<ImageState> CharacterImages { get; init; } = [];

    /// <summary>The run that is active, else the one that ended last; null where there was none.</summary>
    public RunState? Run { get; init; }
}
