namespace StoryStudio.Core.Providers.OpenAI;

/// <summary>US dollars for a million tokens. Prices age fast, which is why they are settings: <c>StoryStudio:Providers:OpenAI:Prices:{model}</c>.</summary>
public sealed class ModelPrice
{
    /// <summary>Words of the prompt.</summary>
    public decimal TextIn { get; set; }

    /// <summary>Reference pictures.</summary>
    public decimal ImageIn { get; set; }

    /// <summary>The picture.</summary>
    public decimal ImageOut { get; set; }
}
