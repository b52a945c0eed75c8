using System.Text.Json.Serialization;

namespace StoryStudio.Core.Books.Archive;

/// <summary>
/// The list of contents of an exported story, <c>manifest.json</c>: all of it but ids, with the files that it names beside it. Whatever is
/// read may be null, whatever the type promises.
/// </summary>
internal sealed record ArchiveManifest
{
    public const string FileName = "manifest.json";
    public const string FormatName = "storystudio";
    public const int CurrentVersion = 1;

    public string? Format { get; init; }

    public int Version { get; init; }

    public ArchivedStory? Story { get; init; }

    /// <summary>In the story's order.</summary>
    public IReadOnlyList<ArchivedStyle>? Styles { get; init; }

    /// <summary>In the story's order; others are named by their place in here.</summary>
    public IReadOnlyList<ArchivedCharacter>? Characters { get; init; }

    /// <summary>In the story's order.</summary>
    public IReadOnlyList<ArchivedSegment>? Segments { get; init; }

    /// <summary>In the order of saying, an answer after what it answers; others are named by their place in here.</summary>
    public IReadOnlyList<ArchivedComment>? Comments { get; init; }

    public IReadOnlyList<ArchivedDecision>? Decisions { get; init; }

    /// <summary>Who said and decided; others are named by their place in here.</summary>
    public IReadOnlyList<ArchivedPerson>? People { get; init; }

    /// <summary>Every file of a picture that is named.</summary>
    public IEnumerable<ArchivedFile> Files()
    {
        var characters = (Characters ?? []).OfType<ArchivedCharacter>();
        var images = characters.SelectMany(c => c.Sheets ?? []).Concat((Segments ?? []).OfType<ArchivedSegment>().SelectMany(s => s.Images ?? [])).OfType<ArchivedImage>();
        return characters.SelectMany(c => c.Pictures ?? []).OfType<ArchivedFile>().Concat(images.SelectMany(i => i.Versions ?? []).OfType<ArchivedFile>());
    }
}

internal sealed record ArchivedStory
{
    public string? Title { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}

internal sealed record ArchivedStyle
{
    public string? Key { get; init; }

    /// <summary>For whoever reads the list; settings say what a style is.</summary>
    public string? Name { get; init; }

    /// <summary>What the story adds to the style's words.</summary>
    public string? Note { get; init; }

    /// <summary>The image that later ones of this style are given as reference.</summary>
    public ArchivedSource? Reference { get; init; }
}

internal sealed record ArchivedCharacter
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Whether it is a place.</summary>
    public bool IsPlace { get; init; }

    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>Numbers of segments in which they appear although nothing there says so.</summary>
    public IReadOnlyList<string>? AddedTo { get; init; }

    /// <summary>Numbers of segments in which they do not appear although their name is there.</summary>
    public IReadOnlyList<string>? RemovedFrom { get; init; }

    public IReadOnlyList<ArchivedLook>? Pictures { get; init; }

    public IReadOnlyList<ArchivedImage>? Sheets { get; init; }
}

internal sealed record ArchivedSegment
{
    public string? Number { get; init; }

    public string? Text { get; init; }

    public bool HardCut { get; init; }

    public string? Prompt { get; init; }

    public IReadOnlyDictionary<string, string>? Prompts { get; init; }

    public IReadOnlyList<string>? Characters { get; init; }

    public IReadOnlyList<ArchivedImage>? Images { get; init; }
}

internal sealed record ArchivedImage
{
    public string? Style { get; init; }

    /// <summary>Number of the version that is shown.</summary>
    public int Chosen { get; init; }

    public ArchivedStale? Stale { get; init; }

    public ArchivedLock? Lock { get; init; }

    public IReadOnlyList<ArchivedVersion>? Versions { get; init; }
}

internal sealed record ArchivedStale(string? Code, string? Message);

internal sealed record ArchivedLock(Generation.LockReason Reason, string? By, DateTimeOffset At);

internal sealed record ArchivedPerson(string? Name, bool IsAuthor);

internal sealed record ArchivedComment
{
    /// <summary>Place of the writer among the people, from 0.</summary>
    public int Writer { get; init; }

    public string? Text { get; init; }

    /// <summary>Place of the comment that it answers, from 0.</summary>
    public int? Answers { get; init; }

    /// <summary>Number of the segment that it is about, or whose picture; null where it is about the whole story, or what it is about is gone.</summary>
    public string? Segment { get; init; }

    /// <summary>The picture that it is about.</summary>
    public ArchivedSource? Image { get; init; }

    public int? PictureVersion { get; init; }

    public double? X { get; init; }

    public double? Y { get; init; }

    /// <summary>Whether what it is about has left the story.</summary>
    public bool Gone { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? EditedAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public string? ResolvedBy { get; init; }

    public DateTimeOffset? DeletedAt { get; init; }
}

internal sealed record ArchivedDecision
{
    public int Person { get; init; }

    public ArchivedSource? Image { get; init; }

    public int PictureVersion { get; init; }

    public Reviews.DecisionKind Kind { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset DecidedAt { get; init; }

    public DateTimeOffset? TakenUpAt { get; init; }

    public DateTimeOffset? WithdrawnAt { get; init; }
}

/// <summary>A file of a picture.</summary>
internal record ArchivedFile
{
    /// <summary>From 1.</summary>
    public int Number { get; init; }

    /// <summary>Its place in the archive, beside the list of contents.</summary>
    public string? File { get; init; }

    public string? MediaType { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    public long Bytes { get; init; }

    public string? Sha256 { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A character's picture from outside.</summary>
internal sealed record ArchivedLook : ArchivedFile
{
    public DateTimeOffset? RemovedAt { get; init; }
}

internal sealed record ArchivedVersion : ArchivedFile
{
    public string? Prompt { get; init; }

    public string? Provider { get; init; }

    public string? Model { get; init; }

    public decimal? CostUsd { get; init; }

    public string? RequestHash { get; init; }

    public bool Described { get; init; }

    public string? Instruction { get; init; }

    public ArchivedBasis? MadeFrom { get; init; }

    public IReadOnlyList<ArchivedReference>? References { get; init; }
}

/// <summary>What a version was made from, with characters by their place.</summary>
internal sealed record ArchivedBasis
{
    public string? Text { get; init; }

    /// <summary>Null in archives from before it was kept as well.</summary>
    public string? Setting { get; init; }

    public string? Prompt { get; init; }

    public string? Style { get; init; }

    public string? Note { get; init; }

    public string? Sample { get; init; }

    public IReadOnlyList<ArchivedBasisCharacter>? Characters { get; init; }

    /// <summary>Null in archives from before it was kept as well.</summary>
    public IReadOnlyList<string>? Undescribed { get; init; }

    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>Null in archives from before it was kept as well.</summary>
    public IReadOnlyList<string>? Unsent { get; init; }

    public bool Uploaded { get; init; }
}

/// <param name="Character">Place among the story's characters, from 0; null where they have left it.</param>
/// <param name="Name">As it was then.</param>
/// <param name="Look">Mark of the description.</param>
internal sealed record ArchivedBasisCharacter(int? Character, string? Name, string? Look);

internal sealed record ArchivedReference
{
    public Providers.ReferenceRole Role { get; init; }

    public string? Name { get; init; }

    public string? Sha256 { get; init; }

    /// <summary>What it was a version of; null where that is gone.</summary>
    public ArchivedSource? Source { get; init; }

    public int SourceVersion { get; init; }
}

/// <summary>
/// A segment's image (<c>segment</c> and <c>style</c>), a character's sheet (<c>character</c> and <c>style</c>), a character's picture
/// from outside (<c>character</c>) or a style's own sample (<c>style</c>).
/// </summary>
/// <param name="Segment">Its number.</param>
/// <param name="Character">Its place among the story's characters, from 0.</param>
/// <param name="Style">Its key.</param>
internal sealed record ArchivedSource(string? Segment, int? Character, string? Style);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true,
    MaxDepth = 32)]
[JsonSerializable(typeof(ArchiveManifest))]
internal sealed partial class ArchiveJson : JsonSerializerContext;
