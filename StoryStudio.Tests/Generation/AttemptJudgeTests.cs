using System.Globalization;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>What follows from which failure, to the word: the settlement says what the author reads, whether it goes again, when, and as which call.</summary>
public sealed class AttemptJudgeTests
{
    private const string Style = "illustration";
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SecondChance = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _time = new();
    private readonly StoryStudioOptions _settings = new() { Provider = "openai", Styles = [new() { Key = Style, Name = "Illustration", ApiKeys = ["key-first-1111"], RequestsPerMinute = 10 }] };

    [Theory]
    [InlineData(FailureKind.Transient, "provider_unavailable", "Temporary problem, retrying (1 of 3).")]
    [InlineData(FailureKind.Timeout, "timeout", "As the provider put it. Trying again.")]
    [InlineData(FailureKind.NoPicture, "no_picture", "As the provider put it. Trying again.")]
    [InlineData(FailureKind.Damaged, "damaged", "As the provider put it. Trying again.")]
    public void Failure_ThatARetryMayMend_GoesAgainAndSaysSo(FailureKind kind, string code, string sentence)
    {
        var failure = Failure(kind);

        Assert.Equal(new Settlement.RetryLater(FirstWait, new(code, sentence, Retryable: true), failure, SameCall: false), Judge(Claim(), failure));
    }

    [Theory]
    [InlineData(FailureKind.Refused, "refused")]
    [InlineData(FailureKind.ModelUnavailable, "model_unavailable")]
    [InlineData(FailureKind.InvalidRequest, "invalid_request")]
    public void Failure_ThatNoRetryMends_FailsForGoodInItsOwnWords(FailureKind kind, string code)
    {
        var failure = Failure(kind);

        Assert.Equal(new Settlement.Failed(null, new(code, "As the provider put it.", Retryable: false), failure), Judge(Claim(), failure));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    public void Failure_OfEachAttempt_SaysWhichRetryComesNextAndWaitsTwiceAsLong(int attempt, int seconds)
    {
        var failure = Failure(FailureKind.Transient);

        Assert.Equal(
            new Settlement.RetryLater(TimeSpan.FromSeconds(seconds), new("provider_unavailable", FailureSentences.Retrying(attempt, 3), Retryable: true), failure, SameCall: false),
            Judge(Claim() with { Attempt = attempt, EarlierOutcomes = [.. Enumerable.Repeat("provider_unavailable", attempt - 1)] }, failure));
    }

    [Fact]
    public void Failure_AfterWhichTheServiceAsksForTime_GoesAgainNoSooner()
    {
        var failure = Failure(FailureKind.Transient) with { RetryAfter = TimeSpan.FromSeconds(40) };

        Assert.Equal(TimeSpan.FromSeconds(40), Assert.IsType<Settlement.RetryLater>(Judge(Claim(), failure)).Wait);
    }

    [Fact]
    public void Failure_OfTheLastAttempt_HasASecondChanceAndOfThatNone()
    {
        var failure = Failure(FailureKind.Transient);
        var error = new ImageError("provider_unavailable", "As the provider put it.", Retryable: true);

        Assert.Equal(new Settlement.Failed(SecondChance, error, failure), Judge(Claim() with { Attempt = 4 }, failure));
        Assert.Equal(new Settlement.Failed(null, error, failure), Judge(Claim() with { Attempt = 5, IsSecondChance = true }, failure));
    }

    [Theory]
    [InlineData("timeout", false)]
    [InlineData("timeout provider_unavailable", false)]
    [InlineData("provider_unavailable timeout", true)]
    [InlineData("damaged", true)]
    public void TimeOut_GoesAgainUnlessTheAttemptBeforeItWasOneAsWell(string newestFirst, bool goesAgain)
    {
        var earlier = newestFirst.Split(' ');

        Assert.Equal(goesAgain, Judge(Claim() with { Attempt = earlier.Length + 1, EarlierOutcomes = earlier }, Failure(FailureKind.Timeout)) is Settlement.RetryLater);
    }

    [Theory]
    [InlineData(FailureKind.Transient, false, false, false)]
    [InlineData(FailureKind.Transient, false, true, true)]
    [InlineData(FailureKind.Transient, true, false, true)]
    [InlineData(FailureKind.NoPicture, false, true, false)]
    [InlineData(FailureKind.Damaged, true, false, true)]
    [InlineData(FailureKind.Refused, false, true, false)]
    [InlineData(FailureKind.Refused, true, false, true)]
    public void Call_GoesAgainByTheSameKey_WhereNobodyKnowsWhatBecameOfOneByIt(FailureKind kind, bool unresolved, bool repeated, bool sameCall)
    {
        var claim = repeated ? Claim() with { IdempotencyKey = "of-an-earlier-attempt" } : Claim();

        foreach (var attempt in new[] { 1, 4 })
        {
            var settlement = Judge(claim with { Attempt = attempt }, Failure(kind) with { IsUnresolved = unresolved });

            Assert.Equal(sameCall, settlement is Settlement.RetryLater again ? again.SameCall : Assert.IsType<Settlement.Failed>(settlement).SameCall);
        }
    }

    [Theory]
    [InlineData(FailureKind.RateLimited, "rate_limited", "The service is busy. Trying again soon.")]
    [InlineData(FailureKind.QuotaExhausted, "quota_exhausted", "As the provider put it.")]
    [InlineData(FailureKind.OutOfCredit, "out_of_credit", "As the provider put it.")]
    [InlineData(FailureKind.BadKey, "bad_key", "As the provider put it.")]
    [InlineData(FailureKind.NoAccess, "no_access", "As the provider put it.")]
    public void Failure_OfAKeyWhereAnotherServes_GoesAgainAtOnce(FailureKind kind, string code, string sentence)
    {
        _settings.Styles[0].ApiKeys.Add("key-second-2222");
        var failure = Failure(kind);

        Assert.Equal(new Settlement.WaitForKey(TimeSpan.Zero, new(code, sentence, Retryable: true), failure), Judge(Claim(), failure));
    }

    [Theory]
    [InlineData("00:00:07", 7)]
    [InlineData("00:00:00.2", 1)]
    [InlineData(null, 5)]
    public void Failure_OfTheOnlyKeyThatWasTooFast_WaitsForItAndSaysHowLong(string? asked, int seconds)
    {
        var failure = Failure(FailureKind.RateLimited) with { RetryAfter = asked is null ? null : TimeSpan.Parse(asked, CultureInfo.InvariantCulture) };

        Assert.Equal(
            new Settlement.WaitForKey(TimeSpan.FromSeconds(seconds), new("rate_limited", $"The service is busy. Trying again in {seconds} s.", Retryable: true), failure),
            Judge(Claim(), failure));
    }

    [Fact]
    public void Failure_OfAKeyWhereTheOtherWaitsForItsPace_GoesAgainWithThatThen()
    {
        _settings.Styles[0].ApiKeys.Add("key-second-2222");
        _settings.Styles[0].RequestsPerMinute = 1;
        var (judge, pool) = Create();
        var (first, _) = (KeyPool.Lease(pool), KeyPool.Lease(pool));
        var failure = Failure(FailureKind.BadKey);

        Assert.Equal(new Settlement.WaitForKey(TimeSpan.FromMinutes(1), new("bad_key", "As the provider put it.", Retryable: true), failure), judge.Judge(Claim(), first, failure));
    }

    [Theory]
    [InlineData(FailureKind.BadKey, "bad_key", "As the provider put it.", false)]
    [InlineData(FailureKind.NoAccess, "no_access", "As the provider put it.", false)]
    [InlineData(FailureKind.OutOfCredit, "out_of_credit", "As the provider put it.", false)]
    [InlineData(FailureKind.QuotaExhausted, "quota_exhausted", "The key for this style is resting until 08:00 UTC. As the provider put it.", true)]
    [InlineData(FailureKind.RateLimited, "rate_limited", "The key for this style is resting until 12:05 UTC. The service takes no more calls for now.", true)]
    public void Failure_OfTheOnlyKeyWhereNoneIsWorthWaitingFor_FailsWithoutASecondChanceAndSaysUntilWhen(FailureKind kind, string code, string sentence, bool comesBack)
    {
        _settings.Generation.MaxKeyWait = TimeSpan.FromMinutes(4);
        var failure = Failure(kind) with { RetryAfter = TimeSpan.FromMinutes(5) };

        Assert.Equal(new Settlement.Failed(null, new(code, sentence, Retryable: comesBack), failure), Judge(Claim(), failure));
    }

    [Fact]
    public void Failure_OfTheLastKeyThatServed_SaysWhatKeepsTheOneThatIsBackFirst()
    {
        _settings.Styles[0].ApiKeys.Add("key-second-2222");
        var (judge, pool) = Create();
        judge.Judge(Claim(), KeyPool.Lease(pool), Failure(FailureKind.QuotaExhausted) with { Message = "The first has no more today." });
        var failure = Failure(FailureKind.BadKey);

        Assert.Equal(
            new Settlement.Failed(null, new("quota_exhausted", "Every key for this style is resting until 08:00 UTC. The first has no more today.", Retryable: true), failure),
            judge.Judge(Claim(), KeyPool.Lease(pool), failure));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Failure_ForWantOfAKey_LeavesACallByAnEarlierKeyAsUnknownAsItWas(bool repeated)
    {
        var claim = repeated ? Claim() with { IdempotencyKey = "of-an-earlier-attempt" } : Claim();

        Assert.Equal(repeated, Assert.IsType<Settlement.Failed>(Judge(claim, Failure(FailureKind.BadKey))).SameCall);
    }

    [Fact]
    public void Attempt_WithoutAKeyWhereNoneServes_FailsAsTheKeyDidAndNothingWasCalled()
    {
        var (judge, pool) = Create();
        judge.Judge(Claim(), KeyPool.Lease(pool), Failure(FailureKind.BadKey) with { RequestId = "req_of_the_call", CostUsd = 0.02m });

        var settlement = judge.NoKey(Claim());

        // Which request it was and what that cost is of the call that the key was switched off for.
        Assert.Equal(new Settlement.Failed(null, new("bad_key", "As the provider put it.", Retryable: false), Failure(FailureKind.BadKey) with { LogMessage = "No key may be used." }, Called: false), settlement);
        Assert.False(settlement.MayBeCharged);
    }

    [Fact]
    public void Attempt_WithoutAKeyWhereOneServesByNow_IsGivenBackUncalled()
    {
        var settlement = Create().Judge.NoKey(Claim());

        Assert.Equal(new Settlement.PutOff(), settlement);
        Assert.Equal((0m, false), (settlement.CostUsd, settlement.MayBeCharged));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Picture_ThatFindsNoRoom_WaitsForItAndKeepsWhatItCost(bool called)
    {
        var made = called ? Made : null;

        var settlement = Create().Judge.NotSaved(Claim() with { Attempt = 4, IsSecondChance = true }, new IOException("No space left on device"), called, made, isFull: true);

        Assert.Equal(
            new Settlement.WaitForRoom(TimeSpan.FromSeconds(5), new("disk_full", "The disk is full. The picture is made as soon as there is room.", Retryable: true), Unsaved("No space left on device", called, made)),
            settlement);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Picture_ThatCannotBeSaved_GoesAgainAsTheSameCallWhereThereWasOne(bool called)
    {
        var made = called ? Made : null;
        var failure = Unsaved("Access denied", called, made);
        var judge = Create().Judge;

        Assert.Equal(
            new Settlement.RetryLater(FirstWait, new("provider_unavailable", "Temporary problem, retrying (1 of 3).", Retryable: true), failure, SameCall: called),
            judge.NotSaved(Claim(), new IOException("Access denied"), called, made, isFull: false));
        Assert.Equal(
            new Settlement.Failed(SecondChance, new("provider_unavailable", "The picture could not be saved.", Retryable: true), failure, SameCall: called),
            judge.NotSaved(Claim() with { Attempt = 4 }, new IOException("Access denied"), called, made, isFull: false));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Crash_GoesAgainAsTheSameCallWhereThereWasOneAndSaysNothingOfWhatTheExceptionSays(bool called)
    {
        var failure = new ImageFailure
        {
            Kind = FailureKind.Transient,
            Message = "Something went wrong while this picture was made.",
            LogMessage = "InvalidOperationException in the program.",
            IsUnresolved = called,
        };
        var judge = Create().Judge;

        Assert.Equal(
            new Settlement.RetryLater(FirstWait, new("provider_unavailable", "Temporary problem, retrying (1 of 3).", Retryable: true), failure, SameCall: called),
            judge.Crashed(Claim(), new InvalidOperationException("secret"), called));
        Assert.Equal(
            new Settlement.Failed(null, new("provider_unavailable", "Something went wrong while this picture was made.", Retryable: true), failure, SameCall: called),
            judge.Crashed(Claim() with { Attempt = 5, IsSecondChance = true }, new InvalidOperationException("secret"), called));
    }

    [Fact]
    public void TimeOut_LeavesOpenWhatBecameOfTheCall() => Assert.Equal(
        new ImageFailure { Kind = FailureKind.Timeout, Message = "Took too long.", LogMessage = "No answer within 00:04:00.", IsUnresolved = true },
        AttemptJudge.TimedOut(TimeSpan.FromMinutes(4)));

    [Fact]
    public void Picture_ThatIsTooLarge_IsADamagedAnswer()
    {
        var tooLarge = new PictureTooLargeException(1_000);

        Assert.Equal(new ImageFailure { Kind = FailureKind.Damaged, Message = "The answer was damaged.", LogMessage = tooLarge.Message }, AttemptJudge.TooLarge(tooLarge));
    }

    [Theory]
    [InlineData(PictureFault.Empty, FailureKind.NoPicture, "No picture came back.", "The picture has no bytes.")]
    [InlineData(PictureFault.Truncated, FailureKind.Damaged, "The answer was damaged.", "Truncated: It ends early.")]
    [InlineData(PictureFault.UnknownType, FailureKind.Damaged, "The answer was damaged.", "UnknownType: It ends early.")]
    public void Picture_ThatIsNone_KeepsWhatItCostAndWhoMadeIt(PictureFault fault, FailureKind kind, string sentence, string detail) => Assert.Equal(
        new ImageFailure { Kind = kind, Message = sentence, LogMessage = detail, Model = "painter", RequestId = "req-1", CostUsd = 0.04m },
        AttemptJudge.Unsound(new() { Bytes = 0, Fault = fault, Reason = "It ends early." }, Made));

    private static PictureMade Made { get; } = new() { Model = "painter", RequestId = "req-1", CostUsd = 0.04m };

    private static ImageFailure Unsaved(string detail, bool called, PictureMade? made) => new()
    {
        Kind = FailureKind.Transient,
        Message = "The picture could not be saved.",
        LogMessage = detail,
        IsUnresolved = called,
        RequestId = made?.RequestId,
        CostUsd = made?.CostUsd,
    };

    private static ImageFailure Failure(FailureKind kind) => new() { Kind = kind, Message = "As the provider put it.", LogMessage = "For the log." };

    private static Claim Claim() => new()
    {
        ImageId = "image",
        StoryId = "story",
        SegmentId = "segment",
        Style = Style,
        Number = new SegmentNumber(1, 1),
        Token = "attempt",
        IdempotencyKey = "attempt",
        StartedAt = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero),
        Attempt = 1,
        EarlierOutcomes = [],
        IsSecondChance = false,
        NextVersion = 1,
        File = "Shot_1/Beat_1.1",
        Consistent = false,
        BecomesReference = false,
    };

    private Settlement Judge(Claim claim, ImageFailure failure)
    {
        var (judge, pool) = Create();
        return judge.Judge(claim, KeyPool.Lease(pool), failure);
    }

    private (AttemptJudge Judge, ApiKeyPool Pool) Create()
    {
        var options = Options.Create(_settings);
        var keys = new ApiKeyPools(options, _time);
        var providers = new ImageProviders([new ScriptedProvider { Name = "openai" }], options);
        return (new(keys, providers, new RetryPolicy(_settings.Generation, new NoJitter()), options, _time), keys.For(_settings.Styles[0], "openai"));
    }

    /// <summary>In the middle between the shortest and the longest wait.</summary>
    private sealed class NoJitter : Random
    {
        public override double NextDouble() => 0.5;
    }
}
