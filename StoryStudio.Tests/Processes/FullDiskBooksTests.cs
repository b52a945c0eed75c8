using System.Net;
using System.Text.Json;
using StoryStudio.Tests.Api;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Processes;

/// <summary>Books that go out and come in on a disk that fills up under them.</summary>
public sealed class FullDiskBooksTests
{
    private const int Side = 840;
    private const int Pictures = 6;

    // Less than the pictures take, and enough for the database to say so.
    private const long Scant = 4 * 1024 * 1024;

    [SmallDiskFact]
    public async Task Book_ThatTheDiskHasNoRoomFor_SaysSo_LeavesNothingBehind_AndIsMadeOnceThereIsRoom()
    {
        using var disk = SmallDisk.Mount();
        await using var host = await ApiHost.StartWholeAsync(disk.Folder);
        var folder = Path.Combine(disk.Folder, "studio");
        var story = await StoryAsync(host);

        disk.Fill(leave: Scant);
        var failed = await ExportAsync(host, story);
        Assert.Equal(("failed", "disk_full"), (failed.GetProperty("status").GetString(), failed.GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains("Make room", failed.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "exports")));
        (await host.GetAsync($"/api/exports/{failed.GetProperty("id").GetString()}/file")).Problem(HttpStatusCode.Conflict, "export_not_ready");
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"/api/stories/{story}")).Status);

        disk.Free();
        var made = await ExportAsync(host, story);
        Assert.Equal("completed", made.GetProperty("status").GetString());
        var archive = await host.Client.GetByteArrayAsync(made.GetProperty("url").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"/api/exports/{made.GetProperty("id").GetString()}")).Status);

        // In the middle of the upload, and while it is unpacked.
        foreach (var leave in new[] { Scant, archive.Length + Scant })
        {
            disk.Fill(leave);
            (await ImportApiTests.SendAsync(host, archive, "book.zip")).Problem(HttpStatusCode.ServiceUnavailable, "storage_unavailable");
            Assert.Empty(Directory.GetDirectories(Path.Combine(folder, "imports")));
            Assert.Equal([story], Directory.GetDirectories(Path.Combine(folder, "stories")).Select(Path.GetFileName));
            Assert.Equal(1, (await host.GetAsync("/api/stories")).Json.GetProperty("total").GetInt32());
            disk.Free();
        }

        var copy = await ImportApiTests.SendAsync(host, archive, "book.zip");
        Assert.Equal(HttpStatusCode.Created, copy.Status);
        var images = (await host.GetAsync($"/api/stories/{copy.Json.GetProperty("id").GetString()}/images")).Json.GetProperty("images");
        Assert.Equal(Pictures, images.GetArrayLength());
        Assert.Equal(
            await host.Client.GetByteArrayAsync((await host.GetAsync($"/api/stories/{story}/images")).Json.GetProperty("images")[0].GetProperty("url").GetString()),
            await host.Client.GetByteArrayAsync(images[0].GetProperty("url").GetString()));
    }

    private static async Task<string> StoryAsync(ApiHost host)
    {
        var story = (await host.PostAsync("/api/stories", JsonSerializer.Serialize(new { title = "Large", segments = Enumerable.Range(1, Pictures).Select(i => new { text = $"Segment {i}." }), styles = new[] { "clear" } }))).Json.GetProperty("id").GetString()!;
        for (var i = 1; i <= Pictures; i++)
        {
            using var picture = new ByteArrayContent(Noise(i));
            picture.Headers.ContentType = new("image/png");
            Assert.Equal(HttpStatusCode.Created, (await Answer.ReadAsync(await host.Client.PostAsync($"/api/stories/{story}/segments/1.{i}/images/clear/versions", picture))).Status);
        }

        return story;
    }

    private static async Task<JsonElement> ExportAsync(ApiHost host, string story)
    {
        var accepted = await host.PostAsync($"/api/stories/{story}/exports", """{ "format": "zip" }""");
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        JsonElement state;
        do
        {
            state = (await host.GetAsync(accepted.Header("Location"))).Json;
        }
        while (state.GetProperty("status").GetString() is "queued" or "running");
        return state;
    }

    /// <summary>Some two megabytes that nothing makes smaller.</summary>
    private static byte[] Noise(int seed)
    {
        var rows = new byte[((Side * 3) + 1) * Side];
        new Random(seed).NextBytes(rows);
        for (var row = 0; row < Side; row++)
        {
            rows[row * ((Side * 3) + 1)] = 0;
        }

        return TestPictures.PngOf(Side, Side, depth: 8, colour: 2, interlace: 0, TestPictures.Packed(rows));
    }
}
