namespace StoryStudio.Core.Stories;

/// <summary>
/// Rearranges a story's segments. Each command is one transaction and one step that can be undone; numbers follow from the order and from
/// where scenes start, and pictures stay with their segment. A segment is named by its number, or by its id, which stays the same when
/// numbers change. Unknown ones throw <see cref="NotFoundException"/>; input that breaks a rule <see cref="InvalidInputException"/>; what
/// does not fit what the story is by now <see cref="ConflictException"/>, and nothing is changed.
/// </summary>
public interface IStoryEditor
{
    /// <summary>Most steps of a story that can be undone.</summary>
    const int MaxSteps = 200;

    Task<StoryEdit> InsertAsync(string storyId, NewPassage passage, CancellationToken cancellationToken = default);

    /// <summary>Cuts a segment in two; its pictures stay with the first half.</summary>
    Task<StoryEdit> SplitAsync(string storyId, string segment, SegmentSplit split, CancellationToken cancellationToken = default);

    /// <summary>Makes one segment of this and the next. The pictures of this one stay; those of the next are put away with it, and come back when it is undone.</summary>
    Task<StoryEdit> JoinAsync(string storyId, string segment, CancellationToken cancellationToken = default);

    Task<StoryEdit> MoveAsync(string storyId, string segment, SegmentPlace place, CancellationToken cancellationToken = default);

    /// <summary>Takes a segment out of the story. What is being drawn for it is cancelled; its pictures are put away, and come back when it is undone.</summary>
    Task<StoryEdit> RemoveAsync(string storyId, string segment, CancellationToken cancellationToken = default);

    /// <summary>Gives all segments the numbers that follow from the order and from where scenes start, from 1.1 without gaps. No step where they have them.</summary>
    Task<StoryEdit> RenumberAsync(string storyId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Undoes the newest step that stands, be it one of <see cref="Generation.IPromptBook"/>. Numbers that somebody chose, and that the step changed, are back with it. Throws <see cref="ConflictException"/>: <c>nothing_to_undo</c>; <c>undo_outdated</c> where
    /// <paramref name="step"/> is given and another came after it, or it is undone already, or where what it changed is another thing by now. A prompt that was changed since by
    /// other ways stays; where a step changed nothing else, it is let go as it is refused, and what was done before it is next.
    /// </summary>
    Task<StoryEdit> UndoAsync(string storyId, long? step = null, CancellationToken cancellationToken = default);

    /// <summary>Does again what was undone last. Throws as <see cref="UndoAsync"/> does, with <c>nothing_to_redo</c>.</summary>
    Task<StoryEdit> RedoAsync(string storyId, long? step = null, CancellationToken cancellationToken = default);

    Task<EditHistory> GetHistoryAsync(string storyId, CancellationToken cancellationToken = default);
}

/// <summary>A segment to be put into a story: before one, after one, or at the end where neither is said.</summary>
public sealed record NewPassage
{
    public string? Text { get; init; }

    /// <summary>Number or id of the segment that it goes before: it takes that one's place, and its scene start.</summary>
    public string? Before { get; init; }

    /// <summary>Number or id of the segment that it goes after.</summary>
    public string? After { get; init; }

    /// <summary>Whether it starts a scene of its own.</summary>
    public bool HardCut { get; init; }
}

/// <param name="Offset">UTF-16 units of the text; one inside a character counts as the place before it.</param>
/// <param name="Text">The text that is cut, where it is not the one that is stored.</param>
/// <param name="BasedOn">The text that <paramref name="Text"/> was made from; where it is another by now, nothing is changed.</param>
public sealed record SegmentSplit(int Offset, string? Text = null, string? BasedOn = null);

/// <summary>Where a segment is moved: exactly one of the three.</summary>
public sealed record SegmentPlace
{
    /// <summary>Number or id of the segment whose place it takes, with its scene start.</summary>
    public string? Before { get; init; }

    /// <summary>Number or id of the segment that it goes after.</summary>
    public string? After { get; init; }

    /// <summary>Its place in the whole story, from 1.</summary>
    public int? To { get; init; }
}

/// <summary>A step that can be undone, or done again.</summary>
/// <param name="Step">Rises with every step of a story.</param>
/// <param name="Words">What was done: <c>1.2 split in two</c>.</param>
public sealed record EditStep(long Step, string Words);

/// <param name="Undo">The step that would be undone, or null.</param>
/// <param name="Redo">The step that would be done again, or null.</param>
public sealed record EditHistory(EditStep? Undo, EditStep? Redo);

/// <summary>What an edit came to.</summary>
public sealed record StoryEdit
{
    public required string StoryId { get; init; }

    /// <summary>The step that was done, undone or done again.</summary>
    public required long Step { get; init; }

    /// <summary>What was done, undone or done again: <c>1.2 split in two</c>, with the numbers of that moment.</summary>
    public required string Words { get; init; }

    /// <summary>What else there is to know, in a sentence; else null.</summary>
    public string? Note { get; init; }

    /// <summary>The segment to go on with, as it is now: the second half, the joined or moved one, or the neighbour of one that was taken out.</summary>
    public SegmentDetails? Segment { get; init; }

    /// <summary>The step that would be undone next, or null.</summary>
    public EditStep? Undo { get; init; }

    /// <summary>The step that would be done again next, or null.</summary>
    public EditStep? Redo { get; init; }
}
