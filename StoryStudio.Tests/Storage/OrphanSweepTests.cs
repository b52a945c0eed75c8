using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Tests.Faults;
using Xunit;

namespace StoryStudio.Tests.Storage;

/// <summary>What an attempt that nobody wants any more, or a person's own picture, leaves on the disk when the process ends before it does; for cancels, see the fault tests.</summary>
public sealed class OrphanSweepTests
{
    [Theory]
    [InlineData(nameof(Moment.Answered))]
    [InlineData(nameof(Moment.Saved))]
    public async Task Start_AfterAKillWhileAPictureOfARemovedSegmentCameIn_TakesItsFileAway(string moment)
    {
        var gate = new MomentGate(segment: 1, Enum.Parse<Moment>(moment));
        await using var studio = await Studio.StartAsync(services: gate.Register);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new() { UseCharacterConsistency = false });
        await gate.Reached.WaitAsync(Studio.Patience);
        try
        {
            await studio.Services.GetRequiredService<IStoryEditor>().RemoveAsync(story.Id, "1.1");
            await studio.CrashAsync(gate.Open);
        }
        finally
        {
            gate.Open();
        }

        Assert.Equal(1, (await studio.UntilFinishedAsync(story.Id)).Run!.Completed);
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    [Fact]
    public async Task Start_AfterACancelWhosePictureWasMadeByALaterAttempt_LeavesThatAlone()
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var studio = await Studio.StartAsync();
        studio.Provider.Script = async (request, destination, _, token) =>
        {
            if (called.TrySetResult())
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            return await ScriptedProvider.DrawAsync(request, destination, token);
        };
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await called.Task.WaitAsync(Studio.Patience);
        var image = (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images[0];
        await studio.Illustrator.CancelImageAsync(image.Id);
        await studio.Illustrator.RetryAsync(image.Id);
        await studio.UntilAsync(story.Id, s => s.Images[0].Status is ImageStatus.Completed);

        await studio.CrashAsync();

        Assert.Single(Directory.GetFiles(Path.Combine(studio.Folder, "stories"), "*", SearchOption.AllDirectories));
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    [Theory]
    [InlineData("image_versions")]
    [InlineData("character_pictures")]
    public async Task Start_AfterAKillBeforeAPersonsPictureWasWrittenDown_TakesItsFileAwayAndNothingElse(string table)
    {
        var moment = new BeforeInsert(table);
        var killed = Directory.CreateTempSubdirectory("storystudio-").FullName;
        try
        {
            await using var studio = await Studio.StartAsync(services: moment.Register);
            var (story, image, character) = await FullStoryAsync(studio);
            moment.Then = async () =>
            {
                await using var db = studio.OpenDatabase();
                await db.Database.ExecuteSqlAsync($"VACUUM INTO {Path.Combine(killed, "storystudio.db")}");
                foreach (var folder in new[] { "stories", "incoming" })
                {
                    StoredFiles.Copy(Path.Combine(studio.Folder, folder), Path.Combine(killed, folder));
                }
            };

            _ = table == "image_versions"
                ? (object)await studio.Services.GetRequiredService<IPictureDesk>().BringAsync(Actor.Local, image, new MemoryStream(TestPictures.Png(seed: 9)), andLock: false)
                : await studio.Cast.SetPictureAsync(character, new MemoryStream(TestPictures.Png(seed: 9)));

            // Whom nobody killed has it, and what is said of its name is gone.
            Assert.Null(moment.Then);
            Assert.Empty(Directory.GetFiles(Path.Combine(studio.Folder, "incoming")));
            await StoredFiles.AssertMatchRowsAsync(studio);

            // It was there under its name, and no row spoke of it.
            var placed = Files(Path.Combine(killed, "stories"));
            await using var next = await Studio.StartAsync(folder: killed);
            Assert.Equal(Files(Path.Combine(studio.Folder, "stories")), placed);
            Assert.Single(placed.Except(Files(Path.Combine(killed, "stories"))));
            await StoredFiles.AssertMatchRowsAsync(next);
            Assert.False(Directory.Exists(Path.Combine(killed, "incoming")));

            // What undoing brings back still has its picture.
            await next.Services.GetRequiredService<IStoryEditor>().UndoAsync(story);
            await StoredFiles.AssertMatchRowsAsync(next);
        }
        finally
        {
            Directory.Delete(killed, recursive: true);
        }
    }

    [Fact]
    public async Task Start_AfterAKillOnceAPersonsPictureWasWrittenDown_LeavesEveryFileThatARowSpeaksOf()
    {
        await using var studio = await Studio.StartAsync();
        await FullStoryAsync(studio);
        var files = Files(Path.Combine(studio.Folder, "stories"));
        await studio.StopAsync();

        // Of each it stands there that it was given its name; of one that never was as well, and of one in a story that is gone.
        var incoming = Directory.CreateDirectory(Path.Combine(studio.Folder, "incoming")).FullName;
        foreach (var (path, i) in files.Select(f => $"stories/{f}").Append("").Append("stories/gone/generated_images/clear/Shot_1/Beat_1.1.png").Select((path, i) => (path, i)))
        {
            await File.WriteAllTextAsync(Path.Combine(incoming, $".{i}{UploadedPicture.ClaimExtension}"), path);
        }

        await studio.RestartAsync();

        Assert.Equal(files, Files(Path.Combine(studio.Folder, "stories")));
        await StoredFiles.AssertMatchRowsAsync(studio);
        Assert.False(Directory.Exists(incoming));
    }

    /// <summary>Versions of which one is shown, one that came from outside, one of a segment that undoing brings back, and pictures of a character of which one is taken out.</summary>
    private static async Task<(string Story, string Image, string Character)> FullStoryAsync(Studio studio)
    {
        var story = await studio.Library.CreateAsync(new() { Title = "A story", Styles = ["illustration"], Characters = [new("Mira", "A girl.")], Segments = [new() { Text = "Mira climbed." }, new() { Text = "The lamp burned." }] });
        await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.UntilFinishedAsync(story.Id)).Images[0].Id;
        await studio.Services.GetRequiredService<IPictureDesk>().BringAsync(Actor.Local, image, new MemoryStream(TestPictures.Png(seed: 1)), andLock: false);
        var character = story.Characters[0].Id;
        await studio.Cast.SetPictureAsync(character, new MemoryStream(TestPictures.Png(seed: 2)));
        await studio.Cast.SetPictureAsync(character, new MemoryStream(TestPictures.Png(seed: 3)));
        await studio.Cast.RemovePictureAsync(character);
        await studio.Services.GetRequiredService<IStoryEditor>().RemoveAsync(story.Id, "1.2");
        return (story.Id, image, character);
    }

    private static List<string> Files(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>Does something once, when a row is about to be written: its file has its name by then.</summary>
    private sealed class BeforeInsert(string table) : DbCommandInterceptor
    {
        public Func<Task>? Then { get; set; }

        public void Register(IServiceCollection services) => services.ConfigureDbContext<StoryDbContext>(options => options.AddInterceptors(this));

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            await LookAsync(command);
            return result;
        }

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            await LookAsync(command);
            return result;
        }

        private async Task LookAsync(DbCommand command)
        {
            if (Then is { } then && command.CommandText.Contains($"INSERT INTO \"{table}\"", StringComparison.Ordinal))
            {
                Then = null;
                await then();
            }
        }
    }
}
