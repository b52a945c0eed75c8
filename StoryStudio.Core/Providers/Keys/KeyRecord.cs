namespace StoryStudio.Core.Providers.Keys;

/// <summary>What is kept of a key over a restart. Never the key: only its provider, its last four characters, and by what to know it again.</summary>
public sealed class KeyRecord
{
    /// <summary>By which it is known outside.</summary>
    public required string Id { get; init; }

    public required string Provider { get; init; }

    /// <summary>Random, hexadecimal, and every key's own.</summary>
    public required string Salt { get; init; }

    /// <summary>SHA-256 of salt, key and the address that the settings name for its provider, hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>The last four characters of the key.</summary>
    public string? Tail { get; init; }

    public KeyCondition Condition { get; set; }

    /// <summary>How long it rests, on the wall clock; null where it does not.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>What made it rest, or what it was switched off for: <see cref="FailureKinds.Code"/>.</summary>
    public string? Code { get; set; }

    /// <summary>The same in a sentence.</summary>
    public string? Message { get; set; }
}
