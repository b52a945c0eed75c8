using FsCheck;
using FsCheck.Fluent;
using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class PromptComposerTests
{
    private static readonly StyleDefinition Style = new() { Key = "clear", Name = "Clear line", Prompt = "A clear-line drawing, no lettering." };
    private static readonly CharacterLook[] Cast = [new("Mira", "A girl in a red raincoat."), new("Pim", "A small barn owl."), new("Nobody", "")];

    [Fact]
    public void Prompt_SaysWhatHappensThenWhoThenWhatIsAskedThenTheStyle() => Assert.Equal(
        """
        Mira rowed. “Left!” called Pim.

        Characters, who look the same in every picture:
        Mira: A girl in a red raincoat.
        Pim: A small barn owl.

        Make it snow.

        A clear-line drawing, no lettering.
        """,
        PromptComposer.Compose(Style, "Mira rowed. “Left!” called Pim.", null, Cast, describeCharacters: true, "Make it snow."));

    [Fact]
    public void Prompt_OfTheAuthor_TakesThePlaceOfTheText() => Assert.Equal(
        "An empty beach.\n\nA clear-line drawing, no lettering.",
        PromptComposer.Compose(Style, "Mira rowed.", " An empty beach. ", [], describeCharacters: true, null));

    [Fact]
    public void Prompt_WithoutDescriptions_DoesNotMentionLooks() => Assert.Equal(
        "Mira rowed.\n\nA clear-line drawing, no lettering.",
        PromptComposer.Compose(Style, "Mira rowed.", " ", Cast, describeCharacters: false, ""));

    [Theory]
    [InlineData("***\n\n# Chapter 2\n\nIt was night.\nVery.", "It was night.\nVery.")]
    [InlineData("# The End", "The End")]
    [InlineData("***", "***")]
    [InlineData("It was night.\n\n* * *", "It was night.")]
    [InlineData("INT. LIGHTHOUSE - NIGHT\n\nMira climbs.", "Inside: lighthouse, night.\nMira climbs.")]
    [InlineData("Act One\nEXT. THE PIER — DAWN\n\nMira rows.", "Outside: the pier, dawn.\nMira rows.")]
    [InlineData("INT./EXT. CAR - DAY\n\nMira drives.", "Inside and outside: car, day.\nMira drives.")]
    [InlineData("INT. LIGHTHOUSE - NIGHT", "INT. LIGHTHOUSE - NIGHT")]
    public void Scene_LeavesHeadingsAndSeparatorsOutWhereThereIsMore(string text, string scene) => Assert.Equal(scene, PromptComposer.Scene(text, null));

    [Fact]
    public void Words_AreTheSameAsBeforeASettingWasSaid() => Assert.Equal("Mira climbs.", PromptComposer.Words("INT. LIGHTHOUSE - NIGHT\n\nMira climbs."));

    [Fact]
    public void Prompt_OfAVeryLongText_IsCutAtTheEndOfASentenceAndKeepsTheStyle()
    {
        var text = string.Concat(Enumerable.Repeat("The keeper lit the lamp. ", 800));

        var prompt = PromptComposer.Compose(Style, text, null, Cast, describeCharacters: true, null);

        Assert.InRange(prompt.Length, PromptComposer.MaxLength - 100, PromptComposer.MaxLength);
        Assert.Contains("lamp.\n\nCharacters", prompt, StringComparison.Ordinal);
        Assert.EndsWith(Style.Prompt, prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompt_WithManyCharacters_DescribesEachOfThem()
    {
        var cast = Enumerable.Range(1, 20).Select(i => new CharacterLook($"Owl {i}", string.Concat(Enumerable.Repeat("It has wings. ", 100)))).ToList();

        var prompt = PromptComposer.Compose(Style, "It was night.", null, cast, describeCharacters: true, null);

        Assert.InRange(prompt.Length, 1, PromptComposer.MaxLength);
        Assert.All(cast, c => Assert.Contains($"{c.Name}: It has", prompt, StringComparison.Ordinal));
    }

    [Fact]
    public void Prompt_OfAnything_FitsAndEndsWithTheStyle() => Check.One(RandomText.Often.WithMaxTest(100), Prop.ForAll(RandomText.Any, RandomText.Any, (text, other) =>
    {
        var prompt = PromptComposer.Compose(Style, text, other, [new("Mira", other), new("Pim", text)], describeCharacters: true, text);

        Assert.InRange(prompt.Length, 1, PromptComposer.MaxLength);
        Assert.EndsWith(Style.Prompt, prompt, StringComparison.Ordinal);
    }));
}
