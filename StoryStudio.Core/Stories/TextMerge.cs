namespace StoryStudio.Core.Stories;

/// <summary>One text changed by two people at once.</summary>
public static class TextMerge
{
    /// <summary>
    /// The text with both changes, where each is one stretch of it and neither reaches into the other; null where they do. What was put in at
    /// the very same place stands there one after the other, <paramref name="mine"/> first; what both did alike, once.
    /// </summary>
    /// <param name="before">What both began with.</param>
    /// <param name="mine">What one made of it.</param>
    /// <param name="theirs">What the other made of it.</param>
    public static string? Both(string before, string mine, string theirs)
    {
        if (mine == theirs)
        {
            return mine;
        }

        var (one, other) = (Stretch.Of(before, mine), Stretch.Of(before, theirs));
        return one.End <= other.Start ? Put(before, one, other)
            : other.End <= one.Start ? Put(before, other, one)
            : null;
    }

    private static string Put(string before, Stretch first, Stretch second) =>
        $"{before[..first.Start]}{first.Words}{before[first.End..second.Start]}{second.Words}{before[second.End..]}";

    /// <summary>The one stretch in which two texts differ.</summary>
    /// <param name="Start">In the text before, UTF-16 units.</param>
    /// <param name="End">The first unit behind it.</param>
    /// <param name="Words">What stands there in the text after.</param>
    private readonly record struct Stretch(int Start, int End, string Words)
    {
        public static Stretch Of(string before, string after)
        {
            var shorter = Math.Min(before.Length, after.Length);
            var start = before.AsSpan().CommonPrefixLength(after);
            start -= start > 0 && char.IsHighSurrogate(before[start - 1]) ? 1 : 0;
            var same = 0;
            while (same < shorter - start && before[^(same + 1)] == after[^(same + 1)])
            {
                same++;
            }

            same -= same > 0 && char.IsLowSurrogate(before[^same]) ? 1 : 0;
            return new(start, before.Length - same, after[start..^same]);
        }
    }
}
