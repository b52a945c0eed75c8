namespace StoryStudio.Core.Reviews;

/// <summary>How a picture stands with those who decide. Words on the wire: <c>open</c>, <c>approved</c>, <c>changes_wanted</c>.</summary>
public enum ReviewStatus
{
    /// <summary>Nobody has decided about the version that is shown.</summary>
    Open,

    /// <summary>Somebody approves of it and nobody wants changes.</summary>
    Approved,

    /// <summary>Somebody wants changes.</summary>
    ChangesWanted,
}

/// <summary>What one person decided about one version.</summary>
public sealed record DecisionState
{
    public required Person Person { get; init; }

    public required DecisionKind Decision { get; init; }

    /// <summary>What should be different; null where it is approved.</summary>
    public string? Reason { get; init; }

    /// <summary>The version that was seen.</summary>
    public required int PictureVersion { get; init; }

    /// <summary>Whether that is the version that is shown: the others no longer count.</summary>
    public required bool Current { get; init; }

    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>When an author had the next version made with it as its instruction; null where nobody did.</summary>
    public DateTimeOffset? TakenUpAt { get; init; }
}

/// <summary>The whole public state of what is decided about one picture.</summary>
public sealed record ReviewState
{
    public required string ImageId { get; init; }

    public required string StoryId { get; init; }

    public string? SegmentId { get; init; }

    public required string Number { get; init; }

    public required string Style { get; init; }

    /// <summary>The version that is shown, and that a decision has to name; null while there is none.</summary>
    public int? PictureVersion { get; init; }

    public required ReviewStatus Status { get; init; }

    /// <summary>Each person's last word on each version, newest first.</summary>
    public required IReadOnlyList<DecisionState> Decisions { get; init; }

    /// <summary>The story's change number at the last change of the image or of what is decided; never falls.</summary>
    public required long Version { get; init; }

    /// <summary>What this person says of the version that is shown.</summary>
    public DecisionState? Of(string personId) => Decisions.FirstOrDefault(d => d.Current && d.Person.Id == personId);
}

/// <summary>How many of a story's pictures stand how.</summary>
/// <param name="Pictures">Pictures of segments that are there.</param>
/// <param name="Open">Of these, those that wait for a word.</param>
/// <param name="Approved">Those that are approved.</param>
/// <param name="ChangesWanted">Those of which somebody wants changes.</param>
public sealed record ReviewCounts(int Pictures, int Open, int Approved, int ChangesWanted);

/// <summary>Everything that was said and decided in a story, at one moment.</summary>
public sealed record ReviewSnapshot
{
    public required string StoryId { get; init; }

    /// <summary>The story's change number at that moment.</summary>
    public required long Version { get; init; }

    public required ReviewCounts Counts { get; init; }

    /// <summary>Oldest first; those that were deleted only where something answers them.</summary>
    public required IReadOnlyList<CommentState> Comments { get; init; }

    /// <summary>Of pictures that somebody decided about; every other one is open.</summary>
    public required IReadOnlyList<ReviewState> Reviews { get; init; }
}

/// <summary>What somebody has not seen yet.</summary>
/// <param name="Version">Up to where this tells; to be handed back as seen.</param>
/// <param name="Comments">Comments of others that are new or changed, oldest first.</param>
/// <param name="Wishes">Pictures for which somebody else wants changes since.</param>
public sealed record ReviewNews(long Version, IReadOnlyList<CommentState> Comments, IReadOnlyList<ReviewState> Wishes)
{
    public bool IsEmpty => Comments.Count == 0 && Wishes.Count == 0;
}
