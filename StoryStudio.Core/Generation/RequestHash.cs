using System.Security.Cryptography;
using System.Text.Json;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Generation;

/// <summary>The mark of a request: two with the same one ask for the same picture.</summary>
internal static class RequestHash
{
    /// <summary>One number for a style of a story, so that its pictures are of one kind; another one where another picture is asked for.</summary>
    public static int Seed(PictureWish wish)
    {
        var of = $"{wish.StoryId} {wish.Style} {(wish.Fresh ? wish.Version : 0)}";
        return (int)(System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(of))) & int.MaxValue);
    }

    /// <param name="request">Its prompt, style and seed count.</param>
    /// <param name="references">SHA-256 of each picture that goes along, in their order.</param>
    /// <param name="provider">Its model, size and quality count.</param>
    /// <returns>SHA-256, lower-case hexadecimal.</returns>
    public static string Of(ImageRequest request, IEnumerable<string> references, IImageProvider provider)
    {
        var capabilities = provider.Capabilities;
        string?[] parts =
        [
            provider.Name, capabilities.Model, capabilities.Size, capabilities.AspectRatio, capabilities.Quality, string.Join(' ', capabilities.Formats),
            request.Style, request.Prompt, request.Seed?.ToString(System.Globalization.CultureInfo.InvariantCulture), .. references,
        ];
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parts)));
    }
}
