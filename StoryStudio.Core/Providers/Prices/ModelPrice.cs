namespace StoryStudio.Core.Providers.Prices;

/// <summary>What a model costs, in US dollars. A price that is not given is unknown, not zero.</summary>
public sealed class ModelPrice
{
    /// <summary>A million tokens of the prompt's words.</summary>
    public decimal? TextIn { get; set; }

    /// <summary>A million tokens of reference pictures.</summary>
    public decimal? ImageIn { get; set; }

    /// <summary>A million tokens of the picture.</summary>
    public decimal? ImageOut { get; set; }

    /// <summary>A million tokens of words that come along with the picture.</summary>
    public decimal? TextOut { get; set; }

    /// <summary>
    /// One picture, before it is made: by quality (<c>medium</c>) for 1024 × 1024 pixels, or by size as the provider is asked for it (<c>1K</c>,
    /// <c>1536x1024</c>), which wins.
    /// </summary>
    public Dictionary<string, decimal> PerPicture { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>One reference picture, before the picture is made. Where neither this nor <see cref="TokensPerReference"/> is given, a picture with references has no estimate.</summary>
    public decimal? PerReference { get; set; }

    /// <summary>Tokens that one reference picture is billed with as a rule, at the price of <see cref="ImageIn"/>; <see cref="PerReference"/> wins.</summary>
    public long? TokensPerReference { get; set; }

    /// <summary>Tokens that one partial picture is billed with besides, at the price of <see cref="ImageOut"/>. Where it is not given, a picture that is shown while it is made has no estimate.</summary>
    public long? TokensPerPartial { get; set; }

    /// <summary>Tokens that the words of a prompt are reckoned with before the picture is made, at the price of <see cref="TextIn"/>; null reckons without them.</summary>
    public long? TokensPerPrompt { get; set; }

    /// <summary>Tokens that a model is reckoned to think before it draws, at the price of <see cref="TextOut"/>; null reckons without them.</summary>
    public long? TokensPerThought { get; set; }
}
