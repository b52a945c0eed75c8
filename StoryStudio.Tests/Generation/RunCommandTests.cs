using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>What a person asks of a run, its images and its story, while they are drawn and afterwards.</summary>
public sealed class RunCommandTests
{
    [Fact]
    public async Task Cancel_OfARun_CutsCallsOffAndDropsWhatComesLate()
    {
        var late = new TaskCompletionSource();
        var provider = new ScriptedProvider();
        provider.Script = async (request, destination, _, _) =>
        {
            await late.Task;
            return await ScriptedProvider.DrawAsync(request, destination, CancellationToken.None);
        };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(3);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 3);

        var cancelled = await studio.Illustrator.CancelRunAsync(run.Id);
        late.SetResult();

        Assert.Equal((RunStatus.Cancelled, 3), (cancelled.Status, cancelled.Cancelled));
        await studio.StopAsync();
        Assert.Empty(Directory.GetFiles(studio.Folder, "Beat_*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(studio.Folder, "*.tmp", SearchOption.AllDirectories));
        await studio.RestartAsync(engine: false);
        var after = await studio.Illustrator.GetSnapshotAsync(story.Id);
        Assert.All(after.Images, i => Assert.Equal(ImageStatus.Cancelled, i.Status));
    }

    [Fact]
    public async Task Retry_OfAFailedImage_TakesItsRunUpAgain()
    {
        var provider = new ScriptedProvider { Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused)) };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(2);
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        var failed = await studio.UntilFinishedAsync(story.Id);

        provider.Script = null;
        var going = await studio.Illustrator.RetryAsync(failed.Images[0].Id);
        Assert.Equal(ImageStatus.Pending, going.Status);
        await studio.UntilAsync(story.Id, s => s.Run is { Completed: 1, FinishedAt: not null });
        var all = await studio.Illustrator.RetryFailedAsync(run.Id);
        Assert.Equal(RunStatus.Running, all.Status);
        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal((RunStatus.Completed, run.Id, 2), (end.Run!.Status, end.Run.Id, end.Run.Completed));
        var refusal = await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.RetryAsync(failed.Images[0].Id));
        Assert.Equal("image_not_failed", refusal.Code);
    }

    [Fact]
    public async Task Retry_InARunThatALaterOneFollowed_IsTheRunThatIsShownUntilTheNextOne()
    {
        var provider = new ScriptedProvider { Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused)) };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(2);
        var earlier = await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.1"] });
        var failed = (await studio.UntilFinishedAsync(story.Id)).Images.Single();
        provider.Script = null;
        var later = await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.2"] });
        Assert.Equal(later.Id, (await studio.UntilFinishedAsync(story.Id)).Run!.Id);
        var gate = new TaskCompletionSource();
        provider.Script = async (request, destination, _, token) =>
        {
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };

        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        await studio.Illustrator.RetryAsync(failed.Id);

        Assert.Equal((earlier.Id, true), (await studio.Illustrator.GetSnapshotAsync(story.Id)).Run is { } shown ? (shown.Id, shown.IsActive()) : default);
        Assert.Equal(earlier.Id, (await studio.Library.ListAsync(1, 10)).Items.Single().Run!.Id);
        gate.SetResult();
        Assert.Equal((earlier.Id, RunStatus.Completed), (await studio.UntilFinishedAsync(story.Id)).Run is { } end ? (end.Id, end.Status) : default);
        var next = await studio.Illustrator.StartAsync(story.Id, new());
        Assert.Equal(next.Id, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Run!.Id);
        Assert.Equal(next.Id, (await studio.Library.ListAsync(1, 10)).Items.Single().Run!.Id);
    }

    [Fact]
    public async Task Cost_ThatComesLateOfAnEarlierRun_DoesNotHideTheOneThatEndedLast()
    {
        var release = new TaskCompletionSource();
        var called = new TaskCompletionSource();
        await using var studio = await Studio.StartAsync();
        studio.Provider.Script = async (request, destination, _, _) =>
        {
            called.SetResult();
            await release.Task;
            return await ScriptedProvider.DrawAsync(request, destination, CancellationToken.None);
        };
        var story = await studio.CreateStoryAsync(2);
        var earlier = await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.1"] });
        await called.Task;
        await studio.Illustrator.CancelRunAsync(earlier.Id);
        studio.Provider.Script = null;
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        var later = await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.2"] });
        Assert.Equal(later.Id, (await studio.UntilFinishedAsync(story.Id)).Run!.Id);

        using var changes = studio.Changes.Subscribe(story.Id);
        release.SetResult();
        await foreach (var batch in changes.ReadAllAsync())
        {
            if (batch.OfType<RunChanged>().Any(c => c.Run.Id == earlier.Id && c.Run.CostUsd == 0.01m))
            {
                break;
            }
        }

        Assert.Equal(later.Id, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Run!.Id);
        Assert.Equal(later.Id, (await studio.Library.ListAsync(1, 10)).Items.Single().Run!.Id);
    }

    [Fact]
    public async Task Regenerate_MakesAnotherVersionAndKeepsTheOldOneUntilItIsThere()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var first = (await studio.UntilFinishedAsync(story.Id)).Images[0];
        var gate = new TaskCompletionSource();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await gate.Task;
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };

        var redrawing = await studio.Illustrator.RegenerateAsync(first.Id, null, "More rain.");
        Assert.Equal((ImageStatus.Pending, first.Url), (redrawing.Status, redrawing.Url));
        gate.SetResult();
        var second = (await studio.UntilAsync(story.Id, s => s.Images[0].ChosenVersion == 2)).Images[0];

        Assert.NotEqual(first.Url, second.Url);
        Assert.Contains("More rain.", studio.Provider.Calls.Last().Prompt, StringComparison.Ordinal);
        Assert.Equal([false, true], (await studio.Illustrator.GetVersionsAsync(first.Id)).Select(v => v.Chosen));
        var back = await studio.Illustrator.ChooseAsync(first.Id, 1);
        Assert.Equal(first.Url, back.Url);
        Assert.True(back.Version > second.Version);
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    /// <summary>By itself it would be tried again in an hour.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Choose_OfThePictureThatIsShown_TakesTheFailureOfAnotherFromTheRun(bool goesAgain)
    {
        await using var studio = await Studio.StartAsync(o => (o.Generation.MaxRetries, o.Generation.SecondChanceDelay) = (0, TimeSpan.FromHours(1)));
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var drawn = (await studio.UntilFinishedAsync(story.Id)).Images[1];
        studio.Provider.Script = (request, destination, _, token) => request.Scene == "Segment 2."
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(goesAgain ? FailureKind.Transient : FailureKind.Refused))
            : ScriptedProvider.DrawAsync(request, destination, token);
        await studio.Illustrator.StartAsync(story.Id, new() { OnlyMissing = false, UseCharacterConsistency = false });
        var failed = await studio.UntilAsync(story.Id, s => s.Images[1].Status is ImageStatus.Failed && s.Run is { Completed: 1 });
        Assert.Equal((goesAgain, goesAgain ? RunStatus.Running : RunStatus.CompletedWithErrors), (failed.Images[1].NextAttemptAt is not null, failed.Run!.Status));
        var calls = studio.Provider.Calls.Count;

        var kept = await studio.Illustrator.ChooseAsync(drawn.Id, 1);

        Assert.Equal((ImageStatus.Completed, drawn.Url, null, null), (kept.Status, kept.Url, kept.Error, kept.NextAttemptAt));
        Assert.True(kept.Version > failed.Images[1].Version);
        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal((failed.Run.Id, RunStatus.Completed, 2, 2, 0), (end.Run!.Id, end.Run.Status, end.Run.Total, end.Run.Completed, end.Run.Failed));
        Assert.Equal(calls, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task Choose_OfThePicturesOfARunThatWasCancelled_CountsThemAndLeavesItCancelled()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());
        var drawn = (await studio.UntilFinishedAsync(story.Id)).Images;
        studio.Provider.Script = async (_, _, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return ScriptedProvider.Failure(FailureKind.Transient);
        };
        var run = await studio.Illustrator.StartAsync(story.Id, new() { OnlyMissing = false, UseCharacterConsistency = false });
        await studio.UntilAsync(story.Id, s => s.Run!.InProgress > 0);
        await studio.Illustrator.CancelRunAsync(run.Id);
        await studio.UntilAsync(story.Id, s => s.Run is { FinishedAt: not null, Cancelled: 2 });

        var kept = await studio.Illustrator.ChooseAsync(drawn[0].Id, 1);
        var other = await studio.Illustrator.ChooseAsync(drawn[1].Id, 1);

        Assert.Equal((ImageStatus.Completed, ImageStatus.Completed), (kept.Status, other.Status));
        var end = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Run!;
        Assert.Equal((run.Id, RunStatus.Cancelled, 2, 0), (end.Id, end.Status, end.Completed, end.Cancelled));
    }

    [Fact]
    public async Task Choose_WhileAnotherIsDrawn_IsRefused()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var drawn = (await studio.UntilFinishedAsync(story.Id)).Images[0];
        studio.Provider.Script = async (_, _, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return ScriptedProvider.Failure(FailureKind.Transient);
        };
        await studio.Illustrator.RegenerateAsync(drawn.Id, null, null);

        var refusal = await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.ChooseAsync(drawn.Id, 1));

        Assert.Equal("image_active", refusal.Code);
    }

    [Fact]
    public async Task Regenerate_OfARefusedImage_TakesTheFailureFromItsRun()
    {
        var provider = new ScriptedProvider { Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused)) };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var refused = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal(RunStatus.CompletedWithErrors, refused.Run!.Status);

        provider.Script = null;
        await studio.Illustrator.RegenerateAsync(refused.Images[0].Id, "A kinder picture.", null);
        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal((refused.Run.Id, RunStatus.Completed, 1, 1, 0), (end.Run!.Id, end.Run.Status, end.Run.Total, end.Run.Completed, end.Run.Failed));
    }

    [Fact]
    public async Task Retry_OfAnotherVersionWhileItsRunIsActive_IsNotCountedTwice()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(2);
        var second = new TaskCompletionSource();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            if (request.Scene.Contains('2', StringComparison.Ordinal))
            {
                await second.Task;
            }

            return request.Prompt.Contains("More rain.", StringComparison.Ordinal)
                ? ScriptedProvider.Failure(FailureKind.Refused)
                : await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var first = (await studio.UntilAsync(story.Id, s => s.Run is { Completed: 1 })).Images[0];
        await studio.Illustrator.RegenerateAsync(first.Id, null, "More rain.");
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Failed);

        await studio.Illustrator.RetryAsync(first.Id);
        second.SetResult();
        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal((RunStatus.Completed, 2, 2), (end.Run!.Status, end.Run.Total, end.Run.Completed));
    }

    [Fact]
    public async Task Delete_OfAStory_CancelsItsRunAndRestoreBringsItBack()
    {
        var provider = new ScriptedProvider { Script = async (_, _, _, token) => { await Task.Delay(Timeout.Infinite, token); return null!; } };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(2);
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Run!.InProgress > 0);

        await studio.Library.DeleteAsync(story.Id);

        await Assert.ThrowsAsync<NotFoundException>(() => studio.Library.GetAsync(story.Id));
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Illustrator.GetRunAsync(run.Id));
        Assert.Empty((await studio.Library.ListAsync(1, 10)).Items);
        await studio.Library.RestoreAsync(story.Id);
        Assert.Equal(RunStatus.Cancelled, (await studio.Illustrator.GetRunAsync(run.Id)).Run.Status);
    }
}
