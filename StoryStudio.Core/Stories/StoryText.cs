using System.Globalization;
using System.Text;

namespace StoryStudio.Core.Stories;

/// <summary>Text from outside: the limits of a story's text, and the reading of uploaded files.</summary>
public static class StoryText
{
    /// <summary>Largest file that is read.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;

    /// <summary>Longest text of a story, in UTF-16 units: whatever a file of <see cref="MaxBytes"/> can hold.</summary>
    public const int MaxLength = MaxBytes;

    private const string Field = "text";

    /// <summary>Western European text of the time before UTF-8.</summary>
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>Reads an uploaded file, at most <see cref="MaxBytes"/> of it.</summary>
    /// <param name="content">The file; left open.</param>
    /// <param name="fileName">As the author called it, for the sentence that refuses it.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="InvalidInputException">It is empty, too large, or no text; the field is <c>text</c>.</exception>
    public static async Task<string> ReadAsync(Stream content, string? fileName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var bytes = new MemoryStream();
        var buffer = new byte[81_920];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + read > MaxBytes)
            {
                throw TooLarge(fileName);
            }

            bytes.Write(buffer, 0, read);
        }

        return Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), fileName);
    }

    /// <summary>
    /// The text of a file, its line ends as <c>\n</c>: UTF-8, UTF-16 or UTF-32 with a byte order mark, or Windows-1252 where the
    /// bytes are clearly a western text.
    /// </summary>
    /// <exception cref="InvalidInputException">It is empty, too large, or no text; the field is <c>text</c>.</exception>
    public static string Read(ReadOnlySpan<byte> bytes, string? fileName)
    {
        if (bytes.Length > MaxBytes)
        {
            throw TooLarge(fileName);
        }

        if (FileSignature.Describe(bytes) is { } kind)
        {
            throw new InvalidInputException(Field, $"{Name(fileName)} is {kind}. A story is read from a text file: save it as .txt or .md and try again.");
        }

        var text = Decode(bytes, fileName);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new InvalidInputException(Field, $"{Name(fileName)} is empty.");
        }

        return text.ReplaceLineEndings("\n");
    }

    /// <summary>Throws where the text is longer than a story may be.</summary>
    public static void EnsureLength(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new InvalidInputException(Field, TooLong(text.Length, MaxLength));
        }
    }

    /// <summary>What is wrong with the characters of a text that comes from outside, as the end of a sentence; null where nothing is.</summary>
    internal static string? Fault(ReadOnlySpan<char> text)
    {
        if (text.Contains('\0'))
        {
            return "holds a NUL character, which no text has.";
        }

        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var length) != System.Buffers.OperationStatus.Done)
            {
                return "holds half of a character: a surrogate without its partner.";
            }

            text = text[length..];
        }

        return null;
    }

    internal static string TooLong(int length, int max) => string.Create(CultureInfo.InvariantCulture, $"This has {length:N0} characters; at most {max:N0} are possible.");

    private static string Decode(ReadOnlySpan<byte> bytes, string? fileName)
    {
        try
        {
            var text = bytes switch
            {
                [0xFF, 0xFE, 0, 0, ..] => new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true).GetString(bytes[4..]),
                [0, 0, 0xFE, 0xFF, ..] => new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true).GetString(bytes[4..]),
                [0xFF, 0xFE, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true).GetString(bytes[2..]),
                [0xFE, 0xFF, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true).GetString(bytes[2..]),
                [0xEF, 0xBB, 0xBF, ..] => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes[3..]),
                _ when System.Text.Unicode.Utf8.IsValid(bytes) => Encoding.UTF8.GetString(bytes),
                _ when LooksWestern(bytes) => Windows1252.GetString(bytes),
                _ => null,
            };
            return text is not null && LooksLikeText(text) ? text : throw NotText(fileName);
        }
        catch (DecoderFallbackException)
        {
            throw NotText(fileName);
        }
        catch (ArgumentException e) when (e is not DecoderFallbackException)
        {
            throw NotText(fileName);
        }
    }

    /// <summary>No NUL, and hardly a control character that is not white space.</summary>
    private static bool LooksLikeText(string text)
    {
        var controls = 0;
        foreach (var c in text)
        {
            if (c == '\0')
            {
                return false;
            }

            controls += char.IsControl(c) && !char.IsWhiteSpace(c) ? 1 : 0;
        }

        return controls <= text.Length / 1_000;
    }

    /// <summary>Mostly ASCII, and no byte that Windows-1252 leaves undefined: in any other old encoding most letters lie above.</summary>
    private static bool LooksWestern(ReadOnlySpan<byte> bytes)
    {
        var high = 0;
        foreach (var b in bytes)
        {
            if (b is 0x81 or 0x8D or 0x8F or 0x90 or 0x9D)
            {
                return false;
            }

            high += b >= 0x80 ? 1 : 0;
        }

        return high <= bytes.Length / 5;
    }

    private static InvalidInputException NotText(string? fileName) =>
        new(Field, $"{Name(fileName)} is not a text that can be read. Save it as plain text in UTF-8 (.txt or .md) and try again.");

    private static InvalidInputException TooLarge(string? fileName) =>
        new(Field, $"{Name(fileName)} is larger than {MaxBytes / (1024 * 1024)} MB, the most that a story may have. Split it into several stories.");

    private static string Name(string? fileName)
    {
        var name = TitleText.Clean(fileName ?? "");
        return name.Length == 0 ? "This file" : $"“{TitleText.Shorten(name, 60)}”";
    }
}
