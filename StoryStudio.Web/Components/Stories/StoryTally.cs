using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Runs;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Stories;

/// <summary>A story's images summed up: once after each change for everybody who sees it, whatever their number and the story's length.</summary>
internal sealed class StoryTally
{
    private static readonly ConditionalWeakTable<IReadOnlyList<SegmentDetails>, StoryTally> Kept = [];

    private long _revision;
    private long _reviewed;
    private IReadOnlyList<StyleSummary> _styles = [];
    private IReadOnlyList<CharacterDetails> _cast = [];
    private Dictionary<string, StyleCount> _counts = [];
    private Dictionary<string, PictureCounts> _kinds = [];

    /// <summary>Over all styles.</summary>
    public StyleCount All { get; private init; }

    /// <summary>Which pictures are from before a change, in the story's order. The same list while it says the same.</summary>
    public IReadOnlyList<StaleNote.Place> Stale { get; private init; } = [];

    /// <summary>How many <see cref="RunReview.FailedSheets"/> are.</summary>
    public int FailedSheets { get; private init; }

    /// <summary>Whether any picture is one of the built-in illustrator's.</summary>
    public bool HasSketches { get; private init; }

    /// <summary>By key of a style, its name and its count as they stand above its bar. The same object while they say the same.</summary>
    public IReadOnlyDictionary<string, MarkupString> Labels { get; private init; } = new Dictionary<string, MarkupString>(StringComparer.Ordinal);

    /// <summary>The same object while they look the same.</summary>
    public OutlineRows Rows { get; private init; } = OutlineRows.None;

    public static StoryTally Of(IStoryView view, StoryDetails story)
    {
        // Read before the images are: what changes meanwhile is counted anew.
        var (revision, reviewed) = (view.Revision, view.Reviews.Revision);
        var kept = Kept.TryGetValue(story.Segments, out var known) && ReferenceEquals(known._styles, story.Styles) ? known : null;
        if (kept is not null && kept._revision == revision && kept._reviewed == reviewed && kept._cast.Select(c => c.Id).SequenceEqual(story.Characters.Select(c => c.Id), StringComparer.Ordinal))
        {
            return kept;
        }

        var tally = Count(view, story, kept, revision, reviewed);
        Kept.AddOrUpdate(story.Segments, tally);
        return tally;
    }

    public StyleCount OfStyle(string key) => _counts.GetValueOrDefault(key);

    /// <summary>How the pictures of these styles stand.</summary>
    public PictureCounts Kinds(IReadOnlyList<StyleSummary> styles)
    {
        var sum = default(PictureCounts);
        foreach (var style in styles)
        {
            sum += _kinds.GetValueOrDefault(style.Key);
        }

        return sum;
    }

    private static bool Same(Dictionary<string, StyleCount> one, Dictionary<string, StyleCount> other) =>
        one.Count == other.Count && one.All(count => other.TryGetValue(count.Key, out var now) && now == count.Value);

    private static MarkupString Label(StyleSummary style, StyleCount count) =>
        new($"<span class=\"name\">{HtmlEncoder.Default.Encode(style.Name)}</span> <span class=\"count\">{count.Words}</span>");

    private static StoryTally Count(IStoryView view, StoryDetails story, StoryTally? before, long revision, long reviewed)
    {
        var counts = story.Styles.ToDictionary(style => style.Key, style => StyleCount.Of(story.Segments.Select(s => view.Find(s.Id, style.Key))), StringComparer.Ordinal);
        List<StaleNote.Place> stale =
        [
            .. from segment in story.Segments
               from style in story.Styles
               where PictureSieve.IsStale(view.Find(segment.Id, style.Key))
               select new StaleNote.Place(segment.Number, style.Key, style.Name),
        ];
        var images = view.Images;
        return new()
        {
            _revision = revision,
            _reviewed = reviewed,
            _styles = story.Styles,
            _cast = story.Characters,
            _counts = counts,
            Labels = before is not null && Same(before._counts, counts) ? before.Labels : story.Styles.ToDictionary(style => style.Key, style => Label(style, counts[style.Key]), StringComparer.Ordinal),
            _kinds = story.Styles.ToDictionary(style => style.Key, style => PictureSieve.Count(view, story.Segments, [style]), StringComparer.Ordinal),
            All = counts.Values.Aggregate(default(StyleCount), (sum, each) => new(sum.Total + each.Total, sum.Completed + each.Completed, sum.Failed + each.Failed, sum.Active + each.Active)),
            Stale = before is not null && before.Stale.SequenceEqual(stale) ? before.Stale : stale,
            FailedSheets = RunReview.FailedSheets(view, story).Count,
            HasSketches = images.Any(i => i is { Provider: "sketch", Url: not null } or { Provider: "sketch", PreviewUrl: not null }),
            Rows = OutlineRows.Of(view, story, before?.Rows ?? OutlineRows.None),
        };
    }
}
