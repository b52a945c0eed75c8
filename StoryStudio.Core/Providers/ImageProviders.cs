using Microsoft.Extensions.Options;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Providers;

/// <summary>Which provider draws a style: the style's own, else the one in <c>StoryStudio:Provider</c>.</summary>
public sealed class ImageProviders(IEnumerable<IImageProvider> providers, IOptions<StoryStudioOptions> options)
{
    public const string Auto = "auto";
    public const string Sketch = "sketch";

    private readonly Dictionary<string, IImageProvider> _byName = providers.ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);

    /// <param name="style">Style key; one that left the settings is drawn by the default provider.</param>
    public IImageProvider For(string style) => _byName[NameFor(options.Value.Styles.Find(s => s.Key == style))];

    /// <summary>The table of what there is to draw with, in the order in which <c>auto</c> looks.</summary>
    public IReadOnlyList<ProviderDescription> Describe() => [.. _byName.Values.Select(Describe).OrderBy(p => options.Value.Providers.Find(p.Name)?.AutoRank)];

    private ProviderDescription Describe(IImageProvider provider)
    {
        var settings = options.Value.Providers.Find(provider.Name);
        return new()
        {
            Name = provider.Name,
            Title = settings?.Title ?? provider.Name,
            IsConfigured = settings is not { IsConfigured: false } || options.Value.Styles.Exists(s => s.ApiKeys.Count > 0 && NameFor(s).Equals(provider.Name, StringComparison.OrdinalIgnoreCase)),
            Capabilities = provider.Capabilities,
            PictureUsd = provider.EstimateUsd(references: 0),
        };
    }

    private string NameFor(StyleDefinition? style)
    {
        var settings = options.Value;
        var name = style?.Provider ?? settings.Provider;
        return !name.Equals(Auto, StringComparison.OrdinalIgnoreCase) ? name
            : style is { ApiKeys.Count: > 0 } ? settings.Providers.AutoWithKeys().Name
            : settings.Providers.Auto().Name;
    }
}
