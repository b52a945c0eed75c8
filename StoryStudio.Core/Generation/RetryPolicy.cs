using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Failures;

namespace StoryStudio.Core.Generation;

/// <summary>What becomes of an image after an attempt that failed: <see cref="TryAgain"/> or <see cref="GiveUp"/>.</summary>
public abstract record RetryDecision
{
    private protected RetryDecision()
    {
    }
}

/// <summary>The image is pending again and due after <paramref name="Wait"/>.</summary>
public sealed record TryAgain(TimeSpan Wait) : RetryDecision;

/// <summary>The image has failed. Its one automatic second chance comes after <paramref name="Wait"/>; null where there is none.</summary>
public sealed record GiveUp(TimeSpan? Wait) : RetryDecision;

/// <summary>
/// Decides whether and when a failed image goes again. Knows no clock and keeps no state: everything is in the arguments. What concerns a
/// key (<see cref="FailureKinds.ConcernsKey"/>) is the key pool's matter: no retry after a while mends it.
/// </summary>
public sealed class RetryPolicy(GenerationOptions options, Random random)
{
    /// <summary>No retry waits longer, however many there were.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    private const double Jitter = 0.2;
    private readonly Lock _lock = new();

    /// <param name="kind">What went wrong.</param>
    /// <param name="attempt">Attempts used in this round, this one included: from 1.</param>
    /// <param name="sameKindInRow">How many attempts in a row ended with this kind, this one included: from 1.</param>
    /// <param name="secondChance">Whether this attempt was the automatic second chance.</param>
    /// <param name="retryAfter">What the provider asked for; the retry never comes sooner.</param>
    public RetryDecision Decide(FailureKind kind, int attempt, int sameKindInRow, bool secondChance, TimeSpan? retryAfter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sameKindInRow, 1);

        if (secondChance || !kind.IsRetryable() || kind.ConcernsKey())
        {
            return new GiveUp(Wait: null);
        }

        var spent = attempt > options.MaxRetries || (kind.RetriesOnce() && sameKindInRow > 1);
        return spent ? new GiveUp(options.SecondChanceDelay) : new TryAgain(Delay(attempt, retryAfter));
    }

    /// <summary>How long a key rests after it was too fast: what the provider asked for, at least a second, and the base delay where it did not say.</summary>
    public TimeSpan CoolDown(TimeSpan? retryAfter)
    {
        var wait = RetryAfter.Clamp(retryAfter ?? options.RetryBaseDelay);
        return wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait;
    }

    /// <summary>The base delay, doubled with each further retry, give or take a fifth.</summary>
    private TimeSpan Delay(int attempt, TimeSpan? retryAfter)
    {
        double spread;
        lock (_lock)
        {
            spread = 1 - Jitter + (2 * Jitter * random.NextDouble());
        }

        var doubled = options.RetryBaseDelay.TotalSeconds * Math.Pow(2, Math.Min(attempt - 1, 20));
        var delay = TimeSpan.FromSeconds(Math.Min(doubled * spread, LongestDelay.TotalSeconds));
        var asked = RetryAfter.Clamp(retryAfter ?? TimeSpan.Zero);
        return delay > asked ? delay : asked;
    }
}
