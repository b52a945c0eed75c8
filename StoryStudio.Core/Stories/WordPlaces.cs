using System.Text;

namespace StoryStudio.Core.Stories;

/// <summary>Where a text may be cut between two words. The page's script goes by the same rules.</summary>
internal static class WordPlaces
{
    /// <summary>
    /// Positions in UTF-16 units, rising, each after the last character of a word and with visible characters on both sides. In scripts
    /// that put no spaces between words, each character is one.
    /// </summary>
    public static IReadOnlyList<int> Of(string text)
    {
        var places = new List<int>();
        var end = text.AsSpan().TrimEnd().Length;
        var at = Graphemes.SkipWhiteSpace(text, 0, end);
        while (at < end)
        {
            var next = at + Graphemes.LengthAt(text, at);
            if (next < end && (IsSpace(text, next) || (IsUnspaced(text, at) && IsUnspaced(text, next))))
            {
                places.Add(next);
                next = Graphemes.SkipWhiteSpace(text, next, end);
            }

            at = next;
        }

        return places;
    }

    /// <summary>The index of the last place at or before a position; -1 where there is none.</summary>
    public static int Before(IReadOnlyList<int> places, int position)
    {
        var (low, high) = (0, places.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = places[middle] <= position ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }

    private static bool IsSpace(string text, int at) => char.IsWhiteSpace(text[at]) && Graphemes.SkipWhiteSpace(text, at, text.Length) > at;

    private static bool IsUnspaced(string text, int at) => Rune.TryGetRuneAt(text, at, out var rune) && WordCount.IsUnspaced(rune) && Rune.IsLetter(rune);
}
