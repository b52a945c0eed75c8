using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Net.Http.Headers;

namespace StoryStudio.Web.Api;

/// <summary>
/// Reads a request's body in two steps, so that the two kinds of mistake are told apart: bytes that are no JSON are refused
/// with the place where they stop being it (400), JSON of a wrong shape with every field that has one (422).
/// </summary>
internal static class JsonBody
{
    /// <summary>Longest body of most requests, in bytes.</summary>
    public const int UsualLimit = 1024 * 1024;

    /// <summary>
    /// What the server takes off the line before it hangs up. More than what is read as JSON: a client that is still sending
    /// when the connection closes sees a broken line instead of the answer that says why.
    /// </summary>
    public const long HardLimit = 64L * 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    /// <summary>The body as <typeparamref name="T"/>, which <paramref name="read"/> makes of its fields.</summary>
    /// <exception cref="ApiException">415, 413 or 400.</exception>
    /// <exception cref="Core.InvalidInputException">With every field of a wrong shape.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, Func<JsonFields, T> read, int limit = UsualLimit, bool optional = false)
    {
        var bytes = await ReadBytesAsync(request, limit);
        if (bytes.Length == 0)
        {
            return optional
                ? JsonFields.Read(default, read)
                : throw new ApiException(StatusCodes.Status400BadRequest, "malformed_json", "The body is empty. Send a JSON object.");
        }

        if (!request.HasJsonContentType() || !IsUtf8(request))
        {
            throw NotJson();
        }

        using var document = Parse(bytes);
        return JsonFields.Read(document.RootElement, read);
    }

    public static ApiException NotJson() =>
        new(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send the body as JSON in UTF-8, with Content-Type: application/json.");

    public static ApiException TooLarge(int? limit) => new(
        StatusCodes.Status413PayloadTooLarge,
        "body_too_large",
        limit is { } bytes ? $"The body is too large: at most {bytes / (1024 * 1024)} MB are taken here." : "The body is too large.");

    private static bool IsUtf8(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span.StartsWith("\uFEFF"u8))
        {
            bytes = bytes["\uFEFF"u8.Length..];
        }

        if (!Utf8.IsValid(bytes.Span))
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "malformed_json", "The body is not valid UTF-8.");
        }

        try
        {
            return JsonDocument.Parse(bytes, Strict);
        }
        catch (JsonException exception)
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest,
                "malformed_json",
                $"The body is not valid JSON: it goes wrong in line {(exception.LineNumber ?? 0) + 1}, at byte {(exception.BytePositionInLine ?? 0) + 1}.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, int limit)
    {
        var reader = request.BodyReader;
        var read = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 1024, 1024, limit));
        var tooLarge = request.ContentLength > limit;
        while (true)
        {
            var result = await reader.ReadAsync(request.HttpContext.RequestAborted);
            if (!tooLarge)
            {
                tooLarge = read.WrittenCount + result.Buffer.Length > limit;
                if (!tooLarge)
                {
                    foreach (var part in result.Buffer)
                    {
                        read.Write(part.Span);
                    }
                }
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return tooLarge ? throw TooLarge(limit) : read.WrittenMemory;
            }
        }
    }
}
