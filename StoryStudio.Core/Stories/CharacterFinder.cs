using System.Text;

namespace StoryStudio.Core.Stories;

/// <summary>Which of a story's characters a text names.</summary>
public static class CharacterFinder
{
    /// <summary>
    /// The names that stand in the text, in the order given. Case does not matter. A name is a whole word (<c>Mira</c> is in
    /// “Mira's boat”, <c>Ann</c> is not in “Anna”) except in scripts that join words, such as Chinese, Japanese, Korean and Thai.
    /// What is part of a longer name is not found there: “Old Tom” does not name <c>Tom</c>.
    /// </summary>
    public static IReadOnlyList<string> In(string text, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(names);
        var cast = names.Select(n => (Name: n, Key: Normalize(n))).Where(n => n.Key.Length > 0).ToList();
        var normalized = Normalize(text);
        var taken = new List<(int Start, int End)>();
        var found = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var group in cast.Select(c => c.Key).Distinct(StringComparer.OrdinalIgnoreCase).GroupBy(k => k.Length).OrderByDescending(g => g.Key))
        {
            foreach (var key in group)
            {
                var at = Find(normalized, key, taken);
                if (at.Count > 0)
                {
                    found.Add(key);
                    taken.AddRange(at);
                }
            }

            taken.Sort();
        }

        return [.. cast.Where(c => found.Contains(c.Key)).Select(c => c.Name)];
    }

    private static List<(int Start, int End)> Find(string text, string name, List<(int Start, int End)> taken)
    {
        var found = new List<(int, int)>();
        for (var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0;)
        {
            var end = at + name.Length;
            var isWhole = !(JoinsWords(text, at) && IsInWord(text, at - 1)) && !(JoinsWords(text, end - 1) && IsInWord(text, end));
            if (isWhole && !IsTaken(taken, at, end))
            {
                found.Add((at, end));
            }

            at = at + 1 < text.Length ? text.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase) : -1;
        }

        return found;
    }

    private static bool IsTaken(List<(int Start, int End)> taken, int start, int end)
    {
        var index = taken.BinarySearch((start, int.MaxValue));
        var before = index >= 0 ? index : ~index - 1;
        return before >= 0 && taken[before].End >= end;
    }

    /// <summary>Whether a letter here would be one word with a letter beside it.</summary>
    private static bool JoinsWords(string text, int at) =>
        RuneAt(text, at) is { } rune && (Rune.IsLetterOrDigit(rune) || IsMark(rune)) && !IsWrittenTogether(rune);

    private static bool IsInWord(string text, int at) => JoinsWords(text, at);

    /// <summary>Scripts without spaces, and Korean, whose particles follow a name directly.</summary>
    private static bool IsWrittenTogether(Rune rune) =>
        WordCount.IsUnspaced(rune) || rune.Value is (>= 0x1100 and <= 0x11FF) or (>= 0x3130 and <= 0x318F) or (>= 0xAC00 and <= 0xD7FF);

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark;

    private static Rune? RuneAt(string text, int at)
    {
        if (at < 0 || at >= text.Length)
        {
            return null;
        }

        var start = at > 0 && char.IsLowSurrogate(text[at]) && char.IsHighSurrogate(text[at - 1]) ? at - 1 : at;
        return Rune.TryGetRuneAt(text, start, out var rune) ? rune : null;
    }

    /// <summary>One space for any white space, and one kind of apostrophe.</summary>
    private static string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text.AsSpan().Trim())
        {
            if (!char.IsWhiteSpace(c))
            {
                result.Append(c is '’' or 'ʼ' or '＇' ? '\'' : c);
            }
            else if (result[^1] != ' ')
            {
                result.Append(' ');
            }
        }

        return result.ToString();
    }
}
