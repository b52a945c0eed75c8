using System.Text.Json;
using StoryStudio.Core.Providers.Failures;

namespace StoryStudio.Core.Providers.OpenAI;

/// <summary>A successful answer without the picture in it, which has gone to the destination on the way.</summary>
internal sealed record ImageAnswer
{
    /// <summary>Bytes that went to the destination.</summary>
    public required long PictureBytes { get; init; }

    /// <summary>Where the picture is, if it did not come along.</summary>
    public string? Url { get; init; }

    public ImageUsage? Usage { get; init; }

    /// <summary>What went wrong after all.</summary>
    public ProviderError? Error { get; init; }

    /// <exception cref="JsonException">It is not JSON, or not to its end.</exception>
    public static ImageAnswer Parse(ReadOnlyMemory<byte> json, long pictureBytes)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new ImageAnswer
        {
            PictureBytes = pictureBytes,
            Url = FindUrl(root),
            Usage = ImageUsage.Find(root),
            Error = ProviderError.Find(root),
        };
    }

    private static string? FindUrl(JsonElement root) =>
        root.ValueKind is JsonValueKind.Object
        && root.TryGetProperty("data", out var data) && data.ValueKind is JsonValueKind.Array && data.GetArrayLength() > 0
        && data[0].ValueKind is JsonValueKind.Object && data[0].TryGetProperty("url", out var url) && url.ValueKind is JsonValueKind.String
        && !string.IsNullOrWhiteSpace(url.GetString())
            ? url.GetString()
            : null;
}

/// <summary>Tokens that a call was billed for.</summary>
internal sealed record ImageUsage(long TextIn, long ImagesIn, long Out)
{
    /// <summary>Null where the answer does not say, or says what cannot be.</summary>
    public static ImageUsage? Find(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object || !root.TryGetProperty("usage", out var usage) || usage.ValueKind is not JsonValueKind.Object
            || Number(usage, "output_tokens") is not { } output || Number(usage, "input_tokens") is not { } input)
        {
            return null;
        }

        var images = usage.TryGetProperty("input_tokens_details", out var details) && details.ValueKind is JsonValueKind.Object ? Number(details, "image_tokens") ?? 0 : 0;
        return images <= input ? new ImageUsage(input - images, images, output) : null;
    }

    /// <summary>US dollars.</summary>
    public decimal Cost(ModelPrice price) => ((TextIn * price.TextIn) + (ImagesIn * price.ImageIn) + (Out * price.ImageOut)) / 1_000_000m;

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) && number is >= 0 and < 1_000_000_000 ? number : null;
}
