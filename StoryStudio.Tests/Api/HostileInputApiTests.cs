using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Api;

/// <summary>What is sent to do harm, by every way in that takes files: a clear answer, nothing made, nothing left on the disk.</summary>
public sealed class HostileInputApiTests
{
    private const string Manifest = """{ "format": "storystudio", "version": 1, "title": "Fox", "segments": [ { "number": "1.1", "text": "Once." } ] }""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Archive_ThatLeadsElsewhereOrSwells_IsRefused_AndNothingIsWritten(bool form)
    {
        using var below = new TempFolder();
        await using var host = await ApiHost.StartWholeAsync(below.Path);
        byte[][] archives =
        [
            Zip(("manifest.json", Utf8(Manifest)), ("../../escaped.txt", "x"u8.ToArray())),
            Zip(("manifest.json", Utf8(Manifest)), ("/tmp/escaped.txt", "x"u8.ToArray())),
            Zip(("manifest.json", Utf8(Manifest)), ("pictures\\..\\..\\escaped.txt", "x"u8.ToArray())),
            Zip(("manifest.json", new byte[100 * 1024 * 1024])),
            Zip(("manifest.json", Utf8(Manifest)), ("a.png", new byte[200 * 1024 * 1024])),
            [.. "PK\u0003\u0004"u8, .. new byte[2_000]],
        ];

        foreach (var bytes in archives)
        {
            var answer = await ImportApiTests.SendAsync(host, bytes, "book.zip", form);
            answer.Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        }

        Assert.Equal(0, (await host.GetAsync("/api/stories")).Json.GetProperty("total").GetInt32());
        Assert.Empty(Directory.GetFiles(below.Path, "escaped*", SearchOption.AllDirectories));
        Assert.False(File.Exists("/tmp/escaped.txt"));
        Assert.Empty(Directory.GetDirectories(Path.Combine(below.Path, "studio", "imports")));
        Assert.True(!Directory.Exists(Path.Combine(below.Path, "studio", "stories")) || Directory.GetFileSystemEntries(Path.Combine(below.Path, "studio", "stories")).Length == 0);
    }

    [Fact]
    public async Task Picture_ThatIsNone_IsRefusedByEveryWayThatTakesOne()
    {
        using var below = new TempFolder();
        await using var host = await ApiHost.StartWholeAsync(below.Path);
        var story = (await host.PostAsync("/api/stories", """{ "title": "Fox", "segments": [{ "text": "A fox." }], "characters": [{ "name": "Fox", "description": "red" }], "styles": ["clear"] }""")).Json;
        var id = story.GetProperty("id").GetString();
        var character = story.GetProperty("characters")[0].GetProperty("id").GetString();
        (string Name, byte[] Bytes)[] pictures =
        [
            ("an SVG as PNG", TestPictures.Svg),
            ("a script as PNG", Utf8(TestPictures.SvgAround("<script>alert(1)</script>"))),
            ("an HTML page", Utf8("<!DOCTYPE html><script>alert(1)</script>")),
            ("50,000 pixels a side", TestPictures.PngOf(50_000, 50_000, 8, 6, 0, TestPictures.Packed(new byte[100]))),
            ("a PNG and nothing behind it", [.. TestPictures.PngSignature]),
            ("nothing", []),
        ];

        foreach (var (method, path) in new[] { (HttpMethod.Post, $"/api/stories/{id}/segments/1.1/images/clear/versions"), (HttpMethod.Put, $"/api/characters/{character}/picture") })
        {
            foreach (var (name, bytes) in pictures)
            {
                using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(bytes) };
                request.Content.Headers.ContentType = new("image/png");
                var answer = await Answer.ReadAsync(await host.Client.SendAsync(request));
                Assert.True((int)answer.Status is 415 or 422 or 413 or 400, $"{method} {path} takes {name}: {(int)answer.Status} {answer.Text}");
                Assert.Equal("application/problem+json", answer.MediaType);
            }
        }

        Assert.Equal(0, (await host.GetAsync($"/api/stories/{id}/images")).Json.GetProperty("images").GetArrayLength());
        Assert.Empty(Pictures(below.Path));
    }

    [Fact]
    public async Task Words_WithMarkup_StandAsTheyWereWritten_AndRunOnNoPage()
    {
        await using var host = await ApiHost.StartWholeAsync();
        const string words = "<img src=x onerror=alert(1)><script>alert(2)</script>";
        var escaped = WebUtility.HtmlEncode("<script>alert(2)");
        var story = (await host.PostAsync("/api/stories", JsonSerializer.Serialize(new { title = words, segments = new[] { new { text = words } }, characters = new[] { new { name = "<b>Fox</b>", description = words } }, styles = new[] { "clear" } }))).Json.GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.Created, (await host.PostAsync($"/api/stories/{story}/comments", JsonSerializer.Serialize(new { text = words }))).Status);

        foreach (var path in new[] { $"/stories/{story}", $"/stories/{story}/read", $"/stories/{story}/cast", $"/stories/{story}/comments", $"/stories/{story}/share", $"/stories/{story}/export", $"/stories/{story}/print", $"/review/{story}", "/" })
        {
            var page = await host.GetAsync(path);
            Assert.True(page.Status is HttpStatusCode.OK, $"{path}: {(int)page.Status}");
            Assert.DoesNotContain("<script>alert", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("<b>Fox", page.Text, StringComparison.Ordinal);
        }

        Assert.Contains(escaped, (await host.GetAsync($"/review/{story}")).Text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Pictures(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is ".png" or ".svg" or ".tmp" or ".jpg" or ".webp");

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Zip(params (string Name, byte[] Bytes)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private sealed class TempFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("storystudio-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
