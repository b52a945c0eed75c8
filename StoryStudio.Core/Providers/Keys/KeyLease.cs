using StoryStudio.Core.Providers.Failures;

namespace StoryStudio.Core.Providers.Keys;

/// <summary>Leave to make one call now. A lease that led to no call is handed back by <see cref="Return"/>, and the call does not count.</summary>
public sealed class KeyLease
{
    private readonly ApiKeyPool _pool;

    internal KeyLease(ApiKeyPool pool, KeySlot slot, TimeSpan start)
    {
        _pool = pool;
        Slot = slot;
        Start = start;
    }

    /// <summary>The key, or null where the provider needs none. Never logged.</summary>
    public string? Key => Slot.Key;

    /// <summary>The most that is shown of the key; null where there is none.</summary>
    public string? Tail => Secrets.Tail(Slot.Key);

    internal KeySlot Slot { get; }

    internal TimeSpan Start { get; }

    internal bool Returned { get; set; }

    /// <summary>Says that no call was made. A second time does nothing.</summary>
    public void Return() => _pool.Return(this);

    /// <summary>Never the key.</summary>
    public override string ToString() => Tail ?? "no key";
}
