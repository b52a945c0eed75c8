using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class LockTests
{
    [Fact]
    public async Task LockedPicture_IsPassedByByEveryRunAndCountedInTheEstimate()
    {
        await using var studio = await Studio.StartAsync();
        var story = await DrawnAsync(studio);
        await Desk(studio).LockAsync(Actor.Local, story.Images[1].Id);

        var again = new RunRequest { OnlyMissing = false };
        Assert.Equal((2, 1), (await studio.Illustrator.EstimateAsync(story.StoryId, again)) is var e ? (e.Total, e.Locked) : default);
        Assert.Equal(2, (await studio.Illustrator.StartAsync(story.StoryId, again)).Total);
        var end = await studio.UntilFinishedAsync(story.StoryId);

        Assert.Equal([2, 1, 2], end.Images.Select(i => i.ChosenVersion!.Value));
    }

    [Fact]
    public async Task LockedPicture_AsksToBeUnlockedFirst()
    {
        await using var studio = await Studio.StartAsync();
        var story = await DrawnAsync(studio);
        var image = story.Images[0].Id;
        await studio.Illustrator.RegenerateAsync(image, null, null);
        await studio.UntilAsync(story.StoryId, s => s.Pending == 0);
        await Desk(studio).LockAsync(Actor.Local, image);

        foreach (var attempt in new Func<Task>[] { () => studio.Illustrator.RegenerateAsync(image, null, "at night"), () => studio.Illustrator.ChooseAsync(image, 1) })
        {
            Assert.Equal("image_locked", (await Assert.ThrowsAsync<ConflictException>(attempt)).Code);
        }

        Assert.Null((await Desk(studio).UnlockAsync(Actor.Local, image)).Lock);
        Assert.Equal(1, (await studio.Illustrator.ChooseAsync(image, 1)).ChosenVersion);
    }

    [Fact]
    public async Task PictureLockedWhileAnotherIsDrawn_StaysAndTheOtherLiesBesideIt()
    {
        await using var studio = await Studio.StartAsync();
        var story = await DrawnAsync(studio);
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            begun.TrySetResult();
            await gate.Task.WaitAsync(token);
            await ScriptedProvider.DrawAsync(request, destination, token);
            return new PictureMade { Model = "another", CostUsd = 5 };
        };
        var image = (await studio.Illustrator.RegenerateAsync(story.Images[0].Id, null, null)).Id;
        await begun.Task.WaitAsync(Studio.Patience);
        await Desk(studio).LockAsync(Actor.Local, image);
        gate.SetResult();
        var end = (await studio.UntilAsync(story.StoryId, s => s.Pending == 0)).Images[0];

        Assert.Equal((ImageStatus.Completed, 1, "scripted", 0.01m), (end.Status, end.ChosenVersion, end.Model, end.CostUsd));
        Assert.Equal(story.Images[0].Url, end.Url);
        Assert.Equal([true, false], (await studio.Illustrator.GetVersionsAsync(image)).Select(v => v.Chosen));
        Assert.All(story.Images.Skip(1), i => Assert.Null(i.Stale));
    }

    /// <summary>Also the style's first picture, which goes along with the others as it is then.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task PictureLockedWhileItWaitsInARun_IsPassedByAndNotPaidFor(int index)
    {
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxConcurrency = 1);
        var story = await DrawnAsync(studio);
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            begun.TrySetResult();
            await gate.Task.WaitAsync(token);
            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var before = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(before.Id, new());
        await begun.Task.WaitAsync(Studio.Patience);
        var run = await studio.Illustrator.StartAsync(story.StoryId, new() { OnlyMissing = false });
        var calls = studio.Provider.Calls.Count;
        await Desk(studio).LockAsync(Actor.Local, story.Images[index].Id);
        gate.SetResult();
        var end = await studio.UntilAsync(story.StoryId, s => s.Run is { FinishedAt: not null } r && r.Id == run.Id);

        Assert.Equal([.. Enumerable.Range(0, 3).Select(i => i == index ? 1 : 2)], end.Images.Select(i => i.ChosenVersion!.Value));
        Assert.Equal((RunStatus.Completed, 2, 1, 2), (end.Run!.Status, end.Run.Completed, end.Run.Cancelled, studio.Provider.Calls.Count - calls));
        var along = Assert.Single((await studio.Illustrator.GetVersionsAsync(story.Images[1].Id))[^1].References);
        Assert.Equal(end.Images[0].Url, along.Url);
    }

    [Fact]
    public async Task LockedPictureWhoseRedrawFailed_IsNotTakenUpAgainWithAllThatFailed()
    {
        await using var studio = await Studio.StartAsync();
        var story = await DrawnAsync(studio);
        studio.Provider.Script = (_, _, _, _) => Task.FromResult<ImageOutcome>(ScriptedProvider.Failure(FailureKind.Refused));
        var run = await studio.Illustrator.StartAsync(story.StoryId, new() { OnlyMissing = false });
        var failed = await studio.UntilFinishedAsync(story.StoryId);
        Assert.All(failed.Images, i => Assert.Equal((ImageStatus.Failed, 1), (i.Status, i.ChosenVersion)));
        await Desk(studio).LockAsync(Actor.Local, failed.Images[2].Id);

        studio.Provider.Script = null;
        await studio.Illustrator.RetryFailedAsync(run.Id);
        var end = await studio.UntilAsync(story.StoryId, s => s.Pending == 0 && s.Images[0].Status is ImageStatus.Completed && s.Images[1].Status is ImageStatus.Completed);

        Assert.Equal([2, 2, 1], end.Images.Select(i => i.ChosenVersion!.Value));
        Assert.Equal("image_locked", (await Assert.ThrowsAsync<ConflictException>(() => studio.Illustrator.RetryAsync(end.Images[2].Id))).Code);
    }

    [Fact]
    public async Task Lock_SaysWhoAndWhyAndOutlivesARestart()
    {
        await using var studio = await Studio.StartAsync();
        var story = await DrawnAsync(studio);
        var mira = new Actor("m", "Mira", StoryRole.Author);
        var state = await Desk(studio).LockAsync(mira, story.Images[0].Id);
        await Desk(studio).LockAsync(Actor.Local, story.Images[0].Id);

        await studio.RestartAsync();

        Assert.Equal(new PictureLock(LockReason.Author, "Mira", state.Lock!.At), (await studio.Illustrator.GetSnapshotAsync(story.StoryId)).Images[0].Lock);
        var reviewer = new Actor("r", "Rea", StoryRole.Decide);
        await Assert.ThrowsAsync<ForbiddenException>(() => Desk(studio).UnlockAsync(reviewer, story.Images[0].Id));
    }

    [Fact]
    public async Task ImageWithoutAPicture_CannotBeLocked()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];

        Assert.Equal("picture_missing", (await Assert.ThrowsAsync<ConflictException>(() => Desk(studio).LockAsync(Actor.Local, image.Id))).Code);
        Assert.Equal("image_not_found", (await Assert.ThrowsAsync<NotFoundException>(() => Desk(studio).LockAsync(Actor.Local, "x"))).Code);
    }

    private static IPictureDesk Desk(Studio studio) => studio.Services.GetRequiredService<IPictureDesk>();

    private static async Task<StorySnapshot> DrawnAsync(Studio studio)
    {
        var story = await studio.CreateStoryAsync(3);
        await studio.Illustrator.StartAsync(story.Id, new());
        return await studio.UntilFinishedAsync(story.Id);
    }
}
