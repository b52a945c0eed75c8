using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>What a call is written down as having cost, that included of which nobody knows the end.</summary>
public sealed class ChargeTests
{
    [Fact]
    public async Task MonthsLedger_ThatIsCarriedAlong_IsWhatTheDatabaseAddsUpTo()
    {
        var random = new Random(7);
        await using var studio = await Priced.StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 100, script: async (request, destination, token) =>
        {
            int dice;
            lock (random)
            {
                dice = random.Next(8);
            }

            return dice switch
            {
                0 => ScriptedProvider.Failure(FailureKind.Transient),
                1 => ScriptedProvider.Failure(FailureKind.Timeout),
                2 => ScriptedProvider.Failure(FailureKind.Refused) with { CostUsd = 0.03m },
                3 => ScriptedProvider.Failure(FailureKind.Transient) with { IsUnresolved = true },
                4 => ScriptedProvider.Failure(FailureKind.RateLimited, TimeSpan.FromSeconds(5)),
                _ => await ScriptedProvider.DrawAsync(request, destination, token),
            };
        });
        var gone = await studio.CreateStoryAsync(6);
        var story = await studio.CreateStoryAsync(20);
        await studio.Illustrator.StartAsync(gone.Id, new() { UseCharacterConsistency = false });
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 50 });
        var calls = 0;
        while ((await studio.Illustrator.GetSnapshotAsync(story.Id)).Pending + (await studio.Illustrator.GetSnapshotAsync(gone.Id)).Pending > 0)
        {
            await studio.RunAsync(TimeSpan.FromSeconds(10));
            await Priced.AssertLedgerAsync(studio);
            calls = studio.Provider.Calls.Count;
        }

        await studio.Library.DeleteAsync(gone.Id);
        studio.Advance(StorySweep.RestorableFor + TimeSpan.FromMinutes(1));
        await studio.Services.GetServices<IHostedService>().OfType<StorySweep>().Single().SweepAsync();
        await Priced.AssertLedgerAsync(studio);
        Assert.True(calls > 26, "Nothing was tried twice.");
    }

    [Fact]
    public async Task Call_OfWhichNobodyKnowsTheEnd_HoldsItsEstimateAndIsOneChargeHoweverOftenItGoes()
    {
        var unresolved = ScriptedProvider.Failure(FailureKind.Transient) with { IsUnresolved = true };
        var outcomes = new Queue<ImageOutcome>([unresolved, unresolved, ScriptedProvider.Failure(FailureKind.Transient)]);
        await using var studio = await Priced.StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 100, script: (request, destination, token) =>
            outcomes.TryDequeue(out var outcome) ? Task.FromResult(outcome) : ScriptedProvider.DrawAsync(request, destination, token));
        var story = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { BudgetUsd = 1 });

        foreach (var (attempt, charged) in new[] { (1, "y"), (2, "ny"), (3, "nyn") })
        {
            var image = (await studio.UntilAsync(story.Id, s => s.Images[0] is { Status: ImageStatus.Pending, NextAttemptAt: not null } i && i.Attempt == attempt)).Images[0];
            await AssertChargedAsync(charged, 0.10m);
            studio.Advance(image.NextAttemptAt!.Value - studio.Time.GetUtcNow());
        }

        await studio.UntilFinishedAsync(story.Id);
        await AssertChargedAsync("nnnn", 0.10m);
        Assert.Single(studio.Provider.Calls.Select(c => c.IdempotencyKey).Distinct(StringComparer.Ordinal));

        async Task AssertChargedAsync(string charged, decimal spent)
        {
            await using var db = studio.OpenDatabase();
            Assert.Equal(charged, string.Concat(await db.Attempts.OrderBy(a => a.Number).Select(a => a.MayBeCharged ? "y" : "n").ToListAsync()));
            await Priced.AssertLedgerAsync(studio);
            Assert.Equal((spent, spent), await studio.Services.GetRequiredService<StoryWriter>().ExecuteAsync(async scope => (await scope.Ledger.OfMonthAsync(scope.Db, scope.Now), await scope.Ledger.OfRunAsync(scope.Db, run.Id))));
        }
    }

    [Fact]
    public async Task Call_OfWhichNobodyKnowsTheEnd_IsAnotherChargeThanTheOneOfWordsThatWereChangedMeanwhile()
    {
        var cut = 1;
        await using var studio = await Priced.StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 100, script: (request, destination, token) => Interlocked.Decrement(ref cut) >= 0
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Transient) with { IsUnresolved = true })
            : ScriptedProvider.DrawAsync(request, destination, token));
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.UntilAsync(story.Id, s => s.Images[0] is { Status: ImageStatus.Pending, NextAttemptAt: not null })).Images[0];
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Other words." });
        studio.Advance(image.NextAttemptAt!.Value - studio.Time.GetUtcNow());

        await studio.UntilFinishedAsync(story.Id);

        await Priced.AssertLedgerAsync(studio);
        await using var db = studio.OpenDatabase();
        Assert.Equal([true, false], await db.Attempts.OrderBy(a => a.Number).Select(a => a.MayBeCharged).ToListAsync());
        Assert.Equal(0.20m, await new Ledger().OfMonthAsync(db, studio.Time.GetUtcNow()));
    }

    [Fact]
    public async Task Call_ThatAStopCutsOff_IsOneChargeWithTheOneThatFollows()
    {
        var gate = new TaskCompletionSource();
        await using var studio = await Priced.StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 100, gate.Task);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.InProgress);
        await studio.RestartAsync();
        gate.SetResult();

        await studio.UntilFinishedAsync(story.Id);

        await Priced.AssertLedgerAsync(studio);
        await using var db = studio.OpenDatabase();
        Assert.Equal([("interrupted", null, false), ("succeeded", 0.10m, false)], (await db.Attempts.OrderBy(a => a.Number).ToListAsync()).Select(a => (a.Outcome, a.CostUsd, a.MayBeCharged)));
        Assert.Equal(0.10m, await new Ledger().OfMonthAsync(db, studio.Time.GetUtcNow()));
    }

    [Theory]
    [InlineData("unresolved", true)]
    [InlineData("timeout", true)]
    [InlineData("no picture", true)]
    [InlineData("unknown cost", true)]
    [InlineData("disk", true)]
    [InlineData("crash", true)]
    [InlineData("turned away", false)]
    [InlineData("refused", false)]
    public async Task Call_ThatMayHaveBeenCharged_SaysSoAndHoldsItsEstimate(string end, bool charged)
    {
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxRetries = 0, new()
        {
            Estimate = 0.10m,
            Script = async (request, destination, _, token) => end switch
            {
                "unresolved" => ScriptedProvider.Failure(FailureKind.Transient) with { IsUnresolved = true },
                "timeout" => ScriptedProvider.Failure(FailureKind.Timeout),
                "no picture" => ScriptedProvider.Failure(FailureKind.NoPicture),
                "unknown cost" => await ScriptedProvider.DrawAsync(request, destination, token) is PictureMade made ? made with { CostUsd = null } : null!,
                "disk" => throw new IOException("The disk is out of order."),
                "crash" => throw new InvalidOperationException("Nobody foresaw it."),
                "refused" => ScriptedProvider.Failure(FailureKind.Refused),
                _ => ScriptedProvider.Failure(FailureKind.Transient),
            },
        });
        var story = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { BudgetUsd = 1 });
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Failed or ImageStatus.Completed);

        var attempt = Assert.Single((await studio.Illustrator.GetImageAsync(story.Id, "1.1", "illustration")).Attempts);
        Assert.Equal((null, charged), (attempt.CostUsd, attempt.MayBeCharged));
        await using var db = studio.OpenDatabase();
        Assert.Equal(charged ? 0.10m : 0, await new Ledger().OfRunAsync(db, run.Id));
    }

    [Fact]
    public async Task DamagedPicture_ThatWasPaidFor_KeepsItsCost()
    {
        await using var studio = await Priced.StartAsync(each: 0.10m, script: async (_, destination, token) =>
        {
            await destination.WriteAsync("<html>not a picture</html>"u8.ToArray(), token);
            return new PictureMade { CostUsd = 0.10m, RequestId = "req_1" };
        });
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Images[0].Error is not null);

        await using var db = studio.OpenDatabase();
        var attempt = await db.Attempts.SingleAsync();
        Assert.Equal(("damaged", 0.10m, 0.10m, "req_1"), (attempt.Outcome, attempt.CostUsd, attempt.EstimatedUsd, attempt.RequestId));
        Assert.Equal(0.10m, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Run!.CostUsd);
    }
}
