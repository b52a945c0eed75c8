using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;

namespace StoryStudio.Web.Components.Review;

/// <summary>A story with all that moves in it and is said of it, at one moment, as one person may see it.</summary>
public sealed record ReviewRoom
{
    private readonly Lazy<Dictionary<(string SegmentId, string Style), ImageState>> _images;
    private readonly Lazy<Dictionary<string, ImageState>> _byId;
    private readonly Lazy<Dictionary<string, ReviewState>> _reviews;
    private readonly Lazy<ILookup<string, Talk>> _talks;

    public ReviewRoom(StoryDetails story, StorySnapshot moving, ReviewSnapshot said, Actor actor, PictureShape shape)
    {
        (Story, Moving, Said, Actor, Shape) = (story, moving, said, actor, shape);
        _images = new(() => Moving.Images.ToDictionary(i => (i.SubjectId, i.Style)));
        _byId = new(() => Moving.Images.ToDictionary(i => i.Id, StringComparer.Ordinal));
        _reviews = new(() => Said.Reviews.ToDictionary(r => r.ImageId, StringComparer.Ordinal));
        _talks = new(() => Talk.Of(Said.Comments).ToLookup(t => ReviewSubject.KeyOf(t.First), StringComparer.Ordinal));
    }

    public StoryDetails Story { get; }

    public StorySnapshot Moving { get; }

    public ReviewSnapshot Said { get; }

    /// <summary>Who looks.</summary>
    public Actor Actor { get; init; }

    public PictureShape Shape { get; }

    public ImageState? Image(string segmentId, string style) => _images.Value.GetValueOrDefault((segmentId, style));

    public ImageState? Image(string id) => _byId.Value.GetValueOrDefault(id);

    /// <summary>Whether it waits for nothing but that its run is resumed.</summary>
    public bool IsPaused(ImageState? image) => Moving.Run?.Pauses(image) == true;

    /// <summary>What is decided about an image, or null where nobody did.</summary>
    public ReviewState? Review(string? imageId) => imageId is null ? null : _reviews.Value.GetValueOrDefault(imageId);

    public IEnumerable<Talk> Talks(ReviewSubject subject) => _talks.Value[subject.Key];

    /// <summary>What this person has a part in, is open, and was last answered by somebody else; oldest first.</summary>
    public IEnumerable<Talk> Answered => Actor.May(StoryRole.Comment) ? _talks.Value.SelectMany(t => t).Where(t => t.WaitsFor(Actor.Id) && Stands(t.First)).OrderBy(t => t.First.CreatedAt) : [];

    // Pictures of a style that was taken out stand on no page.
    private bool Stands(CommentState comment) => comment.ImageId is not { } id || (Image(id) is { } image && Story.Styles.Any(s => s.Key == image.Style));

    /// <summary>Pictures of a style about which this person has not decided, in the order of the story.</summary>
    public IEnumerable<ImageState> Waiting(string style) => Story.Segments
        .Select(s => Image(s.Id, style))
        .OfType<ImageState>()
        .Where(i => i.ChosenVersion is not null && Review(i.Id)?.Of(Actor.Id) is null);
}

/// <summary>A comment and what answers it.</summary>
public sealed record Talk(CommentState First, IReadOnlyList<CommentState> Answers)
{
    /// <summary>Who spoke last; null where nothing of it is left.</summary>
    public Person? Last => Answers.LastOrDefault(a => !a.Deleted)?.Writer ?? (First.Deleted ? null : First.Writer);

    /// <summary>Whether it is open, this person has spoken in it, and somebody else has since.</summary>
    public bool WaitsFor(string personId) =>
        First.ResolvedAt is null && Last is { } last && last.Id != personId && Answers.Prepend(First).Any(c => !c.Deleted && c.Writer.Id == personId);

    /// <summary>Oldest first.</summary>
    public static IEnumerable<Talk> Of(IReadOnlyList<CommentState> comments)
    {
        var answers = comments.Where(c => c.ParentId is not null).ToLookup(c => c.ParentId!, StringComparer.Ordinal);
        return comments.Where(c => c.ParentId is null).Select(c => new Talk(c, [.. answers[c.Id]]));
    }

    /// <summary>Of what is said of one picture, what lies on a spot of it as it is shown, in the order of their numbers.</summary>
    public static IEnumerable<CommentState> Spots(IEnumerable<Talk> talks, int? shown) => talks
        .Select(t => t.First)
        .Where(c => c is { X: not null, Deleted: false, ResolvedAt: null } && c.PictureVersion == shown);

    /// <summary>The number of a comment's spot; null where it has none.</summary>
    public static int? NumberOf(CommentState comment, IEnumerable<Talk> talks, int? shown) =>
        Spots(talks, shown).Select((c, i) => (c.Id, Number: i + 1)).FirstOrDefault(c => c.Id == comment.Id) is { Number: > 0 and var number } ? number : null;
}

/// <summary>What is talked about: a picture, a segment, or the story.</summary>
/// <param name="Key">Id of the image, the segment or the story.</param>
/// <param name="SegmentId">Where it is about a segment's text.</param>
/// <param name="Image">Where it is about a picture.</param>
/// <param name="Name">As it is called in a sentence.</param>
public sealed record ReviewSubject(string Key, string? SegmentId, ImageState? Image, string Name)
{
    public static ReviewSubject Of(StoryDetails story) => new(story.Id, null, null, "the story");

    public static ReviewSubject Of(SegmentDetails segment) => new(segment.Id, segment.Id, null, $"the text of {segment.Number}");

    public static ReviewSubject Of(ImageState image) => new(image.Id, null, image, $"picture {image.Number}");

    internal static string KeyOf(CommentState comment) => comment.ImageId ?? comment.SegmentId ?? comment.StoryId;
}
