using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyedStudio;

namespace StoryStudio.Tests.Generation;

/// <summary>What is cancelled between two calls, whatever it waits for, is cancelled in the same moment and for good, over the end of the process as well.</summary>
public sealed class CancelWhileWaitingTests
{
    public static TheoryData<string, bool> Waits
    {
        get
        {
            var waits = new TheoryData<string, bool>();
            foreach (var wait in new[] { "turn", "retry", "second chance", "key", "pause", "budget" })
            {
                waits.Add(wait, true);
                waits.Add(wait, false);
            }

            return waits;
        }
    }

    /// <summary>The first picture takes its time; the second one waits.</summary>
    [Theory]
    [MemberData(nameof(Waits))]
    public async Task Image_ThatWaits_IsCancelledInTheSameMomentAndForGood(string wait, bool withItsRun)
    {
        Studio? own = null;
        var provider = Provider(async (request, destination, token) =>
        {
            if (request.Scene == "Segment 2." && wait is "retry" or "second chance" or "key")
            {
                return ScriptedProvider.Failure(wait is "key" ? FailureKind.RateLimited : FailureKind.Transient, TimeSpan.FromMinutes(1));
            }

            await own!.Clock.SleepAsync(TimeSpan.FromMinutes(3), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        });
        await using var studio = own = await StartAsync(provider, [First], o =>
        {
            o.Generation.MaxConcurrency = wait is "turn" or "pause" ? 1 : 2;
            o.Generation.MaxRetries = wait is "second chance" ? 0 : 3;
        });
        var story = await studio.CreateStoryAsync(2);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = wait is "budget" ? 0.01m : null });
        await studio.AsleepAsync();
        if (wait is "pause")
        {
            await studio.Illustrator.PauseAsync(run.Id);
        }

        var waiting = (await ImagesAsync(studio, story.Id))[1];
        var calls = CallsForIt();
        Assert.Equal(wait is "second chance" ? ImageStatus.Failed : ImageStatus.Pending, waiting.Status);
        Assert.Equal((wait is "retry" or "second chance" or "key", wait is "retry" or "second chance" or "key" ? 1 : 0), (waiting.NextAttemptAt is not null, calls));

        await (withItsRun ? (Task)studio.Illustrator.CancelRunAsync(run.Id) : studio.Illustrator.CancelImageAsync(waiting.Id));

        await AssertGoneAsync();
        await studio.CrashAsync();
        await studio.RunAsync(TimeSpan.FromMinutes(20));
        await AssertGoneAsync();
        Assert.Equal(calls, CallsForIt());
        var end = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal(withItsRun ? (RunStatus.Cancelled, 2, true) : wait is "pause" ? (RunStatus.Paused, 1, false) : (RunStatus.Completed, 1, true), (end.Status, end.Cancelled, end.FinishedAt is not null));

        int CallsForIt() => provider.Calls.Count(c => c.Scene == "Segment 2.");

        async Task AssertGoneAsync()
        {
            var image = (await ImagesAsync(studio, story.Id))[1];
            Assert.Equal((ImageStatus.Cancelled, null, null), (image.Status, image.NextAttemptAt, image.Error));
        }
    }
}
