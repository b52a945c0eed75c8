using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Books;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Books;

/// <summary>An import says how far it is, and wherever it is stopped there is nothing of it.</summary>
public sealed class StoppedImportTests
{
    [Theory]
    [InlineData("while its bytes come")]
    [InlineData("at its first picture")]
    [InlineData("at its last picture")]
    public async Task Archive_StoppedWhileItIsRead_LeavesNothing_AndIsReadTheNextTime(string when)
    {
        await using var studio = await Studio.StartAsync();
        var zip = await RoundTripTests.ExportAsync(studio, (await RoundTripTests.FullStoryAsync(studio)).Id);
        var import = studio.Services.GetRequiredService<IStoryImport>();
        var files = RoundTripTests.Files(studio);
        using var stop = new CancellationTokenSource();
        var content = when == "while its bytes come" ? new StoppingStream(zip, stop) : new MemoryStream(zip);
        var seen = new Seen(pictures =>
        {
            if (when == "at its first picture" || pictures.Done == pictures.Total)
            {
                stop.Cancel();
            }
        });

        if (when == "at its last picture")
        {
            // By then it is read, and whoever asked for it has it.
            await using var read = await import.ReadAsync(content, "a.zip", seen, stop.Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => import.MakeAsync(read, cancellationToken: stop.Token));
        }
        else
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => import.ReadAsync(content, "a.zip", seen, stop.Token));
        }

        Assert.Equal(when switch { "while its bytes come" => 0, "at its first picture" => 1, _ => seen.All[0].Total }, seen.All.Count);
        Assert.Equal(files, RoundTripTests.Files(studio));
        Assert.Equal(1, (await studio.Library.ListAsync(1, 10)).Total);
        _ = await RoundTripTests.ImportAsync(studio, zip);
        Assert.Equal(2, (await studio.Library.ListAsync(1, 10)).Total);
    }

    [Fact]
    public async Task Archive_TellsOfEveryPictureOnce()
    {
        await using var studio = await Studio.StartAsync();
        var zip = await RoundTripTests.ExportAsync(studio, (await RoundTripTests.FullStoryAsync(studio)).Id);
        var seen = new Seen(_ => { });

        await using var read = await studio.Services.GetRequiredService<IStoryImport>().ReadAsync(new MemoryStream(zip), "a.zip", seen);

        Assert.Equal(Enumerable.Range(1, read.Pictures).Select(i => new UnpackedPictures(i, read.Pictures)), seen.All);
    }

    [Fact]
    public async Task Story_StoppedWhileItWaitsForTheDatabase_IsNotMade_AndMayBeMadeAfterAll()
    {
        await using var studio = await Studio.StartAsync();
        var zip = await RoundTripTests.ExportAsync(studio, (await RoundTripTests.FullStoryAsync(studio)).Id);
        var import = studio.Services.GetRequiredService<IStoryImport>();
        var read = await import.ReadAsync(new MemoryStream(zip), "a.zip");
        var files = RoundTripTests.Files(studio);
        using var stop = new CancellationTokenSource();
        var isFree = new TaskCompletionSource();
        var other = studio.Services.GetRequiredService<StoryWriter>().ExecuteAsync(_ => isFree.Task);

        var making = import.MakeAsync(read, cancellationToken: stop.Token);
        await stop.CancelAsync();
        isFree.SetResult();
        await other;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => making);

        Assert.Equal(files, RoundTripTests.Files(studio));
        Assert.Equal(1, (await studio.Library.ListAsync(1, 10)).Total);
        var story = await import.MakeAsync(read);
        await read.DisposeAsync();
        Assert.Equal(await RoundTripTests.DescribeAsync(studio, (await studio.Library.ListAsync(1, 10)).Items.Single(s => s.Id != story.Id).Id), await RoundTripTests.DescribeAsync(studio, story.Id));
        Assert.Empty(Directory.GetDirectories(Path.Combine(studio.Folder, "imports")));
    }

    [Fact]
    public async Task Story_LeftWhileItIsMade_AndStopped_LeavesNothing()
    {
        await using var studio = await Studio.StartAsync();
        var zip = await RoundTripTests.ExportAsync(studio, (await RoundTripTests.FullStoryAsync(studio)).Id);
        var files = RoundTripTests.Files(studio);
        var import = studio.Services.GetRequiredService<IStoryImport>();
        var read = await import.ReadAsync(new MemoryStream(zip), "a.zip");
        using var stop = new CancellationTokenSource();
        var isFree = new TaskCompletionSource();
        var other = studio.Services.GetRequiredService<StoryWriter>().ExecuteAsync(_ => isFree.Task);

        var making = import.MakeAsync(read, cancellationToken: stop.Token);
        await read.DisposeAsync();
        await stop.CancelAsync();
        isFree.SetResult();
        await other;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => making);

        Assert.Equal(files, RoundTripTests.Files(studio));
    }

    private sealed class Seen(Action<UnpackedPictures> then) : IProgress<UnpackedPictures>
    {
        public List<UnpackedPictures> All { get; } = [];

        public void Report(UnpackedPictures value)
        {
            All.Add(value);
            then(value);
        }
    }

    /// <summary>Stops whoever reads it half-way.</summary>
    private sealed class StoppingStream(byte[] bytes, CancellationTokenSource stop) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= Length / 2)
            {
                await stop.CancelAsync();
            }

            cancellationToken.ThrowIfCancellationRequested();
            return await base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, 1 + (Length / 2))], cancellationToken);
        }
    }
}
