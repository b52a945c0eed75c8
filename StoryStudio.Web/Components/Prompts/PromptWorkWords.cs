using StoryStudio.Core.Generation;
using StoryStudio.Web.Components.Stories;

namespace StoryStudio.Web.Components.Prompts;

/// <summary>What is said of prompts that are written, and of those that were changed.</summary>
internal static class PromptWorkWords
{
    public static string Sentence(PromptWork work)
    {
        var ready = work.Proposals.Count(p => p.After is not null);
        return work.Status switch
        {
            PromptWorkStatus.Writing when work.Message is { } wait => $"Writing, {work.Done} of {work.Total}. {wait}",
            PromptWorkStatus.Writing => $"Writing, {work.Done} of {work.Total}.",
            PromptWorkStatus.Failed => $"{work.Message} {Ready(ready)}".TrimEnd(),
            PromptWorkStatus.Stopped => $"Stopped at {work.Done} of {work.Total}. {Ready(ready)}".TrimEnd(),
            _ when work.Proposals.Count == 0 && work.Done == work.Total => "There is nothing left to look at.",
            _ => Ready(ready) is { Length: > 0 } sentence ? sentence : "Nothing could be written.",
        };
    }

    /// <param name="changed">How many became what was proposed.</param>
    /// <param name="wanted">How many were to; the others were changed by somebody meanwhile, and wait for another word.</param>
    public static string Accepted(int changed, int wanted) => (changed, wanted - changed) switch
    {
        (_, <= 0) => $"{Words.Count(changed, "prompt")} changed.",
        (0, 1) => "It had become another meanwhile. What is proposed stands against what it is now: accept it again to take it all the same.",
        (0, var left) => $"{left} had become others meanwhile. {Again}",
        (_, var left) => $"{Words.Count(changed, "prompt")} changed. {left} had become {(left == 1 ? "another" : "others")} meanwhile. {Again}",
    };

    /// <param name="changed">How many are what they were before.</param>
    /// <param name="together">How many were changed in one go; the others became something else since, or are gone.</param>
    public static string TakenBack(int changed, int together) => (changed, together - changed) switch
    {
        (0, 1) => "It stands so already.",
        (0, _) => "Nothing is taken back: they are others by now.",
        (_, <= 0) => "Taken back.",
        (_, var left) => $"{Words.Count(changed, "prompt")} taken back. {left} {(left == 1 ? "was" : "were")} changed since, and {(left == 1 ? "stays" : "stay")} as {(left == 1 ? "it is" : "they are")}.",
    };

    private const string Again = "What is proposed stands against what is there now: accept it again to take it all the same.";

    /// <param name="change">One of those that were made together.</param>
    /// <param name="name">The name of a style.</param>
    public static string Change(PromptChangeDetails change, Func<string, string> name)
    {
        var where = change switch
        {
            { IsReset: true } => $" in {name(change.Style!)}, back to the text",
            { Styles: > 1 } => $" in {change.Styles} styles",
            { Style: { } style } => $" in {name(style)}",
            _ => " in all styles",
        };
        return (change.Pages, change.Number) switch
        {
            _ when change.IsNote => $"What the story adds to {name(change.Style!)}",
            (> 1, _) => $"{change.Pages} prompts{where}",
            (_, { } number) => $"The prompt of {number}{where}",
            _ => "A prompt of a page that is gone",
        };
    }

    public static string Source(PromptSource source) => source switch
    {
        PromptSource.Style => "Your own",
        PromptSource.AllStyles => "Your own, for all styles",
        _ => "From the text",
    };

    private static string Ready(int count) => count switch
    {
        0 => "",
        1 => "1 prompt is proposed. Look at it, and take it over or not.",
        _ => $"{count} prompts are proposed. Look at them, and take them over or not.",
    };
}
