using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class PictureBasisTests
{
    private static readonly StyleDefinition Style = new() { Key = "clear", Prompt = "In ink." };

    [Fact]
    public void Basis_MarksWhatThereIs()
    {
        var basis = PictureBasis.Of("Mira walks.", "A girl.", Style, "At night.", "sample", [Character("1", "Mira", "A girl in red."), Character("2", "Bram", " ")]);

        Assert.Equal((PictureBasis.Mark("A girl."), PictureBasis.Mark("In ink."), PictureBasis.Mark("At night."), "sample", false), (basis.Prompt, basis.Style, basis.Note, basis.Sample, basis.Uploaded));
        Assert.Equal(PictureBasis.OfUpload("Mira walks.").Text, basis.Text);
        Assert.Equal([new BasisCharacter("1", "Mira", PictureBasis.Mark("A girl in red."))], basis.Characters);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Basis_OfWhatIsNot_HasNoMark(string? nothing)
    {
        var basis = PictureBasis.Of(text: null, nothing, Style, nothing, sample: null, []);

        Assert.Equal((null, null, null, null), (basis.Text, basis.Prompt, basis.Note, basis.Sample));
        Assert.Null(PictureBasis.OfUpload(null).Text);
    }

    [Fact]
    public void Upload_IsMarkedForItsTextAlone()
    {
        var basis = PictureBasis.OfUpload("Mira walks.");

        Assert.Equal((true, null, null), (basis.Uploaded, basis.Prompt, basis.Style));
        Assert.NotNull(basis.Text);
        Assert.NotEqual(PictureBasis.OfUpload("Mira runs.").Text, basis.Text);
    }

    [Fact]
    public void Mark_IsTheSameHoweverManyBlanksAreAround() => Assert.Equal(PictureBasis.Mark("a b"), PictureBasis.Mark("  a b\n"));

    [Fact]
    public void Staleness_CountsByAllThatIsInIt()
    {
        Staleness stale = new("text_changed", "The text.") { Causes = ["text_changed", "cast_changed"] };

        Assert.Equal(stale, stale with { Causes = ["text_changed", "cast_changed"] });
        Assert.All(
            [stale with { Code = "cast_changed" }, stale with { Message = "Another." }, stale with { Causes = ["text_changed"] }, null],
            other => Assert.NotEqual(stale, other));
    }

    private static Character Character(string id, string name, string description) => new() { Id = id, StoryId = "story", Ordinal = 0, Name = name, Description = description };
}
