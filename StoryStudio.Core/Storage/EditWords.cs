using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>What an edit of one segment is called, for the one who undoes it.</summary>
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
}
