using System.ClientModel;
using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

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
            json.WriteEndObject();
        }

        return BinaryContent.Create(BinaryData.FromBytes(buffer.WrittenMemory));
    }

    public static MultipartBody Edit(ImageRequest request, IReadOnlyList<ReferencePicture> references, OpenAIOptions options)
    {
        // No prompt can hold the boundary: it is made of the attempt's id, which nobody outside knows before.
        var boundary = $"StoryStudio-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.IdempotencyKey)))[..32]}";
        return MultipartBody.Open(boundary, [.. Fields(request, options), ("n", "1")], references);
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
