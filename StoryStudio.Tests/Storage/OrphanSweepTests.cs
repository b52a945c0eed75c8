using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Tests.Faults;
using Xunit;

namespace StoryStudio.Tests.Storage;

/// <summary>What an attempt that nobody wants any more leaves on the disk when the process ends before it does; for cancels, see the fault tests.</summary>
public sealed class OrphanSweepTests
{
    [Theory]
    [InlineData(nameof(Moment.Answered))]
    [InlineData(nameof(Moment.Saved))]
    public async Task Start_AfterAKillWhileAPictureOfARemovedSegmentCameIn_TakesItsFileAway(string moment)
    {
        var gate = new MomentGate(segment: 1, Enum.Parse<Moment>(moment));
        await using var studio = await Studio.StartAsync(services: gate.Register);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await gate.Reached.WaitAsync(Studio.Patience);
        try
        {
            await studio.Services.GetRequiredService<IStoryEditor>().RemoveAsync(story.Id, "1.1");
            await studio.CrashAsync(gate.Open);
        }
        finally
        {
            gate.Open();
        }

        Assert.Equal(1, (await studio.UntilFinishedAsync(story.Id)).Run!.Completed);
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    [Fact]
    public async Task Start_AfterACancelWhosePictureWasMadeByALaterAttempt_LeavesThatAlone()
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var studio = await Studio.StartAsync();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            if (called.TrySetResult())
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await called.Task.WaitAsync(Studio.Patience);
        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];
        await studio.Illustrator.CancelImageAsync(image.Id);
        await studio.Illustrator.RetryAsync(image.Id);
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Completed);

        await studio.CrashAsync();

        Assert.Single(Directory.GetFiles(Path.Combine(studio.Folder, "stories"), "*", SearchOption.AllDirectories));
        await StoredFiles.AssertMatchRowsAsync(studio);
    }
}
