using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class StaleTests
{
    [Fact]
    public async Task Text_ThatIsChanged_MarksItsPicturesAloneUntilItIsChangedBack()
    {
        await using var studio = await StartAsync();
        var story = await DrawnAsync(studio);

        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = "Bram snores." });
        Assert.Equal([null, "text_changed", null], await CodesAsync(studio, story.Id));
        Assert.Equal("The text was changed.", (await ImagesAsync(studio, story.Id))[1].Stale!.Message);

        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = story.Segments[1].Text });
        Assert.Equal([null, null, null], await CodesAsync(studio, story.Id));
    }

    [Fact]
    public async Task Text_OfASegmentThatIsDrawnFromAPromptOfItsOwn_MarksNothing()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Prompt = "A bed." });
        await DrawAsync(studio, story.Id);

        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = "Bram sleeps no more." });
        Assert.Equal([null, null, null], await CodesAsync(studio, story.Id));
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Prompt = "A wide bed." });
        Assert.Equal([null, "prompt_changed", null], await CodesAsync(studio, story.Id));
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Prompt = "" });
        Assert.Contains("taken away", (await ImagesAsync(studio, story.Id))[1].Stale!.Message, StringComparison.Ordinal);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Prompt = "A bed." });
        Assert.Equal([null, null, null], await CodesAsync(studio, story.Id));
    }

    [Fact]
    public async Task Scene_ThatMovesToAnotherPlaceOrTime_MarksItsPictures()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio);
        var told = story.Segments[1].Text;
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = $"INT. LIGHTHOUSE - NIGHT\n\n{told}" });
        await DrawAsync(studio, story.Id);

        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = $"EXT. HARBOUR - DAY\n\n{told}" });
        Assert.Equal([null, "text_changed", null], await CodesAsync(studio, story.Id));
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = $"INT. LIGHTHOUSE - NIGHT\n\n{told}" });
        Assert.Equal([null, null, null], await CodesAsync(studio, story.Id));
    }

    [Fact]
    public async Task Picture_OfAStyleThatLeftTheStory_IsNotDrawnByItself()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio);
        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration", "clear"] });
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused));
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilAsync(story.Id, s => s.Pending == 0 && s.Run!.FinishedAt is not null);
        await studio.Library.UpdateAsync(story.Id, new() { Styles = ["illustration"] });
        Assert.Equal(3, Assert.Single((await studio.Library.ListAsync(1, 10)).Items).Failed);
        var (called, left) = (studio.Provider.Calls.Count, (await ImagesAsync(studio, story.Id)).First(i => i.Style == "clear").Id);

        Assert.Equal("style_not_in_story", (await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.RetryAsync(left))).Code);
        Assert.Equal("style_not_in_story", (await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.RetryRewordedAsync(left))).Code);
        Assert.Equal("style_not_in_story", (await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.RegenerateAsync(left, null, null))).Code);
        Assert.Equal(called, studio.Provider.Calls.Count);
    }

    [Fact]
    public async Task Prompt_OfAnotherStyle_MarksNothingInThisOne()
    {
        await using var studio = await StartAsync();
        var story = await DrawnAsync(studio);

        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Prompts = new Dictionary<string, string> { ["clear"] = "A line." } });

        Assert.Equal([null, null, null], await CodesAsync(studio, story.Id));
    }

    [Fact]
    public async Task SeveralCauses_AreAllSaid()
    {
        await using var studio = await StartAsync();
        var story = await DrawnAsync(studio);
        var mira = (await studio.Cast.GetAsync(story.Id))[0];

        await studio.Cast.UpdateAsync(mira.Id, null, "A girl in green.");
        await studio.Library.UpdateSegmentAsync(story.Id, "1.3", new() { Text = "Mira talks to herself." });

        var stale = (await ImagesAsync(studio, story.Id))[2].Stale!;
        Assert.Equal(("text_changed", "text_changed description_changed cast_changed"), (stale.Code, string.Join(' ', stale.Causes)));
        Assert.Equal("The text was changed. The description of Mira was changed. Bram is no longer in it.", stale.Message);
    }

    [Fact]
    public async Task CharacterPicture_ThatComesLater_MarksThoseInWhichTheyAppear()
    {
        await using var studio = await StartAsync();
        var story = await DrawnAsync(studio);
        var bram = (await studio.Cast.GetAsync(story.Id))[1];

        await studio.Cast.SetPictureAsync(bram.Id, new MemoryStream(TestPictures.Png()));
        Assert.Equal([null, "reference_changed", "reference_changed"], await CodesAsync(studio, story.Id));
        Assert.Contains("Bram has a picture now", (await ImagesAsync(studio, story.Id))[1].Stale!.Message, StringComparison.Ordinal);

        await studio.Cast.RemovePictureAsync(bram.Id);
        Assert.Equal([null, null, null], await CodesAsync(studio, story.Id));
    }

    [Fact]
    public async Task CharacterPicture_ThatWasThereButTheServiceTookNone_IsNotSaidToHaveComeSince()
    {
        await using var studio = await Studio.StartAsync(provider: new() { Capabilities = CastStudio.TakesFour with { MaxReferences = 0 } });
        var story = await StoryAsync(studio);
        var cast = await studio.Cast.GetAsync(story.Id);
        await studio.Cast.SetPictureAsync(cast[0].Id, new MemoryStream(TestPictures.Png()));
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"], UseCharacterConsistency = false });
        await studio.UntilFinishedAsync(story.Id);

        studio.Provider.Capabilities = CastStudio.TakesFour;
        await studio.Cast.SetPictureAsync(cast[1].Id, new MemoryStream(TestPictures.Jpeg));

        Assert.Equal([null, "reference_changed", "reference_changed"], await CodesAsync(studio, story.Id));
        Assert.Equal("Bram has a picture now, which did not go along.", (await ImagesAsync(studio, story.Id))[2].Stale!.Message);
    }

    [Fact]
    public async Task CharacterPicture_ThatNothingTakesAlong_MarksNothing()
    {
        await using var studio = await Studio.StartAsync(provider: new() { Capabilities = CastStudio.TakesFour with { MaxReferences = 0 } });
        var story = await DrawnAsync(studio);

        await studio.Cast.SetPictureAsync((await studio.Cast.GetAsync(story.Id))[0].Id, new MemoryStream(TestPictures.Png()));

        Assert.Equal([null, null, null], await CodesAsync(studio, story.Id));
    }

    [Fact]
    public async Task Style_WhoseWordsChangeInTheSettings_MarksItsPicturesAtTheNextStartAndNoOther()
    {
        var words = "As it was.";
        await using var studio = await Studio.StartAsync(options => options.Styles[0].Prompt = words, new() { Capabilities = CastStudio.TakesFour });
        var story = await StoryAsync(studio, "illustration", "clear");
        await DrawAsync(studio, story.Id);

        words = "As it is now.";
        await studio.RestartAsync();
        var marked = await studio.UntilAsync(story.Id, s => s.Images.Count(i => i.Stale is not null) == 3);
        Assert.All(marked.Images, i => Assert.Equal(i.Style == "illustration" ? "style_changed" : null, i.Stale?.Code));

        words = "As it was.";
        await studio.RestartAsync();
        await studio.UntilAsync(story.Id, s => s.Images.All(i => i.Stale is null));
    }

    [Fact]
    public async Task Style_ThatLeftTheSettings_MarksItsPicturesForNothingButWhatWasChanged()
    {
        var isThere = true;
        await using var studio = await Studio.StartAsync(options => options.Styles.RemoveAll(s => s.Key == "illustration" && !isThere), new() { Capabilities = CastStudio.TakesFour });
        var story = await DrawnAsync(studio);
        isThere = false;
        await studio.RestartAsync();

        await studio.Cast.UpdateAsync((await studio.Cast.GetAsync(story.Id))[0].Id, null, "A girl in green.");

        Assert.Equal(["The description of Mira was changed.", null, "The description of Mira was changed."], (await ImagesAsync(studio, story.Id)).Select(i => i.Stale?.Message));
    }

    [Fact]
    public async Task Change_WhileAPictureIsDrawn_MarksItAsSoonAsItIsThere()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio);
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            begun.TrySetResult();
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"], Segments = ["1.1"] });
        await begun.Task.WaitAsync(Studio.Patience);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Mira runs." });
        gate.SetResult();

        Assert.Equal("text_changed", (await studio.UntilFinishedAsync(story.Id)).Images[0].Stale?.Code);
    }

    [Fact]
    public async Task Redo_MakesExactlyWhatIsStaleAndNotLocked_AndSaysSoBefore()
    {
        await using var studio = await StartAsync();
        var story = await DrawnAsync(studio);
        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = "Bram snores." });
        await studio.Library.UpdateSegmentAsync(story.Id, "1.3", new() { Text = "Mira and Bram sing." });
        await studio.Services.GetRequiredService<IPictureDesk>().LockAsync(Actor.Local, (await ImagesAsync(studio, story.Id))[2].Id);

        var redo = new RunRequest { OnlyStale = true };
        var estimate = await studio.Illustrator.EstimateAsync(story.Id, redo);
        Assert.Equal((1, 1, 0, 0.01m), (estimate.Total, estimate.Locked, estimate.UnknownCost, estimate.CostUsd));
        Assert.Equal(new StyleEstimate(1, 0.01m, 1), estimate.Styles["illustration"]);
        var calls = studio.Provider.Calls.Count;
        Assert.Equal(1, (await studio.Illustrator.StartAsync(story.Id, redo)).Total);
        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal([1, 2, 1], end.Images.Select(i => i.ChosenVersion!.Value));
        Assert.Equal([null, null, "text_changed"], end.Images.Select(i => i.Stale?.Code));
        Assert.Equal(calls + 1, studio.Provider.Calls.Count);
        Assert.Equal(0, (await studio.Illustrator.EstimateAsync(story.Id, redo)).Total);
    }

    [Fact]
    public async Task Redo_OfTheStylesFirstPictureAndThoseMadeFromIt_LeavesNothingStale()
    {
        await using var studio = await StartAsync();
        var story = await DrawnAsync(studio);
        foreach (var number in new[] { "1.1", "1.2", "1.3" })
        {
            await studio.Library.UpdateSegmentAsync(story.Id, number, new() { Text = $"Mira and Bram, {number}." });
        }

        await studio.Illustrator.StartAsync(story.Id, new() { OnlyStale = true });
        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.All(end.Images, i => Assert.Equal((2, null), (i.ChosenVersion, i.Stale?.Code)));
    }

    [Fact]
    public async Task Pictures_ThatWereMadeFromTheStylesFirst_AreCountedBeforeThatIsAnother()
    {
        await using var studio = await StartAsync();
        var story = await DrawnAsync(studio);
        var images = await ImagesAsync(studio, story.Id);
        var desk = studio.Services.GetRequiredService<IPictureDesk>();
        Assert.Equal((2, 0), (await desk.CountMadeFromAsync([images[0].Id]), await desk.CountMadeFromAsync([images[1].Id])));
        Assert.Equal(1, await desk.CountMadeFromAsync([images[0].Id, images[2].Id]));

        await studio.Library.UpdateSegmentAsync(story.Id, "1.2", new() { Text = "Bram snores." });
        Assert.Equal(1, await desk.CountMadeFromAsync([images[0].Id]));

        await studio.Illustrator.RegenerateAsync(images[0].Id, null, null);
        await studio.UntilAsync(story.Id, s => s.Images[0].ChosenVersion == 2);
        Assert.Equal([null, "text_changed", "reference_changed"], await CodesAsync(studio, story.Id));
        Assert.Equal(0, await desk.CountMadeFromAsync([images[0].Id]));
    }

    [Fact]
    public async Task Redo_ThatIsCancelled_LeavesTheStyleItsFirstPicture()
    {
        await using var studio = await StartAsync();
        var story = await DrawnAsync(studio);
        await ChangeFirstTwoAsync(studio, story.Id);
        studio.Provider.Script = async (_, _, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };
        var run = await studio.Illustrator.StartAsync(story.Id, new() { OnlyStale = true });
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.InProgress);
        await studio.Illustrator.CancelRunAsync(run.Id);
        studio.Provider.Script = null;
        await studio.Illustrator.RegenerateAsync((await ImagesAsync(studio, story.Id))[2].Id, null, null);
        await studio.UntilAsync(story.Id, s => s.Pending == 0);

        Assert.Contains(ReferenceRole.Consistency, studio.Provider.Calls.Last().References.Select(r => r.Role));
    }

    [Fact]
    public async Task Retry_AfterARedoThatCameToNothing_GoesWithTheStylesFirstPicture()
    {
        await using var studio = await StartAsync();
        var story = await DrawnAsync(studio);
        await RedoInVainAsync(studio, story.Id);
        await studio.Illustrator.RetryAsync((await ImagesAsync(studio, story.Id))[1].Id);
        await studio.UntilAsync(story.Id, s => s.Pending == 0);

        Assert.Contains(ReferenceRole.Consistency, studio.Provider.Calls.Last().References.Select(r => r.Role));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Retry_OfTheFirstPictureAndOthers_LetsItLead_SoThatNoneIsStaleAtOnce(bool wholeRun)
    {
        await using var studio = await StartAsync();
        var story = await DrawnAsync(studio);
        var run = await RedoInVainAsync(studio, story.Id);
        if (wholeRun)
        {
            await studio.Illustrator.RetryFailedAsync(run.Id);
        }
        else
        {
            foreach (var image in (await ImagesAsync(studio, story.Id)).Take(2))
            {
                await studio.Illustrator.RetryAsync(image.Id);
            }
        }

        await studio.UntilAsync(story.Id, s => s.Pending == 0);

        Assert.Equal([null, null], (await CodesAsync(studio, story.Id)).Take(2));
        Assert.Contains(ReferenceRole.Consistency, studio.Provider.Calls.Last().References.Select(r => r.Role));
    }

    [Fact]
    public async Task RetryFailed_WithoutTheFirstPicture_GoesWithThatAsItStands()
    {
        await using var studio = await StartAsync();
        var story = await DrawnAsync(studio);
        var run = await RedoInVainAsync(studio, story.Id);
        await studio.Services.GetRequiredService<IPictureDesk>().LockAsync(Actor.Local, (await ImagesAsync(studio, story.Id))[0].Id);
        await studio.Illustrator.RetryFailedAsync(run.Id);
        await studio.UntilAsync(story.Id, s => s.Pending == 0);

        Assert.Contains(ReferenceRole.Consistency, studio.Provider.Calls.Last().References.Select(r => r.Role));
    }

    [Fact]
    public async Task Redo_AfterADescriptionChanged_DrawsTheSheetFirst()
    {
        await using var studio = await StartAsync();
        var story = await StoryAsync(studio);
        var mira = (await studio.Cast.GetAsync(story.Id))[0];
        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        await DrawAsync(studio, story.Id);
        await studio.Cast.UpdateAsync(mira.Id, null, "A girl in green.");

        var estimate = await studio.Illustrator.EstimateAsync(story.Id, new() { OnlyStale = true });
        Assert.Equal((3, 1, 0.03m), (estimate.Total, estimate.Sheets, estimate.CostUsd));
        await studio.Illustrator.StartAsync(story.Id, new() { OnlyStale = true });
        var end = await studio.UntilAsync(story.Id, s => s.Pending == 0 && s.Run!.FinishedAt is not null);

        Assert.Equal(2, Assert.Single(end.CharacterImages).ChosenVersion);
        Assert.Equal([2, 1, 2], end.Images.Select(i => i.ChosenVersion!.Value));
        Assert.Contains("plain background", studio.Provider.Calls.ElementAt(4).Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redo_OfSheetsAlone_KeepsToItsBudgetAndCountsThem()
    {
        await using var studio = await StartAsync();
        var (story, _) = await WithStaleSheetsAsync(studio);
        var redo = new RunRequest { OnlyStale = true, BudgetUsd = 0.01m };
        var estimate = await studio.Illustrator.EstimateAsync(story.Id, redo);
        Assert.Equal((3, 3, 0.03m), (estimate.Total, estimate.Sheets, estimate.CostUsd));
        var run = await studio.Illustrator.StartAsync(story.Id, redo);
        Assert.Equal(3, run.Total);
        var paused = await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, InProgress: 0 });

        Assert.Equal((PauseReason.Budget, 1, 2, 0.01m, null), (paused.Run!.PauseReason, paused.Run.Completed, paused.Run.Pending, paused.Run.CostUsd, paused.Run.Current));
        Assert.Equal(4, studio.Provider.Calls.Count);
        var members = (await studio.Illustrator.GetRunAsync(run.Id)).Images;
        Assert.Equal([ImageType.Character, ImageType.Character, ImageType.Character], members.Select(i => i.Type));

        await studio.Illustrator.ResumeAsync(run.Id, budgetUsd: 1);
        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal((RunStatus.Completed, "3 pictures drawn.", 0.03m), (end.Run!.Status, end.Run.Message, end.Run.CostUsd));
        Assert.All(end.CharacterImages, i => Assert.Equal((2, null), (i.ChosenVersion, i.Stale?.Code)));
    }

    [Fact]
    public async Task Redo_ThatIsPaused_HoldsItsSheetsAndNotWhatIsAskedForAlone_AndItsCancellationPutsThemAway()
    {
        await using var studio = await StartAsync();
        var (story, _) = await WithStaleSheetsAsync(studio);
        await studio.Illustrator.StartAsync(story.Id, new() { Segments = ["1.2"] });
        var door = (await studio.UntilFinishedAsync(story.Id)).Images.Single();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            await (request.Scene == "A door." ? Task.CompletedTask : Task.Delay(Timeout.Infinite, token));
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        studio.Advance(TimeSpan.FromSeconds(1));
        var run = await studio.Illustrator.StartAsync(story.Id, new() { OnlyStale = true, BudgetUsd = 0.01m });
        var paused = await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, InProgress: 1 });
        await studio.Illustrator.CancelImageAsync(paused.CharacterImages.Single(i => i.Status is ImageStatus.InProgress).Id);
        Assert.Equal((2, 1), (await studio.Illustrator.GetRunAsync(run.Id)).Run is var now ? (now.Pending, now.Cancelled) : default);

        await studio.Illustrator.RegenerateAsync(door.Id, null, null);
        await studio.UntilAsync(story.Id, s => s.Images.Single().ChosenVersion == 2);

        await studio.Illustrator.ResumeAsync(run.Id, liftBudget: true);
        var drawing = await studio.UntilAsync(story.Id, s => s.Run is { InProgress: 2 });
        Assert.Equal("[illustration] Drawing a character sheet", drawing.Run!.Message);
        await studio.Illustrator.CancelRunAsync(run.Id);
        var end = await studio.UntilAsync(story.Id, s => s.Run is { FinishedAt: not null });
        Assert.Equal((RunStatus.Cancelled, 3), (end.Run!.Status, end.Run.Cancelled));
        Assert.All(end.CharacterImages, i => Assert.Equal((ImageStatus.Cancelled, 1), (i.Status, i.ChosenVersion)));
    }

    [Fact]
    public async Task Redo_WhoseCharacterIsTakenOut_EndsWithoutItsSheet()
    {
        await using var studio = await StartAsync();
        var (story, cast) = await WithStaleSheetsAsync(studio);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { OnlyStale = true, BudgetUsd = 0 });
        await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused });
        await studio.Cast.RemoveAsync(cast[0].Id);
        await studio.Illustrator.ResumeAsync(run.Id, liftBudget: true);

        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal((RunStatus.Completed, 3, 2, 1, "2 of 3 pictures drawn, 1 cancelled."), (end.Run!.Status, end.Run.Total, end.Run.Completed, end.Run.Cancelled, end.Run.Message));
    }

    [Fact]
    public async Task Redo_WhoseDrawnSheetIsTakenOut_HasPaidForItStill()
    {
        await using var studio = await StartAsync();
        var (story, cast) = await WithStaleSheetsAsync(studio);
        var run = await studio.Illustrator.StartAsync(story.Id, new() { OnlyStale = true, BudgetUsd = 0.02m });
        var paused = await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Paused, InProgress: 0 });
        Assert.Equal((2, 0.02m), (paused.Run!.Completed, paused.Run.CostUsd));

        await studio.Cast.RemoveAsync(paused.CharacterImages.First(i => i.Status is ImageStatus.Completed).CharacterId!);

        Assert.Equal("budget_exhausted", (await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.ResumeAsync(run.Id))).Code);
    }

    [Fact]
    public async Task Redo_WhoseSheetFails_GoesAgainWithItsRun()
    {
        await using var studio = await StartAsync();
        var (story, _) = await WithStaleSheetsAsync(studio);
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused));
        var run = await studio.Illustrator.StartAsync(story.Id, new() { OnlyStale = true });
        Assert.Equal((RunStatus.CompletedWithErrors, 3), (await studio.UntilFinishedAsync(story.Id)).Run is { } end ? (end.Status, end.Failed) : default);

        studio.Provider.Script = null;
        await studio.Illustrator.RetryAsync((await studio.Illustrator.GetSnapshotAsync(story.Id)).CharacterImages[0].Id);
        await studio.UntilAsync(story.Id, s => s.Run is { Completed: 1, Failed: 2 } && s.Pending == 0);
        await studio.Illustrator.RetryFailedAsync(run.Id);

        Assert.Equal((3, 3), (await studio.UntilAsync(story.Id, s => s.Run is { Status: RunStatus.Completed })).Run is { } all ? (all.Total, all.Completed) : default);
    }

    [Fact]
    public async Task Picture_ThatIsMarked_TellsWhoeverListens()
    {
        await using var studio = await StartAsync();
        var story = await DrawnAsync(studio);
        var before = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Version;

        await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Mira runs." });

        var image = (await studio.UntilAsync(story.Id, s => s.Images[0].Stale is not null)).Images[0];
        Assert.True(image.Version > before);
        Assert.Equal(ImageStatus.Completed, image.Status);
    }

    private static Task<Studio> StartAsync() => Studio.StartAsync(provider: new() { Capabilities = CastStudio.TakesFour });

    private static async Task<IReadOnlyList<ImageState>> ImagesAsync(Studio studio, string storyId) => (await studio.Illustrator.GetSnapshotAsync(storyId)).Images;

    private static async Task<IEnumerable<string?>> CodesAsync(Studio studio, string storyId) => (await ImagesAsync(studio, storyId)).Select(i => i.Stale?.Code);

    private static Task<StoryDetails> StoryAsync(Studio studio, params string[] styles) => studio.Library.CreateAsync(new()
    {
        Title = "Two",
        Segments = [new() { Text = "Mira walks." }, new() { Text = "Bram sleeps." }, new() { Text = "Mira and Bram talk." }],
        Characters = [new("Mira", "A girl in red."), new("Bram", "An old man.")],
        Styles = styles.Length == 0 ? ["illustration"] : styles,
    });

    /// <summary>Three characters whose sheets are from before a change, and nothing else that is.</summary>
    private static async Task<(StoryDetails Story, IReadOnlyList<CastMember> Cast)> WithStaleSheetsAsync(Studio studio)
    {
        var story = await studio.Library.CreateAsync(new()
        {
            Title = "Three",
            Segments = [new() { Text = "Mira, Bram and Rosa." }, new() { Text = "A door." }],
            Characters = [new("Mira", "A girl in red."), new("Bram", "An old man."), new("Rosa", "A cat.")],
            Styles = ["illustration"],
        });
        var cast = await studio.Cast.GetAsync(story.Id);
        foreach (var member in cast)
        {
            await studio.Cast.DrawSheetsAsync(member.Id, ["illustration"]);
        }

        await studio.UntilAsync(story.Id, s => s.CharacterImages.Count(i => i.Status is ImageStatus.Completed) == 3);
        foreach (var member in cast)
        {
            await studio.Cast.UpdateAsync(member.Id, null, $"{member.Description} In green.");
        }

        return (story, cast);
    }

    private static async Task ChangeFirstTwoAsync(Studio studio, string storyId)
    {
        foreach (var number in new[] { "1.1", "1.2" })
        {
            await studio.Library.UpdateSegmentAsync(storyId, number, new() { Text = $"Mira and Bram, {number}." });
        }
    }

    /// <summary>A redo of the first two, the style's first picture among them, every picture of which is refused.</summary>
    private static async Task<RunState> RedoInVainAsync(Studio studio, string storyId)
    {
        await ChangeFirstTwoAsync(studio, storyId);
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused));
        var run = await studio.Illustrator.StartAsync(storyId, new() { OnlyStale = true });
        await studio.UntilAsync(storyId, s => s.Pending == 0 && s.Run!.FinishedAt is not null);
        studio.Provider.Script = null;
        return run;
    }

    private static async Task DrawAsync(Studio studio, string storyId)
    {
        await studio.Illustrator.StartAsync(storyId, new());
        var end = await studio.UntilFinishedAsync(storyId);
        Assert.All(end.Images, i => Assert.Null(i.Stale));
    }

    private static async Task<StoryDetails> DrawnAsync(Studio studio)
    {
        var story = await StoryAsync(studio);
        await DrawAsync(studio, story.Id);
        return story;
    }
}
