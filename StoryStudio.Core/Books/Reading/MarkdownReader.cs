using System.Text;
using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace StoryStudio.Core.Books.Reading;

/// <summary>
/// Markdown as a story: headings and rules start scenes, emphasis and links are their words, pictures and HTML are left out. A title
/// is in the front matter, or is the one first-level heading that everything stands under.
/// </summary>
internal static class MarkdownReader
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().Build();

    /// <exception cref="InvalidInputException">It is nested beyond reason.</exception>
    public static ReadText Read(string text)
    {
        MarkdownDocument document;
        try
        {
            document = Markdown.Parse(text, Pipeline);
        }
        catch (ArgumentException)
        {
            // What Markdig says of a text that would take its stack.
            throw new InvalidInputException("file", "This Markdown has lists or quotations within each other, more deeply than can be read.");
        }

        var front = document.OfType<YamlFrontMatterBlock>().FirstOrDefault() is { } matter ? FrontMatter(matter.Lines.ToString()) : [];
        var title = front.GetValueOrDefault("title") is { Length: > 0 } given ? given : null;
        var top = document.OfType<HeadingBlock>().Where(h => h.Level == 1).Take(2).ToList();
        var over = title is null && top.Count == 1 && document.FirstOrDefault(b => b is not YamlFrontMatterBlock) == top[0] ? top[0] : null;
        var walk = new Walk();
        foreach (var block in document.Where(b => b != over))
        {
            walk.Read(block);
        }

        return new()
        {
            Kind = StoryFileKind.Markdown,
            Title = title ?? (over?.Inline is { } inline ? new Walk().Words(inline) : null),
            Author = front.GetValueOrDefault("author") is { Length: > 0 } author ? author : null,
            Scenes = walk.Scenes.ToList(),
            Notes = walk.Notes(),
        };
    }

    /// <summary>The plain <c>key: value</c> lines, which is all that is asked of it.</summary>
    private static Dictionary<string, string> FrontMatter(string yaml)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in yaml.ReplaceLineEndings("\n").Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && !char.IsWhiteSpace(line[0]))
            {
                values.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim().Trim('"', '\''));
            }
        }

        return values;
    }

    private sealed class Walk
    {
        private int _pictures;
        private int _markup;

        public SceneList Scenes { get; } = new();

        public List<string> Notes()
        {
            var notes = new List<string>();
            if (_pictures > 0)
            {
                notes.Add($"{ReadWords.Count(_pictures, "picture")} in the text {(_pictures == 1 ? "was" : "were")} left out.");
            }

            if (_markup > 0)
            {
                notes.Add("HTML in the text was left out.");
            }

            return notes;
        }

        public void Read(Block block)
        {
            switch (block)
            {
                case HeadingBlock { Inline: { } inline }:
                    Scenes.Heading(Words(inline).ReplaceLineEndings(" "));
                    break;
                case ThematicBreakBlock:
                    Scenes.Divide();
                    break;
                case ParagraphBlock { Inline: { } inline }:
                    Scenes.Paragraph(Words(inline));
                    break;
                case ListBlock list:
                    Scenes.Paragraph(Items(list, depth: 0));
                    break;
                case QuoteBlock quote:
                    foreach (var inner in quote)
                    {
                        Read(inner);
                    }

                    break;
                case HtmlBlock:
                    _markup++;
                    break;
                case CodeBlock code and not YamlFrontMatterBlock:
                    Scenes.Paragraph(code.Lines.ToString());
                    break;
            }
        }

        public string Words(ContainerInline inlines)
        {
            var words = new StringBuilder();
            Add(words, inlines);
            return words.ToString().Trim();
        }

        private string Items(ListBlock list, int depth)
        {
            var lines = new List<string>();
            var number = int.TryParse(list.OrderedStart, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var start) ? start : 1;
            foreach (var item in list.OfType<ListItemBlock>())
            {
                var mark = list.IsOrdered ? $"{number++}." : "•";
                foreach (var block in item)
                {
                    if (block is ListBlock inner)
                    {
                        lines.Add(Items(inner, depth + 1));
                    }
                    else if (WordsOf(block) is { Length: > 0 } words)
                    {
                        lines.Add($"{new string(' ', 2 * depth)}{mark} {words}");
                        mark = " ";
                    }
                }
            }

            return string.Join('\n', lines);
        }

        /// <summary>Of whatever stands within an item of a list.</summary>
        private string WordsOf(Block block)
        {
            switch (block)
            {
                case LeafBlock { Inline: { } inline }:
                    return Words(inline);
                case CodeBlock code:
                    return code.Lines.ToString().Trim();
                case HtmlBlock:
                    _markup++;
                    return "";
                case ListBlock list:
                    return Items(list, depth: 0);
                case ContainerBlock container:
                    return string.Join('\n', container.Select(WordsOf).Where(words => words.Length > 0));
                default:
                    return "";
            }
        }

        private void Add(StringBuilder words, Inline inline)
        {
            switch (inline)
            {
                case LiteralInline literal:
                    words.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    words.Append(code.Content);
                    break;
                case LineBreakInline line:
                    words.Append(line.IsHard ? '\n' : ' ');
                    break;
                case HtmlEntityInline entity:
                    words.Append(entity.Transcoded.AsSpan());
                    break;
                case AutolinkInline link:
                    words.Append(link.Url);
                    break;
                case HtmlInline html:
                    _markup++;
                    words.Append(html.Tag.StartsWith("<br", StringComparison.OrdinalIgnoreCase) ? "\n" : "");
                    break;
                case LinkInline { IsImage: true }:
                    _pictures++;
                    break;
                case ContainerInline container:
                    foreach (var inner in container)
                    {
                        Add(words, inner);
                    }

                    break;
            }
        }
    }
}
