using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>What a run says that it has cost where a server does not say what its pictures do: that nobody knows, and not that they cost nothing.</summary>
public sealed class RunCostTests
{
    private readonly SteeredQueue _queue = new();

    [Fact]
    public async Task UnknownCost_StaysSoBesideAPictureThatIsTakenOver()
    {
        await using var studio = await StartAsync();
        var story = await TwinsAsync(studio);

        Assert.Null((await DrawAsync(studio, story, "1.1", "1.2")).CostUsd);
        Assert.Single(studio.Provider.Calls);
    }

    [Fact]
    public async Task UnknownCost_AfterAPictureThatWasTakenOver_IsUnknown()
    {
        await using var studio = await StartAsync();
        var story = await TwinsAsync(studio);
        await DrawAsync(studio, story, "1.1");

        Assert.Null((await DrawAsync(studio, story, "1.2", "1.3")).CostUsd);
        Assert.Equal(["A door.", "A window."], studio.Provider.Calls.Select(c => c.Scene));
    }

    [Fact]
    public async Task UnknownCost_StaysSoBesideAPictureThatWasCancelledBeforeItsCall()
    {
        await using var studio = await StartAsync();
        var story = await TwinsAsync(studio);
        _queue.Claimed = claims => claims[0].Number.Beat == 1 ? studio.Illustrator.CancelImageAsync(claims[0].ImageId) : Task.CompletedTask;

        var run = await DrawAsync(studio, story, "1.1", "1.3");

        Assert.Equal((1, 1, null), (run.Completed, run.Cancelled, run.CostUsd));
        Assert.Equal(["A window."], studio.Provider.Calls.Select(c => c.Scene));
    }

    [Fact]
    public async Task Run_ThatTookOverAllItsPictures_CostsNothing()
    {
        await using var studio = await StartAsync();
        var story = await TwinsAsync(studio);
        await DrawAsync(studio, story, "1.1");

        Assert.Equal(0, (await DrawAsync(studio, story, "1.2")).CostUsd);
        Assert.Single(studio.Provider.Calls);
    }

    [Fact]
    public async Task Cost_ThatIsKnownOfOnePicture_IsSaidBesideAnUnknownOne()
    {
        await using var studio = await StartAsync(request => request.Scene == "A window." ? 0.10m : null);
        var story = await TwinsAsync(studio);

        Assert.Equal(0.10m, (await DrawAsync(studio, story)).CostUsd);
    }

    private Task<Studio> StartAsync(Func<ImageRequest, decimal?>? cost = null) => Studio.StartAsync(o => o.Generation.MaxConcurrency = 1, services: _queue.Register, provider: new()
    {
        Estimate = null,
        Script = async (request, destination, _, token) =>
            await ScriptedProvider.DrawAsync(request, destination, token) is PictureMade made ? made with { CostUsd = cost?.Invoke(request) } : null!,
    });

    private static Task<StoryDetails> TwinsAsync(Studio studio) => studio.Library.CreateAsync(new()
    {
        Title = "Twins",
        Segments = [new() { Text = "A door." }, new() { Text = "A door." }, new() { Text = "A window." }],
        Styles = ["illustration"],
    });

    private static async Task<RunState> DrawAsync(Studio studio, StoryDetails story, params string[] segments)
    {
        studio.Advance(TimeSpan.FromSeconds(1));
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, Segments = segments.Length == 0 ? null : segments });
        return (await studio.UntilAsync(story.Id, s => s.Run!.Id == run.Id && s.Run.FinishedAt is not null)).Run!;
    }
}
