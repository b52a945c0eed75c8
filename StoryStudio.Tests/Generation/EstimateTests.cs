using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>What a run is said to cost before it begins; for pages that ask for the same picture, see <see cref="PaidOnceTests"/>.</summary>
public sealed class EstimateTests
{
    [Fact]
    public async Task Estimate_IsForExactlyWhatIsMissing()
    {
        await using var studio = await Priced.StartAsync(each: 0.05m);
        var story = await studio.CreateStoryAsync(4);
        await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.1"] });
        await studio.UntilFinishedAsync(story.Id);

        var estimate = await studio.Illustrator.EstimateAsync(story.Id, new());

        Assert.Equal((3, 0.15m, 0), (estimate.Total, estimate.CostUsd, estimate.UnknownCost));
    }

    [Fact]
    public async Task Estimate_OfTheTimeInOneStyle_IsByThePaceOfThatStyleAlone()
    {
        await using var studio = await Priced.StartAsync(each: null, o =>
        {
            o.Styles = [new() { Key = "ink", Name = "Ink" }, new() { Key = "clear", Name = "Clear" }];
            o.Generation.DelayBetweenImages = TimeSpan.FromMinutes(1);
        });
        var story = await studio.CreateStoryAsync(4, "ink", "clear");
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["ink"] });

        Assert.Equal(240, (await studio.Illustrator.EstimateAsync(story.Id, new() { Styles = ["clear"] })).Seconds);
        Assert.Equal(240, (await studio.Illustrator.EstimateAsync(story.Id, new())).Seconds);
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
    public async Task Estimate_OfSheetsThatAreDrawnAgain_CountsTheStylesFirstPicture()
    {
        await using var studio = await StartWithReferencesAsync(each: 0.10m, reference: 0.01m, mostReferences: 4);
        var story = await WithCharactersAsync(studio);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var rosa = (await studio.Cast.GetAsync(story.Id)).Single(c => c.Name == "Rosa");
        await studio.Cast.DrawSheetsAsync(rosa.Id, ["illustration"]);
        await studio.UntilAsync(story.Id, s => s.Pending == 0 && s.CharacterImages.Count(i => i.Status is ImageStatus.Completed) == 2);
        await studio.Cast.UpdateAsync(rosa.Id, null, "A grey cat.");

        var redo = new RunRequest { OnlyStale = true };
        var estimate = await studio.Illustrator.EstimateAsync(story.Id, redo);
        Assert.Equal((3, 1), (estimate.Total, estimate.Sheets));
        var run = await studio.Illustrator.StartAsync(story.Id, redo);
        await studio.UntilAsync(story.Id, s => s.Run!.Id == run.Id && s.Run.FinishedAt is not null);
        await AssertReservedAsSentAsync(studio, run.Id, estimate.CostUsd!.Value);
        Assert.Contains(studio.Provider.Calls.TakeLast(3), c => c.Prompt.Contains("plain background", StringComparison.Ordinal) && c.References.Count == 1);
    }

    [Fact]
    public async Task Estimate_WithASheetThatFailed_CountsItAlongWithWhatFollows()
    {
        await using var studio = await StartWithReferencesAsync(each: 0.10m, reference: 0.01m, mostReferences: 4);
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.InvalidRequest));
        var story = await studio.Library.CreateAsync(new() { Title = "Mira", Segments = [new() { Text = "Mira walks." }, new() { Text = "A door." }], Characters = [new("Mira", "A girl in red.")], Styles = ["illustration"] });
        await studio.Cast.DrawSheetsAsync((await studio.Cast.GetAsync(story.Id))[0].Id, null);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Failed));
        studio.Provider.Script = null;

        // The sheet alone, then the page with her and it, then the other with that page.
        var estimate = await studio.Illustrator.EstimateAsync(story.Id, new());
        Assert.Equal((3, 1, 0.32m), (estimate.Total, estimate.Sheets, estimate.CostUsd));
        var run = await studio.Illustrator.StartAsync(story.Id, new() { BudgetUsd = estimate.CostUsd });
        await studio.UntilAsync(story.Id, s => s.Run is { FinishedAt: not null });
        await using var db = studio.OpenDatabase();
        Assert.Equal(estimate.CostUsd, (await db.Attempts.Where(a => a.RunId == run.Id).ToListAsync()).Sum(a => a.EstimatedUsd));
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

    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    public async Task Estimate_OfAStoryThatIsNotThereYet_IsThatOfTheStoryOnceItIs(int mostReferences)
    {
        await using var studio = await StartWithReferencesAsync(each: 0.10m, reference: 0.01m, mostReferences);
        var thought = new NewStory
        {
            Title = "Doors",
            Segments = [new() { Text = "A door." }, new() { Text = "Mira waits." }, new() { Text = "A door." }, new() { Text = "A door.", HardCut = true }],
            Characters = [new("Mira", "A girl in red.")],
            Styles = ["illustration", "clear"],
        };

        var before = studio.Illustrator.Estimate(thought);

        Assert.Equal(mostReferences == 0 ? (8, 0.40m, 4) : (8, 0.64m, 2), (before.Total, before.CostUsd, before.Paid));
        var story = await studio.Library.CreateAsync(thought);
        var after = await studio.Illustrator.EstimateAsync(story.Id, new());
        Assert.Equal(after with { Styles = before.Styles }, before);
        Assert.Equal(after.Styles, before.Styles);
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
}
