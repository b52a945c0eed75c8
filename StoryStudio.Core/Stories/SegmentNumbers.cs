namespace StoryStudio.Core.Stories;

/// <summary>The numbers of a whole story.</summary>
public static class SegmentNumbers
{
    /// <summary>Whether they are others than follow from the order and from where scenes start: with gaps, or not from 1.1.</summary>
    public static bool AreChosen(IReadOnlyList<SegmentDetails> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        return !new BeatOrder(segments.Select(s => (s.Id, s.HardCut))).IsNumbered(segments.Select(s => SegmentNumber.TryParse(s.Number, out var number) ? number : default));
    }
}
