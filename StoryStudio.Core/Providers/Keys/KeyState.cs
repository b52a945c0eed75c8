namespace StoryStudio.Core.Providers.Keys;

/// <summary>How one key does, for diagnostics.</summary>
public sealed record KeyState
{
    /// <summary>By which it is asked for; the same after a restart, and nothing that the key could be guessed from.</summary>
    public string Id { get; init; } = "";

    /// <summary>Never more than the last four characters; null where the provider has no keys.</summary>
    public required string? Tail { get; init; }

    /// <summary>Whose key it is: <see cref="IImageProvider.Name"/>.</summary>
    public string Provider { get; init; } = "";

    /// <summary>The account that the settings name for it; its keys rest together.</summary>
    public string? Account { get; init; }

    /// <summary>The styles that it serves.</summary>
    public IReadOnlyList<string> Styles { get; init; } = [];

    public required KeyCondition Condition { get; init; }

    /// <summary>When it may serve again; null where it may now, or never does.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>Why it does not serve, in a sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>Calls begun in the last minute.</summary>
    public required int StartsInLastMinute { get; init; }

    /// <summary>Calls that it allows in any 60 seconds; null where it knows no pace.</summary>
    public int? RequestsPerMinute { get; init; }
}

/// <summary>Whether a key serves.</summary>
public enum KeyCondition
{
    /// <summary>Serves, now or as soon as its pace allows.</summary>
    Ready,

    /// <summary>Its account was too fast and rests.</summary>
    Cooling,

    /// <summary>Its account has nothing left to spend, for now.</summary>
    Parked,

    /// <summary>Was not accepted, or its account may not use the model; does not serve again until somebody says so.</summary>
    Off,
}
