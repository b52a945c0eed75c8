using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class CostTests
{
    [Fact]
    public async Task Run_PausesBeforeItGoesBeyondItsBudgetAndGoesOnWithALargerOne()
    {
        await using var studio = await StartAsync(each: 0.10m);
        var story = await studio.CreateStoryAsync(5);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 0.25m });

        var paused = await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, InProgress: 0 });

        Assert.Equal((PauseReason.Budget, 2, 0.20m), (paused.Run!.PauseReason, paused.Run.Completed, paused.Run.CostUsd));
        Assert.Contains("budget", paused.Run.Message, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.ResumeAsync(run.Id));
        Assert.Equal("budget_exhausted", refused.Code);
        Assert.Contains("$0.20 of its $0.25", refused.Message, StringComparison.Ordinal);
        await studio.Illustrator.ResumeAsync(run.Id, budgetUsd: 1);
        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal((RunStatus.Completed, 5, 0.50m), (end.Run!.Status, end.Run.Completed, end.Run.CostUsd));
    }

    [Fact]
    public async Task Budget_CountsWhatIsInFlight()
    {
        var gate = new TaskCompletionSource();
        await using var studio = await StartAsync(each: 0.10m, gate: gate.Task);
        var story = await studio.CreateStoryAsync(5);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 0.30m });

        await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, InProgress: 3, Pending: 2 });
        gate.SetResult();

        var end = await studio.UntilAsync(story.Id, s => s.Run is { InProgress: 0 });
        Assert.Equal((RunStatus.Paused, 3, 0.30m), (end.Run!.Status, end.Run.Completed, end.Run.CostUsd));
    }

    [Fact]
    public async Task Budget_WithPicturesThatAreDearerThanTheTableSays_ReckonsWithWhatTheFirstOnesCost()
    {
        var (calls, found) = (0, new TaskCompletionSource());
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxConcurrency = 5, new()
        {
            Estimate = 0.05m,
            Script = async (request, destination, _, token) =>
            {
                await (Interlocked.Increment(ref calls) > 5 ? found.Task.WaitAsync(token) : Task.CompletedTask);
                return await ScriptedProvider.DrawAsync(request, destination, token) is PictureMade made ? made with { CostUsd = 0.10m } : null!;
            },
        });
        var story = await studio.CreateStoryAsync(30);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 1.05m });
        await studio.UntilAsync(story.Id, s => s.Run is { Completed: 5, InProgress: 5 });
        found.SetResult();

        var paused = await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, InProgress: 0 });
        Assert.Equal((PauseReason.Budget, 10, 1.00m), (paused.Run!.PauseReason, paused.Run.Completed, paused.Run.CostUsd));

        // It is known still after a restart, and to whoever resumes it.
        await studio.RestartAsync();
        Assert.Equal("budget_exhausted", (await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.ResumeAsync(run.Id, budgetUsd: 1.08m))).Code);
        await studio.Illustrator.ResumeAsync(run.Id, budgetUsd: 1.10m);
        var more = await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, InProgress: 0, Completed: > 10 });
        Assert.Equal((11, 1.10m), (more.Run!.Completed, more.Run.CostUsd));
    }

    [Fact]
    public async Task MonthlyBudget_HoldsOverStoriesAndASinglePictureSaysSo()
    {
        await using var studio = await StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 0.20m);
        var first = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(first.Id, new() { UseCharacterConsistency = false });
        var done = await studio.UntilFinishedAsync(first.Id);
        var second = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(second.Id, new());

        Assert.Equal(PauseReason.MonthlyBudget, (await studio.UntilAsync(second.Id, s => s.Run is { Status: RunStatus.Paused })).Run!.PauseReason);
        await studio.Illustrator.RegenerateAsync(done.Images[0].Id, null, null);
        var denied = await studio.UntilAsync(first.Id, s => s.Images[0].Status is ImageStatus.Failed);
        Assert.Equal(("budget_exhausted", true), (denied.Images[0].Error!.Code, denied.Images[0].Error!.Retryable));
        Assert.NotNull(denied.Images[0].Url);
        Assert.Equal(2, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task MonthlyBudget_IsWholeAgainWithTheMonthInUtcAndGoesOnWithWhatItPausedAlone()
    {
        // Half past eleven in the evening of the last of June, in UTC.
        var clock = new ManualTimeProvider(new(2026, 6, 30, 23, 30, 0, TimeSpan.Zero));
        await using var studio = await StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 0.10m, time: clock);
        var story = await studio.CreateStoryAsync(2);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var other = await studio.CreateStoryAsync(1);
        var byHand = await studio.Illustrator.StartAsync(other.Id, new());
        await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, Completed: 1 });
        Assert.Equal(PauseReason.MonthlyBudget, (await studio.UntilAsync(other.Id, s => s.Run is { Status: RunStatus.Paused })).Run!.PauseReason);
        Assert.Equal(PauseReason.Author, (await studio.Illustrator.PauseAsync(byHand.Id)).PauseReason);

        await studio.RunAsync(TimeSpan.FromMinutes(29));
        Assert.Single(studio.Provider.Calls);
        await studio.RunAsync(TimeSpan.FromMinutes(2));

        Assert.Equal((RunStatus.Completed, 2), (await studio.UntilFinishedAsync(story.Id)).Run is { } end ? (end.Status, end.Completed) : default);
        Assert.Equal((run.Id, 0.20m), ((await studio.Illustrator.GetRunAsync(run.Id)).Run.Id, (await studio.Illustrator.GetRunAsync(run.Id)).Run.CostUsd));
        Assert.Equal(RunStatus.Paused, (await studio.Illustrator.GetRunAsync(byHand.Id)).Run.Status);
        Assert.Equal(2, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task MonthlyBudget_RemembersWhatStoriesCostThatAreGone()
    {
        await using var studio = await StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 0.20m);
        var gone = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(gone.Id, new() { UseCharacterConsistency = false });
        await studio.UntilFinishedAsync(gone.Id);
        await studio.Library.DeleteAsync(gone.Id);
        studio.Advance(StorySweep.RestorableFor + TimeSpan.FromMinutes(1));
        await studio.Services.GetServices<IHostedService>().OfType<StorySweep>().Single().SweepAsync();
        await using (var db = studio.OpenDatabase())
        {
            Assert.Equal(0, await db.Attempts.CountAsync());
        }

        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());

        Assert.Equal(PauseReason.MonthlyBudget, (await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused })).Run!.PauseReason);
        Assert.Equal(0.20m, (await studio.Services.GetRequiredService<IActivity>().GetReportAsync(2)).Costs.Sum(c => c.CostUsd));

        // Another month, another budget: it goes on by itself.
        studio.Advance(TimeSpan.FromDays(31));
        Assert.Equal(1, (await studio.UntilFinishedAsync(story.Id)).Run!.Completed);
    }

    [Theory]
    [InlineData("story")]
    [InlineData("segment")]
    public async Task Budgets_RememberWhatMayHaveBeenChargedForWhatIsGone(string swept)
    {
        await using var studio = await StartAsync(each: 0.10m, o => (o.Generation.MaxRetries, o.Generation.MonthlyBudgetUsd) = (0, 10), script: (request, destination, token) => request.Scene == "Segment 3."
            ? ScriptedProvider.DrawAsync(request, destination, token)
            : Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Timeout) with { IsUnresolved = true }));
        var story = await studio.CreateStoryAsync(3);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 5 });
        await studio.RunAsync(TimeSpan.FromMinutes(1));
        await studio.UntilFinishedAsync(story.Id);
        Assert.Equal((0.30m, 0.30m), await HeldAsync());

        var sweep = studio.Services.GetServices<IHostedService>().OfType<StorySweep>().Single();
        if (swept == "story")
        {
            await studio.Library.DeleteAsync(story.Id);
            studio.Advance(StorySweep.RestorableFor + TimeSpan.FromMinutes(1));
            await sweep.SweepAsync();
        }
        else
        {
            await studio.Services.GetRequiredService<IStoryEditor>().RemoveAsync(story.Id, "1.2");
            await using var edits = studio.OpenDatabase();
            await edits.EditRecords.ExecuteDeleteAsync();
            await sweep.SweepSegmentsAsync();
        }

        await using var db = studio.OpenDatabase();
        Assert.Equal(swept == "story" ? 0 : 2, await db.Attempts.Select(a => a.ImageId).Distinct().CountAsync());
        Assert.Equal((0.30m, swept == "story" ? 0 : 0.30m), await HeldAsync());

        Task<(decimal, decimal)> HeldAsync() => studio.Services.GetRequiredService<StoryWriter>().ExecuteAsync(async scope =>
            (await scope.Ledger.OfMonthAsync(scope.Db, scope.Now), await scope.Ledger.OfRunAsync(scope.Db, run.Id)));
    }

    [Fact]
    public async Task Budget_ThatIsLifted_StandsInTheWayNoMore()
    {
        await using var studio = await StartAsync(each: null);
        var story = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { BudgetUsd = 5 });
        await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused });
        await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.ResumeAsync(run.Id, budgetUsd: 50));

        await studio.Illustrator.ResumeAsync(run.Id, liftBudget: true);

        Assert.Equal((1, null), (await studio.UntilFinishedAsync(story.Id)).Run is { } end ? (end.Completed, end.BudgetUsd) : default);
    }

    [Fact]
    public async Task UnknownPrice_WithABudget_PausesAndWithoutOneGoesOn()
    {
        await using var studio = await StartAsync(each: null);
        var story = await studio.CreateStoryAsync(1);
        var estimate = await studio.Illustrator.EstimateAsync(story.Id, new());
        Assert.Equal((1, null, 1), (estimate.Total, estimate.CostUsd, estimate.UnknownCost));

        var run = await studio.Illustrator.StartAsync(story.Id, new() { BudgetUsd = 5 });
        Assert.Equal(PauseReason.UnknownPrice, (await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused })).Run!.PauseReason);
        await studio.Illustrator.CancelRunAsync(run.Id);
        studio.Advance(TimeSpan.FromSeconds(1));
        await studio.Illustrator.StartAsync(story.Id, new());
        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal(1, end.Run!.Completed);
    }

    [Fact]
    public async Task Estimate_IsForExactlyWhatIsMissing()
    {
        await using var studio = await StartAsync(each: 0.05m);
        var story = await studio.CreateStoryAsync(4);
        await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.1"] });
        await studio.UntilFinishedAsync(story.Id);

        var estimate = await studio.Illustrator.EstimateAsync(story.Id, new());

        Assert.Equal((3, 0.15m, 0), (estimate.Total, estimate.CostUsd, estimate.UnknownCost));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(1)]
    public async Task Estimate_OfPicturesWithReferences_IsWhatTheirCallsReserveAndWhatIsSent(int mostReferences)
    {
        await using var studio = await StartWithReferencesAsync(each: 0.10m, reference: 0.01m, mostReferences);
        var story = await WithCharactersAsync(studio);
        var estimate = await studio.Illustrator.EstimateAsync(story.Id, new());

        var run = await studio.Illustrator.StartAsync(story.Id, new());
        var end = await studio.UntilFinishedAsync(story.Id);

        await AssertReservedAsSentAsync(studio, run.Id, estimate.CostUsd!.Value);
        Assert.Equal(mostReferences == 1 ? 0.44m : 0.46m, estimate.CostUsd);
        Assert.Equal(0, estimate.UnknownCost);

        // The first picture is there now: all but itself go with it.
        studio.Advance(TimeSpan.FromSeconds(1));
        var again = await studio.Illustrator.EstimateAsync(story.Id, new() { OnlyMissing = false });
        var second = await studio.Illustrator.StartAsync(story.Id, new() { OnlyMissing = false });
        await studio.UntilAsync(story.Id, s => s.Run!.Id == second.Id && s.Run.FinishedAt is not null);
        await AssertReservedAsSentAsync(studio, second.Id, again.CostUsd!.Value);
        Assert.Equal(4, end.Run!.Completed);
    }

    [Fact]
    public async Task Estimate_WhereNothingSaysWhatAReferenceCosts_IsUnknownForPicturesWithOneAlone()
    {
        await using var studio = await StartWithReferencesAsync(each: 0.10m, reference: null, mostReferences: 4);
        var story = await studio.CreateStoryAsync(3);

        var estimate = await studio.Illustrator.EstimateAsync(story.Id, new());
        Assert.Equal((3, 0.10m, 2), (estimate.Total, estimate.CostUsd, estimate.UnknownCost));
        Assert.Equal((0.30m, 0), await studio.Illustrator.EstimateAsync(story.Id, new() { UseCharacterConsistency = false }) is var free ? (free.CostUsd, free.UnknownCost) : default);

        await studio.Illustrator.StartAsync(story.Id, new() { BudgetUsd = 5 });
        var paused = await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, InProgress: 0 });
        Assert.Equal((PauseReason.UnknownPrice, 1), (paused.Run!.PauseReason, paused.Run.Completed));
    }

    [Fact]
    public async Task Budget_ThatIsInTheWayOfOneStyle_LetsThoseGoOnThatCostNothingAndPausesAfterThem()
    {
        var gate = new TaskCompletionSource();
        var free = new ScriptedProvider { Name = "free", Estimate = 0 };
        free.Script = async (request, destination, _, token) =>
        {
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token) is PictureMade made ? made with { CostUsd = 0 } : null!;
        };
        await using var studio = await StartAsync(each: 0.10m, o => o.Styles[1].Provider = "free", services: s => s.AddSingleton<IImageProvider>(free));
        var story = await studio.CreateStoryAsync(4, "illustration", "clear");
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 0.20m });

        var held = await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Running } r && r.Message!.Contains("illustration waits for a larger budget", StringComparison.Ordinal) && r.Styles["illustration"].Completed == 2);
        Assert.Null(held.Run!.PauseReason);
        var queue = await studio.Services.GetRequiredService<IQueueBoard>().GetAsync();
        Assert.Contains(queue.Next, q => q.Image.Style == "illustration" && q.WaitsFor!.Message.StartsWith("Waiting for a larger budget", StringComparison.Ordinal));

        // Neither a restart nor a pause by the author lets it forget.
        await studio.RestartAsync();
        await studio.Illustrator.PauseAsync(run.Id);
        await studio.Illustrator.ResumeAsync(run.Id);
        gate.SetResult();

        var paused = await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, InProgress: 0 });
        Assert.Equal((PauseReason.Budget, 4, 2, 0.20m), (paused.Run!.PauseReason, paused.Run.Styles["clear"].Completed, paused.Run.Styles["illustration"].Completed, paused.Run.CostUsd));
        Assert.Equal("budget_exhausted", (await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.ResumeAsync(run.Id))).Code);
        await studio.Illustrator.ResumeAsync(run.Id, budgetUsd: 1);
        Assert.Equal((RunStatus.Completed, 8), (await studio.UntilFinishedAsync(story.Id)).Run is { } end ? (end.Status, end.Completed) : default);
    }

    [Fact]
    public async Task MonthsLedger_ThatIsCarriedAlong_IsWhatTheDatabaseAddsUpTo()
    {
        var random = new Random(7);
        await using var studio = await StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 100, script: async (request, destination, token) =>
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
            await AssertLedgerAsync(studio);
            calls = studio.Provider.Calls.Count;
        }

        await studio.Library.DeleteAsync(gone.Id);
        studio.Advance(StorySweep.RestorableFor + TimeSpan.FromMinutes(1));
        await studio.Services.GetServices<IHostedService>().OfType<StorySweep>().Single().SweepAsync();
        await AssertLedgerAsync(studio);
        Assert.True(calls > 26, "Nothing was tried twice.");
    }

    [Fact]
    public async Task Call_OfWhichNobodyKnowsTheEnd_HoldsItsEstimateAndIsOneChargeHoweverOftenItGoes()
    {
        var unresolved = ScriptedProvider.Failure(FailureKind.Transient) with { IsUnresolved = true };
        var outcomes = new Queue<ImageOutcome>([unresolved, unresolved, ScriptedProvider.Failure(FailureKind.Transient)]);
        await using var studio = await StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 100, script: (request, destination, token) =>
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
            await AssertLedgerAsync(studio);
            Assert.Equal((spent, spent), await studio.Services.GetRequiredService<StoryWriter>().ExecuteAsync(async scope => (await scope.Ledger.OfMonthAsync(scope.Db, scope.Now), await scope.Ledger.OfRunAsync(scope.Db, run.Id))));
        }
    }

    [Fact]
    public async Task Call_OfWhichNobodyKnowsTheEnd_IsAnotherChargeThanTheOneOfWordsThatWereChangedMeanwhile()
    {
        var cut = 1;
        await using var studio = await StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 100, script: (request, destination, token) => Interlocked.Decrement(ref cut) >= 0
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Transient) with { IsUnresolved = true })
            : ScriptedProvider.DrawAsync(request, destination, token));
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.UntilAsync(story.Id, s => s.Images[0] is { Status: ImageStatus.Pending, NextAttemptAt: not null })).Images[0];
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Other words." });
        studio.Advance(image.NextAttemptAt!.Value - studio.Time.GetUtcNow());

        await studio.UntilFinishedAsync(story.Id);

        await AssertLedgerAsync(studio);
        await using var db = studio.OpenDatabase();
        Assert.Equal([true, false], await db.Attempts.OrderBy(a => a.Number).Select(a => a.MayBeCharged).ToListAsync());
        Assert.Equal(0.20m, await new Ledger().OfMonthAsync(db, studio.Time.GetUtcNow()));
    }

    [Fact]
    public async Task Call_ThatAStopCutsOff_IsOneChargeWithTheOneThatFollows()
    {
        var gate = new TaskCompletionSource();
        await using var studio = await StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 100, gate.Task);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.InProgress);
        await studio.RestartAsync();
        gate.SetResult();

        await studio.UntilFinishedAsync(story.Id);

        await AssertLedgerAsync(studio);
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
    public async Task Budget_IsHeldByCallsOfWhichNobodyKnowsTheEnd()
    {
        await using var studio = await StartAsync(each: 0.10m, o => (o.Generation.MaxRetries, o.Generation.MaxConcurrency) = (0, 1), script: (_, _, _) =>
            Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Transient) with { IsUnresolved = true }));
        var story = await studio.CreateStoryAsync(3);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 0.25m });

        var paused = await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, InProgress: 0 });

        Assert.Equal((PauseReason.Budget, 2, 1), (paused.Run!.PauseReason, paused.Run.Failed, paused.Run.Pending));
        Assert.Equal(2, studio.Provider.Calls.Count);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("month")]
    public async Task Budget_ThatIsExactlyTheEstimate_IsEnoughWhereCallsGoAgain(string budget)
    {
        var cut = 2;
        await using var studio = await StartAsync(
            each: 0.10m,
            o => o.Generation.MonthlyBudgetUsd = budget == "month" ? 0.30m : null,
            script: (request, destination, token) => request.Scene != "Segment 1." && Interlocked.Decrement(ref cut) >= 0
                ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Timeout) with { IsUnresolved = true })
                : ScriptedProvider.DrawAsync(request, destination, token));
        var story = await studio.CreateStoryAsync(3);
        var estimate = await studio.Illustrator.EstimateAsync(story.Id, new() { UseCharacterConsistency = false });
        Assert.Equal(0.30m, estimate.CostUsd);

        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = budget == "run" ? estimate.CostUsd : null });
        var waiting = await studio.UntilAsync(story.Id, s => s.Images.Count(i => i is { Status: ImageStatus.Pending, NextAttemptAt: not null }) == 2);
        await studio.Illustrator.PauseAsync(run.Id);
        await studio.Illustrator.ResumeAsync(run.Id);
        studio.Advance(waiting.Images.Max(i => i.NextAttemptAt)!.Value - studio.Time.GetUtcNow());

        var end = await studio.UntilAsync(story.Id, s => s.Run is { InProgress: 0, Status: RunStatus.Paused or RunStatus.Completed });
        Assert.Equal((RunStatus.Completed, 3, 0.30m), (end.Run!.Status, end.Run.Completed, end.Run.CostUsd));
        await AssertLedgerAsync(studio);
    }

    [Fact]
    public async Task IdenticalRequest_IsNotPaidForTwice()
    {
        await using var studio = await StartAsync(each: 0.10m);
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Twins",
            Segments = [new() { Text = "A door." }, new() { Text = "A door." }, new() { Text = "A window." }, new() { Text = "A door." }],
            Styles = ["illustration"],
        });
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal((4, 0.20m), (end.Run!.Completed, end.Run.CostUsd));
        Assert.Equal(2, studio.Provider.Calls.Count);
        Assert.Equal(4, end.Images.Select(i => i.Url).Distinct(StringComparer.Ordinal).Count());
        var details = new List<ImageDetails>();
        foreach (var number in new[] { "1.1", "1.2", "1.4" })
        {
            details.Add(await studio.Illustrator.GetImageAsync(story.Id, number, "illustration"));
        }

        Assert.Equal(["reused", "reused", "succeeded"], details.Select(d => d.Attempts.Single().Outcome).Order(StringComparer.Ordinal));
        Assert.Equal([0, 0, 0.10m], details.Select(d => d.Attempts.Single().CostUsd!.Value).Order());
        await StoredFiles.AssertMatchRowsAsync(studio);

        // Who asks for another version gets another one.
        await studio.Illustrator.RegenerateAsync(end.Images[1].Id, null, null);
        await studio.UntilAsync(story.Id, s => s.Images[1].ChosenVersion == 2 && s.Pending == 0);
        Assert.Equal(3, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task IdenticalRequest_ThatCostsNothing_IsMadeAgain()
    {
        await using var studio = await StartAsync(each: 0);
        var story = await studio.Library.CreateAsync(new() { Title = "Twins", Segments = [new() { Text = "A door." }, new() { Text = "A door." }], Styles = ["illustration"] });
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });

        Assert.Equal(2, (await studio.UntilFinishedAsync(story.Id)).Run!.Completed);

        Assert.Equal(2, studio.Provider.Calls.Count);
        Assert.Equal("succeeded", (await studio.Illustrator.GetImageAsync(story.Id, "1.2", "illustration")).Attempts.Single().Outcome);
    }

    [Fact]
    public async Task IdenticalRequest_WhoseFirstFails_IsMadeByTheNext()
    {
        var failing = 1;
        await using var studio = await StartAsync(each: 0.10m, script: (request, destination, token) => Interlocked.Decrement(ref failing) >= 0
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused))
            : ScriptedProvider.DrawAsync(request, destination, token));
        var story = await studio.Library.CreateAsync(new() { Title = "Twins", Segments = [new() { Text = "A door." }, new() { Text = "A door." }], Styles = ["illustration"] });
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });

        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal((1, 1), (end.Run!.Completed, end.Run.Failed));
        Assert.Equal(2, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task DamagedPicture_ThatWasPaidFor_KeepsItsCost()
    {
        await using var studio = await StartAsync(each: 0.10m, script: async (_, destination, token) =>
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

    [Theory]
    [InlineData(-1)]
    public async Task Budget_ThatIsNone_IsRefused(int budget)
    {
        await using var studio = await StartAsync(each: 0.10m);
        var story = await studio.CreateStoryAsync(1);

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => studio.Illustrator.StartAsync(story.Id, new() { BudgetUsd = budget }));

        Assert.Contains("budgetUsd", refused.Errors.Keys);
    }

    private static async Task AssertLedgerAsync(Studio studio)
    {
        var carried = await studio.Services.GetRequiredService<StoryWriter>().ExecuteAsync(scope => scope.Ledger.OfMonthAsync(scope.Db, scope.Now));
        await using var db = studio.OpenDatabase();
        Assert.Equal(await new Ledger().OfMonthAsync(db, studio.Time.GetUtcNow()), carried);
    }

    private static async Task AssertReservedAsSentAsync(Studio studio, string runId, decimal estimate)
    {
        await using var db = studio.OpenDatabase();
        var attempts = await db.Attempts.Where(a => a.RunId == runId).ToListAsync();
        Assert.Equal(estimate, attempts.Sum(a => a.EstimatedUsd));
        foreach (var attempt in attempts)
        {
            var call = studio.Provider.Calls.Single(c => ReceivedCall.Attempt(c.IdempotencyKey) == attempt.IdempotencyKey);
            Assert.Equal(0.10m + (0.01m * call.References.Count), attempt.EstimatedUsd);
        }
    }

    /// <summary>Two scenes; of three characters one has a sheet.</summary>
    private static async Task<StoryDetails> WithCharactersAsync(Studio studio)
    {
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Three",
            Segments = [new() { Text = "Mira walks." }, new() { Text = "Mira and Bram talk.", HardCut = true }, new() { Text = "Rosa sleeps." }, new() { Text = "Bram and Mira and Rosa sing." }],
            Characters = [new("Mira", "A girl in red."), new("Bram", "A tall man."), new("Rosa", "A cat.")],
            Styles = ["illustration"],
        });
        var cast = await studio.Cast.GetAsync(story.Id);
        await studio.Cast.DrawSheetsAsync(cast.Single(c => c.Name == "Mira").Id, ["illustration"]);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Completed));
        return story;
    }

    private static Task<Studio> StartWithReferencesAsync(decimal? each, decimal? reference, int mostReferences) => Studio.StartAsync(provider: new()
    {
        Estimate = each,
        ReferenceUsd = reference,
        Capabilities = new() { TypicalDuration = TimeSpan.FromSeconds(1), MakesSvg = true, MaxReferences = mostReferences, ReferenceFormats = ["image/png", "image/svg+xml"], Formats = ["image/svg+xml"], Model = "scripted" },
    });

    private static Task<Studio> StartAsync(
        decimal? each,
        Action<StoryStudioOptions>? configure = null,
        Task? gate = null,
        Func<ImageRequest, Stream, CancellationToken, Task<ImageOutcome>>? script = null,
        Action<IServiceCollection>? services = null,
        TimeProvider? time = null) => Studio.StartAsync(configure, time: time, services: services, provider: new()
    {
        Estimate = each,
        Script = async (request, destination, _, token) =>
        {
            await (gate ?? Task.CompletedTask).WaitAsync(token);
            var outcome = await (script ?? ScriptedProvider.DrawAsync)(request, destination, token);
            return outcome is PictureMade made ? made with { CostUsd = each } : outcome;
        },
    });
}
