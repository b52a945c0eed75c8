using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace StoryStudio.Tests.Fakes;

/// <summary>Small whole pictures of every kind. PNG is made here to any measure; JPEG and WebP came out of cjpeg and cwebp, 24 × 16 pixels each.</summary>
internal static class TestPictures
{
    public const int Width = 24;
    public const int Height = 16;

    private const string JpegBase64 =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fH"
        + "x8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAQABgDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF"
        + "BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmq"
        + "KjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC"
        + "AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqK"
        + "mqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwCjZW3Tit60gCrkiq9lbdOKsX1z9kgHl/61+I/lz9TVYit7ONo/E9v68jOlTdSSiijrV6oB"
        + "gUgqpy5BPLf3f8/0orGA8+UbfuL93iilRw8YRs9zrnipUnyUXovx8z//2Q==";

    private const string ProgressiveJpegBase64 =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpK"
        + "SkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wgARCAAQABgDASIAAhEBAxEB/8QAFwAAAwEAAAAAAAAAAAAAAAAAAAIDBP/EABYBAQEBAAAAAAAAAAAAAAAAAAAC"
        + "A//dAAQAAv/aAAwDAQACEAMQAAABjsR0yMo0/8QAGRAAAwADAAAAAAAAAAAAAAAAAAECAxIx/90ABAAD/9oACAEBAAEFApRKMtH/0JRT1XX/AP/EABoRAAICAwAAAAAAAAAAAAAAAAABAhEDEiH/3Q"
        + "AEAAL/2gAIAQMBAT8BirdDya8if//EABcRAQEBAQAAAAAAAAAAAAAAAAIAEQH/2gAIAQIBAT8BayIzl//EABYQAQEBAAAAAAAAAAAAAAAAABAAEf/dAAQAA//aAAgBAQAGPwIy/9B//8QAGxABAAEF"
        + "AQAAAAAAAAAAAAAAADEBEUGBkdH/2gAIAQEAAT8hdhh78f/QcbNYcH//3QAEAAL/2gAMAwEAAgADAAAAEIz/AP/EABgRAQEAAwAAAAAAAAAAAAAAAAEAESGh/9oACAEDAQE/EFISLPo7f//EABgRAA"
        + "MBAQAAAAAAAAAAAAAAAAABETEh/9oACAECAQE/EIYteCuh/8QAGxABAAMBAQEBAAAAAAAAAAAAAQARITHwYZH/3QAEAAP/2gAIAQEAAT8Q4ZBFsAFBDaPXz1T/0OGSs+bP6wKq45k//9k=";

    private const string WebpBase64 =
        "UklGRpwAAABXRUJQVlA4IJAAAABwBACdASoYABAAPzmGvFQvKSYjMAgB4CcJbACdMoFWAA7e6UxGRxVI1idtgAD+74yGYtLAlfnKAq+rLWyL8ziIvxtYvQSD5/na7zfn/1javT/nn5U0r89f8TtPDc"
        + "/1/59Lm1NyF14IufVmCX1SrtbfiWLOBGdgIPDNoYRJ534fCUQP01Q0LpDZQqdcGyicGAA=";

    private const string LosslessWebpBase64 =
        "UklGRioAAABXRUJQVlA4TB0AAAAvF8ADAM1kRP8DRAMWcbjE/1eK4mAPSkxAD2u4GQA=";

    private const string AlphaWebpBase64 =
        "UklGRpQAAABXRUJQVlA4WAoAAAAQAAAAFwAADwAAQUxQSBIAAAAFDzALERFCLJj4S7c/goj+R8xWUDggXAAAAHAEAJ0BKhgAEAA/OYa6VC8pJaMwCAHgJwlsAJ0yglgAJW4Iixm4cJuAt0hgAP75GU"
        + "HPzrYhiEwAa9RHkfmw/s9jje7QvMIf97a6duDYpVxWXywvgyaVNzipsAAA";

    private const string AnimatedWebpBase64 =
        "UklGRhIBAABXRUJQVlA4WAoAAAACAAAAFwAADwAAQU5JTQYAAAD/////AABBTk1GqAAAAAAAAAAAABcAAA8AAGQAAABWUDggkAAAAHAEAJ0BKhgAEAA/OYa8VC8pJiMwCAHgJwlsAJ0ygVYADt7pTE"
        + "ZHFUjWJ22AAP7vjIZi0sCV+coCr6stbIvzOIi/G1i9BIPn+drvN+f/WNq9P+eflTSvz1/xO08Nz/X/n0ubU3IXXgi59WYJfVKu1t+JYs4EZ2Ag8M2hhEnnfh8JRA/TVDQukNlCp1wbKJwYAEFOTUY2"
        + "AAAAAAAAAAAAFwAADwAAZAAAAFZQOEwdAAAALxfAAwDNZET/A0QDFnG4xP9XiuJgD0pMQA9ruBkA";

    public static byte[] Jpeg => Convert.FromBase64String(JpegBase64);

    public static byte[] ProgressiveJpeg => Convert.FromBase64String(ProgressiveJpegBase64);

    public static byte[] Webp => Convert.FromBase64String(WebpBase64);

    public static byte[] LosslessWebp => Convert.FromBase64String(LosslessWebpBase64);

    public static byte[] AlphaWebp => Convert.FromBase64String(AlphaWebpBase64);

    public static byte[] AnimatedWebp => Convert.FromBase64String(AnimatedWebpBase64);

    public static byte[] Svg => Encoding.UTF8.GetBytes(SvgAround("<rect width='24' height='16' fill='teal'/>"));

    public static string SvgAround(string content) => $"<svg xmlns='http://www.w3.org/2000/svg' width='{Width}' height='{Height}' viewBox='0 0 {Width} {Height}'>{content}</svg>";

    /// <summary>A PNG of 8-bit colours with transparency, different for each seed.</summary>
    public static byte[] Png(int width = Width, int height = Height, int seed = 0)
    {
        var rows = new byte[height * ((width * 4) + 1)];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = i % ((width * 4) + 1) == 0 ? (byte)0 : (byte)((i * (seed + 3)) + (i / 7));
        }

        return PngOf(width, height, depth: 8, colour: 6, interlace: 0, Packed(rows));
    }

    /// <summary>A PNG as large in bytes as those that services make.</summary>
    public static byte[] LargePng(int width = 1024, int height = 1024, int seed = 0)
    {
        var rows = new byte[height * ((width * 3) + 1)];
        new Random(seed).NextBytes(rows);
        for (var row = 0; row < height; row++)
        {
            rows[row * ((width * 3) + 1)] = 0;
        }

        return PngOf(width, height, depth: 8, colour: 2, interlace: 0, Packed(rows));
    }

    /// <summary>A PNG with whatever is handed in, its checksums right.</summary>
    public static byte[] PngOf(long width, long height, byte depth, byte colour, byte interlace, params byte[][] data)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(header, (uint)width);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), (uint)height);
        (header[8], header[9], header[12]) = (depth, colour, interlace);
        return
        [
            .. PngSignature,
            .. Chunk("IHDR", header),
            .. colour == 3 ? Chunk("PLTE", [0, 0, 0, 255, 255, 255]) : [],
            .. data.SelectMany(part => Chunk("IDAT", part)),
            .. Chunk("IEND", []),
        ];
    }

    public static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteUInt32BigEndian(chunk, (uint)data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    public static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            zlib.Write(bytes);
        }

        return packed.ToArray();
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }
        }

        return ~crc;
    }
}
