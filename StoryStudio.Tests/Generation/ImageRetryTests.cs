using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>Images that fail, and go again by themselves.</summary>
public sealed class ImageRetryTests
{
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

    /// <summary>An answer without a picture may have been billed, and so it goes again once: what its key met in between is no attempt of it.</summary>
    [Theory]
    [InlineData(FailureKind.NoPicture)]
    [InlineData(FailureKind.Damaged)]
    [InlineData(FailureKind.Timeout)]
    public async Task Image_WhoseProviderIsBusyBetweenTwoFailuresThatMayBeBilled_GoesAgainNoMoreThanOnce(FailureKind kind)
    {
        var provider = new ScriptedProvider();
        provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(provider.Calls.Count == 2 ? FailureKind.RateLimited : kind));
        await using var studio = await Studio.StartAsync(o => o.Generation.SecondChanceDelay = TimeSpan.FromHours(1), provider);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());

        await studio.RunAsync(TimeSpan.FromMinutes(10));

        var failed = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];
        Assert.Equal((ImageStatus.Failed, 2, 3), (failed.Status, failed.Attempt, provider.Calls.Count));
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
}
