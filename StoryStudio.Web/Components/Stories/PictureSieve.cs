using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Stories;

/// <summary>How a picture stands, for whoever wants to see only those that stand so. One picture may stand in several ways.</summary>
public enum PictureKind
{
    /// <summary>Somebody wants the version that is shown changed.</summary>
    ChangesWanted,

    /// <summary>Nobody has decided about the version that is shown.</summary>
    Undecided,

    Approved,

    /// <summary>The last attempt failed, and none follows by itself.</summary>
    Failed,

    /// <summary>From before a change.</summary>
    Stale,

    /// <summary>Neither there nor on its way.</summary>
    Missing,
}

/// <summary>How many pictures stand how.</summary>
public readonly record struct PictureCounts(int ChangesWanted, int Undecided, int Approved, int Failed, int Stale, int Missing)
{
    public static PictureCounts operator +(PictureCounts one, PictureCounts other) => new(
        one.ChangesWanted + other.ChangesWanted,
        one.Undecided + other.Undecided,
        one.Approved + other.Approved,
        one.Failed + other.Failed,
        one.Stale + other.Stale,
        one.Missing + other.Missing);

    public int Of(PictureKind kind) => kind switch
    {
        PictureKind.ChangesWanted => ChangesWanted,
        PictureKind.Undecided => Undecided,
        PictureKind.Approved => Approved,
        PictureKind.Failed => Failed,
        PictureKind.Stale => Stale,
        _ => Missing,
    };
}

/// <summary>Sorts a story's pictures by how they stand.</summary>
internal static class PictureSieve
{
    public static IReadOnlyList<PictureKind> Kinds { get; } = Enum.GetValues<PictureKind>();

    /// <summary>Whether any of a segment's pictures in these styles stands so.</summary>
    public static bool Holds(IStoryView view, string segmentId, IReadOnlyList<StyleSummary> styles, PictureKind kind)
    {
        foreach (var style in styles)
        {
            if (Is(view, view.Find(segmentId, style.Key), kind))
            {
                return true;
            }
        }

        return false;
    }

    public static PictureCounts Count(IStoryView view, IReadOnlyList<SegmentDetails> segments, IReadOnlyList<StyleSummary> styles)
    {
        var (wanted, undecided, approved, failed, stale, missing) = (0, 0, 0, 0, 0, 0);
        foreach (var segment in segments)
        {
            foreach (var style in styles)
            {
                var image = view.Find(segment.Id, style.Key);
                switch (Decided(view, image))
                {
                    case ReviewStatus.ChangesWanted: wanted++; break;
                    case ReviewStatus.Approved: approved++; break;
                    case ReviewStatus.Open: undecided++; break;
                    default: break;
                }

                failed += IsFailed(image) ? 1 : 0;
                stale += IsStale(image) ? 1 : 0;
                missing += IsMissing(image) ? 1 : 0;
            }
        }

        return new(wanted, undecided, approved, failed, stale, missing);
    }

    private static bool Is(IStoryView view, ImageState? image, PictureKind kind) => kind switch
    {
        PictureKind.ChangesWanted => Decided(view, image) is ReviewStatus.ChangesWanted,
        PictureKind.Undecided => Decided(view, image) is ReviewStatus.Open,
        PictureKind.Approved => Decided(view, image) is ReviewStatus.Approved,
        PictureKind.Failed => IsFailed(image),
        PictureKind.Stale => IsStale(image),
        _ => IsMissing(image),
    };

    private static bool IsFailed(ImageState? image) => image is { Status: ImageStatus.Failed, NextAttemptAt: null };

    /// <summary>From before a change, and not yet on its way to being another.</summary>
    public static bool IsStale(ImageState? image) => image is { Stale: not null, Url: not null } && !image.IsActive();

    private static bool IsMissing(ImageState? image) => image is null or { Url: null, Status: ImageStatus.Cancelled or ImageStatus.Failed, NextAttemptAt: null };

    /// <summary>What is decided about the version that is shown; null where there is no picture.</summary>
    private static ReviewStatus? Decided(IStoryView view, ImageState? image) => image switch
    {
        not { ChosenVersion: not null } => null,
        _ when view.Reviews.Find(image.Id) is { } review && review.PictureVersion == image.ChosenVersion => review.Status,
        _ => ReviewStatus.Open,
    };
}
