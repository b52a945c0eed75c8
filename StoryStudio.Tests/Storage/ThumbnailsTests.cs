using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Books;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Storage;

public sealed class ThumbnailsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("storystudio-").FullName;
    private readonly LogBook _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Copy_IsMadeOnce_AndKeptBesideItsPicture()
    {
        var (picture, made) = (Store("Beat_1.1.png", TestPictures.LargePng()), 0);
        using var thumbnails = new Thumbnails(_log.For<Thumbnails>(), (from, width, to) =>
        {
            made++;
            return PictureScaler.Scale(from, width, to);
        });

        var paths = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => thumbnails.FindAsync(picture, PictureSizes.Small)));

        var path = Assert.Single(paths.Distinct())!;
        Assert.Equal((1, _folder), (made, Path.GetDirectoryName(path)));
        var copy = PictureInspector.Inspect(path, allowSvg: false);
        Assert.Equal((PictureFormats.Webp, 640, 640), (copy.MediaType, copy.Width, copy.Height));
        Assert.True(copy.Bytes < picture.Bytes);
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public async Task Copies_AreMadeOneAtATime()
    {
        var (now, most) = (0, 0);
        using var thumbnails = new Thumbnails(_log.For<Thumbnails>(), (_, _, to) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            to.WriteByte(1);
            for (var i = 0; i < 1_000; i++)
            {
                Thread.Yield();
            }

            Interlocked.Decrement(ref now);
            return true;
        });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => thumbnails.FindAsync(Store($"Beat_1.{i}.png", TestPictures.LargePng(height: 64, seed: i)), PictureSizes.Small)));

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task SmallOrDrawnPicture_ServesItself()
    {
        using var thumbnails = new Thumbnails(_log.For<Thumbnails>());

        Assert.Null(await thumbnails.FindAsync(Store("small.png", TestPictures.Png(1024, 1)), PictureSizes.Small));
        Assert.Null(await thumbnails.FindAsync(Store("narrow.png", TestPictures.LargePng(600, 800)), PictureSizes.Small));
        Assert.Null(await thumbnails.FindAsync(Store("drawn.svg", TestPictures.Svg) with { Bytes = 1_000_000, Width = 1536 }, PictureSizes.Small));
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public async Task Picture_ThatCannotBeUnpacked_ServesItself_AndIsNotTriedAgain()
    {
        var picture = Store("Beat_1.1.png", TestPictures.LargePng()[..200_000]) with { Width = 1024 };
        using var thumbnails = new Thumbnails(_log.For<Thumbnails>());

        Assert.Null(await thumbnails.FindAsync(picture, PictureSizes.Small));
        Assert.Null(await thumbnails.FindAsync(picture, PictureSizes.Small));

        Assert.Equal([picture.FilePath], Directory.GetFiles(_folder));
        Assert.Equal(LogLevel.Warning, Assert.Single(_log.Lines).Level);
    }

    [Fact]
    public async Task FullDisk_IsSaidOnce_AndNothingOfACopyStays_UntilThereIsRoom()
    {
        var (picture, isFull) = (Store("Beat_1.1.png", TestPictures.LargePng()), true);
        using var thumbnails = new Thumbnails(_log.For<Thumbnails>(), (from, width, to) =>
        {
            to.WriteByte(0);
            return isFull ? throw new IOException("No space left on device") : PictureScaler.Scale(from, width, to);
        });

        Assert.Null(await thumbnails.FindAsync(picture, PictureSizes.Small));
        Assert.Null(await thumbnails.FindAsync(picture, PictureSizes.Medium));
        Assert.Equal([picture.FilePath], Directory.GetFiles(_folder));
        Assert.Single(_log.Lines);

        isFull = false;
        Assert.NotNull(await thumbnails.FindAsync(picture, PictureSizes.Small));
    }

    [Fact]
    public async Task Library_ThatDoesNotRunHere_IsSaidOnce_AndAskedNoMore()
    {
        var (picture, asked) = (Store("Beat_1.1.png", TestPictures.LargePng()), 0);
        using var thumbnails = new Thumbnails(_log.For<Thumbnails>(), (_, _, _) =>
        {
            asked++;
            throw new TypeInitializationException("SkiaSharp.SKObject", new DllNotFoundException("libSkiaSharp"));
        });

        Assert.Null(await thumbnails.FindAsync(picture, PictureSizes.Small));
        Assert.Null(await thumbnails.FindAsync(Store("Beat_1.2.png", TestPictures.LargePng(seed: 1)), PictureSizes.Small));

        Assert.Equal(1, asked);
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task Picture_ThatIsTakenAwayMeanwhile_LeavesNoCopyBehind()
    {
        var picture = Store("Beat_1.1.png", TestPictures.LargePng());
        using var thumbnails = new Thumbnails(_log.For<Thumbnails>(), (from, width, to) =>
        {
            var isMade = PictureScaler.Scale(from, width, to);
            File.Delete(picture.FilePath);
            Thumbnails.Delete(picture.FilePath);
            return isMade;
        });

        Assert.Null(await thumbnails.FindAsync(picture, PictureSizes.Small));

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Picture_OfTheSameName_HasACopyOfItsOwn()
    {
        using var thumbnails = new Thumbnails(_log.For<Thumbnails>());
        var before = await thumbnails.FindAsync(Store("Beat_1.1.png", TestPictures.LargePng()), PictureSizes.Small);

        var after = await thumbnails.FindAsync(Store("Beat_1.1.png", TestPictures.LargePng(height: 512)), PictureSizes.Small);

        Assert.NotEqual(before, after);
        Assert.Equal(320, PictureInspector.Inspect(after!, allowSvg: false).Height);
    }

    [Fact]
    public async Task Deletion_TakesTheCopiesOfThatPictureAndNoOther()
    {
        using var thumbnails = new Thumbnails(_log.For<Thumbnails>());
        var (one, other) = (Store("Beat_1.1.png", TestPictures.LargePng()), Store("Beat_1.11.png", TestPictures.LargePng()));
        foreach (var width in PictureSizes.Widths)
        {
            Assert.NotNull(await thumbnails.FindAsync(one, width));
            Assert.NotNull(await thumbnails.FindAsync(other, width));
        }

        File.Delete(one.FilePath);
        Thumbnails.Delete(one.FilePath);

        Assert.Equal(3, Directory.GetFiles(_folder).Length);
        Assert.All(Directory.GetFiles(_folder), f => Assert.Contains("Beat_1.11.", f, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Copies_GoWithTheirPages_AndWithTheirStory_AndAreInNoArchive()
    {
        await using var studio = await Studio.StartAsync(services: s => s.Remove(s.Single(d => d.ImplementationType == typeof(StorySweep))));
        studio.Provider.Script = (_, destination, _, token) => ScriptedProvider.DrawLargeAsync(destination, token);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        foreach (var image in (await studio.Illustrator.GetSnapshotAsync(story.Id)).Images)
        {
            var picture = await studio.Services.GetRequiredService<IPictureFiles>().FindAsync(image.Id, 1);
            Assert.NotNull(await studio.Services.GetRequiredService<IThumbnails>().FindAsync(picture!, PictureSizes.Small));
        }

        var folder = Path.Combine(studio.Folder, "stories", story.Id);
        Assert.Equal(4, Files(folder).Count);
        using (var archive = new ZipArchive(new MemoryStream(await RoundTripTests.ExportAsync(studio, story.Id))))
        {
            Assert.Equal(2, archive.Entries.Count(e => e.FullName.EndsWith(".png", StringComparison.Ordinal)));
            Assert.DoesNotContain(archive.Entries, e => e.FullName.EndsWith(".webp", StringComparison.Ordinal));
        }

        using var sweep = ActivatorUtilities.CreateInstance<StorySweep>(studio.Services);
        await studio.Services.GetRequiredService<IStoryEditor>().RemoveAsync(story.Id, "1.2");
        await using (var db = studio.OpenDatabase())
        {
            await db.EditRecords.ExecuteDeleteAsync();
        }

        studio.Clock.Advance(StorySweep.RestorableFor + TimeSpan.FromMinutes(1));
        await sweep.SweepSegmentsAsync();
        Assert.Equal(2, Files(folder).Count);

        await studio.Library.DeleteAsync(story.Id);
        studio.Clock.Advance(StorySweep.RestorableFor + TimeSpan.FromMinutes(1));
        await sweep.SweepAsync();
        Assert.False(Directory.Exists(folder));

        static IReadOnlyList<string> Files(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
    }

    private StoredPicture Store(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return new(path, PictureFormats.MediaType(name)!, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))) { Width = PictureInspector.Inspect(path, allowSvg: true).Width };
    }
}
