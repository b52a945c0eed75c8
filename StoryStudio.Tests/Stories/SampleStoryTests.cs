using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class SampleStoryTests
{
    private static readonly AcceptedStory Sample = NewStoryRules.Check(SampleStory.Create(), ["clear"]);

    [Fact]
    public void Sample_HasTwelveSegmentsInThreeScenes()
    {
        Assert.Equal("1.1 1.2 1.3 1.4 2.1 2.2 2.3 2.4 2.5 3.1 3.2 3.3", string.Join(' ', Sample.Segments.Select(s => s.Number)));
        Assert.Equal(3, Sample.Segments.Count(s => s.HardCut));
    }

    [Fact]
    public void Sample_HasSomethingToDrawInEverySegment() => Assert.All(Sample.Segments, s =>
    {
        Assert.InRange(s.Text.Split(' ').Length, 40, 120);
        Assert.NotEmpty(s.Characters ?? CharacterFinder.In(s.Text, Sample.Characters.Select(c => c.Name)));
    });

    [Fact]
    public void Sample_DescribesEverybodyInIt() => Assert.All(Sample.Characters, c => Assert.NotEmpty(c.Description));

    [Fact]
    public void Sample_IsSetInTypographicMarks() => Assert.All(Sample.Segments, s => Assert.DoesNotContain(s.Text, c => c is '"' or '\'' or '*' or '\n'));
}
