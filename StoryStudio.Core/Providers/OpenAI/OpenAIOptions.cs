using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace StoryStudio.Core.Providers.OpenAI;

/// <summary><c>StoryStudio:Providers:OpenAI</c>: OpenAI, Azure OpenAI and every server that speaks the same.</summary>
public sealed partial class OpenAIOptions() : KeyedProviderSettings("gpt-image-2")
{
    private const int LongestEdge = 3840;
    private const int EdgeStep = 16;
    private const int WidestRatio = 3;

    private static readonly string[] EditsFields = ["image[]", "image"];
    private static readonly string[] Formats = ["png", "jpeg", "webp"];
    private static readonly string[] Qualities = ["auto", "low", "medium", "high", "standard", "hd"];

    /// <summary><c>auto</c>, or width and height as <c>1024x1024</c>.</summary>
    public string Size { get; set; } = "1024x1024";

    public string Quality { get; set; } = "medium";

    /// <summary><c>png</c>, <c>jpeg</c> or <c>webp</c>.</summary>
    public string Format { get; set; } = "webp";

    /// <summary>Whether the server takes reference pictures at <c>images/edits</c>; where not, characters are described instead.</summary>
    public bool Edits { get; set; } = true;

    /// <summary>What the server calls a reference picture: <c>image[]</c> as OpenAI does, or <c>image</c>.</summary>
    public string EditsField { get; set; } = "image[]";

    /// <summary>Whether to ask for base64 by <c>response_format</c>: some servers give addresses otherwise, OpenAI's own refuses the field.</summary>
    public bool SendResponseFormat { get; set; }

    /// <summary>Whether the server takes a <c>seed</c>, which OpenAI's own refuses.</summary>
    public bool SendSeed { get; set; }

    /// <summary>Whether the server streams partial pictures; null for yes with OpenAI's own and Azure's, and no with others.</summary>
    public bool? Stream { get; set; }

    /// <summary>How many partial pictures to ask for where they are streamed: 0 to 3, and 0 asks for no stream.</summary>
    public int PartialImages { get; set; } = 2;

    /// <summary>The organisation that calls are billed to; where null, the environment's <c>OPENAI_ORG_ID</c> counts.</summary>
    public string? Organization { get; set; }

    public override string Name => OpenAIProvider.ProviderName;

    public override string Title => "OpenAI";

    public override int AutoRank => 10;

    public override string KeyVariable => "OPENAI_API_KEY";

    /// <summary>Whether calls go to OpenAI itself or to Azure OpenAI.</summary>
    internal bool IsOwn =>
        string.IsNullOrWhiteSpace(Endpoint)
        || (Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri)
            && (IsBelow(uri, "openai.com") || IsBelow(uri, "openai.azure.com") || IsBelow(uri, "services.ai.azure.com")));

    /// <summary>How many partial pictures a call asks for.</summary>
    internal int Partials => Stream ?? IsOwn ? PartialImages : 0;

    internal override void Register(IServiceCollection services) => services.AddSingleton<IImageProvider, OpenAIProvider>();

    internal override void Check(Faults faults, string path)
    {
        base.Check(faults, path);
        faults.Require(string.IsNullOrWhiteSpace(Size) || SizeShape().IsMatch(Size), $"{path}:{nameof(Size)}", "auto, or width and height such as 1024x1024", Size);
        if (IsOwn && (Model is "gpt-image-2" || Model.StartsWith("gpt-image-2-", StringComparison.Ordinal)) && SizeShape().IsMatch(Size) && !IsDrawn(Size))
        {
            faults.Require(false, $"{path}:{nameof(Size)}", $"a size that {Model} draws, with edges of at most {LongestEdge} that are multiples of {EdgeStep}, neither more than {WidestRatio} times the other", Size);
        }

        faults.OneOf($"{path}:{nameof(EditsField)}", EditsField, EditsFields);
        if (!string.IsNullOrWhiteSpace(Quality))
        {
            faults.OneOf($"{path}:{nameof(Quality)}", Quality, Qualities);
        }

        if (!string.IsNullOrWhiteSpace(Format))
        {
            faults.OneOf($"{path}:{nameof(Format)}", Format, Formats);
        }

        faults.Between($"{path}:{nameof(PartialImages)}", PartialImages, 0, 3);
        faults.ApiKey($"{path}:{nameof(Organization)}", Organization?.Trim());
    }

    internal override void ReadEnvironment(IConfiguration configuration)
    {
        base.ReadEnvironment(configuration);
        Organization = Trimmed(Organization) ?? Trimmed(configuration["OPENAI_ORG_ID"]);
    }

    /// <summary>Whether gpt-image-2 draws it, as its reference says.</summary>
    private static bool IsDrawn(string size)
    {
        if (size.Split('x') is not [var width, var height])
        {
            return true;
        }

        int[] edges = [int.Parse(width, CultureInfo.InvariantCulture), int.Parse(height, CultureInfo.InvariantCulture)];
        return edges.All(edge => edge % EdgeStep == 0 && edge <= LongestEdge) && edges.Max() <= WidestRatio * edges.Min();
    }

    private static bool IsBelow(Uri uri, string host) => uri.IdnHost.Equals(host, StringComparison.OrdinalIgnoreCase) || uri.IdnHost.EndsWith($".{host}", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(auto|[1-9][0-9]{1,4}x[1-9][0-9]{1,4})\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SizeShape();
}
