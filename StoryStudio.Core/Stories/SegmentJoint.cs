namespace StoryStudio.Core.Stories;

/// <summary>What stands between two segments that become one: a paragraph's end where a sentence ends, else a space.</summary>
internal static class SegmentJoint
{
    public static string Of(string first, string second) => SentenceEnds.IsAtEndOf(first) ? $"{first}\n\n{second}" : $"{first} {second}";
}
