using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Books.Making;

/// <summary>A piece of a page's text.</summary>
/// <param name="IsHeading">Whether it stands over what follows.</param>
/// <param name="Lines">At least one; breaks between them are the author's own.</param>
internal sealed record TextBlock(bool IsHeading, IReadOnlyList<string> Lines);

/// <summary>Lays a segment's text out in headings and paragraphs.</summary>
internal static class BookText
{
    private const int LongestHeading = 100;

    /// <summary>Lines of a text that was broken by hand to fit a page are about this long.</summary>
    private const int ShortestBroken = 50;
    private const int LongestBroken = 100;

    public static List<TextBlock> Blocks(BookPage page)
    {
        var blocks = new List<TextBlock>();
        foreach (var paragraph in page.Text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var lines = paragraph.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
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
                    blocks.Add(new(IsHeading: true, [TitleText.Clean(lines[0])]));
                    lines.RemoveAt(0);
                }
                else
                {
                    break;
                }
            }

            if (lines.Count > 0)
            {
                var isTitle = page.StartsScene && blocks.TrueForAll(b => b.IsHeading) && lines.TrueForAll(l => l.Length <= LongestHeading && !SentenceEnds.IsAtEndOf(l)) && !IsLast(paragraph, page.Text);
                blocks.Add(new(isTitle, isTitle ? lines : Joined(lines)));
            }
        }

        return blocks;
    }

    /// <summary>What a scene is called: its heading, or its number.</summary>
    public static string SceneTitle(BookPage first) =>
        Blocks(first).FirstOrDefault(b => b.IsHeading) is { } heading ? string.Join(" · ", heading.Lines) : $"{first.Number.Split('.')[0]}";

    /// <summary>What is said in place of a picture: the beginning of the text that it shows.</summary>
    public static string Alt(string text)
    {
        const int longest = 140;
        return TitleText.Shorten(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), longest);
    }

    private static bool IsLast(string paragraph, string text) => text.TrimEnd().EndsWith(paragraph, StringComparison.Ordinal);

    private static List<string> Joined(List<string> lines) =>
        lines.Count > 1 && lines.Take(lines.Count - 1).All(l => l.Length is >= ShortestBroken and <= LongestBroken) ? [string.Join(' ', lines)] : lines;
}
