using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

public sealed class ApiKeyPoolsTests
{
    private const string First = "key-first-1111";
    private const string Second = "key-second-2222";

    private readonly ManualTimeProvider _time = new();
    private readonly StoryStudioOptions _options = new();
    private readonly ApiKeyPools _pools;

    public ApiKeyPoolsTests() => _pools = new(Options.Create(_options), _time);

    [Fact]
    public void For_ASharedPool_ServesEveryStyleThatAsksForIt()
    {
        _options.Providers.OpenAI.ApiKey = First;
        Assert.Same(Pool("bold"), Pool("clear"));
        Assert.NotSame(Pool("bold"), Pool("own", Second, First));

        Assert.Equal(["…1111", "…2222"], _pools.Keys().Select(k => k.Tail));
        Assert.Equal(["bold", "clear", "own"], _pools.Keys()[0].Styles);
        Assert.Equal(["own"], _pools.Keys()[1].Styles);
    }

    [Fact]
    public void For_APaceThatIsNone_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _pools.For(new StyleDefinition { Key = "clear", ApiKeys = [First], RequestsPerMinute = 0 }, "openai"));

    [Fact]
    public void Keys_OfAProviderWithoutAny_AreNone()
    {
        var pool = _pools.For(new StyleDefinition { Key = "clear" }, "sketch");

        Assert.Empty(_pools.Keys());
        Assert.Equal([null], pool.States().Select(s => s.Tail));
    }

    [Fact]
    public void Changed_TellsOfTheKeyAndAllOfItsAccountAndOfNoOther()
    {
        var told = new List<string>();
        _pools.Changed = slots => told.Add(string.Join(' ', slots.Select(s => s.Key)));
        var pool = Pool("clear", new() { Key = First, Account = "a" }, new() { Key = Second, Account = "a" }, "key-third-3333");
        var leases = Enumerable.Range(0, 3).Select(_ => Lease(pool)).ToList();

        pool.CoolDown(leases[0], _time.GetUtcNow() + TimeSpan.FromSeconds(5));
        pool.SwitchOff(leases[2], Failure(FailureKind.BadKey));

        Assert.Equal([$"{First} {Second}", "key-third-3333"], told);
    }

    [Fact]
    public void Changed_OfAServiceWithoutKeys_TellsNobody()
    {
        _pools.Changed = _ => Assert.Fail("told");
        var pool = _pools.For(new StyleDefinition { Key = "clear" }, "sketch");

        pool.CoolDown(Lease(pool), _time.GetUtcNow() + TimeSpan.FromSeconds(5));

        Assert.Equal(KeyCondition.Cooling, pool.States()[0].Condition);
    }

    [Theory]
    [InlineData(FailureKind.RateLimited, KeyCondition.Cooling, 90)]
    [InlineData(FailureKind.OutOfCredit, KeyCondition.Parked, 60)]
    [InlineData(FailureKind.BadKey, KeyCondition.Off, null)]
    [InlineData(FailureKind.Refused, KeyCondition.Ready, null)]
    public void Record_OfAKey_SaysHowItDoesAndPutsItBackSo(FailureKind kind, KeyCondition condition, int? seconds)
    {
        var pool = Pool("clear", First);
        _time.Advance(TimeSpan.FromSeconds(10));
        pool.Report(Lease(pool), Failure(kind), TimeSpan.FromSeconds(90));
        var record = Record();
        _pools.Describe(_pools.Slots()[0], record);

        Assert.Equal((condition, seconds), (record.Condition, (int?)(record.Until - _time.GetUtcNow())?.TotalSeconds));
        Assert.Equal(condition is KeyCondition.Ready ? null : kind.Code(), record.Code);
        Assert.Equal(condition is KeyCondition.Ready, record.Message is null);

        var next = new ApiKeyPools(Options.Create(_options), _time);
        var again = next.For(new StyleDefinition { Key = "clear", ApiKeys = [First] }, "openai");
        next.Restore(next.Slots()[0], record);
        var state = Assert.Single(next.Keys());
        Assert.Equal(("id", condition, record.Until, record.Message), (state.Id, state.Condition, state.ReadyAt, state.Reason));
        Assert.Equal(condition is KeyCondition.Ready, again.TryLease(out _, out _));
    }

    [Fact]
    public void Record_OfARestThatIsOver_SaysThatTheKeyServes()
    {
        var pool = Pool("clear", First);
        pool.CoolDown(Lease(pool), _time.GetUtcNow() + TimeSpan.FromSeconds(5), Failure(FailureKind.RateLimited));
        _time.Advance(TimeSpan.FromSeconds(5));
        var record = Record();

        _pools.Describe(_pools.Slots()[0], record);

        Assert.Equal((KeyCondition.Ready, null, null, null), (record.Condition, record.Until, record.Code, record.Message));
    }

    [Theory]
    [InlineData(KeyCondition.Cooling, 60 * 60, 10 * 60)]
    [InlineData(KeyCondition.Cooling, 10 * 60, 10 * 60)]
    [InlineData(KeyCondition.Cooling, 30, 30)]
    [InlineData(KeyCondition.Parked, 48 * 60 * 60, 25 * 60 * 60)]
    [InlineData(KeyCondition.Parked, 20 * 60 * 60, 20 * 60 * 60)]
    [InlineData(KeyCondition.Cooling, 0, null)]
    [InlineData(KeyCondition.Parked, -5, null)]
    public void Restore_HoweverTheClockWasSet_RestsNoLongerThanOneCan(KeyCondition condition, int seconds, int? rest)
    {
        Pool("clear", First);
        var record = Record();
        (record.Condition, record.Until, record.Code) = (condition, _time.GetUtcNow() + TimeSpan.FromSeconds(seconds), "rate_limited");

        _pools.Restore(_pools.Slots()[0], record);

        var state = _pools.Keys()[0];
        Assert.Equal((rest is null ? KeyCondition.Ready : condition, rest), (state.Condition, (int?)(state.ReadyAt - _time.GetUtcNow())?.TotalSeconds));
    }

    [Theory]
    [InlineData(KeyCondition.Off, null, "bad_key", KeyCondition.Off)]
    [InlineData(KeyCondition.Off, null, "a word of before", KeyCondition.Ready)]
    [InlineData(KeyCondition.Ready, 60, "rate_limited", KeyCondition.Ready)]
    [InlineData(KeyCondition.Cooling, null, "rate_limited", KeyCondition.Ready)]
    [InlineData(KeyCondition.Off, 60, null, KeyCondition.Ready)]
    public void Restore_OfARecordThatDoesNotAddUp_LetsTheKeyServe(KeyCondition kept, int? seconds, string? code, KeyCondition condition)
    {
        Pool("clear", First);
        var record = Record();
        (record.Condition, record.Until, record.Code) = (kept, seconds is { } s ? _time.GetUtcNow() + TimeSpan.FromSeconds(s) : null, code);

        _pools.Restore(_pools.Slots()[0], record);

        Assert.Equal(condition, _pools.Keys()[0].Condition);
    }

    [Fact]
    public void Remember_CountsAnEarlierCallForEveryKeyOfThatProviderThatEndsSo()
    {
        Pool("clear", First, Second, "other-1111");
        _pools.For(new StyleDefinition { Key = "clear", ApiKeys = [First] }, "gemini");
        var now = _time.GetUtcNow();

        _pools.Remember("openai", "…1111", now - TimeSpan.FromSeconds(59));
        _pools.Remember("openai", "…1111", now);
        Assert.Equal([2, 0, 2, 0], _pools.Keys().Select(k => k.StartsInLastMinute));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([1, 0, 1, 0], _pools.Keys().Select(k => k.StartsInLastMinute));
    }

    [Fact]
    public void Remember_OfACallFromTheFuture_CountsItAsOfNow()
    {
        Pool("clear", First);

        _pools.Remember("openai", "…1111", _time.GetUtcNow() + TimeSpan.FromHours(2));
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(0, _pools.Keys()[0].StartsInLastMinute);
    }

    [Fact]
    public void Wake_OfASwitchedOffKeyInARestingAccount_LetsBothServeAndTells()
    {
        var pool = Pool("clear", new() { Key = First, Account = "a" }, new() { Key = Second, Account = "a" });
        var (first, second) = (Lease(pool), Lease(pool));
        pool.SwitchOff(first, Failure(FailureKind.BadKey));
        pool.Park(second, until: null, Failure(FailureKind.QuotaExhausted));
        _pools.Slots()[0].Id = "id";
        var told = 0;
        _pools.Changed = slots => told += slots.Count;

        Assert.False(_pools.Wake("nobody"));
        Assert.Equal(0, told);
        Assert.True(_pools.Wake("id"));

        Assert.Equal(2, told);
        Assert.All(_pools.Keys(), k => Assert.Equal((KeyCondition.Ready, null, null), (k.Condition, k.ReadyAt, k.Reason)));
    }

    [Fact]
    public void Rest_OfAnAccountThatRestsAlready_IsTheGraverAndTheLonger()
    {
        var pool = Pool("clear", First);
        var lease = Lease(pool);
        var now = _time.GetUtcNow();

        pool.CoolDown(lease, now + TimeSpan.FromMinutes(5), Failure(FailureKind.RateLimited));
        pool.Park(lease, now + TimeSpan.FromMinutes(1), Failure(FailureKind.OutOfCredit));
        Assert.Equal((KeyCondition.Parked, now + TimeSpan.FromMinutes(5), "out_of_credit"), (pool.States()[0].Condition, pool.States()[0].ReadyAt, pool.States()[0].Reason));

        pool.CoolDown(lease, now + TimeSpan.FromMinutes(20), Failure(FailureKind.RateLimited));
        Assert.Equal((KeyCondition.Parked, now + TimeSpan.FromMinutes(5)), (pool.States()[0].Condition, pool.States()[0].ReadyAt));

        pool.Park(lease, now + TimeSpan.FromMinutes(30), Failure(FailureKind.QuotaExhausted));
        Assert.Equal((now + TimeSpan.FromMinutes(30), "quota_exhausted"), (pool.States()[0].ReadyAt, pool.States()[0].Reason));
    }

    [Fact]
    public void Closed_OfAPoolWhoseAccountRestsForACallOfAnotherStyle_CountsFromWhenItBeganToWait()
    {
        var (maxWait, rest) = (TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(9));
        var quick = Pool("quick", new ApiKeyDefinition { Key = First, Account = "team" });
        var patient = Pool("patient", new ApiKeyDefinition { Key = Second, Account = "team" });
        quick.Report(Lease(quick), Failure(FailureKind.RateLimited), rest);
        Assert.False(patient.TryLease(out _, out _));
        Assert.Null(patient.Closed(maxWait));

        _time.Advance(rest);
        patient.Report(Lease(patient), Failure(FailureKind.RateLimited), rest);

        Assert.Equal(_time.GetUtcNow() + rest, patient.Closed(maxWait)!.Until);
        _time.Advance(rest);
        Lease(patient).Served();
        patient.Report(Lease(patient), Failure(FailureKind.RateLimited), rest);
        Assert.Null(patient.Closed(maxWait));
    }

    [Fact]
    public void Closed_OfAPoolThatOnlyWaitsForItsPace_CountsNothing()
    {
        var pool = _pools.For(new StyleDefinition { Key = "clear", ApiKeys = [First], RequestsPerMinute = 1 }, "openai");
        Lease(pool);
        Assert.False(pool.TryLease(out _, out _));

        _time.Advance(TimeSpan.FromMinutes(4));
        pool.Report(Lease(pool), Failure(FailureKind.RateLimited), TimeSpan.FromMinutes(9));

        Assert.Null(pool.Closed(TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public void Rest_OfTwoAccountsThatBecomeOne_IsTheLonger()
    {
        var named = Pool("named", new ApiKeyDefinition { Key = Second, Account = "team" });
        var plain = Pool("plain", First);
        var now = _time.GetUtcNow();
        named.CoolDown(Lease(named), now + TimeSpan.FromSeconds(10));
        plain.CoolDown(Lease(plain), now + TimeSpan.FromSeconds(40));

        Pool("both", new ApiKeyDefinition { Key = First, Account = "team" });

        Assert.All(_pools.Keys(), k => Assert.Equal((KeyCondition.Cooling, now + TimeSpan.FromSeconds(40), "team"), (k.Condition, k.ReadyAt, k.Account)));
        Pool("third", new ApiKeyDefinition { Key = First, Account = "other" });
        Assert.Equal(["team", "team"], _pools.Keys().Select(k => k.Account));
    }

    [Fact]
    public void KeyWait_IsSaidInUtcWhateverTheClockOfTheServer()
    {
        var at = new DateTimeOffset(2026, 1, 1, 12, 42, 7, TimeSpan.FromHours(2));

        Assert.Equal("Waiting for key …4f2a until 10:42:07 UTC", new KeyWait("…4f2a", KeyWaitReason.Pace, at).Sentence());
        Assert.Equal("Waiting for the service until 10:42:07 UTC", new KeyWait(null, KeyWaitReason.Cooling, at).Sentence());
    }

    private static KeyRecord Record() => new() { Id = "id", Provider = "openai", Salt = "", Hash = "" };

    private ApiKeyPool Pool(string style, params ApiKeyDefinition[] keys) => _pools.For(new StyleDefinition { Key = style, ApiKeys = [.. keys] }, "openai");

    private static KeyLease Lease(ApiKeyPool pool)
    {
        Assert.True(pool.TryLease(out var lease, out _));
        Assert.True(lease.TryBegin());
        return lease;
    }

    private static ImageFailure Failure(FailureKind kind) => new() { Kind = kind, Message = kind.Code(), LogMessage = "" };
}
