using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyedStudio;

namespace StoryStudio.Tests.Generation;

/// <summary>The wall clock is set while work goes on: nothing that is measured in time freezes or comes early.</summary>
public sealed class WallClockTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task WallClock_ThatIsSet_NeitherFreezesWhatWaitsNorLetsItGoEarly(int hours)
    {
        var provider = Provider((request, destination, token) => request.Scene.Contains("Segment 1.", StringComparison.Ordinal)
            ? Fail(FailureKind.Transient, TimeSpan.FromSeconds(30))
            : ScriptedProvider.DrawAsync(request, destination, token));
        await using var studio = await StartAsync(provider, [First], o => o.Styles[0].RequestsPerMinute = 2);
        var story = await IllustrateAsync(studio, 4);
        await studio.AsleepAsync();
        Assert.Equal(2, provider.Calls.Count);
        provider.Script = Draw;

        studio.Clock.SetWallClock(TimeSpan.FromHours(hours));
        await studio.RunAsync(TimeSpan.FromSeconds(29));
        Assert.Equal(2, provider.Calls.Count);
        var waiting = (await ImagesAsync(studio, story))[0];
        Assert.Equal(TimeSpan.FromSeconds(1), waiting.NextAttemptAt - studio.Clock.GetUtcNow());

        await studio.RunAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(4, provider.Calls.Count);
        await studio.RunAsync(TimeSpan.FromSeconds(60));
        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal(ImageStatus.Completed, i.Status));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task WallClock_ThatIsSetWhileAPictureIsDrawn_LeavesTheTimeThatItTakes(int hours)
    {
        Studio? own = null;
        var provider = Provider(async (request, destination, token) =>
        {
            await own!.Clock.SleepAsync(TimeSpan.FromSeconds(10), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        });
        await using var studio = own = await StartAsync(provider, [First]);
        using var meters = new CountedMeters(studio);
        var story = await IllustrateAsync(studio, 1);
        await studio.RunAsync(TimeSpan.FromSeconds(5));

        studio.Clock.SetWallClock(TimeSpan.FromHours(hours));
        await studio.RunAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(ImageStatus.Completed, Assert.Single(await ImagesAsync(studio, story)).Status);
        Assert.Equal([10, 10], [.. meters.Values("storystudio.attempt.duration"), .. meters.Values("storystudio.image.duration")]);
        var images = (await studio.Services.GetRequiredService<IActivity>().GetReportAsync(7)).Images;
        Assert.Equal((1, 10, 10), (images.Completed, images.MedianSeconds, images.P95Seconds));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task WallClock_ThatIsSet_LeavesTheTimeThatARunTakesAsItWasMeasured(int hours)
    {
        Studio? own = null;
        var provider = Provider(async (request, destination, token) =>
        {
            await own!.Clock.SleepAsync(TimeSpan.FromSeconds(10), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        });
        await using var studio = own = await StartAsync(provider, [First], o => o.Generation.MaxConcurrency = 1);
        var story = await IllustrateAsync(studio, 6);
        await studio.RunAsync(TimeSpan.FromSeconds(20));

        studio.Clock.SetWallClock(TimeSpan.FromHours(hours));
        await studio.RunAsync(TimeSpan.FromSeconds(10));

        var run = (await studio.Illustrator.GetSnapshotAsync(story)).Run!;
        Assert.Equal((3, 30), (run.Completed, run.EstimatedSecondsLeft));
    }

    /// <summary>The engine looks at the clock now and then; what is written before it has done so is on the clock as it is set already.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task WallClock_ThatIsSetWhileACallIsUnderWay_MovesWhatFollowsFromItOnce(int hours)
    {
        ScriptedProvider? provider = null;
        Studio? studio = null;
        provider = Provider(async (_, _, token) =>
        {
            await studio!.Clock.SleepAsync(TimeSpan.FromMilliseconds(300), token);
            return ScriptedProvider.Failure(FailureKind.Transient, TimeSpan.FromSeconds(30));
        });
        await using var started = studio = await StartAsync(provider, [First], o => o.Styles[0].RequestsPerMinute = 10);
        var story = await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();

        studio.Clock.SetWallClock(TimeSpan.FromHours(hours));
        await IllustrateAsync(studio, 1);
        await studio.RunAsync(TimeSpan.FromSeconds(20));

        var waiting = Assert.Single(await ImagesAsync(studio, story));
        Assert.Equal(TimeSpan.FromSeconds(10.3), waiting.NextAttemptAt - studio.Clock.GetUtcNow());
        Assert.Equal(2, provider.Calls.Count);
    }

    [Theory]
    [InlineData(-300)]
    [InlineData(-30)]
    public async Task WallClock_ThatIsSetBackWhileNothingRuns_FreezesNothing(int minutes)
    {
        var provider = Provider((_, _, _) => Fail(FailureKind.Transient));
        await using var studio = await StartAsync(provider, [First], o => o.Styles[0].RequestsPerMinute = 2);
        var story = await IllustrateAsync(studio, 4);
        await studio.AsleepAsync();
        Assert.Equal(2, provider.Calls.Count);

        await using var next = await StartCopyAsync(studio, [First], TimeSpan.FromMinutes(minutes));
        await next.RunAsync(TimeSpan.FromSeconds(65));

        Assert.All(await ImagesAsync(next, story), i => Assert.Equal(ImageStatus.Completed, i.Status));
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

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    public async Task Wait_DuringWhichTheWallClockIsSet_BeganAsLongAgoAsBeforeAndCountsAsARetry(int hours)
    {
        var isFirst = true;
        await using var studio = await Studio.StartAsync(provider: new()
        {
            Script = (request, destination, _, token) =>
            {
                var fails = isFirst;
                isFirst = false;
                return fails ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Transient)) : ScriptedProvider.DrawAsync(request, destination, token);
            },
        });
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Images[0] is { Status: ImageStatus.Pending, NextAttemptAt: not null });
        studio.Clock.SetWallClock(TimeSpan.FromHours(hours));
        await studio.RunAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), studio.Time.GetUtcNow() - Assert.Single((await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next).Since);

        await studio.RunAsync(TimeSpan.FromSeconds(30));

        var report = await studio.Services.GetRequiredService<IActivity>().GetReportAsync(1);
        Assert.Equal(1, report.Retries.Total);
        Assert.InRange(report.Images.MedianSeconds!.Value, 1, 30);
    }

}
