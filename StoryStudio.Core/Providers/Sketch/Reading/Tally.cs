namespace StoryStudio.Core.Providers.Sketch.Reading;

/// <summary>How strongly a text speaks of each motif.</summary>
internal sealed class Tally
{
    private readonly Dictionary<Motif, double> _weights = [];
    private readonly List<Motif> _order = [];

    public double this[Motif motif] => _weights.GetValueOrDefault(motif);

    public static Tally Of(IReadOnlyList<Token> words, Tongue tongue)
    {
        var tally = new Tally();
        for (var i = 0; i < words.Count; i++)
        {
            if (IsSimile(words, i))
            {
                continue;
            }

            foreach (var hint in Vocabulary.Find(words[i].Text, tongue))
            {
                tally.Add(hint);
            }
        }

        return tally;
    }

    /// <summary>The strongest motif of a family; of equals the one that was named first.</summary>
    public Motif? Best(Func<Motif, bool> family, double atLeast)
    {
        Motif? best = null;
        var weight = 0.0;
        foreach (var motif in _order.Where(family))
        {
            if (_weights[motif] > weight && _weights[motif] >= atLeast)
            {
                (best, weight) = (motif, _weights[motif]);
            }
        }

        return best;
    }

    /// <summary>As <see cref="Best"/>, but of equals the one that came last: the storm has gone and left snow behind.</summary>
    public Motif? Latest(Func<Motif, bool> family, double atLeast)
    {
        Motif? best = null;
        foreach (var motif in _order.Where(family))
        {
            best = _weights[motif] >= atLeast && (best is not { } so || _weights[motif] >= _weights[so]) ? motif : best;
        }

        return best;
    }

    /// <summary>What is only likened to something is not there: "hopping like a dog".</summary>
    private static bool IsSimile(IReadOnlyList<Token> words, int i) =>
        i > 0 && (Likens(words[i - 1].Text)
            || (i > 1 && Likens(words[i - 2].Text) && words[i - 1].Text is "a" or "an" or "the" or "ein" or "eine" or "un" or "une" or "una"));

    private static bool Likens(string word) => word is "like" or "wie" or "comme" or "como";

    public IEnumerable<Motif> Ranked(Func<Motif, bool> family) =>
        _order.Where(family).OrderByDescending(motif => _weights[motif]);

    private void Add(Hint hint)
    {
        if (_weights.TryAdd(hint.Motif, hint.Weight))
        {
            _order.Add(hint.Motif);
        }
        else
        {
            _weights[hint.Motif] += hint.Weight;
        }
    }
}
