namespace StoryStudio.Core.Providers.Keys;

/// <summary>How one key does, for diagnostics.</summary>
public sealed record KeyState
{
    /// <summary>Never more than the last four characters; null where the provider has no keys.</summary>
    public required string? Tail { get; init; }

    public required KeyCondition Condition { get; init; }

    /// <summary>When it may serve again; null where it may now, or never does.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>Why it does not serve, in a sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>Calls begun in the last minute.</summary>
    public required int StartsInLastMinute { get; init; }
}

/// <summary>Whether a key serves.</summary>
public enum KeyCondition
{
    /// <summary>Serves, now or as soon as its pace allows.</summary>
    Ready,

    /// <summary>Was too fast and rests.</summary>
    Cooling,

    /// <summary>Has nothing left to spend, for now.</summary>
    Parked,

    /// <summary>Was not accepted, and does not serve again.</summary>
    Off,
}
