namespace StoryStudio.Core.Stories;

/// <summary>What stands before a piece, from the best place for a cut to the worst.</summary>
internal enum Joint
{
    Scene,
    Paragraph,
    Sentence,
    Clause,
    Space,
    Nothing,
}

/// <summary>A part of the text that stays whole when segments are laid out.</summary>
/// <param name="Start">First character, never white space.</param>
/// <param name="End">After the last character, never white space.</param>
/// <param name="Weight">Tenths of a word, at least one word.</param>
/// <param name="Before">What stands before it.</param>
internal readonly record struct Piece(int Start, int End, int Weight, Joint Before);

/// <summary>Cuts a paragraph at sentence ends; what is still too long at clauses, then at white space, then between characters.</summary>
internal sealed class PieceCutter(string text, List<Piece> pieces)
{
    /// <summary>More than this and one piece would be too long for a segment.</summary>
    private const int MostWeight = 120 * WordCount.Word;

    /// <summary>Characters of one piece: several fit into a segment.</summary>
    private const int MostLength = Segment.MaxTextLength / 5;

    /// <summary>Where nothing better than the end of a character is found, a piece is about so long.</summary>
    private const int LongestRun = 80;

    private const string ClauseMarks = ",;:，；：、､،؛—–";
    private const string WideClauseMarks = "，；：、､—–";

    /// <summary>Adds the pieces of the range, which neither starts nor ends with white space.</summary>
    public void Cut(int start, int end, Joint before) => Cut(start, end, before, Joint.Sentence);

    private void Cut(int start, int end, Joint before, Joint level)
    {
        var (pieceStart, pieceEnd, weight) = (start, start, 0);
        for (var at = start; at < end;)
        {
            var next = Next(at, end, level);
            var added = WordCount.Of(text.AsSpan(at, next - at));
            if (level < Joint.Nothing && (added > MostWeight || next - at > MostLength))
            {
                Flush();
                Cut(at, next, before, level + 1);
                before = level;
                pieceStart = Graphemes.SkipWhiteSpace(text, next, end);
            }
            else
            {
                if (weight >= Grain(level) || (level == Joint.Nothing && pieceEnd - pieceStart >= LongestRun) || next - pieceStart > MostLength)
                {
                    Flush();
                    pieceStart = at;
                }

                pieceEnd = next;
                weight += added;
            }

            at = Graphemes.SkipWhiteSpace(text, next, end);
        }

        Flush();

        void Flush()
        {
            if (pieceEnd > pieceStart)
            {
                var measured = level == Joint.Nothing ? WordCount.Of(text.AsSpan(pieceStart, pieceEnd - pieceStart)) : weight;
                pieces.Add(new(pieceStart, pieceEnd, Math.Max(WordCount.Word, measured), before));
                before = level;
            }

            weight = 0;
            pieceEnd = pieceStart;
        }
    }

    /// <summary>Smaller pieces than this are not told apart.</summary>
    private static int Grain(Joint level) => level switch
    {
        Joint.Sentence => 5 * WordCount.Word,
        Joint.Clause => 15 * WordCount.Word,
        Joint.Space => 20 * WordCount.Word,
        _ => int.MaxValue,
    };

    private int Next(int at, int end, Joint level) => level switch
    {
        Joint.Sentence => SentenceEnds.Next(text, at, end),
        Joint.Clause => NextClause(at, end),
        Joint.Space => NextSpace(at, end),
        _ => Math.Min(end, at + Graphemes.LengthAt(text, at)),
    };

    private int NextClause(int at, int end)
    {
        for (var i = at + 1; i < end; i++)
        {
            var mark = text[i - 1];
            if (ClauseMarks.Contains(mark) && (char.IsWhiteSpace(text[i]) ? MayBreakAt(i, end) : WideClauseMarks.Contains(mark) && Graphemes.EndsBefore(text, i)))
            {
                return i;
            }
        }

        return end;
    }

    private int NextSpace(int at, int end)
    {
        for (var i = at + 1; i < end; i++)
        {
            if (char.IsWhiteSpace(text[i]) && MayBreakAt(i, end))
            {
                return i;
            }
        }

        return end;
    }

    private bool MayBreakAt(int whiteSpace, int end) => Graphemes.SkipWhiteSpace(text, whiteSpace, end) > whiteSpace;
}
