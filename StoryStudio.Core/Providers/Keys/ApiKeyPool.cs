using System.Diagnostics.CodeAnalysis;
using StoryStudio.Core.Providers.Failures;

namespace StoryStudio.Core.Providers.Keys;

/// <summary>
/// The keys that a style's calls may use: each in turn, none faster than its pace, none while it rests. Safe from any thread; nothing in it
/// waits. Pace means that in no 60 seconds more calls are begun with a key than it allows.
/// </summary>
public sealed class ApiKeyPool
{
    private readonly TimeProvider _time;
    private readonly Lock _lock;
    private readonly KeySlot[] _slots;
    private readonly long _origin;
    private int _next;

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
    internal ApiKeyPool(IReadOnlyList<KeySlot> slots, Lock gate, TimeProvider time, long origin)
    {
        ArgumentOutOfRangeException.ThrowIfZero(slots.Count, nameof(slots));
        _slots = [.. slots];
        _lock = gate;
        _time = time;
        _origin = origin;
    }

    /// <summary>Whether there are keys in it at all.</summary>
    public bool HasKeys => _slots[0].Key is not null;

    /// <summary>
    /// Takes the next key that may serve now. Where there is none, <paramref name="readyAt"/> is when to ask again, or
    /// <see cref="DateTimeOffset.MaxValue"/> where waiting does not help because every key is off.
    /// </summary>
    public bool TryLease([NotNullWhen(true)] out KeyLease? lease, out DateTimeOffset readyAt)
    {
        lock (_lock)
        {
            var now = Now();
            var soonest = TimeSpan.MaxValue;
            for (var i = 0; i < _slots.Length; i++)
            {
                var index = (_next + i) % _slots.Length;
                var slot = _slots[index];
                slot.Refresh(now);
                var ready = slot.ReadyAt(now);
                if (ready <= now)
                {
                    slot.Begin(now);
                    _next = (index + 1) % _slots.Length;
                    lease = new KeyLease(this, slot, now);
                    readyAt = _time.GetUtcNow();
                    return true;
                }

                soonest = ready < soonest ? ready : soonest;
            }

            lease = null;
            readyAt = OnTheWall(soonest, now) ?? DateTimeOffset.MaxValue;
            return false;
        }
    }

    /// <summary>The key was too fast and rests until then.</summary>
    public void CoolDown(KeyLease lease, DateTimeOffset until, ImageFailure? cause = null) => Rest(lease, KeyCondition.Cooling, until, cause);

    /// <summary>The key has nothing left to spend and rests until then; without a time, until the process ends.</summary>
    public void Park(KeyLease lease, DateTimeOffset? until, ImageFailure cause) => Rest(lease, KeyCondition.Parked, until ?? DateTimeOffset.MaxValue, cause);

    /// <summary>The key was not accepted and does not serve again.</summary>
    public void SwitchOff(KeyLease lease, ImageFailure cause)
    {
        ArgumentNullException.ThrowIfNull(lease);
        lock (_lock)
        {
            lease.Slot.SwitchOff(cause);
        }
    }

    /// <summary>
    /// Takes note of a failure that is the key's matter (<see cref="FailureKinds.ConcernsKey"/>): too fast rests for <paramref name="coolDown"/>,
    /// an empty account for a minute, since it may be filled up at any time, a day's allowance until midnight where the provider lives, and a
    /// key that was not accepted is off. Other failures change nothing.
    /// </summary>
    public void Report(KeyLease lease, ImageFailure failure, TimeSpan coolDown)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var now = _time.GetUtcNow();
        switch (failure.Kind)
        {
            case FailureKind.RateLimited:
                CoolDown(lease, now + coolDown, failure);
                break;
            case FailureKind.OutOfCredit:
                Park(lease, now + TimeSpan.FromMinutes(1), failure);
                break;
            case FailureKind.QuotaExhausted:
                Park(lease, NextPacificMidnight(now), failure);
                break;
            case FailureKind.BadKey:
                SwitchOff(lease, failure);
                break;
        }
    }

    /// <summary>
    /// What an image fails with because no key serves and waiting for one is no use: every one is parked or off. Null while any key serves,
    /// now or after a rest. What can pass by itself comes before what cannot.
    /// </summary>
    public ImageFailure? Closed()
    {
        lock (_lock)
        {
            var now = Now();
            KeySlot? closest = null;
            foreach (var slot in _slots)
            {
                slot.Refresh(now);
                if (slot.Condition is KeyCondition.Ready or KeyCondition.Cooling)
                {
                    return null;
                }

                closest = closest is null || slot.Condition < closest.Condition ? slot : closest;
            }

            return closest?.Cause;
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

    internal void Return(KeyLease lease)
    {
        lock (_lock)
        {
            if (!lease.Returned)
            {
                lease.Returned = true;
                lease.Slot.TakeBack(lease.Start);
            }
        }
    }

    internal static IReadOnlyList<string> Usable(IEnumerable<string?> keys) =>
        [.. keys.Where(key => !string.IsNullOrWhiteSpace(key)).Select(key => key!.Trim()).Distinct(StringComparer.Ordinal)];

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
        var usable = Usable(keys);
        return usable.Count == 0 ? [new KeySlot(key: null, requestsPerMinute: null)] : [.. usable.Select(key => new KeySlot(key, requestsPerMinute))];
    }

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
                lease.Slot.Rest(condition, now + rest, cause);
            }
        }
    }

    private KeyState State(KeySlot slot, TimeSpan now)
    {
        slot.Refresh(now);
        var ready = slot.ReadyAt(now);
        return new KeyState
        {
            Tail = Secrets.Tail(slot.Key),
            Condition = slot.Condition,
            ReadyAt = ready > now ? OnTheWall(ready, now) : null,
            Reason = slot.Cause?.Message,
            StartsInLastMinute = slot.Starts,
        };
    }

    private TimeSpan Now() => _time.GetElapsedTime(_origin);

    /// <summary>Null for a moment that never comes.</summary>
    private DateTimeOffset? OnTheWall(TimeSpan moment, TimeSpan now)
    {
        var wall = _time.GetUtcNow();
        return moment - now < DateTimeOffset.MaxValue - wall ? wall + (moment - now) : null;
    }
}
