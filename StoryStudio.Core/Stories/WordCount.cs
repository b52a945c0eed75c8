using System.Globalization;
using System.Text;

namespace StoryStudio.Core.Stories;

/// <summary>How much there is to read, in tenths of a word, for scripts with and without spaces.</summary>
internal static class WordCount
{
    public const int Word = 10;

    /// <summary>A Chinese or Japanese word has about two characters.</summary>
    private const int Ideograph = 5;

    /// <summary>A Thai, Lao, Khmer or Burmese word has two or three letters, marks aside.</summary>
    private const int UnspacedLetter = 4;

    /// <summary>So long is a long word; a longer run of letters counts as several.</summary>
    private const int LongWord = 16;

    public static int Of(ReadOnlySpan<char> text)
    {
        var total = 0;
        var run = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var weight = Weigh(rune);
            if (weight == InWord)
            {
                run++;
            }
            else if (weight != Ignored)
            {
                total += EndRun(ref run) + weight;
            }
        }

        return total + EndRun(ref run);
    }

    /// <summary>Chinese and Japanese characters, and the scripts of South East Asia that put no spaces between words.</summary>
    public static bool IsUnspaced(Rune rune) => IsIdeograph(rune.Value) || IsUnspacedLetter(rune.Value);

    private const int InWord = -1;
    private const int Ignored = -2;

    private static int Weigh(Rune rune)
    {
        if (rune.IsAscii)
        {
            return char.IsAsciiLetterOrDigit((char)rune.Value) ? InWord : rune.Value <= ' ' ? 0 : Ignored;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            _ when IsIdeograph(rune.Value) => Rune.IsLetter(rune) ? Ideograph : 0,
            _ when IsUnspacedLetter(rune.Value) => Rune.IsLetter(rune) ? UnspacedLetter : Ignored,
            UnicodeCategory.OtherSymbol => Ideograph,
            UnicodeCategory.DashPunctuation => 0,
            _ when Rune.IsLetterOrDigit(rune) => InWord,
            _ when Rune.IsWhiteSpace(rune) => 0,
            _ => Ignored,
        };
    }

    private static int EndRun(ref int run)
    {
        var words = run == 0 ? 0 : Word * (1 + run / LongWord);
        run = 0;
        return words;
    }

    private static bool IsIdeograph(int value) => value is
        (>= 0x2E80 and <= 0x312F) or (>= 0x3190 and <= 0x9FFF) or (>= 0xA000 and <= 0xA4CF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF66 and <= 0xFF9D) or (>= 0x1AFF0 and <= 0x1B16F) or (>= 0x20000 and <= 0x3FFFF);

    private static bool IsUnspacedLetter(int value) => value is
        (>= 0x0E00 and <= 0x0EFF) or (>= 0x0F00 and <= 0x109F) or (>= 0x1780 and <= 0x17FF) or (>= 0x1950 and <= 0x1AAF);
}
