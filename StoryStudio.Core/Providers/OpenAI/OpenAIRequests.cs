using System.ClientModel;
using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StoryStudio.Core.Providers.Wire;

namespace StoryStudio.Core.Providers.OpenAI;

/// <summary>What is sent. A setting that is empty is left out, for servers that do not know it.</summary>
internal static class OpenAIRequests
{
    public static BinaryContent Generation(ImageRequest request, OpenAIOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in Fields(request, options))
            {
                json.WriteString(name, value);
            }

            json.WriteNumber("n", 1);
            if (options.Partials > 0)
            {
                json.WriteBoolean("stream", true);
                json.WriteNumber("partial_images", options.Partials);
            }

            if (options.SendSeed && request.Seed is { } seed)
            {
                json.WriteNumber("seed", seed);
            }

            json.WriteEndObject();
        }

        return BinaryContent.Create(BinaryData.FromBytes(buffer.WrittenMemory));
    }

    /// <exception cref="ReferenceMissingException">A reference is not there or cannot be read.</exception>
    public static MultipartBody Edit(ImageRequest request, IReadOnlyList<ReferencePicture> references, OpenAIOptions options)
    {
        // No prompt can hold the boundary: it is made of the attempt's id, which nobody outside knows before.
        var boundary = $"StoryStudio-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.IdempotencyKey)))[..32]}";
        List<(string Name, string Value)> fields = [.. Fields(request, options), ("n", "1")];
        if (options.Partials > 0)
        {
            fields.AddRange([("stream", "true"), ("partial_images", options.Partials.ToString(CultureInfo.InvariantCulture))]);
        }

        if (options.SendSeed && request.Seed is { } seed)
        {
            fields.Add(("seed", seed.ToString(CultureInfo.InvariantCulture)));
        }

        return MultipartBody.Open(boundary, fields, options.EditsField, references);
    }

    private static IEnumerable<(string Name, string Value)> Fields(ImageRequest request, OpenAIOptions options)
    {
        (string Name, string? Value)[] fields =
        [
            ("model", options.Model),
            ("prompt", request.Prompt),
            ("size", options.Size),
            ("quality", options.Quality),
            ("output_format", options.Format),
            ("response_format", options.SendResponseFormat ? "b64_json" : null),
        ];
        return from field in fields where !string.IsNullOrWhiteSpace(field.Value) select (field.Name, field.Value!);
    }
}
