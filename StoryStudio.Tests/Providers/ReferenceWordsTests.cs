using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Providers;

public sealed class ReferenceWordsTests
{
    [Fact]
    public void Words_SayOfEachPictureByItsPlaceWhatItIsFor()
    {
        var words = ReferenceWords.Of(
        [
            new("a.png", "image/png", ReferenceRole.Consistency),
            new("b.png", "image/png", ReferenceRole.Character, "Mira"),
            new("c.png", "image/png", ReferenceRole.StyleSample),
            new("d.png", "image/png", ReferenceRole.Character),
        ]);

        Assert.Equal(
            """
            Pictures that come along, in this order:
            Picture 1 is the first picture of this series; keep its manner of drawing, its colours and the looks of everybody in it, but draw a new scene.
            Picture 2 shows Mira; keep Mira's face, hair and clothes.
            Picture 3 is a sample of the style; take its manner of drawing and its colours, not what it shows.
            Picture 4 shows one of the characters; keep the face, the hair and the clothes.
            """,
            words);
    }

    [Fact]
    public void Words_OfNoPictures_AreNone() => Assert.Equal("", ReferenceWords.Of([]));

    [Fact]
    public void Words_OfEveryRole_AreThere() =>
        Assert.All(Enum.GetValues<ReferenceRole>(), role => Assert.Contains("Picture 1 ", ReferenceWords.Of([new("a", "image/png", role)]), StringComparison.Ordinal));

    [Fact]
    public void Prompt_WithReferences_SaysWhatTheyAreForBetweenTheCharactersAndTheStyle() => Assert.Equal(
        "Mira rowed.\n\nCharacters, who look the same in every picture:\nMira: In red.\n\nPicture 1 shows Mira.\n\nMake it snow.\n\nAs a woodcut.",
        PromptComposer.Compose(new() { Prompt = "As a woodcut." }, "Mira rowed.", null, [new("Mira", "In red.")], describeCharacters: true, "Make it snow.", "Picture 1 shows Mira."));

    [Fact]
    public void Prompt_WithEverythingAtItsLongest_StillSaysWhatHappens()
    {
        string Long(string word) => string.Concat(Enumerable.Repeat($"{word} ", 2000)) + ".";

        var prompt = PromptComposer.Compose(new() { Prompt = Long("style") }, Long("scene"), null, [new("Mira", Long("looks"))], describeCharacters: true, Long("ask"), Long("reference"));

        Assert.InRange(prompt.Length, 1, PromptComposer.MaxLength);
        Assert.All(["scene scene", "looks looks", "reference reference", "ask ask", "style style"], part => Assert.Contains(part, prompt, StringComparison.Ordinal));
    }
}
