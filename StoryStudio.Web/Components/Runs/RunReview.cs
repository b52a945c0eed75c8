using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Runs;

/// <summary>How far one picture is, as its author counts.</summary>
public enum ReviewStage
{
    /// <summary>Nobody asked for it.</summary>
    Unasked,

    Waiting,

    Drawing,

    Done,

    /// <summary>Could not be drawn; going again may help.</summary>
    Failed,

    /// <summary>Could not be drawn, and will not be before somebody does something about it.</summary>
    Attention,

    Cancelled,
}

/// <summary>One place for a picture.</summary>
/// <param name="Segment">What it illustrates.</param>
/// <param name="Style">In which style.</param>
/// <param name="Image">Null while nobody asked for it.</param>
/// <param name="Stage">How far it is.</param>
/// <param name="IsSlow">Whether it takes longer than pictures usually do.</param>
public sealed record ReviewEntry(SegmentDetails Segment, StyleSummary Style, ImageState? Image, ReviewStage Stage, bool IsSlow)
{
    public string Name => $"{Segment.Number} in {Style.Name}";
}

/// <summary>Pictures that are not there for the same reason.</summary>
/// <param name="Code">As in <see cref="ImageError.Code"/>.</param>
/// <param name="Messages">What was said of them, each once.</param>
/// <param name="Entries">The pictures.</param>
public sealed record ReviewTrouble(string Code, IReadOnlyList<string> Messages, IReadOnlyList<ReviewEntry> Entries);

/// <summary>A story's pictures by how far they are, and by what keeps them.</summary>
public sealed record RunReview
{
    /// <summary>A picture that takes longer than this says so, and goes on.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(3);

    private const int MostMessages = 3;

    /// <summary>In the order of the story, then of the styles.</summary>
    public required IReadOnlyList<ReviewEntry> Entries { get; init; }

    /// <summary>Those that need a person first, then the largest.</summary>
    public required IReadOnlyList<ReviewTrouble> Troubles { get; init; }

    public int Count(ReviewStage stage) => Entries.Count(e => e.Stage == stage);

    public IEnumerable<ReviewEntry> Slow => Entries.Where(e => e.IsSlow);

    /// <param name="story">Whose pictures.</param>
    /// <param name="find">The image of a segment in a style.</param>
    /// <param name="begun">Since when those that are being drawn are, by image id.</param>
    /// <param name="now">The present.</param>
    public static RunReview Of(StoryDetails story, Func<string, string, ImageState?> find, IReadOnlyDictionary<string, DateTimeOffset> begun, DateTimeOffset now)
    {
        var entries = new List<ReviewEntry>(story.Segments.Count * story.Styles.Count);
        foreach (var segment in story.Segments)
        {
            foreach (var style in story.Styles)
            {
                var image = find(segment.Id, style.Key);
                var stage = Stage(image);
                var isSlow = image is not null && image.IsActive() && begun.TryGetValue(image.Id, out var since) && now - since > Usual;
                entries.Add(new(segment, style, image, stage, isSlow));
            }
        }

        return new()
        {
            Entries = entries,
            Troubles =
            [
                .. entries.Where(e => e.Stage is ReviewStage.Failed or ReviewStage.Attention)
                    .GroupBy(e => e.Image!.Error?.Code ?? "", StringComparer.Ordinal)
                    .OrderByDescending(g => g.Max(e => e.Stage)).ThenByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => new ReviewTrouble(g.Key, [.. g.Select(e => e.Image!.Error?.Message).OfType<string>().Distinct(StringComparer.Ordinal).Take(MostMessages)], [.. g])),
            ],
        };
    }

    private static ReviewStage Stage(ImageState? image) => image switch
    {
        null => ReviewStage.Unasked,
        { Status: ImageStatus.InProgress } => ReviewStage.Drawing,
        { Status: ImageStatus.Completed } => ReviewStage.Done,
        { Status: ImageStatus.Cancelled } => ReviewStage.Cancelled,
        { Status: ImageStatus.Failed, NextAttemptAt: null } => NeedsSomebody(image.Error) ? ReviewStage.Attention : ReviewStage.Failed,
        _ => ReviewStage.Waiting,
    };

    private static bool NeedsSomebody(ImageError? error) => error is { Retryable: false } || FailureKinds.FromCode(error?.Code) is { } kind && !kind.IsRetryable() || error?.Code is TroubleWords.Budget;
}
