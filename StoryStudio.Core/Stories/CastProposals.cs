using System.Buffers;
using System.Text.RegularExpressions;

namespace StoryStudio.Core.Stories;

/// <summary>
/// Finds who and what a story comes back to: names by their capitals, where something other than the start of a sentence explains them no
/// better, and those that go by what they are, like “the old king”. A first proposal for the author, not a judgement. Texts in scripts
/// without capitals give none. Pure; time grows with the text's length and nothing else.
/// </summary>
public static partial class CastProposals
{
    private const int Most = 30;
    private const int MostUnnamedPlaces = 6;
    private const int LongestName = 4;
    private const int ExcerptBefore = 60;
    private const int ExcerptAfter = 80;

    private static readonly SearchValues<char> Ends = SearchValues.Create(".!?…:;\u2022");

    /// <summary>Where more words than these start with a capital within sentences, capitals say nothing of names: German nouns have them all.</summary>
    private const double CapitalsOfNouns = 0.15;

    /// <summary>Characters first, then places, each by how often they are named.</summary>
    /// <param name="segments">Numbers and texts, in order.</param>
    /// <param name="known">Names that need no proposal: of the cast, and those that were dismissed.</param>
    public static IReadOnlyList<CastProposal> Find(IEnumerable<(string Number, string Text)> segments, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentNullException.ThrowIfNull(known);
        var pages = segments.Select(s => new Page(s.Number, s.Text, Read(s.Text))).ToList();
        var words = WordStatistics.Of(pages.SelectMany(p => p.Words));
        var named = Named(pages, words);
        var unnamed = Unnamed(pages, named);
        var taken = known.Select(Bare).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. named.Concat(unnamed)
                .Where(g => !g.Spellings.Keys.Append(g.Name).Any(s => taken.Contains(Bare(s))))
                .OrderBy(g => g.Kind).ThenByDescending(g => g.Count).ThenBy(g => g.First).ThenBy(g => g.Name, StringComparer.Ordinal)
                .Take(Most)
                .Select(g => g.ToProposal(pages)),
        ];
    }

    private static string Bare(string name)
    {
        var trimmed = name.Trim().Replace('’', '\'');
        return trimmed.StartsWith("the ", StringComparison.OrdinalIgnoreCase) ? trimmed[4..] : trimmed;
    }

    private static List<Word> Read(string text)
    {
        var read = new List<Word>();
        var blankAbove = true;
        for (var start = 0; start < text.Length;)
        {
            var offset = text.AsSpan(start).IndexOf('\n');
            var end = offset < 0 ? text.Length : start + offset;
            var line = text.AsSpan(start, end - start).Trim();

            // Capitals in a heading are the printer's.
            var kind = SceneMarks.Classify(line, blankAbove);
            blankAbove = kind != LineKind.Text || line.IsEmpty;
            if (kind == LineKind.Text)
            {
                ReadLine(text, start, end, read);
            }

            start = end + 1;
        }

        return read;
    }

    private static void ReadLine(string text, int start, int end, List<Word> read)
    {
        var before = start;
        foreach (var match in WordPattern().EnumerateMatches(text.AsSpan(start, end - start)))
        {
            var at = start + match.Index;
            var word = text.AsSpan(at, match.Length);
            var isPossessive = word.Length > 2 && word[^1] == 's' && word[^2] is '\'' or '’';
            word = isPossessive ? word[..^2] : word;
            var gap = text.AsSpan(before, at - before);
            var afterTitle = read.Count > 0 && before > start && gap is ". " or " " && CastWordLists.Titles.Contains(read[^1].Text);
            read.Add(new(
                word.ToString(),
                at,
                StartsSentence: before == start || (!afterTitle && (gap.ContainsAny(Ends) || "\"“„«»‹›‘'‚([*_".Contains(gap[^1]))),
                Follows: before > start && (gap is " " || afterTitle),
                isPossessive));
            before = at + match.Length;
        }
    }

    private static List<Group> Named(List<Page> pages, WordStatistics statistics)
    {
        var groups = new Dictionary<string, Group>(StringComparer.OrdinalIgnoreCase);
        foreach (var chain in ChainCutter.Cut(pages, Chains(pages, statistics)))
        {
            var words = pages[chain.Page].Words;
            var name = NameOf(pages, chain);
            var group = groups.TryGetValue(name, out var known) ? known : groups[name] = new(name);
            group.Add(name, chain.Page, words[chain.First].At);
            group.Note(chain.First > 0 ? words[chain.First - 1] : null, words[chain.First], chain.End < words.Count ? words[chain.End] : null);
        }

        Gather(groups);
        var named = groups.Values.Where(g => statistics.Accepts(g)).ToList();
        named.ForEach(g => g.Judge());
        return named;
    }

    private static List<Chain> Chains(List<Page> pages, WordStatistics statistics)
    {
        var chains = new List<Chain>();
        for (var page = 0; page < pages.Count; page++)
        {
            var words = pages[page].Words;
            for (var i = 0; i < words.Count; i++)
            {
                var first = i;
                if (!WordStatistics.MayBeName(words[i]))
                {
                    continue;
                }

                while (i + 1 < words.Count && i + 1 - first < LongestName && words[i + 1].Follows && !words[i].IsPossessive && WordStatistics.MayBeName(words[i + 1]))
                {
                    i++;
                }

                // A title alone is nobody; neither is a word that a sentence begins with and that is common elsewhere.
                while (first <= i && words[first].StartsSentence && statistics.IsCommon(words[first]))
                {
                    first++;
                }

                if (first < i || (first == i && !CastWordLists.Titles.Contains(words[first].Text)))
                {
                    chains.Add(new(page, first, i + 1));
                }
            }
        }

        return chains;
    }

    private static string NameOf(List<Page> pages, Chain chain) => string.Join(' ', pages[chain.Page].Words[chain.First..chain.End].Select(w => w.Proper));

    /// <summary>“Tom” is the Tom of “Tom Sawyer”, where there is no other.</summary>
    private static void Gather(Dictionary<string, Group> groups)
    {
        foreach (var part in groups.Values.Where(g => !g.Name.Contains(' ')).ToList())
        {
            var whole = groups.Values.Where(g => g.Name.Contains(' ') && g.Name.Split(' ').Contains(part.Name, StringComparer.OrdinalIgnoreCase)).Take(2).ToList();
            if (whole is [var one])
            {
                one.Take(part);
                groups.Remove(part.Name);
            }
        }
    }

    private static bool IsPlaceWord(string word) => CastWordLists.Places.Contains(word) || CastWordLists.PlaceMarks.Contains(word);

    private static List<Group> Unnamed(List<Page> pages, List<Group> named)
    {
        var byNoun = new Dictionary<string, List<Mention>>(StringComparer.OrdinalIgnoreCase);
        for (var page = 0; page < pages.Count; page++)
        {
            var words = pages[page].Words;
            for (var i = 1; i < words.Count; i++)
            {
                if ((CastWordLists.Persons.Contains(words[i].Text) || CastWordLists.Places.Contains(words[i].Text)) && Definite(words, i) is { } quality)
                {
                    (byNoun.TryGetValue(words[i].Text, out var mentions) ? mentions : byNoun[words[i].Text] = []).Add(new(quality.Quality, quality.Article, page, quality.At));
                }
            }
        }

        var found = new List<Group>();
        var ofNames = named.SelectMany(g => g.Name.Split(' ')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (noun, mentions) in byNoun.Where(n => !ofNames.Contains(n.Key)))
        {
            var kind = CastWordLists.Persons.Contains(noun) ? CastKind.Character : CastKind.Place;
            if (mentions.Count >= 2 && (kind is CastKind.Character || mentions.Select(m => m.Page).Distinct().Count() > 1))
            {
                found.AddRange(Grouped(noun, kind, mentions));
            }
        }

        return [.. found.Where(g => g.Kind is CastKind.Character), .. found.Where(g => g.Kind is CastKind.Place).OrderByDescending(g => g.Count).ThenBy(g => g.First).Take(MostUnnamedPlaces)];
    }

    /// <summary>What stands between “the” and the noun, where “the” is there; German articles tell nothing of what is between.</summary>
    private static (string Quality, string Article, int At)? Definite(List<Word> words, int noun)
    {
        for (var i = noun - 1; i >= Math.Max(0, noun - 3) && words[i + 1].Follows && !words[i].IsPossessive; i--)
        {
            var word = words[i].Text.ToLowerInvariant();
            if (word is "the")
            {
                var between = words[(i + 1)..noun];
                return (between.Exists(w => CastWordLists.NoQualities.Contains(w.Text)) ? "" : string.Join(' ', between.Select(w => w.Text)), "The", words[i].At);
            }

            if (word is "der" or "die" or "das" or "dem" or "den" or "des" && char.IsUpper(words[noun].Text[0]))
            {
                return ("", "", words[noun].At);
            }

            // “In the morning a fox”: what the noun belongs to begins here, and is not definite.
            if (word is "a" or "an" or "another" or "every" or "each" or "some" or "no" or "his" or "her" or "its" or "their" or "my" or "your" or "our" || !char.IsLower(words[i].Text[0]))
            {
                return null;
            }
        }

        return null;
    }

    private static IEnumerable<Group> Grouped(string noun, CastKind kind, List<Mention> mentions)
    {
        var article = mentions[0].Article;
        var told = mentions.Where(m => m.Quality.Length > 0).GroupBy(m => m.Quality, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1 || mentions.Count <= 3).OrderByDescending(g => g.Count()).ToList();
        var plain = article.Length == 0 ? noun : $"{article} {noun.ToLowerInvariant()}";
        if (told.Count != 1)
        {
            // Several kings, each with a quality of his own, or one without any.
            foreach (var quality in told.Where(g => g.Count() > 1))
            {
                yield return Made($"{article} {quality.Key.ToLowerInvariant()} {noun.ToLowerInvariant()}", quality);
            }

            var rest = mentions.Where(m => !told.Exists(g => g.Count() > 1 && g.Key.Equals(m.Quality, StringComparison.OrdinalIgnoreCase))).ToList();
            if (rest.Count > 1)
            {
                yield return Made(plain, rest);
            }

            yield break;
        }

        var full = $"{article} {told[0].Key.ToLowerInvariant()} {noun.ToLowerInvariant()}";
        var one = Made(full, mentions);
        if (told[0].Count() < mentions.Count)
        {
            one.Also(char.ToLowerInvariant(plain[0]) + plain[1..]);
        }

        yield return one;

        Group Made(string name, IEnumerable<Mention> all)
        {
            var group = new Group(name) { Kind = kind };
            foreach (var mention in all)
            {
                group.Add(name, mention.Page, mention.At);
            }

            return group;
        }
    }

    [GeneratedRegex(@"[\p{L}\p{M}]+(?:['’ʼ\-‐][\p{L}\p{M}]+)*", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex WordPattern();

    private sealed record Page(string Number, string Text, List<Word> Words);

    /// <summary>One “the old king”: what stands between the article and the noun, the article as a name begins with it, and where that is.</summary>
    private sealed record Mention(string Quality, string Article, int Page, int At);

    /// <param name="Text">Without its possessive ending.</param>
    /// <param name="At">Where in its segment.</param>
    /// <param name="StartsSentence">Whether it has its capital, if any, from where it stands.</param>
    /// <param name="Follows">Whether nothing but a space is between it and the word before.</param>
    /// <param name="IsPossessive">Whether it was “Mira's”.</param>
    internal readonly record struct Word(string Text, int At, bool StartsSentence, bool Follows, bool IsPossessive)
    {
        public bool IsCapital => char.IsUpper(Text[0]) || char.GetUnicodeCategory(Text[0]) is System.Globalization.UnicodeCategory.TitlecaseLetter;

        /// <summary>A word in capitals is shouted, and no more of a name than in small letters.</summary>
        public bool IsShouted => Text.Length > 1 && Text.All(c => !char.IsLower(c));

        public string Proper => IsShouted ? Text[..1] + Text[1..].ToLowerInvariant() : Text;
    }
}
