using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Generation;

/// <summary>One picture of an image, as stored. Never overwritten.</summary>
public sealed class ImageVersion
{
    /// <summary>In the place of a provider's name where a person brought the picture.</summary>
    public const string Uploaded = "upload";

    public required string ImageId { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>The attempt that made it; an id of its own where a person brought it.</summary>
    public required string AttemptId { get; init; }

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

    /// <summary>The prompt as it was sent.</summary>
    public required string Prompt { get; init; }

    public required string Provider { get; init; }

    public string? Model { get; init; }

    public decimal? CostUsd { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>SHA-256 of all that decides what comes back: prompt, references, style, provider, model, size, seed.</summary>
    public string? RequestHash { get; init; }

    /// <summary>Whether characters were described in words because the provider takes no reference pictures, or too few.</summary>
    public bool Described { get; init; }

    /// <summary>What the author asked to be different; null where nothing.</summary>
    public string? Instruction { get; init; }

    /// <summary>What it was made from; null for versions of before that was kept.</summary>
    public PictureBasis? MadeFrom { get; init; }
}

/// <summary>One picture that went along when a version was made.</summary>
public sealed class PictureReference
{
    /// <summary>Of what is not there: as good as any.</summary>
    public const int NoVersion = 0;

    public required string ImageId { get; init; }

    /// <summary>The version that was made with it.</summary>
    public required int Version { get; init; }

    /// <summary>From 0, in the order in which they were sent.</summary>
    public required int Ordinal { get; init; }

    public required ReferenceRole Role { get; init; }

    /// <summary>The character's name, where it shows one.</summary>
    public string? Name { get; init; }

    /// <summary>Id of the image that it is a version of, of the character whose uploaded picture it is, or key of the style whose own picture it is.</summary>
    public required string SourceId { get; init; }

    /// <summary>Which version of that; <see cref="NoVersion"/> where it has not come along with an import.</summary>
    public required int SourceVersion { get; init; }

    /// <summary>SHA-256 of its file, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }
}
