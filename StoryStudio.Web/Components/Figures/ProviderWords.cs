using System.Text.RegularExpressions;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Web.Components.Figures;

/// <summary>What an adapter can do, as one says it.</summary>
internal static partial class ProviderWords
{
    private const string Auto = "auto";

    public static string References(ProviderCapabilities can) => can.MaxReferences == 0 ? "none, described in words" : $"up to {can.MaxReferences}";

    public static string Progress(ProviderCapabilities can) => can.PartialPictures > 0 ? "as it is drawn" : "no";

    /// <summary>What is asked for, and what else the settings may ask for.</summary>
    public static string Size(ProviderCapabilities can)
    {
        var asked = can.Size is { } size ? Dimensions(size) : "as the server chooses";
        var ratio = can.AspectRatio is { } aspect ? $", {aspect}" : "";
        var others = can.Sizes.Where(other => other != can.Size).OrderBy(other => other == Auto).Select(Dimensions).ToList();
        return others.Count == 0 ? asked + ratio : $"{asked}{ratio}, or by the settings {Either(others)}";
    }

    /// <summary>The kinds of file that its pictures come in.</summary>
    public static string Formats(ProviderCapabilities can) => can.Formats.Count == 0 ? "as the server chooses" : Either([.. can.Formats.Select(Format)]);

    public static string Seed(ProviderCapabilities can) => can.TakesSeed ? "taken: the same request gives much the same picture" : "none";

    private static string Dimensions(string size) => size == Auto ? "as the model chooses" : Pixels().Replace(size, "${width}\u00a0×\u00a0${height}");

    private static string Format(string mediaType) => mediaType switch
    {
        PictureFormats.Png => "PNG",
        PictureFormats.Jpeg => "JPEG",
        PictureFormats.Webp => "WebP",
        PictureFormats.Svg => "SVG",
        _ => mediaType,
    };

    private static string Either(List<string> words) => words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.Take(words.Count - 1))} or {words[^1]}";

    [GeneratedRegex(@"^(?<width>[0-9]+)x(?<height>[0-9]+)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pixels();
}
