using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class ControlTests
{
    private readonly Gate _gate = new();

    [Fact]
    public async Task Pause_LetsWhatIsUnderWayFinishAndBeginsNothingUntilResumed()
    {
        await using var studio = await StartAsync(slots: 1);
        var story = await studio.CreateStoryAsync(3);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 1);

        var paused = await studio.Illustrator.PauseAsync(run.Id);
        Assert.Equal((RunStatus.Paused, PauseReason.Author, "Paused. 1 picture under way will be finished."), (paused.Status, paused.PauseReason, paused.Message));
        _gate.Open();
        var still = await studio.UntilAsync(story.Id, s => s.Run!.Completed == 1);
        await studio.RunAsync(TimeSpan.FromSeconds(5));

        Assert.Single(studio.Provider.Calls);
        Assert.Equal((RunStatus.Paused, 2, null), (still.Run!.Status, still.Run.Pending, still.Run.EstimatedSecondsLeft));
        await studio.Illustrator.ResumeAsync(run.Id);
        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal((RunStatus.Completed, 3, null), (end.Run!.Status, end.Run.Completed, end.Run.PauseReason));
    }

    [Fact]
    public async Task Pause_HoldsOverARestart()
    {
        await using var studio = await StartAsync(slots: 1);
        var story = await studio.CreateStoryAsync(2);
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 1);
        await studio.Illustrator.PauseAsync(run.Id);
        await studio.StopAsync();
        var before = studio.Provider.Calls.Count;

        await studio.RestartAsync();
        await studio.RunAsync(TimeSpan.FromSeconds(5));

        var snapshot = await studio.Illustrator.GetSnapshotAsync(story.Id);
        Assert.Equal((RunStatus.Paused, 2, 0), (snapshot.Run!.Status, snapshot.Run.Pending, snapshot.Run.InProgress));
        Assert.Equal(before, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task Run_ThatHasEnded_CanNeitherBePausedNorResumedNorHurried()
    {
        _gate.Open();
        await using var studio = await StartAsync();
        var story = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        foreach (var command in new[] { studio.Illustrator.PauseAsync(run.Id), studio.Illustrator.ResumeAsync(run.Id), studio.Illustrator.SetPriorityAsync(run.Id, RunPriority.High) })
        {
            Assert.Equal("run_not_active", (await Assert.ThrowsAsync<ConflictException>(() => command)).Code);
        }
    }

    [Fact]
    public async Task ThisOneNext_GoesBeforeTheOthersAndAnotherTakesItsPlace()
    {
        await using var studio = await StartAsync(slots: 1);
        var story = await studio.CreateStoryAsync(5);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var images = (await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 1)).Images;

        await studio.Illustrator.MoveToFrontAsync(images[3].Id);
        await studio.Illustrator.MoveToFrontAsync(images[4].Id);
        var board = await studio.Services.GetRequiredService<IQueueBoard>().GetAsync();
        Assert.Equal(["1.5", "1.4", "1.2", "1.3"], board.Next.Select(n => n.Image.Number));
        Assert.Equal([1, 2, 3, 4], board.Next.Select(n => n.Place ?? 0));
        _gate.Open();
        await studio.UntilFinishedAsync(story.Id);

        Assert.Equal(["Segment 1.", "Segment 5.", "Segment 4.", "Segment 2.", "Segment 3."], studio.Provider.Calls.Select(c => c.Scene));
        Assert.Equal("image_not_waiting", (await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.MoveToFrontAsync(images[0].Id))).Code);
    }

    [Fact]
    public async Task Priority_LetsALaterRunGoFirst()
    {
        await using var studio = await StartAsync(slots: 1);
        var slow = await studio.CreateStoryAsync(3);
        var quick = await studio.CreateStoryAsync(3);
        var first = await studio.Illustrator.StartAsync(slow.Id, new() { UseCharacterConsistency = false, Priority = RunPriority.Low });
        await studio.UntilAsync(slow.Id, s => s.Run!.InProgress == 1);
        await studio.Illustrator.StartAsync(quick.Id, new() { UseCharacterConsistency = false });
        await studio.Illustrator.SetPriorityAsync(first.Id, RunPriority.Low);
        _gate.Open();
        await studio.UntilFinishedAsync(slow.Id);

        await studio.UntilFinishedAsync(quick.Id);
        Assert.Equal([slow.Id, quick.Id, quick.Id, quick.Id, slow.Id, slow.Id], await CalledStoriesAsync(studio));
    }

    [Fact]
    public async Task Cancel_OfOneStyle_LeavesTheOthers()
    {
        await using var studio = await StartAsync(slots: 2);
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 2);

        await studio.Illustrator.CancelStyleAsync(run.Id, "clear");
        _gate.Open();
        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal(RunStatus.Completed, end.Run!.Status);
        Assert.Equal((2, 0, 0, 2), (end.Run.Styles["illustration"].Completed, end.Run.Styles["illustration"].Cancelled, end.Run.Styles["clear"].Completed, end.Run.Styles["clear"].Cancelled));
        Assert.Equal("style_not_found", (await Assert.ThrowsAsync<NotFoundException>(() => studio.Illustrator.CancelStyleAsync(run.Id, "consistent"))).Code);
    }

    [Fact]
    public async Task Cancel_OfOneImage_IsForGoodAndTheRunGoesOn()
    {
        await using var studio = await StartAsync(slots: 1);
        var story = await studio.CreateStoryAsync(3);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var images = (await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 1)).Images;

        await studio.Illustrator.CancelImageAsync(images[0].Id);
        await studio.Illustrator.CancelImageAsync(images[2].Id);
        _gate.Open();
        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal([ImageStatus.Cancelled, ImageStatus.Completed, ImageStatus.Cancelled], end.Images.Select(i => i.Status));
        Assert.Equal("image_not_active", (await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.CancelImageAsync(images[1].Id))).Code);
    }

    [Fact]
    public async Task Poison_IsSetAsideAfterThreeCrashesAndTheOthersGoOn()
    {
        // A process that ends without a word leaves the image in progress: that is what a restart without the engine's own stop looks like.
        var crashes = 0;
        using var called = new SemaphoreSlim(0);
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxConcurrency = 3, new ScriptedProvider
        {
            Script = async (request, destination, _, token) =>
            {
                if (request.Scene == "Segment 2.")
                {
                    Interlocked.Increment(ref crashes);
                    called.Release();
                    await Task.Delay(Timeout.Infinite, token);
                }

                return await ScriptedProvider.DrawAsync(request, destination, token);
            },
        });
        var story = await studio.CreateStoryAsync(4);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        for (var i = 1; i <= StoryImage.MostCrashes; i++)
        {
            await studio.UntilAsync(story.Id, s => s.Run!.Completed == 3 && s.Images[1].Status is ImageStatus.InProgress);
            Assert.True(await called.WaitAsync(Studio.Patience));
            await studio.CrashAsync();
        }

        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal((ImageStatus.Failed, "crashed", null), (end.Images[1].Status, end.Images[1].Error!.Code, end.Images[1].NextAttemptAt));
        Assert.Equal((3, 1, StoryImage.MostCrashes), (end.Run!.Completed, end.Run.Failed, crashes));
        Assert.Equal(0, end.Images[1].Attempt);
    }

    [Fact]
    public async Task Suspect_WaitsForTheOthersAndGoesAlone()
    {
        await using var studio = await StartAsync(slots: 2);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        for (var i = 0; i < StoryImage.MostCrashes - 1; i++)
        {
            await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 2);
            await studio.CrashAsync();
        }

        await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 1);
        var board = await studio.Services.GetRequiredService<IQueueBoard>().GetAsync();

        Assert.Single(board.Working);
        Assert.Equal(QueueWaitKind.Quiet, Assert.Single(board.Next).WaitsFor!.Kind);
        _gate.Open();
        Assert.Equal(2, (await studio.UntilFinishedAsync(story.Id)).Run!.Completed);
    }

    private static async Task<List<string>> CalledStoriesAsync(Studio studio)
    {
        await using var db = studio.OpenDatabase();
        var attempts = db.Attempts.Join(db.Images, a => a.ImageId, i => i.Id, (a, i) => new { a.Id, i.StoryId }).ToDictionary(a => a.Id, a => a.StoryId, StringComparer.Ordinal);
        return [.. studio.Provider.Calls.Select(c => attempts[ReceivedCall.Attempt(c.IdempotencyKey)])];
    }

    private Task<Studio> StartAsync(int slots = 5) => Studio.StartAsync(o => o.Generation.MaxConcurrency = slots, new ScriptedProvider
    {
        Script = async (request, destination, _, token) =>
        {
            await _gate.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        },
    });

    private sealed class Gate
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _open.TrySetResult();

        public Task WaitAsync(CancellationToken cancellationToken) => _open.Task.WaitAsync(cancellationToken);
    }
}
