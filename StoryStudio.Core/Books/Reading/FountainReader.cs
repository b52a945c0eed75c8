using System.Text;
using System.Text.RegularExpressions;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Books.Reading;

/// <summary>
/// Screenplays in Fountain (fountain.io): scene headings and sections start scenes, whoever speaks is a character, and what is said
/// reads as <c>Mira: (softly) Good night.</c> Notes, synopses, boneyard, transitions and page breaks are for the crew and left out.
/// </summary>
internal static partial class FountainReader
{
    /// <summary>A longer line is no heading and nobody's name.</summary>
    private const int LongestMark = 200;

    private static readonly HashSet<string> TitleKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "title", "credit", "author", "authors", "source", "notes", "draft date", "date", "contact", "copyright", "revision",
    };

    /// <summary>Whether a text is a screenplay whatever its name: scenes, and people who speak in them.</summary>
    public static bool Recognises(string text)
    {
        var (scenes, speakers) = (0, 0);
        var lines = (text.Length > 200_000 ? text[..200_000] : text).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || (i > 0 && lines[i - 1].Trim().Length > 0))
            {
                continue;
            }

            scenes += SceneHeading().IsMatch(line) ? 1 : 0;
            speakers += i + 1 < lines.Length && lines[i + 1].Trim().Length > 0 && (IsForcedCue(line) || IsCue(line)) ? 1 : 0;
        }

        return scenes >= 2 && speakers >= 1;
    }

    public static ReadText Read(string text)
    {
        var left = 0;
        var lines = WithoutNotes(WithoutBoneyard(text, ref left), ref left).Split('\n').ToList();
        var page = TitlePage(lines, out var start);
        var script = new Script(lines, start);
        script.Read();
        left += script.Left;
        return new()
        {
            Kind = StoryFileKind.Fountain,
            Title = page.GetValueOrDefault("title"),
            Author = page.GetValueOrDefault("author") ?? page.GetValueOrDefault("authors"),
            Scenes = script.Scenes.ToList(),
            Characters = script.Cast(),
            Notes = left == 0 ? [] : [$"{ReadWords.Count(left, "note")}, synopses and transitions among them, {(left == 1 ? "was" : "were")} left out."],
        };
    }

    /// <summary>Without what stands between <c>/*</c> and <c>*/</c>. Each end is looked for once, however many beginnings there are.</summary>
    private static string WithoutBoneyard(string text, ref int left)
    {
        var kept = new KeptText(text);
        while (text.IndexOf("/*", kept.At, StringComparison.Ordinal) is var open and >= 0 && text.IndexOf("*/", open + 2, StringComparison.Ordinal) is var close and >= 0)
        {
            kept.KeepTo(open);
            kept.SkipTo(close + 2);
            left++;
        }

        kept.KeepTo(text.Length);
        return kept.ToString();
    }

    /// <summary>Without what stands between <c>[[</c> and <c>]]</c>. A note may run over lines, but not over an empty one; a line of two spaces is none.</summary>
    private static string WithoutNotes(string text, ref int left)
    {
        var kept = new KeptText(text);
        var (close, blank) = (-1, -1);
        while (text.IndexOf("[[", kept.At, StringComparison.Ordinal) is var open and >= 0)
        {
            close = close < open + 2 ? text.IndexOf("]]", open + 2, StringComparison.Ordinal) : close;
            if (close < 0)
            {
                break;
            }

            blank = blank < open ? BlankLine(text, open) : blank;
            if (close < blank)
            {
                kept.KeepTo(open);
                kept.SkipTo(close + 2);
                left++;
            }
            else
            {
                kept.KeepTo(open + 2);
            }
        }

        kept.KeepTo(text.Length);
        return kept.ToString();
    }

    private static int BlankLine(string text, int from)
    {
        for (var end = text.IndexOf('\n', from); end >= 0; end = text.IndexOf('\n', end + 1))
        {
            var next = text.AsSpan(end + 1);
            var rest = next.TrimStart(" \t");
            if (rest is [] || (rest[0] == '\n' && !next.StartsWith("  ", StringComparison.Ordinal)))
            {
                return end;
            }
        }

        return int.MaxValue;
    }

    private static Dictionary<string, string> TitlePage(List<string> lines, out int start)
    {
        var page = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        start = lines.FindIndex(l => l.Trim().Length > 0);
        start = Math.Max(start, 0);
        if (lines.Count == 0 || KeyOf(lines[start]) is not { } first || !TitleKeys.Contains(first))
        {
            return page;
        }

        string? key = null;
        for (; start < lines.Count && lines[start].Trim().Length > 0; start++)
        {
            var line = lines[start];
            var value = line;
            if (!char.IsWhiteSpace(line[0]) && KeyOf(line) is { } named)
            {
                key = named;
                value = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..];
            }

            value = Plain(value.Trim());
            if (key is not null && value.Length > 0)
            {
                page[key] = page.TryGetValue(key, out var before) ? $"{before} {value}" : value;
            }
        }

        return page;
    }

    private static string? KeyOf(string line) => TitleKey().Match(line) is { Success: true } match ? match.Groups["key"].Value : null;

    /// <summary>Whoever speaks is named as such, in letters of any kind.</summary>
    private static bool IsForcedCue(string line) => line is ['@', _, ..] and { Length: <= LongestMark };

    /// <summary>In capitals, at least one of them: where letters have none, as in Chinese or Arabic, nobody can tell a name by how it is written.</summary>
    private static bool IsCue(string line)
    {
        if (line.Length > LongestMark)
        {
            return false;
        }

        var name = Extension().Replace(line.TrimEnd('^').TrimEnd(), "").Trim();
        return name.Length is > 0 and <= Character.MaxNameLength && name.Any(char.IsUpper) && !name.Any(char.IsLower) && !name.EndsWith(':') && !SceneHeading().IsMatch(line) && (name[^1] is not ('.' or '!' or '?' or '…') || Abbreviation().IsMatch(name));
    }

    /// <summary>Without the marks of emphasis, which stand in pairs, close to the words between them; one that is alone stays, and so does what stands behind a backslash.</summary>
    private static string Plain(string line)
    {
        if (line.AsSpan().IndexOfAny('*', '_') < 0)
        {
            return line;
        }

        var (stars, lines, gone) = (new Stack<int>(), new Stack<int>(), new bool[line.Length]);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length && line[i + 1] is '*' or '_')
            {
                gone[i++] = true;
            }
            else if (line[i] is '*' or '_')
            {
                i = Pair(i, line[i] == '*' ? stars : lines);
            }
        }

        return string.Concat(line.Where((_, i) => !gone[i]));

        int Pair(int at, Stack<int> open)
        {
            var end = at + 1;
            while (end < line.Length && line[end] == line[at])
            {
                end++;
            }

            var (before, after) = (at == 0 ? ' ' : line[at - 1], end == line.Length ? ' ' : line[end]);
            // One in the middle of a word is the name of something, as in lamp_on.
            var isInWord = line[at] == '_' && char.IsLetterOrDigit(before) && char.IsLetterOrDigit(after);
            for (; !char.IsWhiteSpace(before) && !isInWord && at < end && open.TryPop(out var begin); at++)
            {
                gone[begin] = gone[at] = true;
            }

            for (; !char.IsWhiteSpace(after) && !isInWord && at < end; at++)
            {
                open.Push(at);
            }

            return end - 1;
        }
    }

    /// <summary>OLD TOM as a person would write it: Old Tom.</summary>
    private static string NameOf(string cue)
    {
        var name = Extension().Replace(cue.TrimStart('@').TrimEnd().TrimEnd('^').TrimEnd(), "").Trim();
        if (name.Any(char.IsLower))
        {
            return name;
        }

        return string.Create(name.Length, name, static (span, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                var begins = i == 0 || !(char.IsLetterOrDigit(source[i - 1]) || source[i - 1] is '\'' or '’');
                span[i] = begins ? source[i] : char.ToLowerInvariant(source[i]);
            }
        });
    }

    /// <summary>
    /// A heading in the form that is known for one in any text: <c>int kitchen - day</c> is <c>INT. kitchen - day</c>, a view of the whole is
    /// from outside, and what no text shows to be a heading gets a mark. As words it would be drawn.
    /// </summary>
    private static string HeadingOf(string heading)
    {
        var slug = SceneHeading().Match(heading);
        var place = heading[slug.Length..].Trim();
        if (slug.Success && place.Length > 0 && PromptComposer.Setting(heading).Length == 0)
        {
            var side = slug.Groups["both"].Success ? "INT./EXT." : slug.Groups["in"].Success ? "INT." : "EXT.";
            heading = $"{side} {place}{(slug.Groups["whole"].Success ? " - ESTABLISHING" : "")}";
        }

        var marked = $"# {heading}";
        return heading.Length > 0 && SceneMarks.Classify(heading, blankAbove: true) is LineKind.Text && SceneMarks.Classify(marked, blankAbove: true) is LineKind.Heading ? marked : heading;
    }

    [GeneratedRegex(@"^(?<key>[A-Za-z][A-Za-z ]{0,30}):", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TitleKey();

    [GeneratedRegex(@"^((?<both>INT\.?/EXT|EXT\.?/INT|I/E)|(?<in>INT)|(?<out>EXT)|(?<whole>EST))[. ]", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SceneHeading();

    [GeneratedRegex(@"^(FADE (IN|OUT|UP|TO (BLACK|WHITE))|CUT TO (BLACK|WHITE))\s*[.:]?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Fade();

    [GeneratedRegex(@"\s*#[^#\s][^#]*#\s*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SceneNumber();

    [GeneratedRegex(@"\s*\([^()]*\)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Extension();

    [GeneratedRegex(@"\b(JR|SR|DR|MR|MRS|ST)\.$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Abbreviation();

    /// <summary>
    /// A text without parts of it. Where nothing else stood on the lines of what is left out, they go with it: an empty line would end
    /// what somebody is saying.
    /// </summary>
    private sealed class KeptText(string text)
    {
        private readonly StringBuilder _kept = new(text.Length);
        private int _lineStart;
        private bool _isLineBlank = true;

        /// <summary>Where in the whole text it goes on.</summary>
        public int At { get; private set; }

        public void KeepTo(int end)
        {
            var part = text.AsSpan(At, end - At);
            var lineBreak = part.LastIndexOf('\n');
            _lineStart = lineBreak < 0 ? _lineStart : _kept.Length + lineBreak + 1;
            _isLineBlank = (lineBreak >= 0 || _isLineBlank) && part[(lineBreak + 1)..].IsWhiteSpace();
            _kept.Append(part);
            At = end;
        }

        public void SkipTo(int end)
        {
            At = end;
            while (end < text.Length && text[end] != '\n' && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            if (_isLineBlank && (end == text.Length || text[end] == '\n'))
            {
                _kept.Length = _lineStart;
                At = Math.Min(end + 1, text.Length);
            }
        }

        public override string ToString() => _kept.ToString();
    }

    private sealed class Script(List<string> lines, int start)
    {
        private readonly List<string> _block = [];
        private readonly List<(string Name, int Count)> _cast = [];
        private readonly Dictionary<string, int> _places = new(StringComparer.OrdinalIgnoreCase);

        public SceneList Scenes { get; } = new();

        /// <summary>What was left out.</summary>
        public int Left { get; private set; }

        public void Read()
        {
            for (var i = start; i < lines.Count; i++)
            {
                var line = lines[i].Trim();
                var blankAbove = i == start || lines[i - 1].Trim().Length == 0;
                var blankBelow = i + 1 >= lines.Count || lines[i + 1].Trim().Length == 0;
                if (line.Length == 0)
                {
                    CloseAction();
                }
                else if (line.Length <= LongestMark && (line is ['.', not '.', ..] || (blankAbove && SceneHeading().IsMatch(line))))
                {
                    CloseAction();
                    Scenes.Heading(HeadingOf(Plain(SceneNumber().Replace(line.TrimStart('.'), "")).Trim()));
                }
                else if (line[0] == '#' && line.TrimStart('#').Trim() is { Length: > 0 and <= LongestMark } section)
                {
                    CloseAction();
                    Scenes.Heading(HeadingOf(Plain(section)));
                }
                else if (line[0] == '=')
                {
                    // A synopsis; three of them are the end of a page.
                    CloseAction();
                    Left++;
                }
                else if (line is ['>', .., '<'])
                {
                    _block.Add(Plain(line.Trim('>', '<').Trim()));
                }
                else if (line[0] == '>' || (blankAbove && blankBelow && IsTransition(line)))
                {
                    CloseAction();
                    Left++;
                }
                else if (IsForcedCue(line) || (blankAbove && !blankBelow && line[0] != '!' && IsCue(line)))
                {
                    CloseAction();
                    i = ReadSpeech(i);
                }
                else
                {
                    // Forced action, or a line of a song.
                    _block.Add(Plain(line[0] is '!' or '~' ? line[1..].TrimStart() : line));
                }
            }

            CloseAction();
        }

        /// <summary>Those who speak most, where there are more than a story may have; in the order in which they first spoke.</summary>
        public List<NewCharacter> Cast()
        {
            var kept = _cast.OrderByDescending(c => c.Count).Take(NewStoryRules.MaxCharacters).Select(c => c.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            return [.. _cast.Where(c => kept.Contains(c.Name)).Select(c => new NewCharacter(c.Name, null))];
        }

        private static bool IsTransition(string line) => (line.EndsWith("TO:", StringComparison.Ordinal) && !line.Any(char.IsLower)) || Fade().IsMatch(Plain(line));

        private int ReadSpeech(int at)
        {
            var name = NameOf(lines[at].Trim());
            var said = new List<string>();
            var i = at + 1;

            // A line of two spaces is a pause in what is said, not its end.
            for (; i < lines.Count && (lines[i].Trim().Length > 0 || (lines[i].Length >= 2 && lines[i].All(c => c == ' '))); i++)
            {
                if (lines[i].Trim() is { Length: > 0 } line)
                {
                    said.Add(Plain(line.TrimStart('~').Trim()));
                }
            }

            if (said.Count == 0 || name.Length == 0)
            {
                _block.Add(Plain(lines[at].Trim().TrimStart('@')));
                return at;
            }

            if (_places.TryGetValue(name, out var place))
            {
                _cast[place] = (_cast[place].Name, _cast[place].Count + 1);
            }
            else if (name.Length <= Character.MaxNameLength)
            {
                _places[name] = _cast.Count;
                _cast.Add((name, 1));
            }

            Scenes.Paragraph($"{name}: {string.Join(' ', said)}");
            return i - 1;
        }

        private void CloseAction()
        {
            Scenes.Paragraph(string.Join('\n', _block));
            _block.Clear();
        }
    }
}
