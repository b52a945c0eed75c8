namespace StoryStudio.Core.Generation;

/// <summary>What runs, what waits and for what, over all stories.</summary>
public interface IQueueBoard
{
    Task<QueueState> GetAsync(CancellationToken cancellationToken = default);
}

/// <summary>The queue at one moment.</summary>
public sealed record QueueState
{
    /// <summary>Why nothing is begun at the moment, in a sentence; null while all is well.</summary>
    public string? Trouble { get; init; }

    /// <summary>Calls to providers that are made at one time.</summary>
    public required int MaxConcurrency { get; init; }

    /// <summary>Images that wait, for whatever it is.</summary>
    public required int Waiting { get; init; }

    /// <summary>Runs that have not ended, in the order in which they were started.</summary>
    public required IReadOnlyList<QueuedRun> Runs { get; init; }

    /// <summary>What is being made, longest first.</summary>
    public required IReadOnlyList<QueuedImage> Working { get; init; }

    /// <summary>What comes next: first those that wait for a slot only, in the order in which they will get one; then those whose style waits for a key or the time between two pictures, in theirs; then those that wait for something else; last those whose run is paused.</summary>
    public required IReadOnlyList<QueuedImage> Next { get; init; }
}

/// <param name="StoryTitle">The story's title.</param>
/// <param name="Run">The run.</param>
public sealed record QueuedRun(string StoryTitle, RunState Run);

/// <summary>One image in the queue.</summary>
public sealed record QueuedImage
{
    public required ImageState Image { get; init; }

    public required string StoryTitle { get; init; }

    /// <summary>Whom it shows, where it is a character's sheet.</summary>
    public string? Character { get; init; }

    public Urgency Urgency { get; init; }

    /// <summary>Since when it waits, or since when the present attempt is at it.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Its place in the line, from 1, where a free slot is all that it waits for.</summary>
    public int? Place { get; init; }

    /// <summary>The last four characters of the key that the present attempt uses.</summary>
    public string? KeyTail { get; init; }

    public QueueWait? WaitsFor { get; init; }
}

/// <summary>What an image waits for.</summary>
/// <param name="Kind">In one word.</param>
/// <param name="Message">In a sentence.</param>
/// <param name="Until">When that is expected to be over, where it can be told.</param>
/// <param name="KeyTail">The last four characters of the key, where it is a key.</param>
public sealed record QueueWait(QueueWaitKind Kind, string Message, DateTimeOffset? Until = null, string? KeyTail = null);

/// <summary>Words on the wire: <c>slot</c>, <c>key</c>, <c>delay</c>, <c>retry</c>, <c>reference</c>, <c>pause</c>, <c>quiet</c>.</summary>
public enum QueueWaitKind
{
    /// <summary>For one of those that are under way to end.</summary>
    Slot,

    /// <summary>For a key to be ready.</summary>
    Key,

    /// <summary>For the time to go by that is set between two pictures of its style.</summary>
    Delay,

    /// <summary>For its next attempt to be due.</summary>
    Retry,

    /// <summary>For a picture that is to be handed to it.</summary>
    Reference,

    /// <summary>For its run to be resumed.</summary>
    Pause,

    /// <summary>For everything else to be done, because the process ended twice while it was being made.</summary>
    Quiet,
}
