using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Stories;

/// <summary>What an author does to a segment where it stands.</summary>
public enum SegmentDeed
{
    JoinBefore,
    JoinNext,
    MoveUp,
    MoveDown,
    Scene,
    Add,
    Delete,
}

/// <summary>A deed, and the segment that it is done to.</summary>
public sealed record SegmentOrder(SegmentDeed Deed, SegmentDetails Segment);
