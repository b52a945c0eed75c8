using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>A run from its start to its end.</summary>
public sealed class EngineTests
{
    [Fact]
    public async Task Run_ThatStoodInLine_ReckonsTheTimeLeftByItsPicturesAlone()
    {
        await using var studio = await Studio.StartAsync(o => (o.Generation.MaxConcurrency, o.Generation.ImageTimeout) = (1, TimeSpan.FromHours(1)));
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await studio.Clock.SleepAsync(studio.Provider.Calls.Count == 1 ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(10), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await KeyedStudio.IllustrateAsync(studio, 1);
        await studio.AsleepAsync();
        var story = await KeyedStudio.IllustrateAsync(studio, 3);

        await studio.RunAsync(TimeSpan.FromSeconds(610));

        var run = (await studio.Illustrator.GetSnapshotAsync(story)).Run!;
        Assert.Equal((1, 20), (run.Completed, run.EstimatedSecondsLeft));
    }

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
        await StoredFiles.AssertMatchRowsAsync(studio);
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
        await StoredFiles.AssertMatchRowsAsync(studio);
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

        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["clear", "illustration"] });
        Assert.Equal(end.Images.Single(i => i is { Number: "1.1", Style: "clear" }).Url, Assert.Single((await studio.Library.ListAsync(1, 10)).Items).CoverUrl);
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
}
