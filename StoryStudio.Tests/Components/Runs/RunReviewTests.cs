using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Components.Pictures;
using StoryStudio.Web.Components.Runs;
using StoryStudio.Web.Components.Stories;
using Xunit;

namespace StoryStudio.Tests.Components.Runs;

public sealed class RunReviewTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly StoryDetails _story = LiveReviewTests.Story();
    private readonly ScriptedView _view = new();
    private readonly Dictionary<string, DateTimeOffset> _begun = new(StringComparer.Ordinal);

    public ValueTask DisposeAsync() => _view.DisposeAsync();

    [Theory]
    [InlineData(ImageStatus.Pending, null, false, ReviewStage.Waiting)]
    [InlineData(ImageStatus.InProgress, null, false, ReviewStage.Drawing)]
    [InlineData(ImageStatus.Completed, null, false, ReviewStage.Done)]
    [InlineData(ImageStatus.Cancelled, null, false, ReviewStage.Cancelled)]
    [InlineData(ImageStatus.Failed, "timeout", true, ReviewStage.Waiting)]
    [InlineData(ImageStatus.Failed, "timeout", false, ReviewStage.Failed)]
    [InlineData(ImageStatus.Failed, "crashed", false, ReviewStage.Failed)]
    [InlineData(ImageStatus.Failed, "refused", false, ReviewStage.Attention)]
    [InlineData(ImageStatus.Failed, "bad_key", false, ReviewStage.Attention)]
    [InlineData(ImageStatus.Failed, "budget_exhausted", false, ReviewStage.Attention)]
    public void Picture_IsCountedByHowFarItIs(ImageStatus status, string? code, bool goesAgain, ReviewStage stage)
    {
        Put("s1", status, code, goesAgain ? Now : null);

        var review = Review();

        Assert.Equal(1, review.Count(stage));
        Assert.Equal(3, review.Count(ReviewStage.Unasked));
    }

    [Fact]
    public void Picture_ThatIsThere_AlthoughAnotherWasCancelled_IsDone()
    {
        _view.Change(Fixture.Of(ImageStatus.Cancelled, "s1") with { Url = "/one.svg" });

        Assert.Equal((1, 0), (Review().Count(ReviewStage.Done), Review().Count(ReviewStage.Cancelled)));
    }

    [Fact]
    public void Troubles_AreGroupedByTheirCause_ThoseThatNeedSomebodyFirst()
    {
        Put("s1", ImageStatus.Failed, "timeout");
        Put("s2", ImageStatus.Failed, "timeout");
        Put("s1", ImageStatus.Failed, "refused", style: "ink");
        Put("s2", ImageStatus.Failed, "timeout", Now, "ink");

        var review = Review();

        Assert.Equal(["refused", "timeout"], review.Troubles.Select(t => t.Code));
        Assert.Equal(["1.1 in Clear line", "1.2 in Clear line"], review.Troubles[1].Entries.Select(e => e.Name));
        Assert.Equal("Said of timeout.", Assert.Single(review.Troubles[1].Messages));
    }

    [Fact]
    public void Sheets_ThatCouldNotBeDrawn_AreAmongTheTroubles_OfTheStorysStylesAndCast()
    {
        Put("s1", ImageStatus.Failed, "timeout");
        PutSheet("mira", ImageStatus.Failed, "timeout");
        PutSheet("mira", ImageStatus.Failed, "refused", "ink");
        PutSheet("mira", ImageStatus.Failed, "refused", "gone");
        PutSheet("bram", ImageStatus.Failed, "refused");
        PutSheet("kit", ImageStatus.Completed, null);
        _view.Change(Sheet("kit", "ink") with { Status = ImageStatus.Failed, Lock = new(LockReason.Author, "Ada", Now) });
        var story = _story with { Characters = [new("mira", "Mira", ""), new("kit", "Kit", "")] };

        var review = RunReview.Of(_view, story);

        Assert.Equal(["refused: 0+1", "timeout: 1+1"], review.Troubles.Select(t => $"{t.Code}: {t.Entries.Count}+{t.Sheets.Count}"));
        Assert.Equal(["Mira in Clear line", "Mira in Ink"], review.Sheets.Select(s => s.Name));
        Assert.Equal("Said of refused.", Assert.Single(review.Troubles[0].Messages));
        Assert.Same(review, RunReview.Of(_view, story with { Characters = [new("mira", "Mira", "In red."), new("kit", "Kit", "")] }));
        Assert.Equal("Miriam in Ink", RunReview.Of(_view, story with { Characters = [new("mira", "Miriam", "")] }).Sheets[1].Name);
    }

    [Fact]
    public void Sheets_AreAsManyInTheRunsLineAsOnProgress_WhateverBecameOfTheCast()
    {
        PutSheet("mira", ImageStatus.Failed, "timeout");
        PutSheet("bram", ImageStatus.Failed, "timeout");
        _view.Change(Sheet("kit", "clear") with { Status = ImageStatus.Failed, Url = "/kit.svg" });
        var story = _story with { Characters = [new("mira", "Mira", ""), new("kit", "Kit", "")] };

        Assert.Equal((2, 2), Counts(story));
        Assert.Equal((3, 3), Counts(story with { Characters = [.. story.Characters, new("bram", "Bram", "")] }));
        Assert.Equal((0, 0), Counts(story with { Characters = [] }));

        (int OnProgress, int InTheLine) Counts(StoryDetails story) => (RunReview.Of(_view, story).Sheets.Count, StoryTally.Of(_view, story).FailedSheets);
    }

    [Theory]
    [InlineData(180, false)]
    [InlineData(181, true)]
    public void Picture_IsSlowAfterThreeMinutes(int seconds, bool isSlow)
    {
        Put("s1", ImageStatus.InProgress);
        _begun["s1-clear"] = Now - TimeSpan.FromSeconds(seconds);

        Assert.Equal(isSlow, Review().Slow(_begun, Now).Any());
        Put("s1", ImageStatus.Completed);
        Assert.Empty(Review().Slow(_begun, Now));
    }

    [Fact]
    public void Review_IsOneForEverybodyUntilAPictureChanges_AndThenHoldsTheOthersAsTheyWere()
    {
        Put("s1", ImageStatus.Pending);
        Put("s2", ImageStatus.Pending);
        var review = Review();

        Assert.Same(review, RunReview.Of(_view, _story with { UpdatedAt = Now }));
        Put("s1", ImageStatus.Completed);
        var after = Review();

        Assert.Equal((1, 1, 2), (after.Count(ReviewStage.Done), after.Count(ReviewStage.Waiting), after.Asked.Count));
        Assert.Same(review.At(ReviewStage.Waiting)[1], Assert.Single(after.At(ReviewStage.Waiting)));
    }

    [Fact]
    public void EveryKindOfFailure_HasWordsOfItsOwn()
    {
        var words = Enum.GetValues<FailureKind>().Select(k => k.Code()).Append("crashed").Append("budget_exhausted").Select(TroubleWords.Of).ToList();

        Assert.Equal(words.Count, words.Select(w => w.Title).Distinct().Count());
        Assert.DoesNotContain(TroubleWords.Of("unheard_of").Title, words.Select(w => w.Title));
        Assert.Equal("Draw 2 pictures again", TroubleWords.Of("timeout").Do("2 pictures"));
    }

    private void Put(string segment, ImageStatus status, string? code = null, DateTimeOffset? next = null, string style = "clear") =>
        _view.Change(Fixture.Of(status, segment, style) with { NextAttemptAt = next, Error = code is null ? null : new(code, $"Said of {code}.", FailureKinds.FromCode(code)?.IsRetryable() ?? true) });

    private void PutSheet(string character, ImageStatus status, string? code, string style = "clear") =>
        _view.Change(Sheet(character, style) with { Status = status, Error = code is null ? null : new(code, $"Said of {code}.", FailureKinds.FromCode(code)!.Value.IsRetryable()) });

    private static ImageState Sheet(string character, string style) =>
        Fixture.Of(ImageStatus.Pending, character, style) with { Type = ImageType.Character, SegmentId = null, CharacterId = character };

    private RunReview Review() => RunReview.Of(_view, _story);
}
