namespace StoryStudio.Web.Components.Pictures;

/// <summary>Which picture a place is for.</summary>
/// <param name="SegmentId">The segment or the character that it belongs to, for scripts that look for its place.</param>
/// <param name="Number">The segment's number.</param>
/// <param name="Style">Key of the style; the colours of waiting come from it.</param>
/// <param name="StyleName">As people read it.</param>
/// <param name="Alt">Says what is in the picture.</param>
public readonly record struct PictureSubject(string? SegmentId, string Number, string Style, string StyleName, string Alt);
