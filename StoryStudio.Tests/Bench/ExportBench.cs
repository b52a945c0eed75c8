using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Books;
using StoryStudio.Core.Books.Making;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Bench;

/// <summary>
/// What is alive on the heap while a story of 100 and of 1,000 pictures is exported in each format: for the book itself, for writing it out,
/// and for each further picture, of which no more may stay than its name and place. <c>bench export</c>
/// </summary>
internal static class ExportBench
{
    private const int Few = 100;
    private const int Many = 1_000;
    private const int Looks = 10;
    private const int Noise = 700;

    public static async Task RunAsync(string[] args)
    {
        // Noise does not pack: about 1.9 MB a picture, as a painted one has.
        var picture = Painted();
        Console.WriteLine($"Pictures of {picture.Length / 1048576.0:F1} MB.");
        var few = await MeasureAsync(Few, picture);
        var many = await MeasureAsync(Many, picture);
        foreach (var (format, small) in few)
        {
            var large = many[format];
            Console.WriteLine(
                $"{format,-4}  100 pictures: {Line(small)}   1,000 pictures: {Line(large)}   each further picture of {picture.Length / 1024.0:F0} KB keeps {(large.Book + large.Writing - small.Book - small.Writing) / 1024.0 / (Many - Few):F1} KB alive");
        }
    }

    private static byte[] Painted()
    {
        var rows = new byte[Noise * ((Noise * 4) + 1)];
        new Random(1).NextBytes(rows);
        for (var y = 0; y < Noise; y++)
        {
            rows[y * ((Noise * 4) + 1)] = 0;
        }

        return TestPictures.PngOf(Noise, Noise, depth: 8, colour: 6, interlace: 0, TestPictures.Packed(rows));
    }

    private static string Line(Figures f) => $"{f.Bytes / 1048576.0,6:F0} MB in {f.Seconds,5:F1} s, book {f.Book / 1024.0,6:F0} KB, writing {f.Writing / 1024.0,6:F0} KB, {f.Allocated / 1024.0,5:F0} KB allocated a picture";

    private static async Task<Dictionary<ExportFormat, Figures>> MeasureAsync(int pictures, byte[] picture)
    {
        await using var studio = await Studio.StartAsync(time: TimeProvider.System, engine: false);
        var story = await studio.CreateStoryAsync(pictures);
        await PlantAsync(studio, story.Id, picture);
        var figures = new Dictionary<ExportFormat, Figures>();
        foreach (var format in Enum.GetValues<ExportFormat>())
        {
            // Once for whatever is made at the first use and kept.
            await WriteAsync(studio, story.Id, format, pictures);
            figures[format] = await WriteAsync(studio, story.Id, format, pictures);
        }

        return figures;
    }

    /// <summary>Each segment gets a picture of its own on disk, without the engine: it is not what is measured.</summary>
    private static async Task PlantAsync(Studio studio, string storyId, byte[] picture)
    {
        await studio.Illustrator.StartAsync(storyId, new());
        await using var db = studio.OpenDatabase();
        foreach (var image in await db.Images.Where(i => i.StoryId == storyId && i.SegmentId != null).ToListAsync())
        {
            var path = $"stories/{storyId}/bench/{image.Id}.png";
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(studio.Folder, path))!);
            await File.WriteAllBytesAsync(Path.Combine(studio.Folder, path), picture);
            db.ImageVersions.Add(new()
            {
                ImageId = image.Id,
                Number = 1,
                AttemptId = image.Id,
                Path = path,
                MediaType = "image/png",
                Width = Noise,
                Height = Noise,
                Bytes = picture.Length,
                Sha256 = new('0', 64),
                Prompt = "An owl flew over the harbour at dusk and looked for the lantern.",
                Provider = "bench",
                CreatedAt = image.UpdatedAt,
            });
        }

        await db.SaveChangesAsync();
        await db.Images.Where(i => i.StoryId == storyId).ExecuteUpdateAsync(i => i.SetProperty(x => x.ChosenVersion, 1));
    }

    private static async Task<Figures> WriteAsync(Studio studio, string storyId, ExportFormat format, int pictures)
    {
        var before = Live();
        long most = 0, book = 0;
        var path = Path.Combine(studio.Folder, "bench.out");
        var (clock, allocated) = (Stopwatch.StartNew(), GC.GetTotalAllocatedBytes(precise: true));
        long bytes;
        await using (var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 81_920, FileOptions.Asynchronous))
        {
            if (format is ExportFormat.Zip)
            {
                await studio.Services.GetRequiredService<ArchiveShelf>().WriteAsync(storyId, file, (done, total) => Look(done, total), default);
            }
            else
            {
                var read = await studio.Services.GetRequiredService<BookShelf>().OpenAsync(storyId, null, null, null, format is ExportFormat.Cbz, default);
                book = Live() - before;
                await BookMakers.Of(format)(read, file, done => Look(done, pictures), default);
                GC.KeepAlive(read);
            }

            bytes = file.Length;
        }

        var (seconds, all) = (clock.Elapsed.TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - allocated);
        File.Delete(path);
        return new(bytes, seconds, book, Math.Max(0, most - book), all / pictures);

        // A full collection each time is slow, so that it is done some times and not at each picture.
        void Look(int done, int total)
        {
            if (done % Math.Max(1, total / Looks) == 0)
            {
                most = Math.Max(most, Live() - before);
            }
        }
    }

    private static long Live() => GC.GetTotalMemory(forceFullCollection: true);

    /// <param name="Bytes">Of the file.</param>
    /// <param name="Seconds">It took, collections counted.</param>
    /// <param name="Book">Bytes alive for its text and the list of its pictures, before anything is written; in an archive counted with the rest.</param>
    /// <param name="Writing">Bytes alive beyond that, at most.</param>
    /// <param name="Allocated">Bytes a picture.</param>
    private sealed record Figures(long Bytes, double Seconds, long Book, long Writing, long Allocated);
}
