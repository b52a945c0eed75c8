namespace StoryStudio.Core.Stories;

public static partial class CastProposals
{
    /// <summary>How the words of a whole text are written.</summary>
    private sealed class WordStatistics
    {
        private readonly Dictionary<string, int> _small = new(StringComparer.OrdinalIgnoreCase);
        private readonly Dictionary<string, int> _capital = new(StringComparer.OrdinalIgnoreCase);
        private bool _nounsHaveCapitals;

        public static WordStatistics Of(IEnumerable<Word> words)
        {
            var statistics = new WordStatistics();
            var (within, capitals) = (0, 0);
            foreach (var word in words)
            {
                var counts = word.IsCapital ? statistics._capital : statistics._small;
                counts[word.Text] = counts.GetValueOrDefault(word.Text) + 1;
                if (!word.StartsSentence)
                {
                    within++;
                    capitals += word.IsCapital && !word.IsShouted ? 1 : 0;
                }
            }

            statistics._nounsHaveCapitals = within >= 40 && capitals > within * CapitalsOfNouns;
            return statistics;
        }

        /// <summary>Whether it may be a name or a part of one.</summary>
        public static bool MayBeName(Word word) =>
            word.IsCapital && (CastWordLists.Titles.Contains(word.Text) || !CastWordLists.NeverNames.Contains(word.Text));

        /// <summary>Whether a text has the word in small letters too, or one begins sentences with it.</summary>
        public bool IsCommon(Word word) => CastWordLists.Openers.Contains(word.Text) || _small.GetValueOrDefault(word.Text) > 0;

        public bool Accepts(Group group)
        {
            if (group.Count < 2 || group.Name.Length is < 2 or > Character.MaxNameLength)
            {
                return false;
            }

            var isOne = !group.Name.Contains(' ');
            if (isOne && (CastWordLists.Openers.Contains(group.Name) || _small.GetValueOrDefault(group.Name) * 2 > _capital.GetValueOrDefault(group.Name)))
            {
                return false;
            }

            // “The Whispering Wood” keeps its article; a “Summer House” that is mostly “a” or “his” has no name.
            var withDeterminer = group.WithDeterminer - (IsNamedPlace(group) ? group.WithArticle : 0);
            return _nounsHaveCapitals
                ? group.Count >= 3 && withDeterminer * 5 <= group.Count && group.Within > 0
                : withDeterminer * 2 <= group.Count && (group.Within > 0 || (group.Count >= 3 && group.Deeds * 2 >= group.Count));
        }

        /// <summary>Whether a place is called so, and not only what it is: some word of it has its capital from the name.</summary>
        private bool IsNamedPlace(Group group) =>
            group.Words is var words && group.IsCalledPlace && (IsPlaceWord(words[^1]) || group.Deeds * 2 < group.Count)
            && words.Any(w => _small.GetValueOrDefault(w) * 2 <= _capital.GetValueOrDefault(w));
    }

    /// <summary>Somebody, or a place, with all that the text says of them.</summary>
    private sealed class Group(string name)
    {
        private readonly List<(int Page, int At)> _places = [];
        private readonly List<string> _aliases = [];
        private int _locative;
    
        public string Name { get; } = name;

        public string[] Words => Name.Split(' ');

        /// <summary>Whether its name says that it is a place: a “Sea Witch” is none.</summary>
        public bool IsCalledPlace => Words is { Length: > 1 } words && (IsPlaceWord(words[^1]) || (IsPlaceWord(words[0]) && !CastWordLists.Persons.Contains(words[^1])));

        public CastKind Kind { get; set; }

        public Dictionary<string, int> Spellings { get; } = new(StringComparer.OrdinalIgnoreCase);

        public int Count => _places.Count;

        /// <summary>How often it stands within a sentence, where a capital says something.</summary>
        public int Within { get; private set; }

        public int WithDeterminer { get; private set; }

        /// <summary>How often that determiner is “the”.</summary>
        public int WithArticle { get; private set; }

        /// <summary>How often it stands beside what persons do.</summary>
        public int Deeds { get; private set; }

        public (int Page, int At) First => _places.Min();

        public void Add(string spelling, int page, int at)
        {
            Spellings[spelling] = Spellings.GetValueOrDefault(spelling) + 1;
            _places.Add((page, at));
        }

        public void Also(string alias)
        {
            _aliases.Add(alias);
            Spellings.TryAdd(alias, 0);
        }

        public void Note(Word? before, Word first, Word? after)
        {
            Within += first.StartsSentence || first.IsShouted ? 0 : 1;
            if (first.Follows && before is { } b)
            {
                WithDeterminer += CastWordLists.Determiners.Contains(b.Text) ? 1 : 0;
                WithArticle += CastWordLists.Articles.Contains(b.Text) ? 1 : 0;
                _locative += CastWordLists.Locatives.Contains(b.Text) ? 1 : 0;
                Deeds += CastWordLists.Deeds.Contains(b.Text) ? 1 : 0;
            }

            Deeds += after is { Follows: true } a && CastWordLists.Deeds.Contains(a.Text) ? 1 : 0;
        }

        /// <summary>The other is the same under another name.</summary>
        public void Take(Group other)
        {
            _places.AddRange(other._places);
            (Within, WithDeterminer, WithArticle, _locative, Deeds) =
                (Within + other.Within, WithDeterminer + other.WithDeterminer, WithArticle + other.WithArticle, _locative + other._locative, Deeds + other.Deeds);
            foreach (var (spelling, count) in other.Spellings)
            {
                Spellings[spelling] = Spellings.GetValueOrDefault(spelling) + count;
            }

            _aliases.Add(other.Name);
        }

        /// <summary>Whether it is a place.</summary>
        public void Judge() =>
            Kind = IsCalledPlace || (_locative > 1 && _locative * 2 >= Count && _locative > Deeds) ? CastKind.Place : CastKind.Character;

        public CastProposal ToProposal(IReadOnlyList<Page> pages)
        {
            var (page, at) = First;
            return new()
            {
                Name = Name,
                Kind = Kind,
                Aliases = _aliases,
                Count = Count,
                Segments = [.. _places.Select(p => p.Page).Distinct().Order().Select(p => pages[p].Number)],
                Excerpt = Excerpt(pages[page].Text, at),
            };
        }

        private static string Excerpt(string text, int at)
        {
            var start = at <= ExcerptBefore ? 0 : text.IndexOf(' ', at - ExcerptBefore, ExcerptBefore) is var space and >= 0 ? space + 1 : at;
            var cut = Math.Min(text.Length, at + ExcerptAfter);
            var end = cut == text.Length ? cut : text.LastIndexOf(' ', cut - 1, cut - at) is var last and > 0 ? last : Graphemes.Floor(text, cut);
            var words = TitleText.Clean(text[start..Math.Max(end, at)]);
            return $"{(start > 0 ? "…" : "")}{words}{(end < text.Length ? "…" : "")}";
        }
    }
}
