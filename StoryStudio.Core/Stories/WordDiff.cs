namespace StoryStudio.Core.Stories;

/// <summary>What a piece of a text is, held against another text.</summary>
public enum DiffKind
{
    Same,
    Added,
    Removed,
}

public readonly record struct DiffPart(DiffKind Kind, string Text);

/// <summary>Two texts held against each other word by word: what stayed, what went, what came. Pure.</summary>
public static class WordDiff
{
    /// <summary>Beyond it, what differs is shown as a whole: nobody reads a thousand single words, and the look at them is quadratic.</summary>
    private const int MostWords = 1_000;

    public static IReadOnlyList<DiffPart> Of(string before, string after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var (left, right) = (Words(before), Words(after));
        var start = 0;
        while (start < left.Count && start < right.Count && left[start] == right[start])
        {
            start++;
        }

        var end = 0;
        while (end < left.Count - start && end < right.Count - start && left[^(end + 1)] == right[^(end + 1)])
        {
            end++;
        }

        var parts = new Parts();
        parts.Add(DiffKind.Same, left.Take(start));
        Middle(left[start..^end], right[start..^end], parts);
        parts.Add(DiffKind.Same, left.Skip(left.Count - end));
        return parts.All;
    }

    private static void Middle(List<string> left, List<string> right, Parts parts)
    {
        if (left.Count > MostWords || right.Count > MostWords)
        {
            parts.Add(DiffKind.Removed, left);
            parts.Add(DiffKind.Added, right);
            return;
        }

        // The longest that both have in common, from each place on.
        var common = new int[left.Count + 1, right.Count + 1];
        for (var i = left.Count - 1; i >= 0; i--)
        {
            for (var j = right.Count - 1; j >= 0; j--)
            {
                common[i, j] = left[i] == right[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        for (int i = 0, j = 0; i < left.Count || j < right.Count;)
        {
            if (i < left.Count && j < right.Count && left[i] == right[j])
            {
                parts.Add(DiffKind.Same, [left[i]]);
                (i, j) = (i + 1, j + 1);
            }
            else if (i < left.Count && (j == right.Count || common[i + 1, j] >= common[i, j + 1]))
            {
                parts.Add(DiffKind.Removed, [left[i++]]);
            }
            else
            {
                parts.Add(DiffKind.Added, [right[j++]]);
            }
        }
    }

    /// <summary>Each word with the blanks behind it, so that the parts put together are the texts again.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            while (end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            words.Add(text[at..end]);
            at = end;
        }

        return words;
    }

    private sealed class Parts
    {
        public List<DiffPart> All { get; } = [];

        public void Add(DiffKind kind, IEnumerable<string> words)
        {
            var text = string.Concat(words);
            if (text.Length == 0)
            {
                return;
            }

            if (All.Count > 0 && All[^1].Kind == kind)
            {
                All[^1] = new(kind, All[^1].Text + text);
            }
            else
            {
                All.Add(new(kind, text));
            }
        }
    }
}
