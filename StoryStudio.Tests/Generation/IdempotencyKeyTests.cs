using StoryStudio.Core.Generation;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class IdempotencyKeyTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ImageError Busy = new("rate_limited", "Busy.", Retryable: true);

    [Fact]
    public void Key_OfACallThatWasTurnedAway_IsNotUsedAgain()
    {
        var image = Started("first");

        image.WaitForKey("first", Now, Busy, Now);

        Assert.Null(image.IdempotencyKey);
    }

    [Fact]
    public void Key_OfACallWhoseOutcomeACrashHid_OutlivesThatItsRepetitionIsTurnedAway()
    {
        var image = Started("first");
        image.GiveBackAfterCrash("first", Busy, Now);
        image.Start("second", "openai", null, Now);

        image.WaitForKey("second", Now, Busy, Now);

        Assert.Equal("first", image.IdempotencyKey);
    }

    private static StoryImage Started(string token)
    {
        var image = new StoryImage { Id = "i", StoryId = "s", SegmentId = "g", Style = "clear", Ordinal = 0, Scene = 1, Beat = 1 };
        image.Request("r", consistent: false, maxRetries: 3, Now);
        image.Start(token, "openai", null, Now);
        return image;
    }
}
