using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>Budgets of runs and of the month: what pauses for them, what goes on, and what they remember.</summary>
public sealed class BudgetTests
{
    [Fact]
    public async Task Run_PausesBeforeItGoesBeyondItsBudgetAndGoesOnWithALargerOne()
    {
        await using var studio = await Priced.StartAsync(each: 0.10m);
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

    [Theory]
    [InlineData(null, false, 0.5)]
    [InlineData(0.2, false, 0.2)]
    [InlineData(null, true, null)]
    public async Task Run_WhereTheSettingsHaveABudget_HasItUnlessAnotherOrNoneIsAskedFor(double? asked, bool without, double? expected)
    {
        await using var studio = await Priced.StartAsync(each: 0.10m, o => o.Generation.BudgetUsd = 0.5m);
        var story = await studio.CreateStoryAsync(1);

        var run = await studio.Illustrator.StartAsync(story.Id, new() { BudgetUsd = (decimal?)asked, WithoutBudget = without });

        Assert.Equal((decimal?)expected, run.BudgetUsd);
        await studio.UntilFinishedAsync(story.Id);
    }

    [Fact]
    public async Task Budget_CountsWhatIsInFlight()
    {
        var gate = new TaskCompletionSource();
        await using var studio = await Priced.StartAsync(each: 0.10m, gate: gate.Task);
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
        await using var studio = await Priced.StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 0.20m);
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
        await using var studio = await Priced.StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 0.10m, time: clock);
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
    public async Task MonthlyBudget_ThatIsWholeAgain_DrawsTheSheetsBeforeTheRunThatWaitedWithThem()
    {
        var clock = new ManualTimeProvider(new(2026, 6, 30, 23, 30, 0, TimeSpan.Zero));
        await using var studio = await Priced.StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 0.05m, time: clock);
        var story = await studio.Library.CreateAsync(new() { Title = "Mira", Segments = [new() { Text = "Mira walks." }], Characters = [new("Mira", "A girl in red.")], Styles = ["illustration"] });
        var mira = Assert.Single(await studio.Cast.GetAsync(story.Id));
        await studio.Cast.DrawSheetsAsync(mira.Id, null);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Error?.Code == "budget_exhausted"));
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused });

        studio.Services.GetRequiredService<IOptions<StoryStudioOptions>>().Value.Generation.MonthlyBudgetUsd = 5;
        await studio.RunAsync(TimeSpan.FromMinutes(31));

        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal([ImageStatus.Completed, ImageStatus.Completed], end.CharacterImages.Concat(end.Images).Select(i => i.Status));
        Assert.Contains("plain background", studio.Provider.Calls.First().Prompt, StringComparison.Ordinal);
        Assert.Null(end.Images[0].Stale);
    }

    [Fact]
    public async Task MonthlyBudget_RemembersWhatStoriesCostThatAreGone()
    {
        await using var studio = await Priced.StartAsync(each: 0.10m, o => o.Generation.MonthlyBudgetUsd = 0.20m);
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
        await using var studio = await Priced.StartAsync(each: 0.10m, o => (o.Generation.MaxRetries, o.Generation.MonthlyBudgetUsd) = (0, 10), script: (request, destination, token) => request.Scene == "Segment 3."
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
        await using var studio = await Priced.StartAsync(each: null);
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
        await using var studio = await Priced.StartAsync(each: null);
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
    public async Task UnknownPrice_ThatTheSettingsNameByTheNextStart_PausesNothingMore()
    {
        await using var studio = await Studio.StartAsync(provider: new() { Estimate = null });
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { BudgetUsd = 5 });
        await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, PauseReason: PauseReason.UnknownPrice });
        await studio.RestartAsync();
        await studio.AsleepAsync();
        Assert.Equal(PauseReason.UnknownPrice, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Run!.PauseReason);

        await studio.StopAsync();
        studio.Provider.Estimate = 0.10m;
        await studio.RestartAsync();
        await studio.RunAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(RunStatus.Completed, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Run!.Status);
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
        await using var studio = await Priced.StartAsync(each: 0.10m, o => o.Styles[1].Provider = "free", services: s => s.AddSingleton<IImageProvider>(free));
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
    public async Task Budget_IsHeldByCallsOfWhichNobodyKnowsTheEnd()
    {
        await using var studio = await Priced.StartAsync(each: 0.10m, o => (o.Generation.MaxRetries, o.Generation.MaxConcurrency) = (0, 1), script: (_, _, _) =>
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
        await using var studio = await Priced.StartAsync(
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
        await Priced.AssertLedgerAsync(studio);
    }

    [Theory]
    [InlineData(-1)]
    public async Task Budget_ThatIsNone_IsRefused(int budget)
    {
        await using var studio = await Priced.StartAsync(each: 0.10m);
        var story = await studio.CreateStoryAsync(1);

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => studio.Illustrator.StartAsync(story.Id, new() { BudgetUsd = budget }));

        Assert.Contains("budgetUsd", refused.Errors.Keys);
    }
}
