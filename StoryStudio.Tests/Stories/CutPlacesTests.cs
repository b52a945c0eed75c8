using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class CutPlacesTests
{
    [Theory]
    [InlineData("She rang. He heard it! “Who is there?” he asked.", "She rang.| He heard it!| “Who is there?” he asked.")]
    [InlineData("First a few flakes, then so many; the sea grew quiet", "First a few flakes,| then so many;| the sea grew quiet")]
    [InlineData("over the black water", "over| the| black| water")]
    [InlineData("むかしむかし。おじいさんがいました。", "むかしむかし。|おじいさんがいました。")]
    [InlineData("  One. Two.  ", "  One.| Two.  ")]
    [InlineData("Lighthouse", "Lighthouse")]
    [InlineData("", "")]
    public void Places_InAText_AreTheBestThereAre(string text, string cut)
    {
        Assert.Equal(cut, string.Join("|", Pieces(text)));
    }

    [Fact]
    public void Places_OfAnyText_CanBeCutAtWithoutALoss()
    {
        const string text = "She rang until her arms ached. The cat sat in the doorway. “Well,” said Jonas. Toward morning a boat came in.";

        foreach (var place in CutPlaces.Of(text))
        {
            var draft = StoryDraft.Of([new SegmentDraft(default, text, HardCut: true)]).Cut(0, place);

            Assert.Equal(2, draft.Segments.Length);
            Assert.Equal(text, draft.Join(0).Segments[0].Text);
        }
    }

    private static List<string> Pieces(string text)
    {
        var pieces = new List<string>();
        var start = 0;
        foreach (var place in CutPlaces.Of(text))
        {
            pieces.Add(text[start..place]);
            start = place;
        }

        pieces.Add(text[start..]);
        return pieces;
    }
}
