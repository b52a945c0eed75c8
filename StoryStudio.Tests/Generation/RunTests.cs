using StoryStudio.Core.Generation;
using StoryStudio.Tests.Components.Pictures;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class RunTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start + TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Guess = TimeSpan.FromSeconds(7);

    [Fact]
    public void Create_IsQueuedInTheOrderOfItsStyles()
    {
        var run = Run.Create("run", "story", consistency: true, ["clear", "bold"], Start);

        Assert.Equal((RunStatus.Queued, Start, Start, true, RunPriority.Normal), (run.Status, run.StartedAt, run.WaitingSince, run.UseCharacterConsistency, run.Priority));
        Assert.Equal([("run", "clear", 0), ("run", "bold", 1)], run.Styles.Select(s => (s.RunId, s.Style, s.Ordinal)));
        Assert.Equal("Waiting to begin", Message(run));
        Assert.True(State(run).IsActive());
    }

    [Fact]
    public void Settle_WithNothingToMake_IsCompletedAtOnce()
    {
        var run = Of(new RunStyle { RunId = "run", Style = "clear", Ordinal = 0 });
        run.Settle(End);

        var state = State(run);
        Assert.Equal((RunStatus.Completed, 100, 0, End, null), (state.Status, state.Progress, state.Total, state.FinishedAt, state.EstimatedSecondsLeft));
        Assert.Equal("There was nothing to draw.", state.Message);
        Assert.False(state.IsActive());
    }

    [Fact]
    public void TimeLeft_IsThatOfWhatGoesOn_NotOfWhatIsHeldOrEnds()
    {
        var run = Of(Style("free", pending: 5), Style("paid", pending: 100, inProgress: 1), Style("unwanted", pending: 10));
        Assert.Equal(116 * 7, State(run).EstimatedSecondsLeft);

        run.Hold("paid", PauseReason.Budget);
        run.Styles[2].Ending = true;
        Assert.Equal(6 * 7, State(run).EstimatedSecondsLeft);

        run.Styles[0].Pending = run.Styles[1].InProgress = 0;
        Assert.Null(State(run).EstimatedSecondsLeft);
    }

    [Fact]
    public void TimeLeft_WhileAKeyIsWaitedFor_IsNotSaid()
    {
        var run = Of(Style("clear", pending: 5));
        run.Waiting = "Waiting for key …4f2a until 10:42:07.";
        Assert.Null(State(run).EstimatedSecondsLeft);

        // Its pace is in the time that is reckoned with, and no reason not to say it.
        run.IsAtPace = true;
        Assert.Equal(("Waiting for key …4f2a until 10:42:07.", 5 * 7), (Message(run), State(run).EstimatedSecondsLeft));

        (run.Waiting, run.IsAtPace) = (null, false);
        Assert.Equal(5 * 7, State(run).EstimatedSecondsLeft);
    }

    [Fact]
    public void Current_OfAStyleInWhichNothingGoesOn_IsNotSaidToBeDrawn()
    {
        var run = Of(Style("clear", inProgress: 1, pending: 1), Style("bold", inProgress: 1));
        run.Begin("2.5", "clear", Start);
        run.Settle(Start);
        Assert.Equal(("2.5", "[clear] Drawing 2.5"), (State(run).Current, Message(run)));

        run.Cancel("clear");
        Assert.Equal((null, "Drawing"), (State(run).Current, Message(run)));

        (run.Styles[0].InProgress, run.Styles[0].Pending, run.Styles[0].Cancelled) = (0, 0, 2);
        run.Settle(Start);
        Assert.Equal((RunStatus.Running, null, "Drawing"), (run.Status, State(run).Current, Message(run)));
    }

    [Fact]
    public void Current_OfAStyleThatWaitsForMoney_IsNotSaidToBeDrawn()
    {
        var run = Of(Style("clear", inProgress: 1, pending: 1), Style("bold", pending: 1));
        run.Begin("2.5", "clear", Start);
        run.Settle(Start);
        run.Hold("clear", PauseReason.Budget);
        Assert.StartsWith("[clear] Drawing 2.5. ", Message(run), StringComparison.Ordinal);

        (run.Styles[0].InProgress, run.Styles[0].Completed) = (0, 1);
        Assert.StartsWith("Drawing. clear waits", Message(run), StringComparison.Ordinal);
        Assert.Null(State(run).Current);
    }

    [Fact]
    public void Settle_WhileAllOfItWaits_StaysQueuedUntilOneIsBegun()
    {
        var run = Of(Style("clear", pending: 2));
        run.Settle(End);
        Assert.Equal(RunStatus.Queued, run.Status);

        Turn(run, ImageStatus.Pending, ImageStatus.InProgress);
        run.Begin("1.1", "clear", End);
        run.Settle(End);
        Assert.Equal((RunStatus.Running, "[clear] Drawing 1.1", null), (run.Status, Message(run), run.FinishedAt));
    }

    [Theory]
    [InlineData(ImageStatus.Cancelled)]
    [InlineData(ImageStatus.Completed)]
    public void Settle_OfARunOfWhichOneIsWantedNoMoreOrGotAPictureOtherwise_StaysQueuedUntilOneIsBegun(ImageStatus became)
    {
        var run = Of(Style("clear", pending: 3));
        Turn(run, ImageStatus.Pending, became);
        run.Settle(Start);
        Assert.Equal((RunStatus.Queued, "Waiting to begin"), (run.Status, Message(run)));

        // Nor is anything of it begun by being held up and going on.
        run.Pause(PauseReason.Author);
        run.Unpause(Start);
        Assert.Equal((RunStatus.Queued, null), (run.Status, run.PauseReason));
        run.Hold("clear", PauseReason.MonthlyBudget);
        Assert.Equal(RunStatus.Paused, run.Status);
        run.BeginMonth(Start);
        run.Settle(Start);
        Assert.Equal(RunStatus.Queued, run.Status);

        Turn(run, ImageStatus.Pending, ImageStatus.InProgress);
        run.Begin("1.2", "clear", End);
        run.Settle(End);
        Turn(run, ImageStatus.InProgress, ImageStatus.Cancelled);
        run.Settle(End);
        Assert.Equal(RunStatus.Running, run.Status);
    }

    [Fact]
    public void Begin_OfTheFirstAlone_BeginsTheMeasuringAndLeavesSinceWhenTheRunWantsItsTurn()
    {
        var run = Of(Style("clear", pending: 2));
        run.Begin("1.1", "clear", End);
        Assert.Equal((Start, End), (run.WaitingSince, run.MeasuredSince));

        run.Begin("1.2", "clear", End + TimeSpan.FromMinutes(1));
        Assert.Equal((Start, End), (run.WaitingSince, run.MeasuredSince));
        run.Move(TimeSpan.FromHours(1));
        Assert.Equal((Start + TimeSpan.FromHours(1), End + TimeSpan.FromHours(1)), (run.WaitingSince, run.MeasuredSince));
    }

    [Theory]
    [InlineData(3, 0, 0, RunStatus.Completed, "3 pictures drawn.")]
    [InlineData(1, 0, 0, RunStatus.Completed, "1 picture drawn.")]
    [InlineData(2, 0, 1, RunStatus.Completed, "2 of 3 pictures drawn, 1 cancelled.")]
    [InlineData(2, 1, 0, RunStatus.CompletedWithErrors, "2 of 3 pictures drawn, 1 failed.")]
    [InlineData(1, 1, 1, RunStatus.CompletedWithErrors, "1 of 3 pictures drawn, 1 failed.")]
    [InlineData(0, 0, 3, RunStatus.Cancelled, "Cancelled. 0 of 3 pictures drawn.")]
    public void Settle_WithNothingLeft_EndsAsTheCountsSay(int completed, int failed, int cancelled, RunStatus status, string message)
    {
        var run = Of(Style("clear", completed: completed, failed: failed, cancelled: cancelled));
        run.Begin("1.1", "clear", Start);
        run.Settle(End);

        var state = State(run);
        Assert.Equal((status, message, End, null, 100), (state.Status, state.Message, state.FinishedAt, state.Current, state.Progress));
        Assert.Null(run.CurrentStyle);
        run.Settle(End + TimeSpan.FromMinutes(1));
        Assert.Equal(End, run.FinishedAt);
    }

    [Fact]
    public void Settle_WhenWhatFailedIsKeptLater_IsOverSinceItWas()
    {
        var run = Of(Style("clear", completed: 2, failed: 1));
        run.Settle(End);
        Turn(run, ImageStatus.Failed, ImageStatus.Completed);
        run.Settle(End + TimeSpan.FromMinutes(1));

        Assert.Equal((RunStatus.Completed, End), (run.Status, run.FinishedAt));
    }

    [Fact]
    public void Settle_WhenSomethingOfItGoesAgain_RunsAgainAndIsNotJudgedByTheTimeBetween()
    {
        var run = Of(Style("clear", completed: 2, failed: 1));
        run.Settle(End);
        Turn(run, ImageStatus.Failed, ImageStatus.Pending);
        var later = End + TimeSpan.FromHours(1);
        run.Settle(later);

        Assert.Equal((RunStatus.Running, null, later, 0), (run.Status, run.FinishedAt, run.MeasuredSince, run.Measured));
        Assert.Equal("Drawing", Message(run));
    }

    [Fact]
    public void SecondChance_ThatIsStillToCome_KeepsTheRunAtWork()
    {
        var run = Of(Style("clear", completed: 1, inProgress: 1));
        run.Styles[0].Count(ImageStatus.InProgress, awaitsSecondChance: false, -1);
        run.Styles[0].Count(ImageStatus.Failed, awaitsSecondChance: true, 1);
        run.Settle(End);
        var state = State(run);
        Assert.Equal((RunStatus.Running, 50, 1), (state.Status, state.Progress, state.Failed));

        run.Styles[0].Count(ImageStatus.Failed, awaitsSecondChance: true, -1);
        run.Styles[0].Count(ImageStatus.Failed, awaitsSecondChance: false, 1);
        run.Settle(End);
        Assert.Equal((RunStatus.CompletedWithErrors, 0), (run.Status, run.Styles[0].SecondChance));
    }

    [Fact]
    public void Pause_HoldsUntilItIsTakenBackHoweverTheCountsMove()
    {
        var run = Of(Style("clear", pending: 2, inProgress: 1));
        run.Settle(Start);
        run.Waiting = "Waiting for a key";
        run.Pause(PauseReason.Author);
        Assert.Equal((RunStatus.Paused, PauseReason.Author, null), (run.Status, run.PauseReason, run.Waiting));
        Assert.Equal(("Paused. 1 picture under way will be finished.", null), (Message(run), State(run).EstimatedSecondsLeft));

        Turn(run, ImageStatus.InProgress, ImageStatus.Completed);
        run.Settle(End);
        Assert.Equal((RunStatus.Paused, "Paused"), (run.Status, Message(run)));
        Assert.True(State(run).IsActive());

        run.Unpause(End);
        Assert.Equal((RunStatus.Running, null, End, End, 0), (run.Status, run.PauseReason, run.WaitingSince, run.MeasuredSince, run.Measured));
    }

    [Fact]
    public void Pause_OfAllThatIsLeftBeingCancelled_Ends()
    {
        var run = Of(Style("clear", pending: 1, completed: 1));
        run.Pause(PauseReason.Budget);
        Turn(run, ImageStatus.Pending, ImageStatus.Cancelled);
        run.Settle(End);

        Assert.Equal((RunStatus.Completed, null, End), (run.Status, run.PauseReason, run.FinishedAt));
        Assert.Throws<InvalidOperationException>(() => run.Pause(PauseReason.Author));
        Assert.Equal(RunStatus.Completed, run.Status);
    }

    [Theory]
    [InlineData(PauseReason.Budget, "this run's budget")]
    [InlineData(PauseReason.MonthlyBudget, "this month's budget")]
    [InlineData(PauseReason.UnknownPrice, "is not known")]
    public void Pause_ForMoney_SaysWhose(PauseReason reason, string words)
    {
        var run = Of(Style("clear", pending: 1, inProgress: 1));
        run.Pause(reason);

        Assert.Contains(words, Message(run), StringComparison.Ordinal);
        Assert.Equal(reason, State(run).PauseReason);
    }

    [Fact]
    public void Unpause_OfARunThatIsNotPaused_LeavesItsPaceAlone()
    {
        var run = Of(Style("clear", pending: 1, inProgress: 1), Style("bold", pending: 1));
        run.Settle(Start);
        run.Hold("bold", PauseReason.Budget);
        Assert.True(run.IsHeld);

        run.Unpause(End);

        Assert.Equal((RunStatus.Running, Start, false), (run.Status, run.MeasuredSince, run.IsHeld));
    }

    [Fact]
    public void Hold_OfOneStyle_LetsTheOthersGoOnAndSaysSo()
    {
        var run = Of(Style("clear", inProgress: 1), Style("bold", pending: 1), Style("third", pending: 1));
        run.Begin("1.1", "clear", Start);
        run.Settle(Start);

        run.Hold("bold", PauseReason.MonthlyBudget);
        Assert.True(run.Holds("bold") && !run.Holds("clear") && !run.Holds("nobody"));
        Assert.Equal((RunStatus.Running, "[clear] Drawing 1.1. bold waits for the next month, or a larger budget for this one."), (run.Status, Message(run)));

        run.Hold("third", PauseReason.Budget);
        Assert.Equal("[clear] Drawing 1.1. bold waits for the next month, or a larger budget for this one. third waits for a larger budget.", Message(run));
        Turn(run, ImageStatus.InProgress, ImageStatus.Completed);
        run.Settle(End);
        Assert.Equal((RunStatus.Paused, PauseReason.MonthlyBudget), (run.Status, run.PauseReason));

        run.Cancel();
        Assert.False(run.IsHeld);
    }

    [Fact]
    public void Hold_OfAllThatIsLeft_PausesAtOnce()
    {
        var run = Of(Style("clear", pending: 1, inProgress: 1), Style("bold", inProgress: 1));
        run.Settle(Start);
        run.Hold("clear", PauseReason.Budget);
        Assert.Equal(RunStatus.Running, run.Status);

        run.Hold("bold", PauseReason.UnknownPrice);
        Assert.Equal((RunStatus.Paused, PauseReason.Budget), (run.Status, run.PauseReason));
        run.Pause(PauseReason.Author);
        Assert.Equal("Paused. 2 pictures under way will be finished.", Message(run));
    }

    [Fact]
    public void BeginMonth_GoesOnWithWhatTheLastOnesBudgetWasInTheWayOfAlone()
    {
        var run = Of(Style("bold", pending: 2), Style("clear", pending: 3), Style("third", completed: 4));
        run.Begin("1.1", "third", Start);
        run.Hold("bold", PauseReason.Budget);
        run.Hold("clear", PauseReason.MonthlyBudget);
        Assert.Equal((RunStatus.Paused, PauseReason.Budget), (run.Status, run.PauseReason));

        run.BeginMonth(End);

        Assert.Equal((RunStatus.Running, null, End, 0), (run.Status, run.PauseReason, run.MeasuredSince, run.Measured));
        Assert.True(run.Holds("bold") && run.MayBegin("clear"));
    }

    [Fact]
    public void BeginMonth_WithAnotherBudgetInTheWayOfAllThatIsLeft_StaysPausedForThatOne()
    {
        var run = Of(Style("bold", pending: 2), Style("clear", completed: 3));
        run.Hold("bold", PauseReason.MonthlyBudget);
        run.Hold("bold", PauseReason.Budget);

        run.BeginMonth(End);

        Assert.Equal((RunStatus.Paused, PauseReason.Budget, Start), (run.Status, run.PauseReason, run.MeasuredSince));
    }

    [Fact]
    public void BeginMonth_LeavesARunPausedThatAPersonPaused()
    {
        var run = Of(Style("bold", pending: 2), Style("clear", pending: 3));
        run.Hold("clear", PauseReason.MonthlyBudget);
        run.Pause(PauseReason.Author);

        run.BeginMonth(End);

        Assert.Equal((RunStatus.Paused, PauseReason.Author), (run.Status, run.PauseReason));
        Assert.False(run.Holds("clear"));
    }

    [Fact]
    public void GoOn_InAStyleForWhichThereIsMoney_LeavesTheOthersHeld()
    {
        var run = Of(Style("bold", pending: 2), Style("clear", pending: 3));
        run.Begin("1.1", "bold", Start);
        run.Hold("bold", PauseReason.Budget);
        run.Hold("clear", PauseReason.UnknownPrice);
        Assert.True(run.WaitsForMoney);

        run.GoOn("bold", End);
        run.Settle(End);

        Assert.Equal((RunStatus.Running, null, false), (run.Status, run.PauseReason, run.WaitsForMoney));
        Assert.True(run.MayBegin("bold") && run.Holds("clear"));
    }

    [Fact]
    public void GoOn_OfARunThatAPersonPaused_StaysPaused()
    {
        var run = Of(Style("bold", pending: 2));
        run.Hold("bold", PauseReason.MonthlyBudget);
        run.Pause(PauseReason.Author);

        run.GoOn("bold", End);

        Assert.Equal((RunStatus.Paused, PauseReason.Author, false), (run.Status, run.PauseReason, run.WaitsForMoney));
    }

    [Fact]
    public void Hold_OfAStyleWhoseImagesAreCancelled_EndsWithTheRun()
    {
        var run = Of(Style("clear", pending: 1), Style("bold", inProgress: 1));
        run.Settle(Start);
        run.Hold("clear", PauseReason.Budget);
        Turn(run, ImageStatus.Pending, ImageStatus.Cancelled);
        run.Styles[1].Count(ImageStatus.InProgress, awaitsSecondChance: false, -1);
        run.Styles[1].Count(ImageStatus.Completed, awaitsSecondChance: false, 1);
        run.Settle(End);

        Assert.Equal((RunStatus.Completed, false), (run.Status, run.IsHeld));
    }

    [Fact]
    public void Cancel_EndsItOnce()
    {
        var run = Of(Style("clear", pending: 1, completed: 1));
        run.Begin("1.1", "clear", Start);
        run.Pause(PauseReason.Author);
        run.Waiting = "Waiting for a key";
        run.Cancel();
        run.Settle(Start);

        Assert.Equal((RunStatus.Cancelled, null, null, null), (run.Status, run.FinishedAt, run.PauseReason, run.Waiting));
        Assert.Equal((null, null), (run.Current, run.CurrentStyle));
        Assert.True(run.Ends("clear") && !run.MayBegin("clear") && State(run).IsActive());
        Assert.Null(State(run).EstimatedSecondsLeft);
        Assert.Throws<InvalidOperationException>(() => run.Pause(PauseReason.Author));
        Turn(run, ImageStatus.Pending, ImageStatus.Cancelled);
        run.Settle(End);
        run.Cancel();
        run.Settle(End + TimeSpan.FromMinutes(1));
        Assert.False(run.Ends("clear") || State(run).IsActive());
        Assert.Equal((RunStatus.Cancelled, End, "Cancelled. 1 of 2 pictures drawn."), (run.Status, run.FinishedAt, Message(run)));
    }

    [Fact]
    public void Cancel_OfARunThatHasEnded_ChangesNothing()
    {
        var run = Of(Style("clear", completed: 1));
        run.Settle(Start);
        run.Cancel();
        run.Settle(End);

        Assert.Equal((RunStatus.Completed, Start), (run.Status, run.FinishedAt));
    }

    [Fact]
    public void Cancel_OfAStyle_BeginsNothingMoreOfItAndLetsTheOthersGoOn()
    {
        var run = Of(Style("clear", pending: 2), Style("bold", pending: 1), Style("third", completed: 1));
        run.Begin("1.1", "third", Start);
        run.Hold("clear", PauseReason.Budget);
        run.Cancel("clear");
        run.Cancel("third");
        run.Settle(Start);

        Assert.Equal((RunStatus.Running, false), (run.Status, run.IsHeld));
        Assert.Equal((true, false, false), (run.Ends("clear"), run.Ends("bold"), run.Ends("third")));
        Assert.Equal((false, true), (run.MayBegin("clear"), run.MayBegin("bold")));
        Turn(run, ImageStatus.Pending, ImageStatus.Cancelled);
        run.Settle(Start);
        Assert.True(run.Ends("clear"));
        Turn(run, ImageStatus.Pending, ImageStatus.Cancelled);
        run.Settle(Start);
        Assert.Equal((false, RunStatus.Running), (run.Ends("clear"), run.Status));
    }

    [Fact]
    public void Waiting_IsSaidUntilSomethingIsBegun()
    {
        var run = Of(Style("clear", pending: 1, inProgress: 1));
        run.Settle(Start);
        run.Waiting = "Waiting for key …4f2a until 10:42:07";
        Assert.Equal("Waiting for key …4f2a until 10:42:07", Message(run));

        run.Begin("1.2", "clear", Start);
        Assert.Equal("[clear] Drawing 1.2", Message(run));
    }

    [Fact]
    public void SecondsLeft_AreGuessedUntilThereIsSomethingToMeasure()
    {
        var run = Of(Style("clear", pending: 3, inProgress: 1));
        run.Settle(Start);
        Assert.Equal(28, run.ToState(Start + TimeSpan.FromMinutes(5), Guess).EstimatedSecondsLeft);

        Turn(run, ImageStatus.InProgress, ImageStatus.Completed);
        run.Finish();
        Assert.Equal(31, run.ToState(Start + TimeSpan.FromSeconds(10.1), Guess).EstimatedSecondsLeft);

        run.Resume(End);
        Assert.Equal(21, run.ToState(End + TimeSpan.FromSeconds(50), Guess).EstimatedSecondsLeft);
        Turn(run, ImageStatus.Pending, ImageStatus.Failed);
        run.Finish();
        Assert.Equal(40, run.ToState(End + TimeSpan.FromSeconds(20), Guess).EstimatedSecondsLeft);
        Turn(run, ImageStatus.Pending, ImageStatus.Completed);
        run.Finish();
        Assert.Equal(10, run.ToState(End + TimeSpan.FromSeconds(20), Guess).EstimatedSecondsLeft);
    }

    [Theory]
    [InlineData(540, 540)]
    [InlineData(100, 144)]
    public void SecondsLeft_AreNoFewerThanTheKeysNeed_HoweverQuickTheFirstOnesWere(int byKeys, int expected)
    {
        var run = Of(Style("clear", pending: 90, completed: 10));
        run.Settle(Start);
        for (var i = 0; i < 10; i++)
        {
            run.Finish();
        }

        Assert.Equal(expected, run.ToState(Start + TimeSpan.FromSeconds(16), Guess, TimeSpan.FromSeconds(byKeys)).EstimatedSecondsLeft);
    }

    [Fact]
    public void SecondsLeft_OfARunThatWasPassedOver_AreWithoutThatTime()
    {
        var run = Of(Style("clear", pending: 4, inProgress: 1));
        run.Settle(Start);
        Turn(run, ImageStatus.InProgress, ImageStatus.Completed);
        run.Finish();

        // Twice for another reason, which is one wait, and the wall clock is set amid it.
        run.Wait(new(Run.NotItsTurn, IsPassedOver: true), Start + TimeSpan.FromSeconds(10));
        Assert.Equal((Run.NotItsTurn, null), (Message(run), State(run).EstimatedSecondsLeft));
        run.Wait(new("Waiting for room on the disk", IsPassedOver: true), Start + TimeSpan.FromSeconds(60));
        run.Move(TimeSpan.FromHours(1));
        var begun = Start + TimeSpan.FromHours(1) + TimeSpan.FromSeconds(100);
        Turn(run, ImageStatus.Pending, ImageStatus.InProgress);
        run.Begin("1.2", "clear", begun);
        Assert.Equal(40, run.ToState(begun, Guess).EstimatedSecondsLeft);

        // Nor where it waits for something else in the end, and no time is left out twice.
        run.Wait(new(Run.NotItsTurn, IsPassedOver: true), begun);
        run.Wait(null, begun + TimeSpan.FromSeconds(30));
        run.Wait(null, begun + TimeSpan.FromSeconds(30));
        Assert.Equal(40, run.ToState(begun + TimeSpan.FromSeconds(30), Guess).EstimatedSecondsLeft);

        // What it slept meanwhile is over.
        run.Wait(new(Run.NotItsTurn, IsPassedOver: true), begun);
        run.Pause(PauseReason.Author);
        run.Unpause(begun + TimeSpan.FromSeconds(50));
        run.Begin("1.3", "clear", begun + TimeSpan.FromSeconds(60));
        Assert.Equal(begun + TimeSpan.FromSeconds(50), run.MeasuredSince);
    }

    [Fact]
    public void SecondsLeft_OfARunThatTakesTurnsWithItsEquals_CountTheirsAsWell()
    {
        var run = Of(Style("clear", pending: 4, inProgress: 1));
        run.Settle(Start);
        Turn(run, ImageStatus.InProgress, ImageStatus.Completed);
        run.Finish();

        run.Wait(new(Run.NotItsTurn, IsAtPace: true), Start + TimeSpan.FromSeconds(10));
        var now = Start + TimeSpan.FromSeconds(20);
        Assert.Equal((Run.NotItsTurn, 80), (Message(run), run.ToState(now, Guess).EstimatedSecondsLeft));

        run.Begin("1.2", "clear", now);
        Assert.Equal(80, run.ToState(now, Guess).EstimatedSecondsLeft);
    }

    [Fact]
    public void Waiting_WhileAStyleIsHeld_SaysBoth()
    {
        var run = Of(Style("clear", pending: 2, completed: 1), Style("bold", pending: 2));
        run.Begin("1.1", "clear", Start);
        run.Settle(Start);
        run.Hold("bold", PauseReason.Budget);
        run.Wait(new(Run.NotItsTurn, IsPassedOver: true), Start);

        Assert.Equal("Waiting for its turn. bold waits for a larger budget.", Message(run));
    }

    [Fact]
    public void SecondsLeft_AfterSomeWereCancelled_AreAsManyAPictureAsBefore()
    {
        var run = Of(Style("clear", pending: 9, inProgress: 1));
        run.Settle(Start);
        Turn(run, ImageStatus.InProgress, ImageStatus.Completed);
        run.Finish();
        var now = Start + TimeSpan.FromSeconds(10);
        Assert.Equal(90, run.ToState(now, Guess).EstimatedSecondsLeft);

        for (var i = 0; i < 5; i++)
        {
            Turn(run, ImageStatus.Pending, ImageStatus.Cancelled);
        }

        Assert.Equal(40, run.ToState(now, Guess).EstimatedSecondsLeft);

        // Nor is it judged by them once it was paused and goes on.
        run.Pause(PauseReason.Author);
        run.Unpause(now);
        Turn(run, ImageStatus.Pending, ImageStatus.Cancelled);
        Assert.Equal(21, run.ToState(now + TimeSpan.FromSeconds(50), Guess).EstimatedSecondsLeft);
    }

    [Fact]
    public void Begin_OfASheet_SaysThatItIsOne()
    {
        var run = Of(Style("clear", pending: 1, inProgress: 1));
        run.Settle(Start);
        run.Begin(number: null, "clear", Start);

        Assert.Equal(("[clear] Drawing a character sheet", null), (Message(run), State(run).Current));
    }

    [Fact]
    public void SecondsLeft_AreOfAllStyles() => Assert.Equal(21, State(Of(Style("clear", pending: 2), Style("bold", inProgress: 1))).EstimatedSecondsLeft);

    [Theory]
    [InlineData(ImageStatus.Pending, 1, 0, 0, 0, 0)]
    [InlineData(ImageStatus.InProgress, 0, 1, 0, 0, 0)]
    [InlineData(ImageStatus.Completed, 0, 0, 1, 0, 0)]
    [InlineData(ImageStatus.Failed, 0, 0, 0, 1, 0)]
    [InlineData(ImageStatus.Cancelled, 0, 0, 0, 0, 1)]
    public void Count_PutsAnImageWhereItStands(ImageStatus status, int pending, int inProgress, int completed, int failed, int cancelled)
    {
        var style = Style("clear");
        style.Count(status, awaitsSecondChance: false, 1);
        Assert.Equal(new() { Total = 0, Pending = pending, InProgress = inProgress, Completed = completed, Failed = failed, Cancelled = cancelled }, style.ToProgress());

        style.Count(status, awaitsSecondChance: false, -1);
        Assert.Equal(new() { Total = 0, Completed = 0, Failed = 0 }, style.ToProgress());
    }

    [Fact]
    public void ToState_SaysAllThatThereIs()
    {
        var run = Of(Style("clear", pending: 1, inProgress: 2, completed: 3, failed: 4, cancelled: 5), Style("bold", pending: 1, inProgress: 1, completed: 1, failed: 1, cancelled: 1));
        run.Styles.Reverse();
        (run.Priority, run.BudgetUsd, run.Version) = (RunPriority.High, 2m, 9);
        run.Begin("2.1", "clear", Start);
        var state = State(run);

        Assert.Equal((20, 2, 3, 4, 5, 6), (state.Total, state.Pending, state.InProgress, state.Completed, state.Failed, state.Cancelled));
        Assert.Equal((75, "2.1", RunPriority.High, 2m, 9), (state.Progress, state.Current, state.Priority, state.BudgetUsd, state.Version));
        Assert.Equal(("run", "story", Start, true), (state.Id, state.StoryId, state.StartedAt, state.UseCharacterConsistency));
        Assert.Equal(["clear", "bold"], state.Styles.Keys);
        Assert.Equal(new() { Total = 15, Pending = 1, InProgress = 2, Completed = 3, Failed = 4, Cancelled = 5 }, state.Styles["clear"]);
    }

    [Fact]
    public void Paused_IsEachStyleOfARunThatIs_AndOneThatABudgetIsInTheWayOf()
    {
        var run = Of(Style("clear", pending: 1), Style("bold", pending: 1));
        Assert.Equal((false, false), Paused());

        run.Hold("bold", PauseReason.Budget);
        Assert.Equal((false, true), Paused());
        run.Pause(PauseReason.Author);
        Assert.Equal((true, true), Paused());
        run.Unpause(Start);
        Assert.Equal((false, false), Paused());

        (bool, bool) Paused() => (State(run).Styles["clear"].Paused, State(run).Styles["bold"].Paused);
    }

    [Theory]
    [InlineData(ImageStatus.Pending, false, true)]
    [InlineData(ImageStatus.InProgress, false, false)]
    [InlineData(ImageStatus.Failed, true, true)]
    [InlineData(ImageStatus.Failed, false, false)]
    [InlineData(ImageStatus.Completed, false, false)]
    [InlineData(ImageStatus.Cancelled, false, false)]
    public void Pauses_WhatWaitsInIt_AndNothingElse(ImageStatus status, bool goesAgain, bool pauses)
    {
        var run = Of(Style("clear", pending: 1), Style("bold", pending: 1));
        run.Hold("clear", PauseReason.Budget);
        var image = Fixture.Of(status) with { RunId = "run", NextAttemptAt = goesAgain ? Start : null };

        Assert.Equal(pauses, State(run).Pauses(image));
        Assert.False(State(run).Pauses(image with { RunId = "another" }));
        Assert.False(State(run).Pauses(image with { RunId = null }));
        Assert.False(State(run).Pauses(image with { Style = "bold" }));
        Assert.False(State(run).Pauses(null));
    }

    [Fact]
    public void Cost_IsUnknownUntilSomethingIsKnown()
    {
        var run = Of(Style("clear", completed: 1), Style("bold", completed: 1));
        Assert.Null(State(run).CostUsd);

        run.Styles[1].CostUsd = 0.02m;
        Assert.Equal(0.02m, State(run).CostUsd);
        run.Styles[0].CostUsd = 0.01m;
        Assert.Equal(0.03m, State(run).CostUsd);
    }

    [Fact]
    public void Cost_OfAStyleThatCostsNothing_SaysNothingOfAnotherWhoseCostIsUnknown()
    {
        var run = Of(Style("clear", completed: 1), Style("bold", completed: 1));
        run.Styles[0].CostUsd = 0;
        Assert.Null(State(run).CostUsd);

        run.Styles[1].CostUsd = 0;
        Assert.Equal(0, State(run).CostUsd);

        var beside = Of(Style("clear", completed: 1), Style("bold", pending: 1));
        beside.Styles[0].CostUsd = 0;
        Assert.Equal(0, State(beside).CostUsd);
    }

    /// <summary>A thousand runs whose images move by lot: the status is what the counts say, and an end has its time.</summary>
    [Fact]
    public void Counts_MovedByLot_AlwaysAgreeWithTheStatus()
    {
        for (var seed = 0; seed < 1_000; seed++)
        {
            var lot = new Random(seed);
            var run = Of(Style("clear", pending: lot.Next(1, 6)), Style("bold", pending: lot.Next(0, 6)));
            var images = run.Styles.SelectMany(s => Enumerable.Repeat(s, s.Pending)).Select(s => (Style: s, Status: ImageStatus.Pending)).ToArray();
            var now = Start;
            for (var step = 0; step < 40; step++)
            {
                now += TimeSpan.FromSeconds(1);
                ref var image = ref images[lot.Next(images.Length)];
                var to = (ImageStatus)lot.Next(5);
                image.Style.Count(image.Status, awaitsSecondChance: false, -1);
                image.Style.Count(to, awaitsSecondChance: false, 1);
                image.Status = to;
                run.Settle(now);

                var active = images.Count(i => i.Status is ImageStatus.Pending or ImageStatus.InProgress);
                Assert.True(active > 0 == run.Status is RunStatus.Queued or RunStatus.Running, $"seed {seed}, step {step}: {run.Status} with {active} to do");
                Assert.True(run.FinishedAt is null == active > 0, $"seed {seed}, step {step}: ended {run.FinishedAt} with {active} to do");
                if (active == 0)
                {
                    var expected = images.All(i => i.Status is ImageStatus.Cancelled) ? RunStatus.Cancelled
                        : images.Any(i => i.Status is ImageStatus.Failed) ? RunStatus.CompletedWithErrors : RunStatus.Completed;

                    // A run that was cancelled by all of its images stays so until something of it goes again.
                    Assert.True(run.Status == expected || run.Status is RunStatus.Cancelled, $"seed {seed}, step {step}: {run.Status}, not {expected}");
                }
            }
        }
    }

    private static Run Of(params RunStyle[] styles)
    {
        var run = Run.Create("run", "story", consistency: true, [], Start);
        for (var i = 0; i < styles.Length; i++)
        {
            run.Styles.Add(new() { RunId = "run", Style = styles[i].Style, Ordinal = i, Total = styles[i].Total, Pending = styles[i].Pending, InProgress = styles[i].InProgress, Completed = styles[i].Completed, Failed = styles[i].Failed, Cancelled = styles[i].Cancelled });
            if (styles[i].InProgress > 0)
            {
                run.Begin("1.1", styles[i].Style, Start);
            }
        }

        return run;
    }

    private static RunStyle Style(string key, int pending = 0, int inProgress = 0, int completed = 0, int failed = 0, int cancelled = 0) => new()
    {
        RunId = "run", Style = key, Ordinal = 0, Total = pending + inProgress + completed + failed + cancelled,
        Pending = pending, InProgress = inProgress, Completed = completed, Failed = failed, Cancelled = cancelled,
    };

    private static void Turn(Run run, ImageStatus from, ImageStatus to)
    {
        run.Styles[0].Count(from, awaitsSecondChance: false, -1);
        run.Styles[0].Count(to, awaitsSecondChance: false, 1);
    }

    private static RunState State(Run run) => run.ToState(End, Guess);

    private static string? Message(Run run) => State(run).Message;
}
