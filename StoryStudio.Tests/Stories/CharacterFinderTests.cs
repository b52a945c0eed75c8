using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class CharacterFinderTests
{
    [Theory]
    [InlineData("Mira’s boat was red.", "Mira", true)]
    [InlineData("MIRA!", "mira", true)]
    [InlineData("“Mira,” he said.", "Mira", true)]
    [InlineData("A mirage, an admiral.", "Mira", false)]
    [InlineData("Anna came.", "Ann", false)]
    [InlineData("Annémone", "Ann", false)]
    [InlineData("Ann\u0301 came.", "Ann", false)]
    [InlineData("Old\nTom slept.", "Old Tom", true)]
    [InlineData("O'Brien slept.", "O’Brien", true)]
    [InlineData("R2-D2 beeped.", "R2-D2", true)]
    [InlineData("R2-D20 beeped.", "R2-D2", false)]
    [InlineData("ЁЛКА сказала", "Ёлка", true)]
    [InlineData("小明和妈妈去海边。", "小明", true)]
    [InlineData("美咲は笑った。", "美咲", true)]
    [InlineData("민수는 웃었다.", "민수", true)]
    [InlineData("มะลิเดินไป", "มะลิ", true)]
    [InlineData("قالت ليلى نعم", "ليلى", true)]
    [InlineData("the owl 🦉 flew", "🦉", true)]
    [InlineData("", "Mira", false)]
    [InlineData("Mira", "", false)]
    [InlineData("Mira", " ", false)]
    public void Name_IsFoundWhereTheTextHasItAsAWord(string text, string name, bool isFound) =>
        Assert.Equal(isFound, CharacterFinder.In(text, [name]).Count > 0);

    [Fact]
    public void Names_AreGivenInTheirOwnOrder() =>
        Assert.Equal("Bram Mira", string.Join(' ', CharacterFinder.In("Mira and Pimm saw Bram.", ["Pim", "Bram", "Mira"])));

    [Fact]
    public void ShortName_InsideALongerOne_IsNotFound()
    {
        Assert.Equal("Old Tom", Assert.Single(CharacterFinder.In("Old Tom slept.", ["Tom", "Old Tom"])));
        Assert.Equal(2, CharacterFinder.In("Old Tom woke Tom.", ["Tom", "Old Tom"]).Count);
    }
}
