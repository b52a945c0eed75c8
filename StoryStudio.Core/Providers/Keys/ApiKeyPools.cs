using Microsoft.Extensions.Options;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Providers.Keys;

/// <summary>
/// Which keys serve which style: the style's own where it has some, else the provider's, else none. A key that stands in several places is
/// one key, with one pace (the slowest that was set for it) and one rest.
/// </summary>
public sealed class ApiKeyPools(IOptions<StoryStudioOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _origin = time.GetTimestamp();
    private readonly Dictionary<string, ApiKeyPool> _pools = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Provider, string Key), KeySlot> _slots = [];

    /// <param name="style">As in the settings.</param>
    /// <param name="provider">The provider that draws it: <see cref="IImageProvider.Name"/>.</param>
    public ApiKeyPool For(StyleDefinition style, string provider)
    {
        ArgumentNullException.ThrowIfNull(style);
        var settings = options.Value.Providers.Find(provider) as KeyedProviderSettings;
        var keys = ApiKeyPool.Usable(settings is null ? [] : style.ApiKeys);
        return keys.Count > 0
            ? Get($"{provider}/{style.Key}", provider, keys, style.RequestsPerMinute)
            : Get(provider, provider, ApiKeyPool.Usable([settings?.ApiKey]), settings?.RequestsPerMinute ?? style.RequestsPerMinute);
    }

    /// <summary>Every pool that was asked for so far, by provider or provider and style, for diagnostics.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<KeyState>> States()
    {
        KeyValuePair<string, ApiKeyPool>[] pools;
        lock (_gate)
        {
            pools = [.. _pools];
        }

        return pools.ToDictionary(pool => pool.Key, pool => pool.Value.States(), StringComparer.Ordinal);
    }

    private ApiKeyPool Get(string name, string provider, IReadOnlyList<string> keys, int requestsPerMinute)
    {
        lock (_gate)
        {
            if (!_pools.TryGetValue(name, out var pool))
            {
                _pools[name] = pool = new ApiKeyPool(keys.Count == 0 ? [new KeySlot(key: null, requestsPerMinute: null)] : [.. keys.Select(key => Slot(provider, key, requestsPerMinute))], _gate, time, _origin);
            }

            return pool;
        }
    }

    private KeySlot Slot(string provider, string key, int requestsPerMinute)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requestsPerMinute, 1);
        if (!_slots.TryGetValue((provider, key), out var slot))
        {
            _slots[(provider, key)] = slot = new KeySlot(key, requestsPerMinute);
        }

        slot.SlowTo(requestsPerMinute);
        return slot;
    }
}
