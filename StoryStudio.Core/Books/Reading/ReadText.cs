using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Books.Reading;

/// <summary>A text file as it was understood.</summary>
internal sealed record ReadText
{
    public required StoryFileKind Kind { get; init; }

    /// <summary>As the file itself says; null where it does not.</summary>
    public string? Title { get; init; }

    public string? Author { get; init; }

    public required IReadOnlyList<ReadScene> Scenes { get; init; }

    /// <summary>In the order in which they first speak.</summary>
    public IReadOnlyList<NewCharacter> Characters { get; init; } = [];

    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>What stands between two scene starts.</summary>
/// <param name="Heading">Its headings, a line each; null where only a mark divides it from what stands before.</param>
/// <param name="Body">Paragraphs, with an empty line between them; may be empty.</param>
internal sealed record ReadScene(string? Heading, string Body)
{
    /// <summary>The scenes as segments: each scene is split by itself, its heading stands with its first words.</summary>
    public static StoryDraft Split(IReadOnlyList<ReadScene> scenes)
    {
        var drafts = new List<SegmentDraft>();
        foreach (var scene in scenes)
        {
            var first = drafts.Count;
            drafts.AddRange(StorySplitter.Split(scene.Body));
            if (scene.Heading is { } heading)
            {
                if (first < drafts.Count && heading.Length + 2 + drafts[first].Text.Length <= Segment.MaxTextLength)
                {
                    drafts[first] = drafts[first] with { Text = $"{heading}\n\n{drafts[first].Text}" };
                }
                else
                {
                    drafts.Insert(first, new(default, Graphemes.Truncate(heading, Segment.MaxTextLength), HardCut: true));
                }
            }

            if (first < drafts.Count)
            {
                drafts[first] = drafts[first] with { HardCut = true };
            }
        }

        return StoryDraft.Of(drafts);
    }

    /// <summary>The scenes as one text that splits at the same places: a heading that is not known for one by itself gets a mark.</summary>
    public static string Join(IReadOnlyList<ReadScene> scenes)
    {
        var parts = new List<string>();
        foreach (var scene in scenes)
        {
            if (scene.Heading is { } heading)
            {
                parts.AddRange(heading.Split('\n').Select(line => SceneMarks.Classify(line, blankAbove: true) is LineKind.Heading ? line : $"# {line}"));
            }
            else if (parts.Count > 0)
            {
                parts.Add("***");
            }

            if (scene.Body.Length > 0)
            {
                parts.Add(scene.Body);
            }
        }

        return string.Join("\n\n", parts);
    }
}

/// <summary>Gathers scenes while a file is read.</summary>
internal sealed class SceneList
{
    private readonly List<ReadScene> _scenes = [];
    private readonly List<string> _headings = [];
    private readonly List<string> _paragraphs = [];

    public bool IsEmpty => _scenes.Count == 0 && _headings.Count == 0 && _paragraphs.Count == 0;

    /// <summary>Headings that follow each other without a word between them stand together.</summary>
    public void Heading(string heading)
    {
        if (_paragraphs.Count > 0)
        {
            Close();
        }

        if (!string.IsNullOrWhiteSpace(heading))
        {
            _headings.Add(heading);
        }
    }

    /// <summary>A scene ends here, and the next one has no name.</summary>
    public void Divide()
    {
        if (_paragraphs.Count > 0)
        {
            Close();
        }
    }

    public void Paragraph(string text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            _paragraphs.Add(text.Trim());
        }
    }

    public IReadOnlyList<ReadScene> ToList()
    {
        Close();
        return _scenes;
    }

    private void Close()
    {
        if (_headings.Count > 0 || _paragraphs.Count > 0)
        {
            _scenes.Add(new(_headings.Count > 0 ? string.Join('\n', _headings) : null, string.Join("\n\n", _paragraphs)));
        }

        _headings.Clear();
        _paragraphs.Clear();
    }
}
