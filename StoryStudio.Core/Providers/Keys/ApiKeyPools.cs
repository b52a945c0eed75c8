using Microsoft.Extensions.Options;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Providers.Keys;

/// <summary>
/// Which keys serve which style: the style's own where it has some, else the provider's, else none. A key that stands in several places is
/// one key, with one pace (the slowest that was set for it) and one rest, which is its whole account's.
/// </summary>
public sealed class ApiKeyPools(IOptions<StoryStudioOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _origin = time.GetTimestamp();
    private readonly Dictionary<string, ApiKeyPool> _pools = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _styles = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Provider, string Key), KeySlot> _slots = [];
    private readonly Dictionary<(string Provider, string Name), KeyAccount> _accounts = [];
    private readonly List<KeySlot> _inOrder = [];
    private readonly List<KeySlot> _withoutKeys = [];

    /// <summary>Told of keys whose condition changed. Outside the lock, on the thread that changed it.</summary>
    internal Action<IReadOnlyList<KeySlot>>? Changed { get; set; }

    /// <param name="style">As in the settings.</param>
    /// <param name="provider">The provider that draws it: <see cref="IImageProvider.Name"/>.</param>
    public ApiKeyPool For(StyleDefinition style, string provider)
    {
        ArgumentNullException.ThrowIfNull(style);
        var (name, keys, requestsPerMinute) = Serving(options.Value, style, provider);
        return Get(name, style.Key, provider, keys, requestsPerMinute);
    }

    /// <summary>
    /// The pool that serves a style, by its name, with the keys in it and the calls a minute that each may be given for this style: the slowest of
    /// all that a key serves holds. No keys means no pace.
    /// </summary>
    internal static (string Name, IReadOnlyList<ApiKeyDefinition> Keys, int RequestsPerMinute) Serving(StoryStudioOptions options, StyleDefinition style, string provider)
    {
        var settings = options.Providers.Find(provider) as KeyedProviderSettings;
        var own = settings is null ? [] : ApiKeyDefinition.Usable(style.ApiKeys);
        return own.Count > 0
            ? ($"{provider}/{style.Key}", own, style.RequestsPerMinute)
            : (provider, settings?.OwnKeys ?? [], settings?.RequestsPerMinute ?? style.RequestsPerMinute);
    }

    /// <summary>Every key once, in the order in which the styles name them. Holds no key.</summary>
    public IReadOnlyList<KeyState> Keys()
    {
        lock (_gate)
        {
            var now = Now();
            return [.. _inOrder.Select(slot => State(slot, now))];
        }
    }

    /// <summary>What rests: every key once, and each service that asks for none.</summary>
    internal IReadOnlyList<KeySlot> Slots()
    {
        lock (_gate)
        {
            return [.. _inOrder, .. _withoutKeys];
        }
    }

    /// <summary>Serves again at once, whatever it rested for or was switched off for; so does its account. False where there is no such key.</summary>
    internal bool Wake(string id)
    {
        KeySlot? slot;
        lock (_gate)
        {
            slot = _inOrder.Find(s => s.Id == id);
            slot?.Wake();
            foreach (var pool in _pools.Values.Where(pool => pool.Has(slot?.Account)))
            {
                pool.BeginAnew();
            }
        }

        if (slot is not null)
        {
            Tell(slot);
        }

        return slot is not null;
    }

    /// <summary>Puts into the record how the key does now.</summary>
    internal void Describe(KeySlot slot, KeyRecord record)
    {
        lock (_gate)
        {
            var now = Now();
            slot.Refresh(now);
            record.Condition = slot.Condition;
            record.Until = slot.Condition is KeyCondition.Cooling or KeyCondition.Parked ? time.GetUtcNow() + (slot.Account.RestsUntil - now) : null;
            record.Code = slot.Cause?.Kind.Code();
            record.Message = slot.Cause?.Message;
        }
    }

    /// <summary>Takes up what an earlier process knew of the key. However the wall clock was set in between, no rest is longer than one can be.</summary>
    internal void Restore(KeySlot slot, KeyRecord record)
    {
        lock (_gate)
        {
            slot.Id = record.Id;
            var cause = FailureKinds.FromCode(record.Code) is { } kind
                ? new ImageFailure { Kind = kind, Message = record.Message ?? "", LogMessage = record.Message ?? "" }
                : null;
            if (record.Condition is KeyCondition.Off && cause is not null)
            {
                // Which model an account may not use is not written down, and the settings may name another one by now.
                if (cause.Kind is not FailureKind.NoAccess)
                {
                    slot.SwitchOff(cause);
                }
            }
            else if (record is { Condition: KeyCondition.Cooling or KeyCondition.Parked, Until: { } until } && (slot.Key is not null || record.Condition is KeyCondition.Cooling))
            {
                // A service without keys has none that a person could make ready before a day is over: a start asks it anew.
                var longest = record.Condition is KeyCondition.Cooling ? RetryAfter.Longest : LongestParking;
                var rest = until - time.GetUtcNow();
                rest = rest < longest ? rest : longest;
                if (rest > TimeSpan.Zero)
                {
                    slot.Account.Rest(record.Condition, Now() + rest, cause);
                }
            }
        }
    }

    /// <summary>
    /// Counts a call that an earlier process began. Only the key's last four characters were written down, so it counts for every key that ends so.
    /// In the order of time.
    /// </summary>
    internal void Remember(string provider, string tail, DateTimeOffset startedAt)
    {
        lock (_gate)
        {
            var age = time.GetUtcNow() - startedAt;
            var start = Now() - (age > TimeSpan.Zero ? age : TimeSpan.Zero);
            foreach (var slot in _inOrder.Where(s => s.Provider == provider && Secrets.Tail(s.Key) == tail))
            {
                slot.Remember(start);
            }
        }
    }

    /// <summary>A day's allowance is back within a day.</summary>
    private static TimeSpan LongestParking { get; } = TimeSpan.FromHours(25);

    private ApiKeyPool Get(string name, string style, string provider, IReadOnlyList<ApiKeyDefinition> keys, int requestsPerMinute)
    {
        lock (_gate)
        {
            if (!_pools.TryGetValue(name, out var pool))
            {
                KeySlot[] slots = keys.Count == 0 ? [WithoutKey(provider)] : [.. keys.Select(key => Slot(provider, key, requestsPerMinute))];
                _pools[name] = pool = new ApiKeyPool(slots, _gate, time, _origin, Tell);
                _styles[name] = new(StringComparer.Ordinal);
            }

            else if (pool.HasKeys)
            {
                foreach (var slot in pool.Members)
                {
                    slot.SlowTo(requestsPerMinute);
                }
            }

            _styles[name].Add(style);
            return pool;
        }
    }

    private KeySlot WithoutKey(string provider)
    {
        var slot = new KeySlot(provider, key: null, requestsPerMinute: null, new(name: null));
        if (options.Value.Providers.Find(provider) is KeyedProviderSettings)
        {
            _withoutKeys.Add(slot);
        }

        return slot;
    }

    private KeySlot Slot(string provider, ApiKeyDefinition key, int requestsPerMinute)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requestsPerMinute, 1);
        if (!_slots.TryGetValue((provider, key.Key), out var slot))
        {
            _slots[(provider, key.Key)] = slot = new KeySlot(provider, key.Key, requestsPerMinute, new(name: null));
            _inOrder.Add(slot);
        }

        slot.SlowTo(requestsPerMinute);
        if (key.Account is { } name)
        {
            if (!_accounts.TryGetValue((provider, name), out var account))
            {
                _accounts[(provider, name)] = account = new(name);
            }

            slot.Join(account);
        }

        return slot;
    }

    private KeyState State(KeySlot slot, TimeSpan now)
    {
        var pools = _pools.Where(p => p.Value.Members.Contains(slot)).ToList();
        return pools[0].Value.State(slot, now) with { Styles = [.. pools.SelectMany(p => _styles[p.Key]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
    }

    private TimeSpan Now() => time.GetElapsedTime(_origin);

    private void Tell(KeySlot changed)
    {
        if (Changed is { } listener)
        {
            IReadOnlyList<KeySlot> slots;
            lock (_gate)
            {
                slots = [.. _inOrder.Concat(_withoutKeys).Where(s => s == changed || s.Account == changed.Account)];
            }

            // The illustrator in the box has nothing that is kept.
            if (slots.Count > 0)
            {
                listener(slots);
            }
        }
    }
}
