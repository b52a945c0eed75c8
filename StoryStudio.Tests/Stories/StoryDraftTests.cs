using StoryStudio.Core;
using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class StoryDraftTests
{
    private static readonly StoryDraft Draft = StoryDraft.Of("# One\n\nIt was night.\n\n# Two\n\nIt was morning.\n\n# Three\n\nIt was noon.");

    [Fact]
    public void Join_PutsTheGapBackAndCountsOn()
    {
        var joined = Draft.Join(0);

        Assert.Equal("# One\n\nIt was night.\n\n# Two\n\nIt was morning.", joined.Segments[0].Text);
        Assert.Equal("1.1 2.1", Numbers(joined));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Join_WithoutANextSegment_Throws(int index)
    {
        Assert.False(Draft.CanJoin(index));
        Assert.Throws<ArgumentOutOfRangeException>(() => Draft.Join(index));
    }

    [Fact]
    public void Join_OfMoreThanASegmentHolds_IsRefusedWithASentence()
    {
        var half = new string('a', Segment.MaxTextLength / 2);
        var draft = StoryDraft.Of([new SegmentDraft(default, half, HardCut: true), new SegmentDraft(default, half, HardCut: false)]);

        Assert.False(draft.CanJoin(0));
        var refused = Assert.Throws<InvalidInputException>(() => draft.Join(0));
        Assert.Equal("segments[0].text", Assert.Single(refused.Errors).Key);
    }

    [Fact]
    public void Cut_MakesTwoOfOneInTheSameScene()
    {
        var cut = StoryDraft.Of("The sun went down. The owl woke up.").Cut(0, 18);

        Assert.Equal("The sun went down.", cut.Segments[0].Text);
        Assert.Equal("The owl woke up.", cut.Segments[1].Text);
        Assert.Equal("1.1 1.2", Numbers(cut));
    }

    [Theory]
    [InlineData(0, 1, "One two.\n\nThree", "four.")]
    [InlineData(0, -1, "One", "two.\n\nThree four.")]
    [InlineData(0, 9, "One two.\n\nThree", "four.")]
    [InlineData(0, -9, "One", "two.\n\nThree four.")]
    public void Joint_Nudged_GoesByWordsAsFarAsThereAreSome(int index, int by, string above, string below)
    {
        var draft = StoryDraft.Of([new SegmentDraft(default, "One two.", HardCut: true), new SegmentDraft(default, "Three four.", HardCut: true)]);

        var nudged = draft.Nudge(index, by);

        Assert.Equal((above, below), (nudged.Segments[0].Text, nudged.Segments[1].Text));
        Assert.Equal("1.1 2.1", Numbers(nudged));
        Assert.Equal("One two.\n\nThree four.", nudged.Join(0).Segments[0].Text);
        Assert.Equal(draft.Segments.ToList(), nudged.Shift(0, 8).Segments.ToList());
    }

    [Fact]
    public void Joint_InAScriptWithoutSpaces_GoesByCharacters()
    {
        var draft = StoryDraft.Of([new SegmentDraft(default, "月が出た。", HardCut: true), new SegmentDraft(default, "鳥が鳴いた。", HardCut: false)]);

        Assert.Equal("月が出た。\n\n鳥", draft.Nudge(0, 1).Segments[0].Text);
        Assert.Equal("月が出", draft.Nudge(0, -1).Segments[0].Text);
    }

    [Fact]
    public void Joint_ShiftedToWhereOneSideWouldBeBlank_Stays()
    {
        var draft = StoryDraft.Of([new SegmentDraft(default, "One.", HardCut: true), new SegmentDraft(default, "Two.", HardCut: false)]);

        Assert.Same(draft, draft.Shift(0, 0));
        Assert.Same(draft, draft.Shift(0, int.MaxValue));
        Assert.Same(draft, draft.Nudge(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => draft.Shift(1, 3));
    }

    [Fact]
    public void Joint_ShiftedSoThatOneSideWouldBeTooLong_IsRefusedWithASentence()
    {
        var long1 = string.Join(' ', Enumerable.Repeat("words", (Segment.MaxTextLength - 10) / 6));
        var draft = StoryDraft.Of([new SegmentDraft(default, long1, HardCut: true), new SegmentDraft(default, long1, HardCut: false)]);

        Assert.Throws<InvalidInputException>(() => draft.Nudge(0, 10));
    }

    [Fact]
    public void Cut_InsideACharacter_CutsBeforeIt()
    {
        var cut = StoryDraft.Of("ab👩‍👩‍👧‍👦cd").Cut(0, 5);

        Assert.Equal("ab", cut.Segments[0].Text);
        Assert.Equal("👩‍👩‍👧‍👦cd", cut.Segments[1].Text);
        Assert.Equal("ab👩‍👩‍👧‍👦cd", cut.Join(0).Segments[0].Text);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(1_000)]
    public void Cut_ThatLeavesASideBlank_ChangesNothing(int position) => Assert.Same(Draft, Draft.Cut(0, position));

    [Fact]
    public void ToggleScene_TakesASceneStartAwayAndBack()
    {
        var without = Draft.ToggleScene(1);

        Assert.Equal("1.1 1.2 2.1", Numbers(without));
        Assert.False(without.Segments[1].HardCut);
        Assert.Equal(Draft.Segments.AsEnumerable(), without.ToggleScene(1).Segments);
    }

    [Fact]
    public void ToggleScene_OfTheFirstSegment_ChangesNothing() => Assert.Same(Draft, Draft.ToggleScene(0));

    [Fact]
    public void Edits_BeyondTheList_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Draft.Cut(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Draft.ToggleScene(-1));
    }

    [Fact]
    public void Draft_WithMoreSegmentsThanAStoryHas_IsRefused()
    {
        var segments = Enumerable.Repeat(new SegmentDraft(default, "Snow.", HardCut: false), StorySplitter.MaxSegments + 1);

        Assert.Throws<InvalidInputException>(() => StoryDraft.Of(segments));
    }

    [Fact]
    public void NewSegments_OfADraft_AreAcceptedAsTheyStand()
    {
        var accepted = NewStoryRules.Check(new NewStory { Title = "Noon", Segments = Draft.ToggleScene(1).ToNewSegments() }, ["clear"]);

        Assert.Equal("1.1 1.2 2.1", string.Join(' ', accepted.Segments.Select(s => s.Number)));
        Assert.Equal("True False True", string.Join(' ', accepted.Segments.Select(s => s.HardCut)));
    }

    [Fact]
    public void Numbers_ThatWereChosen_StayUntilSegmentsAreRearranged()
    {
        var draft = StoryDraft.OfNumbered([Numbered(1, 1), Numbered(1, 3), Numbered(4, 2)]);

        Assert.Equal("1.1 1.3 4.2", Numbers(draft));
        Assert.Equal("1.1 1.3 4.2", Numbers(draft.Nudge(0, 1)));
        Assert.Equal("1.1 1.2", Numbers(draft.Join(0)));
        Assert.Equal("1.1 1.2 1.3 1.4", Numbers(draft.Cut(1, "One two.".Length)));
        Assert.Equal("1.1 2.1 2.2", Numbers(draft.ToggleScene(1)));
    }

    [Fact]
    public void Numbers_ThatAreMissing_OrDoNotRise_AreGivenAnew()
    {
        Assert.Equal("1.1 1.2", Numbers(StoryDraft.OfNumbered([Numbered(0, 0), Numbered(4, 2)])));
        Assert.Equal("1.1 1.2", Numbers(StoryDraft.OfNumbered([Numbered(4, 2), Numbered(4, 2)])));
        Assert.Empty(StoryDraft.OfNumbered([]).Segments);
    }

    private static SegmentDraft Numbered(int scene, int beat) => new(new(scene, beat), "One two. Three four.", HardCut: false);

    private static string Numbers(StoryDraft draft) => string.Join(' ', draft.Segments.Select(s => s.Number));
}
