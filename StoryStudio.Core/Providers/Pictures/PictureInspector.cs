namespace StoryStudio.Core.Providers.Pictures;

/// <summary>
/// Says what a file truly is, from its bytes and not from its name, and whether it is whole. PNG is unpacked to the last row; JPEG and
/// WebP are walked part by part, which finds what is cut off and what is not a picture, though not a wrong bit amid the picture's data.
/// Nothing is allocated by what a header claims: memory stays the same for any file.
/// </summary>
public static class PictureInspector
{
    public const long MaxBytes = 50L * 1024 * 1024;
    public const int MaxEdge = 16_384;
    public const long MaxPixels = 64L * 1024 * 1024;

    /// <param name="path">A file that exists; what goes wrong in reading it is an <see cref="IOException"/>, not a fault of the picture.</param>
    /// <param name="allowSvg">Whether SVG may come from where this file does.</param>
    public static PictureInspection Inspect(string path, bool allowSvg)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        return Inspect(file, allowSvg);
    }

    /// <param name="stream">Read from its beginning; must be able to seek.</param>
    /// <param name="allowSvg">Whether SVG may come from where this picture does.</param>
    public static PictureInspection Inspect(Stream stream, bool allowSvg)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var bytes = stream.Length;
        string? mediaType = null;
        try
        {
            if (bytes == 0)
            {
                throw new PictureFaultException(PictureFault.Empty, "The file is empty.");
            }

            if (bytes > MaxBytes)
            {
                throw new PictureFaultException(PictureFault.TooManyBytes, $"The file has {bytes:N0} bytes; {MaxBytes:N0} are taken.");
            }

            mediaType = Recognise(stream);
            stream.Position = 0;
            var reader = new PictureReader(stream, bytes);
            var (width, height) = mediaType switch
            {
                PictureFormats.Png => PngCheck.Run(reader),
                PictureFormats.Jpeg => JpegCheck.Run(reader),
                PictureFormats.Webp => WebpCheck.Run(reader),
                PictureFormats.Svg when !allowSvg => throw new PictureFaultException(PictureFault.TypeNotAllowed, "SVG or other markup is not taken from this provider."),
                PictureFormats.Svg => SvgCheck.Run(stream),
                _ => throw new PictureFaultException(PictureFault.UnknownType, "The file is neither PNG, JPEG nor WebP."),
            };

            return new PictureInspection { MediaType = mediaType, Width = width, Height = height, Bytes = bytes };
        }
        catch (PictureFaultException fault)
        {
            return new PictureInspection { MediaType = mediaType, Bytes = bytes, Fault = fault.Fault, Reason = fault.Message };
        }
    }

    /// <summary>Holds what a header claims against the caps.</summary>
    internal static (int Width, int Height) CheckSize(long width, long height)
    {
        if (width < 1 || height < 1)
        {
            throw new PictureFaultException(PictureFault.Damaged, "The picture has no width or no height.");
        }

        if (width > MaxEdge || height > MaxEdge || width * height > MaxPixels)
        {
            throw new PictureFaultException(PictureFault.TooManyPixels, $"The picture claims {width} × {height} pixels; edges up to {MaxEdge} and {MaxPixels:N0} pixels are taken.");
        }

        return ((int)width, (int)height);
    }

    private static string? Recognise(Stream stream)
    {
        Span<byte> head = stackalloc byte[64];
        stream.Position = 0;
        head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];

        if (head.StartsWith(PngCheck.Signature))
        {
            return PictureFormats.Png;
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return PictureFormats.Jpeg;
        }

        if (head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8))
        {
            return PictureFormats.Webp;
        }

        // Whether markup really is an SVG is for the XML reader to say.
        var text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        return text.TrimStart(" \t\r\n"u8).StartsWith("<"u8) ? PictureFormats.Svg : null;
    }
}
