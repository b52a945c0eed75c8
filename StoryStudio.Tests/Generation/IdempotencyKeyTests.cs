using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class IdempotencyKeyTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ImageError Busy = new("rate_limited", "Busy.", Retryable: true);
    private static readonly ImageError Late = new("timeout", "Took too long.", Retryable: true);

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

    [Fact]
    public void Key_OfACallThatNobodyKnowsTheOutcomeOf_GoesWithTheSecondChanceAndAPersonsRetryAndNotWithAnotherVersion()
    {
        var image = Started("first");
        image.Fail("first", Late, Now, sameCall: true);
        image.Start("second", "openai", null, Now);
        Assert.Equal("first", image.IdempotencyKey);

        image.Fail("second", Late, secondChanceAt: null, sameCall: true);
        image.Retry("r", Urgency.Asked, 3, Now);
        image.Start("third", "openai", null, Now);
        Assert.Equal("first", image.IdempotencyKey);

        image.Cancel();
        image.Request("other", consistent: false, 3, Now);
        image.Start("fourth", "openai", null, Now);
        Assert.Equal("first", image.IdempotencyKey);

        // There is no picture yet: what is drawn is the first, not another.
        image.Cancel();
        image.Redraw(null, null, null, 3, Now);
        image.Start("fifth", "openai", null, Now);
        Assert.Equal(("first", false), (image.IdempotencyKey, image.Fresh));
        image.Complete("fifth", Picture("fifth"));

        image.Redraw(null, null, null, 3, Now);
        image.Start("sixth", "openai", null, Now);
        Assert.Equal(("sixth", true), (image.IdempotencyKey, image.Fresh));
        image.Fail("sixth", Late, secondChanceAt: null);
        Assert.Null(image.IdempotencyKey);
    }

    [Fact]
    public async Task Retry_ByAPersonAfterTheLastTimeOut_IsTheSameCallAndAnotherVersionIsNot()
    {
        await using var studio = await Studio.StartAsync(provider: Failing(_ => FailureKind.Timeout, _ => true, failures: 3));
        var story = await StartedAsync(studio);
        await studio.RunAsync(TimeSpan.FromMinutes(2));
        var failed = (await studio.UntilFinishedAsync(story.Id)).Images[0];
        Assert.Equal((ImageStatus.Failed, "timeout", 3, 1), (failed.Status, failed.Error!.Code, studio.Provider.Calls.Count, Keys(studio)));

        await studio.RestartAsync();
        await studio.Illustrator.RetryAsync(failed.Id);
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Completed);
        Assert.Equal((4, 1), (studio.Provider.Calls.Count, Keys(studio)));

        await studio.Illustrator.RegenerateAsync(failed.Id, prompt: null, instruction: null);
        await studio.UntilAsync(story.Id, s => s.Images[0].ChosenVersion == 2);
        Assert.Equal((5, 2), (studio.Provider.Calls.Count, Keys(studio)));
    }

    [Fact]
    public async Task Retry_ByAPersonOfATextThatWasEditedOrACallThatWasAnswered_IsAnotherCall()
    {
        await using var studio = await Studio.StartAsync(provider: Failing(nth => nth <= 3 ? FailureKind.Timeout : FailureKind.Refused, nth => nth <= 3, failures: 4));
        var story = await StartedAsync(studio);
        await studio.RunAsync(TimeSpan.FromMinutes(2));
        var failed = (await studio.UntilFinishedAsync(story.Id)).Images[0];

        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Another text." });
        await studio.Illustrator.RetryAsync(failed.Id);
        await studio.UntilAsync(story.Id, s => s.Images[0].Error?.Code == "refused");
        Assert.Equal(2, Keys(studio));

        await studio.Illustrator.RetryAsync(failed.Id);
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Completed);
        Assert.Equal((5, 3), (studio.Provider.Calls.Count, Keys(studio)));
    }

    [Theory]
    [InlineData(FailureKind.Transient, true, 5, 1)]
    [InlineData(FailureKind.Transient, false, 5, 5)]
    [InlineData(FailureKind.Damaged, true, 3, 1)]
    [InlineData(FailureKind.Damaged, false, 3, 3)]
    [InlineData(FailureKind.NoPicture, false, 3, 3)]
    public async Task Failure_AgainAndAgain_TakesANewKeyOnlyWhereItsOutcomeIsKnown(FailureKind kind, bool unresolved, int calls, int keys)
    {
        await using var studio = await Studio.StartAsync(provider: Failing(_ => kind, _ => unresolved));
        var story = await StartedAsync(studio);

        await studio.RunAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(ImageStatus.Failed, (await studio.UntilFinishedAsync(story.Id)).Images[0].Status);
        Assert.Equal((calls, keys), (studio.Provider.Calls.Count, Keys(studio)));
    }

    [Fact]
    public async Task Failure_ThatIsAnsweredAfterOneThatWasNot_LeavesTheKeyWhereTheServiceIsBusyAlone()
    {
        // The first may have been made; the service then is down, and in the end says that there is no picture in what it made.
        await using var studio = await Studio.StartAsync(provider: Failing(nth => nth is 3 ? FailureKind.NoPicture : FailureKind.Transient, nth => nth is 1));
        await StartedAsync(studio);

        await studio.RunAsync(TimeSpan.FromMinutes(2));

        Assert.Equal([0, 0, 0, 1], studio.Provider.Calls.Take(4).Select(c => Array.IndexOf([.. studio.Provider.Calls.Select(k => k.IdempotencyKey).Distinct()], c.IdempotencyKey)));
    }

    [Fact]
    public async Task Repetition_OfATextThatWasEditedMeanwhile_IsAnotherCall()
    {
        await using var studio = await Studio.StartAsync(provider: Failing(_ => FailureKind.Timeout, _ => true, failures: 1));
        var story = await StartedAsync(studio);
        await studio.UntilAsync(story.Id, s => s.Images[0].Error is not null);

        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Another text." });
        await studio.RunAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(ImageStatus.Completed, (await studio.UntilFinishedAsync(story.Id)).Images[0].Status);
        Assert.Equal((2, 2), (studio.Provider.Calls.Count, Keys(studio)));
        Assert.Single(studio.Provider.Calls.Select(c => ReceivedCall.Attempt(c.IdempotencyKey)).Distinct());
    }

    private static int Keys(Studio studio) => studio.Provider.Calls.Select(c => c.IdempotencyKey).Distinct(StringComparer.Ordinal).Count();

    private static async Task<StoryDetails> StartedAsync(Studio studio)
    {
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        return story;
    }

    /// <summary>Fails as told by the number of the call, from 1, as often as told.</summary>
    private static ScriptedProvider Failing(Func<int, FailureKind> kind, Func<int, bool> unresolved, int failures = int.MaxValue)
    {
        var calls = 0;
        return new()
        {
            Script = async (request, destination, _, token) =>
            {
                var nth = ++calls;
                return nth > failures
                    ? await ScriptedProvider.DrawAsync(request, destination, token)
                    : ScriptedProvider.Failure(kind(nth)) with { IsUnresolved = unresolved(nth) };
            },
        };
    }

    private static ImageVersion Picture(string attempt) => new()
    {
        ImageId = "image", Number = 1, AttemptId = attempt, Path = "path", MediaType = "image/webp", Width = 640, Height = 480, Bytes = 10,
        Sha256 = "hash", Prompt = "prompt", Provider = "openai", Model = "model", CreatedAt = Now,
    };

    private static StoryImage Started(string token)
    {
        var image = new StoryImage { Id = "i", StoryId = "s", SegmentId = "g", Style = "clear", Ordinal = 0, Scene = 1, Beat = 1 };
        image.Request("r", consistent: false, maxRetries: 3, Now);
        image.Start(token, "openai", null, Now);
        return image;
    }
}
