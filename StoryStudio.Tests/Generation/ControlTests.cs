using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class ControlTests : IDisposable
{
    private const int Large = RunCancellations.AtOnce + 10;

    private readonly Gate _gate = new();
    private readonly SemaphoreSlim _called = new(0);

    public void Dispose() => _called.Dispose();

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
    public async Task Cancel_OfALargeRun_HoldsFromItsFirstCommitOnAndIsFinishedAfterAKill()
    {
        var (studio, story, run) = await StartLargeAsync();
        await using var _ = studio;

        var cancelled = await studio.Illustrator.CancelRunAsync(run.Id);
        Assert.Equal((RunStatus.Cancelled, null, 2 + RunCancellations.AtOnce, 0), (cancelled.Status, cancelled.FinishedAt, cancelled.Cancelled, cancelled.InProgress));
        Assert.Equal((Large, Large - 2 - RunCancellations.AtOnce, true, null), (cancelled.Total, cancelled.Pending, cancelled.IsActive(), cancelled.EstimatedSecondsLeft));

        // Nobody comes to the rest before the kill, and nothing of it is begun although slots are free.
        await studio.RunAsync(TimeSpan.FromSeconds(5));
        Assert.Equal((2, 0), (studio.Provider.Calls.Count, studio.Services.GetRequiredService<GenerationService>().InFlight));
        var board = await studio.Services.GetRequiredService<IQueueBoard>().GetAsync();
        Assert.All(board.Next, n => Assert.Equal(QueueWaitKind.Pause, n.WaitsFor!.Kind));
        Assert.Equal("run_not_active", (await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.PauseAsync(run.Id))).Code);
        Assert.Equal("run_not_active", (await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.ResumeAsync(run.Id))).Code);
        await studio.CrashAsync();
        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal((RunStatus.Cancelled, Large, 0, 100), (end.Run!.Status, end.Run.Cancelled, end.Run.Pending, end.Run.Progress));
        Assert.All(end.Images, i => Assert.Equal((ImageStatus.Cancelled, null), (i.Status, i.Error)));
        Assert.Equal(2, studio.Provider.Calls.Count);
        await AssertCountedAsync(studio, run.Id);
    }

    [Fact]
    public async Task Cancel_OfALargeRun_LeavesAloneWhatAPersonAsksForMeanwhileAndLetsTheNextRunFollow()
    {
        var (studio, story, run) = await StartLargeAsync();
        await using var _ = studio;
        await studio.Illustrator.CancelRunAsync(run.Id);
        var images = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images;
        _gate.Open();

        await studio.Illustrator.RegenerateAsync(images[0].Id, prompt: null, "Brighter.");
        await studio.Illustrator.RetryAsync(images[1].Id);
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Completed && s.Images[1].Status is ImageStatus.Completed);
        Assert.Equal((2 + RunCancellations.AtOnce, 8), (await studio.Illustrator.GetRunAsync(run.Id) is { Run: var state } ? (state.Cancelled, state.Pending) : default));

        // Who asks for a run meanwhile does not have to come back later.
        studio.Advance(TimeSpan.FromSeconds(1));
        var next = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, Segments = ["1.1", "1.3", $"1.{Large}"] });
        Assert.Equal(2, next.Total);
        Assert.Equal((RunStatus.Cancelled, Large, 0), (await studio.Illustrator.GetRunAsync(run.Id) is { Run: var old } ? (old.Status, old.Cancelled, old.Pending) : default));
        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal((RunStatus.Completed, 2), (end.Run!.Status, end.Run.Completed));
        await AssertCountedAsync(studio, next.Id);
    }

    [Fact]
    public async Task Cancel_OfALargeStyle_HoldsFromItsFirstCommitOnAndIsFinishedAfterAKill()
    {
        var (studio, story, run) = await StartLargeAsync("clear", "illustration");
        await using var _ = studio;

        var cancelled = await studio.Illustrator.CancelStyleAsync(run.Id, "clear");
        Assert.Equal((RunStatus.Running, 1 + RunCancellations.AtOnce, 0, Large - 1 - RunCancellations.AtOnce), (cancelled.Status, cancelled.Styles["clear"].Cancelled, cancelled.Styles["clear"].InProgress, cancelled.Styles["clear"].Pending));
        Assert.True(await _called.WaitAsync(Studio.Patience));
        Assert.Equal(["clear", "illustration", "illustration"], studio.Provider.Calls.Select(c => c.Style).Order(StringComparer.Ordinal));

        await studio.CrashAsync();
        var after = (await studio.UntilAsync(story.Id, s => s.Run!.Styles["clear"].Pending == 0 && s.Run.InProgress == 2)).Run!;
        Assert.Equal((RunStatus.Running, Large, 0, 0), (after.Status, after.Styles["clear"].Cancelled, after.Styles["clear"].InProgress, after.Styles["illustration"].Cancelled));
        Assert.Equal(Large, after.Styles["illustration"].InProgress + after.Styles["illustration"].Pending);
    }

    [Fact]
    public async Task Delete_OfAStoryWithALargeRun_BeginsNothingMoreOfItAndRestoreFindsItCancelled()
    {
        var (studio, story, run) = await StartLargeAsync();
        await using var _ = studio;

        using var changes = studio.Changes.Subscribe(story.Id);
        await studio.Library.DeleteAsync(story.Id);
        RunState? said = null;
        await foreach (var batch in changes.ReadAllAsync())
        {
            said = batch.TakeWhile(c => c is not StoryRemoved).OfType<RunChanged>().LastOrDefault()?.Run ?? said;
            if (batch.Any(c => c is StoryRemoved))
            {
                break;
            }
        }

        Assert.Equal((RunStatus.Cancelled, false), (said!.Status, said.IsActive()));
        await studio.RunAsync(TimeSpan.FromSeconds(5));
        Assert.Equal((2, 0), (studio.Provider.Calls.Count, studio.Services.GetRequiredService<GenerationService>().InFlight));
        await studio.Library.RestoreAsync(story.Id);
        await studio.CrashAsync();

        Assert.Equal((RunStatus.Cancelled, Large), (await studio.UntilFinishedAsync(story.Id)).Run is { } end ? (end.Status, end.Cancelled) : default);
        await AssertCountedAsync(studio, run.Id);
    }

    [Fact]
    public async Task Styles_ThatALargeRunIsTakenOutOf_AreCancelledBeforeTheyLeaveTheStory()
    {
        var (studio, story, run) = await StartLargeAsync("clear", "illustration");
        await using var _ = studio;

        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration"] });

        var state = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal((Large, 0), (state.Styles["clear"].Cancelled, state.Styles["clear"].Pending));
        Assert.Equal((RunStatus.Running, 0), (state.Status, state.Styles["illustration"].Cancelled));
    }

    [Fact]
    public async Task RetryFailed_OfMoreThanOneCommitQueues_AsksForEachOnce()
    {
        await using var studio = await StartAsync(slots: 2);
        var draw = studio.Provider.Script;
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused));
        var story = await studio.CreateStoryAsync(Large);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        Assert.Equal(Large, (await studio.UntilFinishedAsync(story.Id)).Run!.Failed);
        studio.Provider.Script = draw;

        var again = await studio.Illustrator.RetryFailedAsync(run.Id);

        Assert.Equal((RunStatus.Running, Large, 0, Large), (again.Status, again.Total, again.Failed, again.Pending + again.InProgress));
        await using var db = studio.OpenDatabase();
        Assert.Equal(Large, db.Images.Count(i => i.RunId == run.Id && (i.DueAt != null || i.Token != null)));
    }

    [Fact]
    public async Task RetryFailed_LeavesOutWhatIsOfAStyleThatLeftTheStory()
    {
        await using var studio = await StartAsync(slots: 2);
        var draw = studio.Provider.Script;
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused));
        var story = await studio.CreateStoryAsync(2, "clear", "illustration");
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        Assert.Equal(4, (await studio.UntilFinishedAsync(story.Id)).Run!.Failed);
        (studio.Provider.Script, var calls) = (draw, studio.Provider.Calls.Count);
        _gate.Open();

        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration"] });
        await studio.Illustrator.RetryFailedAsync(run.Id);
        await studio.UntilFinishedAsync(story.Id);

        Assert.Equal(["illustration", "illustration"], studio.Provider.Calls.Skip(calls).Select(c => c.Style));
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
    public async Task Suspect_IsNone_WhereTheProcessEndsWithoutItAsWell()
    {
        await using var studio = await StartAsync(slots: 2);
        var story = await studio.CreateStoryAsync(4);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        int[][] underWay = [[0, 1], [0, 1], [2, 3], [0, 1], [0, 1], [2, 3]];
        foreach (var places in underWay)
        {
            var snapshot = await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 2);
            Assert.Equal(places, snapshot.Images.Index().Where(i => i.Item.Status is ImageStatus.InProgress).Select(i => i.Index));
            await studio.CrashAsync();
        }

        _gate.Open();
        Assert.Equal(4, (await studio.UntilFinishedAsync(story.Id)).Run!.Completed);
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

    [Fact]
    public async Task Suspect_ThatIsTheStylesFirstPicture_GoesWithAllThatFollowAllTheSame()
    {
        await using var studio = await StartAsync(slots: 2);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());
        for (var i = 0; i < StoryImage.MostCrashes - 1; i++)
        {
            await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 1);
            await studio.CrashAsync();
        }

        await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 1);
        _gate.Open();
        Assert.Equal(2, (await studio.UntilFinishedAsync(story.Id)).Run!.Completed);
        Assert.Equal(ReferenceRole.Consistency, Assert.Single(studio.Provider.Calls.Last().References).Role);
    }

    [Fact]
    public async Task Suspect_ThatGoesAlone_IsLoggedWithItsStoryRunAndAttempt()
    {
        using var log = new LogBook();
        await using var studio = await StartAsync(slots: 2, services => services.AddLogging(logging => logging.AddProvider(log)));
        var story = await studio.CreateStoryAsync(2);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        for (var i = 0; i < StoryImage.MostCrashes - 1; i++)
        {
            await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 2);
            await studio.CrashAsync();
        }

        var image = (await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 1)).Images.Single(i => i.Status is ImageStatus.InProgress);
        await using var db = studio.OpenDatabase();
        var attempt = await db.Images.Where(i => i.Id == image.Id).Select(i => i.Token).SingleAsync();

        Assert.Contains(log.Lines, l => l.Text == $"Image {image.Id} of run {run.Id}, story {story.Id}, goes alone in attempt {attempt}: the process ended 2 times in a row while it was being made.");
        _gate.Open();
        await studio.UntilFinishedAsync(story.Id);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public async Task Suspect_InAStudioThatNeverRests_IsWaitedForAfterFiveMinutes(int hours)
    {
        var (studio, suspect) = await StartWithoutRestAsync();
        await using var _ = studio;
        studio.Clock.SetWallClock(TimeSpan.FromHours(hours));
        await studio.RunAsync(TimeSpan.FromSeconds(290));
        Assert.Equal(2, SuspectCalls(studio));
        await studio.RunAsync(TimeSpan.FromSeconds(70));

        // It goes once those have ended that were under way, and nobody else does until it has.
        Assert.Equal((3, 1), (SuspectCalls(studio), studio.Services.GetRequiredService<GenerationService>().InFlight));
        Assert.Equal((1, "Waiting for one that is drawn alone: the program ended twice during it."), await FirstInLineAsync(studio));
        await studio.RunAsync(TimeSpan.FromSeconds(35));
        Assert.Equal(ImageStatus.Completed, (await studio.Illustrator.GetSnapshotAsync(suspect)).Images.Single().Status);
        Assert.Equal(2, studio.Services.GetRequiredService<GenerationService>().InFlight);
        Assert.Equal((1, "Next."), await FirstInLineAsync(studio));
    }

    [Fact]
    public async Task Queue_WhileTimeIsToGoByBetweenTwoPictures_SaysWhenAndCountsNoPlaces()
    {
        await using var studio = await Studio.StartAsync(o => (o.Generation.MaxConcurrency, o.Generation.DelayBetweenImages) = (4, TimeSpan.FromSeconds(30)));
        var story = await studio.CreateStoryAsync(3);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.AsleepAsync();
        var next = studio.Clock.GetUtcNow() + TimeSpan.FromSeconds(30);

        var board = await studio.Services.GetRequiredService<IQueueBoard>().GetAsync();

        Assert.Equal(["1.2", "1.3"], board.Next.Select(n => n.Image.Number));
        Assert.All(board.Next, n => Assert.Equal((null, new QueueWait(QueueWaitKind.Delay, "Waiting between two pictures.", next)), (n.Place, n.WaitsFor)));

        // The same on a wall clock that is set meanwhile.
        studio.Clock.SetWallClock(TimeSpan.FromHours(2));
        await studio.RunAsync(TimeSpan.FromSeconds(29));
        Assert.Single(studio.Provider.Calls);
        Assert.Equal(next + TimeSpan.FromHours(2), (await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next[0].WaitsFor!.Until);
        await studio.RunAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(2, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task Suspect_WhoseKeyRests_HoldsNobodyUp()
    {
        var (studio, _) = await StartWithoutRestAsync();
        await using var __ = studio;
        var options = studio.Services.GetRequiredService<IOptions<StoryStudioOptions>>().Value;
        var pool = studio.Services.GetRequiredService<ApiKeyPools>().For(options.Style("illustration"), OpenAIProvider.ProviderName);
        Assert.True(pool.TryLease(out var lease, out var _));
        pool.CoolDown(lease, studio.Clock.GetUtcNow() + TimeSpan.FromMinutes(8));
        lease.Return();

        await studio.RunAsync(TimeSpan.FromMinutes(7));

        Assert.Equal((2, 2), (SuspectCalls(studio), studio.Services.GetRequiredService<GenerationService>().InFlight));
    }

    /// <summary>Both bring the process down: the second does not take part in the first one's crashes.</summary>
    [Fact]
    public async Task Retry_OfTwoThatWereSetAside_HasBothGoAlone()
    {
        Studio? own = null;
        var most = 0;
        await using var studio = own = await Studio.StartAsync(o => o.Generation.MaxConcurrency = 4, new()
        {
            Script = async (request, destination, _, token) =>
            {
                var isBad = request.Scene.StartsWith("Bad", StringComparison.Ordinal);
                most = isBad ? Math.Max(most, own!.Services.GetRequiredService<GenerationService>().InFlight) : most;
                await own!.Clock.SleepAsync(isBad ? TimeSpan.FromHours(10) : TimeSpan.FromSeconds(10), token);
                return await ScriptedProvider.DrawAsync(request, destination, token);
            },
        });
        var story = await studio.Library.CreateAsync(new() { Title = "Bad", Segments = [new() { Text = "Bad 1." }, new() { Text = "Bad 2." }], Styles = ["illustration"] });
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        while ((await studio.Illustrator.GetRunAsync(run.Id)).Run.FinishedAt is null)
        {
            await studio.AsleepAsync();
            await studio.CrashAsync();
        }

        await studio.Illustrator.RetryFailedAsync(run.Id);
        most = 0;
        await studio.AsleepAsync();
        Assert.Equal(1, studio.Services.GetRequiredService<GenerationService>().InFlight);
        var others = await studio.CreateStoryAsync(20, "clear");
        await studio.Illustrator.StartAsync(others.Id, new() { UseCharacterConsistency = false });
        await studio.CrashAsync();
        await studio.AsleepAsync();

        Assert.Equal(1, most);
    }

    /// <summary>Behind the style's first picture it comes next as soon as that may be: the first goes in its place.</summary>
    [Fact]
    public async Task Next_OfAStyleWithoutAFirstPicture_HasThatComeNextBeforeIt()
    {
        Studio? own = null;
        await using var studio = own = await Studio.StartAsync(o => o.Generation.MaxConcurrency = 1, new()
        {
            Script = async (request, destination, _, token) =>
            {
                await own!.Clock.SleepAsync(TimeSpan.FromSeconds(10), token);
                return await ScriptedProvider.DrawAsync(request, destination, token);
            },
        });
        var busy = await studio.Library.CreateAsync(new() { Title = "Busy", Segments = [.. Enumerable.Range(1, 30).Select(i => new NewSegment { Text = $"Busy {i}." })], Styles = ["illustration"] });
        await studio.Illustrator.StartAsync(busy.Id, new() { UseCharacterConsistency = false, Priority = RunPriority.High });
        var story = await studio.CreateStoryAsync(3);
        await studio.Illustrator.StartAsync(story.Id, new() { Priority = RunPriority.Low });
        await studio.AsleepAsync();

        await studio.Illustrator.MoveToFrontAsync((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[2].Id);
        await studio.RunAsync(TimeSpan.FromSeconds(45));

        Assert.Equal(["Busy 1.", "Segment 1.", "Segment 3."], studio.Provider.Calls.Select(c => c.Scene).Take(3));
    }

    private static async Task<(int?, string)> FirstInLineAsync(Studio studio)
    {
        var first = (await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next[0];
        return (first.Place, first.WaitsFor!.Message);
    }

    private static int SuspectCalls(Studio studio) => studio.Provider.Calls.Count(c => c.Scene == "Suspect.");

    /// <summary>A picture during which the process ended twice, and others in another style that take both slots for twelve minutes.</summary>
    private static async Task<(Studio Studio, string Suspect)> StartWithoutRestAsync()
    {
        Studio? own = null;
        var studio = own = await Studio.StartAsync(
            o =>
            {
                (o.Provider, o.Generation.MaxConcurrency) = (OpenAIProvider.ProviderName, 2);
                (o.Styles[0].ApiKeys, o.Styles[1].ApiKeys) = (["key-suspect-1111"], ["key-others-2222"]);
            },
            new()
            {
                Name = OpenAIProvider.ProviderName,
                Script = async (request, destination, _, token) =>
                {
                    await own!.Clock.SleepAsync(TimeSpan.FromSeconds(request.Scene == "Suspect." ? 30 : 50), token);
                    return await ScriptedProvider.DrawAsync(request, destination, token);
                },
            });
        var suspect = await studio.Library.CreateAsync(new() { Title = "Suspect", Segments = [new() { Text = "Suspect." }], Styles = ["illustration"] });
        await studio.Illustrator.StartAsync(suspect.Id, new());
        await studio.AsleepAsync();
        await studio.CrashAsync();
        await studio.AsleepAsync();
        var others = await studio.CreateStoryAsync(30, "clear");
        await studio.Illustrator.StartAsync(others.Id, new() { UseCharacterConsistency = false });
        await studio.AsleepAsync();
        await studio.CrashAsync();
        await studio.AsleepAsync();
        return (studio, suspect.Id);
    }

    /// <summary>More images than one commit puts away, two of them under way, and nobody who comes to the rest before the next start.</summary>
    private async Task<(Studio Studio, StoryDetails Story, RunState Run)> StartLargeAsync(params string[] styles)
    {
        // A service that is stopped alone is to the host one that failed, with which everything would end.
        var studio = await StartAsync(slots: 2, services => services.Configure<HostOptions>(o => o.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore));
        await studio.Services.GetRequiredService<RunCancellations>().StopAsync(CancellationToken.None);
        var story = await studio.CreateStoryAsync(Large, styles);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        Assert.True(await _called.WaitAsync(Studio.Patience) && await _called.WaitAsync(Studio.Patience));
        return (studio, story, run);
    }

    /// <summary>A run's counts are those of its images.</summary>
    private static async Task AssertCountedAsync(Studio studio, string runId)
    {
        var (run, images) = await studio.Illustrator.GetRunAsync(runId);
        await using var db = studio.OpenDatabase();
        var own = db.Images.Where(i => i.RunId == runId).Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        var counted = images.Where(i => own.Contains(i.Id)).CountBy(i => i.Status).ToDictionary();
        Assert.Equal(run.Total, images.Count);
        Assert.Equal((run.Completed, run.Failed, run.Cancelled), (counted.GetValueOrDefault(ImageStatus.Completed), counted.GetValueOrDefault(ImageStatus.Failed), counted.GetValueOrDefault(ImageStatus.Cancelled)));
        Assert.Equal((0, 0), (run.Pending, run.InProgress));
    }

    private static async Task<List<string>> CalledStoriesAsync(Studio studio)
    {
        await using var db = studio.OpenDatabase();
        var attempts = db.Attempts.Join(db.Images, a => a.ImageId, i => i.Id, (a, i) => new { a.Id, i.StoryId }).ToDictionary(a => a.Id, a => a.StoryId, StringComparer.Ordinal);
        return [.. studio.Provider.Calls.Select(c => attempts[ReceivedCall.Attempt(c.IdempotencyKey)])];
    }

    private Task<Studio> StartAsync(int slots = 5, Action<IServiceCollection>? services = null) => Studio.StartAsync(
        o => o.Generation.MaxConcurrency = slots,
        new ScriptedProvider
        {
            Script = async (request, destination, _, token) =>
            {
                _called.Release();
                await _gate.WaitAsync(token);
                return await ScriptedProvider.DrawAsync(request, destination, token);
            },
        },
        services: services);

    private sealed class Gate
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _open.TrySetResult();

        public Task WaitAsync(CancellationToken cancellationToken) => _open.Task.WaitAsync(cancellationToken);
    }
}
