using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Providers;

/// <summary>What an adapter can do with its present settings.</summary>
public sealed record ProviderCapabilities
{
    /// <summary>What every service reads, and what comes from outside.</summary>
    public static IReadOnlyList<string> Pixels { get; } = [PictureFormats.Png, PictureFormats.Jpeg, PictureFormats.Webp];

    /// <summary>How many reference pictures one request takes; 0 where it takes none and characters are described instead.</summary>
    public int MaxReferences { get; init; }

    /// <summary>Media types of the reference pictures that it takes.</summary>
    public IReadOnlyList<string> ReferenceFormats { get; init; } = Pixels;

    /// <summary>How many partial pictures it shows while one is made; 0 where none.</summary>
    public int PartialPictures { get; init; }

    /// <summary>Whether it is sent <see cref="ImageRequest.Seed"/>.</summary>
    public bool TakesSeed { get; init; }

    /// <summary>Whether its calls need an API key.</summary>
    public bool NeedsKey { get; init; }

    /// <summary>The model that calls go to, where there is one.</summary>
    public string? Model { get; init; }

    /// <summary>The size that it is asked for, in its own words: <c>1024x1024</c>, <c>1K</c>, <c>auto</c>; null where the server chooses.</summary>
    public string? Size { get; init; }

    /// <summary>The quality that it is asked for, in its own words; null where it knows none.</summary>
    public string? Quality { get; init; }

    /// <summary>Width to height as <c>3:2</c>, where it is asked for one apart from the size.</summary>
    public string? AspectRatio { get; init; }

    /// <summary>Sizes that its settings may ask for; others may do as well where the server is not the provider's own.</summary>
    public IReadOnlyList<string> Sizes { get; init; } = [];

    /// <summary>Media types that its pictures may come in.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [];

    /// <summary>How long one picture usually takes, for the first estimate.</summary>
    public required TimeSpan TypicalDuration { get; init; }

    /// <summary>Whether it may hand over SVG, which is accepted from our own illustrator only.</summary>
    public bool MakesSvg { get; init; }

    /// <summary>Those of <paramref name="references"/> that go along with a request, in their order: of a kind that is taken, and no more than one request takes.</summary>
    public IReadOnlyList<ReferencePicture> Sendable(IEnumerable<ReferencePicture> references) =>
        [.. references.Where(reference => ReferenceFormats.Contains(reference.MediaType, StringComparer.Ordinal)).Take(MaxReferences)];
}
