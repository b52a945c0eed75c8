using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class NumberRunsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("1.1")]
    [InlineData("1.1-12 1.20 2.1-3")]
    [InlineData("2.5 4.7 4.6-9999 9999.1")]
    public void Runs_ReadAndWrittenAgain_AreTheSame(string runs) => Assert.Equal(runs, NumberRuns.Write(NumberRuns.Read(runs)));

    [Fact]
    public void Numbers_OfALongStory_TakeAFewCharacters()
    {
        List<SegmentNumber> numbers = [.. Enumerable.Range(1, 9000).Select(beat => new SegmentNumber(1, beat < 500 ? beat : beat + 1))];

        var runs = NumberRuns.Write(numbers);

        Assert.Equal("1.1-499 1.501-9001", runs);
        Assert.Equal(numbers, NumberRuns.Read(runs));
    }
}
