using System.Collections.Frozen;
using System.Globalization;

namespace StoryStudio.Core.Providers.Sketch.Reading;

/// <summary>A motif that a word brings along, and how strongly.</summary>
internal readonly record struct Hint(Motif Motif, double Weight);

/// <summary>What words mean to the illustrator. Common endings are forgiven, so that most forms of a word are found by its stem.</summary>
internal static class Vocabulary
{
    private const int ShortestStem = 3;
    private const int ShortestTail = 4;

    private static readonly FrozenDictionary<string, Hint[]> English = Read(Words.English);

    private static readonly FrozenDictionary<string, Hint[]>[] Others =
        [Read(Words.German), Read(Words.French), Read(Words.Spanish), Read(Words.Signs)];

    private static readonly FrozenSet<string> Unpictured = Words.Unpictured.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] EnglishEndings = ["'s", "’s", "s", "es", "ed", "d", "ing"];

    private static readonly string[] OtherEndings = ["s", "es", "n", "en", "e", "er", "em", "x", "in"];

    /// <summary>What a lower-case word brings into a picture: nothing for most words.</summary>
    public static ReadOnlySpan<Hint> Find(string word, Tongue tongue)
    {
        if (Unpictured.Contains(word))
        {
            return [];
        }

        if (tongue is Tongue.English or Tongue.Unknown && Find(English, word) is { } english)
        {
            return english;
        }

        if (tongue is Tongue.English && char.IsAsciiLetter(word[0]))
        {
            return [];
        }

        foreach (var table in tongue is > Tongue.English ? [Others[tongue - Tongue.German], Others[^1]] : Others)
        {
            if (Find(table, word) is { } hints)
            {
                return hints;
            }
        }

        return tongue is Tongue.German ? FindTail(Others[0], word) : [];
    }

    private static Hint[]? Find(FrozenDictionary<string, Hint[]> table, string word)
    {
        if (table.TryGetValue(word, out var hints))
        {
            return hints;
        }

        if (word.EndsWith("ies", StringComparison.Ordinal) && table.TryGetValue(word[..^3] + "y", out hints))
        {
            return hints;
        }

        foreach (var ending in ReferenceEquals(table, English) ? EnglishEndings : OtherEndings)
        {
            if (word.Length - ending.Length < ShortestStem || !word.EndsWith(ending, StringComparison.Ordinal))
            {
                continue;
            }

            var stem = word[..^ending.Length];
            if (ending is "d" && stem[^1] is not 'e')
            {
                // A beard is no bear, and a card no car.
                continue;
            }

            if (table.TryGetValue(stem, out hints)
                || (ending is "ing" or "ed" && (table.TryGetValue(stem + "e", out hints)
                    || (stem.Length > ShortestStem && stem[^1] == stem[^2] && table.TryGetValue(stem[..^1], out hints)))))
            {
                return hints;
            }
        }

        return null;
    }

    /// <summary>German joins nouns, and the last one says what it is: a Fischerboot is a Boot.</summary>
    private static Hint[] FindTail(FrozenDictionary<string, Hint[]> table, string word)
    {
        for (var start = 2; start <= word.Length - ShortestTail; start++)
        {
            if (Find(table, word[start..]) is { } hints)
            {
                return hints;
            }
        }

        return [];
    }

    private static FrozenDictionary<string, Hint[]> Read(string table)
    {
        var words = new Dictionary<string, Hint[]>(StringComparer.Ordinal);
        foreach (var line in table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (hints, list) = line.Split('|') is [var left, var right] ? (left, right) : throw new FormatException(line);
            var meaning = hints.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ReadHint).ToArray();
            foreach (var word in list.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                words.TryAdd(word, meaning);
            }
        }

        return words.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static Hint ReadHint(string text)
    {
        var parts = text.Split(':');
        return new Hint(Enum.Parse<Motif>(parts[0]), parts.Length > 1 ? double.Parse(parts[1], CultureInfo.InvariantCulture) : 1);
    }
}
