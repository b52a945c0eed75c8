namespace StoryStudio.Core.Providers.Keys;

/// <summary>
/// What providers count by. Its keys rest together. Guarded by the lock of the pools that have them. Times are spans on a clock that never
/// jumps, so that a corrected wall clock neither frees a resting account nor freezes one.
/// </summary>
internal sealed class KeyAccount(string? name)
{
    /// <summary>Null for one that has a single key and no name.</summary>
    public string? Name { get; } = name;

    /// <summary><see cref="KeyCondition.Ready"/>, <see cref="KeyCondition.Cooling"/> or <see cref="KeyCondition.Parked"/>.</summary>
    public KeyCondition Condition { get; private set; }

    /// <summary>Counts while it rests.</summary>
    public TimeSpan RestsUntil { get; private set; }

    /// <summary>What made it rest.</summary>
    public ImageFailure? Cause { get; private set; }

    /// <summary>Forgets what is over.</summary>
    public void Refresh(TimeSpan now)
    {
        if (Condition is not KeyCondition.Ready && now >= RestsUntil)
        {
            Wake();
        }
    }

    /// <summary>Rests for a while. What holds longer already stays.</summary>
    public void Rest(KeyCondition condition, TimeSpan until, ImageFailure? cause)
    {
        var resting = Condition is not KeyCondition.Ready;
        if (resting && (condition < Condition || (condition == Condition && until <= RestsUntil)))
        {
            return;
        }

        RestsUntil = resting && RestsUntil > until ? RestsUntil : until;
        Condition = condition;
        Cause = cause;
    }

    public void Wake()
    {
        Condition = KeyCondition.Ready;
        Cause = null;
    }
}
