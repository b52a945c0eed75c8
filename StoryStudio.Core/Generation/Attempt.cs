namespace StoryStudio.Core.Generation;

/// <summary>One call to a provider, committed before the call goes out and kept for good.</summary>
public sealed class Attempt
{
    /// <summary>Also the token by which the attempt holds its image.</summary>
    public required string Id { get; init; }

    public required string ImageId { get; init; }

    public string? RunId { get; init; }

    /// <summary>From 1, over the image's whole life.</summary>
    public required int Number { get; init; }

    /// <summary>What the provider is given to know the call by, and a mark of the request behind it.</summary>
    public required string IdempotencyKey { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the first attempt for the same picture was begun; null where this is the first.</summary>
    public DateTimeOffset? FirstStartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>One of <see cref="AttemptOutcome"/>, or the code of what went wrong.</summary>
    public string Outcome { get; set; } = AttemptOutcome.Running;

    /// <summary>The sentence for the log.</summary>
    public string? Detail { get; set; }

    public string? ErrorMessage { get; set; }

    public bool ErrorRetryable { get; set; }

    public required string Provider { get; init; }

    public string? Model { get; set; }

    /// <summary>The last four characters of the key.</summary>
    public string? KeyTail { get; init; }

    /// <summary>Where its picture is written, below the style's folder and without an extension; null for those from before this was written down.</summary>
    public string? File { get; init; }

    public string? RequestId { get; set; }

    /// <summary>US dollars, as far as known before the call; null where the price is not known.</summary>
    public decimal? EstimatedUsd { get; set; }

    public decimal? CostUsd { get; set; }

    /// <summary>
    /// Whether it may have been charged although it has no known cost: the provider answered, or was at it when we stopped listening. Not so any more
    /// once the same call, by the same idempotency key, went again to the same account: that is one charge, and the later attempt's.
    /// </summary>
    public bool MayBeCharged { get; set; }

    /// <summary>Whether it cost something or may have, nobody knows how much. A service that is free charges for nothing.</summary>
    public bool IsCostUnknown => this is { MayBeCharged: true, CostUsd: null, EstimatedUsd: not 0 };

    /// <summary>
    /// Mark of what went out; null where nothing did. While it is under way, and where the process ended over it, of what was about to go out,
    /// where it costs anything. Another request by the same key is another call.
    /// </summary>
    public string? RequestHash { get; set; }
}

/// <summary>How an attempt ended, where it is not an error's code.</summary>
public static class AttemptOutcome
{
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Interrupted = "interrupted";
    public const string Cancelled = "cancelled";

    /// <summary>Nobody was called: its key came to rest, or another one's picture that it waited for did not come, and it is begun anew; or no key may be used at all.</summary>
    public const string PutOff = "put_off";

    /// <summary>A picture that the very same request had made before was taken; nobody was called.</summary>
    public const string Reused = "reused";

    /// <summary>The process ended over it, the last of several times in a row: its picture was set aside.</summary>
    public const string Crashed = "crashed";

    /// <summary>The picture found no room on the disk. An error's code, and the only one that no provider is the cause of.</summary>
    public const string NoRoom = "disk_full";

    /// <summary>Those that say nothing about how well providers do.</summary>
    public static IReadOnlyList<string> Neutral { get; } = [Running, Interrupted, Cancelled, PutOff, Reused];
}
