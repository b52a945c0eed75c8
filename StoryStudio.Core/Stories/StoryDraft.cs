namespace StoryStudio.Core.Stories;

/// <summary>A segment as a text was split, before it is stored.</summary>
/// <param name="Number">Its place.</param>
/// <param name="Text">Its words; all of them joined give the text back, white space aside.</param>
/// <param name="HardCut">Whether a scene starts here.</param>
public sealed record SegmentDraft(SegmentNumber Number, string Text, bool HardCut);
