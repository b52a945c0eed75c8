using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class EngineTests
{
    [Fact]
    public async Task Run_WithAProviderThatDraws_MakesEveryPictureAndSaysSo()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(4, "illustration", "clear");

        var run = await studio.Illustrator.StartAsync(story.Id, new());
        Assert.Equal(8, run.Total);
        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal(RunStatus.Completed, end.Run!.Status);
        Assert.Equal(100, end.Run.Progress);
        Assert.Equal(0.08m, end.Run.CostUsd);
        Assert.Equal(8, studio.Provider.Calls.Count);
        Assert.All(end.Images, image =>
        {
            Assert.Equal(ImageStatus.Completed, image.Status);
            Assert.Equal((12, 8, "image/svg+xml"), (image.Width, image.Height, image.MediaType));
            Assert.Null(image.Error);
        });
        await AssertFilesMatchRowsAsync(studio);
    }

    [Fact]
    public async Task Run_OfAStoryWithAnActiveOne_IsRefusedAndNamesIt()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await studio.CreateStoryAsync();
        var run = await studio.Illustrator.StartAsync(story.Id, new());

        var refusal = await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.StartAsync(story.Id, new()));

        Assert.Equal("run_active", refusal.Code);
        Assert.Equal(run.Id, refusal.RunId);
    }

    [Fact]
    public async Task Run_WhenEverythingIsDrawn_HasNothingToMakeAndIsCompletedAtOnce()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync();
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        var again = await studio.Illustrator.StartAsync(story.Id, new());

        Assert.Equal((0, RunStatus.Completed, 100), (again.Total, again.Status, again.Progress));
        Assert.NotNull(again.FinishedAt);
        Assert.Equal(3, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task Run_WithCharacterConsistency_DrawsTheFirstAloneAndHandsItToTheOthers()
    {
        var first = new TaskCompletionSource();
        var provider = new ScriptedProvider();
        provider.Script = async (request, destination, _, token) =>
        {
            if (provider.Calls.Count == 1)
            {
                await first.Task;
            }

            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(4);
        await studio.Illustrator.StartAsync(story.Id, new());
        var during = await studio.UntilAsync(story.Id, s => s.Images.Any(i => i.Status is ImageStatus.InProgress));

        Assert.Equal("1.1", Assert.Single(during.Images, i => i.Status is ImageStatus.InProgress).Number);
        first.SetResult();
        await studio.UntilFinishedAsync(story.Id);

        var calls = provider.Calls.ToList();
        Assert.Empty(calls[0].References);
        Assert.All(calls.Skip(1), call =>
        {
            var reference = Assert.Single(call.References);
            Assert.EndsWith("Beat_1.1.svg", reference.FilePath, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Run_WhoseFirstPictureFails_HandsTheLeadToTheNext()
    {
        var provider = new ScriptedProvider();
        provider.Script = (request, destination, _, token) => request.Scene.Contains("Segment 1.", StringComparison.Ordinal)
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused))
            : ScriptedProvider.DrawAsync(request, destination, token);
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(3);

        await studio.Illustrator.StartAsync(story.Id, new());
        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal(RunStatus.CompletedWithErrors, end.Run!.Status);
        Assert.Equal([ImageStatus.Failed, ImageStatus.Completed, ImageStatus.Completed], end.Images.Select(i => i.Status));
        var failed = end.Images[0];
        Assert.Equal(("refused", false), (failed.Error!.Code, failed.Error.Retryable));
        Assert.Null(failed.NextAttemptAt);
        Assert.EndsWith("Beat_1.2.svg", Assert.Single(provider.Calls.Last().References).FilePath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_OfAStyleThatLeftTheSettings_FailsWithASentenceUntilItIsBackAndNobodyIsCalled()
    {
        var isThere = true;
        await using var studio = await Studio.StartAsync(o => o.Styles.RemoveAll(s => s.Key == "clear" && !isThere), engine: false);
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new());
        isThere = false;
        await studio.RestartAsync();

        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal((2, 2), (end.Run!.Styles["illustration"].Completed, end.Run.Styles["clear"].Failed));
        Assert.DoesNotContain(studio.Provider.Calls, c => c.Style == "clear");
        var image = await studio.Illustrator.GetImageAsync(story.Id, "1.1", "clear");
        Assert.Equal("The style \"clear\" is not in the settings any more. Put it back there, then try this picture again.", image.Image.Error!.Message);
        Assert.Equal(("style_removed", 0), (image.Image.Error.Code, image.Attempts.Count));

        isThere = true;
        await studio.RestartAsync();
        await studio.Illustrator.RetryAsync(image.Image.Id);
        Assert.Equal(ImageStatus.Completed, (await studio.UntilAsync(story.Id, s => s.Pending == 0)).Images.Single(i => i.Id == image.Image.Id).Status);
    }

    [Fact]
    public async Task Engine_NeverCallsMoreThanMaxConcurrencyAtOnce()
    {
        var gate = new SemaphoreSlim(0);
        var arrived = new SemaphoreSlim(0);
        var provider = new ScriptedProvider();
        provider.Script = async (request, destination, _, token) =>
        {
            arrived.Release();
            await gate.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxConcurrency = 3, provider);
        var story = await studio.CreateStoryAsync(5, "illustration", "clear", "consistent");
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var full = await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 3);

        Assert.Equal(12, full.Run!.Pending);
        for (var call = 0; call < 3; call++)
        {
            await arrived.WaitAsync();
        }

        gate.Release(100);
        await studio.UntilFinishedAsync(story.Id);
        Assert.Equal(3, provider.MostInFlight);
    }

    [Fact]
    public async Task Engine_WithADelayBetweenImages_KeepsItInEachLane()
    {
        await using var studio = await Studio.StartAsync(o => o.Generation.DelayBetweenImages = TimeSpan.FromSeconds(2));
        var story = await studio.CreateStoryAsync(3, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });

        for (var drawn = 2; drawn <= 6; drawn += 2)
        {
            await studio.UntilAsync(story.Id, s => s.Run!.Completed == drawn);
            Assert.Equal(drawn, studio.Provider.Calls.Count);
            studio.Advance(TimeSpan.FromSeconds(2));
        }

        await studio.UntilFinishedAsync(story.Id);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task Priority_WhileTheWallClockIsSet_LetsWhatIsPassedOverRiseAllTheSame(int hours)
    {
        var clock = new ManualTimeProvider();
        var provider = new ScriptedProvider
        {
            Script = async (request, destination, _, token) =>
            {
                await clock.SleepAsync(TimeSpan.FromSeconds(30), token);
                return await ScriptedProvider.DrawAsync(request, destination, token);
            },
        };
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxConcurrency = 1, provider, clock);
        foreach (var priority in new[] { RunPriority.High, RunPriority.Low })
        {
            var story = await studio.Library.CreateAsync(new() { Title = "A story", Segments = [.. Enumerable.Range(1, 40).Select(i => new NewSegment { Text = $"{priority} {i}." })], Styles = ["illustration"] });
            await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, Priority = priority });
        }

        await studio.RunAsync(TimeSpan.FromMinutes(6));
        Assert.Contains(provider.Calls, c => c.Scene.StartsWith("Low", StringComparison.Ordinal));
        var before = provider.Calls.Count;

        clock.SetWallClock(TimeSpan.FromHours(hours));
        await studio.RunAsync(TimeSpan.FromMinutes(12));

        // It takes four minutes to be level with the highest; then it gets one turn and begins anew.
        var after = provider.Calls.Skip(before).ToList();
        Assert.InRange(after.Count, 23, 25);
        Assert.InRange(after.Count(c => c.Scene.StartsWith("Low", StringComparison.Ordinal)), 2, 4);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task DelayBetweenImages_WhileTheWallClockIsSet_IsNeitherCutNorDrawnOut(int hours)
    {
        await using var studio = await Studio.StartAsync(o => o.Generation.DelayBetweenImages = TimeSpan.FromSeconds(10));
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.AsleepAsync();

        studio.Clock.SetWallClock(TimeSpan.FromHours(hours));
        await studio.RunAsync(TimeSpan.FromSeconds(9));
        Assert.Single(studio.Provider.Calls);
        await studio.RunAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(2, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task Image_ThatFailsForAPassingReason_GoesAgainAfter5And10And20SecondsThenOnceMoreAfter10()
    {
        var provider = new ScriptedProvider { Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Transient)) };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());

        foreach (var (attempt, seconds) in new[] { (1, 5), (2, 10), (3, 20) })
        {
            var waiting = (await studio.UntilAsync(story.Id, s => s.Images[0] is { Status: ImageStatus.Pending, NextAttemptAt: not null } i && i.Attempt == attempt)).Images[0];
            Assert.InRange((waiting.NextAttemptAt!.Value - studio.Clock.GetUtcNow()).TotalSeconds, seconds * 0.8, seconds * 1.2);
            Assert.Equal(("provider_unavailable", true), (waiting.Error!.Code, waiting.Error.Retryable));
            studio.Advance(waiting.NextAttemptAt.Value - studio.Clock.GetUtcNow());
        }

        var failed = await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Failed);
        Assert.Equal(TimeSpan.FromSeconds(10), failed.Images[0].NextAttemptAt - studio.Clock.GetUtcNow());
        Assert.Equal((RunStatus.Running, 1, 4), (failed.Run!.Status, failed.Run.Failed, failed.Images[0].Attempt));
        studio.Advance(TimeSpan.FromSeconds(10));

        var end = (await studio.UntilFinishedAsync(story.Id)).Images[0];
        Assert.Equal((ImageStatus.Failed, 5, 5), (end.Status, end.Attempt, end.MaxAttempts));
        Assert.Null(end.NextAttemptAt);
        Assert.Equal(5, provider.Calls.Count);
        var details = await studio.Illustrator.GetImageAsync(story.Id, "1.1", "illustration");
        Assert.Equal([1, 2, 3, 4, 5], details.Attempts.Select(a => a.Number));
        Assert.All(details.Attempts, a => Assert.Equal("provider_unavailable", a.Outcome));
    }

    [Fact]
    public async Task Image_WhoseSecondChanceWorks_CompletesTheRunWithoutErrors()
    {
        var provider = new ScriptedProvider();
        provider.Script = (request, destination, _, token) => provider.Calls.Count == 1
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Transient))
            : ScriptedProvider.DrawAsync(request, destination, token);
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxRetries = 0, provider);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Failed);

        studio.Advance(TimeSpan.FromSeconds(10));

        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal((RunStatus.Completed, 0), (end.Run!.Status, end.Run.Failed));
    }

    [Fact]
    public async Task Image_WhoseProviderIsBusy_WaitsWithoutUsingUpAnAttempt()
    {
        var provider = new ScriptedProvider();
        provider.Script = (request, destination, _, token) => provider.Calls.Count == 1
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.RateLimited, TimeSpan.FromSeconds(7)))
            : ScriptedProvider.DrawAsync(request, destination, token);
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());

        var waiting = (await studio.UntilAsync(story.Id, s => s.Images[0].Error is not null)).Images[0];
        Assert.Equal((ImageStatus.Pending, 0, "rate_limited"), (waiting.Status, waiting.Attempt, waiting.Error!.Code));
        Assert.Equal("The service is busy. Trying again in 7 s.", waiting.Error.Message);
        studio.Advance(TimeSpan.FromSeconds(7));

        var end = (await studio.UntilFinishedAsync(story.Id)).Images[0];
        Assert.Equal((ImageStatus.Completed, 1), (end.Status, end.Attempt));
    }

    [Fact]
    public async Task Image_WhoseCallTakesTooLong_IsCutOffAndGoesAgainWithTheSameIdempotencyKey()
    {
        var called = new TaskCompletionSource();
        var provider = new ScriptedProvider();
        provider.Script = async (request, destination, _, token) =>
        {
            if (called.TrySetResult())
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await called.Task;

        studio.Advance(TimeSpan.FromMinutes(4));

        var waiting = await studio.UntilAsync(story.Id, s => s.Images[0].Error is not null);
        Assert.Equal("timeout", waiting.Images[0].Error!.Code);
        studio.Advance(TimeSpan.FromSeconds(6));
        await studio.UntilFinishedAsync(story.Id);
        Assert.Single(provider.Calls.Select(c => c.IdempotencyKey).Distinct());
    }

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
        await AssertFilesMatchRowsAsync(studio);
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
    public async Task Image_WhoseProviderMeetsAFaultOfTheProgram_FailsInsteadOfStandingStill()
    {
        var provider = new ScriptedProvider { Script = (_, _, _, _) => throw new InvalidOperationException("secret detail") };
        await using var studio = await Studio.StartAsync(o => (o.Generation.MaxRetries, o.Generation.SecondChanceDelay) = (0, TimeSpan.FromSeconds(10)), provider);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());

        var failed = (await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Failed)).Images[0];

        Assert.NotNull(failed.NextAttemptAt);
        Assert.True(failed.Error!.Retryable);
        Assert.DoesNotContain("secret", failed.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ThatGoesOn_AsksTheDatabaseNoMoreThanItHasTo()
    {
        const int images = 40;
        var statements = new StatementCount();
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxConcurrency = 1, services: statements.Register);
        var story = await studio.CreateStoryAsync(images + 1);
        await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.1"] });
        await studio.UntilFinishedAsync(story.Id);
        studio.Advance(TimeSpan.FromSeconds(1));
        var before = statements.Count;

        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.AsleepAsync();

        // Look which is next, read it, begin it; look what it is drawn from, whether it was made before; end it, its references being the same.
        Assert.Equal(images + 1, studio.Provider.Calls.Count);
        Assert.InRange((statements.Count - before) / (double)images, 1, 20);
    }

    [Fact]
    public async Task Engine_OnAFullDisk_SaysWhyItWaits()
    {
        var disk = new FullDisk();
        await using var studio = await Studio.StartAsync(services: services => services.AddSingleton<IPictureStore>(disk));
        var engine = studio.Services.GetRequiredService<EngineStatus>();
        var story = await studio.CreateStoryAsync(1);

        await studio.Illustrator.StartAsync(story.Id, new());
        await disk.Asked.Reader.ReadAsync();
        studio.Services.GetRequiredService<GenerationSignals>().Wake();
        await disk.Asked.Reader.ReadAsync();

        // It is asking again, so the first look is over: what that found is still to be read.
        Assert.Contains("disk is full", engine.Trouble, StringComparison.Ordinal);
        Assert.Empty(studio.Provider.Calls);
    }

    [Fact]
    public async Task Restart_InTheMiddle_GoesOnByItselfAndUsesNoAttemptUp()
    {
        var provider = new ScriptedProvider();
        provider.Script = async (request, destination, _, token) =>
        {
            await destination.WriteAsync("half a pic"u8.ToArray(), token);
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(3);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 3);

        provider.Script = null;
        await studio.RestartAsync();

        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.All(end.Images, i => Assert.Equal((ImageStatus.Completed, 1), (i.Status, i.Attempt)));
        Assert.Empty(Directory.GetFiles(studio.Folder, "*.tmp", SearchOption.AllDirectories));
        await AssertFilesMatchRowsAsync(studio);
    }

    [Fact]
    public async Task Progress_AndPreview_AreSeenWhileItIsDrawnAndGoneAfter()
    {
        var gate = new TaskCompletionSource();
        var provider = new ScriptedProvider();
        provider.Script = async (request, destination, progress, token) =>
        {
            progress.Report(new(40, new PreviewPicture("<svg/>"u8.ToArray(), "image/svg+xml")));
            await gate.Task;
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());

        var during = (await studio.UntilAsync(story.Id, s => s.Images[0].PreviewUrl is not null)).Images[0];
        Assert.Equal(40, during.Progress);
        gate.SetResult();

        var end = (await studio.UntilFinishedAsync(story.Id)).Images[0];
        Assert.Equal((100, null), (end.Progress, end.PreviewUrl));
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("crashed")]
    [InlineData("cancelled")]
    [InlineData("timed out")]
    public async Task Preview_NeverOutlivesItsAttempt(string end)
    {
        var gate = new TaskCompletionSource();
        IProgress<ImageProgress>? late = null;
        var provider = new ScriptedProvider();
        provider.Script = async (_, _, progress, token) =>
        {
            late = progress;
            progress.Report(new(40, new PreviewPicture("<svg/>"u8.ToArray(), "image/svg+xml")));
            await gate.Task.WaitAsync(token);
            return end == "crashed" ? throw new InvalidOperationException("Nobody foresaw it.") : ScriptedProvider.Failure(FailureKind.Refused);
        };
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxRetries = 0, provider);
        var previews = studio.Services.GetRequiredService<PreviewPictures>();
        var story = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new());
        var during = (await studio.UntilAsync(story.Id, s => s.Images[0].PreviewUrl is not null)).Images[0];
        var previewId = during.PreviewUrl!.Split('/')[^1];
        Assert.NotNull(previews.Find(during.Id, previewId));

        if (end == "cancelled")
        {
            await studio.Illustrator.CancelRunAsync(run.Id);
        }
        else if (end == "timed out")
        {
            studio.Advance(TimeSpan.FromMinutes(5));
        }
        else
        {
            gate.SetResult();
        }

        var after = (await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Failed or ImageStatus.Cancelled)).Images[0];
        Assert.Null(after.PreviewUrl);

        // The attempt lets go of it after its end is written down, or before; whatever comes later is not taken.
        await studio.StopAsync();
        late!.Report(new(80, new PreviewPicture("<svg/>"u8.ToArray(), "image/svg+xml")));
        Assert.Null(previews.Find(during.Id, previewId));
        Assert.Equal(0, previews.Count);
    }

    [Fact]
    public async Task Picture_ThatDoesNotDecode_IsNeverCompleted()
    {
        var provider = new ScriptedProvider();
        provider.Script = async (_, destination, _, token) =>
        {
            await destination.WriteAsync("<html>not a picture</html>"u8.ToArray(), token);
            return new PictureMade();
        };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var waiting = await studio.UntilAsync(story.Id, s => s.Images[0].Error is not null);

        Assert.Equal("damaged", waiting.Images[0].Error!.Code);
        Assert.Null(waiting.Images[0].Url);
        Assert.Empty(Directory.GetFiles(studio.Folder, "Beat_*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Cover_IsTheFirstPictureInTheFirstStyle()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(2, "consistent", "clear", "illustration");
        await studio.Illustrator.StartAsync(story.Id, new());
        var end = await studio.UntilFinishedAsync(story.Id);

        var summary = Assert.Single((await studio.Library.ListAsync(1, 10)).Items);

        Assert.Equal(end.Images.Single(i => i is { Number: "1.1", Style: "consistent" }).Url, summary.CoverUrl);
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

    private sealed class FullDisk : IPictureStore
    {
        public Channel<bool> Asked { get; } = Channel.CreateUnbounded<bool>();

        public IPictureDraft Begin(Claim claim) => throw new InvalidOperationException("Nothing is to be claimed.");

        public Task<Stream?> OpenAsync(ImageVersion version, CancellationToken cancellationToken) => Task.FromResult<Stream?>(null);

        public long Free()
        {
            Asked.Writer.TryWrite(true);
            return DiskRoom.PerPicture - 1;
        }

        public bool IsFull(Exception failure) => true;
    }

    /// <summary>Every completed image has its file, whole and with the recorded hash, and nothing lies about that no row knows.</summary>
    internal static async Task AssertFilesMatchRowsAsync(Studio studio)
    {
        await using var db = studio.OpenDatabase();
        var rows = await db.ImageVersions.ToListAsync();
        foreach (var row in rows)
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(studio.Folder, row.Path));
            Assert.Equal(row.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        }

        var files = Directory.GetFiles(Path.Combine(studio.Folder, "stories"), "*", SearchOption.AllDirectories);
        var brought = await db.CharacterPictures.Select(p => p.Path).ToListAsync();
        Assert.Equal(rows.Select(r => r.Path).Concat(brought).Select(p => Path.Combine(studio.Folder, p)).Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
        Assert.Equal(0, await db.Images.CountAsync(i => i.Status == ImageStatus.Completed && !db.ImageVersions.Any(v => v.ImageId == i.Id && v.Number == i.ChosenVersion)));
    }
}
