using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

public sealed class ApiKeyPoolTests
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(10);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void TryLease_SeveralKeys_TakesEachInTurn()
    {
        var pool = new ApiKeyPool(["key-a", "key-b", "key-c"], 10, _time);

        Assert.Equal("key-a key-b key-c key-a key-b key-c", Keys(pool, 6));
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

    [Fact]
    public void Report_QuotaOfTheDay_ParksUntilMidnightOfThePacific()
    {
        var pool = new ApiKeyPool(["key-a"], 10, _time);

        pool.Report(Lease(pool), Failure(FailureKind.QuotaExhausted), TimeSpan.Zero);

        Assert.False(pool.TryLease(out _, out var readyAt));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 8, 0, 0, TimeSpan.Zero), readyAt);
    }

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
    public void For_StyleWithKeysOfItsOwn_UsesThemAtItsPace()
    {
        var pools = Pools(out var options);
        options.Providers.OpenAI.ApiKey = "provider-key";
        var own = new StyleDefinition { Key = "clear", ApiKeys = ["style-key", "style-key", " "], RequestsPerMinute = 1 };
        var plain = new StyleDefinition { Key = "illustration", RequestsPerMinute = 1 };

        Assert.Equal("style-key", Lease(pools.For(own, "openai")).Key);
        Assert.False(pools.For(own, "openai").TryLease(out _, out _));
        Assert.Equal("provider-key provider-key", Keys(pools.For(plain, "openai"), 2));
        Assert.Same(pools.For(plain, "openai"), pools.For(new StyleDefinition { Key = "consistent" }, "openai"));
    }

    [Fact]
    public void For_EachProvider_IsItsOwnKeyAtItsOwnPace()
    {
        var pools = Pools(out var options);
        (options.Providers.OpenAI.ApiKey, options.Providers.Gemini.ApiKey, options.Providers.Gemini.RequestsPerMinute) = ("openai-key", "gemini-key", 1);
        var style = new StyleDefinition { Key = "clear" };

        Assert.Equal("openai-key", Lease(pools.For(style, "openai")).Key);
        Assert.Equal("gemini-key", Lease(pools.For(style, "gemini")).Key);
        Assert.False(pools.For(style, "gemini").TryLease(out _, out _));
    }

    [Fact]
    public void For_SketchOrServerWithoutKeys_HasNoKeyAndNoPace()
    {
        var pools = Pools(out _);
        var style = new StyleDefinition { Key = "clear", ApiKeys = ["style-key"], RequestsPerMinute = 1 };

        Assert.False(pools.For(style, "sketch").HasKeys);
        Assert.False(pools.For(new StyleDefinition { Key = "illustration" }, "openai").HasKeys);
    }

    [Fact]
    public void For_OneKeyInTwoStyles_IsOneKeyWithTheSlowerPace()
    {
        var pools = Pools(out _);
        var fast = pools.For(new StyleDefinition { Key = "a", ApiKeys = ["shared-key"], RequestsPerMinute = 10 }, "openai");
        var slow = pools.For(new StyleDefinition { Key = "b", ApiKeys = ["shared-key"], RequestsPerMinute = 2 }, "openai");

        Lease(fast);
        Lease(slow);

        Assert.False(fast.TryLease(out _, out _));
        Assert.False(slow.TryLease(out _, out _));
        pools.For(new StyleDefinition { Key = "c", ApiKeys = ["shared-key"], RequestsPerMinute = 5 }, "openai");
        Assert.Equal(2, pools.Keys()[0].RequestsPerMinute);
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
        var pools = Pools(out _);
        var pool = pools.For(new StyleDefinition { Key = "clear", ApiKeys = ["key-a"] }, "openai");
        pool.SwitchOff(Lease(pool), Failure(FailureKind.BadKey));
        _time.Advance(TimeSpan.FromHours(1));
        pools.Slots()[0].Id = "id";
        Assert.True(pools.Wake("id"));
        pool.CoolDown(Lease(pool), _time.GetUtcNow() + TimeSpan.FromSeconds(90), Failure(FailureKind.RateLimited));

        Assert.Null(pool.Closed(MaxWait));
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

    [Fact]
    public void For_KeysOfOneAccount_RestTogetherButAreSwitchedOffAlone()
    {
        var pools = Pools(out _);
        ApiKeyDefinition[] keys = [new() { Key = "key-a1", Account = "a" }, new() { Key = "key-a2", Account = " a " }, new() { Key = "key-b1", Account = "b" }, "key-own"];
        var pool = pools.For(new StyleDefinition { Key = "clear", ApiKeys = [.. keys] }, "openai");
        var leases = Enumerable.Range(0, 4).Select(_ => Lease(pool)).ToList();

        pool.Report(leases[0], Failure(FailureKind.RateLimited), TimeSpan.FromSeconds(7));
        Assert.Equal([KeyCondition.Cooling, KeyCondition.Cooling, KeyCondition.Ready, KeyCondition.Ready], pool.States().Select(s => s.Condition));

        pool.Report(leases[1], Failure(FailureKind.OutOfCredit), TimeSpan.Zero);
        pool.Report(leases[2], Failure(FailureKind.BadKey), TimeSpan.Zero);
        Assert.Equal([KeyCondition.Parked, KeyCondition.Parked, KeyCondition.Off, KeyCondition.Ready], pool.States().Select(s => s.Condition));
        Assert.Equal("key-own key-own", Keys(pool, 2));
        Assert.Equal(["a", "a", "b", null], pools.Keys().Select(s => s.Account));

        var elsewhere = pools.For(new StyleDefinition { Key = "other", ApiKeys = [new() { Key = "key-a3", Account = "a" }] }, "openai");
        Assert.False(elsewhere.TryLease(out _, out _));
        Assert.True(pools.For(new StyleDefinition { Key = "third", ApiKeys = [new() { Key = "key-a3", Account = "a" }] }, "gemini").TryLease(out _, out _));
    }

    [Fact]
    public void For_AccountThatOnlyOnePlaceNames_HoldsWhereverTheKeyStands()
    {
        var pools = Pools(out _);
        var plain = pools.For(new StyleDefinition { Key = "a", ApiKeys = ["shared-key"] }, "openai");
        plain.CoolDown(Lease(plain), _time.GetUtcNow() + TimeSpan.FromSeconds(30));

        var named = pools.For(new StyleDefinition { Key = "b", ApiKeys = [new() { Key = "shared-key", Account = "team" }, new() { Key = "other-key", Account = "team" }] }, "openai");

        Assert.False(named.TryLease(out _, out var readyAt));
        Assert.Equal(TimeSpan.FromSeconds(30), readyAt - _time.GetUtcNow());
        Assert.Equal(["a", "b"], pools.Keys()[0].Styles);
    }

    [Fact]
    public void For_ProviderWithSeveralKeys_UsesThemAll()
    {
        var pools = Pools(out var options);
        options.Providers.OpenAI.ApiKey = "first-key";
        options.Providers.OpenAI.ApiKeys = ["second-key", " first-key ", new() { Key = "third-key", Account = "x" }];

        Assert.Equal("first-key second-key third-key", Keys(pools.For(new StyleDefinition { Key = "clear" }, "openai"), 3));
    }

    /// <summary>Four hundred pools of random size, asked at random moments, told random failures.</summary>
    [Fact]
    public void TryLease_UnderAnyUse_KeepsThePaceAndCallsNoRestingKey()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var lot = new Random(seed);
            var time = new ManualTimeProvider();
            var limit = lot.Next(1, 12);
            string[] keys = [.. Enumerable.Range(0, lot.Next(1, 5)).Select(i => $"key-{i}")];
            var pool = new ApiKeyPool(keys, limit, time);
            var starts = keys.ToDictionary(key => key, _ => new List<DateTimeOffset>(), StringComparer.Ordinal);
            var restsUntil = keys.ToDictionary(key => key, _ => DateTimeOffset.MinValue, StringComparer.Ordinal);
            for (var step = 0; step < 300; step++)
            {
                time.Advance(TimeSpan.FromMilliseconds(lot.Next(0, 4000)));
                var now = time.GetUtcNow();
                if (!pool.TryLease(out var lease, out var readyAt))
                {
                    Assert.True(readyAt > now, $"seed {seed}: none now, and ready at once");
                    Assert.All(keys, key => Assert.True(restsUntil[key] > now || starts[key].Count(start => now - start < TimeSpan.FromMinutes(1)) >= limit, $"seed {seed}: {key} could have served"));
                    if (lot.Next(3) == 0)
                    {
                        time.Advance(readyAt - now);
                        Assert.True(pool.TryLease(out lease, out _), $"seed {seed}: not ready when it said");
                        lease.Return();
                    }

                    continue;
                }

                Assert.True(restsUntil[lease.Key!] <= now, $"seed {seed}: {lease.Key} was called while it rests");
                if (lot.Next(5) == 0)
                {
                    lease.Return();
                    continue;
                }

                Assert.True(lease.TryBegin());
                starts[lease.Key!].Add(now);
                if (lot.Next(10) == 0)
                {
                    var until = now + TimeSpan.FromSeconds(lot.Next(1, 90));
                    pool.CoolDown(lease, until);
                    restsUntil[lease.Key!] = until;
                }
            }

            foreach (var (key, moments) in starts)
            {
                for (var i = limit; i < moments.Count; i++)
                {
                    Assert.True(moments[i] - moments[i - limit] >= TimeSpan.FromMinutes(1), $"seed {seed}: {key} went {limit + 1} times within a minute");
                }
            }
        }
    }

    /// <summary>Three hundred pools over ten minutes, asked whenever one says that it is ready; between lease and call up to a quarter of a second goes by.</summary>
    [Fact]
    public void TryLease_AskedWhenItSays_UsesThePaceUpAndKeepsItFromCallToCall()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var lot = new Random(seed);
            var time = new ManualTimeProvider();
            var limit = lot.Next(1, 13);
            string[] keys = [.. Enumerable.Range(0, lot.Next(1, 7)).Select(i => $"key-{i}")];
            var pool = new ApiKeyPool(keys, limit, time);
            var starts = keys.ToDictionary(key => key, _ => new List<TimeSpan>(), StringComparer.Ordinal);
            var begun = new PriorityQueue<KeyLease, TimeSpan>();
            var end = time.Elapsed + TimeSpan.FromMinutes(10);
            while (true)
            {
                DateTimeOffset readyAt;
                while (pool.TryLease(out var lease, out readyAt))
                {
                    begun.Enqueue(lease, time.Elapsed + TimeSpan.FromMilliseconds(lot.Next(0, 250)));
                }

                var next = time.Elapsed + (readyAt - time.GetUtcNow());
                var isCall = begun.TryPeek(out var first, out var at) && at <= next;
                next = isCall ? at : next;
                if (next >= end)
                {
                    break;
                }

                time.Advance(next - time.Elapsed);
                if (isCall)
                {
                    begun.Dequeue();
                    Assert.True(first!.TryBegin());
                    starts[first.Key!].Add(time.Elapsed);
                }
            }

            foreach (var (key, moments) in starts)
            {
                for (var i = limit; i < moments.Count; i++)
                {
                    Assert.True(moments[i] - moments[i - limit] >= TimeSpan.FromMinutes(1), $"seed {seed}: {key} went {limit + 1} times within a minute");
                }
            }

            var (made, possible) = (starts.Values.Sum(s => s.Count), keys.Length * limit * 10);
            Assert.True(made >= 0.97 * possible, $"seed {seed}: {made} of {possible}");
        }
    }

    [Fact]
    public void TryLease_FromManyThreads_NeverExceedsThePace()
    {
        var pool = new ApiKeyPool(["key-a", "key-b", "key-c"], 50, _time);
        var leased = 0;

        Parallel.For(0, 1000, _ =>
        {
            if (pool.TryLease(out var lease, out var _))
            {
                Interlocked.Increment(ref leased);
            }
        });

        Assert.Equal(150, leased);
    }

    private static KeyLease Lease(ApiKeyPool pool)
    {
        Assert.True(pool.TryLease(out var lease, out _));
        Assert.True(lease.TryBegin());
        return lease;
    }

    private static string Keys(ApiKeyPool pool, int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Lease(pool).Key));

    private static ImageFailure Failure(FailureKind kind) => new() { Kind = kind, Message = kind.Code(), LogMessage = "" };

    private ApiKeyPools Pools(out StoryStudioOptions options)
    {
        options = new StoryStudioOptions();
        return new ApiKeyPools(Options.Create(options), _time);
    }
}
