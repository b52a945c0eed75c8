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
    private readonly ConcurrentDictionary<string, IReadOnlyList<Paced>> _paced = new(StringComparer.Ordinal);

    /// <summary>Time from one picture to the next when all styles are drawn at once: what the providers take, the delay or the keys' pace, whichever is longest.</summary>
    public TimeSpan PerImage(IEnumerable<string> styles)
    {
        List<string> drawn = [.. styles];
        return drawn.Count == 0 ? TimeSpan.Zero : _known.GetOrAdd(string.Join(' ', drawn), _ => Reckon(drawn));
    }

    /// <summary>The same for a run, by the styles in which it draws anything.</summary>
    public TimeSpan PerImage(Run run) => PerImage(run.Styles.Where(s => s.Total > 0).Select(s => s.Style));

    /// <summary>How long the keys need at least to let through all of a run that is still to be begun: longer than a measured pace says, where they had rested before.</summary>
    public TimeSpan ByKeys(Run run)
    {
        List<string> drawn = [.. run.Styles.Where(s => s.ToBegin > 0).Select(s => s.Style)];
        var longest = TimeSpan.Zero;
        foreach (var (each, styles) in drawn.Count == 0 ? [] : _paced.GetOrAdd(string.Join(' ', drawn), _ => Pools(drawn)))
        {
            // What one minute allows may begin at once, and the rest a minute later each time.
            var toBegin = run.Styles.Where(s => styles.Contains(s.Style)).Sum(s => s.ToBegin);
            var left = TimeSpan.FromMinutes(Math.Max(0, Math.Ceiling(toBegin * each / TimeSpan.FromMinutes(1)) - 1));
            longest = left > longest ? left : longest;
        }

        return longest;
    }

    private TimeSpan Reckon(List<string> styles)
    {
        var generation = options.Value.Generation;
        var typical = TimeSpan.Zero;
        styles.ForEach(style => typical += providers.For(style).Capabilities.TypicalDuration);
        var byKeys = Pools(styles).Select(p => p.Each * p.Styles.Count / styles.Count).DefaultIfEmpty().Max();
        return new[] { typical / styles.Count / generation.MaxConcurrency, generation.DelayBetweenImages / styles.Count, byKeys }.Max();
    }

    /// <summary>Each pool lets through what its keys allow; a key that serves several styles lets it through once, at the slowest of their paces, whether all of them are drawn or not.</summary>
    private List<Paced> Pools(List<string> styles)
    {
        var paces = options.Value.Styles.Select(s => s.Key).Union(styles, StringComparer.Ordinal).Select(Pool)
            .SelectMany(p => p.Serving.Keys, (p, key) => (Key: (p.Provider, key.Key), p.Serving.RequestsPerMinute))
            .GroupBy(k => k.Key, k => k.RequestsPerMinute)
            .ToDictionary(k => k.Key, k => k.Min());
        var pools = styles.ConvertAll(style => (Style: style, Pool: Pool(style)));
        var paced = new List<Paced>();
        foreach (var together in pools.GroupBy(p => p.Pool.Serving.Name, StringComparer.Ordinal).Concat(pools.GroupBy(p => p.Pool.Provider, StringComparer.Ordinal)))
        {
            var aMinute = together.SelectMany(p => p.Pool.Serving.Keys, (p, key) => (p.Pool.Provider, key.Key)).Distinct().Sum(key => paces[key]);
            if (aMinute > 0 && together.All(p => p.Pool.Serving.Keys.Count > 0))
            {
                paced.Add(new(TimeSpan.FromMinutes(1) / aMinute, together.Select(p => p.Style).ToHashSet(StringComparer.Ordinal)));
            }
        }

        return paced;
    }

    private (string Provider, (string Name, IReadOnlyList<ApiKeyDefinition> Keys, int RequestsPerMinute) Serving) Pool(string style)
    {
        var provider = providers.For(style).Name;
        return (provider, ApiKeyPools.Serving(options.Value, options.Value.Style(style), provider));
    }

    /// <param name="Each">Time from one call to the next that the keys of a pool leave between them.</param>
    /// <param name="Styles">Those that call with them.</param>
    private sealed record Paced(TimeSpan Each, HashSet<string> Styles);
}
