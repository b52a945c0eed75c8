using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Providers;

/// <summary>Makes pictures. One adapter each for what StoryStudio can draw with.</summary>
public interface IImageProvider
{
    /// <summary>Lower-case name in settings and states: <c>sketch</c>, <c>openai</c>, <c>gemini</c>.</summary>
    string Name { get; }

    ProviderCapabilities Capabilities { get; }

    /// <summary>
    /// Makes one picture and writes its bytes to <paramref name="destination"/>, which the caller owns, checks and disposes.
    /// Every failure of the provider is an outcome, not an exception; only a cancelled <paramref name="cancellationToken"/> throws.
    /// The time-out of an attempt is the caller's: it cancels the token.
    /// </summary>
    Task<ImageOutcome> GenerateAsync(ImageRequest request, Stream destination, IProgress<ImageProgress> progress, CancellationToken cancellationToken);

    /// <summary>US dollars that one picture is thought to cost at most, as things are set; null where unknown, 0 where it costs nothing.</summary>
    /// <param name="references">How many reference pictures go along.</param>
    decimal? EstimateUsd(int references) => null;
}

/// <summary>One picture to be made.</summary>
public sealed record ImageRequest
{
    /// <summary>Sent with the call where the provider takes one: the same where the very same is asked for again, because nobody knows what became of it.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>The whole prompt as it is sent.</summary>
    public required string Prompt { get; init; }

    /// <summary>The segment's own words, or the author's prompt in their place, without the style's.</summary>
    public required string Scene { get; init; }

    /// <summary>Style key.</summary>
    public required string Style { get; init; }

    /// <summary>Who is in the picture.</summary>
    public IReadOnlyList<CharacterLook> Characters { get; init; } = [];

    public IReadOnlyList<ReferencePicture> References { get; init; } = [];

    /// <summary>The key to call with; null where the provider needs none. Never logged.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Sent where <see cref="ProviderCapabilities.TakesSeed"/>; the same seed and request then give much the same picture.</summary>
    public int? Seed { get; init; }

    /// <summary>Which picture of the image this will be, from 1: another version may differ although the words are the same.</summary>
    public int Version { get; init; } = 1;

    /// <summary>A record prints everything it has, and this one has the key.</summary>
    public override string ToString() => $"{Style}, attempt {IdempotencyKey}";
}

/// <summary>A picture that goes along with a request. In a list of them the order counts: the prompt says what each one is for by its place.</summary>
/// <param name="FilePath">Where its bytes are.</param>
/// <param name="MediaType">What they are.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Name">Whom it shows, where it shows a character.</param>
public sealed record ReferencePicture(string FilePath, string MediaType, ReferenceRole Role, string? Name = null);

public enum ReferenceRole
{
    /// <summary>The style's first picture: keep figures and manner as they are there.</summary>
    Consistency,

    /// <summary>A character as they look in every picture; <see cref="ReferencePicture.Name"/> says who.</summary>
    Character,

    /// <summary>A place as it looks in every picture; <see cref="ReferencePicture.Name"/> says which.</summary>
    Place,

    /// <summary>A picture that somebody chose as a sample of the style: its manner counts, not what it shows.</summary>
    StyleSample,

    /// <summary>The picture as it is: all of it stays but for what is asked to be changed.</summary>
    Previous,
}

/// <summary>How far a picture is.</summary>
/// <param name="Percent">0 to 100.</param>
/// <param name="Preview">A rough first picture, where there is a new one.</param>
public sealed record ImageProgress(int Percent, PreviewPicture? Preview = null)
{
    /// <summary>The provider's own id of the request, from the moment that it is known: whoever cuts the call off has it all the same.</summary>
    public string? RequestId { get; init; }
}

public sealed record PreviewPicture(ReadOnlyMemory<byte> Bytes, string MediaType);

/// <summary>How an attempt ended: <see cref="PictureMade"/> or <see cref="ImageFailure"/>.</summary>
public abstract record ImageOutcome
{
    private protected ImageOutcome()
    {
    }

    /// <summary>The model that answered, where the provider says.</summary>
    public string? Model { get; init; }

    /// <summary>The provider's own id of the request.</summary>
    public string? RequestId { get; init; }
}

/// <summary>The bytes are in the destination. Nothing is known of them yet.</summary>
public sealed record PictureMade : ImageOutcome
{
    /// <summary>US dollars; null where unknown.</summary>
    public decimal? CostUsd { get; init; }
}

/// <summary>No picture, and why.</summary>
public sealed record ImageFailure : ImageOutcome
{
    public required FailureKind Kind { get; init; }

    /// <summary>The sentence for the author.</summary>
    public required string Message { get; init; }

    /// <summary>The sentence for the log. Never holds a key.</summary>
    public required string LogMessage { get; init; }

    /// <summary>Whether the picture may have been made all the same: no answer came, or not to its end, so that the provider never said what became of the call.</summary>
    public bool IsUnresolved { get; init; }

    /// <summary>Whether a reference picture could not be read, so that nobody was called.</summary>
    public bool IsReferenceMissing { get; init; }

    /// <summary>US dollars that it cost all the same; null where unknown or nothing.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>How long the provider asked to be left alone, clamped to ten minutes.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
