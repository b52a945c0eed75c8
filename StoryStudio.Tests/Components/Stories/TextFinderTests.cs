using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Stories;
using Xunit;

namespace StoryStudio.Tests.Components.Stories;

public sealed class TextFinderTests
{
    private static readonly IReadOnlyList<SegmentDetails> Story =
    [
        Segment("1.1", "Zoë’s owl said: “Café!”"),
        Segment("1.2", "The lamp\nburned."),
        Segment("2.1", "Twelve owls, 2 lamps."),
        Segment("12.1", "🦉 SCHLÄFT, Łódź śni."),
    ];

    [Theory]
    [InlineData("OWL", "1.1 2.1")]
    [InlineData("zoe's", "1.1")]
    [InlineData("\"cafe", "1.1")]
    [InlineData("lamp burned", "1.2")]
    [InlineData("  lamp  ", "1.2 2.1")]
    [InlineData("🦉", "12.1")]
    [InlineData("schlaft, łodz sni", "12.1")]
    [InlineData("1.2", "1.2")]
    [InlineData("1.", "1.1 1.2")]
    [InlineData("2", "2.1")]
    [InlineData("12", "12.1")]
    [InlineData("heron", "")]
    [InlineData("   ", "")]
    [InlineData("", "")]
    public void Words_AreFoundAsAPersonTypesThem(string words, string numbers) =>
        Assert.Equal(numbers, string.Join(' ', TextFinder.Find(Story, words).Select(i => Story[i].Number)));

    [Fact]
    public void Words_LongerThanAnybodyLooksFor_AreFoundNowhere() => Assert.Empty(TextFinder.Find(Story, new string('a', TextFinder.Longest + 1)));

    private static SegmentDetails Segment(string number, string text) => new()
    {
        Id = number, Number = number, Text = text, HardCut = false, Characters = [], EffectivePrompts = new Dictionary<string, string>(StringComparer.Ordinal),
    };
}
