using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>
/// What a budget is in the way of says so, and no longer than that is so: what was held for a call that came to less, or to nothing, is there for the
/// next picture, and nobody has to resume a run for which there is money.
/// </summary>
public sealed class BudgetHoldTests
{
    private const decimal Estimate = 0.10m;

    [Theory]
    [InlineData(0.25, 4)]
    [InlineData(0.30, 5)]
    public async Task Run_WhosePicturesAreCheaperThanTheyWereThought_StopsWhereTheNextOneWouldGoBeyondItsBudget(double budget, int pictures)
    {
        await using var studio = await StartAsync((request, destination, token) => DrawAsync(request, destination, 0.05m, token));
        var story = await studio.CreateStoryAsync(5);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = (decimal)budget });

        await studio.RunAsync(TimeSpan.FromMinutes(2));

        var end = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal((pictures, 0.05m * pictures, pictures == 5 ? RunStatus.Completed : RunStatus.Paused), (end.Completed, end.CostUsd, end.Status));
        if (pictures < 5)
        {
            Assert.Equal(PauseReason.Budget, end.PauseReason);
            Assert.Equal("budget_exhausted", (await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.ResumeAsync(run.Id))).Code);
        }
    }

    [Fact]
    public async Task Run_OneOfWhosePicturesFailsForNothing_TriesItAgainWithinItsBudget()
    {
        var failed = false;
        await using var studio = await StartAsync((request, destination, token) =>
        {
            if (request.Scene != "Segment 1." || failed)
            {
                return DrawAsync(request, destination, Estimate, token);
            }

            failed = true;
            return Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Transient));
        });
        var story = await studio.CreateStoryAsync(3);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 2 * Estimate });

        await studio.RunAsync(TimeSpan.FromMinutes(2));

        var end = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal((RunStatus.Paused, PauseReason.Budget, 2, 2 * Estimate), (end.Status, end.PauseReason, end.Completed, end.CostUsd));
        Assert.Equal(3, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task Run_ThatTheMonthsBudgetPausedForAnotherOnesCall_GoesOnWhereThatCostsNothing()
    {
        await using var studio = await StartAsync(
            async (request, destination, token) => request.Scene == "Segment 1." ? ScriptedProvider.Failure(FailureKind.Refused) : await DrawAsync(request, destination, Estimate, token),
            o => o.Generation.MonthlyBudgetUsd = Estimate);
        var first = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(first.Id, new());
        await studio.AsleepAsync();
        var second = await studio.Library.CreateAsync(new() { Title = "Another", Segments = [new() { Text = "A door." }, new() { Text = "A tree." }], Styles = ["illustration"] });
        await studio.Illustrator.StartAsync(second.Id, new() { UseCharacterConsistency = false });
        await studio.AsleepAsync();
        Assert.Equal(PauseReason.MonthlyBudget, (await studio.Illustrator.GetSnapshotAsync(second.Id)).Run!.PauseReason);

        await studio.RunAsync(TimeSpan.FromMinutes(2));

        var end = (await studio.Illustrator.GetSnapshotAsync(second.Id)).Run!;
        Assert.Equal((RunStatus.Paused, PauseReason.MonthlyBudget, 1, 1), (end.Status, end.PauseReason, end.Completed, end.Pending));
    }

    [Fact]
    public async Task Run_ThatAPersonPausedBesides_StaysPaused()
    {
        await using var studio = await StartAsync((request, destination, token) => DrawAsync(request, destination, 0, token));
        var story = await studio.CreateStoryAsync(2);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = Estimate });
        await studio.AsleepAsync();
        Assert.Equal(PauseReason.Budget, (await studio.Illustrator.GetRunAsync(run.Id)).Run.PauseReason);

        await studio.Illustrator.PauseAsync(run.Id);
        await studio.RunAsync(TimeSpan.FromMinutes(2));

        var paused = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal((RunStatus.Paused, PauseReason.Author, 1, 1), (paused.Status, paused.PauseReason, paused.Completed, paused.Pending));
        await studio.Illustrator.ResumeAsync(run.Id);
        await studio.RunAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(RunStatus.Completed, (await studio.Illustrator.GetRunAsync(run.Id)).Run.Status);
    }

    /// <summary>What was under way may be paid for: it is held already, and costs nothing more when the same call goes again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_ThatABudgetPausedWhenTheProcessEnded_FinishesWhatWasUnderWay(bool isKilled)
    {
        await using var studio = await StartAsync((request, destination, token) => DrawAsync(request, destination, Estimate, token));
        var story = await studio.CreateStoryAsync(4);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 2 * Estimate });
        await studio.AsleepAsync();
        Assert.Equal((PauseReason.Budget, 2), (await studio.Illustrator.GetRunAsync(run.Id)).Run is { } paused ? (paused.PauseReason, paused.InProgress) : default);

        await (isKilled ? studio.CrashAsync() : studio.RestartAsync());
        await studio.RunAsync(TimeSpan.FromMinutes(2));

        var end = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal((RunStatus.Paused, PauseReason.Budget, 2, 2 * Estimate), (end.Status, end.PauseReason, end.Completed, end.CostUsd));
        Assert.Equal(2, studio.Provider.Calls.Select(c => c.IdempotencyKey).Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>What may be paid for is held, and no larger budget is needed for the same call to go again.</summary>
    [Theory]
    [InlineData(1, 0.20)]
    [InlineData(2, 0.20)]
    [InlineData(1, 0.10)]
    public async Task Run_ThatABudgetPaused_SendsTheSameCallAgainThatNobodyKnowsTheEndOf(int page, double budget)
    {
        var isFirst = true;
        await using var studio = await StartAsync((request, destination, token) =>
        {
            if (request.Scene != $"Segment {page}." || !isFirst)
            {
                return DrawAsync(request, destination, Estimate, token);
            }

            isFirst = false;
            return Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Timeout) with { IsUnresolved = true });
        });
        var story = await studio.CreateStoryAsync(4);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = (decimal)budget });
        await studio.RunAsync(TimeSpan.FromSeconds(10.5));
        var paused = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal((RunStatus.Paused, PauseReason.Budget, 0), (paused.Status, paused.PauseReason, paused.InProgress));
        Assert.Single((await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next, q => q.WaitsFor is { Kind: QueueWaitKind.Retry, Until: not null } && q.Image.Number == $"1.{page}");

        await studio.RunAsync(TimeSpan.FromMinutes(2));

        var pictures = (int)((decimal)budget / Estimate);
        var end = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal((RunStatus.Paused, PauseReason.Budget, pictures, pictures * Estimate), (end.Status, end.PauseReason, end.Completed, end.CostUsd));
        Assert.Equal((pictures + 1, pictures), (studio.Provider.Calls.Count, studio.Provider.Calls.Select(c => c.IdempotencyKey).Distinct(StringComparer.Ordinal).Count()));
    }

    [Fact]
    public async Task Run_WhoseLastPictureIsACallThatGoesAgain_IsOverWithThat()
    {
        var isFirst = true;
        await using var studio = await Priced.StartAsync(Estimate, script: (request, destination, token) =>
        {
            var isLost = isFirst;
            isFirst = false;
            return isLost ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Timeout) with { IsUnresolved = true }) : ScriptedProvider.DrawAsync(request, destination, token);
        });
        var story = await studio.Library.CreateAsync(new() { Title = "Twins", Segments = [new() { Text = "A door." }, new() { Text = "A door." }], Styles = ["illustration"] });
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = Estimate });

        await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, InProgress: 0 });
        await studio.RunAsync(TimeSpan.FromMinutes(1));

        var end = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Run!;
        Assert.Equal((RunStatus.Completed, 2, Estimate), (end.Status, end.Completed, end.CostUsd));
    }

    [Fact]
    public async Task Run_ThatAPersonPausedBesides_SendsNoCallAgain()
    {
        await using var studio = await StartAsync((_, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Timeout) with { IsUnresolved = true }));
        var story = await studio.CreateStoryAsync(2);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = Estimate });
        await studio.AsleepAsync();
        await studio.Illustrator.PauseAsync(run.Id);

        await studio.RunAsync(TimeSpan.FromMinutes(2));

        Assert.Single(studio.Provider.Calls);
        Assert.All((await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next, q => Assert.Equal(QueueWaitKind.Pause, q.WaitsFor!.Kind));
    }

    [Fact]
    public async Task Style_ThatABudgetIsInTheWayOf_IsAChangeToWhoeverWatchesThoughNothingElseMoves()
    {
        await using var studio = await Studio.StartAsync(o => o.Styles[1].Provider = "free", new() { Estimate = Estimate }, engine: false, services: s => s.AddSingleton<IImageProvider>(new ScriptedProvider { Name = "free", Estimate = 0 }));
        var story = await studio.CreateStoryAsync(1, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = Estimate / 2 });
        var before = await studio.Illustrator.GetSnapshotAsync(story.Id);

        await studio.Services.GetRequiredService<IGenerationQueue>().ClaimAsync([new(before.Images.Single(i => i.Style == "illustration").Id, "attempt-1", "sketch", null, null, BecomesReference: false)]);

        var after = await studio.Illustrator.GetSnapshotAsync(story.Id);
        Assert.Equal((true, false), (after.Run!.Styles["illustration"].Paused, after.Run.Styles["clear"].Paused));
        Assert.True(after.Version > before.Version);
        Assert.Equal(after.Version, after.Run.Version);
    }

    /// <summary>Other words are another call and another charge, whatever the earlier one comes to.</summary>
    [Fact]
    public async Task Call_WhoseWordsWereChangedBeforeItGoesAgain_IsNotMadeBeyondTheBudget()
    {
        var isFirst = true;
        await using var studio = await StartAsync((request, destination, token) =>
        {
            var isLost = isFirst;
            isFirst = false;
            return isLost ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Timeout) with { IsUnresolved = true }) : DrawAsync(request, destination, Estimate, token);
        });
        var story = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { BudgetUsd = Estimate });
        await studio.RunAsync(TimeSpan.FromSeconds(10));
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Other words." });

        await studio.RunAsync(TimeSpan.FromMinutes(2));

        var paused = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal((RunStatus.Paused, PauseReason.Budget, 1), (paused.Status, paused.PauseReason, studio.Provider.Calls.Count));
        await studio.Illustrator.ResumeAsync(run.Id, budgetUsd: 2 * Estimate);
        await studio.RunAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((RunStatus.Completed, 2), ((await studio.Illustrator.GetRunAsync(run.Id)).Run.Status, studio.Provider.Calls.Select(c => c.IdempotencyKey).Distinct(StringComparer.Ordinal).Count()));
        await using var db = studio.OpenDatabase();
        Assert.Equal(2 * Estimate, await new Ledger().OfRunAsync(db, run.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Style_ThatNoLargerBudgetHelps_SaysWhatWould(bool isTheMonths)
    {
        var other = new ScriptedProvider { Name = "other", Estimate = isTheMonths ? Estimate : null };
        await using var studio = await StartAsync(
            (request, destination, token) => DrawAsync(request, destination, 0, token),
            o =>
            {
                o.Styles[1].Provider = "other";
                o.Generation.MonthlyBudgetUsd = isTheMonths ? Estimate / 2 : null;
            },
            s => s.AddSingleton<IImageProvider>(other),
            estimate: isTheMonths ? 0 : Estimate);
        var story = await studio.CreateStoryAsync(9, "illustration", "clear");
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = isTheMonths ? null : 100 });

        await studio.AsleepAsync();

        var held = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.True(held.IsHeldInPart());
        Assert.EndsWith(isTheMonths ? "clear waits for the next month, or a larger budget for this one." : "clear waits for a price: there is a budget, and what it costs is not known.", held.Message, StringComparison.Ordinal);
        Assert.Contains((await studio.Services.GetRequiredService<IQueueBoard>().GetAsync()).Next, q => q.WaitsFor!.Message.StartsWith(isTheMonths ? "Waiting for the next month" : "Waiting for its price", StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.ResumeAsync(run.Id, budgetUsd: 1000));
        Assert.Equal("budget_exhausted", refused.Code);
        Assert.Contains(isTheMonths ? "this month's budget" : "StoryStudio:Prices", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The very same request has made it already: nothing is in the way of it.</summary>
    [Fact]
    public async Task Run_ThatWaitsForMoneyAndNeedsNoneAfterACancel_GoesOn()
    {
        await using var studio = await Priced.StartAsync(Estimate, o => o.Generation.MaxConcurrency = 1);
        var story = await studio.Library.CreateAsync(new() { Title = "Twins", Segments = [new() { Text = "A door." }, new() { Text = "A tree." }, new() { Text = "A door." }], Styles = ["illustration"] });
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = Estimate });
        var paused = await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, InProgress: 0 });

        await studio.Illustrator.CancelImageAsync(paused.Images[1].Id);
        await studio.RunAsync(TimeSpan.FromSeconds(5));

        var end = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal((RunStatus.Completed, 2, 1, Estimate), (end.Status, end.Completed, end.Cancelled, end.CostUsd));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_ThatWaitsForMoneyForPicturesThatWereLockedOrApprovedMeanwhile_PassesThemByAndIsOver(bool isApproved)
    {
        await using var studio = await Priced.StartAsync(Estimate);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        var drawn = await studio.UntilFinishedAsync(story.Id);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, OnlyMissing = false, BudgetUsd = 0 });
        await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused });

        foreach (var image in drawn.Images)
        {
            await (isApproved
                ? studio.Services.GetRequiredService<IReviews>().DecideAsync(Actor.Local, image.Id, 1, DecisionKind.Approved, null)
                : (Task)studio.Services.GetRequiredService<IPictureDesk>().LockAsync(Actor.Local, image.Id));
        }

        await studio.RunAsync(TimeSpan.FromSeconds(1));
        Assert.NotNull((await studio.Illustrator.GetRunAsync(run.Id)).Run.FinishedAt);
        Assert.Equal(2, studio.Provider.Calls.Count);
    }

    /// <summary>What the engine has decided itself is no reason for it to decide it anew: that would have no end.</summary>
    [Fact]
    public async Task Run_WhoseDearerPictureIsWantedBeforeOneThatFits_ComesToRest()
    {
        var gate = new TaskCompletionSource();
        await using var studio = await Priced.StartAsync(Estimate, o => o.Generation.MaxConcurrency = 1, gate: gate.Task);
        var story = await studio.Library.CreateAsync(new() { Title = "Twins", Segments = [new() { Text = "A door." }, new() { Text = "A door." }, new() { Text = "A tree." }], Styles = ["illustration"] });
        await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.1"], UseCharacterConsistency = false });
        gate.SetResult();
        await studio.UntilFinishedAsync(story.Id);
        var steered = await studio.CreateStoryAsync(1);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.2", "1.3"], UseCharacterConsistency = false, BudgetUsd = 0 });
        await studio.AsleepAsync();
        await studio.Illustrator.MoveToFrontAsync((await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[2].Id);
        await studio.Illustrator.StartAsync(steered.Id, new());

        await studio.RunAsync(TimeSpan.FromSeconds(10));

        var end = (await studio.Illustrator.GetRunAsync(run.Id)).Run;
        Assert.Equal((RunStatus.Paused, PauseReason.Budget), (end.Status, end.PauseReason));
    }

    /// <summary>The program ended twice during it: it goes alone, and what may be paid for is held for it all the same.</summary>
    [Fact]
    public async Task Run_ThatABudgetPaused_SendsACallAgainThatTheProcessEndedDuringTwice()
    {
        var gate = new TaskCompletionSource();
        await using var studio = await Priced.StartAsync(Estimate, gate: gate.Task);
        var story = await studio.CreateStoryAsync(3);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false, BudgetUsd = 2 * Estimate });
        for (var i = 1; i < StoryImage.MostCrashes; i++)
        {
            await studio.UntilAsync(story.Id, s => s.Run is { InProgress: 2, Status: RunStatus.Paused });
            await studio.CrashAsync();
        }

        gate.SetResult();
        var end = (await studio.UntilAsync(story.Id, s => s.Run is { Completed: 2, InProgress: 0 })).Run!;
        Assert.Equal((RunStatus.Paused, 2 * Estimate, run.Id), (end.Status, end.CostUsd, end.Id));
    }

    private static async Task<ImageOutcome> DrawAsync(ImageRequest request, Stream destination, decimal costUsd, CancellationToken token) =>
        await ScriptedProvider.DrawAsync(request, destination, token) is PictureMade made ? made with { CostUsd = costUsd } : throw new InvalidOperationException("It draws.");

    /// <summary>Calls take ten seconds, so that others are claimed meanwhile.</summary>
    private static async Task<Studio> StartAsync(
        Func<ImageRequest, Stream, CancellationToken, Task<ImageOutcome>> draw, Action<StoryStudioOptions>? configure = null, Action<IServiceCollection>? services = null, decimal estimate = Estimate)
    {
        Studio? own = null;
        return own = await Studio.StartAsync(configure, services: services, provider: new()
        {
            Estimate = estimate,
            Script = async (request, destination, _, token) =>
            {
                await own!.Clock.SleepAsync(TimeSpan.FromSeconds(10), token);
                return await draw(request, destination, token);
            },
        });
    }
}
