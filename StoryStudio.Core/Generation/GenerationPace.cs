using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;

namespace StoryStudio.Core.Generation;

/// <summary>How long an image is thought to take on the whole, while a run has nothing of its own to be judged by.</summary>
public sealed class GenerationPace(ImageProviders providers, IOptions<StoryStudioOptions> options)
{
    // Asked with every change of a run, and settings do not change while the program runs.
    private readonly ConcurrentDictionary<string, TimeSpan> _known = new(StringComparer.Ordinal);

    /// <summary>Time from one picture to the next when all styles are drawn at once: what the providers take, the delay or the keys' pace, whichever is longest.</summary>
    public TimeSpan PerImage(IEnumerable<string> styles)
    {
        List<string> drawn = [.. styles];
        return drawn.Count == 0 ? TimeSpan.Zero : _known.GetOrAdd(string.Join(' ', drawn), _ => Reckon(drawn));
    }

    /// <summary>The same for a run, by the styles in which it draws anything.</summary>
    public TimeSpan PerImage(Run run) => PerImage(run.Styles.Where(s => s.Total > 0).Select(s => s.Style));

    private TimeSpan Reckon(List<string> styles)
    {
        var generation = options.Value.Generation;
        var typical = TimeSpan.Zero;
        styles.ForEach(style => typical += providers.For(style).Capabilities.TypicalDuration);
        return new[] { typical / styles.Count / generation.MaxConcurrency, generation.DelayBetweenImages / styles.Count, ByKeys(styles) }.Max();
    }

    /// <summary>Each pool lets through what its keys allow; a key that serves several styles lets it through once, at the slowest of their paces, whether all of them are drawn or not.</summary>
    private TimeSpan ByKeys(List<string> styles)
    {
        var paces = options.Value.Styles.Select(s => s.Key).Union(styles, StringComparer.Ordinal).Select(Pool)
            .SelectMany(p => p.Serving.Keys, (p, key) => (Key: (p.Provider, key.Key), p.Serving.RequestsPerMinute))
            .GroupBy(k => k.Key, k => k.RequestsPerMinute)
            .ToDictionary(k => k.Key, k => k.Min());
        var pools = styles.ConvertAll(Pool);
        var slowest = TimeSpan.Zero;
        foreach (var together in pools.GroupBy(p => p.Serving.Name, StringComparer.Ordinal).Concat(pools.GroupBy(p => p.Provider, StringComparer.Ordinal)))
        {
            var aMinute = together.SelectMany(p => p.Serving.Keys, (p, key) => (p.Provider, key.Key)).Distinct().Sum(key => paces[key]);
            if (aMinute > 0 && together.All(p => p.Serving.Keys.Count > 0))
            {
                var perImage = TimeSpan.FromMinutes(1) / aMinute * together.Count() / styles.Count;
                slowest = perImage > slowest ? perImage : slowest;
            }
        }

        return slowest;
    }

    private (string Provider, (string Name, IReadOnlyList<ApiKeyDefinition> Keys, int RequestsPerMinute) Serving) Pool(string style)
    {
        var provider = providers.For(style).Name;
        return (provider, ApiKeyPools.Serving(options.Value, options.Value.Style(style), provider));
    }
}
