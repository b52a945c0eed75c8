using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Runs;
using Xunit;

namespace StoryStudio.Tests.Components.Runs;

public sealed class RunWordsTests
{
    private static readonly StyleSummary[] Styles = [new("illustration", "Illustration"), new("clear", "Clear line")];

    [Fact]
    public void Line_Running_SaysWhatIsDrawnHowFarItIsAndHowLongItTakes()
    {
        var run = Run(RunStatus.Running) with { Message = "[clear] Drawing 2.1", Completed = 8, Failed = 1, EstimatedSecondsLeft = 231 };

        Assert.Equal("Drawing 2.1 in Clear line, 9 of 36, about 4 minutes", RunWords.Line(run, Styles, 8, 36));
    }

    [Fact]
    public void Line_OfARunWhoseLastPicturesWaitToBeTriedAgain_DoesNotSayThatTheyAreDrawn()
    {
        var run = Run(RunStatus.Running) with { Message = "[clear] Drawing 2.5", InProgress = 0, Pending = 1, Completed = 35 };
        var waits = Image("2.5") with { RunId = run.Id, NextAttemptAt = DateTimeOffset.UnixEpoch };

        Assert.Equal("Waiting to try 2.5 again, 35 of 36", RunWords.Line(run, Styles, 35, 36, again: RunWords.Again(run, [waits, Image("1.1")])));
        Assert.Equal("Waiting to try 2 pictures again", RunWords.Again(run, [waits, waits with { Number = "2.6" }]));

        // One that may be begun at any moment, one that is being drawn, a wait for a key.
        Assert.Null(RunWords.Again(run, [waits, waits with { NextAttemptAt = null }]));
        Assert.Null(RunWords.Again(run with { InProgress = 1 }, [waits]));
        Assert.Null(RunWords.Again(run with { Status = RunStatus.Paused }, [waits]));
        Assert.StartsWith("Waiting for key …4f2a until", RunWords.Line(run with { Message = "Waiting for key …4f2a until 10:42:07" }, Styles, 35, 36, again: "Waiting to try 2.5 again"), StringComparison.Ordinal);
    }

    [Fact]
    public void Line_OfARunThatOthersGoBefore_SaysThatItWaitsForItsTurn_AndHowLongOnlyWhereThatIsKnown()
    {
        var run = Run(RunStatus.Running) with { Message = Core.Generation.Run.NotItsTurn, Current = "1.8", Pending = 24, Completed = 12 };

        Assert.Equal("Waiting for its turn, 12 of 36", RunWords.Line(run, Styles, 12, 36));
        Assert.Equal("Waiting for its turn, 12 of 36, about 4 minutes", RunWords.Line(run with { EstimatedSecondsLeft = 231 }, Styles, 12, 36, again: "Waiting to try 2.5 again"));
    }

    private static ImageState Image(string number) => new()
    {
        Id = number, StoryId = "s", SegmentId = number, Number = number, Style = "clear", Status = ImageStatus.Pending, Progress = 0, Attempt = 1, MaxAttempts = 4, Version = 1, UpdatedAt = DateTimeOffset.UnixEpoch,
    };

    [Fact]
    public void Line_RunningWithNothingKnown_SaysWhatItCan() =>
        Assert.Equal("Drawing, 0 of 36", RunWords.Line(Run(RunStatus.Running), Styles, 0, 36));

    [Theory]
    [InlineData(null, "Waiting to start with 36 pictures")]
    [InlineData(Core.Generation.Run.NotBegun, "Waiting to start with 36 pictures")]
    [InlineData("Waiting for key …4f2a until 10:42:07", "Waiting for key …4f2a until 10:42:07")]
    public void Line_OfARunThatHasNotBegun_SaysWhatItWaitsForBesideItsTurn(string? message, string expected) =>
        Assert.Equal(expected, RunWords.Line(Run(RunStatus.Queued) with { Message = message, Pending = 36 }, Styles, 0, 36));

    [Theory]
    [InlineData(RunStatus.Queued, 0, "Waiting to start with 27 pictures")]
    [InlineData(RunStatus.Paused, 0, "Paused at 9 of 36")]
    [InlineData(RunStatus.Cancelled, 9, "Cancelled, 9 of 36 pictures drawn")]
    [InlineData(RunStatus.Completed, 36, "All 36 pictures drawn")]
    public void Line_OtherStates_SaysThem(RunStatus status, int drawn, string expected) =>
        Assert.Equal(expected, RunWords.Line(Run(status) with { Completed = 9, Pending = 27 }, Styles, drawn, 36));

    [Theory]
    [InlineData(34, 34, "34 of 36 pictures drawn, 2 could not be")]
    [InlineData(0, 18, "18 of 36 pictures drawn, 2 could not be")]
    [InlineData(34, 36, "All 36 pictures drawn")]
    public void Line_WithErrors_CountsWhatIsThereOfTheWholeStory(int ofTheRun, int drawn, string expected) =>
        Assert.Equal(expected, RunWords.Line(Run(RunStatus.CompletedWithErrors) with { Completed = ofTheRun, Failed = 2 }, Styles, drawn, 36));

    [Theory]
    [InlineData(RunStatus.CompletedWithErrors, 36, 1, "All 36 pictures drawn, 1 sheet could not be drawn")]
    [InlineData(RunStatus.CompletedWithErrors, 34, 2, "34 of 36 pictures drawn, 2 could not be, 2 sheets could not be drawn")]
    [InlineData(RunStatus.Completed, 36, 0, "All 36 pictures drawn")]
    [InlineData(RunStatus.Running, 36, 1, "Drawing, 2 of 36")]
    [InlineData(null, 0, 1, "36 pictures to draw, 1 sheet could not be drawn")]
    public void Line_WithSheetsThatCouldNotBeDrawn_SaysSo_UnlessTheRunGoesOn(RunStatus? status, int drawn, int sheets, string expected) =>
        Assert.Equal(expected, RunWords.Line(status is { } known ? Run(known) with { Failed = 2 } : null, Styles, drawn, 36, sheets: sheets));

    [Theory]
    [InlineData(0, 36, "36 pictures to draw")]
    [InlineData(0, 1, "1 picture to draw")]
    [InlineData(12, 36, "12 of 36 pictures drawn")]
    [InlineData(0, 0, "Nothing to draw: this story has no text or no style")]
    public void Line_NoRunYet_SaysWhatThereIs(int drawn, int wanted, string expected) =>
        Assert.Equal(expected, RunWords.Line(null, Styles, drawn, wanted));

    [Theory]
    [InlineData(null, null)]
    [InlineData(4, "a few seconds")]
    [InlineData(38, "about 40 seconds")]
    [InlineData(70, "about a minute")]
    [InlineData(231, "about 4 minutes")]
    [InlineData(7300, "about 2 hours")]
    public void Left_Seconds_AreRoundedAsOneSaysThem(int? seconds, string? expected) => Assert.Equal(expected, RunWords.Left(seconds));

    internal static RunState Run(RunStatus status) => new()
    {
        Id = "run",
        StoryId = "story",
        Status = status,
        Progress = 0,
        Total = 36,
        Completed = 0,
        Failed = 0,
        InProgress = 0,
        Pending = 0,
        Cancelled = 0,
        UseCharacterConsistency = true,
        Styles = new Dictionary<string, StyleProgress>(StringComparer.Ordinal),
        StartedAt = default,
        Version = 1,
    };
}
