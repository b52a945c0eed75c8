namespace StoryStudio.Core.Providers.Keys;

/// <summary>
/// One key and what is known of it, the same slot in every pool that has the key. Guarded by the lock that those pools share. Times are
/// spans on a clock that never jumps, as in its <see cref="KeyAccount"/>.
/// </summary>
internal sealed class KeySlot(string provider, string? key, int? requestsPerMinute, KeyAccount account)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly List<TimeSpan> _starts = [];
    private ImageFailure? _refusal;

    /// <summary>By which it is known outside; set where states are kept.</summary>
    public string Id { get; set; } = "";

    public string Provider { get; } = provider;

    public string? Key { get; } = key;

    /// <summary>Null means no pace.</summary>
    public int? RequestsPerMinute { get; private set; } = requestsPerMinute;

    public KeyAccount Account { get; private set; } = account;

    /// <summary>Why it rests; <see cref="KeyCondition.Ready"/> where it does not.</summary>
    public KeyCondition Condition => _refusal is null ? Account.Condition : KeyCondition.Off;

    /// <summary>What made it rest, or what it was switched off for.</summary>
    public ImageFailure? Cause => _refusal ?? Account.Cause;

    /// <summary>Calls begun in the last minute.</summary>
    public int Starts => _starts.Count;

    /// <summary>Leases given out for calls that are still to begin: they may do so at any moment.</summary>
    public int Reserved { get; private set; }

    /// <summary>Whether a call that it rests after may go again when the rest is over. An empty account is filled by a person, nobody knows when.</summary>
    public bool ComesBack => Condition is not KeyCondition.Off && Cause?.Kind is not FailureKind.OutOfCredit;

    /// <summary>A key that stands in two places keeps the slower pace of the two.</summary>
    public void SlowTo(int requestsPerMinute) => RequestsPerMinute = Math.Min(RequestsPerMinute ?? requestsPerMinute, requestsPerMinute);

    /// <summary>A key that stands in two places, of which one names the account, is that account's.</summary>
    public void Join(KeyAccount account)
    {
        if (Account.Name is null && account != Account)
        {
            if (Account.Condition is not KeyCondition.Ready)
            {
                account.Rest(Account.Condition, Account.RestsUntil, Account.Cause);
            }

            Account = account;
        }
    }

    /// <summary>Forgets what is over.</summary>
    public void Refresh(TimeSpan now)
    {
        _starts.RemoveAll(start => now - start >= Window);
        Account.Refresh(now);
    }

    /// <summary>The first moment at which it may serve; <see cref="TimeSpan.MaxValue"/> where there is none.</summary>
    public TimeSpan ReadyAt(TimeSpan now)
    {
        var rested = RestedAt(now);
        var paced = PacedAt(now);
        return paced > rested ? paced : rested;
    }

    /// <summary>The first moment at which it rests no more, whatever its pace; <see cref="TimeSpan.MaxValue"/> where it is off.</summary>
    public TimeSpan RestedAt(TimeSpan now) => Condition switch
    {
        KeyCondition.Off => TimeSpan.MaxValue,
        KeyCondition.Ready => now,
        _ => Account.RestsUntil,
    };

    public void Reserve() => Reserved++;

    /// <summary>A call that was reserved begins.</summary>
    public void Begin(TimeSpan now)
    {
        Reserved--;
        if (RequestsPerMinute is not null)
        {
            _starts.Add(now);
        }
    }

    /// <summary>A call that was reserved is not made.</summary>
    public void TakeBack() => Reserved--;

    /// <summary>A call that an earlier process began. In the order of time, before any of this one's.</summary>
    public void Remember(TimeSpan start)
    {
        if (RequestsPerMinute is not null)
        {
            _starts.Add(start);
        }
    }

    public void SwitchOff(ImageFailure cause) => _refusal = cause;

    /// <summary>Serves again, as does its account.</summary>
    public void Wake()
    {
        _refusal = null;
        Account.Wake();
    }

    private TimeSpan PacedAt(TimeSpan now)
    {
        if (RequestsPerMinute is not { } limit || Reserved + _starts.Count < limit)
        {
            return now;
        }

        // One reserved may begin right now, and then counts for a whole minute.
        return Reserved >= limit ? now + Window : _starts[_starts.Count - (limit - Reserved)] + Window;
    }
}
