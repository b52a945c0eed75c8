namespace StoryStudio.Core.Stories;

/// <summary>A named look, from <c>StoryStudio:Styles</c> in the settings.</summary>
public sealed class StyleDefinition
{
    /// <summary>Short name in addresses and paths: lower-case letters, digits and <c>-</c>.</summary>
    public string Key { get; set; } = "";

    /// <summary>What the author reads; the key where no name is given.</summary>
    public string Name { get => field.Length > 0 ? field : Key; set; } = "";

    /// <summary>The words that every prompt of this style carries.</summary>
    public string Prompt { get; set; } = "";

    /// <summary>The name of a provider (<c>sketch</c>, <c>openai</c>, <c>gemini</c>), or null (a blank word counts as that) for the one in <c>StoryStudio:Provider</c>.</summary>
    public string? Provider { get; set => field = string.IsNullOrWhiteSpace(value) ? null : value; }

    /// <summary>Keys of this style's own pool; where empty, the provider's own serve.</summary>
    public List<ApiKeyDefinition> ApiKeys { get; set; } = [];

    /// <summary>A picture whose manner is that of the style: PNG, JPEG or WebP; below the content root where it is relative. Sent where a scene starts.</summary>
    public string? ReferencePicture { get; set => field = string.IsNullOrWhiteSpace(value) ? null : value; }

    /// <summary>The same style with what a story adds to its words; itself where that is nothing.</summary>
    public StyleDefinition With(string? note) => string.IsNullOrWhiteSpace(note) ? this : new()
    {
        Key = Key,
        Name = Name,
        Prompt = $"{Prompt}\n{note}".Trim(),
        Provider = Provider,
        ApiKeys = ApiKeys,
        ReferencePicture = ReferencePicture,
        RequestsPerMinute = RequestsPerMinute,
    };

    /// <summary>Calls a minute that one key allows.</summary>
    public int RequestsPerMinute { get; set; } = 10;
}
