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

    /// <summary>A line that is shorter was not broken for want of room.</summary>
    private const int Margin = 45;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePreciseSourceLocation().Build();

    public static bool HasAny(string text)
    {
        var beginning = text.Length > Longest ? text[..Longest] : text;
        try
        {
            var marks = Markdown.Parse(beginning, Pipeline).Descendants().ToList();
            return marks.OfType<ListBlock>().Any(list => IsPlain(list, beginning)) || (!AreLinesMeant(beginning) && marks.Exists(mark => mark switch
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

    /// <summary>Whether its lines end where somebody ended them, as in verse and in talk, and not at a margin: Markdown would make one of them.</summary>
    private static bool AreLinesMeant(string text)
    {
        var (broken, early, last) = (0, 0, 0);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var length = line.Trim().Length;
            if (last > 0 && length > 0)
            {
                broken++;
                early += last < Margin ? 1 : 0;
            }

            last = length;
        }

        return early * 3 > broken;
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
