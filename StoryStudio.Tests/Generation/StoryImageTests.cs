using StoryStudio.Core.Generation;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class StoryImageTests
{
    private const string Token = "attempt";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now + TimeSpan.FromSeconds(30);
    private static readonly ImageError Busy = new("rate_limited", "Busy.", Retryable: true);
    private static readonly ImageError Refused = new("refused", "Declined.", Retryable: false);

    /// <summary>Every state that an image can be in, with a way there.</summary>
    private static readonly Dictionary<string, Func<StoryImage>> States = new(StringComparer.Ordinal)
    {
        ["new"] = New,
        ["waits"] = Waiting,
        ["waits for a time"] = () => After(Started(), i => i.RetryLater(Token, Later, Busy, sameCall: false)),
        ["in progress"] = Started,
        ["completed"] = () => After(Started(), i => i.Complete(Token, Picture(1))),
        ["failed"] = () => After(Started(), i => i.Fail(Token, Refused, secondChanceAt: null)),
        ["failed, with a second chance"] = () => After(Started(), i => i.Fail(Token, Busy, Later)),
        ["cancelled"] = () => After(Waiting(), i => i.Cancel()),
    };

    /// <summary>Every step, from where it may be taken, and where it leads.</summary>
    private static readonly Dictionary<string, (Action<StoryImage> Take, ImageStatus To, string From)> Steps = new(StringComparer.Ordinal)
    {
        ["request"] = (i => i.Request("run", consistent: false, 3, Now), ImageStatus.Pending, "new|completed|failed|cancelled"),
        ["retry"] = (i => i.Retry("run", Urgency.None, 3, Now), ImageStatus.Pending, "failed|failed, with a second chance|cancelled"),
        ["redraw"] = (i => i.Redraw("run", null, null, 3, Now), ImageStatus.Pending, "new|completed|failed|cancelled"),
        ["start"] = (i => i.Start("other", "openai", "model", Later), ImageStatus.InProgress, "waits|waits for a time|failed, with a second chance"),
        ["complete"] = (i => i.Complete(Token, Picture(1)), ImageStatus.Completed, "in progress"),
        ["deny"] = (i => i.Deny(Refused), ImageStatus.Failed, "waits|waits for a time|failed, with a second chance"),
        ["retry later"] = (i => i.RetryLater(Token, Later, Busy, sameCall: false), ImageStatus.Pending, "in progress"),
        ["wait for a key"] = (i => i.WaitForKey(Token, Later, Busy, Now), ImageStatus.Pending, "in progress"),
        ["wait for room"] = (i => i.WaitForRoom(Token, Later, Busy), ImageStatus.Pending, "in progress"),
        ["give back"] = (i => i.GiveBack(Token, Now), ImageStatus.Pending, "in progress"),
        ["give back after a crash"] = (i => i.GiveBackAfterCrash(Token, Busy, Now), ImageStatus.Pending, "in progress"),
        ["report"] = (i => i.Report(Token, 10, null), ImageStatus.InProgress, "in progress"),
        ["fail"] = (i => i.Fail(Token, Refused, secondChanceAt: null), ImageStatus.Failed, "in progress"),
        ["fail, with a second chance"] = (i => i.Fail(Token, Busy, Later), ImageStatus.Failed, "in progress"),
        ["cancel"] = (i => i.Cancel(), ImageStatus.Cancelled, "new|waits|waits for a time|in progress|failed, with a second chance"),
        ["bring"] = (i => i.Bring(Picture(2)), ImageStatus.Completed, "new|completed|failed|cancelled"),
        ["choose"] = (i => i.Choose(Picture(1)), ImageStatus.Completed, "completed|failed|failed, with a second chance|cancelled"),
    };

    /// <summary>Steps that leave the state alone, and from where they may be taken.</summary>
    private static readonly Dictionary<string, (Action<StoryImage> Take, string From)> Touches = new(StringComparer.Ordinal)
    {
        ["move to the front"] = (i => i.MoveToFront(), "waits|waits for a time|failed, with a second chance"),
        ["move in time"] = (i => i.Move(TimeSpan.FromHours(1)), "waits|waits for a time|failed, with a second chance"),
        ["put away"] = (i => i.PutAway(Now), "completed|failed|cancelled"),
        ["lock"] = (i => i.Lock(LockReason.Author, "Ada", Now), "completed"),
    };

    public static TheoryData<string, string> EveryStepFromEveryState
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var step in Steps.Keys.Concat(Touches.Keys))
            {
                foreach (var state in States.Keys)
                {
                    all.Add(step, state);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(EveryStepFromEveryState))]
    public void Step_FromEveryState_IsTakenOrThrowsAndChangesNothing(string step, string state)
    {
        var image = States[state]();
        var before = Everything(image);
        var (take, to, from) = Steps.TryGetValue(step, out var real) ? real : (Touches[step].Take, image.Status, Touches[step].From);

        if (from.Split('|').Contains(state))
        {
            take(image);
            Assert.Equal(to, image.Status);
            AssertLegal(image, step);
        }
        else
        {
            var failure = Assert.Throws<IllegalStepException>(() => take(image));
            Assert.Equal(before, Everything(image));
            Assert.StartsWith($"Image {image.Id} is {image.Status}: ", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Start_BeforeItIsDue_IsNoStep()
    {
        var image = After(Started(), i => i.RetryLater(Token, Later, Busy, sameCall: false));

        Assert.Throws<IllegalStepException>(() => image.Start("other", "openai", null, Later - TimeSpan.FromTicks(1)));
        image.Start("other", "openai", null, Later);

        Assert.True(image.IsHeldBy("other"));
    }

    [Fact]
    public void Attempt_ThatLostItsImage_CanDoNothingToIt()
    {
        var image = Started();
        image.GiveBack(Token, Now);
        image.Start("other", "openai", null, Now);
        var before = Everything(image);

        Assert.False(image.IsHeldBy(Token));
        Assert.All<Action>(
            [
                () => image.Report(Token, 50, null), () => image.Complete(Token, Picture(1)), () => image.RetryLater(Token, Later, Busy, sameCall: false),
                () => image.WaitForKey(Token, Later, Busy, Now), () => image.WaitForRoom(Token, Later, Busy), () => image.GiveBack(Token, Now), () => image.Fail(Token, Refused, null),
            ],
            step => Assert.Throws<IllegalStepException>(step));
        Assert.Equal(before, Everything(image));
    }

    [Fact]
    public void Request_OfANewOne_WaitsForItsTurnAtOnce()
    {
        var image = New();
        image.Request("run", consistent: true, maxRetries: 3, Now);

        Assert.Equal((ImageStatus.Pending, 0, 4, Now, Now, "run"), (image.Status, image.Attempt, image.MaxAttempts, image.DueAt, image.QueuedAt, image.RunId));
        Assert.True(image is { Consistent: true, Fresh: false, NextAttemptAt: null, Urgency: Urgency.None, HasBegun: false });
    }

    [Fact]
    public void Request_Alone_GoesBeforeThoseOfARun()
    {
        var image = New();
        image.Request(runId: null, consistent: false, maxRetries: 0, Now);

        Assert.True(image is { Urgency: Urgency.Asked, RunId: null, Consistent: false, MaxAttempts: 1 });
    }

    [Fact]
    public void Request_OfOneThatHasAPicture_AsksForAnotherAndForgetsTheWordsOfTheLast()
    {
        var image = States["completed"]();
        image.Redraw("run", "a prompt", "a wish", 3, Now);
        Assert.True(image is { PromptOverride: "a prompt", Instruction: "a wish", Fresh: true, Urgency: Urgency.Asked, RunId: "run" });
        image.Cancel();

        image.Request("next", consistent: false, 3, Later);

        Assert.True(image is { PromptOverride: null, Instruction: null, Fresh: true, Urgency: Urgency.None, RunId: "next" });
        Assert.Equal((Later, Later), (image.QueuedAt, image.DueAt));
    }

    [Fact]
    public void Retry_BeginsARoundAnewAndKeepsWhatWasAsked()
    {
        var image = States["completed"]();
        image.Redraw("run", "a prompt", "a wish", 0, Now);
        image.Start(Token, "openai", null, Now);
        image.Fail(Token, Busy, Later);
        image.Start("second", "openai", null, Later);
        image.Fail("second", Busy, secondChanceAt: null);

        image.Retry("next", Urgency.Asked, maxRetries: 2, Later);

        Assert.Equal((0, 3, 3, Later, "next"), (image.Attempt, image.MaxAttempts, image.Attempts, image.DueAt, image.RunId));
        Assert.True(image is { SecondChanceUsed: false, ErrorCode: null, ErrorMessage: null, ErrorRetryable: false, Urgency: Urgency.Asked, Fresh: true, PromptOverride: "a prompt", Instruction: "a wish", HasBegun: false });
    }

    [Fact]
    public void Start_TakesItForOneAttempt()
    {
        var image = After(Started(), i => i.RetryLater(Token, Later, Busy, sameCall: false));
        image.Start("second", "gemini", "model", Later);

        Assert.Equal(("second", "second", "gemini", "model"), (image.Token, image.IdempotencyKey, image.Provider, image.Model));
        Assert.Equal((2, 2, 4, 0), (image.Attempt, image.Attempts, image.MaxAttempts, image.Progress));
        Assert.True(image is { DueAt: null, NextAttemptAt: null, ErrorCode: null, ErrorMessage: null, ErrorRetryable: false, SecondChanceUsed: false, HasBegun: true });
        Assert.Equal(Now, image.QueuedAt);
    }

    [Fact]
    public void Report_NeverFallsBackAndIsNeverTheWhole()
    {
        var image = Started();
        image.Report(Token, -5, null);
        Assert.Equal(0, image.Progress);
        image.Report(Token, 40, "first");
        image.Report(Token, 20, null);
        Assert.Equal((40, "first"), (image.Progress, image.PreviewId));
        image.Report(Token, 400, "second");
        Assert.Equal((99, "second"), (image.Progress, image.PreviewId));
    }

    [Fact]
    public void Complete_ShowsThePictureAndLeavesNothingOfTheWayThere()
    {
        var image = States["completed"]();
        image.Redraw("run", "a prompt", "a wish", 3, Now);
        image.Start(Token, "openai", "model", Now);
        image.WaitForKey(Token, Later, Busy, Now);
        image.MoveToFront();
        image.Start("second", "openai", "model", Now);
        image.Report("second", 50, "preview");

        image.Complete("second", Picture(2));

        Assert.Equal((2, 2, "image/webp", 640, 480), (image.LatestVersion, image.ChosenVersion, image.MediaType, image.Width, image.Height));
        Assert.Equal(("gemini", "made-by", 0.02m), (image.Provider, image.Model, image.CostUsd));
        Assert.True(image is { Progress: 100, PreviewId: null, Token: null, IdempotencyKey: null, Fresh: false, PromptOverride: null, Instruction: null, KeyWaitSince: null, Urgency: Urgency.None, QueuedAt: null });
    }

    [Fact]
    public void Complete_OfALockedOne_LaysThePictureBesideTheChosenOne()
    {
        var image = States["completed"]();
        image.Lock(LockReason.Approved, "Ada", Now);
        image.Redraw("run", null, null, 3, Now);
        image.Start(Token, "openai", "model", Now);

        image.Complete(Token, Picture(2));

        Assert.Equal((2, 1, ImageStatus.Completed), (image.LatestVersion, image.ChosenVersion, image.Status));
        Assert.Equal(new(LockReason.Approved, "Ada", Now), image.ToState().Lock);
        image.Unlock();
        Assert.True(image is { IsLocked: false, LockedBy: null, LockedAt: null });
        Assert.Null(image.ToState().Lock);
    }

    [Fact]
    public void RetryLater_UsesAnAttemptAndKeepsTheCallOnlyWhereItIsTheSame()
    {
        var image = Started();
        image.Report(Token, 50, "preview");
        image.RetryLater(Token, Later, Busy, sameCall: true);
        Assert.Equal((1, Later, Later, Token), (image.Attempt, image.NextAttemptAt, image.DueAt, image.IdempotencyKey));
        Assert.Equal((Busy.Code, Busy.Message, Busy.Retryable, 0, null), (image.ErrorCode, image.ErrorMessage, image.ErrorRetryable, image.Progress, image.PreviewId));

        image.Start("second", "openai", null, Later);
        Assert.Equal(Token, image.IdempotencyKey);
        image.RetryLater("second", Later, Busy, sameCall: false);
        Assert.True(image is { IdempotencyKey: null, HasBegun: true });
    }

    [Fact]
    public void WaitForKey_UsesNoAttemptMayGoAtOnceAndKnowsSinceWhen()
    {
        var image = Started();
        image.WaitForKey(Token, Later, Busy, Now);
        Assert.Equal((0, 1, Later, Now, Now), (image.Attempt, image.Attempts, image.NextAttemptAt, image.DueAt, image.KeyWaitSince));
        Assert.True(image is { ErrorCode: "rate_limited", HasBegun: true, Token: null });

        image.Start("second", "openai", null, Later);
        image.WaitForKey("second", Later, Busy, Later);
        Assert.Equal((0, 2, Later, Now), (image.Attempt, image.Attempts, image.DueAt, image.KeyWaitSince));
    }

    [Fact]
    public void WaitForRoom_UsesNoAttemptAndKeepsTheCall()
    {
        var image = Started();
        image.WaitForRoom(Token, Later, Busy);

        Assert.Equal((0, 1, Later, Later, Token), (image.Attempt, image.Attempts, image.NextAttemptAt, image.DueAt, image.IdempotencyKey));
        Assert.True(image is { ErrorCode: "rate_limited", KeyWaitSince: null, HasBegun: true, Token: null });
    }

    [Fact]
    public void GiveBack_IsAsIfItHadNotBegunButForTheCall()
    {
        var image = Started();
        image.Report(Token, 50, "preview");
        image.GiveBack(Token, Later);

        Assert.Equal((0, 1, Later, Token), (image.Attempt, image.Attempts, image.DueAt, image.IdempotencyKey));
        Assert.True(image is { NextAttemptAt: null, ErrorCode: null, Progress: 0, PreviewId: null, Crashes: 0, HasBegun: true, Token: null });
    }

    [Fact]
    public void Crash_TheThirdTimeInARow_SetsItAside()
    {
        var image = Waiting();
        for (var crash = 1; crash < StoryImage.MostCrashes; crash++)
        {
            image.Start($"{crash}", "openai", null, Now);
            image.GiveBackAfterCrash($"{crash}", Refused, Now);
            Assert.Equal((ImageStatus.Pending, crash, 0, "1"), (image.Status, image.Crashes, image.Attempt, image.IdempotencyKey));
        }

        image.Start("last", "openai", null, Now);
        image.GiveBackAfterCrash("last", Refused, Now);

        Assert.Equal((ImageStatus.Failed, 3, 0, "refused"), (image.Status, image.Crashes, image.Attempt, image.ErrorCode));
        Assert.True(image is { NextAttemptAt: null, DueAt: null, IdempotencyKey: "1" });
        image.Retry("run", Urgency.None, 3, Later);
        Assert.Equal(0, image.Crashes);
    }

    /// <summary>It has ended the process three times: the others are not to be there when it does so again.</summary>
    [Fact]
    public void Retry_OfOneThatWasSetAside_GoesAlone()
    {
        var image = Started();
        for (var crash = 1; crash <= StoryImage.MostCrashes; crash++)
        {
            image.GiveBackAfterCrash(image.Token!, new(AttemptOutcome.Crashed, "Set aside.", Retryable: true), Now);
            if (crash < StoryImage.MostCrashes)
            {
                image.Start($"{crash}", "openai", null, Now);
            }
        }

        image.Retry("run", Urgency.None, 3, Later);
        Assert.Equal(StoryImage.MostCrashes - 1, image.Crashes);
        image.Start("again", "openai", null, Later);
        image.GiveBackAfterCrash("again", new(AttemptOutcome.Crashed, "Set aside.", Retryable: true), Later);
        Assert.Equal(ImageStatus.Failed, image.Status);
    }

    [Fact]
    public void Crash_BetweenOthersThatItHadNoPartIn_SetsItAsideOnlyAfterManyInAll()
    {
        var image = Waiting();
        for (var crash = 1; crash <= StoryImage.MostCrashesInAll; crash++)
        {
            image.Start($"{crash}", "openai", null, Now);
            image.GiveBackAfterCrash($"{crash}", Refused, Now);
            image.Acquit();
            Assert.Equal((ImageStatus.Pending, crash < StoryImage.MostCrashesInAll ? 0 : 1, crash), (image.Status, image.Crashes, image.CrashesInAll));
        }

        image.Start("suspect", "openai", null, Now);
        image.GiveBackAfterCrash("suspect", Refused, Now);
        image.Acquit();
        image.Start("last", "openai", null, Now);
        image.GiveBackAfterCrash("last", Refused, Now);

        Assert.Equal((ImageStatus.Failed, "refused"), (image.Status, image.ErrorCode));
        image.Retry("run", Urgency.None, 3, Later);
        Assert.Equal((0, 0), (image.Crashes, image.CrashesInAll));
    }

    [Theory]
    [InlineData("retry later")]
    [InlineData("wait for a key")]
    [InlineData("wait for room")]
    [InlineData("fail, with a second chance")]
    [InlineData("complete")]
    [InlineData("cancel")]
    public void Crash_AfterAnAttemptThatCameToAnOutcome_IsCountedAnew(string outcome)
    {
        var image = Waiting();
        for (var crash = 1; crash < StoryImage.MostCrashes; crash++)
        {
            image.Start($"{crash}", "openai", null, Now);
            image.GiveBackAfterCrash($"{crash}", Refused, Now);
        }

        image.Start(Token, "openai", null, Now);
        Steps[outcome].Take(image);

        Assert.Equal((0, 0), (image.Crashes, image.CrashesInAll));
    }

    [Fact]
    public void Fail_WithASecondChance_GoesOnceMoreAndNeverAThirdTime()
    {
        var image = Started();
        image.WaitForKey(Token, Later, Busy, Now);
        image.MoveToFront();
        image.Start("second", "openai", null, Now);
        image.Fail("second", Busy, Later);
        Assert.Equal((1, 2, Later, Later), (image.Attempt, image.MaxAttempts, image.NextAttemptAt, image.DueAt));
        Assert.True(image is { AwaitsSecondChance: true, IsActive: true, SecondChanceUsed: false, Urgency: Urgency.Next, IdempotencyKey: null, KeyWaitSince: null, ErrorCode: "rate_limited" });
        Assert.NotNull(image.QueuedAt);

        image.Start("third", "openai", null, Later);
        Assert.True(image is { SecondChanceUsed: true, Attempt: 2 });
        Assert.Throws<IllegalStepException>(() => image.Fail("third", Busy, Later));
        image.Fail("third", Busy, secondChanceAt: null);

        Assert.True(image is { AwaitsSecondChance: false, IsActive: false, NextAttemptAt: null, DueAt: null, Urgency: Urgency.None, QueuedAt: null });
    }

    [Fact]
    public void Deny_FailsWhatWaitsForGood()
    {
        var image = Started();
        image.WaitForKey(Token, Later, Busy, Now);
        image.MoveToFront();

        image.Deny(Refused);

        Assert.Equal((ImageStatus.Failed, "refused", "Declined.", false), (image.Status, image.ErrorCode, image.ErrorMessage, image.ErrorRetryable));
        Assert.True(image is { NextAttemptAt: null, DueAt: null, KeyWaitSince: null, IdempotencyKey: null, Urgency: Urgency.None, QueuedAt: null, IsActive: false });
    }

    [Fact]
    public void Deny_OfACallWhoseOutcomeIsUnknown_KeepsTheCallInMind()
    {
        var image = Started();
        image.GiveBack(Token, Now);

        image.Deny(Refused);

        Assert.Equal(Token, image.IdempotencyKey);
    }

    [Fact]
    public void Cancel_TakesTheImageFromWhoeverHoldsIt()
    {
        var image = Started();
        image.Report(Token, 50, "preview");
        image.Cancel();
        Assert.False(image.IsHeldBy(Token));
        Assert.True(image is { Token: null, IdempotencyKey: Token, PreviewId: null, Progress: 0, QueuedAt: null });

        var waiting = Started();
        waiting.WaitForKey(Token, Later, Busy, Now);
        waiting.MoveToFront();
        waiting.Cancel();
        Assert.True(waiting is { NextAttemptAt: null, DueAt: null, KeyWaitSince: null, ErrorCode: null, Urgency: Urgency.None, QueuedAt: null });
    }

    [Fact]
    public void Move_ShiftsWhateverIsDue()
    {
        var image = After(Started(), i => i.RetryLater(Token, Later, Busy, sameCall: false));
        image.Move(TimeSpan.FromHours(-2));
        Assert.Equal((Later - TimeSpan.FromHours(2), Later - TimeSpan.FromHours(2)), (image.DueAt, image.NextAttemptAt));

        var waiting = Waiting();
        waiting.Move(TimeSpan.FromHours(1));
        Assert.Equal((Now + TimeSpan.FromHours(1), null), (waiting.DueAt, waiting.NextAttemptAt));
    }

    [Theory]
    [InlineData(Urgency.None, Urgency.None)]
    [InlineData(Urgency.Asked, Urgency.Asked)]
    [InlineData(Urgency.Next, Urgency.Asked)]
    public void MoveBack_LetsAnotherGoBeforeIt(Urgency before, Urgency after)
    {
        var image = States["cancelled"]();
        image.Retry("run", before, 3, Now);

        image.MoveBack();

        Assert.Equal(after, image.Urgency);
    }

    [Fact]
    public void Bring_ShowsAPersonsOwnPictureAndForgetsTheTrouble()
    {
        var image = States["failed"]();
        image.Redraw("run", "a prompt", "a wish", 3, Now);
        image.Cancel();

        image.Bring(Picture(1));
        Assert.True(image is { Status: ImageStatus.Completed, Progress: 100, ChosenVersion: 1, LatestVersion: 1, MaxAttempts: 4, Fresh: false, PromptOverride: null, Instruction: null, ErrorCode: null, DueAt: null });

        var first = New();
        first.Bring(Picture(1));
        Assert.Equal((1, ImageStatus.Completed), (first.MaxAttempts, first.Status));
        Assert.Throws<IllegalStepException>(() => first.Retry("run", Urgency.None, 3, Now));

        var failed = States["failed"]();
        failed.Bring(Picture(1));
        Assert.Null(failed.ToState().Error);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Choose_WhereAnotherOneFailedOrWasCancelled_KeepsThePictureAndLeavesNothingOfTheTrouble(bool goesAgain, bool cancelled)
    {
        var image = States["completed"]();
        image.Redraw("run", "a prompt", "a wish", 0, Now);
        image.MoveToFront();
        image.Start(Token, "openai", "model", Now);
        image.Fail(Token, Busy, goesAgain ? Later : null, sameCall: true);
        if (cancelled)
        {
            image.Retry("run", Urgency.Next, 0, Now);
            image.Cancel();
        }

        image.NoteFailure(Now);
        image.Choose(Picture(1));
        image.NoteFailure(Later);

        Assert.Equal((ImageStatus.Completed, 100, 1, "run", "made-by"), (image.Status, image.Progress, image.ChosenVersion, image.RunId, image.Model));
        Assert.True(image is { IsActive: false, DueAt: null, NextAttemptAt: null, QueuedAt: null, Urgency: Urgency.None, FailedAt: null, IdempotencyKey: null, Fresh: false, PromptOverride: null, Instruction: null });
        Assert.Null(image.ToState().Error);
        Assert.Throws<IllegalStepException>(() => image.Retry("run", Urgency.None, 3, Now));
    }

    [Fact]
    public void PutAway_AndBroughtBack_RemembersSinceWhen()
    {
        var image = States["completed"]();
        image.PutAway(Later);
        Assert.Equal(Later, image.RemovedAt);
        image.BringBack();
        Assert.Null(image.RemovedAt);
    }

    [Fact]
    public void MarkStale_SaysEveryCauseOnceAndNothingWhereThereIsNone()
    {
        var image = States["completed"]();
        image.MarkStale([new("text_changed", "The text."), new("cast_changed", "The owl."), new("cast_changed", "The fox.")]);

        var stale = image.ToState().Stale!;
        Assert.Equal(("text_changed", "The text. The owl. The fox."), (stale.Code, stale.Message));
        Assert.Equal(["text_changed", "cast_changed"], stale.Causes);

        image.MarkStale([]);
        Assert.True(image is { StaleCode: null, StaleMessage: null });
        Assert.Null(image.ToState().Stale);
    }

    [Fact]
    public void ToState_SaysAllThatThereIs()
    {
        var image = States["completed"]();
        image.Redraw("run", null, null, 3, Now);
        image.Start(Token, "openai", "model", Now);
        image.Report(Token, 40, "rough");
        (image.Version, image.UpdatedAt) = (17, Later);

        Assert.Equal(
            new()
            {
                Id = "image", StoryId = "story", RunId = "run", SegmentId = "segment", Type = ImageType.Segment, Number = "2.3", Style = "clear",
                Status = ImageStatus.InProgress, Progress = 40, Attempt = 1, MaxAttempts = 4, Url = "/media/image/v1.webp", PreviewUrl = "/media/image/preview/rough",
                MediaType = "image/webp", Width = 640, Height = 480, Provider = "openai", Model = "model", CostUsd = 0.02m, ChosenVersion = 1, Version = 17, UpdatedAt = Later,
            },
            image.ToState());

        var failed = States["failed, with a second chance"]().ToState();
        Assert.Equal((Busy, Later, null, null, null), (failed.Error, failed.NextAttemptAt, failed.Url, failed.PreviewUrl, failed.CostUsd));

        var sheet = new StoryImage { Id = "sheet", StoryId = "story", CharacterId = "owl", Style = "clear", Ordinal = -1, Scene = 0, Beat = 1 };
        Assert.True(sheet.IsSheet);
        Assert.Equal((ImageType.Character, "owl", null, "0.1"), (sheet.ToState().Type, sheet.ToState().CharacterId, sheet.ToState().SegmentId, sheet.ToState().Number));
    }

    /// <summary>Three hundred lives of sixty steps drawn by lot from all that there are: what may not happen throws, and what happens leaves an image that makes sense.</summary>
    [Fact]
    public void Lives_DrawnByLot_NeverLeaveTheMachine()
    {
        var steps = Steps.Values.Select(s => s.Take).Concat(Touches.Values.Select(t => t.Take)).Append(i => i.Unlock()).Append(i => i.MoveBack()).ToList();
        var reached = new HashSet<ImageStatus>();
        for (var seed = 0; seed < 300; seed++)
        {
            var lot = new Random(seed);
            var image = Waiting();
            for (var step = 0; step < 60; step++)
            {
                var before = Everything(image);
                var (attempts, chosen) = (image.Attempts, image.ChosenVersion);
                try
                {
                    if (lot.Next(3) == 0)
                    {
                        image.Start(Token, "openai", "model", Later);
                    }
                    else
                    {
                        steps[lot.Next(steps.Count)](image);
                    }
                }
                catch (IllegalStepException)
                {
                    Assert.Equal(before, Everything(image));
                }

                AssertLegal(image, $"seed {seed}, step {step}");
                Assert.InRange(image.Attempts, attempts, attempts + 1);
                Assert.False(chosen is not null && image.ChosenVersion is null, $"seed {seed}, step {step}: a picture that was shown is gone");
                reached.Add(image.Status);
            }
        }

        Assert.Equal(Enum.GetValues<ImageStatus>().Length, reached.Count);
    }

    private static void AssertLegal(StoryImage image, string when)
    {
        var waits = image.DueAt is not null;
        var active = image.IsActive && image.MaxAttempts > 0;
        Assert.True(image.Token is not null == image.Status is ImageStatus.InProgress, $"{when}: held while {image.Status}");
        Assert.True(waits == (active && image.Status is not ImageStatus.InProgress), $"{when}: due {image.DueAt} while {image.Status}");
        Assert.True(image.NextAttemptAt is null || waits, $"{when}: a next attempt that is never due");
        Assert.True(image.QueuedAt is not null == active, $"{when}: queued {image.QueuedAt} while {image.Status}");
        Assert.True(active || image.Urgency is Urgency.None, $"{when}: urgent and {image.Status}");
        Assert.True(image.IdempotencyKey is null || active || image.Status is ImageStatus.Failed or ImageStatus.Cancelled, $"{when}: a call to repeat while {image.Status}");
        Assert.True(image.KeyWaitSince is null || active, $"{when}: waits for a key while {image.Status}");
        Assert.True(image.PreviewId is null || image.Status is ImageStatus.InProgress, $"{when}: a preview of nothing");
        Assert.True(image.Progress == 100 == image.Status is ImageStatus.Completed, $"{when}: {image.Progress}% while {image.Status}");
        Assert.True(image.Progress is 0 or 100 || image.Status is ImageStatus.InProgress, $"{when}: {image.Progress}% while {image.Status}");
        Assert.True(image.ErrorCode is not null || image.Status is not ImageStatus.Failed, $"{when}: failed for no reason");
        Assert.True(image.ErrorCode is null || image.Status is ImageStatus.Failed or ImageStatus.Pending, $"{when}: an error while {image.Status}");
        Assert.True(image.Attempt >= 0 && image.Crashes is >= 0 and <= StoryImage.MostCrashes, $"{when}: attempt {image.Attempt}, {image.Crashes} crashes");
        Assert.True(image.ChosenVersion is null == image.MediaType is null, $"{when}: a picture without a type");
        Assert.True(image.ChosenVersion is not null || !image.IsLocked, $"{when}: locked without a picture");
        Assert.Equal(image.Status is ImageStatus.Pending or ImageStatus.InProgress || image.AwaitsSecondChance, image.ToState().IsActive());
    }

    private static string Everything(StoryImage image) =>
        string.Join(' ', typeof(StoryImage).GetProperties().Where(p => p.CanWrite).OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name}={p.GetValue(image)}"));

    private static StoryImage New() => new() { Id = "image", StoryId = "story", SegmentId = "segment", Style = "clear", Ordinal = 4, Scene = 2, Beat = 3 };

    private static StoryImage Waiting() => After(New(), i => i.Request("run", consistent: false, maxRetries: 3, Now));

    private static StoryImage Started() => After(Waiting(), i => i.Start(Token, "openai", "model", Now));

    private static StoryImage After(StoryImage image, Action<StoryImage> step)
    {
        step(image);
        return image;
    }

    private static ImageVersion Picture(int number) => new()
    {
        ImageId = "image", Number = number, AttemptId = Token, Path = "path", MediaType = "image/webp", Width = 640, Height = 480, Bytes = 10,
        Sha256 = "hash", Prompt = "prompt", Provider = "gemini", Model = "made-by", CostUsd = 0.02m, CreatedAt = Now,
    };
}
