using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Storage;
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
        Assert.Contains("0.20 of its 0.25", refused.Message, StringComparison.Ordinal);
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
        await EngineTests.AssertFilesMatchRowsAsync(studio);

        // Who asks for another version gets another one.
        await studio.Illustrator.RegenerateAsync(end.Images[1].Id, null, null);
        await studio.UntilAsync(story.Id, s => s.Images[1].ChosenVersion == 2 && s.Pending == 0);
        Assert.Equal(3, studio.Provider.Calls.Count);
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

    private static Task<Studio> StartAsync(
        decimal? each, Action<StoryStudioOptions>? configure = null, Task? gate = null, Func<ImageRequest, Stream, CancellationToken, Task<ImageOutcome>>? script = null) => Studio.StartAsync(configure, new()
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
