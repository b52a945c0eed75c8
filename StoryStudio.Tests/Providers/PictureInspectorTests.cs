using System.Text;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

public sealed class PictureInspectorTests
{
    public static TheoryData<string, string> Whole => new()
    {
        { "png", PictureFormats.Png },
        { "jpeg", PictureFormats.Jpeg },
        { "progressive jpeg", PictureFormats.Jpeg },
        { "webp", PictureFormats.Webp },
        { "lossless webp", PictureFormats.Webp },
        { "transparent webp", PictureFormats.Webp },
        { "animated webp", PictureFormats.Webp },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void Inspect_WholePicture_GivesItsTypeAndSize(string name, string mediaType)
    {
        var bytes = Picture(name);

        var inspection = Inspect(bytes);

        Assert.Equal(new PictureInspection { MediaType = mediaType, Width = TestPictures.Width, Height = TestPictures.Height, Bytes = bytes.Length }, inspection);
        Assert.True(inspection.IsSound);
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void Inspect_CutOffAnywhere_IsNeverSound(string name, string mediaType)
    {
        var bytes = Picture(name);
        Assert.NotNull(mediaType);

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(Inspect(bytes[..length]).IsSound, $"{name} cut to {length} of {bytes.Length} bytes");
        }
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void Inspect_AnyByteChanged_GivesAVerdictAndThrowsNothing(string name, string mediaType)
    {
        var bytes = Picture(name);
        Assert.NotNull(mediaType);

        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var value in (byte[])[0x00, 0xFF, (byte)(bytes[i] ^ 0x80)])
            {
                var changed = bytes.ToArray();
                changed[i] = value;
                var inspection = Inspect(changed);
                Assert.True(inspection.IsSound || inspection.Reason is not null);
                Assert.True(mediaType != PictureFormats.Png || !inspection.IsSound || value == bytes[i], $"byte {i} of the PNG was changed and nobody noticed");
            }
        }
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 0, 1)]
    [InlineData(4, 0, 0)]
    [InlineData(16, 0, 1)]
    [InlineData(8, 2, 0)]
    [InlineData(16, 2, 1)]
    [InlineData(1, 3, 1)]
    [InlineData(8, 3, 0)]
    [InlineData(8, 4, 1)]
    [InlineData(16, 6, 1)]
    public void Inspect_PngOfEveryKindOfColour_IsUnpackedToItsLastByte(byte depth, byte colour, byte interlace)
    {
        const int width = 13;
        const int height = 9;
        var rows = new byte[PngRows(width, height, depth, colour, interlace)];

        Assert.True(Inspect(TestPictures.PngOf(width, height, depth, colour, interlace, TestPictures.Packed(rows))).IsSound);
        Assert.Equal(PictureFault.Damaged, Inspect(TestPictures.PngOf(width, height, depth, colour, interlace, TestPictures.Packed(rows[1..]))).Fault);
        Assert.Equal(PictureFault.Damaged, Inspect(TestPictures.PngOf(width, height, depth, colour, interlace, TestPictures.Packed([.. rows, 0]))).Fault);
    }

    [Fact]
    public void Inspect_PngDataInManyPieces_IsOnePicture()
    {
        var packed = TestPictures.Packed(new byte[16 * ((24 * 4) + 1)]);

        var pieces = packed.Chunk(3).Append([]).ToArray();

        Assert.True(Inspect(TestPictures.PngOf(24, 16, 8, 6, 0, pieces)).IsSound);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void Inspect_PngDataStopsShort_IsDamagedAlthoughEveryChecksumMatches(int missing)
    {
        var packed = TestPictures.Packed(new byte[16 * ((24 * 4) + 1)]);

        Assert.Equal(PictureFault.Damaged, Inspect(TestPictures.PngOf(24, 16, 8, 6, 0, packed[..^missing])).Fault);
    }

    [Fact]
    public void Inspect_HugeClaimInAHeader_IsRefusedWithoutUnpackingOrAllocating()
    {
        var png = TestPictures.PngOf(50_000, 50_000, 8, 6, 0, TestPictures.Packed(new byte[1000]));
        var jpeg = TestPictures.Jpeg;
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        (jpeg[frame + 5], jpeg[frame + 6], jpeg[frame + 7], jpeg[frame + 8]) = (0xC3, 0x50, 0xC3, 0x50);
        Inspect(png);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var inspection = Inspect(png);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(PictureFault.TooManyPixels, inspection.Fault);
        Assert.Equal(PictureFault.TooManyPixels, Inspect(jpeg).Fault);
        Assert.InRange(allocated, 0, 200_000);
    }

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(4, false, false)]
    [InlineData(5, false, true)]
    [InlineData(6, false, true)]
    [InlineData(6, true, true)]
    [InlineData(8, true, true)]
    [InlineData(9, true, false)]
    public void Inspect_JpegThatACameraTurned_HasTheSizeThatItIsShownWith(int orientation, bool isBig, bool isTurned)
    {
        byte[] note = isBig
            ? [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0]
            : [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];
        var plain = Inspect(TestPictures.Jpeg);
        Assert.NotEqual(plain.Width, plain.Height);

        var turned = Inspect(WithExif(note));

        Assert.Equal((null, isTurned ? plain.Height : plain.Width, isTurned ? plain.Width : plain.Height), (turned.Fault, turned.Width, turned.Height));
    }

    /// <summary>Broken notes are as common as cameras; browsers pass over them.</summary>
    [Fact]
    public void Inspect_JpegWhoseCamerasNoteIsBroken_IsAPictureAllTheSame()
    {
        var plain = Inspect(TestPictures.Jpeg);
        byte[] note = [.. "II*\0"u8, 8, 0, 0, 0, 200, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        for (var length = 0; length <= note.Length; length++)
        {
            var cut = Inspect(WithExif(note[..length]));
            Assert.True(cut.Fault is null && cut.Width + cut.Height == plain.Width + plain.Height, $"{length}: {cut.Reason}");
        }

        for (var i = 4; i < 10; i++)
        {
            byte[] wild = [.. note];
            wild[i] = 0xFF;
            Assert.Null(Inspect(WithExif(wild)).Fault);
        }
    }

    [Theory]
    [InlineData(16_385, 1)]
    [InlineData(16_384, 4_097)]
    [InlineData(4_294_967_295, 4_294_967_295)]
    public void Inspect_MorePixelsThanAreTaken_IsRefused(long width, long height) =>
        Assert.Equal(PictureFault.TooManyPixels, Inspect(TestPictures.PngOf(width, height, 8, 6, 0, TestPictures.Packed([0]))).Fault);

    [Fact]
    public void Inspect_MoreBytesThanAreTaken_IsRefusedByLength()
    {
        using var stream = new MemoryStream();
        stream.Write(TestPictures.Png());
        stream.SetLength(PictureInspector.MaxBytes + 1);

        Assert.Equal(PictureFault.TooManyBytes, PictureInspector.Inspect(stream, allowSvg: false).Fault);
    }

    [Theory]
    [InlineData("", PictureFault.Empty)]
    [InlineData("GIF89a and so on", PictureFault.UnknownType)]
    [InlineData("{\"error\":\"none\"}", PictureFault.UnknownType)]
    [InlineData("<!DOCTYPE html><html></html>", PictureFault.TypeNotAllowed)]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>", PictureFault.TypeNotAllowed)]
    public void Inspect_SomethingElse_IsNotTaken(string content, PictureFault fault) =>
        Assert.Equal(fault, Inspect(Encoding.UTF8.GetBytes(content)).Fault);

    [Fact]
    public void Inspect_SvgWhereAllowed_GivesItsSize()
    {
        var inspection = Inspect([.. "\uFEFF  "u8, .. TestPictures.Svg], allowSvg: true);

        Assert.True(inspection.IsSound, inspection.Reason);
        Assert.Equal((PictureFormats.Svg, TestPictures.Width, TestPictures.Height), (inspection.MediaType, inspection.Width, inspection.Height));
    }

    [Theory]
    [InlineData("<defs><linearGradient id='g'><stop offset='0'/></linearGradient></defs><rect fill='url(#g)' width='9' height='9'/><use href='#g'/>")]
    [InlineData("<style>.a{fill:url( '#g' )}</style><text class='a'>Two of a kind (\u201Con\u201D)</text>")]
    [InlineData("<circle r='3'><animate attributeName='r' values='3;5;3' dur='2s'/></circle>")]
    public void Inspect_SvgThatOnlyDraws_IsSound(string content)
    {
        var inspection = Inspect(Encoding.UTF8.GetBytes(TestPictures.SvgAround(content)), allowSvg: true);

        Assert.True(inspection.IsSound, inspection.Reason);
    }

    [Theory]
    [InlineData("<script>1</script>")]
    [InlineData("<foreignObject/>")]
    [InlineData("<rect onclick='x()'/>")]
    [InlineData("<rect ONLOAD='x()'/>")]
    [InlineData("<use href='https://example.org/x.svg#a'/>")]
    [InlineData("<use xlink:href='data:image/svg+xml,x' xmlns:xlink='http://www.w3.org/1999/xlink'/>")]
    [InlineData("<a href='#x'/>")]
    [InlineData("<image href='#x'/>")]
    [InlineData("<rect fill='url(https://example.org/p)'/>")]
    [InlineData("<rect style='fill:URL(\"//example.org/p\")'/>")]
    [InlineData("<style>@import 'https://example.org/x.css';</style>")]
    [InlineData("<style><![CDATA[rect{fill:\\75rl(x)}]]></style>")]
    [InlineData("<set attributeName='href' to='x'/>")]
    [InlineData("<animate attributeName='onload' to='x'/>")]
    [InlineData("<p xmlns='http://www.w3.org/1999/xhtml'>x</p>")]
    [InlineData("<?xml-stylesheet href='x.css'?>")]
    public void Inspect_SvgThatCouldRunOrFetch_IsUnsafe(string content) =>
        Assert.Equal(PictureFault.Unsafe, Inspect(Encoding.UTF8.GetBytes(TestPictures.SvgAround(content)), allowSvg: true).Fault);

    [Theory]
    [InlineData("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'>&a;</svg>", PictureFault.Damaged)]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'>", PictureFault.Damaged)]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", PictureFault.Damaged)]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='50000' height='1'/>", PictureFault.TooManyPixels)]
    [InlineData("<svg width='1' height='1'/>", PictureFault.UnknownType)]
    [InlineData("<html/>", PictureFault.UnknownType)]
    public void Inspect_MarkupThatIsNoSoundSvg_IsRefused(string content, PictureFault fault) =>
        Assert.Equal(fault, Inspect(Encoding.UTF8.GetBytes(content), allowSvg: true).Fault);

    [Fact]
    public void Inspect_FileOnDisk_IsReadFromItsPath()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, TestPictures.Png(300, 200, seed: 5));

            Assert.Equal((300, 200), (PictureInspector.Inspect(path, allowSvg: false).Width, PictureInspector.Inspect(path, allowSvg: false).Height));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(PictureFormats.Png, "png")]
    [InlineData(PictureFormats.Jpeg, "jpg")]
    [InlineData(PictureFormats.Webp, "webp")]
    [InlineData(PictureFormats.Svg, "svg")]
    public void Formats_MediaTypeAndExtension_AnswerEachOther(string mediaType, string extension)
    {
        Assert.Equal(extension, PictureFormats.Extension(mediaType));
        Assert.Equal(mediaType, PictureFormats.MediaType(extension));
        Assert.Equal(mediaType, PictureFormats.MediaType($"Beat_1.2.v2.{extension.ToUpperInvariant()}"));
    }

    private static byte[] Picture(string name) => name switch
    {
        "png" => TestPictures.Png(),
        "jpeg" => TestPictures.Jpeg,
        "progressive jpeg" => TestPictures.ProgressiveJpeg,
        "webp" => TestPictures.Webp,
        "lossless webp" => TestPictures.LosslessWebp,
        "transparent webp" => TestPictures.AlphaWebp,
        "animated webp" => TestPictures.AnimatedWebp,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, message: null),
    };

    private static PictureInspection Inspect(byte[] bytes, bool allowSvg = false) => PictureInspector.Inspect(new MemoryStream(bytes), allowSvg);

    private static byte[] WithExif(byte[] note) => [0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(8 + note.Length), .. "Exif\0\0"u8, .. note, .. TestPictures.Jpeg.AsSpan(2)];

    /// <summary>Bytes of all rows, worked out from the specification's own table of passes.</summary>
    private static int PngRows(int width, int height, int depth, int colour, int interlace)
    {
        var bits = depth * (colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 });
        if (interlace == 0)
        {
            return height * (1 + (((width * bits) + 7) / 8));
        }

        int[] pattern = [1, 6, 4, 6, 2, 6, 4, 6, 7, 7, 7, 7, 7, 7, 7, 7, 5, 6, 5, 6, 5, 6, 5, 6, 7, 7, 7, 7, 7, 7, 7, 7, 3, 6, 4, 6, 3, 6, 4, 6, 7, 7, 7, 7, 7, 7, 7, 7, 5, 6, 5, 6, 5, 6, 5, 6, 7, 7, 7, 7, 7, 7, 7, 7];
        var total = 0;
        for (var pass = 1; pass <= 7; pass++)
        {
            for (var y = 0; y < height; y++)
            {
                var columns = Enumerable.Range(0, width).Count(x => pattern[(y % 8 * 8) + (x % 8)] == pass);
                total += columns == 0 ? 0 : 1 + (((columns * bits) + 7) / 8);
            }
        }

        return total;
    }
}
