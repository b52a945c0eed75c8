using System.Net;
using System.Security.Cryptography;
using System.Text;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class MediaApiTests : IDisposable
{
    private const string Svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    private readonly string _folder = Directory.CreateTempSubdirectory("storystudio-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Picture_IsServedForEverAndCanDoNothing()
    {
        await using var host = await ApiHost.StartAsync();
        var hash = Store(host, "Beat_1.1.svg", "image/svg+xml");

        var answer = await host.GetAsync("/media/abc/v1.svg");

        Assert.Equal((HttpStatusCode.OK, Svg, "image/svg+xml"), (answer.Status, answer.Text, answer.MediaType));
        Assert.Equal("public, max-age=31536000, immutable", answer.Header("Cache-Control"));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Equal("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox", answer.Header("Content-Security-Policy"));
        Assert.Equal($"\"{hash}\"", answer.Header("ETag"));
        Assert.Equal("inline; filename=Beat_1.1.svg", answer.Header("Content-Disposition"));
        Assert.Equal(HttpStatusCode.NotModified, (await host.GetAsync("/media/abc/v1.svg", ("If-None-Match", $"\"{hash}\""))).Status);
        var head = await host.SendAsync(HttpMethod.Head, "/media/abc/v1.svg");
        Assert.Equal((HttpStatusCode.OK, "", (long?)Svg.Length), (head.Status, head.Text, head.Response.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Picture_CanBeAskedForInPieces()
    {
        await using var host = await ApiHost.StartAsync();
        Store(host, "Beat_1.1.svg", "image/svg+xml");

        var piece = await host.GetAsync("/media/abc/v1.svg", ("Range", "bytes=1-3"));

        Assert.Equal((HttpStatusCode.PartialContent, "svg"), (piece.Status, piece.Text));
        (await host.GetAsync("/media/abc/v1.svg", ("Range", "bytes=900-"))).Problem(HttpStatusCode.RequestedRangeNotSatisfiable, "range_not_satisfiable");
    }

    [Fact]
    public async Task Picture_ThatIsNotThere_IsAProblemThatNobodyKeeps()
    {
        await using var host = await ApiHost.StartAsync();
        Store(host, "Beat_1.1.svg", "image/svg+xml");

        foreach (var url in new[] { "/media/abc/v2.svg", "/media/abc/v1.png", "/media/abd/v1.svg" })
        {
            var answer = await host.GetAsync(url);
            answer.Problem(HttpStatusCode.NotFound, "picture_not_found");
            Assert.Equal("no-store", answer.Header("Cache-Control"));
        }

        File.Delete(Path.Combine(_folder, "Beat_1.1.svg"));
        (await host.GetAsync("/media/abc/v1.svg")).Problem(HttpStatusCode.NotFound, "picture_not_found");
        (await host.GetAsync("/media/abc/v99999999999.svg")).Problem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Preview_IsServedAndNotKept()
    {
        await using var host = await ApiHost.StartAsync();
        host.Studio.Preview = new PreviewPicture(Encoding.UTF8.GetBytes(Svg), "image/svg+xml");

        var answer = await host.GetAsync("/media/abc/preview/1");

        Assert.Equal((HttpStatusCode.OK, Svg, "image/svg+xml", "no-store"), (answer.Status, answer.Text, answer.MediaType, answer.Header("Cache-Control")));
        Assert.Contains("sandbox", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        (await host.GetAsync("/media/abc/preview/2")).Problem(HttpStatusCode.NotFound, "picture_not_found");
    }

    [Fact]
    public async Task SmallPicture_IsAWebpOfThatWidth_ServedAsThePictureIs()
    {
        await using var host = await ApiHost.StartAsync();
        var hash = Store(host, "Beat_1.1.png", "image/png", TestPictures.LargePng(), 1024);
        var whole = await host.GetAsync("/media/abc/v1.png");

        var answer = await host.GetAsync("/media/abc/v1.png?width=640");

        Assert.Equal((HttpStatusCode.OK, "image/webp", "image/png"), (answer.Status, answer.MediaType, whole.MediaType));
        var copy = await InspectAsync(answer);
        Assert.Equal((PictureFormats.Webp, 640, 640), (copy.MediaType, copy.Width, copy.Height));
        foreach (var header in new[] { "Cache-Control", "X-Content-Type-Options", "Content-Security-Policy" })
        {
            Assert.Equal(whole.Header(header), answer.Header(header));
        }

        Assert.Equal(($"\"{hash}-640\"", "inline; filename=Beat_1.1.webp"), (answer.Header("ETag"), answer.Header("Content-Disposition")));
        Assert.Equal(HttpStatusCode.NotModified, (await host.GetAsync("/media/abc/v1.png?width=640", ("If-None-Match", $"\"{hash}-640\""))).Status);
        Assert.Equal(1024, (await InspectAsync(await host.GetAsync("/media/abc/v1.png?width=1280"))).Width);
    }

    [Fact]
    public async Task SmallPicture_OfOneThatServesItself_IsThatOne()
    {
        await using var host = await ApiHost.StartAsync();
        Store(host, "Beat_1.1.svg", "image/svg+xml");
        var svg = await host.GetAsync("/media/abc/v1.svg?width=640");
        Assert.Equal((Svg, "image/svg+xml"), (svg.Text, svg.MediaType));

        var damaged = TestPictures.LargePng()[..200_000];
        var hash = Store(host, "Beat_1.1.png", "image/png", damaged, 1024);
        var answer = await host.GetAsync("/media/abc/v1.png?width=640");
        Assert.Equal((HttpStatusCode.OK, "image/png", $"\"{hash}\""), (answer.Status, answer.MediaType, answer.Header("ETag")));
        Assert.Equal(damaged, await answer.Response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task SmallPicture_OfAnotherWidth_OrWithoutItsPicture_IsNotThere()
    {
        await using var host = await ApiHost.StartAsync();
        Store(host, "Beat_1.1.png", "image/png", TestPictures.LargePng(), 1024);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/media/abc/v1.png?width=640")).Status);

        (await host.GetAsync("/media/abc/v1.png?width=641")).Problem(HttpStatusCode.NotFound, "picture_not_found");
        Assert.Equal(HttpStatusCode.BadRequest, (await host.GetAsync("/media/abc/v1.png?width=wide")).Status);
        File.Delete(Path.Combine(_folder, "Beat_1.1.png"));
        (await host.GetAsync("/media/abc/v1.png?width=640")).Problem(HttpStatusCode.NotFound, "picture_not_found");
    }

    private static async Task<PictureInspection> InspectAsync(Answer answer) => PictureInspector.Inspect(new MemoryStream(await answer.Response.Content.ReadAsByteArrayAsync()), allowSvg: false);

    private string Store(ApiHost host, string name, string mediaType) => Store(host, name, mediaType, Encoding.UTF8.GetBytes(Svg), 0);

    private string Store(ApiHost host, string name, string mediaType, byte[] bytes, int width)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        host.Studio.Pictures[("abc", 1)] = new(path, mediaType, bytes.Length, hash) { Width = width };
        return hash;
    }
}
