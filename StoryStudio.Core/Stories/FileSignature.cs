namespace StoryStudio.Core.Stories;

/// <summary>Tells well-known files that are no text by their first bytes.</summary>
internal static class FileSignature
{
    /// <summary>What the file is, with its article; null where its first bytes say nothing.</summary>
    public static string? Describe(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [(byte)'P', (byte)'K', 3, 4, ..] => bytes[..Math.Min(bytes.Length, 4_096)].IndexOf("word/"u8) >= 0 ? "a Word document"
            : bytes.IndexOf("application/epub+zip"u8) is >= 0 and < 100 ? "an EPUB book"
            : "a ZIP archive or an office document",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "a PDF",
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "a PNG picture",
        [0xFF, 0xD8, 0xFF, ..] => "a JPEG picture",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "a GIF picture",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "a WebP picture",
        [0xD0, 0xCF, 0x11, 0xE0, ..] => "an old office document",
        [(byte)'{', (byte)'\\', (byte)'r', (byte)'t', (byte)'f', ..] => "a rich text document",
        [0x1F, 0x8B, ..] => "a compressed file",
        [(byte)'7', (byte)'z', 0xBC, 0xAF, ..] => "a compressed file",
        [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => "a program",
        _ => null,
    };
}
