using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class TextMergeTests
{
    [Theory]
    [InlineData("One.", "Uno.", "One.\n\nTwo.", "Uno.\n\nTwo.")]
    [InlineData("One.", "One. More.", "One.\n\nTwo.", "One. More.\n\nTwo.")]
    [InlineData("One.\n\nTwo.", "Uno.\n\nTwo.", "One.\n\nDue.", "Uno.\n\nDue.")]
    [InlineData("One.\n\nTwo.", "One.\n\nDue.", "Uno.\n\nTwo.", "Uno.\n\nDue.")]
    [InlineData("One. Two. Three.", "One. Three.", "One. Two. Three. Four.", "One. Three. Four.")]
    [InlineData("One.", "One.", "Two.", "Two.")]
    [InlineData("One.", "Two.", "One.", "Two.")]
    [InlineData("", "One.", "Two.", "One.Two.")]
    [InlineData("One.", "One. Two.", "One. Two.", "One. Two.")]
    public void Changes_InTwoPlaces_AreBothThere(string before, string mine, string theirs, string both) => Assert.Equal(both, TextMerge.Both(before, mine, theirs));

    [Theory]
    [InlineData("The owl flew.", "Mine.", "Theirs.")]
    [InlineData("One. Two.", "One. Due.", "One.")]
    [InlineData("One.", "", "Other.")]
    public void Changes_ThatReachIntoEachOther_AreNobodysToMerge(string before, string mine, string theirs) => Assert.Null(TextMerge.Both(before, mine, theirs));

    [Fact]
    public void Characters_OfTwoUnits_StayWhole() =>
        Assert.Equal("\U0001F98A and \U0001F409", TextMerge.Both("\U0001F989 and \U0001F408", "\U0001F98A and \U0001F408", "\U0001F989 and \U0001F409"));
}
