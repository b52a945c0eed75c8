using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Stories;

/// <summary>What a segment's prompts are, and what becomes of them when several are changed at once. Pure.</summary>
internal static class PromptRules
{
    private const int MostNamed = 5;

    /// <summary>What is to be in the picture of a style; of all styles, where none is named.</summary>
    public static string Scene(Segment segment, string? style) =>
        PromptComposer.Scene(segment.Text, style is not null && segment.Prompts.TryGetValue(style, out var own) ? own : segment.Prompt);

    /// <exception cref="ConflictException"><c>prompt_changed</c>: what the patch was made from is another by now.</exception>
    public static void RefuseWhereChanged(Segment segment, SegmentPatch patch)
    {
        if (IsOther(segment, null, patch.PromptBasedOn) || patch.PromptsBasedOn?.Any(p => IsOther(segment, p.Key, p.Value)) == true)
        {
            throw Changed([segment.Number]);
        }
    }

    /// <summary>Whether the prompt is no longer what somebody saw; never where nobody says what that was.</summary>
    public static bool IsOther(Segment segment, string? style, string? seen) => seen is not null && Scene(segment, style) != seen.ReplaceLineEndings("\n").Trim();

    /// <summary>Says of these segments that their prompts were changed meanwhile.</summary>
    public static ConflictException Changed(IReadOnlyList<SegmentNumber> numbers)
    {
        var first = string.Join(", ", numbers.Take(numbers.Count - 1).Take(MostNamed));
        return new("prompt_changed", numbers.Count switch
        {
            1 => $"The prompt of {numbers[0]} was changed meanwhile. Nothing was saved.",
            > MostNamed + 1 => $"The prompts of {first} and {numbers.Count - MostNamed} others were changed meanwhile. Nothing was saved.",
            _ => $"The prompts of {first} and {numbers[^1]} were changed meanwhile. Nothing was saved.",
        });
    }

    /// <summary>False where they stand so already.</summary>
    public static bool Set(Segment segment, string? prompt, Dictionary<string, string> prompts)
    {
        if (Stands(segment, prompt, prompts))
        {
            return false;
        }

        (segment.Prompt, segment.Prompts) = (prompt, prompts);
        return true;
    }

    /// <summary>Whether these are the segment's prompts.</summary>
    public static bool Stands(Segment segment, string? prompt, Dictionary<string, string> prompts) =>
        segment.Prompt == prompt && segment.Prompts.Count == prompts.Count && prompts.All(p => segment.Prompts.GetValueOrDefault(p.Key) == p.Value);

    /// <param name="segmentText">What the prompt is where the author wrote none.</param>
    /// <param name="prompt">The author's for every style.</param>
    /// <param name="prompts">The author's by style.</param>
    /// <param name="style">The style that is meant; null for all.</param>
    /// <param name="kind">What is done.</param>
    /// <param name="text">The words; null where it is reset.</param>
    /// <param name="styles">Keys of the story's styles, and of those that may come back to it; asked for only where one style is reset.</param>
    public static (string? Prompt, Dictionary<string, string> Prompts) Apply(
        string segmentText, string? prompt, IReadOnlyDictionary<string, string> prompts, string? style, PromptEditKind kind, string? text, IReadOnlyList<string> styles)
    {
        var changed = new Dictionary<string, string>(prompts, StringComparer.Ordinal);
        switch (kind, style)
        {
            case (PromptEditKind.Reset, null):
                return (null, new(StringComparer.Ordinal));
            case (PromptEditKind.Replace, null):
                return (text, new(StringComparer.Ordinal));
            case (PromptEditKind.Add, null):
                foreach (var key in prompts.Keys)
                {
                    changed[key] = Added(prompts[key]);
                }

                return (Added(PromptComposer.Scene(segmentText, prompt)), changed);
            case (PromptEditKind.Reset, { } key) when string.IsNullOrWhiteSpace(prompt):
                changed.Remove(key);
                return (prompt, changed);
            case (PromptEditKind.Reset, { } key):
                // The author's words for every style stay what they are in the others. A copy of the text in this one would follow it no more.
                changed.Remove(key);
                foreach (var other in styles.Where(s => s != key))
                {
                    changed.TryAdd(other, prompt!);
                }

                return (null, changed);
            case (PromptEditKind.Replace, { } key):
                changed[key] = text!;
                return (prompt, changed);
            default:
                changed[style!] = Added(prompts.TryGetValue(style!, out var own) ? own : PromptComposer.Scene(segmentText, prompt));
                return (prompt, changed);
        }

        string Added(string words) => $"{words.TrimEnd()}\n{text}";
    }
}
