using System.Globalization;

namespace StoryStudio.Core.Providers.Keys;

/// <summary>The key that is the first to be ready of those that a lane may use.</summary>
/// <param name="Tail">Its last four characters; null where the provider has no keys.</param>
/// <param name="Reason">What keeps it until then.</param>
/// <param name="At">When it is ready.</param>
public sealed record KeyWait(string? Tail, KeyWaitReason Reason, DateTimeOffset At)
{
    /// <summary>As the author reads it, in UTC, which it says: pages put it on the clock of whoever looks.</summary>
    public string Sentence() => string.Create(CultureInfo.InvariantCulture, $"Waiting for {(Tail is null ? "the service" : $"key {Tail}")} until {At.UtcDateTime:HH:mm:ss} UTC");
}

/// <summary>What keeps a key from serving.</summary>
public enum KeyWaitReason
{
    /// <summary>It has made as many calls in the last minute as it may.</summary>
    Pace,

    /// <summary>Its account was too fast and rests.</summary>
    Cooling,

    /// <summary>Its account has nothing left to spend, for now.</summary>
    Parked,
}

/// <summary>Why a pool serves nobody, and waiting for it is no use.</summary>
/// <param name="Cause">What keeps the key that is the first to come back.</param>
/// <param name="Until">When that is; null where no key comes back by itself.</param>
/// <param name="Keys">How many keys there are.</param>
public sealed record PoolClosure(ImageFailure Cause, DateTimeOffset? Until, int Keys);
