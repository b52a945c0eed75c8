using StoryStudio.Core.Books;
using Xunit;

namespace StoryStudio.Tests.Books;

public sealed class PageTextTests
{
    [Fact]
    public void Text_IsSetInParagraphs_WhichKeepTheirLineBreaks() =>
        Assert.Equal(["One\ntwo", "three", "four"], Blocks("\r\n  One \r\ntwo\n \n\nthree\n\t\nfour\n\n").Select(b => string.Join('\n', b.Lines)));

    [Theory]
    [InlineData("")]
    [InlineData(" \n\n ")]
    public void Text_OfNothingButSpace_HasNone(string text) => Assert.Empty(Blocks(text));

    [Fact]
    public void MarkBetweenScenes_IsNotRead_AndAHeadingStandsOverItsScene()
    {
        Assert.Equal([(false, "Two is “here”.")], Blocks("***\n\nTwo is \"here\".").Select(b => (b.IsHeading, b.Lines[0])));
        Assert.Equal([(true, "Chapter 2"), (false, "A fox.")], Blocks("Chapter 2\n\nA fox.").Select(b => (b.IsHeading, b.Lines[0])));
        Assert.Equal([(true, "The fox"), (false, "A fox.")], Blocks("# The fox\nA fox.").Select(b => (b.IsHeading, b.Lines[0])));
        Assert.Equal([(true, "The fox’s door"), (false, "A fox.")], Blocks("The fox's door\n\nA fox.").Select(b => (b.IsHeading, b.Lines[0])));
        Assert.Equal([(false, "The fox")], Blocks("The fox").Select(b => (b.IsHeading, b.Lines[0])));
    }

    [Theory]
    [InlineData("***\n\nTwo is \"here\".\n\nAnd there.", "Two is \"here\".\n\nAnd there.")]
    [InlineData("## The fox\n\nA fox.", "The fox\n\nA fox.")]
    [InlineData("# The fox\n## The door\n\nA fox.", "The fox\nThe door\n\nA fox.")]
    [InlineData("Act One\n# The chase\n\nA fox.", "Act One\nThe chase\n\nA fox.")]
    [InlineData("A fox.\n# 1 of them", "A fox.\n# 1 of them")]
    [InlineData("***", "***")]
    [InlineData("One.\n\n* * *\n\nTwo.", "One.\n\nTwo.")]
    public void Words_StandWithoutTheMarksOfWhoeverSplitThem(string text, string words) => Assert.Equal(words, PageText.Words(text));

    private static IReadOnlyList<TextBlock> Blocks(string text) => PageText.Blocks(text, startsScene: true, "en");
}
