namespace StoryStudio.Core.Stories;

/// <summary>
/// Splits a text into segments to be drawn. A heading or a separator starts a scene; a paragraph becomes a segment; lines of
/// dialogue and other short paragraphs are joined, and an endless one is cut at sentence ends, until a segment has about 40 to
/// 120 words. Nothing is lost: the segments joined are the text, white space aside. A heading or a separator stands at the start
/// of its scene's first segment, a separator with nothing after it at the end of the last one.
/// </summary>
public static class StorySplitter
{
    /// <summary>A text that would have more gets longer segments.</summary>
    public const int MaxSegments = 10_000;

    /// <summary>Longer titles are cut at a word.</summary>
    private const int ProposedTitleLength = 80;

    /// <summary>The segments in order, numbered from 1.1; none for a text without a visible character.</summary>
    /// <exception cref="InvalidInputException">The text is longer than <see cref="StoryText.MaxLength"/>.</exception>
    public static IReadOnlyList<SegmentDraft> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StoryText.EnsureLength(text);
        text = text.ReplaceLineEndings("\n");
        var pieces = new StoryReader(text).ReadPieces();
        if (pieces.Count == 0)
        {
            return [];
        }

        for (var scale = 1; ;)
        {
            var spans = new SegmentLayout(pieces, scale).Arrange();
            if (spans.Count <= MaxSegments && spans.Count(s => s.HardCut) < SegmentNumber.Highest)
            {
                return Number(text, spans);
            }

            scale *= Math.Max(2, spans.Count / MaxSegments);
        }
    }

    /// <summary>A title for the text: its first heading, else the beginning of its first line; null where it has no visible character.</summary>
    public static string? ProposeTitle(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return StoryReader.TitleLine(text) is { } line && TitleText.Clean(line) is { Length: > 0 } title
            ? TitleText.Shorten(title, ProposedTitleLength)
            : null;
    }

    private static List<SegmentDraft> Number(string text, List<SegmentLayout.Span> spans)
    {
        var drafts = new List<SegmentDraft>(spans.Count);
        var end = 0;
        foreach (var span in spans)
        {
            drafts.Add(new(default, text[span.Start..span.End], span.HardCut) { Gap = drafts.Count == 0 ? "" : text[end..span.Start] });
            end = span.End;
        }

        return SegmentDraft.Renumber(drafts);
    }
}
