using System.Globalization;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyPool;

namespace StoryStudio.Tests.Providers;

/// <summary>How a pool gives its keys out, and when one of them rests.</summary>
public sealed class ApiKeyPoolTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void TryLease_SeveralKeys_TakesEachInTurn()
    {
        var pool = new ApiKeyPool(["key-a", "key-b", "key-c"], 10, _time);

        Assert.Equal("key-a key-b key-c key-a key-b key-c", Keys(pool, 6));
    }

    [Fact]
    public void TryLease_OfAPreferredKey_TakesItOutOfTurnWhileItServesAndElseTheNext()
    {
        var pool = new ApiKeyPool(["key-a-1111", "key-b-2222", "key-c-3333"], 2, _time);

        Assert.Equal("key-c-3333 key-c-3333 key-a-1111 key-b-2222", string.Join(' ', Enumerable.Range(0, 4).Select(_ => Preferred("…3333"))));
        Assert.Equal("key-a-1111", Preferred("…9999"));

        string? Preferred(string tail)
        {
            Assert.True(pool.TryLease(tail, out var lease, out _));
            Assert.True(lease.TryBegin());
            return lease.Key;
        }
    }

    [Fact]
    public void PacedUntil_OfAKeyAtItsPace_SaysWhenItServesAndOfAnyOtherNothing()
    {
        var pool = new ApiKeyPool(["key-a-1111", "key-b-2222"], 1, _time);
        Assert.Null(pool.PacedUntil("…1111"));

        Assert.True(pool.TryLease("…1111", out var lease, out _));
        Assert.True(lease.TryBegin());
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(40), pool.PacedUntil("…1111"));
        Assert.Null(pool.PacedUntil("…2222"));
        Assert.Null(pool.PacedUntil("…9999"));
        Assert.Null(pool.PacedUntil(null));
        pool.CoolDown(lease, _time.GetUtcNow() + TimeSpan.FromSeconds(10));
        Assert.Null(pool.PacedUntil("…1111"));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(30), pool.PacedUntil("…1111"));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(pool.PacedUntil("…1111"));
    }

    [Fact]
    public void TryLease_PaceUsedUp_SaysWhenTheFirstStartIsAMinuteOld()
    {
        var pool = new ApiKeyPool(["key-a"], 2, _time);
        Lease(pool);
        _time.Advance(TimeSpan.FromSeconds(20));
        Lease(pool);
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.False(pool.TryLease(out _, out var readyAt));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(20), readyAt);

        _time.Advance(TimeSpan.FromSeconds(20));
        Lease(pool);
        Assert.False(pool.TryLease(out _, out readyAt));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(20), readyAt);
    }

    [Fact]
    public void Return_UnusedLease_FreesItsPlaceOnce()
    {
        var pool = new ApiKeyPool(["key-a"], 2, _time);
        Assert.True(pool.TryLease(out var first, out _));
        Lease(pool);
        Assert.False(pool.TryLease(out _, out _));

        first.Return();
        first.Return();

        var second = Lease(pool);
        second.Return();
        Assert.False(pool.TryLease(out _, out _));
    }

    [Fact]
    public void CoolDown_OneOfTwo_LeavesTheOtherUntilTheFirstHasRested()
    {
        var pool = new ApiKeyPool(["key-a", "key-b"], 10, _time);

        pool.CoolDown(Lease(pool), _time.GetUtcNow() + TimeSpan.FromSeconds(30));

        Assert.Equal("key-b key-b", Keys(pool, 2));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains("key-a", Keys(pool, 2), StringComparison.Ordinal);
    }

    [Fact]
    public void CoolDown_ShorterThanTheOneThatHolds_ChangesNothing()
    {
        var pool = new ApiKeyPool(["key-a"], 10, _time);
        var lease = Lease(pool);
        pool.CoolDown(lease, _time.GetUtcNow() + TimeSpan.FromSeconds(30));
        pool.CoolDown(lease, _time.GetUtcNow() + TimeSpan.FromSeconds(5));

        Assert.False(pool.TryLease(out _, out var readyAt));
        Assert.Equal(TimeSpan.FromSeconds(30), readyAt - _time.GetUtcNow());
    }

    [Fact]
    public void Report_EachMatterOfTheKey_DoesWhatBefitsIt()
    {
        var pool = new ApiKeyPool(["key-aaaa-1111", "key-bbbb-2222", "key-cccc-3333", "key-dddd-4444"], 10, _time);
        var leases = Enumerable.Range(0, 4).Select(_ => Lease(pool)).ToList();

        pool.Report(leases[0], Failure(FailureKind.RateLimited), TimeSpan.FromSeconds(7));
        pool.Report(leases[1], Failure(FailureKind.OutOfCredit), TimeSpan.FromSeconds(7));
        pool.Report(leases[2], Failure(FailureKind.BadKey), TimeSpan.FromSeconds(7));
        pool.Report(leases[3], Failure(FailureKind.Refused), TimeSpan.FromSeconds(7));

        var states = pool.States();
        Assert.Equal([KeyCondition.Cooling, KeyCondition.Parked, KeyCondition.Off, KeyCondition.Ready], states.Select(state => state.Condition));
        Assert.Equal("…1111 …2222 …3333 …4444", string.Join(' ', states.Select(state => state.Tail)));
        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromMinutes(1), null, null], states.Select(state => state.ReadyAt - _time.GetUtcNow()));
        Assert.Equal([1, 1, 1, 1], states.Select(state => state.StartsInLastMinute));
    }

    /// <summary>Also on the days on which the clocks there are put forward (8 March) and back (1 November), and in the hours before and after that.</summary>
    [Theory]
    [InlineData("2026-01-01T12:00:00Z", "2026-01-02T08:00:00Z")]
    [InlineData("2026-07-01T06:59:59Z", "2026-07-01T07:00:00Z")]
    [InlineData("2026-07-01T07:00:00Z", "2026-07-02T07:00:00Z")]
    [InlineData("2026-03-08T07:59:00Z", "2026-03-08T08:00:00Z")]
    [InlineData("2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z")]
    [InlineData("2026-03-08T23:00:00Z", "2026-03-09T07:00:00Z")]
    [InlineData("2026-11-01T06:30:00Z", "2026-11-01T07:00:00Z")]
    [InlineData("2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z")]
    [InlineData("2026-11-02T07:30:00Z", "2026-11-02T08:00:00Z")]
    public void Report_QuotaOfTheDay_ParksUntilMidnightOfThePacific(string now, string midnight)
    {
        var pool = new ApiKeyPool(["key-a"], 10, new ManualTimeProvider(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)));

        pool.Report(Lease(pool), Failure(FailureKind.QuotaExhausted), TimeSpan.Zero);

        Assert.False(pool.TryLease(out _, out var readyAt));
        Assert.Equal(DateTimeOffset.Parse(midnight, CultureInfo.InvariantCulture), readyAt);
    }

    [Fact]
    public void Pool_WithoutKeys_KnowsNoPaceButRestsWhenTold()
    {
        var pool = new ApiKeyPool([" ", ""], 1, _time);
        Assert.False(pool.HasKeys);
        for (var i = 0; i < 1000; i++)
        {
            Assert.Null(Lease(pool).Key);
        }

        Assert.Equal("no key", Lease(pool).ToString());

        pool.CoolDown(Lease(pool), _time.GetUtcNow() + TimeSpan.FromSeconds(3));

        Assert.False(pool.TryLease(out _, out _));
    }

    [Fact]
    public void Lease_WhereverItIsPrinted_ShowsNoKey()
    {
        var pool = new ApiKeyPool(["sk-very-secret-4f2a", "tiny"], 10, _time);

        Assert.Equal("…4f2a …", $"{Lease(pool)} {Lease(pool)}");
        Assert.DoesNotContain("secret", string.Join(' ', pool.States()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public void Clock_WallClockIsSet_NeitherFreesARestingKeyNorFreezesIt(int hours)
    {
        var pool = new ApiKeyPool(["key-a"], 1, _time);
        pool.CoolDown(Lease(pool), _time.GetUtcNow() + TimeSpan.FromSeconds(90));

        _time.SetWallClock(TimeSpan.FromHours(hours));
        _time.Advance(TimeSpan.FromSeconds(89));
        Assert.False(pool.TryLease(out _, out var readyAt));
        Assert.Equal(TimeSpan.FromSeconds(1), readyAt - _time.GetUtcNow());

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(pool.TryLease(out _, out _));
    }

    [Fact]
    public void TryBegin_LongAfterTheLease_CountsFromTheCallAndHoldsItsPlaceUntilThen()
    {
        var pool = new ApiKeyPool(["key-a"], 1, _time);
        Assert.True(pool.TryLease(out var lease, out _));

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(pool.TryLease(out _, out _));
        Assert.True(lease.TryBegin());

        _time.Advance(TimeSpan.FromSeconds(59.999));
        Assert.False(pool.TryLease(out _, out var readyAt));
        Assert.Equal(TimeSpan.FromMilliseconds(1), readyAt - _time.GetUtcNow());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(pool.TryLease(out _, out _));
    }

    [Fact]
    public void TryBegin_KeyCameToRestSinceTheLease_IsNoCall()
    {
        var pool = new ApiKeyPool(["key-a"], 10, _time);
        Assert.True(pool.TryLease(out var late, out _));
        pool.CoolDown(Lease(pool), _time.GetUtcNow() + TimeSpan.FromSeconds(5));

        Assert.False(late.TryBegin());
        Assert.Equal(1, pool.States()[0].StartsInLastMinute);
        Assert.Throws<InvalidOperationException>(() => late.TryBegin());
    }

    [Fact]
    public void NextReady_SaysWhichKeyAndWhatKeepsIt()
    {
        var pool = new ApiKeyPool(["key-aaaa-1111", "key-bbbb-2222", "key-cccc-3333"], 1, _time);
        var leases = Enumerable.Range(0, 2).Select(_ => Lease(pool)).ToList();
        Assert.Null(pool.NextReady());
        leases.Add(Lease(pool));
        var now = _time.GetUtcNow();
        Assert.Equal(new("…1111", KeyWaitReason.Pace, now + TimeSpan.FromMinutes(1)), pool.NextReady());

        pool.CoolDown(leases[0], now + TimeSpan.FromMinutes(3));
        pool.SwitchOff(leases[1], Failure(FailureKind.BadKey));
        pool.Park(leases[2], now + TimeSpan.FromMinutes(2), Failure(FailureKind.QuotaExhausted));
        Assert.Equal(new("…3333", KeyWaitReason.Parked, now + TimeSpan.FromMinutes(2)), pool.NextReady());

        pool.SwitchOff(leases[2], Failure(FailureKind.BadKey));
        Assert.Equal(new("…1111", KeyWaitReason.Cooling, now + TimeSpan.FromMinutes(3)), pool.NextReady());

        pool.SwitchOff(leases[0], Failure(FailureKind.BadKey));
        Assert.Null(pool.NextReady());
    }

    [Fact]
    public void CoolDown_AfterAParkingThatIsOver_HoldsAlthoughNobodyLookedInBetween()
    {
        var pool = new ApiKeyPool(["key-a"], 10, _time);
        var (first, second) = (Lease(pool), Lease(pool));
        pool.Park(first, _time.GetUtcNow() + TimeSpan.FromMinutes(1), Failure(FailureKind.OutOfCredit));
        _time.Advance(TimeSpan.FromMinutes(2));
        pool.CoolDown(second, _time.GetUtcNow() + TimeSpan.FromMinutes(1), Failure(FailureKind.RateLimited));

        Assert.Equal((KeyCondition.Cooling, "rate_limited"), (pool.States()[0].Condition, pool.States()[0].Reason));
    }

    [Fact]
    public void SwitchOff_OfAKeyThatRests_IsTheReasonThatIsGiven()
    {
        var pool = new ApiKeyPool(["key-a"], 10, _time);
        var lease = Lease(pool);
        pool.CoolDown(lease, _time.GetUtcNow() + TimeSpan.FromMinutes(1), Failure(FailureKind.RateLimited));
        pool.SwitchOff(lease, Failure(FailureKind.BadKey));

        Assert.Equal((KeyCondition.Off, "bad_key", null), (pool.States()[0].Condition, pool.States()[0].Reason, pool.States()[0].ReadyAt));
    }

    [Fact]
    public void TryBegin_OfALeaseWhoseKeyRestedInBetween_GoesOnceThatIsOverAndFreesItsPlaceBefore()
    {
        var pool = new ApiKeyPool(["key-a"], 3, _time);
        Assert.True(pool.TryLease(out var early, out _));
        Assert.True(pool.TryLease(out var late, out _));
        pool.CoolDown(Lease(pool), _time.GetUtcNow() + TimeSpan.FromSeconds(5), Failure(FailureKind.RateLimited));

        Assert.False(early.TryBegin());
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(late.TryBegin());
        Lease(pool);
        Assert.False(pool.TryLease(out _, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Pool_WithAPaceThatIsNone_IsRefused(int requestsPerMinute) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ApiKeyPool(["key-a"], requestsPerMinute, _time));
}
