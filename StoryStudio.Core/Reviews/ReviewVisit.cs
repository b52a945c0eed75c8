namespace StoryStudio.Core.Reviews;

/// <summary>Up to where one person has seen what was said and decided in a story.</summary>
public sealed class ReviewVisit
{
    public required string StoryId { get; init; }

    public required string PersonId { get; init; }

    /// <summary>The story's change number at the last look.</summary>
    public long SeenVersion { get; set; }
}
