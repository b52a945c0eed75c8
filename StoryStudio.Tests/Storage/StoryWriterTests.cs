using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Storage;

public sealed class StoryWriterTests
{
    [Fact]
    public async Task Operation_ThatThrows_UndoesItselfAndLeavesTheOthersOfItsCommit()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var writer = studio.Services.GetRequiredService<StoryWriter>();
        var story = await studio.CreateStoryAsync();

        var good = writer.ExecuteAsync(async scope => (await scope.Db.Stories.SingleAsync(s => s.Id == story.Id)).Title = "Changed");
        var bad = writer.ExecuteAsync(async scope =>
        {
            (await scope.Db.Segments.FirstAsync(s => s.StoryId == story.Id)).Text = "Lost";
            await scope.Db.SaveChangesAsync();
            throw new InvalidOperationException("no");
        });
        var after = writer.ExecuteAsync(async scope => (await scope.Db.Segments.SingleAsync(s => s.StoryId == story.Id && s.Beat == 2)).Text = "Kept");

        await good;
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        await after;
        var stored = await studio.Library.GetAsync(story.Id);
        Assert.Equal(("Changed", "Segment 1.", "Kept"), (stored.Title, stored.Segments[0].Text, stored.Segments[1].Text));
    }

    [Fact]
    public async Task Commit_ThatFindsNoRoom_IsASentenceForAPerson_AndPassesForWhatTriesAgain()
    {
        var disk = new FullDisk();
        await using var studio = await Studio.StartAsync(engine: false, services: disk.Under);
        var story = await studio.CreateStoryAsync();
        disk.IsFull = true;

        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Lost" }));

        Assert.Equal(("storage_unavailable", "The disk is full. Make room and try again."), (refused.Code, refused.Message));
        Assert.Equal(13, Assert.IsType<SqliteException>(refused.InnerException).SqliteErrorCode);
        Assert.True(studio.Services.GetRequiredService<IGenerationQueue>().MayPass(refused));
        disk.IsFull = false;
        Assert.Equal("Segment 1.", (await studio.Library.GetAsync(story.Id)).Segments[0].Text);
        Assert.Equal("Kept", (await studio.Library.UpdateSegmentAsync(story.Id, "1.1", new() { Text = "Kept" })).Text);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(10, false)]
    [InlineData(13, true)]
    public async Task Operation_ThatTheDatabaseRefuses_SaysWhetherTheDiskIsFull(int code, bool isFull)
    {
        await using var studio = await Studio.StartAsync(engine: false);

        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => studio.Services.GetRequiredService<StoryWriter>().ExecuteAsync(_ => throw new DbUpdateException("no", new SqliteException("no", code))));

        Assert.Equal(isFull, refused.Message.StartsWith("The disk is full.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Operation_ThatBreaksARuleOfTheDatabase_IsNoFullDisk()
    {
        await using var studio = await Studio.StartAsync(engine: false);

        await Assert.ThrowsAsync<SqliteException>(() => studio.Services.GetRequiredService<StoryWriter>().ExecuteAsync(_ => throw new SqliteException("UNIQUE constraint failed", 19)));
    }

    [Fact]
    public async Task Changes_ArePublishedAfterTheCommitWithRisingVersions()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(20, "illustration", "clear");
        using var subscription = studio.Changes.Subscribe(story.Id);
        await studio.Illustrator.StartAsync(story.Id, new());
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);

        await foreach (var batch in subscription.ReadAllAsync())
        {
            foreach (var change in batch)
            {
                Assert.True(change.Version > versions.GetValueOrDefault(change.Subject, -1), $"{change} after version {versions.GetValueOrDefault(change.Subject)}");
                versions[change.Subject] = change.Version;
                await using var db = studio.OpenDatabase();
                if (change is ImageChanged(var image))
                {
                    Assert.True(await db.Images.Where(i => i.Id == image.Id).Select(i => i.Version).SingleAsync() >= image.Version);
                }
            }

            if (batch.OfType<RunChanged>().Any(c => c.Run.FinishedAt is not null))
            {
                break;
            }
        }
    }

    [Fact]
    public async Task Operation_OnManyImages_LooksForChangesAFewTimesAndNotOnceForEach()
    {
        await using var studio = await Studio.StartAsync(engine: false);
        var writer = studio.Services.GetRequiredService<StoryWriter>();
        var story = await studio.CreateStoryAsync(100);
        await studio.Illustrator.StartAsync(story.Id, new());
        var looks = 0;

        await writer.ExecuteAsync(async scope =>
        {
            var images = await scope.Db.Images.Where(i => i.StoryId == story.Id).ToListAsync();
            scope.Db.ChangeTracker.DetectingAllChanges += (_, _) => looks++;
            images.ForEach(i => i.Cancel());
        });

        Assert.InRange(looks, 1, 20);
        Assert.Equal(100, (await studio.Illustrator.GetSnapshotAsync(story.Id)).Run!.Cancelled);
    }

    [Fact]
    public async Task CountsOfARun_AreThoseOfItsImagesAtEveryMoment()
    {
        var random = new Random(7);
        var provider = new ScriptedProvider();
        provider.Script = (request, destination, _, token) => random.Next(4) == 0
            ? Task.FromResult<Core.Providers.ImageOutcome>(ScriptedProvider.Failure(random.Next(2) == 0 ? Core.Providers.FailureKind.Refused : Core.Providers.FailureKind.Transient))
            : ScriptedProvider.DrawAsync(request, destination, token);
        await using var studio = await Studio.StartAsync(o => o.Generation.MaxConcurrency = 1, provider);
        var story = await studio.CreateStoryAsync(12, "illustration", "clear");
        var run = await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        while ((await studio.Illustrator.GetRunAsync(run.Id)).Run.IsActive())
        {
            await studio.UntilAsync(story.Id, s => s.Run!.InProgress == 0 && s.Images.All(i => !i.IsActive() || i.NextAttemptAt > studio.Clock.GetUtcNow()));
            var (state, images) = await studio.Illustrator.GetRunAsync(run.Id);
            Assert.Equal(images.Count(i => i.Status is ImageStatus.Completed), state.Completed);
            Assert.Equal(images.Count(i => i.Status is ImageStatus.Failed), state.Failed);
            Assert.Equal(images.Count(i => i.Status is ImageStatus.Pending), state.Pending);
            Assert.Equal(state.Total, state.Completed + state.Failed + state.Pending + state.InProgress + state.Cancelled);
            studio.Advance(TimeSpan.FromSeconds(25));
        }

        var end = await studio.UntilFinishedAsync(story.Id);
        Assert.Equal(24, end.Run!.Completed + end.Run.Failed);
    }
}
