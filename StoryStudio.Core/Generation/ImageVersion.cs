namespace StoryStudio.Core.Generation;

/// <summary>One picture of an image, as stored. Never overwritten.</summary>
public sealed class ImageVersion
{
    public required string ImageId { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>The attempt that made it.</summary>
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
}
