namespace StoryStudio.Core.Stories;

/// <summary>A new story that keeps every rule, ready to be stored.</summary>
public sealed record AcceptedStory
{
    public required string Title { get; init; }

    /// <summary>In the order of their numbers.</summary>
    public required IReadOnlyList<AcceptedSegment> Segments { get; init; }

    /// <summary>In the order given, no name twice.</summary>
    public required IReadOnlyList<CharacterLook> Characters { get; init; }

    /// <summary>Keys of styles in the settings, in the order asked for; never empty.</summary>
    public required IReadOnlyList<string> Styles { get; init; }
}

/// <summary>A segment of an <see cref="AcceptedStory"/>.</summary>
public sealed record AcceptedSegment
{
    public required SegmentNumber Number { get; init; }

    public required string Text { get; init; }

    public required bool HardCut { get; init; }

    /// <summary>Never blank.</summary>
    public string? Prompt { get; init; }

    /// <summary>By style key, never blank.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Names of characters of the story, spelled as there; null means whoever the text names, empty means nobody.</summary>
    public IReadOnlyList<string>? Characters { get; init; }
}
