using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyedStudio;

namespace StoryStudio.Tests.Generation;

/// <summary>The loop that looks, claims and waits, where something is in its way.</summary>
public sealed class GenerationServiceTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(17);

    private readonly SteeredQueue _queue = new();
    private readonly SteeredStore _store = new();

    [Fact]
    public async Task Stop_LetsWhatIsUnderWayFinishWithinItsGraceAndBeginsNothingMore()
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var studio = await StartAsync(o => (o.Generation.MaxConcurrency, o.Generation.StopGrace) = (1, Grace));
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            called.TrySetResult();
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await IllustrateAsync(studio, 2);
        await called.Task;
        var loop = studio.Services.GetRequiredService<GenerationService>().ExecuteTask!;

        var stop = studio.StopAsync();
        await loop;
        await Task.WhenAny(stop, Task.Delay(100));
        Assert.False(stop.IsCompleted);
        gate.SetResult();
        await stop;

        Assert.Single(studio.Provider.Calls);
        await studio.RestartAsync(engine: false);
        Assert.Equal([ImageStatus.Completed, ImageStatus.Pending], (await ImagesAsync(studio, story)).Select(i => i.Status));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_WhoseGraceIsOver_GivesBackWhatIsUnderWay(bool hangs)
    {
        _queue.Stopping = hangs ? () => Task.Delay(Timeout.Infinite) : null;
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var studio = await StartAsync(o => (o.Generation.StopGrace, o.Generation.ImageTimeout) = (Grace, TimeSpan.FromDays(1)));
        studio.Provider.Script = async (_, _, _, token) =>
        {
            called.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };
        var story = await IllustrateAsync(studio, 1);
        await called.Task;
        var begun = studio.Clock.Elapsed;
        var loop = studio.Services.GetRequiredService<GenerationService>().ExecuteTask!;
        using var patience = new CancellationTokenSource(Studio.Patience);

        var stop = studio.StopAsync();
        await loop;
        while (!stop.IsCompleted)
        {
            // It may only just be about to set its timer.
            await Task.WhenAny(stop, Task.Delay(20, patience.Token));
            patience.Token.ThrowIfCancellationRequested();
            studio.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await stop;
        Assert.True(studio.Clock.Elapsed - begun >= Grace);
        await studio.RestartAsync(engine: false);
        Assert.Equal((ImageStatus.Pending, 0), (await ImagesAsync(studio, story)).Select(i => (i.Status, i.Attempt)).Single());
    }

    [Fact]
    public async Task Stop_WhileOthersAreStillStoppedBeforeIt_BeginsNothingMore()
    {
        var server = new StoppingServer();
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var studio = await StartAsync(o => (o.Generation.MaxConcurrency, o.Generation.StopGrace) = (1, Grace), services => services.AddSingleton<IHostedService>(server));
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            called.TrySetResult();
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await IllustrateAsync(studio, 5);
        await called.Task;
        var loop = studio.Services.GetRequiredService<GenerationService>().ExecuteTask!;

        var stop = studio.StopAsync();
        await server.Stopping.Task;
        gate.SetResult();
        var isTold = await Task.WhenAny(loop, studio.UntilFinishedAsync(story)) == loop;
        server.Stopped.SetResult();
        await stop;

        Assert.True(isTold);
        Assert.Single(studio.Provider.Calls);
    }

    [Fact]
    public async Task Stop_ThatTheHostWaitsForNoLonger_StillHasItsGrace()
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var studio = await StartAsync(o => o.Generation.StopGrace = Grace);
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            called.TrySetResult();
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await IllustrateAsync(studio, 1);
        await called.Task;

        var stop = studio.Services.GetRequiredService<GenerationService>().StopAsync(new CancellationToken(canceled: true));
        await Task.WhenAny(stop, Task.Delay(100));
        Assert.False(stop.IsCompleted);
        gate.SetResult();
        await stop;

        Assert.Equal(ImageStatus.Completed, (await ImagesAsync(studio, story))[0].Status);
    }

    [Fact]
    public async Task Look_ThatTheStoreRefuses_IsSaidAndTakenAgainAfterFiveSeconds()
    {
        await using var studio = await StartAsync();
        var isBroken = true;
        _queue.Looking = () => isBroken ? throw new IOException("Input/output error") : Task.CompletedTask;
        var story = await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();
        Assert.Equal(("The store cannot be used at the moment. Drawing goes on as soon as it can.", "Waiting for the store."), Said(studio));

        var looks = _queue.Looks;
        isBroken = false;
        await studio.RunAsync(TimeSpan.FromSeconds(4.9));
        Assert.Equal(looks, _queue.Looks);
        await studio.RunAsync(TimeSpan.FromSeconds(0.1));

        Assert.Equal(ImageStatus.Completed, (await ImagesAsync(studio, story))[0].Status);
        Assert.Equal((null, null), Said(studio));
    }

    [Fact]
    public async Task Disk_WithoutRoom_IsNoTroubleWhileNobodyWaitsAndIsLookedAtAgainAfterFiveSeconds()
    {
        await using var studio = await StartAsync();
        _store.Room = () => DiskRoom.PerPicture - 1;
        await studio.RunAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((null, null), Said(studio));

        var story = await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();
        Assert.Equal(("The disk is full. Drawing goes on as soon as there is room.", "Waiting for room on the disk."), Said(studio));

        _store.Room = () => DiskRoom.PerPicture;
        await studio.RunAsync(TimeSpan.FromSeconds(4.9));
        Assert.Empty(studio.Provider.Calls);
        await studio.RunAsync(TimeSpan.FromSeconds(0.1));
        Assert.Equal(ImageStatus.Completed, (await ImagesAsync(studio, story))[0].Status);
        Assert.Equal((null, null), Said(studio));
    }

    [Fact]
    public async Task Calls_UnderWayAreNoMoreThanTheirPicturesFitOnTheDisk()
    {
        await using var studio = await StartAsync(o => o.Generation.MaxConcurrency = 5);
        _store.Room = () => 2 * DiskRoom.PerPicture;
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await studio.Clock.SleepAsync(TimeSpan.FromSeconds(10), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await IllustrateAsync(studio, 5);
        await studio.RunAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(2, studio.Provider.MostInFlight);
        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal(ImageStatus.Completed, i.Status));
    }

    [Fact]
    public async Task Picture_ThatIsTriedAfterOneFoundNoRoom_IsUnderWayAloneAndTheOthersSayWhatTheyWaitFor()
    {
        await using var studio = await StartAsync();
        var isFirst = true;
        _store.Sealing = _ =>
        {
            if (isFirst)
            {
                isFirst = false;
                throw new IOException("No space left on device", 28);
            }
        };
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            if (studio.Provider.Calls.Count > 1)
            {
                await studio.Clock.SleepAsync(TimeSpan.FromSeconds(10), token);
            }

            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();
        var others = await IllustrateAsync(studio, 3);
        await studio.RunAsync(TimeSpan.FromSeconds(6));
        Assert.Equal((2, 1), (studio.Provider.Calls.Count, studio.Services.GetRequiredService<GenerationService>().InFlight));
        Assert.Equal((null, "Waiting for room on the disk."), Said(studio));

        await studio.RunAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((null, null), Said(studio));
        Assert.All(await ImagesAsync(studio, others), i => Assert.Equal(ImageStatus.Completed, i.Status));
        Assert.Equal(3, studio.Provider.MostInFlight);
    }

    [Fact]
    public async Task Picture_ThatFoundNoRoom_GoesEvenBeforeTheOneThatAPersonWantsNext()
    {
        await using var studio = await StartAsync(o => o.Generation.MaxConcurrency = 1);
        var isFirst = true;
        _store.Sealing = _ =>
        {
            if (isFirst)
            {
                isFirst = false;
                throw new IOException("No space left on device", 28);
            }
        };
        var story = await IllustrateAsync(studio, 3);
        await studio.AsleepAsync();
        await studio.Illustrator.MoveToFrontAsync((await ImagesAsync(studio, story))[2].Id);
        await studio.RunAsync(TimeSpan.FromSeconds(30));

        Assert.All(await ImagesAsync(studio, story), i => Assert.Equal(ImageStatus.Completed, i.Status));
        Assert.Equal(["Segment 1.", "Segment 1.", "Segment 3.", "Segment 2."], studio.Provider.Calls.Select(c => c.Scene));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Picture_ThatFoundNoRoomAndWhoseStyleMayNotBegin_HoldsUpNoneOfAnother(bool isKey)
    {
        await using var studio = await StartAsync(o =>
        {
            (o.Styles[0].ApiKeys, o.Styles[1].ApiKeys) = ([First], [Second]);
            o.Generation.DelayBetweenImages = isKey ? TimeSpan.Zero : TimeSpan.FromMinutes(5);
        });
        _store.Sealing = claim =>
        {
            if (claim.Style == "illustration")
            {
                throw new IOException("No space left on device", 28);
            }
        };
        var story = await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();
        if (isKey)
        {
            Rest(studio, "illustration", TimeSpan.FromMinutes(5));
        }

        var other = await IllustrateAsync(studio, 1, "clear");
        await studio.RunAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(ImageStatus.Completed, (await ImagesAsync(studio, other))[0].Status);
        Assert.Equal((ImageStatus.Pending, "disk_full"), (await ImagesAsync(studio, story)).Select(i => (i.Status, i.Error!.Code)).Single());
    }

    [Fact]
    public async Task Image_ThatIsCancelledInTheMomentOfItsClaim_LeavesItsPlaceWithTheKeyToTheNextAtOnce()
    {
        await using var studio = await StartAsync(o => (o.Generation.MaxConcurrency, o.Styles[0].ApiKeys, o.Styles[0].RequestsPerMinute) = (1, [First], 1));
        var isFirst = true;
        _queue.Claiming = async requests =>
        {
            if (isFirst)
            {
                isFirst = false;
                await studio.Illustrator.CancelImageAsync(requests[0].ImageId);
            }
        };
        var story = await IllustrateAsync(studio, 2);
        await studio.AsleepAsync();

        Assert.Equal([ImageStatus.Cancelled, ImageStatus.Completed], (await ImagesAsync(studio, story)).Select(i => i.Status));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_ThatCannotBeWrittenDown_IsWrittenDownLaterAndOnlyAFaultOfTheProgramIsTrouble(bool mayPass)
    {
        await using var studio = await StartAsync(o => o.Styles[0].ApiKeys = [First]);
        Rest(studio, "illustration", TimeSpan.FromMinutes(5));
        var isBroken = true;
        _queue.Noting = _ => !isBroken ? Task.CompletedTask : throw (mayPass ? new SqliteException("database is locked", 5) : new InvalidOperationException("Nobody foresaw it."));
        var story = await IllustrateAsync(studio, 1);
        await studio.AsleepAsync();
        Assert.Equal(mayPass, Said(studio).Trouble is null);

        isBroken = false;
        await studio.RunAsync(TimeSpan.FromSeconds(6));

        Assert.StartsWith("Waiting for key …1111 until ", (await studio.Illustrator.GetSnapshotAsync(story)).Run!.Message, StringComparison.Ordinal);
        Assert.Null(Said(studio).Trouble);
    }

    [Fact]
    public async Task Wait_BesideAPictureThatIsUnderWayOrTooShortToBeRead_IsNotWrittenDown()
    {
        var noted = new List<string?>();
        _queue.Noting = sentence =>
        {
            noted.Add(sentence);
            return Task.CompletedTask;
        };
        await using var studio = await StartAsync(o => (o.Styles[0].ApiKeys, o.Styles[0].RequestsPerMinute) = ([First], 1));
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await studio.Clock.SleepAsync(TimeSpan.FromSeconds(20), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await IllustrateAsync(studio, 1);
        await studio.RunAsync(TimeSpan.FromSeconds(58.5));
        var story = await IllustrateAsync(studio, 2);

        // A second and a half until its pace lets the first go, and a minute until the second, twenty seconds of it with the first under way.
        await studio.RunAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(2, studio.Provider.Calls.Count);
        Assert.Empty(noted);
        await studio.RunAsync(TimeSpan.FromSeconds(3));
        Assert.StartsWith("Waiting for key …1111 until ", Assert.Single(noted), StringComparison.Ordinal);
        Assert.Equal([ImageStatus.Completed, ImageStatus.Pending], (await ImagesAsync(studio, story)).Select(i => i.Status));
    }

    [Fact]
    public async Task DelayBetweenImages_OfLessThanTheTimeBetweenTwoLooks_IsKeptToTheMoment()
    {
        await using var studio = await StartAsync(o => o.Generation.DelayBetweenImages = TimeSpan.FromMilliseconds(300));
        await IllustrateAsync(studio, 4);
        await studio.AsleepAsync();

        for (var calls = 1; calls <= 4; calls++)
        {
            Assert.Equal(calls, studio.Provider.Calls.Count);
            await studio.RunAsync(TimeSpan.FromMilliseconds(299));
            Assert.Equal(calls, studio.Provider.Calls.Count);
            await studio.RunAsync(TimeSpan.FromMilliseconds(1));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DelayBetweenImages_WhileTheProcessEnds_IsKept(bool crashes)
    {
        await using var studio = await StartAsync(o => o.Generation.DelayBetweenImages = TimeSpan.FromSeconds(10));
        await IllustrateAsync(studio, 2);
        await studio.RunAsync(TimeSpan.FromSeconds(4));
        await (crashes ? studio.CrashAsync() : studio.RestartAsync());

        await studio.RunAsync(TimeSpan.FromSeconds(5.9));
        Assert.Single(studio.Provider.Calls);
        await studio.RunAsync(TimeSpan.FromSeconds(0.1));
        Assert.Equal(2, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task Lanes_ThatHaveNoWorkAnyMore_AreRememberedByNobody()
    {
        await using var studio = await StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await studio.UntilFinishedAsync(await IllustrateAsync(studio, 1));
        }

        await studio.RunAsync(TimeSpan.FromSeconds(2));

        Assert.Empty(Remembered(studio.Services.GetRequiredService<LaneTurns>()));
        Assert.Equal(0, studio.Services.GetRequiredService<GenerationService>().InFlight);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_lanes")]
    private static extern ref Dictionary<LaneKey, (long Turn, DateTimeOffset At)> Remembered(LaneTurns turns);

    /// <summary>Has the one key of a style rest, as for a call that somebody else made with it.</summary>
    private static void Rest(Studio studio, string style, TimeSpan time)
    {
        var definition = studio.Services.GetRequiredService<IOptions<StoryStudioOptions>>().Value.Style(style);
        var pool = studio.Services.GetRequiredService<ApiKeyPools>().For(definition, "openai");
        Assert.True(pool.TryLease(out var lease, out _));
        lease.Return();
        pool.CoolDown(lease, studio.Clock.GetUtcNow() + time);
    }

    private static (string? Trouble, string? Held) Said(Studio studio) =>
        (studio.Services.GetRequiredService<EngineStatus>().Trouble, studio.Services.GetRequiredService<LaneWaits>().Held);

    private Task<Studio> StartAsync(Action<StoryStudioOptions>? configure = null, Action<IServiceCollection>? more = null) => Studio.StartAsync(
        o =>
        {
            o.Provider = "openai";
            configure?.Invoke(o);
        },
        new() { Name = "openai" },
        services: services =>
        {
            _queue.Register(services);
            _store.Register(services);

            // What a stop waits for is measured by the test's own clock alone.
            services.Configure<HostOptions>(o => o.ShutdownTimeout = Timeout.InfiniteTimeSpan);
            more?.Invoke(services);
        });

    /// <summary>Is stopped before the engine, as a web server with a request open, and takes its time.</summary>
    private sealed class StoppingServer : IHostedService
    {
        public TaskCompletionSource Stopping { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Stopping.SetResult();
            return Stopped.Task;
        }
    }
}
