namespace StoryStudio.Core.Reviews;

/// <summary>What somebody decided about one version of a picture. Words on the wire: <c>approved</c>, <c>changes_wanted</c>.</summary>
public enum DecisionKind
{
    Approved,
    ChangesWanted,
}

/// <summary>One person's word on one version of one picture. A later word of the same person on the same version takes its place.</summary>
public sealed class Decision
{
    /// <summary>In UTF-16 units; what is wanted becomes an instruction, which may be as long.</summary>
    public const int MaxReasonLength = 2_000;

    public required string ImageId { get; init; }

    /// <summary>Number of the version that was seen.</summary>
    public required int PictureVersion { get; init; }

    public required string PersonId { get; init; }

    public required string StoryId { get; init; }

    public required string PersonName { get; set; }

    public required bool ByAuthor { get; set; }

    public required DecisionKind Kind { get; set; }

    /// <summary>What should be different; null where it is approved.</summary>
    public string? Reason { get; set; }

    public required DateTimeOffset DecidedAt { get; set; }

    /// <summary>When an author made the next version's instruction of it.</summary>
    public DateTimeOffset? TakenUpAt { get; set; }

    /// <summary>When it was taken back.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>The story's change number at the last change.</summary>
    public long Version { get; set; }
}
