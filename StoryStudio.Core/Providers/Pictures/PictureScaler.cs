using SkiaSharp;

namespace StoryStudio.Core.Providers.Pictures;

/// <summary>Makes a smaller WebP of a PNG, JPEG or WebP, the way up that the file says and in the colours that every screen knows.</summary>
internal static class PictureScaler
{
    private const float Quality = 80;

    /// <summary>How far a JPEG's eighths may lie below what is asked for.</summary>
    private const float Rounding = 1 / 16f;

    /// <summary>Makes it no wider than that, and no larger than it is.</summary>
    /// <returns>Whether it could be done; what was written is worth nothing where not.</returns>
    public static bool Scale(Stream picture, int width, Stream destination)
    {
        using var codec = SKCodec.Create(picture);
        if (codec is null || (long)codec.Info.Width * codec.Info.Height > PictureInspector.MaxPixels)
        {
            return false;
        }

        var isTurned = codec.EncodedOrigin >= SKEncodedOrigin.LeftTop;
        var (own, high) = isTurned ? (codec.Info.Height, codec.Info.Width) : (codec.Info.Width, codec.Info.Height);
        var scale = Math.Min(1, width / (float)own);
        var (across, down) = (Math.Min(own, width), Math.Max(1, (int)Math.Round(high * scale)));
        using var whole = Decode(codec, Math.Min(1, scale + Rounding));
        if (whole is null)
        {
            return false;
        }

        using var small = Shrink(whole, isTurned ? new(down, across) : new(across, down));
        using var upright = codec.EncodedOrigin is SKEncodedOrigin.TopLeft ? null : Turn(small, codec.EncodedOrigin, new(across, down));
        using var pixels = (upright ?? small).PeekPixels();
        using var encoded = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, Quality));
        encoded?.SaveTo(destination);
        return encoded is not null;
    }

    /// <summary>No smaller than that, and no larger than its format can help.</summary>
    private static SKBitmap? Decode(SKCodec codec, float scale)
    {
        var size = codec.GetScaledDimensions(scale);
        using var colours = SKColorSpace.CreateSrgb();
        var bitmap = new SKBitmap();
        if (bitmap.TryAllocPixels(new(size.Width, size.Height, SKColorType.Rgba8888, codec.Info.IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Premul, colours))
            && codec.GetPixels(bitmap.Info, bitmap.GetPixels()) is SKCodecResult.Success)
        {
            return bitmap;
        }

        bitmap.Dispose();
        return null;
    }

    private static SKBitmap Shrink(SKBitmap whole, SKSizeI size)
    {
        // By halves first: a filter that looks at a few dots would pass over the others.
        var from = whole;
        while (from.Width >= 2 * size.Width && from.Height >= 2 * size.Height)
        {
            from = Resize(from, new(from.Width / 2, from.Height / 2), new(SKFilterMode.Linear), whole);
        }

        return Resize(from, size, new(SKCubicResampler.Mitchell), whole);
    }

    private static SKBitmap Resize(SKBitmap from, SKSizeI size, SKSamplingOptions sampling, SKBitmap keep)
    {
        var to = new SKBitmap(from.Info.WithSize(size));
        from.ScalePixels(to, sampling);
        if (from != keep)
        {
            from.Dispose();
        }

        return to;
    }

    private static SKBitmap Turn(SKBitmap lying, SKEncodedOrigin origin, SKSizeI size)
    {
        var (w, h) = (size.Width, size.Height);
        var upright = new SKBitmap(lying.Info.WithSize(size));
        using var canvas = new SKCanvas(upright);
        canvas.Concat(origin switch
        {
            SKEncodedOrigin.TopRight => Matrix(-1, 0, w, 0, 1, 0),
            SKEncodedOrigin.BottomRight => Matrix(-1, 0, w, 0, -1, h),
            SKEncodedOrigin.BottomLeft => Matrix(1, 0, 0, 0, -1, h),
            SKEncodedOrigin.LeftTop => Matrix(0, 1, 0, 1, 0, 0),
            SKEncodedOrigin.RightTop => Matrix(0, -1, w, 1, 0, 0),
            SKEncodedOrigin.RightBottom => Matrix(0, -1, w, -1, 0, h),
            SKEncodedOrigin.LeftBottom => Matrix(0, 1, 0, -1, 0, h),
            _ => SKMatrix.Identity,
        });
        canvas.DrawBitmap(lying, 0, 0, SKSamplingOptions.Default);
        return upright;
    }

    private static SKMatrix Matrix(float scaleX, float skewX, float x, float skewY, float scaleY, float y) => new(scaleX, skewX, x, skewY, scaleY, y, 0, 0, 1);
}
