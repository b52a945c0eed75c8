using StoryStudio.Core.Generation;
using StoryStudio.Web.Components.Runs;
using Xunit;

namespace StoryStudio.Tests.Components.Runs;

public sealed class RedoWordsTests
{
    [Theory]
    [InlineData(3, "0.16", 0, 0, 0, "3 pictures will be drawn again, in about a minute. About $0.16.")]
    [InlineData(3, "0.16", 1, 2, 0, "3 pictures will be drawn again, in about a minute. About $0.16, and 1 picture at a price that is not known. 2 locked pictures stay as they are.")]
    [InlineData(2, null, 2, 0, 1, "2 pictures will be drawn again, 1 character sheet among them, in about a minute. What that costs is not known.")]
    [InlineData(1, "0", 0, 0, 1, "1 character sheet will be drawn again, in about a minute.")]
    public void Redo_SaysHowManyHowLongAndAtWhatPrice(int total, string? cost, int unknown, int locked, int sheets, string sentence)
    {
        var estimate = new RunEstimate(total, 60, cost is null ? null : decimal.Parse(cost, System.Globalization.CultureInfo.InvariantCulture), unknown) { Locked = locked, Sheets = sheets };

        Assert.Equal(sentence, RedoWords.Sentence(estimate));
    }

    [Fact]
    public void Redo_OfSeveralStyles_WritesAllOfItsPricesAlike()
    {
        var (clear, bold) = (new StyleEstimate(1, 0.0555m, 0), new StyleEstimate(2, 0.11m, 1));
        var estimate = new RunEstimate(3, 60, 0.1655m, 0) { Styles = new Dictionary<string, StyleEstimate> { ["clear"] = clear, ["bold"] = bold } };
        var dollars = RedoWords.DollarsOf(estimate);

        Assert.EndsWith("About $0.1655.", RedoWords.Sentence(estimate), StringComparison.Ordinal);
        Assert.Equal(("1 picture, about $0.0555", "2 pictures, about $0.1100, 1 locked"), (RedoWords.Of(clear, dollars), RedoWords.Of(bold, dollars)));
    }

    [Fact]
    public void Redo_OfNothingButWhatIsLocked_SaysSo() =>
        Assert.Equal("1 locked picture stays as it is: there is nothing else to draw again.", RedoWords.Sentence(new(0, 0, 0, 0) { Locked = 1 }));
}
