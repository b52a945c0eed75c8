namespace StoryStudio.Core.Stories;

/// <summary>A story as it is stored: title, segments, characters and the styles it is drawn in.</summary>
public sealed class Story
{
    public const int MaxTitleLength = 200;

    /// <summary>The <see cref="EditVersion"/> of one that is as it was made.</summary>
    public const long Unedited = 1;

    public required string Id { get; init; }

    public required string Title { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When the author deleted it; it can be brought back until it is swept away.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>The story's change number: rises with every change of anything in it, and is what its images and runs carry as their version.</summary>
    public long Version { get; set; }

    /// <summary>The change number of the last edit of title, text, prompts, cast or styles: while it stands, the story reads the same. Storage sets it.</summary>
    public long EditVersion { get; init; }

    public List<Segment> Segments { get; init; } = [];

    public List<Character> Characters { get; init; } = [];

    public List<StoryStyle> Styles { get; init; } = [];
}

/// <summary>The piece of text that gets a picture.</summary>
public sealed class Segment
{
    public const int MaxTextLength = 20_000;
    public const int MaxPromptLength = 8_000;

    public required string Id { get; init; }

    public required string StoryId { get; init; }

    /// <summary>Place in the story, from 0, without gaps.</summary>
    public required int Ordinal { get; set; }

    public required int Scene { get; set; }

    public required int Beat { get; set; }

    public required string Text { get; set; }

    /// <summary>The author's own prompt for every style, or null where it is composed from the text.</summary>
    public string? Prompt { get; set; }

    /// <summary>The author's own prompts by style key; they win over <see cref="Prompt"/>.</summary>
    public Dictionary<string, string> Prompts { get; set; } = [];

    /// <summary>Whether a scene starts here.</summary>
    public bool HardCut { get; set; }

    /// <summary>Names of the characters in this segment, where the author said so; null means whoever the text names.</summary>
    public List<string>? Characters { get; set; }

    /// <summary>When it was taken out of the story; it can be put back by undoing that, and no query finds it meanwhile unless it asks for it.</summary>
    public DateTimeOffset? RemovedAt { get; set; }

    public SegmentNumber Number => new(Scene, Beat);
}

/// <summary>Somebody, or a place, that keeps one look through the whole story.</summary>
public sealed class Character
{
    public const int MaxNameLength = 80;
    public const int MaxDescriptionLength = 2_000;
    public const int MaxAliases = 20;

    public required string Id { get; init; }

    public required string StoryId { get; init; }

    public required int Ordinal { get; init; }

    public CastKind Kind { get; set; }

    public required string Name { get; set; }

    public string Description { get; set; } = "";

    /// <summary>What the story calls them besides: “Tom” for Thomas.</summary>
    public List<string> Aliases { get; set; } = [];

    /// <summary>Ids of segments in which they appear although nothing there says so.</summary>
    public List<string> AddedTo { get; set; } = [];

    /// <summary>Ids of segments in which they do not appear although their name is there.</summary>
    public List<string> RemovedFrom { get; set; } = [];

    /// <summary>When it was taken out of the story; null while it is there.</summary>
    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>What it has become of another; null where it is there, or went on its own.</summary>
    public CastMerger? Merger { get; set; }
}

/// <summary>A name that was found in the story and that its author wants nothing more of.</summary>
public sealed class DismissedName
{
    public required string StoryId { get; init; }

    /// <summary>In small letters.</summary>
    public required string Name { get; init; }
}

/// <summary>A picture of a character that was brought from outside. The newest that was not removed goes along with every request in which the character appears.</summary>
public sealed class CharacterPicture
{
    public required string CharacterId { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>Path below the data directory, with <c>/</c>.</summary>
    public required string Path { get; init; }

    public required string MediaType { get; init; }

    /// <summary>Pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels.</summary>
    public required int Height { get; init; }

    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? RemovedAt { get; set; }
}

/// <summary>One of the styles that a story is drawn in.</summary>
public sealed class StoryStyle
{
    public const int MaxNoteLength = 1_000;

    public required string StoryId { get; init; }

    /// <summary>Key of a style in the settings.</summary>
    public required string Key { get; init; }

    public required int Ordinal { get; init; }

    /// <summary>What this story adds to the style's words; null where nothing.</summary>
    public string? Note { get; set; }

    /// <summary>The image that later ones of this style are given as reference, once one is completed.</summary>
    public string? ReferenceImageId { get; set; }
}
