using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Providers.Sketch.Reading;

/// <summary>Finds out who is in the picture: the characters that were given, then people that the words speak of.</summary>
internal static class Cast
{
    private static readonly HashSet<string> NeverNames = new(
        ("i i'm i'll i've i'd the a an and but or so then when while once one two three four five six seven eight nine ten she he it they we you her his my our your their this that these "
        + "those there here where what who why how if as at in on by for from with after before until under over into every each all some many "
        + "no not yes oh ah hey hello dear please thank thanks good mr mrs ms miss sir madam monday tuesday wednesday thursday friday saturday "
        + "sunday january february march april may june july august september october november december christmas god english french german "
        + "suddenly finally slowly perhaps maybe still now soon just even only never always again later yesterday today tomorrow outside above "
        + "below behind beside between somewhere nobody everyone everybody something nothing far up down out off let come look wait go chapter scene part "
        + "le la les un une et mais il elle ils el los las una y pero ella que").Split(' '),
        StringComparer.Ordinal);

    public static List<Figure> Of(IReadOnlyList<Token> words, Tongue tongue, Tally tally, IReadOnlyList<CharacterLook> characters, int most)
    {
        var cast = new List<Figure>();
        var kinds = new HashSet<Motif>();
        foreach (var character in characters.Take(most))
        {
            var said = Tokens.Of(character.Name + "\n" + character.Description);
            var kind = KindOf(said, out var old);
            if (kind is { } known)
            {
                kinds.Add(known);
            }

            cast.Add(new Figure(character.Name.Trim(), LookReader.Read(character.Name, kind, old, said)));
        }

        // Given characters are most of the people already: "the girl" is one of them.
        if (characters.Count == 0)
        {
            AddNames(cast, words, tongue, most);
        }

        AddPeople(cast, kinds, words, tally, most);
        return cast;
    }

    /// <summary>People by what they are: a girl, an old fisherman.</summary>
    private static void AddPeople(List<Figure> cast, HashSet<Motif> kinds, IReadOnlyList<Token> words, Tally tally, int most)
    {
        var named = cast.Count;
        var people = tally.Ranked(Motifs.IsPerson).Where(kind => named == 0 || IsDistinct(kind)).ToList();
        foreach (var kind in people.Where(kind => !kinds.Contains(kind)).Take(Math.Min(most - named, named > 0 ? 1 : 3)))
        {
            var old = tally[Motif.Old] > 0 && kind is Motif.Man or Motif.Woman or Motif.Sailor;
            var says = people.Count == 1 && named == 0 ? words : [];
            cast.Add(new Figure(null, LookReader.Read(kind.ToString(), kind, old, says)));
            if (kind is Motif.Child && cast.Count < most && words.Any(word => word.Text is "children" or "kids" or "kinder" or "enfants" or "niños" or "pupils"))
            {
                cast.Add(new Figure(null, LookReader.Read("another child", kind, old: false, says)));
            }
        }
    }

    /// <summary>Somebody who is hardly one of those named already.</summary>
    private static bool IsDistinct(Motif kind) =>
        kind is Motif.OldMan or Motif.OldWoman or Motif.King or Motif.Queen or Motif.Witch or Motif.Wizard or Motif.Sailor or Motif.Baker or Motif.Knight or Motif.Robot;

    /// <summary>Names that nobody introduced: capitals inside a sentence, or words that open one and are no words otherwise.</summary>
    private static void AddNames(List<Figure> cast, IReadOnlyList<Token> words, Tongue tongue, int most)
    {
        if (tongue is Tongue.German or Tongue.Unknown)
        {
            return;
        }

        var lower = words.Where(word => !word.Capital).Select(word => word.Text).ToHashSet(StringComparer.Ordinal);
        var names = words
            .Select((word, place) => (word, place))
            .Where(at => at.word.Capital && at.word.Text.Length > 1 && !NeverNames.Contains(at.word.Text) && !lower.Contains(at.word.Text))
            .GroupBy(at => Base(at.word.Text), StringComparer.Ordinal)
            .Where(group => !lower.Contains(group.Key) && group.Any(at => !at.word.Opens || Acts(words, at.place)) && IsNoPlace(group.Key, tongue))
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.First().place);
        foreach (var group in names.Take(Math.Min(2, most)))
        {
            var first = group.First();
            Motif? title = first.place > 0 ? PersonOf(words[first.place - 1].Text, tongue) : null;
            cast.Add(new Figure(Trim(first.word.Written), LookReader.Read(group.Key, title, old: false, [])));
        }
    }

    private static string Base(string word) => word.EndsWith("'s", StringComparison.Ordinal) || word.EndsWith("’s", StringComparison.Ordinal) ? word[..^2] : word;

    private static string Trim(string word) => Base(word);

    /// <summary>Whether what follows reads like a deed: "Mina ran", "Tom and Ana".</summary>
    private static bool Acts(IReadOnlyList<Token> words, int place) =>
        place + 1 < words.Count
        && words[place + 1].Text is var next
        && (next.EndsWith("ed", StringComparison.Ordinal)
            || next is "and" or "was" or "had" or "ran" or "said" or "saw" or "took" or "went" or "is" or "sat" or "stood" or "held" or "could" or "did"
                or "knew" or "felt" or "found" or "put" or "came" or "made" or "thought" or "heard" or "told" or "gave" or "got" or "let" or "y" or "et" or "est");

    private static bool IsNoPlace(string word, Tongue tongue)
    {
        foreach (var hint in Vocabulary.Find(word, tongue))
        {
            if (!hint.Motif.IsAnimal())
            {
                return false;
            }
        }

        return true;
    }

    private static Motif? PersonOf(string word, Tongue tongue)
    {
        foreach (var hint in Vocabulary.Find(word, tongue))
        {
            if (hint.Motif.IsPerson() || hint.Motif.IsAnimal())
            {
                return hint.Motif;
            }
        }

        return null;
    }

    /// <summary>What a description says somebody is: the first person or animal that it names.</summary>
    private static Motif? KindOf(IReadOnlyList<Token> said, out bool old)
    {
        var tongue = Tongues.Of(said.Select(word => word.Text));
        var tally = Tally.Of(said, tongue);
        old = tally[Motif.Old] > 0 || said.Any(word => word.Text is "seventy" or "eighty" or "wrinkled");
        foreach (var word in said)
        {
            if (PersonOf(word.Text, tongue) is { } kind)
            {
                return kind;
            }
        }

        return null;
    }
}
