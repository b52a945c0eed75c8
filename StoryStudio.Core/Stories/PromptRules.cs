using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Stories;

/// <summary>What becomes of one segment's prompts when several are changed at once. Pure.</summary>
internal static class PromptRules
{
    /// <param name="segmentText">What the prompt is where the author wrote none.</param>
    /// <param name="prompt">The author's for every style.</param>
    /// <param name="prompts">The author's by style.</param>
    /// <param name="style">The style that is meant; null for all.</param>
    /// <param name="kind">What is done.</param>
    /// <param name="text">The words; null where it is reset.</param>
    public static (string? Prompt, Dictionary<string, string> Prompts) Apply(
        string segmentText, string? prompt, IReadOnlyDictionary<string, string> prompts, string? style, PromptEditKind kind, string? text)
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
            case (PromptEditKind.Reset, { } key):
                changed.Remove(key);
                return (prompt, changed);
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
