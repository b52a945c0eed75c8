namespace StoryStudio.Core.Providers.Pictures;

/// <summary>The kinds of picture that StoryStudio keeps: media type and file extension, one for one.</summary>
public static class PictureFormats
{
    public const string Png = "image/png";
    public const string Jpeg = "image/jpeg";
    public const string Webp = "image/webp";
    public const string Svg = "image/svg+xml";

    /// <summary>The extension without a dot: <c>png</c>, <c>jpg</c>, <c>webp</c>, <c>svg</c>.</summary>
    /// <exception cref="ArgumentException">A media type that StoryStudio does not keep.</exception>
    public static string Extension(string mediaType) => mediaType switch
    {
        Png => "png",
        Jpeg => "jpg",
        Webp => "webp",
        Svg => "svg",
        _ => throw new ArgumentException($"There is no file extension for {mediaType}.", nameof(mediaType)),
    };

    /// <summary>The media type of an extension or a file name, or null where it is none of ours. Upper and lower case count the same.</summary>
    public static string? MediaType(string extensionOrFileName)
    {
        ArgumentNullException.ThrowIfNull(extensionOrFileName);
        var extension = extensionOrFileName[(extensionOrFileName.LastIndexOf('.') + 1)..];
        return extension.ToLowerInvariant() switch
        {
            "png" => Png,
            "jpg" or "jpeg" => Jpeg,
            "webp" => Webp,
            "svg" => Svg,
            _ => null,
        };
    }
}
