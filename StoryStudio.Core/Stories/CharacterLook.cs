namespace StoryStudio.Core.Stories;

/// <summary>What keeps one look through a story. Words on the wire: <c>character</c>, <c>place</c>.</summary>
public enum CastKind
{
    Character,
    Place,
}

/// <summary>Somebody, or a place, in a picture.</summary>
/// <param name="Name">As the story calls them.</param>
/// <param name="Description">What they look like; empty where the author did not say.</param>
public sealed record CharacterLook(string Name, string Description)
{
    public CastKind Kind { get; init; }

    /// <summary>What the story calls them besides.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}
