namespace StoryStudio.Core.Reviews;

/// <summary>Somebody who says something in a story.</summary>
/// <param name="Id">The same for everything the same person does.</param>
/// <param name="Name">What others read.</param>
/// <param name="IsAuthor">Whether they are an author of the story, and no guest.</param>
public sealed record Person(string Id, string Name, bool IsAuthor);

/// <summary>The whole public state of one comment: what the API, the hub, the event streams and the pages receive.</summary>
public sealed record CommentState
{
    public required string Id { get; init; }

    public required string StoryId { get; init; }

    /// <summary>The comment that it answers; null where it begins a talk.</summary>
    public string? ParentId { get; init; }

    /// <summary>The segment that it is about, or whose picture it is about; null where it is about the whole story.</summary>
    public string? SegmentId { get; init; }

    /// <summary>The image that it is about.</summary>
    public string? ImageId { get; init; }

    /// <summary>The version of the picture that was looked at.</summary>
    public int? PictureVersion { get; init; }

    /// <summary>Where on the picture: 0 at its left edge, 1 at its right.</summary>
    public double? X { get; init; }

    /// <summary>0 at its upper edge, 1 at its lower.</summary>
    public double? Y { get; init; }

    /// <summary>Plain text; empty where it was deleted.</summary>
    public required string Text { get; init; }

    public required Person Writer { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? EditedAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Name of whoever said that it is settled.</summary>
    public string? ResolvedBy { get; init; }

    /// <summary>Whether it was taken back; its answers stay.</summary>
    public bool Deleted { get; init; }

    /// <summary>The story's change number at its last change; rises with every change and never falls.</summary>
    public required long Version { get; init; }

    /// <summary>In the order of saying; what was said in one moment stands before what answers it.</summary>
    public static IComparer<CommentState> Order { get; } = Comparer<CommentState>.Create((a, b) =>
        (a.CreatedAt, a.ParentId is not null).CompareTo((b.CreatedAt, b.ParentId is not null)) is not 0 and var order ? order : string.CompareOrdinal(a.Id, b.Id));
}

/// <summary>A comment to be made: on the story, on the segment, on the picture, or as an answer.</summary>
public sealed record NewComment
{
    public string? Text { get; init; }

    /// <summary>The comment to answer; what that one is about, this one is about.</summary>
    public string? ParentId { get; init; }

    public string? SegmentId { get; init; }

    public string? ImageId { get; init; }

    /// <summary>The version that was looked at; the chosen one where it is left out.</summary>
    public int? PictureVersion { get; init; }

    /// <summary>0 to 1, together with <see cref="Y"/>.</summary>
    public double? X { get; init; }

    public double? Y { get; init; }

    /// <summary>What the writer's page calls it: the same key again is the same comment, not a second one.</summary>
    public string? Key { get; init; }
}
