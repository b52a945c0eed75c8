using System.Text.Json;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Books.Reading;

/// <summary>A story out of a file that is text of some kind.</summary>
internal static class TextFile
{
    private const string Field = "file";
    private const int LongestFrontMatter = 100;

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 64, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <param name="text">With <c>\n</c> as its line end.</param>
    /// <param name="fileName">Decides where the content does not.</param>
    /// <param name="styles">The styles in the settings.</param>
    /// <exception cref="InvalidInputException">With every place that is wrong.</exception>
    public static ImportedStory Read(string text, string? fileName, IReadOnlyCollection<StyleDefinition> styles)
    {
        var isNamedJson = Path.GetExtension(fileName ?? "").Equals(".json", StringComparison.OrdinalIgnoreCase);
        return Check(
            TryReadJson(text, fileName, isNamedJson, styles) ?? ReadWords(text, fileName, KindOf(text, fileName)) ?? throw new InvalidInputException(Field, "There is nothing to read in this file."),
            styles);
    }

    /// <summary>Reads a text that was written or pasted as what it plainly is; null where it is prose, or nothing but the marks that prose has as well.</summary>
    /// <param name="text">With <c>\n</c> as its line end.</param>
    /// <param name="styles">The styles in the settings.</param>
    /// <exception cref="InvalidInputException">It is plainly a shot list, or Markdown, and with every place that is wrong.</exception>
    public static ImportedStory? Recognise(string text, IReadOnlyCollection<StyleDefinition> styles)
    {
        var read = ShotListReader.IsMeant(text) ? TryReadJson(text, fileName: null, isJson: true, styles)
            : FountainReader.Recognises(text) ? ReadWords(text, fileName: null, StoryFileKind.Fountain)
            : IsFrontMatter(text, strictly: true) || MarkdownMarks.HasAny(text) ? ReadWords(text, fileName: null, StoryFileKind.Markdown)
            : null;
        return read is null ? null : Check(read, styles);
    }

    private static ImportedStory Check(ImportedStory imported, IReadOnlyCollection<StyleDefinition> styles)
    {
        var accepted = NewStoryRules.Check(imported.Story, [.. styles.Select(s => s.Key)]);
        // Where nothing is said of a scene, its number says it.
        return imported with { Story = imported.Story with { Title = accepted.Title, Segments = [.. imported.Story.Segments!.Zip(accepted.Segments, (read, kept) => read with { HardCut = kept.HardCut })] } };
    }

    /// <summary>Null where there is nothing to read.</summary>
    private static ImportedStory? ReadWords(string text, string? fileName, StoryFileKind kind)
    {
        var read = kind switch
        {
            StoryFileKind.Fountain => FountainReader.Read(text),
            StoryFileKind.Markdown => MarkdownReader.Read(text),
            _ => null,
        };
        var draft = read is null ? StoryDraft.Of(text) : ReadScene.Split(read.Scenes);
        if (draft.Segments.IsEmpty)
        {
            return null;
        }

        var whole = read is null ? text : ReadScene.Join(read.Scenes);
        return new()
        {
            Kind = read?.Kind ?? StoryFileKind.Text,
            FileName = Shown(fileName),
            Author = read?.Author is { } author ? TitleText.Shorten(TitleText.Clean(author), 120) : null,
            Text = whole,
            Notes = read?.Notes ?? [],
            Story = new()
            {
                Title = Title(read?.Title, fileName, whole, read?.Kind is StoryFileKind.Fountain),
                Segments = draft.ToNewSegments(),
                Characters = read?.Characters,
            },
        };
    }

    /// <summary>Content first, name second.</summary>
    private static StoryFileKind KindOf(string text, string? fileName)
    {
        var extension = Path.GetExtension(fileName ?? "").ToLowerInvariant();
        return FountainReader.Recognises(text) || extension is ".fountain" or ".spmd" ? StoryFileKind.Fountain
            : extension is ".md" or ".markdown" || LooksLikeMarkdown(text) ? StoryFileKind.Markdown
            : StoryFileKind.Text;
    }

    private static ImportedStory? TryReadJson(string text, string? fileName, bool isJson, IReadOnlyCollection<StyleDefinition> styles)
    {
        if (StoryText.Fault(text) is not null)
        {
            return null;
        }

        if (!isJson && text.AsSpan().TrimStart() is not ['{' or '[', ..])
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text, Json);
            RequireWholeTexts(document.RootElement);
            if (!ShotListReader.Recognises(document.RootElement))
            {
                throw new InvalidInputException(Field, document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty("format", out _)
                    ? "This looks like the list of contents of an export. Choose the whole ZIP file."
                    : "This JSON is no shot list: it has no promptsByStyle.");
            }

            return new() { Kind = StoryFileKind.ShotList, FileName = Shown(fileName), Story = WithTitle(ShotListReader.Read(document.RootElement, styles), fileName) };
        }
        catch (JsonException exception) when (isJson)
        {
            throw new InvalidInputException(Field, $"This is not valid JSON: it goes wrong in line {(exception.LineNumber ?? 0) + 1}.");
        }
        catch (JsonException)
        {
            // A text may begin with a brace.
            return null;
        }
    }

    /// <summary>Half of a surrogate pair, as in "\ud800", is well-formed JSON, but no text: asking for it, or for a name beside it, throws.</summary>
    private static void RequireWholeTexts(JsonElement value)
    {
        if (FindHalf(value) is { } half)
        {
            var place = half.Path.TrimStart('.');
            throw new InvalidInputException(place.Length == 0 ? Field : place, $"{(place.Length == 0 ? "This JSON" : place)} has {(half.IsName ? "a name with " : "")}a character that is not complete.");
        }
    }

    /// <summary>Where the first of them stands. Said on the way out alone: a place for every value of a large file would be many times the file.</summary>
    private static (string Path, bool IsName)? FindHalf(JsonElement value)
    {
        try
        {
            if (value.ValueKind is JsonValueKind.String)
            {
                _ = value.GetString();
            }
            else if (value.ValueKind is JsonValueKind.Array)
            {
                var i = 0;
                foreach (var item in value.EnumerateArray())
                {
                    if (FindHalf(item) is { } below)
                    {
                        return ($"[{i}]{below.Path}", below.IsName);
                    }

                    i++;
                }
            }
            else if (value.ValueKind is JsonValueKind.Object)
            {
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    if (FindHalf(member.Value) is { } below)
                    {
                        return ($".{member.Name}{below.Path}", below.IsName);
                    }
                }
            }

            return null;
        }
        catch (InvalidOperationException)
        {
            return ("", value.ValueKind is not JsonValueKind.String);
        }
    }

    private static NewStory WithTitle(NewStory story, string? fileName) => string.IsNullOrWhiteSpace(story.Title) && BaseName(fileName) is { } name ? story with { Title = name } : story;

    /// <summary>What the file itself says, else its name where its first words are no title, else the first words.</summary>
    private static string? Title(string? given, string? fileName, string text, bool nameFirst)
    {
        var title = given is null ? "" : TitleText.Clean(given);
        return title.Length > 0 ? TitleText.Shorten(title, Story.MaxTitleLength)
            : nameFirst && BaseName(fileName) is { } name ? name
            : StorySplitter.ProposeTitle(text);
    }

    private static string? BaseName(string? fileName)
    {
        var name = TitleText.Clean(Path.GetFileNameWithoutExtension(fileName ?? "").Replace('_', ' '));
        return name.Length > 0 && StoryText.Fault(name) is null ? TitleText.Shorten(name, Story.MaxTitleLength) : null;
    }

    private static string Shown(string? fileName) => TitleText.Shorten(TitleText.Clean(fileName ?? ""), 80);

    private static bool LooksLikeMarkdown(string text) => IsFrontMatter(text) || HasHeading(text);

    /// <summary>Whether it begins with fields between two lines of dashes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="strictly">Whether one of them must be a book's: in what is written by hand, lines of dashes divide scenes, and people say things.</param>
    private static bool IsFrontMatter(string text, bool strictly = false)
    {
        if (!text.StartsWith("---", StringComparison.Ordinal))
        {
            return false;
        }

        var (number, hasField) = (0, false);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (number > 0 && hasField && line.TrimEnd().SequenceEqual("---"))
            {
                return true;
            }

            hasField |= number > 0 && line.IndexOf(':') is > 0 and var colon && (!strictly || IsBookField(line[..colon].Trim()));
            if (++number >= LongestFrontMatter)
            {
                return false;
            }
        }

        return false;
    }

    private static bool IsBookField(ReadOnlySpan<char> name) =>
        name.Equals("title", StringComparison.OrdinalIgnoreCase) || name.Equals("author", StringComparison.OrdinalIgnoreCase) || name.Equals("date", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether any line is a heading with its mark.</summary>
    private static bool HasHeading(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var words = line.TrimStart('#');
            if (line.Length - words.Length is >= 1 and <= 6 && words is [' ' or '\t', ..] && !words.IsWhiteSpace())
            {
                return true;
            }
        }

        return false;
    }
}
