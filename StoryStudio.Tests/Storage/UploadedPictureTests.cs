using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Storage;

/// <summary>What becomes of a person's own picture where its commit is said to have failed; of one that is killed, see <see cref="OrphanSweepTests"/>.</summary>
public sealed class UploadedPictureTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bring_WhoseCommitHoldsThoughItIsSaidToHaveFailed_HasItsPicture(bool ofCharacter)
    {
        var disk = new DoubtfulDisk();
        await using var studio = await Studio.StartAsync(services: disk.Under);
        var (image, character) = await StoryAsync(studio, disk);
        disk.OnceCommitted = true;

        if (ofCharacter)
        {
            Assert.NotNull((await studio.Cast.SetPictureAsync(character, Picture())).PictureUrl);
        }
        else
        {
            Assert.Equal(2, (await Desk(studio).BringAsync(Actor.Local, image, Picture(), andLock: false)).ChosenVersion);
        }

        Assert.False(disk.OnceCommitted);
        await StoredFiles.AssertMatchRowsAsync(studio);
        Assert.Empty(Incoming(studio));
        await studio.RestartAsync();
        await StoredFiles.AssertMatchRowsAsync(studio);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bring_WhoseCommitFailed_LeavesNoFile(bool ofCharacter)
    {
        var disk = new DoubtfulDisk();
        await using var studio = await Studio.StartAsync(services: disk.Under);
        var (image, character) = await StoryAsync(studio, disk);
        disk.InsteadOfCommit = true;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => BringAsync(studio, ofCharacter ? null : image, character));

        await StoredFiles.AssertMatchRowsAsync(studio);
        Assert.Empty(Incoming(studio));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bring_ThatTheDiskHasNoRoomFor_SaysSo(bool ofCharacter)
    {
        var disk = new DoubtfulDisk();
        await using var studio = await Studio.StartAsync(services: disk.Under);
        var (image, character) = await StoryAsync(studio, disk);
        await using var picture = new NoRoom();

        var said = await Assert.ThrowsAsync<ConflictException>(() => ofCharacter
            ? studio.Cast.SetPictureAsync(character, picture)
            : Desk(studio).BringAsync(Actor.Local, image, picture, andLock: false));

        Assert.Equal("disk_full", said.Code);
        await StoredFiles.AssertMatchRowsAsync(studio);
        Assert.Empty(Incoming(studio));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Bring_OfWhoseCommitNobodyCanSay_IsSettledByTheNextStart(bool ofCharacter, bool holds)
    {
        var disk = new DoubtfulDisk();
        await using var studio = await Studio.StartAsync(services: disk.Under);
        var (image, character) = await StoryAsync(studio, disk);
        (disk.OnceCommitted, disk.InsteadOfCommit, disk.IsSilentAfterwards) = (holds, !holds, true);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => BringAsync(studio, ofCharacter ? null : image, character));

        disk.Answer();
        await studio.RestartAsync();
        await StoredFiles.AssertMatchRowsAsync(studio);
        await using var db = studio.OpenDatabase();
        Assert.Equal(holds ? 2 : 1, await db.ImageVersions.CountAsync() + await db.CharacterPictures.CountAsync());
        Assert.False(Directory.Exists(Path.Combine(studio.Folder, "incoming")));
    }

    private static Task BringAsync(Studio studio, string? image, string character) => image is null
        ? studio.Cast.SetPictureAsync(character, Picture())
        : Desk(studio).BringAsync(Actor.Local, image, Picture(), andLock: false);

    private static async Task<(string Image, string Character)> StoryAsync(Studio studio, DoubtfulDisk disk)
    {
        var story = await studio.Library.CreateAsync(new() { Title = "A story", Styles = ["illustration"], Characters = [new("Mira", "A girl.")], Segments = [new() { Text = "Mira climbed." }] });
        await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.UntilFinishedAsync(story.Id)).Images[0].Id;
        // The picture that fails is none of the engine's.
        await studio.RestartAsync(engine: false);
        disk.Begin();
        return (image, story.Characters[0].Id);
    }

    private static IPictureDesk Desk(Studio studio) => studio.Services.GetRequiredService<IPictureDesk>();

    /// <summary>A picture of which the disk says, once its head was taken in, that there is no room for the rest.</summary>
    private sealed class NoRoom() : MemoryStream(TestPictures.Png(seed: 9))
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => throw new IOException("No space left on device", hresult: 28);
    }

    private static MemoryStream Picture() => new(TestPictures.Png(seed: 9));

    private static string[] Incoming(Studio studio) => Directory.GetFiles(Path.Combine(studio.Folder, "incoming"));

    /// <summary>A disk whose commit of a person's picture is said to have failed, whether it did or not, and of which nothing can be read afterwards where that is wanted.</summary>
    private sealed class DoubtfulDisk : DbTransactionInterceptor
    {
        private readonly Commands _commands = new();

        public bool OnceCommitted { get; set; }

        public bool InsteadOfCommit { get; set; }

        public bool IsSilentAfterwards { get; set; }

        public void Under(IServiceCollection services) => services.ConfigureDbContext<StoryDbContext>(options => options.AddInterceptors(this, _commands));

        /// <summary>What was written before was another's.</summary>
        public void Begin() => _commands.HasPicture = false;

        public void Answer() => _commands.IsSilent = false;

        public override ValueTask<InterceptionResult> TransactionCommittingAsync(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
            InsteadOfCommit && _commands.HasPicture ? throw Failure() : new(result);

        public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
            OnceCommitted && _commands.HasPicture ? throw Failure() : Task.CompletedTask;

        private SqliteException Failure()
        {
            (OnceCommitted, InsteadOfCommit, _commands.HasPicture, _commands.IsSilent) = (false, false, false, IsSilentAfterwards);
            return new("SQLite Error 10: 'disk I/O error'.", 10);
        }
    }

    private sealed class Commands : DbCommandInterceptor
    {
        private volatile bool _isSilent;
        private volatile bool _hasPicture;

        public bool IsSilent
        {
            get => _isSilent;
            set => _isSilent = value;
        }

        /// <summary>Whether a row of a picture was written since this was last false. There is one writer, and what it is about to commit has it.</summary>
        public bool HasPicture
        {
            get => _hasPicture;
            set => _hasPicture = value;
        }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
            IsSilent ? throw new SqliteException("SQLite Error 10: 'disk I/O error'.", 10) : new(Noting(command, result));

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            new(Noting(command, result));

        private T Noting<T>(DbCommand command, T result)
        {
            HasPicture |= command.CommandText.Contains("INSERT INTO \"image_versions\"", StringComparison.Ordinal) || command.CommandText.Contains("INSERT INTO \"character_pictures\"", StringComparison.Ordinal);
            return result;
        }
    }
}
