using System.Text.Json;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Providers.Prices;
using StoryStudio.Core.Providers.Wire;

namespace StoryStudio.Core.Providers.OpenAI;

/// <summary>A successful answer without the picture in it, which has gone to the destination on the way.</summary>
internal sealed record ImageAnswer
{
    public const string PictureField = "b64_json";

    /// <summary>Bytes that went to the destination.</summary>
    public required long PictureBytes { get; init; }

    /// <summary>Where the picture is, if it did not come along.</summary>
    public string? Url { get; init; }

    public ImageUsage? Usage { get; init; }

    /// <summary>What went wrong after all.</summary>
    public ProviderError? Error { get; init; }

    /// <exception cref="BrokenAnswerException">The answer cannot be read. What the destination throws goes through.</exception>
    public static Task<ImageAnswer> ReadAsync(Stream source, Stream destination, long maxPictureBytes, CancellationToken cancellationToken) =>
        PictureAnswer.ReadAsync(source, destination, new PictureJson(PictureField), maxPictureBytes, Of, cancellationToken);

    public static ImageAnswer Of(JsonElement root, long pictureBytes) => new()
    {
        PictureBytes = pictureBytes,
        Url = FindUrl(root),
        Usage = FindUsage(root),
        Error = ProviderError.Find(root),
    };

    private static string? FindUrl(JsonElement root) =>
        root.ValueKind is JsonValueKind.Object
        && root.TryGetProperty("data", out var data) && data.ValueKind is JsonValueKind.Array && data.GetArrayLength() > 0
        && data[0].ValueKind is JsonValueKind.Object && data[0].TryGetProperty("url", out var url) && url.ValueKind is JsonValueKind.String
        && !string.IsNullOrWhiteSpace(url.GetString())
            ? url.GetString()
            : null;

    /// <summary>Null where the answer does not say, or says what cannot be.</summary>
    private static ImageUsage? FindUsage(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object || !root.TryGetProperty("usage", out var usage) || usage.ValueKind is not JsonValueKind.Object
            || TokenCount.Find(usage, "output_tokens") is not { } output || TokenCount.Find(usage, "input_tokens") is not { } input)
        {
            return null;
        }

        var images = usage.TryGetProperty("input_tokens_details", out var details) && details.ValueKind is JsonValueKind.Object ? TokenCount.Find(details, "image_tokens") ?? 0 : 0;
        return images <= input ? new ImageUsage(input - images, images, output) : null;
    }
}
