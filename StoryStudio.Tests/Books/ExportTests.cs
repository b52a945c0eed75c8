using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Books;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Books;

/// <summary>Books that are made in the background.</summary>
public sealed class ExportTests
{
    [Fact]
    public async Task Export_SaysWhatIsMissing_IsMadeOnceAskedToGoOn_AndIsGoneWhenTakenBack()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(3, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new() { Styles = ["clear"], Segments = ["1.1", "1.2"] });
        await studio.UntilFinishedAsync(story.Id);
        var exports = studio.Services.GetRequiredService<IExports>();

        var check = await exports.CheckAsync(story.Id, ExportFormat.Epub, null);
        Assert.Equal(("clear", 3), (check.Style, check.Total));
        Assert.Equal(new MissingPicture("1.3", PictureLack.NotDrawn), Assert.Single(check.Missing));
        Assert.Equal("pictures_missing", (await Assert.ThrowsAsync<ConflictException>(() => exports.StartAsync(story.Id, new() { Format = ExportFormat.Epub }))).Code);
        Assert.Equal("no_pictures", (await Assert.ThrowsAsync<ConflictException>(() => exports.StartAsync(story.Id, new() { Format = ExportFormat.Cbz, AllowMissing = true }))).Code);
        await Assert.ThrowsAsync<InvalidInputException>(() => exports.StartAsync(story.Id, new() { Format = ExportFormat.Html, Style = "noir" }));
        await Assert.ThrowsAsync<InvalidInputException>(() => exports.StartAsync(story.Id, new() { Format = ExportFormat.Html, Language = "<b>", AllowMissing = true }));

        var made = await UntilAsync(exports, (await exports.StartAsync(story.Id, new() { Format = ExportFormat.Html, AllowMissing = true })).Id);
        Assert.Equal((ExportStatus.Completed, 100, "A story.html"), (made.Status, made.Progress, made.FileName));
        var file = await exports.FileAsync(made.Id);
        Assert.Equal(made.Bytes, new FileInfo(file.FilePath).Length);

        await exports.DeleteAsync(made.Id);
        Assert.False(File.Exists(file.FilePath));
        await Assert.ThrowsAsync<NotFoundException>(() => exports.GetAsync(made.Id));
        Assert.Empty(await exports.ListAsync(story.Id));
    }

    [Theory]
    [InlineData("EN", "en")]
    [InlineData("PT-BR", "pt-BR")]
    [InlineData("zh-Hans-CN", "zh-Hans-CN")]
    [InlineData("zh-yue", "zh-yue")]
    [InlineData("de-1996", "de-1996")]
    [InlineData("en-a", null)]
    [InlineData("en-US-US", null)]
    [InlineData("en-Latn-", null)]
    public void Language_IsFormedAsReadersWantIt_OrRefused(string given, string? kept)
    {
        var request = new ExportRequest { Format = ExportFormat.Epub, Language = given };

        var failure = Record.Exception(() => Assert.Equal(kept, ExportRules.Check(request).Language));

        Assert.Equal(kept is null ? typeof(InvalidInputException) : null, failure?.GetType());
    }

    [Fact]
    public async Task Archive_SaysWhatIsNotDrawnAndWhichFilesAreGone_AndIsMadeOnceAskedToGoOn()
    {
        await using var studio = await Studio.StartAsync();
        var exports = studio.Services.GetRequiredService<IExports>();
        var whole = await RoundTripTests.FullStoryAsync(studio);
        Assert.Empty((await exports.CheckAsync(whole.Id, ExportFormat.Zip, null)).Missing);
        foreach (var file in new[] { "Beat_1.1.svg", "Beat_1.1.v2.svg", $"{whole.Characters[0].Id}*.png", $"{whole.Characters[1].Id}.svg" })
        {
            Directory.GetFiles(Path.Combine(studio.Folder, "stories", whole.Id), file, SearchOption.AllDirectories).ToList().ForEach(File.Delete);
        }

        Assert.Equal(
            [
                new("1.1", PictureLack.Gone) { Style = "clear" },
                new("1.1", PictureLack.Gone) { Style = "illustration", Version = 1 },
                new("1.1", PictureLack.Gone) { Style = "illustration" },
                new("", PictureLack.Gone) { Style = "clear", Character = "Tom" },
                new MissingPicture("", PictureLack.Gone) { Character = "Mira" },
            ],
            (await exports.CheckAsync(whole.Id, ExportFormat.Zip, null)).Missing.OrderBy(m => m.Number.Length == 0).ThenBy(m => m.Style is null).ThenBy(m => m.Style, StringComparer.Ordinal).ThenBy(m => m.Version is null));

        var part = await studio.CreateStoryAsync(2, "illustration", "clear");
        await studio.Illustrator.StartAsync(part.Id, new() { Styles = ["clear"], Segments = ["1.1"] });
        await studio.UntilFinishedAsync(part.Id);
        var check = await exports.CheckAsync(part.Id, ExportFormat.Zip, null);
        Assert.Equal(4, check.Total);
        Assert.Equal(["1.1 illustration", "1.2 illustration", "1.2 clear"], check.Missing.Select(m => $"{m.Number} {m.Style}"));
        var refused = await Assert.ThrowsAsync<ConflictException>(() => exports.StartAsync(part.Id, new() { Format = ExportFormat.Zip }));
        Assert.Equal(("pictures_missing", "3 pictures are missing: 1.1 in illustration, 1.2 in illustration, 1.2 in clear. Say allowMissing to go on without."), (refused.Code, refused.Message));
        Assert.Equal(ExportStatus.Completed, (await UntilAsync(exports, (await exports.StartAsync(part.Id, new() { Format = ExportFormat.Zip, AllowMissing = true })).Id)).Status);
        await Assert.ThrowsAsync<NotFoundException>(() => exports.CheckAsync("x", ExportFormat.Zip, null));
    }

    [Fact]
    public async Task Export_InterruptedByAKill_IsBegunAnew_AndWhatIsOldOrNobodysIsSweptAway()
    {
        await using var studio = await Studio.StartAsync();
        var story = await RoundTripTests.FullStoryAsync(studio);
        var exports = studio.Services.GetRequiredService<IExports>();
        var zip = await UntilAsync(exports, (await exports.StartAsync(story.Id, new() { Format = ExportFormat.Zip })).Id);
        await using (var db = studio.OpenDatabase())
        {
            await db.Database.ExecuteSqlAsync($"UPDATE exports SET Status = 'running', Bytes = NULL WHERE Id = {zip.Id}");
        }

        await File.WriteAllTextAsync(Path.Combine(studio.Folder, "exports", $"{zip.Id}.zip.tmp"), "half");
        await studio.RestartAsync();
        exports = studio.Services.GetRequiredService<IExports>();

        var again = await UntilAsync(exports, zip.Id);
        Assert.Equal(zip.Bytes, again.Bytes);
        Assert.Equal([$"{zip.Id}.zip"], Directory.GetFiles(Path.Combine(studio.Folder, "exports")).Select(Path.GetFileName));

        studio.Clock.Advance(ExportService.KeptFor + TimeSpan.FromHours(1));
        await studio.RestartAsync();
        exports = studio.Services.GetRequiredService<IExports>();
        while ((await exports.ListAsync(story.Id)).Count > 0 || Directory.GetFiles(Path.Combine(studio.Folder, "exports")).Length > 0)
        {
            await Task.Delay(10);
        }
    }

    [Fact]
    public async Task Export_WhosePictureGoesAway_SaysItAndLeavesNoHalfFile()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var picture = Directory.GetFiles(Path.Combine(studio.Folder, "stories"), "Beat_1.1.svg", SearchOption.AllDirectories).Single();
        File.Delete(picture);
        var exports = studio.Services.GetRequiredService<IExports>();

        Assert.Equal(PictureLack.Gone, Assert.Single((await exports.CheckAsync(story.Id, ExportFormat.Epub, null)).Missing).Reason);

        // There as a name, and nothing to be read.
        File.CreateSymbolicLink(picture, Path.Combine(studio.Folder, "nowhere"));
        var state = await UntilAsync(exports, (await exports.StartAsync(story.Id, new() { Format = ExportFormat.Epub, AllowMissing = true })).Id);

        Assert.True(state is { Status: ExportStatus.Completed } or { Status: ExportStatus.Failed, Error.Code: "picture_gone" });
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(studio.Folder, "exports")), f => f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ExportFormat.Epub)]
    [InlineData(ExportFormat.Zip)]
    public async Task Export_AskedForAgainWhileItIsMade_IsTheSameOne_UnlessTheStoryIsAnotherByNow(ExportFormat format)
    {
        var reads = new SteeredReads();
        await using var studio = await Studio.StartAsync(services: reads.Register);
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);
        var exports = studio.Services.GetRequiredService<IExports>();
        var (isTest, reached, held) = (new AsyncLocal<bool> { Value = true }, new TaskCompletionSource(), new TaskCompletionSource());
        var last = format is ExportFormat.Zip ? "FROM \"decisions\"" : "JOIN \"image_versions\"";
        reads.Reading = async command =>
        {
            // Whoever makes the book has begun to read the story by then.
            if (!isTest.Value && command.CommandText.Contains(last, StringComparison.Ordinal))
            {
                reached.TrySetResult();
                await held.Task;
            }
        };

        string first, second;
        try
        {
            first = await AskAsync();
            await reached.Task;
            Assert.Equal(first, await AskAsync());
            await ChangeAsync();
            second = await AskAsync();
            Assert.NotEqual(first, second);
            Assert.Equal(second, await AskAsync());
            Assert.Equal([ExportStatus.Queued, ExportStatus.Running], (await exports.ListAsync(story.Id)).Select(e => e.Status).Order());
        }
        finally
        {
            held.SetResult();
        }

        Assert.Equal(ExportStatus.Completed, (await UntilAsync(exports, first)).Status);
        Assert.Equal(ExportStatus.Completed, (await UntilAsync(exports, second)).Status);
        Assert.DoesNotContain("Rainy.", await WordsAsync(first), StringComparison.Ordinal);
        Assert.Contains("Rainy.", await WordsAsync(second), StringComparison.Ordinal);

        async Task<string> AskAsync() => (await exports.StartAsync(story.Id, new() { Format = format })).Id;

        Task ChangeAsync() => format is ExportFormat.Zip
            ? studio.Services.GetRequiredService<IReviews>().SayAsync(new("m", "Mira", StoryRole.Author), story.Id, new() { Text = "Rainy." })
            : studio.Library.UpdateAsync(story.Id, new() { Title = "Rainy." });

        async Task<string> WordsAsync(string id) => RoundTripTests.Read(await File.ReadAllBytesAsync((await exports.FileAsync(id)).FilePath), format is ExportFormat.Zip ? "manifest.json" : "EPUB/package.opf");
    }

    [Fact]
    public async Task Book_WithOtherPictures_IsALaterOne()
    {
        await using var studio = await Studio.StartAsync();
        var story = await studio.CreateStoryAsync(1, "illustration", "clear");
        await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.UntilFinishedAsync(story.Id)).Images.Single(i => i.Style == "illustration");
        Assert.Equal(studio.Clock.GetUtcNow(), await ModifiedAsync("illustration"));
        var before = studio.Clock.GetUtcNow();

        studio.Advance(TimeSpan.FromHours(1));
        await studio.Illustrator.RegenerateAsync(image.Id, null, null);
        await studio.UntilAsync(story.Id, s => s.Pending == 0);
        Assert.Equal(studio.Clock.GetUtcNow(), await ModifiedAsync("illustration"));

        studio.Advance(TimeSpan.FromHours(1));
        await studio.Illustrator.ChooseAsync(image.Id, 1);
        Assert.Equal(studio.Clock.GetUtcNow(), await ModifiedAsync("illustration"));
        Assert.Equal(before, await ModifiedAsync("clear"));

        async Task<DateTimeOffset> ModifiedAsync(string style) => (await studio.Services.GetRequiredService<IExports>().OpenBookAsync(story.Id, style)).Modified;
    }

    private static async Task<ExportState> UntilAsync(IExports exports, string id)
    {
        while (true)
        {
            if (await exports.GetAsync(id) is var state && !state.IsActive())
            {
                return state;
            }

            await Task.Delay(10);
        }
    }
}
