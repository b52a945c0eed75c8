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

    /// <summary>How many bytes say of which kind a picture is.</summary>
    public const int HeadBytes = 64;

    /// <summary>What is wrong with a file that begins so, while the rest is on its way; null where its beginning says nothing against it.</summary>
    /// <param name="head">Its first <see cref="HeadBytes"/> bytes, or all that it has.</param>
    /// <param name="allowSvg">Whether SVG may come from where this file does.</param>
    public static PictureInspection? InspectHead(ReadOnlySpan<byte> head, bool allowSvg)
    {
        if (head.IsEmpty)
        {
            return null;
        }

        var mediaType = Recognise(head);
        return FaultOfType(mediaType, allowSvg) is { } fault ? new() { MediaType = mediaType, Bytes = head.Length, Fault = fault.Fault, Reason = fault.Message } : null;
    }

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

            Span<byte> head = stackalloc byte[HeadBytes];
            stream.Position = 0;
            mediaType = Recognise(head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
            if (FaultOfType(mediaType, allowSvg) is { } fault)
            {
                throw fault;
            }

            stream.Position = 0;
            var reader = new PictureReader(stream, bytes);
            var (width, height) = mediaType switch
            {
                PictureFormats.Png => PngCheck.Run(reader),
                PictureFormats.Jpeg => JpegCheck.Run(reader),
                PictureFormats.Webp => WebpCheck.Run(reader),
                _ => SvgCheck.Run(stream),
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

    private static PictureFaultException? FaultOfType(string? mediaType, bool allowSvg) => mediaType switch
    {
        null => new(PictureFault.UnknownType, "The file is neither PNG, JPEG nor WebP."),
        PictureFormats.Svg when !allowSvg => new(PictureFault.TypeNotAllowed, "SVG or other markup is not taken from this provider."),
        _ => null,
    };

    private static string? Recognise(ReadOnlySpan<byte> head)
    {
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
