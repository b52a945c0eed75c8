namespace StoryStudio.Core.Stories;

/// <summary>Somebody, or a place, that a story comes back to and that its author may want to keep one look.</summary>
public sealed record CastProposal
{
    public required string Name { get; init; }

    public required CastKind Kind { get; init; }

    /// <summary>What the text calls them besides.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>How often the text names them.</summary>
    public required int Count { get; init; }

    /// <summary>Numbers of the segments in which they are named.</summary>
    public required IReadOnlyList<string> Segments { get; init; }

    /// <summary>Some words around the first place, on one line.</summary>
    public required string Excerpt { get; init; }
}
