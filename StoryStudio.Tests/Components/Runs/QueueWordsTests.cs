using System.Globalization;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Components.Pictures;
using StoryStudio.Web.Components.Runs;
using Xunit;

namespace StoryStudio.Tests.Components.Runs;

public sealed class QueueWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0.4, "a moment")]
    [InlineData(65, "65 s")]
    [InlineData(150, "2 min")]
    [InlineData(7_200, "2 h")]
    public void State_OfWhatIsBeingMade_SaysAttemptModelKeyAndForHowLong(double seconds, string spoken)
    {
        var entry = Entry(Now.AddSeconds(-seconds)) with { KeyTail = "…4f2a" };

        Assert.Equal($"Attempt 2 of 4, gpt-image-2, key …4f2a, for {spoken}", QueueWords.State(entry, Now));
    }

    [Fact]
    public void State_OfWhatWaitsForAKey_SaysWhichUntilWhenAndSinceWhen()
    {
        var (since, until) = (Now.AddMinutes(-3), Now.AddSeconds(127));
        var entry = Entry(since) with { WaitsFor = new(QueueWaitKind.Key, "Waiting for key …4f2a.", until, "…4f2a") };

        Assert.Equal($"Waiting for key …4f2a until {Clock(until)}, since {Clock(since)}", QueueWords.State(entry, Now));
    }

    [Fact]
    public void State_OfWhatIsTriedAgain_SaysWhenTheNextAttemptIs()
    {
        var (since, next) = (Now.AddMinutes(-3), Now.AddSeconds(20));
        var entry = Entry(since) with { WaitsFor = new(QueueWaitKind.Retry, "Temporary problem, retrying (3 of 3).", next) };

        Assert.Equal($"Temporary problem, retrying (3 of 3), next attempt at {Clock(next)}, since {Clock(since)}", QueueWords.State(entry, Now));
    }

    [Fact]
    public void State_OfWhatWaitsForASlot_NamesNoEndThatNobodyKnows()
    {
        var since = Now.AddMinutes(-3);
        var entry = Entry(since) with { WaitsFor = new(QueueWaitKind.Slot, "Waiting for a free slot.") };

        Assert.Equal($"Waiting for a free slot, since {Clock(since)}", QueueWords.State(entry, Now));
    }

    [Theory]
    [InlineData(false, "1.2, Clear line, A story comes next.")]
    [InlineData(true, "1.2, Clear line, A story comes next once its run goes on.")]
    public void SaidNext_OfWhatIsPaused_PromisesNoMoreThanThat(bool isPaused, string said) => Assert.Equal(said, QueueWords.SaidNext("1.2, Clear line, A story", isPaused));

    private static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static QueuedImage Entry(DateTimeOffset since) => new()
    {
        Image = Fixture.Of(ImageStatus.InProgress) with { Attempt = 2, Provider = "openai", Model = "gpt-image-2" },
        StoryTitle = "A story",
        Since = since,
    };
}
