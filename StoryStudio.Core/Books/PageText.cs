using StoryStudio.Core.Books.Making;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Books;

/// <summary>A piece of a page's text.</summary>
/// <param name="IsHeading">Whether it stands over what follows.</param>
/// <param name="Lines">At least one; breaks between them are the author's own.</param>
public sealed record TextBlock(bool IsHeading, IReadOnlyList<string> Lines);

/// <summary>A segment's text as it is read, without the marks that said to the one who split it where a scene starts.</summary>
public static class PageText
{
    private const int LongestHeading = 100;

    /// <summary>Lines of a text that was broken by hand to fit a page are about this long.</summary>
    private const int ShortestBroken = 50;
    private const int LongestBroken = 100;

    /// <summary>The language that texts seem to be in, <c>und</c> where it is not clear.</summary>
    public static string LanguageOf(IEnumerable<string> texts) => BookLanguage.Guess(texts);

    /// <summary>Headings and paragraphs, as a book has them.</summary>
    /// <param name="text">Of one segment.</param>
    /// <param name="startsScene">Whether a scene starts with it: its first lines may be a heading that has no marks.</param>
    /// <param name="language">What its quotes follow.</param>
    public static IReadOnlyList<TextBlock> Blocks(string text, bool startsScene, string language)
    {
        var blocks = new List<TextBlock>();
        var paragraphs = Paragraphs(text);
        for (var i = 0; i < paragraphs.Count; i++)
        {
            List<string> lines = [.. paragraphs[i].Select(l => l.Trim())];
            while (lines.Count > 0)
            {
                var kind = SceneMarks.Classify(lines[0], blankAbove: true);
                if (kind is LineKind.Separator)
                {
                    // A scene has a page of its own: the mark that divides it from another has done its work.
                    lines.RemoveAt(0);
                }
                else if (kind is LineKind.Heading)
                {
                    blocks.Add(new(IsHeading: true, [Typography.Set(TitleText.Clean(lines[0]), language)]));
                    lines.RemoveAt(0);
                }
                else
                {
                    break;
                }
            }

            if (lines.Count > 0)
            {
                var isTitle = startsScene && i < paragraphs.Count - 1 && blocks.TrueForAll(b => b.IsHeading) && lines.TrueForAll(l => l.Length <= LongestHeading && !SentenceEnds.IsAtEndOf(l));
                blocks.Add(new(isTitle, Typography.Set(string.Join('\n', isTitle ? lines : Joined(lines)), language).Split('\n')));
            }
        }

        return blocks;
    }

    /// <summary>The words as they were written, in paragraphs; all of the text where nothing would be left.</summary>
    public static string Words(string text)
    {
        var kept = new List<string>();
        foreach (var lines in Paragraphs(text))
        {
            var words = lines.SkipWhile(l => SceneMarks.Classify(l.Trim(), blankAbove: true) is LineKind.Separator).ToList();
            if (words.Count > 0)
            {
                for (var i = 0; i < words.Count && SceneMarks.Classify(words[i].Trim(), blankAbove: true) is LineKind.Heading; i++)
                {
                    words[i] = words[i].TrimStart().StartsWith('#') ? TitleText.Clean(words[i].Trim()) : words[i];
                }

                kept.Add(string.Join('\n', words));
            }
        }

        return kept.Count > 0 ? string.Join("\n\n", kept) : text;
    }

    private static List<List<string>> Paragraphs(string text)
    {
        List<List<string>> paragraphs = [];
        List<string> lines = [];
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Append(""))
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                lines.Add(line.TrimEnd());
            }
            else if (lines.Count > 0)
            {
                paragraphs.Add(lines);
                lines = [];
            }
        }

        return paragraphs;
    }

    private static List<string> Joined(List<string> lines) =>
        lines.Count > 1 && lines.Take(lines.Count - 1).All(l => l.Length is >= ShortestBroken and <= LongestBroken) ? [string.Join(' ', lines)] : lines;
}
