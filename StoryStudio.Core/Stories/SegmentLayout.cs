namespace StoryStudio.Core.Stories;

/// <summary>
/// Chooses where segments start, the way a typesetter breaks a paragraph into lines: too little or too much in a segment, joined
/// paragraphs and cut ones each have a cost, and the cheapest layout of a scene wins.
/// </summary>
/// <param name="pieces">The text in pieces; the first starts a scene.</param>
/// <param name="scale">1 for segments of about 40 to 120 words, 2 for twice as many, and so on.</param>
internal sealed class SegmentLayout(IReadOnlyList<Piece> pieces, int scale)
{
    private const double Fewest = 40;
    private const double Most = 120;

    /// <summary>Not even a good joint is worth more words than this, unless one piece has them.</summary>
    private const double Limit = 180;

    private const double ParagraphJoined = 1;

    /// <summary>A segment before it is numbered.</summary>
    internal readonly record struct Span(int Start, int End, bool HardCut);

    public List<Span> Arrange()
    {
        var spans = new List<Span>();
        var scene = new List<Piece>();
        var weight = 0L;
        foreach (var piece in pieces)
        {
            // Only a text with thousands of scenes is laid out at a greater scale, and there a scene has to be worth a number.
            if (piece.Before == Joint.Scene && (scale == 1 || weight >= Fewest * scale * WordCount.Word))
            {
                ArrangeScene(scene, spans);
                scene.Clear();
                weight = 0;
            }

            Add(scene, piece);
            weight += piece.Weight;
        }

        ArrangeScene(scene, spans);
        return spans;
    }

    /// <summary>Joins tiny pieces at once: it changes little, and keeps the choices few whatever the text.</summary>
    private void Add(List<Piece> scene, Piece piece)
    {
        if (scene.Count > 0 && scene[^1] is var last && last.Weight < 4 * scale * WordCount.Word && piece.End - last.Start <= Segment.MaxTextLength)
        {
            scene[^1] = last with { End = piece.End, Weight = last.Weight + piece.Weight };
        }
        else
        {
            scene.Add(piece);
        }
    }

    private void ArrangeScene(List<Piece> scene, List<Span> spans)
    {
        if (scene.Count == 0)
        {
            return;
        }

        var cheapest = new double[scene.Count + 1];
        var firstOf = new int[scene.Count + 1];
        for (var end = 1; end <= scene.Count; end++)
        {
            (cheapest[end], firstOf[end]) = CheapestTo(end);
        }

        var ends = new Stack<int>();
        for (var end = scene.Count; end > 0; end = firstOf[end])
        {
            ends.Push(end);
        }

        var first = 0;
        foreach (var end in ends)
        {
            spans.Add(new(scene[first].Start, scene[end - 1].End, first == 0));
            first = end;
        }

        (double Cost, int First) CheapestTo(int end)
        {
            var best = (Cost: double.PositiveInfinity, First: end - 1);
            var weight = 0;
            var joined = 0d;
            for (var start = end - 1; start >= 0; start--)
            {
                weight += scene[start].Weight;
                var words = weight / (double)WordCount.Word / scale;
                if (start < end - 1)
                {
                    if (words > Limit || scene[end - 1].End - scene[start].Start > Segment.MaxTextLength)
                    {
                        break;
                    }

                    joined += scene[start + 1].Before <= Joint.Paragraph ? ParagraphJoined : 0;
                }

                var cost = cheapest[start] + joined + OfSize(words) + (start > 0 ? OfCut(scene[start].Before) : 0);
                if (cost < best.Cost)
                {
                    best = (cost, start);
                }
            }

            return best;
        }
    }

    /// <summary>Nothing much between 40 and 120 words; beyond, the square of how far.</summary>
    private static double OfSize(double words)
    {
        var outside = words < Fewest ? (Fewest - words) / Fewest : words > Most ? (words - Most) / Most : 0;
        var uneven = (words - (Fewest + Most) / 2) / ((Fewest + Most) / 2);
        return 100 * outside * outside + uneven * uneven;
    }

    private static double OfCut(Joint joint) => joint switch
    {
        Joint.Scene or Joint.Paragraph => 0,
        Joint.Sentence => 3,
        Joint.Clause => 5,
        Joint.Space => 8,
        _ => 12,
    };
}
