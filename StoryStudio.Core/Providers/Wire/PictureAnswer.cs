using System.Buffers;
using System.Text;
using System.Text.Json;

namespace StoryStudio.Core.Providers.Wire;

/// <summary>An answer that is JSON with a picture in it.</summary>
internal static class PictureAnswer
{
    /// <summary>Reads it to its end: the picture goes to the destination, and the rest to <paramref name="read"/> with the number of the picture's bytes.</summary>
    /// <param name="source">The answer.</param>
    /// <param name="destination">What it throws goes through.</param>
    /// <param name="json">Knows where the picture is.</param>
    /// <param name="maxPictureBytes">More is a broken answer.</param>
    /// <param name="read">An answer without a word comes as <see cref="JsonValueKind.Undefined"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="BrokenAnswerException">The answer cannot be read.</exception>
    public static async Task<T> ReadAsync<T>(Stream source, Stream destination, PictureJson json, long maxPictureBytes, Func<JsonElement, long, T> read, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        var (pictureBytes, total) = (0L, 0L);
        try
        {
            for (int count; (count = await FillAsync(source, buffer, cancellationToken)) > 0;)
            {
                json.Take(buffer.AsSpan(0, count));
                pictureBytes += json.Decoded.Length;
                total += count;
                if (pictureBytes > maxPictureBytes || total > 4 * maxPictureBytes)
                {
                    throw new BrokenAnswerException($"the picture has more than {maxPictureBytes:N0} bytes");
                }

                await destination.WriteAsync(json.Decoded, cancellationToken);
                json.Taken();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (json.Skeleton.IsEmpty)
        {
            return read(default, pictureBytes);
        }

        return Read(json.Skeleton, root => read(root, pictureBytes));
    }

    /// <exception cref="BrokenAnswerException">It is not JSON, or holds words that are no text.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> skeleton, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(skeleton);
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            var start = Encoding.UTF8.GetString(skeleton.Span[..Math.Min(skeleton.Length, 200)]);
            throw new BrokenAnswerException($"the answer is not JSON to its end; it starts: {start}");
        }
    }

    /// <summary>As many bytes as there are; 0 at the end.</summary>
    /// <exception cref="BrokenAnswerException">The line broke.</exception>
    public static async Task<int> FillAsync(Stream source, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or InvalidDataException)
        {
            throw new BrokenAnswerException($"the answer broke off: {exception.GetBaseException().Message}") { BrokeOff = true };
        }
    }
}

/// <summary>The answer came and cannot be read. Never leaves the provider.</summary>
internal sealed class BrokenAnswerException(string message) : Exception(message)
{
    /// <summary>Whether the line broke in the midst of it: the whole answer may have been a good one.</summary>
    public bool BrokeOff { get; init; }
}
