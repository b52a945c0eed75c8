namespace StoryStudio.Core.Stories;

/// <summary>Puts together what a provider is asked to draw: what happens, who is in it, what the pictures that come along are for, what the author adds, and last the style.</summary>
public static class PromptComposer
{
    /// <summary>Longest prompt, in UTF-16 units. What does not fit is left out at the end of a sentence, the style last of all.</summary>
    public const int MaxLength = Segment.MaxPromptLength;

    /// <summary>A style or an instruction never takes more than this from what happens.</summary>
    private const int MaxPartLength = MaxLength / 4;

    /// <summary>Sixteen of them, and names of some length.</summary>
    private const int MaxReferencesLength = MaxLength / 8;

    private const string Between = "\n\n";

    /// <summary>The whole prompt of a segment in a style.</summary>
    /// <param name="style">Its words stand at the end.</param>
    /// <param name="segmentText">The segment's own words.</param>
    /// <param name="ownPrompt">The author's prompt, in place of the segment's words; blank where there is none.</param>
    /// <param name="characters">Who is in the picture.</param>
    /// <param name="describeCharacters">Whether to say what they look like, so that they look the same in every picture.</param>
    /// <param name="instruction">What the author asks of this one version; blank where nothing.</param>
    /// <param name="references">What the pictures are for that go along; blank where none do.</param>
    public static string Compose(StyleDefinition style, string segmentText, string? ownPrompt, IReadOnlyList<CharacterLook> characters, bool describeCharacters, string? instruction, string? references = null)
    {
        ArgumentNullException.ThrowIfNull(style);
        ArgumentNullException.ThrowIfNull(characters);
        var stylePart = SentenceEnds.Truncate(style.Prompt.Trim(), MaxPartLength);
        var instructionPart = SentenceEnds.Truncate(instruction?.Trim() ?? "", MaxPartLength);
        var charactersPart = describeCharacters ? Describe(characters) : "";
        var referencesPart = SentenceEnds.Truncate(references?.Trim() ?? "", MaxReferencesLength);
        var room = MaxLength - stylePart.Length - instructionPart.Length - charactersPart.Length - referencesPart.Length - 4 * Between.Length;
        var scene = SentenceEnds.Truncate(Scene(segmentText, ownPrompt), room);
        return string.Join(Between, new[] { scene, charactersPart, referencesPart, instructionPart, stylePart }.Where(p => p.Length > 0));
    }

    /// <summary>The whole prompt of a character's or a place's sheet in a style.</summary>
    /// <param name="style">Its words stand at the end.</param>
    /// <param name="character">Whom it shows.</param>
    /// <param name="ownPrompt">In place of the usual words; blank where there is none.</param>
    /// <param name="instruction">What the author asks of this one version; blank where nothing.</param>
    /// <param name="references">What the pictures are for that go along; blank where none do.</param>
    public static string ComposeSheet(StyleDefinition style, CharacterLook character, string? ownPrompt, string? instruction, string? references)
    {
        ArgumentNullException.ThrowIfNull(character);
        var usual = character.Kind is CastKind.Place
            ? $"{character.Name}, the place itself, with nobody in it: seen whole, as one sees it on coming there.\n{character.Description}".Trim()
            : $"{character.Name}, alone: the whole figure, standing, seen from the front, on a plain background.\n{character.Description}".Trim();
        return Compose(style, usual, ownPrompt, [], describeCharacters: false, instruction, references);
    }

    /// <summary>What happens in the picture, without style or characters: the author's prompt, else the segment's words without headings and separators.</summary>
    public static string Scene(string segmentText, string? ownPrompt)
    {
        ArgumentNullException.ThrowIfNull(segmentText);
        return string.IsNullOrWhiteSpace(ownPrompt) ? WithoutMarks(segmentText, withSetting: true) : ownPrompt.Trim();
    }

    /// <summary>The segment's words without headings and separators, by which it is told whether they are others.</summary>
    public static string Words(string segmentText)
    {
        ArgumentNullException.ThrowIfNull(segmentText);
        return WithoutMarks(segmentText, withSetting: false);
    }

    /// <summary>Where and when it happens, as a screenplay's headings in it say; empty where none do.</summary>
    public static string Setting(string segmentText)
    {
        ArgumentNullException.ThrowIfNull(segmentText);
        return string.Join('\n', Read(segmentText).Settings);
    }

    /// <summary>
    /// A heading is no part of what happens, and a picture that was asked for one would have it painted in. It stays where there is nothing else,
    /// and a screenplay's says where and when it happens: that is said in a sentence.
    /// </summary>
    private static string WithoutMarks(string text, bool withSetting)
    {
        var (words, headings, settings) = Read(text);
        return words.Length > 0 ? string.Join('\n', [.. withSetting ? settings : [], words]) : headings.Count > 0 ? string.Join('\n', headings) : text.Trim();
    }

    private static (string Words, List<string> Headings, List<string> Settings) Read(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var blankAbove = true;
        var kept = new List<string>(lines.Length);
        var headings = new List<string>();
        var settings = new List<string>();
        foreach (var line in lines)
        {
            var kind = SceneMarks.Classify(line.AsSpan().Trim(), blankAbove);
            blankAbove = kind != LineKind.Text || string.IsNullOrWhiteSpace(line);
            if (kind == LineKind.Text)
            {
                kept.Add(line);
            }
            else if (kind == LineKind.Heading)
            {
                headings.Add(TitleText.Clean(line));
                if (SettingOf(line.Trim()) is { } setting)
                {
                    settings.Add(setting);
                }
            }
        }

        return (string.Join('\n', kept).Trim(), headings, settings);
    }

    /// <summary>"INT. LIGHTHOUSE - NIGHT" as "Inside: lighthouse, night."; null for every other heading.</summary>
    private static string? SettingOf(string heading)
    {
        if (!SceneMarks.IsSlugline(heading))
        {
            return null;
        }

        // Its first word: INT., EXT., INT./EXT., I/E.
        var space = heading.IndexOf(' ', StringComparison.Ordinal);
        var (mark, rest) = space < 0 ? (heading, "") : (heading[..space].ToUpperInvariant(), heading[(space + 1)..]);
        var where = mark.Contains('/', StringComparison.Ordinal) ? "Inside and outside" : mark.StartsWith("EXT", StringComparison.Ordinal) ? "Outside" : "Inside";
        var parts = rest.Split([" - ", " – ", " — "], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length == 0 ? null : $"{where}: {string.Join(", ", parts).TrimEnd('.').ToLowerInvariant()}.";
    }

    private static string Describe(IReadOnlyList<CharacterLook> cast)
    {
        var described = cast.Where(c => !string.IsNullOrWhiteSpace(c.Description)).ToList();
        return string.Join(Between, new[]
        {
            Describe("Characters, who look the same in every picture:", described.FindAll(c => c.Kind is CastKind.Character), described.Count),
            Describe("Places, which look the same in every picture:", described.FindAll(c => c.Kind is CastKind.Place), described.Count),
        }.Where(p => p.Length > 0));
    }

    private static string Describe(string heading, List<CharacterLook> described, int all)
    {
        if (described.Count == 0)
        {
            return "";
        }

        // Characters and places share the room by how many they are.
        var lines = new List<string> { heading };
        var room = MaxPartLength * described.Count / all - heading.Length - Between.Length;
        foreach (var (name, description) in described)
        {
            // Everybody gets the same share of what is left, so that a long description does not push the others out.
            var share = room / (described.Count - lines.Count + 1);
            var line = SentenceEnds.Truncate($"{name}: {description.Trim()}", Math.Max(0, share - 1));
            lines.Add(line);
            room -= line.Length + 1;
        }

        return string.Join('\n', lines.Where(l => l.Length > 0));
    }
}
