using SkiaSharp;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

public sealed class PictureScalerTests
{
    [Theory]
    [InlineData("png", 1024, 1024, 640, 640)]
    [InlineData("png", 1536, 1024, 640, 427)]
    [InlineData("jpg", 1500, 1000, 640, 427)]
    [InlineData("jpg", 3000, 400, 640, 85)]
    [InlineData("webp", 1024, 1536, 640, 960)]
    [InlineData("png", 500, 300, 500, 300)]
    public void Copy_IsAWebpOfThatWidthAndNeverLarger(string kind, int width, int height, int across, int down)
    {
        var picture = Picture(kind, width, height);

        var copy = PictureInspector.Inspect(new MemoryStream(Scaled(picture)!), allowSvg: false);

        Assert.True(copy.IsSound, copy.Reason);
        Assert.Equal((PictureFormats.Webp, across, down), (copy.MediaType, copy.Width, copy.Height));
    }

    [Theory]
    [InlineData(1, "ab/cd")]
    [InlineData(2, "ba/dc")]
    [InlineData(3, "dc/ba")]
    [InlineData(4, "cd/ab")]
    [InlineData(5, "ac/bd")]
    [InlineData(6, "ca/db")]
    [InlineData(7, "db/ca")]
    [InlineData(8, "bd/ac")]
    public void Copy_StandsTheWayUpThatTheFileSays(int orientation, string expected)
    {
        var bytes = Scaled(Turned(Picture("jpg", 1200, 800), orientation))!;

        using var copy = SKBitmap.Decode(bytes);
        var isTurned = orientation > 4;
        Assert.Equal((640, isTurned ? 960 : 427), (copy.Width, copy.Height));
        var (w, h) = (copy.Width, copy.Height);
        Assert.Equal(expected, $"{Corner(copy, w / 4, h / 4)}{Corner(copy, 3 * w / 4, h / 4)}/{Corner(copy, w / 4, 3 * h / 4)}{Corner(copy, 3 * w / 4, 3 * h / 4)}");
    }

    [Fact]
    public void Copy_OfWhatCannotBeUnpacked_IsNone()
    {
        var cut = Picture("png", 1024, 1024);

        Assert.Null(Scaled(cut[..(cut.Length / 2)]));
        Assert.Null(Scaled(TestPictures.Svg));
        Assert.Null(Scaled([]));
    }

    // Four quarters of four colours: what is turned is seen to be.
    internal static byte[] Picture(string kind, int width, int height)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        {
            foreach (var (colour, x, y) in (ReadOnlySpan<(SKColor, int, int)>)[(SKColors.Red, 0, 0), (SKColors.Lime, 1, 0), (SKColors.Blue, 0, 1), (SKColors.White, 1, 1)])
            {
                using var paint = new SKPaint { Color = colour };
                canvas.DrawRect(x * width / 2f, y * height / 2f, width / 2f, height / 2f, paint);
            }
        }

        using var data = bitmap.Encode(kind switch { "png" => SKEncodedImageFormat.Png, "jpg" => SKEncodedImageFormat.Jpeg, _ => SKEncodedImageFormat.Webp }, 90);
        return data.ToArray();
    }

    private static char Corner(SKBitmap picture, int x, int y) => picture.GetPixel(x, y) switch
    {
        { Red: > 200, Green: > 200 } => 'd',
        { Red: > 200 } => 'a',
        { Green: > 200 } => 'b',
        _ => 'c',
    };

    private static byte[] Turned(byte[] jpeg, int orientation) =>
    [
        0xFF, 0xD8, 0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0,
        .. jpeg.AsSpan(2),
    ];

    private static byte[]? Scaled(byte[] picture)
    {
        using var copy = new MemoryStream();
        return PictureScaler.Scale(new MemoryStream(picture), 640, copy) ? copy.ToArray() : null;
    }
}
