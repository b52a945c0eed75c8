using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyPool;

namespace StoryStudio.Tests.Providers;

/// <summary>When a pool says that nobody need wait for it, and why.</summary>
public sealed class ApiKeyPoolClosedTests
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(10);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Closed_EveryKeyOutOfService_SaysWhy()
    {
        var pool = new ApiKeyPool(["key-a", "key-b"], 10, _time);
        var (first, second) = (Lease(pool), Lease(pool));
        pool.SwitchOff(first, Failure(FailureKind.BadKey));
        Assert.Null(pool.Closed(MaxWait));

        pool.Park(second, _time.GetUtcNow() + TimeSpan.FromMinutes(1), Failure(FailureKind.OutOfCredit));
        Assert.Equal(FailureKind.OutOfCredit, pool.Closed(MaxWait)?.Cause.Kind);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(pool.Closed(MaxWait));

        pool.SwitchOff(second, Failure(FailureKind.BadKey));
        Assert.Equal(FailureKind.BadKey, pool.Closed(MaxWait)?.Cause.Kind);
        Assert.False(pool.TryLease(out _, out var readyAt));
        Assert.Equal(DateTimeOffset.MaxValue, readyAt);
    }

    [Fact]
    public void Closed_RestIsLongerThanAnybodyWaits_SaysUntilWhen()
    {
        var pool = new ApiKeyPool(["key-a", "key-b"], 10, _time);
        var (first, second) = (Lease(pool), Lease(pool));
        pool.CoolDown(first, _time.GetUtcNow() + TimeSpan.FromMinutes(9), Failure(FailureKind.RateLimited));
        pool.Park(second, _time.GetUtcNow() + TimeSpan.FromMinutes(20), Failure(FailureKind.QuotaExhausted));

        Assert.Null(pool.Closed(MaxWait));
        var closure = pool.Closed(TimeSpan.FromMinutes(8));
        Assert.Equal((FailureKind.RateLimited, (DateTimeOffset?)_time.GetUtcNow() + TimeSpan.FromMinutes(9), 2), (closure!.Cause.Kind, closure.Until, closure.Keys));
    }

    [Fact]
    public void Closed_PaceAlone_IsAlwaysWaitedFor()
    {
        var pool = new ApiKeyPool(["key-a"], 1, _time);
        Lease(pool);

        Assert.Null(pool.Closed(TimeSpan.Zero));
    }

    [Fact]
    public void Closed_NothingServedForTooLong_CountsFromTheFirstRefusalAndAnewAfterOneThatServed()
    {
        var pool = new ApiKeyPool(["key-a"], 100, _time);
        KeyLease RefusedFor(int seconds)
        {
            var lease = Lease(pool);
            pool.Report(lease, Failure(FailureKind.RateLimited), TimeSpan.FromSeconds(seconds));
            return lease;
        }

        for (var minute = 0; minute < 9; minute++)
        {
            RefusedFor(60);
            Assert.Null(pool.Closed(MaxWait));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        RefusedFor(90);
        Assert.NotNull(pool.Closed(MaxWait));
        _time.Advance(TimeSpan.FromSeconds(90));
        Assert.Null(pool.Closed(MaxWait));

        Lease(pool).Served();
        RefusedFor(90);
        Assert.Null(pool.Closed(MaxWait));

        _time.Advance(TimeSpan.FromHours(1));
        RefusedFor(90);
        Assert.Null(pool.Closed(MaxWait));
    }

    [Fact]
    public void Closed_RestEndsExactlyWhenNobodyWaitsAnyLonger_IsStillWaitedFor()
    {
        var pool = new ApiKeyPool(["key-a"], 10, _time);
        var lease = Lease(pool);
        pool.CoolDown(lease, _time.GetUtcNow() + MaxWait, Failure(FailureKind.RateLimited));
        Assert.Null(pool.Closed(MaxWait));

        pool.CoolDown(lease, _time.GetUtcNow() + MaxWait + TimeSpan.FromTicks(1), Failure(FailureKind.RateLimited));
        Assert.NotNull(pool.Closed(MaxWait));
    }

    [Fact]
    public void Closed_SeveralThatComeBack_SpeaksOfTheFirstWhateverKeepsIt()
    {
        var pool = new ApiKeyPool(["key-a", "key-b"], 10, _time);
        var (first, second) = (Lease(pool), Lease(pool));
        pool.Park(first, _time.GetUtcNow() + TimeSpan.FromMinutes(20), Failure(FailureKind.QuotaExhausted));
        pool.CoolDown(second, _time.GetUtcNow() + TimeSpan.FromMinutes(30), Failure(FailureKind.RateLimited));

        Assert.Equal(FailureKind.QuotaExhausted, pool.Closed(MaxWait)!.Cause.Kind);
        Assert.False(pool.TryLease(out _, out var readyAt));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(20), readyAt);
    }

    [Theory]
    [InlineData(FailureKind.OutOfCredit, FailureKind.BadKey, FailureKind.OutOfCredit)]
    [InlineData(FailureKind.BadKey, FailureKind.OutOfCredit, FailureKind.OutOfCredit)]
    public void Closed_NoneComesBackByItself_SpeaksOfTheOneThatIsEasiestToMend(FailureKind first, FailureKind second, FailureKind said)
    {
        var pool = new ApiKeyPool(["key-a", "key-b"], 10, _time);
        var leases = Enumerable.Range(0, 2).Select(_ => Lease(pool)).ToList();
        pool.Report(leases[0], Failure(first), TimeSpan.Zero);
        pool.Report(leases[1], Failure(second), TimeSpan.Zero);

        Assert.Equal((said, null), (pool.Closed(MaxWait)!.Cause.Kind, pool.Closed(MaxWait)!.Until));
    }

    /// <summary>Trouble that comes within five minutes after a rest was over is the same trouble, and what was waited already counts.</summary>
    [Theory]
    [InlineData(13, true)]
    [InlineData(14, true)]
    [InlineData(15, false)]
    public void Closed_TroubleSoonAfterARest_IsTheSameTrouble(int minutes, bool closed)
    {
        var pool = new ApiKeyPool(["key-a"], 10, _time);
        pool.CoolDown(Lease(pool), _time.GetUtcNow() + TimeSpan.FromMinutes(9), Failure(FailureKind.RateLimited));
        _time.Advance(TimeSpan.FromMinutes(minutes));
        pool.CoolDown(Lease(pool), _time.GetUtcNow() + TimeSpan.FromMinutes(1), Failure(FailureKind.RateLimited));

        Assert.Equal(closed, pool.Closed(MaxWait) is not null);
    }

    [Fact]
    public void Closed_TroubleLongAfterTheFirstKeyHadRested_IsAnotherThoughASecondOneRestsStill()
    {
        var pool = new ApiKeyPool(["key-a", "key-b"], 10, _time);
        var (first, second) = (Lease(pool), Lease(pool));
        pool.CoolDown(first, _time.GetUtcNow() + TimeSpan.FromMinutes(9), Failure(FailureKind.RateLimited));
        pool.CoolDown(second, _time.GetUtcNow() + TimeSpan.FromSeconds(30), Failure(FailureKind.RateLimited));
        _time.Advance(TimeSpan.FromMinutes(6));
        pool.CoolDown(second, _time.GetUtcNow() + TimeSpan.FromMinutes(10), Failure(FailureKind.RateLimited));

        Assert.Null(pool.Closed(TimeSpan.FromMinutes(8)));
    }

    [Fact]
    public void Closed_AKeyThatWasSwitchedOff_IsTroubleAsWell()
    {
        var pool = new ApiKeyPool(["key-a", "key-b"], 10, _time);
        var (first, second) = (Lease(pool), Lease(pool));
        pool.SwitchOff(first, Failure(FailureKind.BadKey));
        _time.Advance(TimeSpan.FromMinutes(4));
        pool.CoolDown(second, _time.GetUtcNow() + TimeSpan.FromMinutes(7), Failure(FailureKind.RateLimited));

        Assert.NotNull(pool.Closed(MaxWait));
    }

    [Fact]
    public void Closed_EveryKeyWasOffForLongAndIsBack_CountsAnew()
    {
        var pools = Pools(_time, out _);
        var pool = pools.For(new StyleDefinition { Key = "clear", ApiKeys = ["key-a"] }, "openai");
        pool.SwitchOff(Lease(pool), Failure(FailureKind.BadKey));
        _time.Advance(TimeSpan.FromHours(1));
        pools.Slots()[0].Id = "id";
        Assert.True(pools.Wake("id"));
        pool.CoolDown(Lease(pool), _time.GetUtcNow() + TimeSpan.FromSeconds(90), Failure(FailureKind.RateLimited));

        Assert.Null(pool.Closed(MaxWait));
    }

    [Fact]
    public void Closed_KeyThatWasParkedForLongIsMadeReady_CountsAnew()
    {
        var pools = Pools(_time, out _);
        var pool = pools.For(new StyleDefinition { Key = "clear", ApiKeys = ["key-a"] }, "openai");
        pool.Park(Lease(pool), _time.GetUtcNow() + TimeSpan.FromHours(9), Failure(FailureKind.QuotaExhausted));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(pool.Closed(MaxWait));
        pools.Slots()[0].Id = "id";
        Assert.True(pools.Wake("id"));
        pool.CoolDown(Lease(pool), _time.GetUtcNow() + TimeSpan.FromSeconds(30), Failure(FailureKind.RateLimited));

        Assert.Null(pool.Closed(MaxWait));
    }
}
