using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace StoryStudio.Core.Stories;

/// <summary>Where sentences end, in scripts with and without spaces.</summary>
internal static class SentenceEnds
{
    private const string Narrow = ".!?…‽⁇⁈⁉‼؟۔։।॥።፧᙮";
    private const string Wide = "。．！？｡︒";
    private const string Closing = "\"'”’»›«‹“‘)]}」』】》〉）］｝〗〙*_";
    private const string Opening = "\"'“„‘‚«»‹›「『《〈([（【¿¡*_—–-";

    private static readonly SearchValues<char> Terminators = SearchValues.Create(Narrow + Wide);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Abbreviations = new[]
    {
        "Mr", "Mrs", "Ms", "Mx", "Dr", "St", "Prof", "Rev", "Hon", "Capt", "Cpt", "Col", "Gen", "Lt", "Sgt", "Sr", "Jr", "No", "Vol", "vs", "cf", "ca", "approx",
        "Mme", "Mlle", "MM", "Hr", "Fr", "Frl", "Nr", "Bd", "bzw", "vgl", "Sra", "Srta", "Sig", "Dott", "Ing", "Mag", "dhr", "mevr", "ул", "им", "св", "тов",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The place after the first sentence of the range, its closing quotes included; <paramref name="end"/> where it has only one.</summary>
    public static int Next(string text, int start, int end)
    {
        var at = start;
        while (at < end && text.AsSpan(at, end - at).IndexOfAny(Terminators) is var offset and >= 0)
        {
            var mark = at + offset;
            var afterMarks = mark + 1;
            while (afterMarks < end && Terminators.Contains(text[afterMarks]))
            {
                afterMarks++;
            }

            var close = SkipClosing(text, afterMarks, end);
            if (close >= end)
            {
                return end;
            }

            if (EndsHere(text, mark, afterMarks, close, end))
            {
                return close;
            }

            at = close;
        }

        return end;
    }

    /// <summary>Whether a line ends as a sentence does, or leads into speech with a colon.</summary>
    public static bool IsAtEndOf(ReadOnlySpan<char> line)
    {
        var rest = line.TrimEnd().TrimEnd(Closing);
        return !rest.IsEmpty && (Terminators.Contains(rest[^1]) || rest[^1] is ':' or '：');
    }

    /// <summary>Whether a line begins as speech does.</summary>
    public static bool OpensSpeech(ReadOnlySpan<char> line) => !line.IsEmpty && "\"“„«»‹›「『—–-".Contains(line[0]);

    /// <summary>The beginning of a text, at most so long: whole sentences where that keeps half of it, else whole words, else whole characters.</summary>
    public static string Truncate(string text, int maxLength)
    {
        if (text.Length <= maxLength)
        {
            return text;
        }

        var kept = 0;
        for (var next = Next(text, 0, text.Length); next <= maxLength; next = Next(text, next, text.Length))
        {
            kept = next;
        }

        if (kept >= maxLength / 2)
        {
            return text[..kept].TrimEnd();
        }

        var floor = Graphemes.Floor(text, maxLength);
        var space = text.AsSpan(0, floor).LastIndexOfAny(" \n\t");
        return text[..(space >= maxLength / 2 ? space : floor)].TrimEnd();
    }

    private static int SkipClosing(string text, int at, int end)
    {
        // « Bonjour. » — French sets a no-break space before the closing quote.
        if (at + 1 < end && text[at] is '\u00A0' or '\u202F' && text[at + 1] is '»' or '›')
        {
            at++;
        }

        while (at < end && Closing.Contains(text[at]))
        {
            at++;
        }

        return at;
    }

    private static bool EndsHere(string text, int mark, int afterMarks, int close, int end)
    {
        if (!char.IsWhiteSpace(text[close]))
        {
            var wide = Wide.Contains(text[afterMarks - 1]) || (Rune.TryGetRuneAt(text, close, out var next) && WordCount.IsUnspaced(next));
            return wide && Graphemes.EndsBefore(text, close);
        }

        var begin = Graphemes.SkipWhiteSpace(text, close, end);
        return begin > close && !GoesOn(text, begin, end) && !IsAbbreviation(text, mark, afterMarks);
    }

    /// <summary>“Why?” she asked: what goes on in small letters is the same sentence.</summary>
    private static bool GoesOn(string text, int at, int end)
    {
        while (at < end && Opening.Contains(text[at]))
        {
            at++;
        }

        return at < end && char.IsLower(text[at]);
    }

    private static bool IsAbbreviation(string text, int mark, int afterMarks)
    {
        if (text[mark] != '.' || afterMarks - mark > 1)
        {
            return false;
        }

        var start = mark;
        while (start > 0 && mark - start < 8 && char.IsLetterOrDigit(text[start - 1]))
        {
            start--;
        }

        var word = text.AsSpan(start, mark - start);
        return word.Length switch
        {
            0 => false,
            1 when char.IsUpper(word[0]) => word[0] != 'I',
            <= 2 when char.IsAsciiDigit(word[0]) => true,
            _ => Abbreviations.Contains(word),
        };
    }
}
