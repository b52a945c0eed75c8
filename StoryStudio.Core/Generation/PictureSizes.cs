using System.Globalization;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Generation;

/// <summary>
/// Addresses of the smaller copies of a picture, for places that show it small: its own address with <c>?width=</c>, in pixels. They give what
/// they give for as long as the picture's own does.
/// </summary>
public static class PictureSizes
{
    /// <summary>For a place of 320 pixels on a screen of twice the density.</summary>
    public const int Small = 640;

    /// <summary>For a phone's whole width at three times the density, or a wide place at twice.</summary>
    public const int Medium = 1280;

    /// <summary>Every width that there are copies of.</summary>
    public static IReadOnlyList<int> Widths { get; } = [Small, Medium];

    /// <summary>
    /// Whether a copy of that width is less to send than the picture. Of a PNG one of its own width is as well: it keeps every dot as it is.
    /// </summary>
    /// <param name="mediaType">Of the picture.</param>
    /// <param name="ownWidth">Of the picture, in pixels.</param>
    /// <param name="width">Of the copy.</param>
    public static bool Helps(string mediaType, int ownWidth, int width) =>
        mediaType is not PictureFormats.Svg && (ownWidth > width || (mediaType is PictureFormats.Png && ownWidth > Small));

    /// <summary>The address for a place that is never wider than half of <see cref="Small"/>.</summary>
    /// <param name="url">Of the picture.</param>
    public static string SmallOf(string url) => PictureFormats.MediaType(url) is null or PictureFormats.Svg ? url : At(url, Small);

    /// <summary>As <c>srcset</c> has it, with each width; null where the picture's own address serves every place.</summary>
    /// <param name="url">Of the picture; null where there is none.</param>
    /// <param name="width">Of the picture, in pixels; null where nobody knows.</param>
    public static string? SetOf(string? url, int? width)
    {
        if (url is null || width is not { } own || PictureFormats.MediaType(url) is not { } mediaType || !Helps(mediaType, own, Small))
        {
            return null;
        }

        var large = Helps(mediaType, own, Medium) ? At(url, Medium) : url;
        return string.Create(CultureInfo.InvariantCulture, $"{At(url, Small)} {Small}w, {large} {Math.Min(own, Medium)}w");
    }

    /// <inheritdoc cref="SetOf(string?, int?)"/>
    public static string? SetOf(ImageState? image) => SetOf(image?.Url, image?.Width);

    private static string At(string url, int width) => string.Create(CultureInfo.InvariantCulture, $"{url}?width={width}");
}
