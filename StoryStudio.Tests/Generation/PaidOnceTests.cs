using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>Pages that ask for the very same picture: what one of them makes is the other's as well, and estimates and budgets know it beforehand.</summary>
public sealed class PaidOnceTests
{
    private const decimal Price = 0.10m;

    [Fact]
    public async Task Estimate_CountsWhatIsTheVerySameRequestOnce()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio, "A door.", "A tree.", "A door.", "A door.");
        Assert.Equal((4, 2 * Price, 2), await EstimateAsync(studio, story));

        await RunAsync(studio, story, "1.3");
        Assert.Equal((3, Price, 2), await EstimateAsync(studio, story));

        await RunAsync(studio, story);
        Assert.Equal(2, studio.Provider.Calls.Count);

        // Whoever asks for others than those that are there pays for them.
        Assert.Equal((4, 4 * Price, 0), await EstimateAsync(studio, story, onlyMissing: false));
    }

    [Fact]
    public async Task Estimate_OfPagesThatGoWithTheStylesFirstPicture_IsWhatTheyCost()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio, "A door.", "A door.", "A door.");

        // The first goes without a reference, and so is another request than the others.
        var estimate = await studio.Illustrator.EstimateAsync(story, new());
        Assert.Equal((2 * Price, 1), (estimate.CostUsd, estimate.Paid));

        await studio.Illustrator.StartAsync(story, new() { BudgetUsd = estimate.CostUsd });
        var run = (await studio.UntilFinishedAsync(story)).Run!;
        Assert.Equal((RunStatus.Completed, 3, 2 * Price), (run.Status, run.Completed, run.CostUsd));
    }

    [Fact]
    public async Task Redo_OfWhatFitsAgainOnceAChangeWasTakenBack_CostsNothing()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio, "A door.", "A tree.", "A bird.");
        await studio.Illustrator.StartAsync(story, new());
        await studio.UntilFinishedAsync(story);
        var redo = new RunRequest { OnlyStale = true };
        foreach (var (note, costs) in new[] { ("At dusk.", 3 * Price), (null, 0m) })
        {
            await studio.Services.GetRequiredService<IPromptBook>().SetNoteAsync(Actor.Local, story, "illustration", note);
            var estimate = await studio.Illustrator.EstimateAsync(story, redo);
            Assert.Equal((3, costs), (estimate.Total, estimate.CostUsd));
            var run = await studio.Illustrator.StartAsync(story, redo);
            var end = await studio.UntilAsync(story, s => s.Run is { FinishedAt: not null } r && r.Id == run.Id);
            Assert.Equal(costs, end.Run!.CostUsd);
            Assert.All(end.Images, i => Assert.Null(i.Stale));
        }

        Assert.Equal(6, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task Redo_OfWhatFitsAgain_BringsBackTheLatestThatWasAskedFor()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio, "A door.");
        await studio.Illustrator.StartAsync(story, new());
        var image = (await studio.UntilFinishedAsync(story)).Images[0];
        await studio.Illustrator.RegenerateAsync(image.Id, null, null);
        await studio.UntilAsync(story, s => s.Images[0].ChosenVersion == 2);
        foreach (var note in new[] { "At dusk.", null })
        {
            await studio.Services.GetRequiredService<IPromptBook>().SetNoteAsync(Actor.Local, story, "illustration", note);
            var run = await studio.Illustrator.StartAsync(story, new() { OnlyStale = true });
            await studio.UntilAsync(story, s => s.Run is { FinishedAt: not null } r && r.Id == run.Id);
        }

        await using var db = studio.OpenDatabase();
        var versions = await db.ImageVersions.Where(v => v.ImageId == image.Id).OrderBy(v => v.Number).ToListAsync();
        Assert.Equal(3, studio.Provider.Calls.Count);
        Assert.Equal(versions[1].Sha256, versions[3].Sha256);
        Assert.NotEqual(versions[0].Sha256, versions[3].Sha256);
    }

    [Fact]
    public async Task Budget_ThatIsExactlyTheEstimate_IsEnoughWhileTheOneThatPaysIsUnderWay()
    {
        var gate = new TaskCompletionSource();
        await using var studio = await StartAsync(async (request, destination, token) =>
        {
            await gate.Task.WaitAsync(token);
            return await DrawAsync(request, destination, token);
        });
        var story = await StoryAsync(studio, "A door.", "A door.", "A tree.");
        await studio.Illustrator.StartAsync(story, new() { UseCharacterConsistency = false, BudgetUsd = 2 * Price });
        await studio.UntilAsync(story, s => s.Run is { InProgress: 3 });
        gate.SetResult();

        var run = (await studio.UntilFinishedAsync(story)).Run!;
        Assert.Equal((RunStatus.Completed, 3, 2 * Price, 2), (run.Status, run.Completed, run.CostUsd, studio.Provider.Calls.Count));
        Assert.Equal([0m, Price, Price], await EstimatesAsync(studio));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task OneThatWaitedForTheSame_PaysWhereThatCameToNothing_AndOnlyWithinTheBudget(int pictures)
    {
        var gate = new TaskCompletionSource();
        var calls = 0;
        await using var studio = await StartAsync(async (request, destination, token) =>
        {
            await gate.Task.WaitAsync(token);
            return Interlocked.Increment(ref calls) == 1
                ? ScriptedProvider.Failure(FailureKind.Refused) with { CostUsd = Price }
                : await DrawAsync(request, destination, token);
        });
        var story = await StoryAsync(studio, "A door.", "A door.");
        await studio.Illustrator.StartAsync(story, new() { UseCharacterConsistency = false, BudgetUsd = pictures * Price });
        await studio.UntilAsync(story, s => s.Run is { InProgress: 2 });
        gate.SetResult();

        var run = (await studio.UntilAsync(story, s => s.Run is { InProgress: 0 } r && (r.FinishedAt is not null || r.Status is RunStatus.Paused))).Run!;
        Assert.Equal((pictures - 1, 1, pictures * Price, pictures), (run.Completed, run.Failed, run.CostUsd, calls));
        Assert.Equal(pictures == 1 ? PauseReason.Budget : null, run.PauseReason);
    }

    [Fact]
    public async Task PictureToBeTakenOver_WhoseFileIsGone_IsNotPaidForBeyondTheBudget()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio, "A door.", "A door.");
        await RunAsync(studio, story, "1.1");
        File.Delete(Assert.Single(Directory.GetFiles(studio.Folder, "Beat_1.1.*", SearchOption.AllDirectories)));

        await studio.Illustrator.StartAsync(story, new() { UseCharacterConsistency = false, BudgetUsd = Price / 2 });

        var paused = await studio.UntilAsync(story, s => s.Run is { Status: RunStatus.Paused, InProgress: 0 });
        Assert.Equal((PauseReason.Budget, 1), (paused.Run!.PauseReason, studio.Provider.Calls.Count));
    }

    [Fact]
    public async Task PageThatWasRewrittenSinceItsTwinWasPaid_CountsAgainstTheBudget()
    {
        var gate = new TaskCompletionSource();
        var steered = new SteeredQueue();
        await using var studio = await StartAsync(DrawAsync, steered.Register);
        var story = await StoryAsync(studio, "A door.", "A door.");
        await RunAsync(studio, story, "1.1");
        steered.Loading = async _ =>
        {
            steered.Loading = null;
            await studio.Library.UpdateSegmentAsync(story, "1.2", new() { Text = "A tree." });
        };
        await studio.Illustrator.StartAsync(story, new() { UseCharacterConsistency = false, BudgetUsd = Price });
        await studio.UntilFinishedAsync(story);

        Assert.Equal(2, studio.Provider.Calls.Count);
        Assert.Equal([Price, Price], await EstimatesAsync(studio));
    }

    [Fact]
    public async Task IdenticalRequest_IsNotPaidForTwice()
    {
        await using var studio = await Priced.StartAsync(each: 0.10m);
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
        await using var studio = await Priced.StartAsync(each: 0);
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
        await using var studio = await Priced.StartAsync(each: 0.10m, script: (request, destination, token) => Interlocked.Decrement(ref failing) >= 0
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused))
            : ScriptedProvider.DrawAsync(request, destination, token));
        var story = await studio.Library.CreateAsync(new() { Title = "Twins", Segments = [new() { Text = "A door." }, new() { Text = "A door." }], Styles = ["illustration"] });
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });

        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal((1, 1), (end.Run!.Completed, end.Run.Failed));
        Assert.Equal(2, studio.Provider.Calls.Count);
    }

    private static async Task<(int Total, decimal? CostUsd, int Paid)> EstimateAsync(Studio studio, string story, bool onlyMissing = true)
    {
        var estimate = await studio.Illustrator.EstimateAsync(story, new() { UseCharacterConsistency = false, OnlyMissing = onlyMissing });
        return (estimate.Total, estimate.CostUsd, estimate.Paid);
    }

    private static async Task<List<decimal?>> EstimatesAsync(Studio studio)
    {
        await using var db = studio.OpenDatabase();
        return [.. (await db.Attempts.Select(a => a.EstimatedUsd).ToListAsync()).Order()];
    }

    private static async Task RunAsync(Studio studio, string story, params string[] segments)
    {
        var run = await studio.Illustrator.StartAsync(story, new() { Segments = segments.Length == 0 ? null : segments, UseCharacterConsistency = false });
        await studio.UntilAsync(story, s => s.Run is { FinishedAt: not null } r && r.Id == run.Id);
        studio.Advance(TimeSpan.FromSeconds(1));
    }

    private static async Task<string> StoryAsync(Studio studio, params string[] pages) =>
        (await studio.Library.CreateAsync(new() { Title = "Twins", Segments = [.. pages.Select(text => new Core.Stories.NewSegment { Text = text })], Styles = ["illustration"] })).Id;

    private static async Task<ImageOutcome> DrawAsync(ImageRequest request, Stream destination, CancellationToken token) =>
        await ScriptedProvider.DrawAsync(request, destination, token) is PictureMade made ? made with { CostUsd = Price } : throw new InvalidOperationException("It draws.");

    private static Task<Studio> StartAsync(Func<ImageRequest, Stream, CancellationToken, Task<ImageOutcome>>? draw = null, Action<Microsoft.Extensions.DependencyInjection.IServiceCollection>? services = null) =>
        Studio.StartAsync(services: services, provider: new()
        {
            Estimate = Price,
            Script = (request, destination, _, token) => (draw ?? DrawAsync)(request, destination, token),
        });
}
