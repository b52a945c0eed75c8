namespace StoryStudio.Core.Stories;

public static partial class CastProposals
{
    /// <summary>Words with capitals that stand together.</summary>
    /// <param name="Page">Whose words they are.</param>
    /// <param name="First">The first of them.</param>
    /// <param name="End">The first word after them.</param>
    private readonly record struct Chain(int Page, int First, int End);

    /// <summary>
    /// Cuts a chain in which two names met, as in “In London Anna found a hat”: where its end stands by itself, at least as often
    /// as behind its beginning, and its beginning is a place, or an “in” or “with” before it opens a sentence that wants a subject.
    /// </summary>
    private sealed class ChainCutter
    {
        private readonly List<Page> _pages;
        private readonly Dictionary<string, Usage> _usages = new(StringComparer.OrdinalIgnoreCase);
        private readonly Dictionary<string, int> _cuts = new(StringComparer.OrdinalIgnoreCase);
        private readonly HashSet<string> _cutOffPlaces = new(StringComparer.OrdinalIgnoreCase);

        private ChainCutter(List<Page> pages, List<Chain> chains)
        {
            _pages = pages;
            foreach (var chain in chains)
            {
                var name = NameOf(_pages, chain);
                Note(chain, _usages.TryGetValue(name, out var usage) ? usage : _usages[name] = new());
            }

            var several = _usages.Where(u => u.Key.Contains(' ')).Select(u => (Name: u.Key, Words: u.Key.Split(' '), Usage: u.Value)).ToList();
            foreach (var (name, words, usage) in several)
            {
                if (CutOf(words, usage, at => usage.Opening * 2 >= usage.Count || (at > 1 && IsPlaceWord(words[at - 1]))) is > 0 and var at)
                {
                    _cuts[name] = at;
                    if (usage.Located > 0)
                    {
                        _cutOffPlaces.Add(string.Join(' ', words[..at]));
                    }
                }
            }

            // Places that are known by now are so within a sentence as well.
            foreach (var (name, words, usage) in several.Where(s => !_cuts.ContainsKey(s.Name)))
            {
                if (CutOf(words, usage, at => IsKnownPlace(string.Join(' ', words[..at]))) is > 0 and var at)
                {
                    _cuts[name] = at;
                }
            }
        }

        public static IEnumerable<Chain> Cut(List<Page> pages, List<Chain> chains)
        {
            var cutter = new ChainCutter(pages, chains);
            foreach (var chain in chains)
            {
                if (cutter._cuts.TryGetValue(NameOf(pages, chain), out var at))
                {
                    yield return chain with { End = chain.First + at };
                    yield return chain with { First = chain.First + at };
                }
                else
                {
                    yield return chain;
                }
            }
        }

        private void Note(Chain chain, Usage usage)
        {
            var words = _pages[chain.Page].Words;
            usage.Count++;
            if (chain.First == 0 || !words[chain.First].Follows)
            {
                usage.Bare++;
                return;
            }

            var at = chain.First - 1;
            var hasDeterminer = CastWordLists.Determiners.Contains(words[at].Text);
            usage.Bare += hasDeterminer ? 0 : 1;
            at -= hasDeterminer && at > 0 && words[at].Follows ? 1 : 0;
            usage.Located += CastWordLists.Locatives.Contains(words[at].Text) ? 1 : 0;

            // In “To Sherlock Holmes she is the woman” it is she who is the subject.
            var opens = words[at].StartsSentence || !words[at].Follows || words[at - 1].StartsSentence;
            var goesOn = chain.End < words.Count && words[chain.End] is { Follows: true, IsCapital: false } after
                && !CastWordLists.Determiners.Contains(after.Text) && !CastWordLists.Pronouns.Contains(after.Text);
            usage.Opening += opens && goesOn && CastWordLists.Prepositions.Contains(words[at].Text) ? 1 : 0;
        }

        /// <summary>How many words are the first name's; 0 where all are one name.</summary>
        private int CutOf(string[] words, Usage usage, Func<int, bool> isReason)
        {
            for (var at = 1; at < words.Length; at++)
            {
                var (name, other) = (string.Join(' ', words[..at]), string.Join(' ', words[at..]));

                // “Old Bergen” is one place; “To Anna London seemed large” has two names that are both known.
                if (MayEndWith(words, at) && !IsPlaceWord(words[^1]) && StandsAlone(other, usage.Count)
                    && (!IsKnownPlace(other) || StandsAlone(name, usage.Count)) && isReason(at))
                {
                    return at;
                }
            }

            return 0;
        }

        /// <summary>“King”, “Mr”, “Lake” and “Saint” are only half a name.</summary>
        private static bool MayEndWith(string[] words, int end) =>
            words[end - 1] is var last && !CastWordLists.Titles.Contains(last) && !CastWordLists.Persons.Contains(last) && !CastWordLists.PlaceBeginnings.Contains(last)
            && (end > 1 || !IsPlaceWord(last));

        private bool StandsAlone(string name, int atLeast) => _usages.TryGetValue(name, out var usage) && usage.Bare >= atLeast;

        private bool IsKnownPlace(string name) =>
            _cutOffPlaces.Contains(name) || (_usages.TryGetValue(name, out var usage) && usage.Located > 0 && usage.Located * 2 >= usage.Count);

        /// <summary>How a chain is used.</summary>
        private sealed class Usage
        {
            public int Count { get; set; }

            /// <summary>How often it has no “the” or “a” before it.</summary>
            public int Bare { get; set; }

            /// <summary>How often it stands behind “in” and the like.</summary>
            public int Located { get; set; }

            /// <summary>How often it stands behind the preposition that a sentence begins with, and before what may be the verb.</summary>
            public int Opening { get; set; }
        }
    }
}
