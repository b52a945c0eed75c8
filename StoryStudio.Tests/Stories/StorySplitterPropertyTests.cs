using FsCheck;
using FsCheck.Fluent;
using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class StorySplitterPropertyTests
{
    [Fact]
    public void Segments_OfAnyText_JoinedGiveTheTextBackWhiteSpaceAside() => ForAnyText(text =>
        Assert.Equal(RandomText.Visible(text), RandomText.Visible(string.Concat(StorySplitter.Split(text).Select(s => s.Text)))));

    [Fact]
    public void Segments_OfAnyText_AreNeitherBlankNorTooLong() => ForAnyText(text =>
        Assert.All(StorySplitter.Split(text), s =>
        {
            Assert.False(string.IsNullOrWhiteSpace(s.Text));
            Assert.InRange(s.Text.Length, 1, Segment.MaxTextLength);
        }));

    [Fact]
    public void Numbers_OfAnyText_CountFromOneWithoutGaps() => ForAnyText(text =>
    {
        var previous = new SegmentNumber(0, 0);
        foreach (var segment in StorySplitter.Split(text))
        {
            Assert.Equal(segment.HardCut ? new SegmentNumber(previous.Scene + 1, 1) : previous with { Beat = previous.Beat + 1 }, segment.Number);
            previous = segment.Number;
        }
    });

    [Fact]
    public void Segments_OfAnyText_StartBetweenCharacters() => ForAnyText(text =>
    {
        var normalized = text.ReplaceLineEndings("\n");
        var segments = StorySplitter.Split(text);
        if (segments.Count == 0)
        {
            return;
        }

        var boundaries = RandomText.Boundaries(normalized);
        var whole = string.Concat(segments.Select(s => s.Gap + s.Text));
        var at = normalized.IndexOf(whole, StringComparison.Ordinal);
        Assert.True(at >= 0, "Segments and the gaps between them are a part of the text.");
        foreach (var segment in segments)
        {
            at += segment.Gap.Length;
            Assert.Contains(at, boundaries);
            at += segment.Text.Length;
        }
    });

    [Fact]
    public void Split_OfTheSameText_IsTheSame() => ForAnyText(text => Assert.Equal(StorySplitter.Split(text), StorySplitter.Split(text)));

    [Fact]
    public void Title_OfAnyText_IsOneShortLineOfWholeCharactersOrNothing() => ForAnyText(text =>
    {
        var title = StorySplitter.ProposeTitle(text);
        if (title is not null)
        {
            Assert.InRange(title.Length, 1, Story.MaxTitleLength);
            Assert.DoesNotContain(title, char.IsControl);
        }
    });

    [Fact]
    public void Drafts_HoweverAdjusted_KeepTheTextAndStayNumbered()
    {
        var edits = Gen.Choose(0, int.MaxValue).ArrayOf(12).ToArbitrary();
        Check.One(RandomText.Often.WithMaxTest(200), Prop.ForAll(RandomText.Any, edits, (text, steps) =>
        {
            var draft = StoryDraft.Of(text);
            foreach (var step in steps.Where(_ => draft.Segments.Length > 0))
            {
                var index = step / 3 % draft.Segments.Length;
                draft = (step % 3) switch
                {
                    0 when draft.CanJoin(index) => draft.Join(index),
                    1 => draft.ToggleScene(index),
                    _ => draft.Cut(index, step / 7 % (draft.Segments[index].Text.Length + 1)),
                };
                Assert.Equal(draft.Segments, SegmentDraft.Renumber(draft.Segments));
                Assert.All(draft.Segments, s => Assert.False(string.IsNullOrWhiteSpace(s.Text)));
            }

            Assert.Equal(RandomText.Visible(text), RandomText.Visible(string.Concat(draft.Segments.Select(s => s.Text))));
        }));
    }

    [Fact]
    public void Cut_ThenJoin_GivesTheSameSegmentBack()
    {
        var position = Gen.Choose(0, 2_000).ToArbitrary();
        Check.One(RandomText.Often, Prop.ForAll(RandomText.Any, position, (text, at) =>
        {
            var draft = StoryDraft.Of(text);
            if (draft.Segments.Length > 0 && draft.Cut(0, at) is var cut && cut.Segments.Length > draft.Segments.Length)
            {
                Assert.Equal(draft.Segments.AsEnumerable(), cut.Join(0).Segments);
            }
        }));
    }

    private static void ForAnyText(Action<string> holds) => Check.One(RandomText.Often, Prop.ForAll(RandomText.Any, holds));
}
