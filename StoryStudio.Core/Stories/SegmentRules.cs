namespace StoryStudio.Core.Stories;

/// <summary>What the segments of a new story have to keep.</summary>
internal static class SegmentRules
{
    public static List<AcceptedSegment> Check(IReadOnlyList<NewSegment> segments, IReadOnlyCollection<string> styleKeys, Cast cast, FieldErrors errors)
    {
        var accepted = new List<(AcceptedSegment Segment, bool? HardCut)>(segments.Count);
        var taken = new Dictionary<SegmentNumber, int>();
        SegmentNumber? previous = null;
        for (var i = 0; i < segments.Count; i++)
        {
            var field = $"segments[{i}]";
            // JSON may hold a null where the type promises none.
            if ((NewSegment?)segments[i] is not { } segment)
            {
                errors.Add(field, "The segment is missing.");
                continue;
            }

            var number = CheckNumber($"{field}.number", segment, previous, taken, i, errors);
            previous = number ?? previous;
            var checkedSegment = new AcceptedSegment
            {
                Number = number ?? default,
                Text = errors.Required($"{field}.text", "The text", segment.Text, Segment.MaxTextLength) ?? "",
                HardCut = false,
                Prompt = errors.Optional($"{field}.prompt", "The prompt", segment.Prompt, Segment.MaxPromptLength),
                Prompts = WithoutBlank(CheckPrompts($"{field}.prompts", segment.Prompts, styleKeys, errors)),
                Characters = cast.Named($"{field}.characters", segment.Characters),
            };
            accepted.Add((checkedSegment, segment.HardCut));
        }

        return InOrder(accepted);
    }

    /// <summary>The prompts trimmed, a blank one as an empty text.</summary>
    public static Dictionary<string, string> CheckPrompts(string field, IReadOnlyDictionary<string, string>? prompts, IReadOnlyCollection<string> styleKeys, FieldErrors errors)
    {
        var accepted = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in prompts ?? accepted)
        {
            if (!styleKeys.Contains(key, StringComparer.Ordinal))
            {
                errors.Add($"{field}.{key}", NewStoryRules.NoSuchStyle(key, styleKeys));
            }
            else
            {
                accepted[key] = errors.Optional($"{field}.{key}", "The prompt", value, Segment.MaxPromptLength) ?? "";
            }
        }

        return accepted;
    }

    private static SegmentNumber? CheckNumber(string field, NewSegment segment, SegmentNumber? previous, Dictionary<SegmentNumber, int> taken, int index, FieldErrors errors)
    {
        SegmentNumber number;
        if (string.IsNullOrWhiteSpace(segment.Number))
        {
            number = previous is not { } before ? new(1, 1)
                : segment.HardCut == true || before.Beat == SegmentNumber.Highest ? new(before.Scene + 1, 1)
                : before with { Beat = before.Beat + 1 };
        }
        else if (!SegmentNumber.TryParse(segment.Number, out number))
        {
            errors.Add(field, $"{FieldErrors.Quote(segment.Number)} is not a number such as 1.2: scene and beat, each from 1 to {SegmentNumber.Highest}.");
            return null;
        }

        if (number.Scene > SegmentNumber.Highest || number.Beat > SegmentNumber.Highest)
        {
            errors.Add(field, $"Counted on, this would be {number}; scene and beat go up to {SegmentNumber.Highest}.");
            return null;
        }

        if (!taken.TryAdd(number, index))
        {
            errors.Add(field, $"{number} is also the number of segments[{taken[number]}].");
            return null;
        }

        return number;
    }

    private static List<AcceptedSegment> InOrder(List<(AcceptedSegment Segment, bool? HardCut)> segments)
    {
        var ordered = new List<AcceptedSegment>(segments.Count);
        foreach (var (segment, hardCut) in segments.OrderBy(s => s.Segment.Number))
        {
            var startsScene = ordered.Count == 0 || ordered[^1].Number.Scene != segment.Number.Scene;
            ordered.Add(segment with { HardCut = hardCut ?? startsScene });
        }

        return ordered;
    }

    private static Dictionary<string, string> WithoutBlank(Dictionary<string, string> prompts) =>
        prompts.Where(p => p.Value.Length > 0).ToDictionary(StringComparer.Ordinal);
}
