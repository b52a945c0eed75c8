using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;

namespace StoryStudio.Core.Providers.Gemini;

/// <summary><c>StoryStudio:Providers:Gemini</c>. A setting that is empty is left to the model.</summary>
public sealed partial class GeminiOptions() : KeyedProviderSettings("gemini-3.1-flash-image")
{
    internal static readonly string[] Sizes = ["1K", "2K", "4K"];

    /// <summary>Width to height, as <c>3:2</c>.</summary>
    public string AspectRatio { get; set; } = "3:2";

    /// <summary><c>1K</c>, <c>2K</c> or <c>4K</c>.</summary>
    public string ImageSize { get; set; } = "1K";

    public override string Name => GeminiProvider.ProviderName;

    public override string Title => "Gemini";

    public override int AutoRank => 20;

    public override string KeyVariable => "GEMINI_API_KEY";

    internal override void Register(IServiceCollection services) => services.AddSingleton<IImageProvider, GeminiProvider>();

    internal override void Check(Faults faults, string path)
    {
        base.Check(faults, path);
        faults.Require(string.IsNullOrWhiteSpace(Model) || BareName().IsMatch(Model), $"{path}:{nameof(Model)}", "the model's name alone, such as gemini-3.1-flash-image", Model);
        faults.Require(string.IsNullOrEmpty(AspectRatio) || Ratio().IsMatch(AspectRatio), $"{path}:{nameof(AspectRatio)}", "width to height, such as 3:2", AspectRatio);
        faults.Require(string.IsNullOrEmpty(ImageSize) || Sizes.Contains(ImageSize, StringComparer.Ordinal), $"{path}:{nameof(ImageSize)}", $"one of {string.Join(", ", Sizes)}", ImageSize);
    }

    /// <summary>It becomes part of an address.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.NonBacktracking)]
    private static partial Regex BareName();

    [GeneratedRegex(@"^[1-9][0-9]?:[1-9][0-9]?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Ratio();
}
