namespace StoryStudio.Core.Providers.Keys;

/// <summary>
/// One key and what is known of it, the same slot in every pool that has the key. Guarded by the lock that those pools share. Times are
/// spans on a clock that never jumps, so that a corrected wall clock neither frees a resting key nor freezes one.
/// </summary>
internal sealed class KeySlot(string? key, int? requestsPerMinute)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly List<TimeSpan> _starts = [];
    private TimeSpan _restsUntil;

    public string? Key { get; } = key;

    /// <summary>Null means no pace.</summary>
    public int? RequestsPerMinute { get; private set; } = requestsPerMinute;

    /// <summary>Why it rests; <see cref="KeyCondition.Ready"/> where it does not.</summary>
    public KeyCondition Condition { get; private set; }

    /// <summary>What made it rest.</summary>
    public ImageFailure? Cause { get; private set; }

    public int Starts => _starts.Count;

    /// <summary>A key that stands in two places keeps the slower pace of the two.</summary>
    public void SlowTo(int requestsPerMinute) => RequestsPerMinute = Math.Min(RequestsPerMinute ?? requestsPerMinute, requestsPerMinute);

    /// <summary>Forgets what is over.</summary>
    public void Refresh(TimeSpan now)
    {
        _starts.RemoveAll(start => now - start >= Window);
        if (Condition is (KeyCondition.Cooling or KeyCondition.Parked) && now >= _restsUntil)
        {
            Condition = KeyCondition.Ready;
            Cause = null;
        }
    }

    /// <summary>The first moment at which it may serve; <see cref="TimeSpan.MaxValue"/> where there is none.</summary>
    public TimeSpan ReadyAt(TimeSpan now)
    {
        if (Condition is KeyCondition.Off)
        {
            return TimeSpan.MaxValue;
        }

        var ready = Condition is KeyCondition.Ready ? now : _restsUntil;
        var paced = RequestsPerMinute is { } limit && _starts.Count >= limit ? _starts[^limit] + Window : now;
        return paced > ready ? paced : ready;
    }

    public void Begin(TimeSpan now)
    {
        if (RequestsPerMinute is not null)
        {
            _starts.Add(now);
        }
    }

    public void TakeBack(TimeSpan start) => _starts.Remove(start);

    /// <summary>Rests for a while. What holds longer already stays, and a key that is off stays off.</summary>
    public void Rest(KeyCondition condition, TimeSpan until, ImageFailure? cause)
    {
        var resting = Condition is KeyCondition.Cooling or KeyCondition.Parked;
        if (Condition is KeyCondition.Off || (resting && condition < Condition) || (resting && condition == Condition && until <= _restsUntil))
        {
            return;
        }

        _restsUntil = resting && _restsUntil > until ? _restsUntil : until;
        Condition = condition;
        Cause = cause;
    }

    public void SwitchOff(ImageFailure cause)
    {
        Condition = KeyCondition.Off;
        Cause = cause;
    }
}
