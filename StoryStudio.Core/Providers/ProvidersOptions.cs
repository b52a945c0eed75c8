using System.Reflection;
using StoryStudio.Core.Providers.Gemini;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Core.Providers.Sketch;

namespace StoryStudio.Core.Providers;

/// <summary>Everything that draws, each below its own name in the settings. A further provider is a folder beside these and a line here.</summary>
public sealed class ProvidersOptions
{
    private static readonly PropertyInfo[] Properties = typeof(ProvidersOptions).GetProperties();

    public SketchOptions Sketch { get; set; } = new();

    public OpenAIOptions OpenAI { get; set; } = new();

    public GeminiOptions Gemini { get; set; } = new();

    /// <summary>All of them with the name of their section, in the order in which they stand here.</summary>
    public IReadOnlyList<(string Section, ProviderSettings Settings)> All() => [.. Properties.Select(property => (property.Name, (ProviderSettings)property.GetValue(this)!))];

    /// <param name="name">As <see cref="ProviderSettings.Name"/>; upper and lower case count the same.</param>
    public ProviderSettings? Find(string name) => All().Select(p => p.Settings).FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The one that <c>auto</c> stands for.</summary>
    public ProviderSettings Auto() => All().Select(p => p.Settings).Where(s => s.MayBeAuto).MinBy(s => s.AutoRank)!;

    /// <summary>
    /// The one that <c>auto</c> stands for in a style that has keys of its own but names no provider: keys are of no use to one without, so
    /// it is the same where that one takes keys, else the first in the order that does.
    /// </summary>
    public ProviderSettings AutoWithKeys() => Auto() is KeyedProviderSettings keyed ? keyed : All().Select(p => p.Settings).OfType<KeyedProviderSettings>().MinBy(s => s.AutoRank)!;
}
