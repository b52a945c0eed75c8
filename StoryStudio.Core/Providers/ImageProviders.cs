using Microsoft.Extensions.Options;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Providers;

/// <summary>Which provider draws a style: the style's own, else the one in <c>StoryStudio:Provider</c>.</summary>
public sealed class ImageProviders(IEnumerable<IImageProvider> providers, IOptions<StoryStudioOptions> options)
{
    public const string Auto = "auto";
    public const string Sketch = "sketch";
    public const string OpenAI = "openai";

    private readonly Dictionary<string, IImageProvider> _byName = providers.ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);

    /// <param name="style">Style key; one that left the settings is drawn by the default provider.</param>
    public IImageProvider For(string style)
    {
        var settings = options.Value;
        var definition = settings.Styles.Find(s => s.Key == style);
        var name = definition?.Provider ?? settings.Provider;
        return _byName[name.Equals(Auto, StringComparison.OrdinalIgnoreCase) ? Choose(definition, settings) : name];
    }

    private static string Choose(StyleDefinition? style, StoryStudioOptions settings) =>
        style is { ApiKeys.Count: > 0 } || settings.Providers.OpenAI.All().Count > 0 ? OpenAI : Sketch;
}
