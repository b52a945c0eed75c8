using FsCheck;
using FsCheck.Fluent;
using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class WordDiffTests
{
    [Theory]
    [InlineData("An owl flies.", "An owl flies.", "=An owl flies.")]
    [InlineData("An owl flies home.", "An old owl flies home.", "=An |+old |=owl flies home.")]
    [InlineData("An owl flies home.", "An owl home.", "=An owl |-flies |=home.")]
    [InlineData("By day an owl", "By night an owl", "=By |-day |+night |=an owl")]
    [InlineData("", "An owl", "+An owl")]
    [InlineData("An owl", "", "-An owl")]
    public void Difference_IsFoundWordByWord(string before, string after, string parts) =>
        Assert.Equal(parts, string.Join('|', WordDiff.Of(before, after).Select(p => $"{"=+-"[(int)p.Kind]}{p.Text}")));

    [Fact]
    public void Parts_PutTogether_AreTheTextsAgain() => Prop.ForAll(Texts(), Texts(), (before, after) =>
    {
        var parts = WordDiff.Of(before, after);
        return string.Concat(parts.Where(p => p.Kind is not DiffKind.Added).Select(p => p.Text)) == before
            && string.Concat(parts.Where(p => p.Kind is not DiffKind.Removed).Select(p => p.Text)) == after;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void LongTexts_AreNotHeldAgainstEachOtherWordByWord()
    {
        var (before, after) = (string.Join(' ', Enumerable.Range(0, 5_000)), string.Join(' ', Enumerable.Range(5_000, 5_000)));

        Assert.Equal(2, WordDiff.Of(before, after).Count);
    }

    private static Arbitrary<string> Texts() => Gen.ListOf(Gen.Elements("owl", "an ", "the\n", "  ", "night", " day ")).Select(string.Concat).ToArbitrary();
}
