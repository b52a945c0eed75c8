using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.CastStudio;

namespace StoryStudio.Tests.Generation;

/// <summary>Sheets that came to nothing: what is drawn without them says so, and they go again with whatever they go along with.</summary>
public sealed class FailedSheetTests
{
    [Fact]
    public async Task Sheet_ThatFailed_IsDoneWithoutAndSaidSo()
    {
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        await RefuseSheetAsync(studio, story.Id, mira.Id);
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal(["reference_missing", null, "reference_missing"], end.Images.Select(i => i.Stale?.Code));
        Assert.Contains("Mira", end.Images[0].Stale!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sheet_OfWhichANewOneFailed_GoesAlongAsItWasAndPicturesSaySo()
    {
        await using var studio = await StartAsync();
        var (story, mira) = await WithEarlierSheetAsync(studio);
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal(["reference_missing", null, "reference_missing"], end.Images.Select(i => i.Stale?.Code));
        Assert.Equal("Made with an earlier sheet of Mira, for a new one could not be drawn.", end.Images[0].Stale!.Message);

        await studio.Cast.UpdateAsync(mira.Id, null, mira.Description);
        Assert.Equal(["description_changed", null, "description_changed"], (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Select(i => i.Stale?.Code));
    }

    [Fact]
    public async Task Sheet_OfWhichANewOneFailed_IsNotMissedWhereNoneGoesAlong()
    {
        await using var studio = await Studio.StartAsync(provider: new() { Capabilities = TakesFour with { MaxReferences = 0 } });
        var (story, _) = await WithEarlierSheetAsync(studio);
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"], UseCharacterConsistency = false });

        Assert.All((await studio.UntilFinishedAsync(story.Id)).Images, i => Assert.Null(i.Stale));
    }

    [Theory]
    [InlineData("retry failed")]
    [InlineData("retry these")]
    [InlineData("retry each")]
    [InlineData("start")]
    public async Task Sheet_ThatFailedWithItsStory_GoesAgainBeforeIt(string how)
    {
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.InvalidRequest));
        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Failed));
        var run = await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        await studio.UntilAsync(story.Id, s => s.Images.All(i => i.Status is ImageStatus.Failed) && s.Run!.FinishedAt is not null);
        studio.Provider.Script = null;
        var failed = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images.Select(i => i.Id).ToList();
        var called = studio.Provider.Calls.Count;
        switch (how)
        {
            case "retry failed":
                await studio.Illustrator.RetryFailedAsync(run.Id);
                break;
            case "retry these":
                Assert.Equal(0, await studio.Illustrator.RetryAllAsync(failed));
                break;
            case "retry each":
                foreach (var id in failed)
                {
                    await studio.Illustrator.RetryAsync(id);
                }

                break;
            default:
                var estimate = await studio.Illustrator.EstimateAsync(story.Id, new() { Styles = ["illustration"] });
                Assert.Equal((4, 1), (estimate.Total, estimate.Sheets));
                Assert.Equal(4, (await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] })).Total);
                break;
        }

        var end = await studio.UntilAsync(story.Id, s => s.Pending == 0 && s.Images.Count(i => i.Status is ImageStatus.Completed) == 3 && s.Run!.FinishedAt is not null);
        Assert.Contains("plain background", studio.Provider.Calls.ElementAt(called).Prompt, StringComparison.Ordinal);
        Assert.Equal(4, studio.Provider.Calls.Count - called);
        Assert.Equal((RunStatus.Completed, 4, 0), (end.Run!.Status, end.Run.Completed, end.Run.Failed));
        Assert.All([.. end.Images, .. end.CharacterImages], i => Assert.Equal((ImageStatus.Completed, null), (i.Status, i.Stale?.Code)));
    }

    [Fact]
    public async Task Sheet_ThatFailed_GoesAgainOnlyWhereItGoesAlong_AlsoOnceItsRunWasCancelled()
    {
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.InvalidRequest));
        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Failed));
        async Task<int> SheetsAsync(string segment) => (await studio.Illustrator.EstimateAsync(story.Id, new() { Styles = ["illustration"], Segments = [segment] })).Sheets;
        Assert.Equal((1, 0), (await SheetsAsync("1.1"), await SheetsAsync("1.2")));

        studio.Provider.Script = async (_, _, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };
        var run = await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.InProgress));
        await studio.Illustrator.CancelRunAsync(run.Id);
        await studio.UntilAsync(story.Id, s => s.Pending == 0 && s.Run!.FinishedAt is not null);
        Assert.Equal(1, await SheetsAsync("1.3"));

        await studio.Cast.SetPictureAsync(mira.Id, new MemoryStream(TestPictures.Jpeg));
        Assert.Equal(0, await SheetsAsync("1.3"));
    }

    [Fact]
    public async Task Pictures_ThatWereMadeWithoutASheetThatFailed_AreRedoneWithIt()
    {
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        studio.Provider.Script = (request, destination, _, token) => request.Prompt.Contains("plain background", StringComparison.Ordinal)
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.InvalidRequest))
            : ScriptedProvider.DrawAsync(request, destination, token);
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        await studio.UntilFinishedAsync(story.Id);
        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Failed));
        await studio.Cast.UpdateAsync(mira.Id, null, "A girl in green.");
        studio.Provider.Script = null;

        var redo = new RunRequest { OnlyStale = true };
        Assert.Equal((3, 1), await studio.Illustrator.EstimateAsync(story.Id, redo) is var estimate ? (estimate.Total, estimate.Sheets) : default);
        var run = await studio.Illustrator.StartAsync(story.Id, redo);
        var end = await studio.UntilAsync(story.Id, s => s.Run is { FinishedAt: not null } r && r.Id == run.Id);
        Assert.Equal([2, 1, 2], end.Images.Select(i => i.ChosenVersion!.Value));
        Assert.All([end.Images[0], end.Images[2]], i => Assert.Null(i.Stale));
    }

    [Fact]
    public async Task RetryOfMany_TakesTheirTurnAndLeavesLockedOnes()
    {
        await using var studio = await StartAsync();
        var (story, _, _) = await StoryAsync(studio);
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused));
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        var images = (await studio.UntilAsync(story.Id, s => s.Images.All(i => i.Status is ImageStatus.Failed) && s.Run!.FinishedAt is not null)).Images;
        await using (var upload = new MemoryStream(TestPictures.Jpeg))
        {
            await studio.Services.GetRequiredService<IPictureDesk>().BringAsync(Actor.Local, images[1].Id, upload, andLock: true);
        }

        studio.Provider.Script = async (_, _, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };
        await studio.Illustrator.RetryAllAsync([.. images.Select(i => i.Id), "nobody"]);

        await using var db = studio.OpenDatabase();
        Assert.Equal([Urgency.None, Urgency.None], await db.Images.Where(i => i.Id == images[0].Id || i.Id == images[2].Id).Select(i => i.Urgency).ToListAsync());
        Assert.All(await db.Images.Where(i => i.Id != images[1].Id && i.SegmentId != null && i.Style == "illustration").ToListAsync(), i => Assert.True(i.IsActive));
    }

    [Fact]
    public async Task Sheet_RetriedDuringARun_IsNoPartOfItAndTheRunEndsWithoutIt()
    {
        var gate = new TaskCompletionSource();
        await using var studio = await StartAsync();
        var (story, mira, _) = await StoryAsync(studio);
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            if (request.Prompt.Contains("plain background", StringComparison.Ordinal))
            {
                return ScriptedProvider.Failure(FailureKind.Refused);
            }

            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        var sheet = (await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Failed))).CharacterImages[0];
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["illustration"] });
        await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 1);

        await studio.Illustrator.RetryAsync(sheet.Id);
        Assert.Equal(3, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Run!.Total);
        await studio.Cast.RemoveAsync(mira.Id);
        gate.SetResult();

        Assert.Equal((RunStatus.Completed, 3), (await studio.UntilFinishedAsync(story.Id)).Run is { } run ? (run.Status, run.Completed) : default);
    }

    /// <summary>Mira has a sheet from before a change of her description, and a new one was declined.</summary>
    private static async Task<(StoryDetails Story, CastMember Mira)> WithEarlierSheetAsync(Studio studio)
    {
        var (story, mira, _) = await StoryAsync(studio);
        await studio.Cast.DrawSheetsAsync(mira.Id, ["illustration"]);
        await studio.UntilAsync(story.Id, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Completed));
        await studio.Cast.UpdateAsync(mira.Id, null, "A girl in green.");
        await RefuseSheetAsync(studio, story.Id, mira.Id);
        return (story, mira);
    }

    /// <summary>Asks for a sheet, and has sheets declined from then on.</summary>
    private static async Task RefuseSheetAsync(Studio studio, string storyId, string characterId)
    {
        studio.Provider.Script = (request, destination, _, token) => request.Prompt.Contains("plain background", StringComparison.Ordinal)
            ? Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused))
            : ScriptedProvider.DrawAsync(request, destination, token);
        await studio.Cast.DrawSheetsAsync(characterId, ["illustration"]);
        await studio.UntilAsync(storyId, s => s.CharacterImages.Any(i => i.Status is ImageStatus.Failed));
    }
}
