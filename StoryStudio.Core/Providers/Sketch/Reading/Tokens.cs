using System.Globalization;
using System.Text;

namespace StoryStudio.Core.Providers.Sketch.Reading;

/// <summary>A word of the text.</summary>
/// <param name="Text">In lower case.</param>
/// <param name="Written">As the text has it.</param>
/// <param name="Capital">Whether it was written with a capital.</param>
/// <param name="Opens">Whether a sentence or a quotation starts with it.</param>
internal readonly record struct Token(string Text, string Written, bool Capital, bool Opens);

/// <summary>Cuts a text of any language into words; ideographs and pictograms are words by themselves.</summary>
internal static class Tokens
{
    private const int MostWords = 4_000;

    public static List<Token> Of(string text)
    {
        var tokens = new List<Token>();
        var word = new StringBuilder();
        var opens = true;
        foreach (var rune in text.EnumerateRunes())
        {
            if (tokens.Count >= MostWords)
            {
                break;
            }

            var isApostrophe = rune.Value is '\'' or '’';
            if (IsIdeograph(rune) || (!isApostrophe && Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol))
            {
                Flush();
                tokens.Add(new Token(rune.ToString(), rune.ToString(), Capital: false, opens));
                opens = false;
            }
            else if (Rune.IsLetter(rune) || (word.Length > 0 && (isApostrophe || IsMark(rune))))
            {
                word.Append(rune.ToString());
            }
            else
            {
                Flush();
                opens |= rune.Value is '.' or '!' or '?' or '"' or '“' or '”' or '„' or '«' or '»' or '\n' or ':' or '…' or '‘' or '—';
            }
        }

        Flush();
        return tokens;

        void Flush()
        {
            if (word.Length == 0)
            {
                return;
            }

            var written = word.ToString().Trim('\'', '’');
            word.Clear();
            if (written.Length > 0)
            {
                tokens.Add(new Token(written.ToLowerInvariant(), written, char.IsUpper(written[0]), opens));
                opens = false;
            }
        }
    }

    private static bool IsIdeograph(Rune rune) => rune.Value is >= 0x4E00 and <= 0x9FFF;

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
