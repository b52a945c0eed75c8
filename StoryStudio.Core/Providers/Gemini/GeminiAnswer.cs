using System.Text.Json;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Providers.Prices;
using StoryStudio.Core.Providers.Wire;

namespace StoryStudio.Core.Providers.Gemini;

/// <summary>A successful answer without the picture in it, which has gone to the destination on the way.</summary>
internal sealed record GeminiAnswer
{
    private const string Answered = "candidatesTokenCount";

    private static readonly string[] Refusals =
        ["SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "RECITATION", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"];

    /// <summary>Bytes that went to the destination.</summary>
    public required long PictureBytes { get; init; }

    /// <summary>Whether it says that this will not be drawn.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>Why it says that there is no picture: a word and, where there are, a few more.</summary>
    public string? Reason { get; init; }

    /// <summary>The provider's own id of the call.</summary>
    public string? ResponseId { get; init; }

    public ImageUsage? Usage { get; init; }

    /// <summary>What went wrong after all.</summary>
    public ProviderError? Error { get; init; }

    /// <exception cref="BrokenAnswerException">The answer cannot be read. What the destination throws goes through.</exception>
    public static Task<GeminiAnswer> ReadAsync(Stream source, Stream destination, long maxPictureBytes, CancellationToken cancellationToken) =>
        PictureAnswer.ReadAsync(source, destination, new PictureJson("data", skippedField: "thoughtSignature"), maxPictureBytes, Of, cancellationToken);

    private static GeminiAnswer Of(JsonElement root, long pictureBytes)
    {
        var candidate = Objects(root, "candidates").FirstOrDefault();
        var blocked = Word(Object(root, "promptFeedback"), "blockReason");
        var finish = Word(candidate, "finishReason");
        var said = Word(candidate, "finishMessage") ?? Word(Object(root, "promptFeedback"), "blockReasonMessage")
            ?? Objects(Object(candidate, "content"), "parts").Select(part => Word(part, "text")).FirstOrDefault(text => text is not null);
        return new()
        {
            PictureBytes = pictureBytes,
            IsRefusal = blocked is not null || Refusals.Contains(finish, StringComparer.Ordinal),
            Reason = (blocked ?? finish) is { } word ? $"{word}{(said is null ? "" : $": {said}")}" : said,
            ResponseId = Word(root, "responseId"),
            Usage = FindUsage(Object(root, "usageMetadata"), hasPicture: pictureBytes > 0),
            Error = ProviderError.Find(root),
        };
    }

    /// <summary>
    /// Null where the answer does not say, not even which of its tokens are the picture's, which cost far more. What else it names no kind of are
    /// words. A count of 0 is left out: where there is no picture, that of what was answered may well be 0.
    /// </summary>
    private static ImageUsage? FindUsage(JsonElement usage, bool hasPicture)
    {
        if (usage.ValueKind is not JsonValueKind.Object || TokenCount.Find(usage, "promptTokenCount") is not { } input)
        {
            return null;
        }

        var isLeftOut = !hasPicture && !usage.TryGetProperty(Answered, out _);
        if ((isLeftOut ? 0 : TokenCount.Find(usage, Answered)) is not { } output)
        {
            return null;
        }

        var imagesIn = Math.Min(input, OfImages(usage, "promptTokensDetails"));
        var imagesOut = Math.Min(output, OfImages(usage, "candidatesTokensDetails"));
        return hasPicture && imagesOut == 0 ? null : new(input - imagesIn, imagesIn, imagesOut, output - imagesOut + (TokenCount.Find(usage, "thoughtsTokenCount") ?? 0));
    }

    private static long OfImages(JsonElement usage, string details) =>
        Objects(usage, details).Where(detail => Word(detail, "modality") == "IMAGE").Sum(detail => TokenCount.Find(detail, "tokenCount") ?? 0);

    private static JsonElement Object(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static IEnumerable<JsonElement> Objects(JsonElement element, string name) =>
        Object(element, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.Object) : [];

    private static string? Word(JsonElement element, string name) =>
        Object(element, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;
}
