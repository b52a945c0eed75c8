using StoryStudio.Core.Books;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Review;

/// <summary>Where on the reviewer's pages somebody is: a part of the story in one style.</summary>
/// <param name="Story">The story.</param>
/// <param name="Style">Key of the style that is looked at; empty where the story has none.</param>
/// <param name="Part">From 1.</param>
public sealed record ReviewPlace(StoryDetails Story, string Style, int Part)
{
    /// <summary>Segments on one page: what a slow line brings in a few seconds.</summary>
    public const int Most = 40;

    public int Parts => Math.Max(1, (Story.Segments.Count + Most - 1) / Most);

    public IEnumerable<SegmentDetails> Segments => Story.Segments.Skip((Part - 1) * Most).Take(Most);

    public string Address => With(Style, Part);

    /// <summary>The story as a book, in this style.</summary>
    public string Book => $"/stories/{Story.Id}/read?style={Uri.EscapeDataString(Style)}";

    /// <summary>The same page with a form open.</summary>
    public string Open(string form, string query, string anchor) => $"{Address}&form={form}&{query}#{anchor}";

    public string To(ImageState image)
    {
        var index = Story.Segments.Select((s, i) => (s.Id, i)).FirstOrDefault(s => s.Id == image.SegmentId).i;
        return $"{With(image.Style, (index / Most) + 1)}#{Anchor(image.Id)}";
    }

    /// <param name="comment">What is talked about there.</param>
    /// <param name="image">Of that; null where it is about words.</param>
    public string To(CommentState comment, ImageState? image)
    {
        var index = Story.Segments.Select((s, i) => (s.Id, i)).FirstOrDefault(s => s.Id == comment.SegmentId).i;
        return $"{With(image?.Style ?? Style, (index / Most) + 1)}#{Anchor(ReviewSubject.KeyOf(comment))}";
    }

    public string With(string style, int part) => $"/review/{Story.Id}?style={Uri.EscapeDataString(style)}&part={part}";

    public static string Anchor(string key) => $"at-{key}";

    /// <summary>The place that an address means; what it does not say, or says wrongly, is the beginning, in the style that the book is in.</summary>
    public static ReviewPlace Of(ReviewRoom room, string? style, int? part)
    {
        var key = room.Story.Styles.FirstOrDefault(s => s.Key == style)?.Key ?? BookStyle.Of(room.Story, room.Moving.Images);
        var place = new ReviewPlace(room.Story, key, 1);
        return place with { Part = Math.Clamp(part ?? 1, 1, place.Parts) };
    }
}
