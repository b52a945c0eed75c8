namespace StoryStudio.Core.Stories;

/// <summary>What a new story is made of. Either <see cref="Text"/> is split, or <see cref="Segments"/> are taken as they are.</summary>
public sealed record NewStory
{
    public string? Title { get; init; }

    public string? Text { get; init; }

    public IReadOnlyList<NewSegment>? Segments { get; init; }

    public IReadOnlyList<NewCharacter>? Characters { get; init; }

    /// <summary>Style keys; null or empty means every style in the settings.</summary>
    public IReadOnlyList<string>? Styles { get; init; }
}

/// <summary>A segment to be made. Where <see cref="Number"/> is null it is counted on from the one before.</summary>
public sealed record NewSegment
{
    public string? Number { get; init; }

    public string? Text { get; init; }

    public string? Prompt { get; init; }

    public IReadOnlyDictionary<string, string>? Prompts { get; init; }

    public bool? HardCut { get; init; }

    public IReadOnlyList<string>? Characters { get; init; }
}

/// <summary>A character or a place of a story to be made.</summary>
public sealed record NewCharacter(string? Name, string? Description)
{
    public CastKind Kind { get; init; }

    public IReadOnlyList<string>? Aliases { get; init; }
}

/// <summary>A whole story, for the page and the API.</summary>
public sealed record StoryDetails
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required IReadOnlyList<StyleSummary> Styles { get; init; }

    public required IReadOnlyList<CharacterDetails> Characters { get; init; }

    public required IReadOnlyList<SegmentDetails> Segments { get; init; }
}

public sealed record StyleSummary(string Key, string Name)
{
    /// <summary>What the story adds to the style's words; null where nothing, and on the shelf.</summary>
    public string? Note { get; init; }
}

/// <summary>A character or a place of a story.</summary>
public sealed record CharacterDetails(string Id, string Name, string Description)
{
    public CastKind Kind { get; init; }

    /// <summary>What the story calls them besides.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}

public sealed record SegmentDetails
{
    public required string Id { get; init; }

    public required string Number { get; init; }

    public required string Text { get; init; }

    public required bool HardCut { get; init; }

    /// <summary>The author's own prompt for every style, or null.</summary>
    public string? Prompt { get; init; }

    /// <summary>The author's own prompts by style.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The prompts as they will be sent, by style.</summary>
    public required IReadOnlyDictionary<string, string> EffectivePrompts { get; init; }

    public required IReadOnlyList<string> Characters { get; init; }
}

/// <summary>A story on the shelf.</summary>
public sealed record StorySummary
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required int Segments { get; init; }

    public required IReadOnlyList<StyleSummary> Styles { get; init; }

    /// <summary>Address of the first chosen picture, or null while there is none.</summary>
    public string? CoverUrl { get; init; }

    /// <summary>The run that is active, else the one that ended last; null where there was none.</summary>
    public Generation.RunState? Run { get; init; }

    /// <summary>Pictures of its pages, in its styles, that failed and do not go again by themselves, whichever run they were of.</summary>
    public int Failed { get; init; }
}

public sealed record Page<T>(IReadOnlyList<T> Items, int Number, int PageSize, int Total);

/// <summary>Changes to a story's own fields; null leaves a field as it is.</summary>
public sealed record StoryPatch
{
    public string? Title { get; init; }

    public IReadOnlyList<string>? Styles { get; init; }

    /// <summary>The title that the change was made from. Where it is another by now, nothing is changed and <c>title_changed</c> thrown.</summary>
    public string? TitleBasedOn { get; init; }
}

/// <summary>Changes to a segment; null leaves a field as it is, an empty prompt goes back to the composed one.</summary>
public sealed record SegmentPatch
{
    public string? Text { get; init; }

    public string? Prompt { get; init; }

    /// <summary>By style key; an empty prompt takes the style's own one away.</summary>
    public IReadOnlyDictionary<string, string>? Prompts { get; init; }

    public bool? HardCut { get; init; }

    /// <summary>The text that the change was made from. Where it is another by now, nothing is changed and <c>segment_changed</c> thrown.</summary>
    public string? BasedOn { get; init; }

    /// <summary>
    /// What the change of <see cref="Prompt"/> was made from: the prompt for all styles, the segment's own words where there was none. Where it is
    /// another by now, nothing is changed and <c>prompt_changed</c> thrown.
    /// </summary>
    public string? PromptBasedOn { get; init; }

    /// <summary>By style key, what was to be in the picture of that style when the change was made; likewise.</summary>
    public IReadOnlyDictionary<string, string>? PromptsBasedOn { get; init; }
}
