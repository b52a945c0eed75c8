using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class RetryPolicyTests
{
    private static readonly GenerationOptions Options = new();

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    public void Decide_Transient_GoesAgainAfterTheBaseDelayDoubledEachTime(int attempt, double seconds)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var again = Assert.IsType<TryAgain>(Policy(seed).Decide(FailureKind.Transient, attempt, attempt, secondChance: false, retryAfter: null));

            Assert.InRange(again.Wait.TotalSeconds, seconds * 0.8, seconds * 1.2);
        }
    }

    [Theory]
    [InlineData(FailureKind.Transient)]
    [InlineData(FailureKind.Timeout)]
    [InlineData(FailureKind.NoPicture)]
    [InlineData(FailureKind.Damaged)]
    public void Decide_RetriesUsedUp_GivesTheSecondChanceAfterTenSeconds(FailureKind kind) =>
        Assert.Equal(new GiveUp(TimeSpan.FromSeconds(10)), Policy().Decide(kind, attempt: 4, sameKindInRow: 4, secondChance: false, retryAfter: null));

    [Theory]
    [InlineData(FailureKind.Transient)]
    [InlineData(FailureKind.Timeout)]
    [InlineData(FailureKind.RateLimited)]
    public void Decide_SecondChanceFailed_HasNoOther(FailureKind kind) =>
        Assert.Equal(new GiveUp(Wait: null), Policy().Decide(kind, attempt: 1, sameKindInRow: 1, secondChance: true, retryAfter: null));

    [Theory]
    [InlineData(FailureKind.Timeout)]
    [InlineData(FailureKind.NoPicture)]
    [InlineData(FailureKind.Damaged)]
    public void Decide_WhatMayHaveBeenBilled_GoesAgainOnce(FailureKind kind)
    {
        Assert.IsType<TryAgain>(Policy().Decide(kind, attempt: 1, sameKindInRow: 1, secondChance: false, retryAfter: null));
        Assert.IsType<GiveUp>(Policy().Decide(kind, attempt: 2, sameKindInRow: 2, secondChance: false, retryAfter: null));
    }

    [Theory]
    [InlineData(FailureKind.Refused)]
    [InlineData(FailureKind.InvalidRequest)]
    [InlineData(FailureKind.ModelUnavailable)]
    [InlineData(FailureKind.BadKey)]
    [InlineData(FailureKind.NoAccess)]
    [InlineData(FailureKind.OutOfCredit)]
    [InlineData(FailureKind.QuotaExhausted)]
    public void Decide_WhatNoRetryMends_FailsAtOnceAndForGood(FailureKind kind) =>
        Assert.Equal(new GiveUp(Wait: null), Policy().Decide(kind, attempt: 1, sameKindInRow: 1, secondChance: false, retryAfter: null));

    [Theory]
    [InlineData(60, 60)]
    [InlineData(1, 4)]
    [InlineData(86_400, 600)]
    [InlineData(-5, 4)]
    public void Decide_ProviderAskedForAWait_NeverGoesSooner(double asked, double atLeast)
    {
        var again = Assert.IsType<TryAgain>(Policy().Decide(FailureKind.Transient, attempt: 1, sameKindInRow: 1, secondChance: false, TimeSpan.FromSeconds(asked)));

        Assert.InRange(again.Wait.TotalSeconds, atLeast, Math.Max(atLeast, 6));
    }

    [Fact]
    public void Decide_NoRetriesAllowed_LeavesTheSecondChance() =>
        Assert.IsType<GiveUp>(Policy(options: new GenerationOptions { MaxRetries = 0 }).Decide(FailureKind.Transient, attempt: 1, sameKindInRow: 1, secondChance: false, retryAfter: null));

    [Theory]
    [InlineData(null, 5)]
    [InlineData(0.0, 1)]
    [InlineData(-3.0, 1)]
    [InlineData(42.0, 42)]
    [InlineData(1e6, 600)]
    public void CoolDown_OfAKey_IsWhatWasAskedWithinReason(double? asked, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Policy().CoolDown(asked is { } s ? TimeSpan.FromSeconds(s) : null));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Decide_OnAttemptsThatThereCannotBe_IsRefused(int attempt, int sameKindInRow) => Assert.Throws<ArgumentOutOfRangeException>(
        () => Policy().Decide(FailureKind.Transient, attempt, sameKindInRow, secondChance: false, retryAfter: null));

    /// <summary>An image that fails every time, ten thousand times over, with kinds, waits and settings drawn by lot.</summary>
    [Fact]
    public void Decide_TenThousandSeededRuns_EndInTimeAndNeverStorm()
    {
        FailureKind[] kinds = [FailureKind.Transient, FailureKind.Timeout, FailureKind.NoPicture, FailureKind.Damaged];
        for (var seed = 0; seed < 10_000; seed++)
        {
            var lot = new Random(seed);
            var options = new GenerationOptions { MaxRetries = lot.Next(0, 11), RetryBaseDelay = TimeSpan.FromSeconds(lot.Next(1, 20)) };
            var policy = Policy(seed, options);
            var (attempt, inRow, secondChance) = (0, 0, false);
            FailureKind? last = null;
            var calls = 0;
            while (true)
            {
                calls++;
                attempt++;
                var kind = kinds[lot.Next(kinds.Length)];
                inRow = kind == last ? inRow + 1 : 1;
                last = kind;
                var asked = lot.Next(4) == 0 ? TimeSpan.FromSeconds(lot.Next(-100, 2000)) : (TimeSpan?)null;
                var decision = policy.Decide(kind, attempt, inRow, secondChance, asked);
                if (decision is TryAgain again)
                {
                    var least = Math.Min(options.RetryBaseDelay.TotalSeconds * Math.Pow(2, attempt - 1) * 0.8, 600);
                    Assert.True(again.Wait >= TimeSpan.FromSeconds(least), $"seed {seed}: retry {attempt} after {again.Wait}, not before {least} s");
                    Assert.True(again.Wait <= RetryPolicy.LongestDelay, $"seed {seed}: retry {attempt} after {again.Wait}");
                    continue;
                }

                var end = Assert.IsType<GiveUp>(decision);
                if (end.Wait is null)
                {
                    Assert.True(secondChance, $"seed {seed}: a failure that a retry can mend had no second chance");
                    break;
                }

                Assert.False(secondChance, $"seed {seed}: a second second chance");
                Assert.Equal(options.SecondChanceDelay, end.Wait);
                (attempt, inRow, last, secondChance) = (0, 0, null, true);
            }

            Assert.InRange(calls, 2, options.MaxRetries + 2);
        }
    }

    [Fact]
    public void Decide_AThousandImagesFailingAtOnce_AreSpreadOut()
    {
        var policy = Policy();

        var due = Enumerable.Range(0, 1000).Select(_ => ((TryAgain)policy.Decide(FailureKind.Transient, 1, 1, secondChance: false, retryAfter: null)).Wait).ToList();

        Assert.True(due.GroupBy(at => (long)at.TotalMilliseconds / 100).Max(slot => slot.Count()) < 120);
    }

    private static RetryPolicy Policy(int seed = 1, GenerationOptions? options = null) => new(options ?? Options, new Random(seed));
}
