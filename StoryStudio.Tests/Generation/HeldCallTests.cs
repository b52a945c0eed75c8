using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.KeyedStudio;

namespace StoryStudio.Tests.Generation;

/// <summary>Calls for which the money is held while their run waits for more: they go again to the account that they were asked of, and are in nobody's way while that does not serve.</summary>
public sealed class HeldCallTests
{
    private const decimal Estimate = 0.10m;

    [Fact]
    public async Task Call_WhoseAccountDoesNotServe_HoldsUpNoneOfAnotherAccount()
    {
        foreach (var slots in new[] { 1, 5 })
        {
            var calls = 0;
            await using var studio = await StartAsync(
                Provider((request, destination, token) => Interlocked.Increment(ref calls) <= 2 ? Lost() : DrawAsync(request, destination, token)),
                o => o.Generation.MaxConcurrency = slots);
            var story = await studio.CreateStoryAsync(3);
            await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 2 * Estimate });
            await studio.AsleepAsync();
            var (resting, serving) = (studio.Provider.Calls.First(), studio.Provider.Calls.Last());
            Cool(studio, resting.ApiKey!, TimeSpan.FromMinutes(60));

            await studio.RunAsync(TimeSpan.FromMinutes(20));

            Assert.Equal([resting.Scene, serving.Scene, serving.Scene], studio.Provider.Calls.Select(c => c.Scene));
            Assert.Equal(serving.ApiKey, studio.Provider.Calls.Last().ApiKey);
        }
    }

    [Fact]
    public async Task Call_WhoseAccountDoesNotServe_SaysThatItWaitsForThatAndHasNoPlaceInTheLine()
    {
        var calls = 0;
        await using var studio = await StartAsync(Provider((request, destination, token) => Interlocked.Increment(ref calls) == 1 ? Lost() : DrawAsync(request, destination, token)));
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = Estimate });
        await studio.AsleepAsync();
        Cool(studio, studio.Provider.Calls.Single().ApiKey!, TimeSpan.FromMinutes(60));

        await studio.RunAsync(TimeSpan.FromMinutes(20));

        var first = (await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next[0];
        Assert.Equal("1.1", first.Image.Number);
        Assert.Equal((null, QueueWaitKind.Key, "Waiting for the account that it was asked of, or for a larger budget."), (first.Place, first.WaitsFor!.Kind, first.WaitsFor.Message));
    }

    /// <summary>Asked of the first, made by the second and not saved: what it may go again as is the first one's call.</summary>
    [Fact]
    public async Task Call_ThatAnotherAccountMadeAndThatWasNotSaved_WaitsForItsOwnAtRest()
    {
        Studio? own = null;
        var (calls, claims) = (0, 0);
        var queue = new SteeredQueue { Claiming = _ => Task.FromResult(Interlocked.Increment(ref claims)) };
        queue.Completing = _ => calls == 2 ? throw new IOException("Input/output error") : Task.CompletedTask;
        await using var studio = own = await Studio.StartAsync(
            o => (o.Provider, o.Styles[0].ApiKeys) = ("openai", [First, Second]),
            Provider((request, destination, token) =>
            {
                if (Interlocked.Increment(ref calls) > 1)
                {
                    return DrawAsync(request, destination, token);
                }

                Cool(own!, request.ApiKey!, TimeSpan.FromMinutes(8));
                return Lost();
            }),
            services: queue.Register);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 0.25m });

        await studio.RunAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((2, 3), (calls, claims));
        await studio.RunAsync(TimeSpan.FromMinutes(8));

        var end = (await studio.UntilFinishedAsync(story.Id)).Run!;
        Assert.Equal((RunStatus.Completed, 2 * Estimate), (end.Status, end.CostUsd));
        Assert.Equal(studio.Provider.Calls.First().ApiKey, studio.Provider.Calls.Last().ApiKey);
    }

    /// <summary>Lost by the first, made and paid for by the second: where no money is in the way, the one that has the picture is asked.</summary>
    [Fact]
    public async Task Call_ThatAnotherAccountMadeAndThatWasNotSaved_GoesToThatOneAgainWhileThereIsMoney()
    {
        Studio? own = null;
        var calls = 0;
        var queue = new SteeredQueue { Completing = _ => Volatile.Read(ref calls) == 2 ? throw new IOException("Input/output error") : Task.CompletedTask };
        await using var studio = own = await Studio.StartAsync(
            o => (o.Provider, o.Styles[0].ApiKeys) = ("openai", [First, Second]),
            Provider((request, destination, token) =>
            {
                if (Interlocked.Increment(ref calls) > 1)
                {
                    return DrawAsync(request, destination, token);
                }

                Cool(own!, request.ApiKey!, TimeSpan.FromSeconds(8));
                return Lost();
            }),
            services: queue.Register);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });

        await studio.RunAsync(TimeSpan.FromMinutes(2));

        var keys = studio.Provider.Calls.Select(c => c.ApiKey).ToList();
        Assert.Equal((3, keys[1]), (keys.Count, keys[2]));
        Assert.NotEqual(keys[0], keys[1]);
    }

    /// <summary>The program ended twice during it, and its account rests: another key of the style serves, but not this call.</summary>
    [Fact]
    public async Task Suspect_OfARunWithoutMoney_WhoseAccountDoesNotServe_HoldsNobodyUp()
    {
        Studio? own = null;
        await using var studio = own = await StartAsync(
            Provider(async (request, destination, token) =>
            {
                await own!.Clock.SleepAsync(TimeSpan.FromSeconds(50), token);
                return await DrawAsync(request, destination, token);
            }),
            o => (o.Generation.MaxConcurrency, o.Styles[1].ApiKeys) = (2, ["key-others-3333"]));
        var suspect = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(suspect.Id, new() { UseCharacterConsistency = false, BudgetUsd = Estimate });
        await studio.AsleepAsync();
        await studio.CrashAsync();
        await studio.AsleepAsync();
        var others = await studio.CreateStoryAsync(60, "clear");
        await studio.Illustrator.StartAsync(others.Id, new() { UseCharacterConsistency = false });
        await studio.AsleepAsync();
        await studio.CrashAsync();
        await studio.AsleepAsync();
        var called = studio.Provider.Calls.Where(c => c.Style == "illustration").ToList();
        Assert.Equal(2, called.Count);
        Cool(studio, called[^1].ApiKey!, TimeSpan.FromMinutes(60));

        await studio.RunAsync(TimeSpan.FromMinutes(20));

        Assert.Equal(2, studio.Services.GetRequiredService<GenerationService>().InFlight);
        Assert.Contains((await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next, n => n.Image.Number == "1.1" && n.WaitsFor!.Kind is QueueWaitKind.Quiet);
    }

    [Fact]
    public async Task Call_OfARunThatAPersonPausedAmidIt_GoesAgainOnceThatIsResumed()
    {
        var isFirst = true;
        Studio? own = null;
        await using var studio = own = await Priced.StartAsync(Estimate, o => o.Generation.MaxConcurrency = 2, script: async (request, destination, token) =>
        {
            var isLost = isFirst;
            isFirst = false;
            await own!.Clock.SleepAsync(TimeSpan.FromSeconds(10), token);
            return isLost ? await Lost() : await ScriptedProvider.DrawAsync(request, destination, token);
        });
        var story = await studio.CreateStoryAsync(3);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 2 * Estimate });
        await studio.RunAsync(TimeSpan.FromSeconds(5));
        await studio.Illustrator.PauseAsync(run.Id);
        await studio.RunAsync(TimeSpan.FromSeconds(30));

        await studio.Illustrator.ResumeAsync(run.Id);
        await studio.RunAsync(TimeSpan.FromMinutes(5));

        var end = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal((2, 2 * Estimate, PauseReason.Budget), (end.Completed, end.CostUsd, end.PauseReason));
    }

    /// <summary>The process ended before anything was written down of its end: other words are another charge all the same.</summary>
    [Fact]
    public async Task Call_ThatAKillCutOff_AndWhoseWordsAreChanged_IsNotMadeBeyondTheBudget()
    {
        Studio? own = null;
        await using var studio = own = await Priced.StartAsync(Estimate, script: async (request, destination, token) =>
        {
            await own!.Clock.SleepAsync(TimeSpan.FromSeconds(10), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        });
        var story = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = Estimate });
        await studio.AsleepAsync();
        await studio.Illustrator.PauseAsync(run.Id);
        await studio.CrashAsync();
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Other words." });
        await studio.Illustrator.ResumeAsync(run.Id);
        await studio.RunAsync(TimeSpan.FromMinutes(1));

        Assert.Single(studio.Provider.Calls);
        Assert.Equal((RunStatus.Paused, PauseReason.Budget), ((await studio.Illustrator.GetRunAsync(run.Id)).Run.Status, (await studio.Illustrator.GetRunAsync(run.Id)).Run.PauseReason));
        await Priced.AssertLedgerAsync(studio);

        await studio.Illustrator.ResumeAsync(run.Id, 2 * Estimate);
        await studio.RunAsync(TimeSpan.FromMinutes(1));
        await using var db = studio.OpenDatabase();
        Assert.Equal(2, studio.Provider.Calls.Select(c => c.IdempotencyKey).Distinct().Count());
        Assert.Equal(2 * Estimate, await new Ledger().OfRunAsync(db, run.Id));
    }

    [Fact]
    public async Task Call_ThatAKillCutOff_AndWhoseWordsAreChanged_StaysACharge_AlsoWhereNoBudgetCountsIt()
    {
        Studio? own = null;
        await using var studio = own = await Priced.StartAsync(Estimate, script: async (request, destination, token) =>
        {
            await own!.Clock.SleepAsync(TimeSpan.FromSeconds(10), token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        });
        var story = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await studio.AsleepAsync();
        await studio.Illustrator.PauseAsync(run.Id);
        await studio.CrashAsync();
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Other words." });
        await studio.Illustrator.ResumeAsync(run.Id);
        await studio.RunAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(2, studio.Provider.Calls.Select(c => c.IdempotencyKey).Distinct().Count());
        var attempts = (await studio.Illustrator.GetImageAsync(story.Id, "1.1", "illustration")).Attempts;
        Assert.Equal([("interrupted", true), ("succeeded", false)], attempts.Select(a => (a.Outcome, a.MayBeCharged)));
    }

    private static Task<ImageOutcome> Lost() => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Timeout) with { IsUnresolved = true });

    private static async Task<ImageOutcome> DrawAsync(ImageRequest request, Stream destination, CancellationToken token) =>
        await ScriptedProvider.DrawAsync(request, destination, token) is PictureMade made ? made with { CostUsd = Estimate } : throw new InvalidOperationException();

    private static ScriptedProvider Provider(Func<ImageRequest, Stream, CancellationToken, Task<ImageOutcome>> script) =>
        new() { Name = "openai", Estimate = Estimate, Script = (request, destination, _, token) => script(request, destination, token) };

    private static Task<Studio> StartAsync(ScriptedProvider provider, Action<StoryStudio.Core.StoryStudioOptions>? more = null) => KeyedStudio.StartAsync(provider, [First, Second], more);
}
