using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Books.Reading;

/// <summary>
/// Whether a text has marks that Markdown alone means: emphasis, links, pictures and lists. Headings and lines of asterisks are known to plain
/// text, and a sentence that begins with a dash or a number may well be somebody who speaks, or a page.
/// </summary>
internal static class MarkdownMarks
{
    /// <summary>What is plain shows in less.</summary>
    private const int Longest = 200_000;

    /// <summary>In UTF-16 units. A longer line was not broken to fit a page.</summary>
    private const int LongestAtAMargin = 120;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePreciseSourceLocation().Build();

    public static bool HasAny(string text)
    {
        var beginning = text.Length > Longest ? text[..Longest] : text;
        try
        {
            var marks = Markdown.Parse(beginning, Pipeline).Descendants().ToList();
            return marks.OfType<ListBlock>().Any(list => IsPlain(list, beginning)) || (!HasOtherSeparators(beginning) && !AreLinesMeant(marks, beginning) && marks.Exists(mark => mark switch
            {
                EmphasisInline emphasis => StandsAlone(beginning, emphasis.Span),
                LinkInline link => link.IsImage || link.Url?.AsSpan().ContainsAny("/#@") == true,
                _ => false,
            }));
        }
        catch (ArgumentException)
        {
            // What Markdig says of a text that would take its stack: nobody writes such a thing by hand.
            return false;
        }
    }

    /// <summary>Whether scenes are parted by a line that plain text knows and Markdown does not.</summary>
    private static bool HasOtherSeparators(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (SceneMarks.Classify(line.Trim(), blankAbove: true) is LineKind.Separator && !IsRule(line))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Three or more of the same of <c>*</c>, <c>-</c> and <c>_</c>.</summary>
    private static bool IsRule(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        var marks = 0;
        foreach (var sign in line)
        {
            if (sign == line[0] && sign is '*' or '-' or '_')
            {
                marks++;
            }
            else if (!char.IsWhiteSpace(sign))
            {
                return false;
            }
        }

        return marks >= 3;
    }

    /// <summary>Whether in many of its paragraphs the lines end where somebody ended them, as in talk, and not at a margin: Markdown would make one of them.</summary>
    private static bool AreLinesMeant(List<MarkdownObject> marks, string text)
    {
        var (paragraphs, meant) = (0, 0);
        foreach (var paragraph in marks.OfType<ParagraphBlock>())
        {
            paragraphs++;
            var lines = text.Substring(paragraph.Span.Start, Math.Min(paragraph.Span.End + 1, text.Length) - paragraph.Span.Start).Split('\n');
            meant += lines.Length > 1 && (Array.Exists(lines, line => line.Length > LongestAtAMargin) || Array.TrueForAll(lines, line => SentenceEnds.IsAtEndOf(line.Trim()))) ? 1 : 0;
        }

        return meant * 4 > paragraphs;
    }

    /// <summary>Asterisks within words stand for letters that are not to be read.</summary>
    private static bool StandsAlone(string text, SourceSpan span) =>
        (span.Start <= 0 || !char.IsLetterOrDigit(text[span.Start - 1])) && (span.End + 1 >= text.Length || !char.IsLetterOrDigit(text[span.End + 1]));

    /// <summary>Several items, and with dashes and numbers only such as are no sentences.</summary>
    private static bool IsPlain(ListBlock list, string text) =>
        list.Count > 1 && (list.BulletType is '*' or '+' || list.All(item => !IsSentence(text, item.Span)));

    private static bool IsSentence(string text, SourceSpan span)
    {
        var words = text.AsSpan(span.Start, Math.Min(span.End + 1, text.Length) - span.Start).TrimEnd();
        return words is [] || char.IsPunctuation(words[^1]) || SentenceEnds.IsAtEndOf(words.ToString());
    }
}
