using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>What an edit of a segment, or of prompts, is called, for the one who undoes it.</summary>
internal static class EditWords
{
    public static string Of(string number, Segment segment, SegmentPatch patch) => patch switch
    {
        { Text: { } text } when text != segment.Text => $"{number} edited",
        { HardCut: true } when !segment.HardCut => $"Scene started at {number}",
        { HardCut: false } when segment.HardCut => $"{number} joined to the scene before",
        { Prompt: not null } or { Prompts: not null } => $"Prompt of {number} edited",
        _ => $"{number} edited",
    };

    /// <summary>What a change of these segments' prompts is called.</summary>
    public static string OfPrompts(IReadOnlyList<Segment> segments, string done) =>
        segments.Count == 1 ? $"Prompt of {segments[0].Number} {done}" : $"Prompts of {segments.Count} pages {done}";

    /// <summary>What a change of that is called which a story adds to a style.</summary>
    public static string OfNote(string style, string done) => $"What the story adds to {style} {done}";
}
