using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyedStudio;

namespace StoryStudio.Tests.Generation;

/// <summary>What runs and the queue say while keys rest, and how long they think it takes.</summary>
public sealed class KeyWaitTests
{
    [Fact]
    public async Task Queue_WhereTheKeysOfOneStyleRest_CountsThePlacesOfTheOthersAloneAndSaysForWhichKey()
    {
        await using var studio = await StartTwoStylesAsync();
        var until = studio.Clock.GetUtcNow() + TimeSpan.FromMinutes(8);
        CoolIllustration(studio, until);
        await IllustrateAsync(studio, 3, "illustration", "clear");
        await studio.AsleepAsync();

        // Its only slot is taken.
        var next = (await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next;

        Assert.Equal([("clear", "1.2", 1, "Next."), ("clear", "1.3", 2, "Waiting for a free slot.")], next.Take(2).Select(n => (n.Image.Style, n.Image.Number, n.Place ?? 0, n.WaitsFor!.Message)));
        Assert.Equal(["1.1", "1.2", "1.3"], next.Skip(2).Select(n => n.Image.Number));
        Assert.All(next.Skip(2), n => Assert.Equal((null, new QueueWait(QueueWaitKind.Key, "Waiting for key …1111.", until, "…1111")), (n.Place, n.WaitsFor)));

        // The moment that it is ready the line is one.
        studio.Clock.Advance(TimeSpan.FromMinutes(8));
        next = (await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next;
        Assert.DoesNotContain(next, n => n.WaitsFor!.Kind is QueueWaitKind.Key);
        Assert.Contains(next, n => n is { Image.Style: "illustration", Place: not null });
    }

    [Theory]
    [InlineData(2, 5, "1111")]
    [InlineData(5, 2, "4444")]
    public async Task Run_WhoseStylesAllWaitForAKey_SaysWhichIsReadyFirst(int illustration, int clear, string first)
    {
        await using var studio = await StartTwoStylesAsync();
        var now = studio.Clock.GetUtcNow();
        Cool(studio, "illustration", now + TimeSpan.FromMinutes(illustration));
        Cool(studio, "clear", now + TimeSpan.FromMinutes(clear));

        var story = await IllustrateAsync(studio, 2, "illustration", "clear");
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        Assert.Equal($"Waiting for key …{first} until {(now + TimeSpan.FromMinutes(2)).UtcDateTime:HH:mm:ss} UTC", (await studio.Illustrator.GetSnapshotAsync(story)).Run!.Message);
    }

    [Fact]
    public async Task Run_WhoseKeyIsReadyWhileOthersHoldTheSlots_SaysNoMoreThatItWaitsForIt()
    {
        await using var studio = await StartTwoStylesAsync();
        var until = studio.Clock.GetUtcNow() + TimeSpan.FromMinutes(2);
        CoolIllustration(studio, until);
        await IllustrateAsync(studio, 2, "clear");
        await studio.AsleepAsync();
        var story = await IllustrateAsync(studio, 2);
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        var waiting = await studio.Illustrator.GetSnapshotAsync(story);
        Assert.Equal($"Waiting for key …1111 until {until.UtcDateTime:HH:mm:ss} UTC", waiting.Run!.Message);
        await studio.RunAsync(TimeSpan.FromSeconds(117));
        Assert.Equal(waiting.Version, (await studio.Illustrator.GetSnapshotAsync(story)).Version);
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        // It was said once, and once taken back.
        var ready = await studio.Illustrator.GetSnapshotAsync(story);
        Assert.Equal((waiting.Version + 1, "Waiting to begin"), (ready.Version, ready.Run!.Message));
        await studio.RunAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(ready.Version, (await studio.Illustrator.GetSnapshotAsync(story)).Version);
        Assert.DoesNotContain(studio.Provider.Calls, c => c.Style == "illustration");
    }

    [Fact]
    public async Task Run_ThatFollowsOneThatWaitedForTheSameKey_SaysSoAsWell()
    {
        await using var studio = await StartTwoStylesAsync();
        var until = studio.Clock.GetUtcNow() + TimeSpan.FromMinutes(2);
        CoolIllustration(studio, until);
        var story = await studio.CreateStoryAsync(2);
        var first = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        // Before the engine looks again.
        await studio.Illustrator.CancelRunAsync(first.Id);
        var second = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        var run = (await studio.Illustrator.GetRunAsync(second.Id)).Run;
        Assert.Equal((RunStatus.Queued, $"Waiting for key …1111 until {until.UtcDateTime:HH:mm:ss} UTC"), (run.Status, run.Message));
    }

    [Fact]
    public async Task Run_ThatWaitedForAKeyWhenTheProcessEnded_SaysSoAfterwardsOnlyWhereItStillDoes()
    {
        await using var studio = await StartTwoStylesAsync();
        var until = studio.Clock.GetUtcNow() + TimeSpan.FromMinutes(2);
        CoolIllustration(studio, until);
        var other = await studio.CreateStoryAsync(2, "clear");
        await studio.Illustrator.StartAsync(other.Id, new() { UseCharacterConsistency = false, Priority = RunPriority.High });
        await studio.AsleepAsync();
        var story = await IllustrateAsync(studio, 2);
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        await studio.StopAsync();
        studio.Clock.Advance(TimeSpan.FromSeconds(60));
        await studio.RestartAsync();
        await studio.RunAsync(TimeSpan.FromSeconds(2));
        Assert.Equal($"Waiting for key …1111 until {until.UtcDateTime:HH:mm:ss} UTC", (await studio.Illustrator.GetSnapshotAsync(story)).Run!.Message);

        await studio.StopAsync();
        studio.Clock.Advance(TimeSpan.FromSeconds(60));
        await studio.RestartAsync();
        await studio.AsleepAsync();
        Assert.Equal("Waiting to begin", (await studio.Illustrator.GetSnapshotAsync(story)).Run!.Message);
        Assert.DoesNotContain(studio.Provider.Calls, c => c.Style == "illustration");
    }

    [Fact]
    public async Task Run_OfWhichSomethingGoesOnOrWillSoon_DoesNotSayThatItWaitsForAKey()
    {
        Studio? own = null;
        var provider = Provider(async (request, destination, token) =>
        {
            if (request.Style == "clear")
            {
                return ScriptedProvider.Failure(FailureKind.Transient, TimeSpan.FromSeconds(40));
            }

            await own!.Clock.SleepAsync(TimeSpan.FromSeconds(20), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        });
        await using var studio = own = await StartAsync(provider, [First], o =>
        {
            o.Styles[0].RequestsPerMinute = 1;
            (o.Styles[1].Provider, o.Styles[1].ApiKeys) = ("openai", ["key-clear-4444"]);
        });
        var story = await studio.CreateStoryAsync(2, "illustration", "clear");
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.RunAsync(TimeSpan.FromSeconds(5));

        // Its key waits for its pace, while a picture is under way.
        Assert.Equal("…1111", studio.Services.GetRequiredService<LaneWaits>().Key("illustration")!.Tail);
        Assert.Contains("] Drawing 1.", await MessageAsync(), StringComparison.Ordinal);
        await studio.RunAsync(TimeSpan.FromSeconds(20));

        // Nothing is under way, and in the other style a retry is nearer than the key.
        Assert.Equal(0, studio.Services.GetRequiredService<GenerationService>().InFlight);
        Assert.Contains("] Drawing 1.", await MessageAsync(), StringComparison.Ordinal);
        await studio.Illustrator.CancelStyleAsync(run.Id, "clear");
        await studio.RunAsync(TimeSpan.FromSeconds(2));

        Assert.StartsWith("Waiting for key …1111 until ", await MessageAsync(), StringComparison.Ordinal);

        async Task<string?> MessageAsync() => (await studio.Illustrator.GetRunAsync(run.Id)).Run.Message;
    }

    [Fact]
    public async Task Run_OfWhichOneStyleWaitsForABudgetAndTheOtherForAKey_SaysThatItWaitsForTheKey()
    {
        var provider = Provider((request, destination, token) => request.Style == "clear"
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.RateLimited, TimeSpan.FromSeconds(300)) with { CostUsd = 0 })
            : Draw(request, destination, null!, token));
        await using var studio = await StartAsync(provider, [First], o =>
        {
            o.Generation.MaxConcurrency = 1;
            (o.Styles[1].Provider, o.Styles[1].ApiKeys) = ("openai", ["key-clear-4444"]);
        });
        var story = await studio.CreateStoryAsync(3, "illustration", "clear");
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 0.02m });

        await studio.RunAsync(TimeSpan.FromSeconds(5));

        var now = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal((RunStatus.Running, 2, 0.02m), (now.Status, now.Completed, now.CostUsd));
        Assert.Contains((await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next, q => q.Image.Style == "illustration" && q.WaitsFor!.Message.StartsWith("Waiting for a larger budget", StringComparison.Ordinal));
        Assert.StartsWith("Waiting for key …4444 until ", now.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TimeLeft_IsMeasuredByWhatWasWorkedAt_NotByWhatFoundNoKeyOrWasCancelled()
    {
        Studio? own = null;
        var provider = Provider(async (request, destination, token) =>
        {
            if (request.Style == "clear")
            {
                return ScriptedProvider.Failure(FailureKind.BadKey);
            }

            await own!.Clock.SleepAsync(TimeSpan.FromSeconds(10), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        });
        await using var studio = own = await StartAsync(provider, [First], o =>
        {
            o.Generation.MaxConcurrency = 1;
            (o.Styles[1].Provider, o.Styles[1].ApiKeys) = ("openai", ["key-clear-4444"]);
        });
        var story = await studio.CreateStoryAsync(6, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.RunAsync(TimeSpan.FromSeconds(20));
        var before = await studio.Illustrator.GetSnapshotAsync(story.Id);
        Assert.Equal((2, true), (before.Run!.Completed, before.Run.Failed > 1));
        Assert.Equal(10 * before.Pending, before.Run.EstimatedSecondsLeft);

        foreach (var image in before.Images.Where(i => i is { Status: ImageStatus.Pending, Style: "illustration" }).Take(2))
        {
            await studio.Illustrator.CancelImageAsync(image.Id);
        }

        Assert.Equal((2, before.Run.EstimatedSecondsLeft - 20), (await studio.Illustrator.GetSnapshotAsync(story.Id)).Run is { } after ? (after.Cancelled, after.EstimatedSecondsLeft) : default);
    }

    /// <summary>One slot, two styles with a key each, and pictures that take ten minutes.</summary>
    private static async Task<Studio> StartTwoStylesAsync()
    {
        Studio? own = null;
        var provider = Provider(async (request, destination, token) =>
        {
            await own!.Clock.SleepAsync(TimeSpan.FromMinutes(10), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        });
        return own = await StartAsync(provider, [First], o =>
        {
            (o.Generation.MaxConcurrency, o.Generation.ImageTimeout) = (1, TimeSpan.FromMinutes(15));
            (o.Styles[1].Provider, o.Styles[1].ApiKeys) = ("openai", ["key-clear-4444"]);
        });
    }

    private static void CoolIllustration(Studio studio, DateTimeOffset until) => Cool(studio, "illustration", until);

    private static void Cool(Studio studio, string key, DateTimeOffset until)
    {
        var style = studio.Services.GetRequiredService<IOptions<StoryStudioOptions>>().Value.Style(key);
        var pool = studio.Services.GetRequiredService<ApiKeyPools>().For(style, "openai");
        Assert.True(pool.TryLease(out var lease, out _));
        pool.CoolDown(lease, until);
        lease.Return();
    }
}
