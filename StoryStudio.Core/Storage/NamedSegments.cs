using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>Finds segments by what the outside calls them: the number that they have now, or the id that stays the same when numbers change.</summary>
internal static class NamedSegments
{
    /// <param name="segments">Where to look.</param>
    /// <param name="storyId">The story.</param>
    /// <param name="named">A number such as <c>1.2</c>, or an id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="NotFoundException">The story has none of that name.</exception>
    public static async Task<Segment> NamedAsync(this IQueryable<Segment> segments, string storyId, string named, CancellationToken cancellationToken = default)
    {
        var ofStory = segments.Where(s => s.StoryId == storyId);
        return (SegmentNumber.TryParse(named, out var wanted)
            ? await ofStory.SingleOrDefaultAsync(s => s.Scene == wanted.Scene && s.Beat == wanted.Beat, cancellationToken)
            : await ofStory.SingleOrDefaultAsync(s => s.Id == named, cancellationToken)) ?? throw Missing.Segment();
    }

    /// <summary>What every segment of a story may be called, and the one that is.</summary>
    public static Dictionary<string, Segment> ByName(this IEnumerable<Segment> segments) => segments
        .SelectMany(s => new[] { (Name: s.Number.ToString(), Segment: s), (Name: s.Id, Segment: s) })
        .ToDictionary(s => s.Name, s => s.Segment, StringComparer.Ordinal);
}
