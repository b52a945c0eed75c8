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
        foreach (var word in words)
        {
            foreach (var hint in Vocabulary.Find(word.Text, tongue))
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
