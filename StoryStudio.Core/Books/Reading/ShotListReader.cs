using System.Text.Json;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Books.Reading;

/// <summary>
/// A shot list: <c>{ "title"?, "promptsByStyle": { style: [{ "beat_number", "ai_prompt", "hard_cut"? }] } }</c>. A beat is a segment,
/// its prompts are the segment's own; its text is the prompt of the first style that has one. Its texts and names are whole by now.
/// </summary>
internal static class ShotListReader
{
    private const string Root = "promptsByStyle";
    private const int MostErrors = 20;

    public static bool Recognises(JsonElement root) => root.ValueKind is JsonValueKind.Object && root.TryGetProperty(Root, out _);

    /// <summary>Whether a text is written as one, be it right or wrong.</summary>
    public static bool IsMeant(string text) => text.AsSpan().TrimStart() is ['{', ..] && text.Contains($"\"{Root}\"", StringComparison.Ordinal);

    /// <exception cref="InvalidInputException">With the first places that are wrong, a style that is not in the settings among them.</exception>
    public static NewStory Read(JsonElement root, IReadOnlyCollection<StyleDefinition> known)
    {
        var errors = new FieldErrors(MostErrors);
        var beats = new SortedDictionary<SegmentNumber, Beat>();
        var styles = new List<string>();
        if (root.GetProperty(Root) is { ValueKind: JsonValueKind.Object } lists)
        {
            foreach (var list in lists.EnumerateObject().TakeWhile(_ => !errors.IsFull))
            {
                ReadStyle(list, known, styles, beats, errors);
            }
        }
        else
        {
            errors.Add(Root, $"{Root} must be an object: a list of beats for each style.");
        }

        errors.ThrowIfAny();
        return beats.Count == 0
            ? throw new InvalidInputException(Root, "There are no beats in this shot list.")
            : new()
            {
                Title = root.TryGetProperty("title", out var title) && title.ValueKind is JsonValueKind.String ? title.GetString() : null,
                Styles = styles,
                Segments = [.. beats.Select(b => new NewSegment { Number = b.Key.ToString(), Text = b.Value.Text, Prompts = b.Value.Prompts, HardCut = b.Value.HardCut })],
            };
    }

    /// <summary>The key is what a shot list says, the name what a page shows.</summary>
    private static string Named(StyleDefinition style) =>
        style.Name.Equals(style.Key, StringComparison.OrdinalIgnoreCase) ? style.Key : $"{style.Key} (shown as {FieldErrors.Quote(style.Name)})";

    private static void ReadStyle(JsonProperty list, IReadOnlyCollection<StyleDefinition> known, List<string> styles, SortedDictionary<SegmentNumber, Beat> beats, FieldErrors errors)
    {
        var field = $"{Root}.{list.Name}";
        if (!known.Any(s => s.Key == list.Name))
        {
            errors.Add(field, $"There is no style {FieldErrors.Quote(list.Name)}. Rename it in the shot list to one of these: {string.Join(", ", known.Select(Named))}.");
            return;
        }

        if (list.Value.ValueKind is not JsonValueKind.Array)
        {
            errors.Add(field, $"{field} must be a list of beats.");
            return;
        }

        if (styles.Contains(list.Name, StringComparer.Ordinal))
        {
            errors.Add(field, $"The style {FieldErrors.Quote(list.Name)} is there twice.");
            return;
        }

        styles.Add(list.Name);
        SegmentNumber? previous = null;
        foreach (var (item, i) in list.Value.EnumerateArray().Select((item, i) => (item, i)).TakeWhile(_ => !errors.IsFull))
        {
            var place = $"{field}[{i}]";
            if (item.ValueKind is not JsonValueKind.Object)
            {
                errors.Add(place, $"{place} must be an object with beat_number and ai_prompt.");
                continue;
            }

            var prompt = errors.Required($"{place}.ai_prompt", "The prompt", Text(item, "ai_prompt", place, errors)?.ReplaceLineEndings("\n"), Segment.MaxPromptLength);
            var hardCut = Flag(item, place, errors);
            if (Number(item, place, previous, hardCut, errors) is not { } number)
            {
                continue;
            }

            previous = number;
            if (!beats.TryGetValue(number, out var beat))
            {
                beats[number] = beat = new() { Text = prompt ?? "" };
            }

            if (!beat.Prompts.TryAdd(list.Name, prompt ?? ""))
            {
                errors.Add($"{place}.beat_number", $"The beat {number} is there twice.");
            }

            beat.HardCut = hardCut is true ? true : beat.HardCut ?? hardCut;
            if (beats.Count > NewStoryRules.MaxSegments)
            {
                errors.Add(field, $"A story has at most {NewStoryRules.MaxSegments} segments.");
                return;
            }
        }
    }

    private static SegmentNumber? Number(JsonElement item, string place, SegmentNumber? previous, bool? hardCut, FieldErrors errors)
    {
        if (!item.TryGetProperty("beat_number", out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return previous is not { } before ? new(1, 1) : hardCut is true ? new(before.Scene + 1, 1) : before with { Beat = before.Beat + 1 };
        }

        // A number as it stands there: 1.10 is the tenth beat and not the first.
        var text = value.ValueKind switch
        {
            JsonValueKind.String => Text(item, "beat_number", place, errors),
            JsonValueKind.Number => value.GetRawText(),
            _ => "",
        };
        if (SegmentNumber.TryParse(text?.Trim(), out var number))
        {
            return number;
        }

        errors.Add($"{place}.beat_number", $"{FieldErrors.Quote(text)} is not a number such as 1.2: scene and beat, each from 1 to {SegmentNumber.Highest}.");
        return null;
    }

    private static string? Text(JsonElement item, string name, string place, FieldErrors errors)
    {
        if (!item.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.String)
        {
            return value.GetString();
        }

        errors.Add($"{place}.{name}", $"{place}.{name} must be text.");
        return null;
    }

    private static bool? Flag(JsonElement item, string place, FieldErrors errors)
    {
        if (!item.TryGetProperty("hard_cut", out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        errors.Add($"{place}.hard_cut", $"{place}.hard_cut must be true or false.");
        return null;
    }

    private sealed class Beat
    {
        public required string Text { get; init; }

        public Dictionary<string, string> Prompts { get; } = new(StringComparer.Ordinal);

        public bool? HardCut { get; set; }
    }
}
