using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using StoryStudio.Core.Providers.Wire;

namespace StoryStudio.Core.Providers.Gemini;

/// <summary>What is sent: the prompt, then the references in their order, encoded from disk as they go out, so that they take no memory.</summary>
internal sealed class GeminiRequest : HttpContent
{
    /// <summary>A multiple of three, so that no piece but the last one is padded.</summary>
    private const int PieceLength = 48 * 1024;

    private readonly byte[] _head;
    private readonly List<(byte[] Head, FileStream File, long Length)> _references = [];
    private readonly byte[] _end;

    private GeminiRequest(string prompt, GeminiOptions options)
    {
        _head = Encoding.UTF8.GetBytes($$"""{"contents":[{"role":"user","parts":[{"text":"{{JsonEncodedText.Encode(prompt)}}"}""");
        _end = [.. "]}],\"generationConfig\":"u8, .. Configuration(options), .. "}"u8];
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    /// <exception cref="ReferenceMissingException">A reference is not there or cannot be read.</exception>
    public static GeminiRequest Open(string prompt, IReadOnlyList<ReferencePicture> references, GeminiOptions options)
    {
        var request = new GeminiRequest(prompt, options);
        try
        {
            foreach (var reference in references)
            {
                var file = ReferenceFile.Open(reference);
                request._references.Add((Encoding.UTF8.GetBytes($",{{\"inlineData\":{{\"mimeType\":\"{reference.MediaType}\",\"data\":\""), file, file.Length));
            }

            return request;
        }
        catch
        {
            request.Dispose();
            throw;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _head.Length + _references.Sum(r => r.Head.Length + ((r.Length + 2) / 3 * 4) + ReferenceEnd.Length) + _end.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_head, cancellationToken);
        foreach (var (head, file, length) in _references)
        {
            await stream.WriteAsync(head, cancellationToken);
            await EncodeAsync(file, length, stream, cancellationToken);
            await stream.WriteAsync(ReferenceEnd, cancellationToken);
        }

        await stream.WriteAsync(_end, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var (_, file, _) in _references)
            {
                file.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private static ReadOnlyMemory<byte> ReferenceEnd { get; } = "\"}}"u8.ToArray();

    private static async Task EncodeAsync(FileStream file, long length, Stream stream, CancellationToken cancellationToken)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(PieceLength);
        var text = ArrayPool<byte>.Shared.Rent(PieceLength / 3 * 4);
        try
        {
            file.Position = 0;
            while (length > 0)
            {
                var piece = (int)Math.Min(length, PieceLength);
                await file.ReadExactlyAsync(bytes.AsMemory(0, piece), cancellationToken);
                Base64.EncodeToUtf8(bytes.AsSpan(0, piece), text, out _, out var written);
                await stream.WriteAsync(text.AsMemory(0, written), cancellationToken);
                length -= piece;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static ReadOnlySpan<byte> Configuration(GeminiOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("responseModalities");
            json.WriteStringValue("TEXT");
            json.WriteStringValue("IMAGE");
            json.WriteEndArray();
            if (options.AspectRatio.Length > 0 || options.ImageSize.Length > 0)
            {
                json.WriteStartObject("imageConfig");
                if (options.AspectRatio.Length > 0)
                {
                    json.WriteString("aspectRatio", options.AspectRatio);
                }

                if (options.ImageSize.Length > 0)
                {
                    json.WriteString("imageSize", options.ImageSize);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }
}
