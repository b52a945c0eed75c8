using StoryStudio.Web.Components.Stories;
using Xunit;

namespace StoryStudio.Tests.Components.Stories;

public sealed class MetWordsTests
{
    [Theory]
    [InlineData("One.", "One. Two.", "Zero. One.", "Zero. One. Two.", "Both changes are in the field now")]
    [InlineData("One.", "Mine.", "Theirs.", "Mine.", "“Theirs.” Save again to keep yours")]
    [InlineData("One.", "Mine.", "", "Mine.", "taken away meanwhile")]
    [InlineData("One.", " ", "One. Two.", " ", "“One. Two.” Save again")]
    public void Words_ThatMeetOthers_StayInTheFieldAndTheirAuthorIsTold(string basedOn, string draft, string theirs, string then, string said)
    {
        var (words, told) = MetWords.Of(basedOn, draft, theirs);

        Assert.Equal(then, words);
        Assert.Contains(said, told, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_ThatBothWrote_AreNobodysQuarrel() => Assert.Equal(("Same.\nWords.", null), MetWords.Of("One.", " Same.\r\nWords. ", "Same.\nWords."));
}
