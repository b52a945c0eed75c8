namespace StoryStudio.Core.Reviews;

/// <summary>What somebody said of a story, of one of its segments, or of one picture; or an answer to that.</summary>
public sealed class Comment
{
    /// <summary>In UTF-16 units.</summary>
    public const int MaxTextLength = 4_000;

    public const int MaxKeyLength = 64;

    public required string Id { get; init; }

    public required string StoryId { get; init; }

    /// <summary>The comment that it answers; null where it begins a talk.</summary>
    public string? ParentId { get; init; }

    /// <summary>The segment that it is about, or whose picture it is about; null where it is about the whole story.</summary>
    public string? SegmentId { get; set; }

    /// <summary>The image that it is about.</summary>
    public string? ImageId { get; init; }

    /// <summary>The version of it that was looked at.</summary>
    public int? PictureVersion { get; init; }

    /// <summary>Where on the picture: 0 at its left edge, 1 at its right.</summary>
    public double? X { get; init; }

    /// <summary>0 at its upper edge, 1 at its lower.</summary>
    public double? Y { get; init; }

    /// <summary>As it was written. Never markup.</summary>
    public required string Text { get; set; }

    public required string WriterId { get; init; }

    public required string WriterName { get; init; }

    public required bool ByAuthor { get; init; }

    /// <summary>What the writer's page called it: sent twice, it is one.</summary>
    public string? Key { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? EditedAt { get; set; }

    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>Name of whoever said that it is settled.</summary>
    public string? ResolvedBy { get; set; }

    /// <summary>When it was taken back; the row stays, so that its answers have something to stand under.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>The story's change number at the last change.</summary>
    public long Version { get; set; }

    /// <summary>That number at the last change of what is said, where it stands with another segment since; null where <see cref="Version"/> is of that.</summary>
    public long? SaidVersion { get; set; }

    /// <summary>The words that it is about are part of another segment by now. To nobody who has read it that is news.</summary>
    public void Move(string segmentId, long version)
    {
        SaidVersion ??= Version;
        (SegmentId, Version) = (segmentId, version);
    }

    public CommentState ToState() => new()
    {
        Id = Id,
        StoryId = StoryId,
        ParentId = ParentId,
        SegmentId = SegmentId,
        ImageId = ImageId,
        PictureVersion = PictureVersion,
        X = X,
        Y = Y,
        Text = DeletedAt is null ? Text : "",
        Writer = new(WriterId, WriterName, ByAuthor),
        CreatedAt = CreatedAt,
        EditedAt = EditedAt,
        ResolvedAt = ResolvedAt,
        ResolvedBy = ResolvedBy,
        Deleted = DeletedAt is not null,
        Version = Version,
    };
}
