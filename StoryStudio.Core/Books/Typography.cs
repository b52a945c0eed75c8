using System.Buffers;
using System.Text;

namespace StoryStudio.Core.Books;

/// <summary>Quotes, dashes and ellipses as they are printed, for words that were typed on keys that have none. The words themselves stay as they are.</summary>
public static class Typography
{
    private static readonly SearchValues<char> Typed = SearchValues.Create("\"'-.");

    /// <summary>Beginnings of words that have lost a letter; what stands before them is an apostrophe.</summary>
    private static readonly string[] Cut = ["tis", "twas", "twere", "twill", "em", "til", "till", "cause", "bout", "round", "neath", "n"];

    /// <param name="paragraph">Quotes that it opens it may close.</param>
    /// <param name="language">A BCP 47 tag, or <c>und</c>: quotes are German in German, guillemets in French, else English.</param>
    public static string Set(string paragraph, string language)
    {
        if (!paragraph.AsSpan().ContainsAny(Typed))
        {
            return paragraph;
        }

        var marks = Marks.Of(language.Split('-')[0]);
        var set = new StringBuilder(paragraph.Length + 8);
        var lastClose = LastClose(paragraph);
        var (isOpen, isSingleOpen, opened) = (false, false, false);
        for (var i = 0; i < paragraph.Length; i++)
        {
            var c = paragraph[i];
            var (before, after) = (i == 0 ? ' ' : paragraph[i - 1], i + 1 < paragraph.Length ? paragraph[i + 1] : ' ');
            // What another opening quote stands before begins as well.
            var begins = (opened || char.IsWhiteSpace(before) || "([{“„«‘‚—–-¿¡".Contains(before)) && !char.IsWhiteSpace(after);
            opened = false;
            switch (c)
            {
                case '"' when IsWord(before) && IsWord(after):
                case '"' when char.IsDigit(before) && !isOpen:
                    set.Append(c);
                    break;
                case '"':
                    (isOpen, opened) = (begins, begins);
                    set.Append(begins ? marks.Open : marks.Close);
                    break;
                case '\'' when begins && i + 1 < lastClose && !IsApostrophe(paragraph, i):
                    (isSingleOpen, opened) = (true, true);
                    set.Append(marks.SingleOpen);
                    break;
                case '\'' when char.IsDigit(before) && !isSingleOpen && !char.IsLetter(after):
                    set.Append(c);
                    break;
                case '\'':
                    var closes = isSingleOpen && !IsWord(after);
                    isSingleOpen &= !closes;
                    set.Append(closes ? marks.SingleClose : "’");
                    break;
                case '-':
                    i += Dashes(set, paragraph, i);
                    break;
                case '.' when Run(paragraph, i) == 3:
                    set.Append('…');
                    i += 2;
                    break;
                case '.':
                    var dots = Run(paragraph, i);
                    set.Append('.', dots);
                    i += dots - 1;
                    break;
                default:
                    set.Append(c);
                    break;
            }
        }

        return set.ToString();
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c);

    private static int Run(string text, int at)
    {
        var end = at;
        while (end < text.Length && text[end] == text[at])
        {
            end++;
        }

        return end - at;
    }

    // Two or three hyphens are a dash, and so is one with a space on either side. Returns how many more characters it took.
    private static int Dashes(StringBuilder set, string text, int at)
    {
        var run = Run(text, at);
        var stands = (at == 0 || char.IsWhiteSpace(text[at - 1])) && at + 1 < text.Length && text[at + 1] is ' ';
        _ = run switch
        {
            1 => set.Append(stands ? '–' : '-'),
            2 or 3 => set.Append('—'),
            _ => set.Append('-', run),
        };
        return run - 1;
    }

    // ’tis, ’90s.
    private static bool IsApostrophe(string text, int at)
    {
        var word = at + 1;
        while (word < text.Length && char.IsLetter(text[word]))
        {
            word++;
        }

        return char.IsDigit(text[at + 1]) || Array.Exists(Cut, c => text.AsSpan(at + 1, word - at - 1).Equals(c, StringComparison.OrdinalIgnoreCase));
    }

    // Where the last quote is that could close one; without such a one behind it, none opens.
    private static int LastClose(string text)
    {
        for (var i = text.Length - 1; i > 0; i--)
        {
            if (text[i] == '\'' && !char.IsWhiteSpace(text[i - 1]) && (i + 1 == text.Length || !IsWord(text[i + 1])))
            {
                return i;
            }
        }

        return -1;
    }

    private sealed record Marks(string Open, string Close, string SingleOpen, string SingleClose)
    {
        private static readonly Marks English = new("“", "”", "‘", "’");
        private static readonly Marks German = new("„", "“", "‚", "‘");

        // With the narrow spaces that keep them at their words.
        private static readonly Marks French = new("«\u00A0", "\u00A0»", "‘", "’");

        public static Marks Of(string language) => language switch
        {
            "de" or "cs" or "sk" or "sl" or "hr" or "bg" or "is" or "lt" or "et" => German,
            "fr" => French,
            _ => English,
        };
    }
}
