using System.Runtime.CompilerServices;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Stories;

/// <summary>A story's images summed up: once after each change for everybody who sees it, whatever their number and the story's length.</summary>
internal sealed class StoryTally
{
    private static readonly ConditionalWeakTable<IReadOnlyList<SegmentDetails>, StoryTally> Kept = [];

    private long _revision;
    private IReadOnlyList<StyleSummary> _styles = [];
    private Dictionary<string, StyleCount> _counts = [];

    /// <summary>Over all styles.</summary>
    public StyleCount All { get; private init; }

    /// <summary>Which pictures are from before a change, in the story's order. The same list while it says the same.</summary>
    public IReadOnlyList<StaleNote.Place> Stale { get; private init; } = [];

    public static StoryTally Of(IStoryView view, StoryDetails story)
    {
        // Read before the images are: what changes meanwhile is counted anew.
        var revision = view.Revision;
        if (Kept.TryGetValue(story.Segments, out var kept) && kept._revision == revision && ReferenceEquals(kept._styles, story.Styles))
        {
            return kept;
        }

        var tally = Count(view, story, revision, kept);
        Kept.AddOrUpdate(story.Segments, tally);
        return tally;
    }

    public StyleCount OfStyle(string key) => _counts.GetValueOrDefault(key);

    private static StoryTally Count(IStoryView view, StoryDetails story, long revision, StoryTally? before)
    {
        var counts = story.Styles.ToDictionary(style => style.Key, style => StyleCount.Of(story.Segments.Select(s => view.Find(s.Id, style.Key))), StringComparer.Ordinal);
        List<StaleNote.Place> stale =
        [
            .. from segment in story.Segments
               from style in story.Styles
               where view.Find(segment.Id, style.Key) is { Stale: not null, Url: not null }
               select new StaleNote.Place(segment.Number, style.Key, style.Name),
        ];
        return new()
        {
            _revision = revision,
            _styles = story.Styles,
            _counts = counts,
            All = counts.Values.Aggregate(default(StyleCount), (sum, each) => new(sum.Total + each.Total, sum.Completed + each.Completed, sum.Failed + each.Failed, sum.Active + each.Active)),
            Stale = before is not null && before.Stale.SequenceEqual(stale) ? before.Stale : stale,
        };
    }
}
