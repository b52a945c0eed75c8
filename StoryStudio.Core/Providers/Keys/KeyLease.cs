using StoryStudio.Core.Providers.Failures;

namespace StoryStudio.Core.Providers.Keys;

/// <summary>
/// Leave to make one call. It counts from <see cref="TryBegin"/>, which comes right before the call; one that led to no call is handed back
/// by <see cref="Return"/>, and does not count. Until one or the other, the key's pace holds a place free for it.
/// </summary>
public sealed class KeyLease
{
    private readonly ApiKeyPool _pool;

    internal KeyLease(ApiKeyPool pool, KeySlot slot)
    {
        _pool = pool;
        Slot = slot;
    }

    /// <summary>The key, or null where the provider needs none. Never logged.</summary>
    public string? Key => Slot.Key;

    /// <summary>The most that is shown of the key; null where there is none.</summary>
    public string? Tail => Secrets.Tail(Slot.Key);

    /// <summary>Last four characters, as by <see cref="Tail"/>, of the pool's keys that are of the same account, its own included: whatever went with one of them, the account knows of.</summary>
    public IReadOnlyList<string?> AccountTails => _pool.TailsOfAccount(Slot);

    internal KeySlot Slot { get; }

    /// <summary>Whether it led to a call or was handed back.</summary>
    internal bool Used { get; set; }

    /// <summary>Says that the call is made now. False where the key came to rest since: then there is no call, and the lease is handed back.</summary>
    public bool TryBegin() => _pool.TryBegin(this);

    /// <summary>Says that the provider served the call: whatever it made of it, the key was good.</summary>
    public void Served() => _pool.Served();

    /// <summary>Says that no call was made. After <see cref="TryBegin"/>, or a second time, it does nothing.</summary>
    public void Return() => _pool.Return(this);

    /// <summary>Never the key.</summary>
    public override string ToString() => Tail ?? "no key";
}
