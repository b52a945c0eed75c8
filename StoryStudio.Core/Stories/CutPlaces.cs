namespace StoryStudio.Core.Stories;

/// <summary>Where an author may want to cut a segment in two.</summary>
public static class CutPlaces
{
    private const string ClauseMarks = ",;:，；：、､،؛—–";

    /// <summary>
    /// Positions in UTF-16 units, rising, each with visible characters on both sides: after the sentences; in a single sentence
    /// after its clauses; in a single clause after its words. Empty where there is only one word.
    /// </summary>
    public static IReadOnlyList<int> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.AsSpan().TrimEnd().Length;
        foreach (var next in (Func<int, int>[])[at => SentenceEnds.Next(text, at, end), at => NextClause(text, at, end), at => NextWord(text, at, end)])
        {
            var places = Walk(next, Graphemes.SkipWhiteSpace(text, 0, end), end);
            if (places.Count > 0)
            {
                return places;
            }
        }

        return [];

        List<int> Walk(Func<int, int> next, int start, int last)
        {
            var places = new List<int>();
            for (var at = next(start); at < last; at = next(Graphemes.SkipWhiteSpace(text, at, last)))
            {
                places.Add(at);
            }

            return places;
        }
    }

    private static int NextClause(string text, int start, int end)
    {
        for (var at = start + 1; at < end; at++)
        {
            if (ClauseMarks.Contains(text[at - 1]) && Graphemes.EndsBefore(text, at) && (char.IsWhiteSpace(text[at]) || text[at - 1] >= '\u3000'))
            {
                return at;
            }
        }

        return end;
    }

    private static int NextWord(string text, int start, int end)
    {
        for (var at = start + 1; at < end; at++)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                return at;
            }
        }

        return end;
    }
}
