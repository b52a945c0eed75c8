using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;
using Xunit;
using static StoryStudio.Tests.Fakes.EditedStory;

namespace StoryStudio.Tests.Storage;

/// <summary>What becomes of pictures when the segments that they belong to are moved or go.</summary>
public sealed class EditedPicturesTests
{
    [Fact]
    public async Task Remove_WhileItIsDrawn_CancelsTheCallAndLeavesTheRunToEnd()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = new ScriptedProvider
        {
            Script = async (request, destination, _, cancellationToken) =>
            {
                if (request.Prompt.Contains("Two.", StringComparison.Ordinal))
                {
                    asked.TrySetResult();
                    using var cancelled = cancellationToken.Register(() => cut.TrySetResult());
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                }

                return await ScriptedProvider.DrawAsync(request, destination, cancellationToken);
            },
        };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await StoryAsync(studio, "One.", "Two.");
        await studio.Illustrator.StartAsync(story, new() { UseCharacterConsistency = false });
        await asked.Task.WaitAsync(Studio.Patience);

        await Editor(studio).RemoveAsync(story, "1.2");

        await cut.Task.WaitAsync(Studio.Patience);
        var snapshot = await studio.UntilFinishedAsync(story);
        Assert.Equal((1, 1), (snapshot.Run!.Completed, snapshot.Run.Cancelled));
        Assert.Single(snapshot.Images);
        Assert.Single((await studio.Illustrator.GetRunAsync(snapshot.Run.Id)).Images);

        await Editor(studio).UndoAsync(story);
        Assert.Equal([ImageStatus.Completed, ImageStatus.Cancelled], (await studio.Illustrator.GetSnapshotAsync(story)).Images.Select(i => i.Status));
    }

    [Fact]
    public async Task Draw_AfterNumbersWentToOthers_OverwritesNoPicture()
    {
        await using var studio = await Studio.StartAsync();
        var story = await IllustratedAsync(studio, "One.", "Two.", "Three.");
        var files = await FilesAsync(studio);
        await Editor(studio).MoveAsync(story, "1.3", new() { To = 1 });
        await Editor(studio).InsertAsync(story, new() { Text = "New.", Before = "1.1" });

        foreach (var image in (await studio.Illustrator.GetSnapshotAsync(story)).Images)
        {
            await studio.Illustrator.RegenerateAsync(image.Id, null, null);
        }

        await studio.UntilAsync(story, s => s.Pending == 0);
        await studio.Illustrator.StartAsync(story, new());
        await studio.UntilFinishedAsync(story);

        var after = await FilesAsync(studio);
        Assert.Equal(7, after.Count);
        Assert.All(files, f => Assert.Equal(f.Value, after[f.Key]));
        await using var db = studio.OpenDatabase();
        var rows = await db.ImageVersions.ToListAsync();
        Assert.Equal(after.Keys.Order(StringComparer.Ordinal), rows.Select(v => v.Path).Order(StringComparer.Ordinal));
        Assert.All(rows, v => Assert.Equal(v.Sha256, after[v.Path]));
    }

    [Fact]
    public async Task Crash_OfWhatWasRenumberedWhileItWasDrawn_LeavesEveryPictureWhereItIs()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holds = false;
        var provider = new ScriptedProvider
        {
            Script = async (request, destination, _, cancellationToken) =>
            {
                if (Volatile.Read(ref holds))
                {
                    held.TrySetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                }

                return await ScriptedProvider.DrawAsync(request, destination, cancellationToken);
            },
        };
        await using var studio = await Studio.StartAsync(provider: provider);
        var story = await IllustratedAsync(studio, "One.", "Two.");
        var files = await FilesAsync(studio);
        Volatile.Write(ref holds, true);
        await Editor(studio).InsertAsync(story, new() { Text = "Three." });
        await studio.Illustrator.StartAsync(story, new());
        await held.Task.WaitAsync(Studio.Patience);
        await Editor(studio).MoveAsync(story, "1.3", new() { To = 1 });

        Volatile.Write(ref holds, false);
        await studio.CrashAsync();
        await studio.UntilFinishedAsync(story);

        var after = await FilesAsync(studio);
        Assert.Equal(3, after.Count);
        Assert.All(files, f => Assert.Equal(f.Value, after[f.Key]));
    }

    [Fact]
    public async Task Sweep_TakesAwayWhatNoUndoBringsBack_AndNothingElse()
    {
        await using var studio = await Studio.StartAsync(services: s => s.Remove(s.Single(d => d.ImplementationType == typeof(StorySweep))));
        var story = await IllustratedAsync(studio, "One.", "Two.", "Three.");
        using var sweep = ActivatorUtilities.CreateInstance<StorySweep>(studio.Services);
        await Editor(studio).RemoveAsync(story, "1.3");
        await sweep.SweepSegmentsAsync();
        Assert.Equal(3, (await FilesAsync(studio)).Count);
        await using (var db = studio.OpenDatabase())
        {
            await db.EditRecords.ExecuteDeleteAsync();
        }

        studio.Clock.Advance(StorySweep.RestorableFor + TimeSpan.FromMinutes(1));
        await Editor(studio).RemoveAsync(story, "1.2");
        await sweep.SweepSegmentsAsync();

        Assert.Equal(2, (await FilesAsync(studio)).Count);
        await Editor(studio).UndoAsync(story);
        Assert.Equal("1.1 One.|1.2 Two.", await ReadAsync(studio, story));
        Assert.All((await studio.Illustrator.GetSnapshotAsync(story)).Images, i => Assert.NotNull(i.Url));
    }

    [Fact]
    public async Task Undo_OfASplitWhosePageWasDrawn_SaysSo_AndItsPicturesOutliveTheNextEditByAnHour()
    {
        await using var studio = await Studio.StartAsync(services: s => s.Remove(s.Single(d => d.ImplementationType == typeof(StorySweep))));
        var story = await StoryAsync(studio, "One. Uno.");
        await Editor(studio).SplitAsync(story, "1.1", new(5));
        await studio.Illustrator.StartAsync(story, new());
        await studio.UntilFinishedAsync(story);

        var undone = await Editor(studio).UndoAsync(story);
        Assert.Equal("The pictures of 1.2 are put away. Do it again and they are back.", undone.Note);
        var again = await Editor(studio).RedoAsync(story, undone.Redo!.Step);
        Assert.Null(again.Note);
        Assert.All((await studio.Illustrator.GetSnapshotAsync(story)).Images, i => Assert.NotNull(i.Url));
        await Editor(studio).UndoAsync(story);
        await studio.Library.UpdateSegmentAsync(story, "1.1", new() { Text = "One, uno." });
        using var sweep = ActivatorUtilities.CreateInstance<StorySweep>(studio.Services);
        studio.Clock.Advance(StorySweep.RestorableFor - TimeSpan.FromMinutes(1));
        await sweep.SweepSegmentsAsync();
        Assert.Equal(2, (await FilesAsync(studio)).Count);

        studio.Clock.Advance(TimeSpan.FromMinutes(2));
        await sweep.SweepSegmentsAsync();
        Assert.Single(await FilesAsync(studio));
    }

    [Fact]
    public async Task Redo_OfADeletion_SaysThatThePicturesGo_AndAnUndoThatTakesNoneAwaySaysNothing()
    {
        await using var studio = await Studio.StartAsync();
        var story = await IllustratedAsync(studio, "One.", "Two.");
        await Editor(studio).RemoveAsync(story, "1.2");

        Assert.Null((await Editor(studio).UndoAsync(story)).Note);
        Assert.Equal("The pictures of 1.2 are put away. Undo brings them back.", (await Editor(studio).RedoAsync(story)).Note);
        await Editor(studio).UndoAsync(story);
        await Editor(studio).InsertAsync(story, new() { Text = "Three." });
        Assert.Null((await Editor(studio).UndoAsync(story)).Note);
    }

    [Fact]
    public async Task Removed_ThatIsTheStylesFirstPicture_StillGoesAlongAndIsNotSweptAway()
    {
        await using var studio = await Studio.StartAsync();
        var story = await IllustratedAsync(studio, "One.", "Two.");
        await Editor(studio).RemoveAsync(story, "1.1");
        await using (var db = studio.OpenDatabase())
        {
            await db.EditRecords.ExecuteDeleteAsync();
        }

        await studio.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<StorySweep>().Single().SweepSegmentsAsync();
        var left = Assert.Single((await studio.Illustrator.GetSnapshotAsync(story)).Images);
        await studio.Illustrator.RegenerateAsync(left.Id, null, null);
        await studio.UntilAsync(story, s => s.Pending == 0);

        var versions = await studio.Illustrator.GetVersionsAsync(left.Id);
        Assert.Equal(2, versions.Count);
        Assert.All(versions, v => Assert.Contains(v.References, r => r.Role is ReferenceRole.Consistency));
        Assert.Null(Assert.Single((await studio.Illustrator.GetSnapshotAsync(story)).Images).Stale);
    }
}
