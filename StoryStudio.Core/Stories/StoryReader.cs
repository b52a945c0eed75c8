using System.Runtime.InteropServices;

namespace StoryStudio.Core.Stories;

/// <summary>Reads a text line by line into the pieces that segments are laid out of.</summary>
/// <param name="text">With <c>\n</c> as its only line end.</param>
internal sealed class StoryReader(string text)
{
    /// <summary>Headings and separators that follow each other stay together up to this length.</summary>
    private const int LongestLead = 1_000;

    /// <summary>So much may stand before the first heading and still be a title page.</summary>
    private const int LongestTitlePage = 20 * WordCount.Word;

    /// <summary>Lines of a text that was broken by hand are no longer than this.</summary>
    private const int LongestBrokenLine = 120;

    private readonly List<Piece> _pieces = [];
    private readonly List<Line> _block = [];
    private Line? _lead;
    private bool _leadHasWords;
    private bool _isTitlePage = true;
    private Joint _before = Joint.Scene;

    /// <summary>A line's visible characters: from the first to after the last.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Line(int Start, int End, bool Indented)
    {
        public int Length => End - Start;
    }

    public List<Piece> ReadPieces()
    {
        var blankAbove = true;
        for (var at = 0; at < text.Length;)
        {
            var line = ReadLine(ref at);
            if (line.Length == 0)
            {
                CloseBlock();
                blankAbove = true;
                continue;
            }

            var kind = SceneMarks.Classify(Of(line), blankAbove);
            if (kind == LineKind.Text && _block.Count == 0 && SceneMarks.CouldBeTitle(Of(line)) && TryReadUnderline(ref at, out var underline))
            {
                (line, kind) = (line with { End = underline.End }, LineKind.Heading);
            }

            blankAbove = kind != LineKind.Text;
            if (kind == LineKind.Text)
            {
                _block.Add(line);
            }
            else
            {
                CloseBlock();
                AddToLead(line, kind);
            }
        }

        CloseBlock();
        CloseText();
        return _pieces;
    }

    /// <summary>The first Markdown heading, else the first line that is no separator; null where there is none. A title stands near the beginning.</summary>
    public static string? TitleLine(string text)
    {
        const int far = 20_000;
        string? firstLine = null;
        var beginning = Graphemes.Truncate(text, far).ReplaceLineEndings("\n");
        var reader = new StoryReader(beginning);
        for (var at = 0; at < beginning.Length;)
        {
            var line = reader.ReadLine(ref at);
            var kind = SceneMarks.Classify(reader.Of(line), blankAbove: true);
            if (line.Length == 0 || kind == LineKind.Separator)
            {
                continue;
            }

            if (kind == LineKind.Heading && beginning[line.Start] == '#' || (SceneMarks.CouldBeTitle(reader.Of(line)) && reader.TryReadUnderline(ref at, out _)))
            {
                return reader.Of(line).ToString();
            }

            firstLine ??= reader.Of(line).ToString();
        }

        return firstLine;
    }

    private ReadOnlySpan<char> Of(Line line) => text.AsSpan(line.Start, line.Length);

    private Line ReadLine(ref int at)
    {
        var offset = text.AsSpan(at).IndexOf('\n');
        var lineEnd = offset < 0 ? text.Length : at + offset;
        var start = Graphemes.SkipWhiteSpace(text, at, lineEnd);
        var end = lineEnd;
        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        var line = new Line(start, end, start > at);
        at = lineEnd + 1;
        return line;
    }

    private bool TryReadUnderline(ref int at, out Line underline)
    {
        var next = at;
        underline = at < text.Length ? ReadLine(ref next) : default;
        if (underline.Length == 0 || !SceneMarks.IsUnderline(Of(underline)))
        {
            return false;
        }

        at = next;
        return true;
    }

    private void AddToLead(Line line, LineKind kind)
    {
        if (kind == LineKind.Heading && _isTitlePage && _pieces.Count > 0
            && _pieces[^1].End - _pieces[0].Start <= LongestLead && _pieces.Sum(p => p.Weight) <= LongestTitlePage)
        {
            // A title and an author's name are no scene: they stand with the first heading.
            _lead = new(_pieces[0].Start, _pieces[^1].End, Indented: false);
            _pieces.Clear();
        }

        _isTitlePage &= kind != LineKind.Heading;
        if (_lead is { } lead && line.End - lead.Start > LongestLead)
        {
            FlushLead();
        }

        _lead = _lead is { } present ? present with { End = line.End } : line;
        _leadHasWords |= kind == LineKind.Heading;
        _before = Joint.Scene;
    }

    /// <summary>What stands before a scene's first words has become too long to stand with them.</summary>
    private void FlushLead()
    {
        if (_lead is { } lead)
        {
            _pieces.Add(new(lead.Start, lead.End, WordCount.Word, Joint.Scene));
            (_lead, _leadHasWords, _before) = (null, false, Joint.Paragraph);
        }
    }

    private void CloseBlock()
    {
        if (_block.Count == 0)
        {
            return;
        }

        foreach (var line in _isTitlePage ? _block : [])
        {
            _isTitlePage &= SceneMarks.CouldBeTitle(Of(line));
        }

        var isBroken = IsBrokenByHand();
        for (var i = 0; i < _block.Count;)
        {
            var first = i++;
            while (i < _block.Count && isBroken && !StartsParagraph(i))
            {
                i++;
            }

            AddParagraph(_block[first].Start, _block[i - 1].End);
        }

        _block.Clear();
    }

    /// <summary>Lines that follow each other are one paragraph only where they were broken to fit a page: short ones, some in the middle of a sentence.</summary>
    private bool IsBrokenByHand()
    {
        var isBroken = false;
        var lines = CollectionsMarshal.AsSpan(_block);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > LongestBrokenLine)
            {
                return false;
            }

            isBroken |= i < lines.Length - 1 && !SentenceEnds.IsAtEndOf(Of(lines[i]));
        }

        return isBroken;
    }

    private bool StartsParagraph(int i) =>
        SentenceEnds.IsAtEndOf(Of(_block[i - 1])) && (SentenceEnds.OpensSpeech(Of(_block[i])) || (_block[i].Indented && !_block[i - 1].Indented));

    private void AddParagraph(int start, int end)
    {
        var first = _pieces.Count;
        new PieceCutter(text, _pieces).Cut(start, end, _before);
        if (_lead is { } lead)
        {
            if (_pieces[first].End - lead.Start <= Segment.MaxTextLength)
            {
                _pieces[first] = _pieces[first] with { Start = lead.Start };
            }
            else
            {
                _pieces[first] = _pieces[first] with { Before = Joint.Paragraph };
                _pieces.Insert(first, new(lead.Start, lead.End, WordCount.Word, Joint.Scene));
            }

            (_lead, _leadHasWords) = (null, false);
        }

        _before = Joint.Paragraph;
    }

    /// <summary>A separator at the very end closes the last scene; a heading there is a scene of its own.</summary>
    private void CloseText()
    {
        if (_lead is { } lead && !_leadHasWords && _pieces.Count > 0 && lead.End - _pieces[^1].Start <= Segment.MaxTextLength)
        {
            _pieces[^1] = _pieces[^1] with { End = lead.End };
            return;
        }

        FlushLead();
    }
}
