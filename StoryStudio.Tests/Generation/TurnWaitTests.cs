using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyedStudio;

namespace StoryStudio.Tests.Generation;

/// <summary>What a run says of which nothing goes on while others have the slots, and how long it thinks to take afterwards.</summary>
public sealed class TurnWaitTests
{
    private readonly SteeredQueue _queue = new();
    private readonly SteeredStore _store = new();
    private readonly List<string?> _noted = [];

    [Fact]
    public async Task Run_PassedOverForAHigherPriority_SaysOnceThatItWaits_AndIsNotJudgedByThatTime()
    {
        await using var studio = await StartAsync(TimeSpan.FromSeconds(20));
        var story = await IllustrateAsync(studio, 6);
        await studio.RunAsync(TimeSpan.FromSeconds(30));
        await IllustrateFirstAsync(studio, 3);

        // Its second ends, and three of the other story's begin, one after another.
        await studio.RunAsync(TimeSpan.FromSeconds(14));
        Assert.Equal((0, 2, "[illustration] Drawing 1.2"), Of(await RunAsync(studio, story)));
        await studio.RunAsync(TimeSpan.FromSeconds(3));
        var waiting = await RunAsync(studio, story);
        Assert.Equal((0, 2, Run.NotItsTurn), Of(waiting));
        Assert.Null(waiting.EstimatedSecondsLeft);
        await studio.RunAsync(TimeSpan.FromSeconds(52));
        Assert.Equal(waiting.Version, (await RunAsync(studio, story)).Version);
        Assert.Equal([Run.NotItsTurn], _noted);

        await studio.RunAsync(TimeSpan.FromSeconds(2));

        // Four are left, and two were made in 46 seconds; the others took a minute.
        var drawing = await RunAsync(studio, story);
        Assert.Equal((1, 2, "[illustration] Drawing 1.3"), Of(drawing));
        Assert.InRange(drawing.EstimatedSecondsLeft!.Value, 80, 100);
        Assert.Equal([Run.NotItsTurn], _noted);
    }

    [Fact]
    public async Task Run_ThatTakesTurnsWithAnother_SaysThatItWaits_AndHowLongBothTogetherTake()
    {
        await using var studio = await StartAsync(TimeSpan.FromSeconds(20));
        var story = await IllustrateAsync(studio, 4);
        await studio.RunAsync(TimeSpan.FromSeconds(1));
        await IllustrateAsync(studio, 4);

        // Its own, the other's, its own, and amid the other's.
        await studio.RunAsync(TimeSpan.FromSeconds(69));

        var run = await RunAsync(studio, story);
        Assert.Equal((0, 2, Run.NotItsTurn), Of(run));
        Assert.Equal(70, run.EstimatedSecondsLeft);
    }

    [Theory]
    [InlineData(30, 1, false)]
    [InlineData(0, 4, true)]
    public async Task Run_DrawnPictureByPicture_SaysNothingInBetween(int delay, int seconds, bool besideAnother)
    {
        await using var studio = await StartAsync(TimeSpan.FromSeconds(seconds), o => o.Generation.DelayBetweenImages = TimeSpan.FromSeconds(delay));
        var story = await IllustrateAsync(studio, 4);
        if (besideAnother)
        {
            await IllustrateAsync(studio, 4);
        }

        await studio.RunAsync(TimeSpan.FromSeconds(Math.Max(delay, seconds * 2) * 3));

        Assert.True((await RunAsync(studio, story)).Completed >= 3);
        Assert.Empty(_noted);
    }

    [Fact]
    public async Task Run_WhoseFirstPictureIsStillToBeTriedAgain_DoesNotWaitForItsTurnUntilThatIsDue()
    {
        await using var studio = await StartAsync(TimeSpan.FromMinutes(10));
        var draw = studio.Provider.Script;
        studio.Provider.Script = (_, _, _, _) => Fail(FailureKind.Transient, TimeSpan.FromSeconds(60));
        var story = await studio.CreateStoryAsync(3);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = true });
        await studio.AsleepAsync();
        studio.Provider.Script = draw;
        await IllustrateAsync(studio, 1, "clear");

        await studio.RunAsync(TimeSpan.FromSeconds(50));
        Assert.Equal(1, studio.Services.GetRequiredService<GenerationService>().InFlight);
        Assert.Equal(3, (await RunAsync(studio, story.Id)).Pending);
        Assert.Empty(_noted);

        await studio.RunAsync(TimeSpan.FromSeconds(40));
        Assert.Equal((0, 0, Run.NotItsTurn), Of(await RunAsync(studio, story.Id)));
    }

    [Fact]
    public async Task Run_ThatHasNotBegun_WaitsToBeginAndNotForItsTurn()
    {
        await using var studio = await StartAsync(TimeSpan.FromMinutes(10));
        await IllustrateAsync(studio, 2);
        await studio.AsleepAsync();
        var story = await IllustrateAsync(studio, 2);

        await studio.RunAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(Run.NotBegun, (await RunAsync(studio, story)).Message);
        Assert.Empty(_noted);
    }

    [Fact]
    public async Task Run_OfWhichNothingGoesForWantOfRoom_SaysThat()
    {
        await using var studio = await StartAsync(TimeSpan.FromSeconds(10));
        var story = await IllustrateAsync(studio, 3);
        await studio.AsleepAsync();
        _store.Room = () => DiskRoom.PerPicture - 1;

        await studio.RunAsync(TimeSpan.FromSeconds(30));
        var run = await RunAsync(studio, story);
        Assert.Equal((0, 1, "Waiting for room on the disk"), Of(run));
        Assert.Null(run.EstimatedSecondsLeft);

        _store.Room = () => SteeredStore.Plenty;
        await studio.RunAsync(TimeSpan.FromSeconds(6));
        Assert.Equal((1, 1, "[illustration] Drawing 1.2"), Of(await RunAsync(studio, story)));
    }

    private static (int InProgress, int Completed, string? Message) Of(RunState run) => (run.InProgress, run.Completed, run.Message);

    private static async Task<RunState> RunAsync(Studio studio, string story) => (await studio.Illustrator.GetSnapshotAsync(story)).Run!;

    private static async Task IllustrateFirstAsync(Studio studio, int segments)
    {
        var story = await studio.CreateStoryAsync(segments);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, Priority = RunPriority.High });
    }

    /// <summary>One slot, and pictures that take as long as that.</summary>
    private async Task<Studio> StartAsync(TimeSpan time, Action<StoryStudioOptions>? configure = null)
    {
        _queue.Noting = sentence =>
        {
            _noted.Add(sentence);
            return Task.CompletedTask;
        };
        var studio = await Studio.StartAsync(
            o =>
            {
                o.Provider = "openai";
                (o.Generation.MaxConcurrency, o.Generation.ImageTimeout) = (1, TimeSpan.FromMinutes(15));
                configure?.Invoke(o);
            },
            new() { Name = "openai" },
            services: services =>
            {
                _queue.Register(services);
                _store.Register(services);
            });
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await studio.Clock.SleepAsync(time, token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        return studio;
    }
}
