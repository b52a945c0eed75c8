using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Reviews;

/// <summary>What follows from everybody's word. Pure.</summary>
internal static class ReviewReading
{
    /// <summary>Words on versions that are no longer shown, at most.</summary>
    private const int MostPast = 50;

    /// <param name="image">As it stands.</param>
    /// <param name="decisions">Of this image, in any order; those that were taken back do not count.</param>
    public static ReviewState Of(ImageState image, IReadOnlyCollection<Decision> decisions)
    {
        var standing = decisions.Where(d => d.WithdrawnAt is null).OrderByDescending(d => d.DecidedAt).ThenBy(d => d.PersonId, StringComparer.Ordinal).ToList();
        var current = standing.FindAll(d => d.PictureVersion == image.ChosenVersion);
        return new()
        {
            ImageId = image.Id,
            StoryId = image.StoryId,
            SegmentId = image.SegmentId,
            Number = image.Number,
            Style = image.Style,
            PictureVersion = image.ChosenVersion,
            Status = current.Exists(d => d.Kind is DecisionKind.ChangesWanted) ? ReviewStatus.ChangesWanted
                : current.Count > 0 ? ReviewStatus.Approved
                : ReviewStatus.Open,
            Decisions = [.. current.Concat(standing.Except(current).Take(MostPast)).Select(d => Of(d, image.ChosenVersion))],
            Version = decisions.Select(d => d.Version).Append(image.Version).Max(),
        };
    }

    public static ReviewCounts Count(IEnumerable<ImageState> images, IReadOnlyCollection<ReviewState> reviews)
    {
        var pictures = images.Count(i => i is { Type: ImageType.Segment, ChosenVersion: not null });
        var approved = reviews.Count(r => r.Status is ReviewStatus.Approved);
        var wanted = reviews.Count(r => r.Status is ReviewStatus.ChangesWanted);
        return new(pictures, Math.Max(0, pictures - approved - wanted), approved, wanted);
    }

    private static DecisionState Of(Decision decision, int? shown) => new()
    {
        Person = new(decision.PersonId, decision.PersonName, decision.ByAuthor),
        Decision = decision.Kind,
        Reason = decision.Reason,
        PictureVersion = decision.PictureVersion,
        Current = decision.PictureVersion == shown,
        DecidedAt = decision.DecidedAt,
        TakenUpAt = decision.TakenUpAt,
    };
}
