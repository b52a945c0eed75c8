using System.Diagnostics.CodeAnalysis;
using StoryStudio.Core.Providers.Failures;

namespace StoryStudio.Core.Providers.Keys;

/// <summary>
/// The keys that a style's calls may use: each in turn, none faster than its pace, none while it rests. Safe from any thread; nothing in it
/// waits. Pace means that in no 60 seconds more calls are begun with a key than it allows.
/// </summary>
public sealed class ApiKeyPool
{
    /// <summary>Trouble that a rest of the keys was followed by no sooner is another trouble, and waiting for its end begins anew.</summary>
    private static readonly TimeSpan Lull = TimeSpan.FromMinutes(5);

    private readonly TimeProvider _time;
    private readonly Lock _lock;
    private readonly KeySlot[] _slots;
    private readonly long _origin;
    private readonly Action<KeySlot>? _changed;
    private int _next;
    private TimeSpan? _barrenSince;
    private TimeSpan _restedAt;

    /// <param name="keys">Blank ones and repetitions do not count; none at all makes a pool of a provider without keys, which knows no pace.</param>
    /// <param name="requestsPerMinute">Calls that one key allows in any 60 seconds: 1 or more.</param>
    /// <param name="time">The clock.</param>
    public ApiKeyPool(IEnumerable<string> keys, int requestsPerMinute, TimeProvider time)
        : this(Slots(keys, requestsPerMinute), new Lock(), time, time.GetTimestamp())
    {
    }

    /// <param name="slots">At least one.</param>
    /// <param name="gate">The lock of every pool that shares a slot with this one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="origin">The timestamp that all those pools count from.</param>
    /// <param name="changed">Told of a key whose condition changed, and so perhaps its whole account's. Outside the lock.</param>
    internal ApiKeyPool(IReadOnlyList<KeySlot> slots, Lock gate, TimeProvider time, long origin, Action<KeySlot>? changed = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(slots.Count, nameof(slots));
        _slots = [.. slots];
        _lock = gate;
        _time = time;
        _origin = origin;
        _changed = changed;
    }

    /// <summary>Whether there are keys in it at all.</summary>
    public bool HasKeys => _slots[0].Key is not null;

    internal IReadOnlyList<KeySlot> Members => _slots;

    /// <summary>
    /// Takes the next key that may serve now. Where there is none, <paramref name="readyAt"/> is when to ask again, or
    /// <see cref="DateTimeOffset.MaxValue"/> where waiting does not help because every key is off.
    /// </summary>
    public bool TryLease([NotNullWhen(true)] out KeyLease? lease, out DateTimeOffset readyAt) => TryLease(preferred: null, out lease, out readyAt);

    /// <inheritdoc cref="TryLease(out KeyLease?, out DateTimeOffset)"/>
    /// <param name="preferred">The last four characters of the key to be taken before the next one where it may serve now, as by <see cref="KeyLease.Tail"/>; null where any will do.</param>
    /// <param name="lease">Leave to make one call.</param>
    /// <param name="readyAt">When to ask again.</param>
    public bool TryLease(string? preferred, [NotNullWhen(true)] out KeyLease? lease, out DateTimeOffset readyAt)
    {
        lock (_lock)
        {
            var now = Now();
            if (FindReady(preferred, now) is { } index)
            {
                var slot = _slots[index];
                slot.Reserve();
                _next = (index + 1) % _slots.Length;
                lease = new KeyLease(this, slot);
                readyAt = _time.GetUtcNow();
                return true;
            }

            // An account that other styles use as well may rest for a call of theirs: this pool waits from now on all the same.
            if (_slots.All(slot => slot.RestedAt(now) > now))
            {
                Trouble(now);
            }

            lease = null;
            readyAt = OnTheWall(_slots.Min(slot => slot.ReadyAt(now)), now) ?? DateTimeOffset.MaxValue;
            return false;
        }
    }

    /// <summary>Which key is the first to be ready, and what keeps it; null where one is ready now, or none ever is.</summary>
    public KeyWait? NextReady()
    {
        lock (_lock)
        {
            var now = Now();
            foreach (var slot in _slots)
            {
                slot.Refresh(now);
            }

            var first = _slots.MinBy(slot => slot.ReadyAt(now))!;
            var ready = first.ReadyAt(now);
            if (ready <= now || OnTheWall(ready, now) is not { } at)
            {
                return null;
            }

            var reason = first.RestedAt(now) < ready ? KeyWaitReason.Pace : first.Condition is KeyCondition.Parked ? KeyWaitReason.Parked : KeyWaitReason.Cooling;
            return new(Secrets.Tail(first.Key), reason, at);
        }
    }

    /// <summary>Whether a key of the account may serve now that the one with these last characters belongs to.</summary>
    public bool Serves(string? tail)
    {
        lock (_lock)
        {
            var (account, now) = (AccountOf(tail), Now());
            return account is not null && _slots.Any(slot =>
            {
                slot.Refresh(now);
                return slot.Account == account && slot.ReadyAt(now) <= now;
            });
        }
    }

    /// <summary>
    /// When a key of the account may serve again that the one with these last characters belongs to, where nothing but their pace keeps them. Null
    /// where one serves now, and where waiting is no matter of a minute: the account rests, is off, or has no key in the pool.
    /// </summary>
    public DateTimeOffset? PacedUntil(string? tail)
    {
        lock (_lock)
        {
            var (account, now) = (AccountOf(tail), Now());
            TimeSpan? first = null;
            foreach (var slot in account is null ? [] : _slots.Where(slot => slot.Account == account))
            {
                slot.Refresh(now);
                if (slot.Condition is not KeyCondition.Ready)
                {
                    continue;
                }

                var ready = slot.ReadyAt(now);
                first = first < ready ? first : ready;
            }

            return first > now ? OnTheWall(first.Value, now) : null;
        }
    }

    /// <summary>The key's account was too fast and rests until then.</summary>
    public void CoolDown(KeyLease lease, DateTimeOffset until, ImageFailure? cause = null) => Rest(lease, KeyCondition.Cooling, until, cause);

    /// <summary>The key's account has nothing left to spend and rests until then; without a time, until the process ends.</summary>
    public void Park(KeyLease lease, DateTimeOffset? until, ImageFailure cause) => Rest(lease, KeyCondition.Parked, until ?? DateTimeOffset.MaxValue, cause);

    /// <summary>The key was not accepted, or its account may not use the model: it does not serve again.</summary>
    public void SwitchOff(KeyLease lease, ImageFailure cause)
    {
        ArgumentNullException.ThrowIfNull(lease);
        lock (_lock)
        {
            lease.Slot.SwitchOff(cause);
            Trouble(Now());
        }

        _changed?.Invoke(lease.Slot);
    }

    /// <summary>
    /// Takes note of a failure that is the key's matter (<see cref="FailureKinds.ConcernsKey"/>): too fast rests for <paramref name="coolDown"/>,
    /// an empty account for a minute, since it may be filled up at any time, a day's allowance until midnight where the provider lives, and a
    /// key that was not accepted, or whose account may not use the model, is off. Other failures change nothing.
    /// </summary>
    public void Report(KeyLease lease, ImageFailure failure, TimeSpan coolDown)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var now = _time.GetUtcNow();
        switch (failure.Kind)
        {
            case FailureKind.RateLimited:
                CoolDown(lease, now + coolDown, failure with { Message = FailureSentences.TooFast });
                break;
            case FailureKind.OutOfCredit:
                Park(lease, now + TimeSpan.FromMinutes(1), failure);
                break;
            case FailureKind.QuotaExhausted:
                Park(lease, NextPacificMidnight(now), failure);
                break;
            case FailureKind.BadKey or FailureKind.NoAccess:
                SwitchOff(lease, failure);
                break;
        }
    }

    /// <summary>
    /// Why waiting for a key is no use: every one is off, out of credit, or rests until more than <paramref name="maxWait"/> after the pool last
    /// served. Null while any key serves, at once, at its pace, or after a rest that is worth waiting for.
    /// </summary>
    public PoolClosure? Closed(TimeSpan maxWait)
    {
        lock (_lock)
        {
            var now = Now();
            KeySlot? closest = null;
            var back = TimeSpan.MaxValue;
            foreach (var slot in _slots)
            {
                slot.Refresh(now);
                if (slot.Condition is KeyCondition.Ready)
                {
                    return null;
                }

                var rested = slot.ComesBack ? slot.RestedAt(now) : TimeSpan.MaxValue;
                if (closest is null || rested < back || (rested == back && slot.Condition < closest.Condition))
                {
                    (closest, back) = (slot, rested);
                }
            }

            return back <= (_barrenSince ?? now) + maxWait
                ? null
                : new(closest!.Cause ?? Unexplained, OnTheWall(back, now), _slots.Length);
        }
    }

    /// <summary>How every key does, in the order of the settings. Holds no key.</summary>
    public IReadOnlyList<KeyState> States()
    {
        lock (_lock)
        {
            var now = Now();
            return [.. _slots.Select(slot => State(slot, now))];
        }
    }

    internal bool TryBegin(KeyLease lease)
    {
        lock (_lock)
        {
            if (lease.Used)
            {
                throw new InvalidOperationException("A lease is for one call.");
            }

            var now = Now();
            lease.Used = true;
            lease.Slot.Refresh(now);
            if (lease.Slot.Condition is KeyCondition.Ready)
            {
                lease.Slot.Begin(now);
                return true;
            }

            lease.Slot.TakeBack();
            return false;
        }
    }

    internal void Served()
    {
        lock (_lock)
        {
            _barrenSince = null;
        }
    }

    /// <summary>Whether a key of that account is in it.</summary>
    internal bool Has(KeyAccount? account) => Array.Exists(_slots, slot => slot.Account == account);

    /// <summary>What kept its keys is over, as a person says: what comes now is waited for as at the beginning. Where the caller holds the lock.</summary>
    internal void BeginAnew() => _barrenSince = null;

    internal void Return(KeyLease lease)
    {
        lock (_lock)
        {
            if (!lease.Used)
            {
                lease.Used = true;
                lease.Slot.TakeBack();
            }
        }
    }

    internal IReadOnlyList<string?> TailsOfAccount(KeySlot slot)
    {
        lock (_lock)
        {
            return [.. _slots.Where(other => other.Account == slot.Account).Select(other => Secrets.Tail(other.Key))];
        }
    }

    /// <summary>Where the caller holds the lock.</summary>
    internal KeyState State(KeySlot slot, TimeSpan now)
    {
        slot.Refresh(now);
        var ready = slot.ReadyAt(now);
        return new KeyState
        {
            Id = slot.Id,
            Tail = Secrets.Tail(slot.Key),
            Provider = slot.Provider,
            Account = slot.Account.Name,
            Condition = slot.Condition,
            ReadyAt = ready > now ? OnTheWall(ready, now) : null,
            Reason = slot.Cause?.Message,
            StartsInLastMinute = slot.Starts,
            RequestsPerMinute = slot.RequestsPerMinute,
        };
    }

    /// <summary>When a day's allowance starts anew with those who count in days.</summary>
    private static DateTimeOffset NextPacificMidnight(DateTimeOffset now)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById("America/Los_Angeles", out var found) ? found : TimeZoneInfo.CreateCustomTimeZone("Pacific", TimeSpan.FromHours(-8), null, null);
        var tomorrow = TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(1);
        return new DateTimeOffset(tomorrow, zone.GetUtcOffset(tomorrow));
    }

    private static List<KeySlot> Slots(IEnumerable<string> keys, int requestsPerMinute)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requestsPerMinute, 1);
        var usable = ApiKeyDefinition.Usable(keys.Select(ApiKeyDefinition.FromString));
        return usable.Count == 0
            ? [new KeySlot("", key: null, requestsPerMinute: null, new(name: null))]
            : [.. usable.Select(key => new KeySlot("", key.Key, requestsPerMinute, new(name: null)))];
    }

    /// <summary>The place of the preferred key where it may serve now, else of another one of its account, else of the next that may; null where none may.</summary>
    private int? FindReady(string? preferred, TimeSpan now)
    {
        int? sibling = null, next = null;
        var account = AccountOf(preferred);
        for (var i = 0; i < _slots.Length; i++)
        {
            var index = (_next + i) % _slots.Length;
            var slot = _slots[index];
            slot.Refresh(now);
            if (slot.ReadyAt(now) > now)
            {
                continue;
            }

            if (preferred is null || Secrets.Tail(slot.Key) == preferred)
            {
                return index;
            }

            sibling ??= slot.Account == account ? index : null;
            next ??= index;
        }

        return sibling ?? next;
    }

    private KeyAccount? AccountOf(string? tail) => Array.Find(_slots, slot => Secrets.Tail(slot.Key) == tail)?.Account;

    private void Rest(KeyLease lease, KeyCondition condition, DateTimeOffset until, ImageFailure? cause)
    {
        ArgumentNullException.ThrowIfNull(lease);
        lock (_lock)
        {
            var now = Now();
            lease.Slot.Refresh(now);
            var rest = until - _time.GetUtcNow();
            if (rest > TimeSpan.Zero)
            {
                lease.Slot.Account.Rest(condition, now + rest, cause);
            }

            Trouble(now);
        }

        _changed?.Invoke(lease.Slot);
    }

    /// <summary>Remembers since when nothing was served. Where the caller holds the lock.</summary>
    private void Trouble(TimeSpan now)
    {
        if (_barrenSince is null || now - _restedAt > Lull)
        {
            _barrenSince = now;
        }

        var rested = _slots.Min(slot => slot.RestedAt(now));
        _restedAt = rested > now && rested < TimeSpan.MaxValue ? rested : now;
    }

    private static ImageFailure Unexplained { get; } = new() { Kind = FailureKind.RateLimited, Message = FailureSentences.TooFast, LogMessage = "The keys rest." };

    private TimeSpan Now() => _time.GetElapsedTime(_origin);

    /// <summary>Null for a moment that never comes.</summary>
    private DateTimeOffset? OnTheWall(TimeSpan moment, TimeSpan now)
    {
        var wall = _time.GetUtcNow();
        return moment - now < DateTimeOffset.MaxValue - wall ? wall + (moment - now) : null;
    }
}
