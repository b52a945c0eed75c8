using System.Text;

namespace StoryStudio.Core.Stories;

/// <summary>Tells well-known files that are no story's text by their first bytes.</summary>
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
        _ => DescribeMarkup(bytes[..Math.Min(bytes.Length, 4_096)]),
    };

    /// <summary>Text for programs, which nobody wants to read as a story: its tags would be the words.</summary>
    private static string? DescribeMarkup(ReadOnlySpan<byte> bytes)
    {
        var start = (bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes).TrimStart(" \t\r\n"u8);
        return Begins(start, "<svg"u8) || (Begins(start, "<?xml"u8) && start.IndexOf("<svg"u8) >= 0) ? "an SVG picture"
            : Begins(start, "<!doctype html"u8) || Begins(start, "<html"u8) ? "a web page"
            : Begins(start, "<?xml"u8) ? "an XML document"
            : null;
    }

    private static bool Begins(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => text.Length > word.Length
        && Ascii.EqualsIgnoreCase(text[..word.Length], word) && text[word.Length] is (byte)'>' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
