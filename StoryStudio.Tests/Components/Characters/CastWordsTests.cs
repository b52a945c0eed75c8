using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Web.Components.Characters;
using Xunit;

namespace StoryStudio.Tests.Components.Characters;

public sealed class CastWordsTests
{
    [Fact]
    public void Along_SaysWhichStylesTakePicturesAndWhichAreToldInWords()
    {
        var words = CastWords.Along([("Illustration", true), ("Clear line", true), ("Cut paper", false)]);

        Assert.Contains("every picture in Illustration and Clear line", words, StringComparison.Ordinal);
        Assert.Contains("What draws Cut paper takes no pictures along", words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "goes along with every picture")]
    [InlineData(false, "description is written into the prompt of every picture")]
    public void Along_WhereAllStylesAreAlike_NamesNone(bool takes, string expected)
    {
        var words = CastWords.Along([("Illustration", takes), ("Clear line", takes)]);

        Assert.Contains(expected, words, StringComparison.Ordinal);
        Assert.DoesNotContain("Illustration", words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "Drawing the sheet of Owl in Clear line again.")]
    [InlineData(1, "Drawing the sheet of Owl in Clear line again. 1 picture was made from this one and will be marked as from before a change.")]
    [InlineData(2, "Drawing the sheet of Owl in Clear line again. 2 pictures were made from this one and will be marked as from before a change.")]
    public void Redrawing_SaysWhatBecomesOfWhatWasMadeFromTheSheet(int madeFrom, string words) => Assert.Equal(words, CastWords.Redrawing("Owl", "Clear line", madeFrom));

    [Fact]
    public void TooLarge_OnlyAboveTheLimit_NamesTheSize()
    {
        Assert.Null(CastWords.TooLarge(PictureInspector.MaxBytes));
        Assert.Equal("It has 51 MB.", CastWords.TooLarge(PictureInspector.MaxBytes + 1));
    }

    [Fact]
    public void NotTaken_NamesTheFileAndWhatWouldBeRight_AndOfALongNameItsBeginning()
    {
        var name = $"{new string('a', 59)}🦉.png";

        Assert.Equal("“hat.png” was not taken. The file is empty. A PNG, JPEG or WebP picture of at most 50 MB is right.", CastWords.NotTaken("hat.png", "The file is empty."));
        Assert.StartsWith($"“{new string('a', 59)}…” was not taken.", CastWords.NotTaken(name, "It has 51 MB."), StringComparison.Ordinal);
    }
}
