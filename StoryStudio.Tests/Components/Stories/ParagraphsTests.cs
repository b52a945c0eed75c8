using StoryStudio.Web.Components.Reading;
using Xunit;

namespace StoryStudio.Tests.Components.Stories;

public sealed class ParagraphsTests
{
    [Fact]
    public void Text_IsSetInParagraphs_WhichKeepTheirLineBreaks() => Assert.Equal(
        ["One\ntwo", "three", "four"],
        Paragraphs.Of("\r\n  One \r\ntwo\n \n\nthree\n\t\nfour\n\n"));

    [Theory]
    [InlineData("")]
    [InlineData(" \n\n ")]
    public void Text_OfNothingButSpace_HasNone(string text) => Assert.Empty(Paragraphs.Of(text));
}
