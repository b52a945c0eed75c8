using System.Runtime.CompilerServices;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Live;

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
public sealed record ReviewEntry(SegmentDetails Segment, StyleSummary Style, ImageState? Image, ReviewStage Stage)
{
    public string Name => $"{Segment.Number} in {Style.Name}";
}

/// <summary>The sheet of a character or a place that could not be drawn.</summary>
/// <param name="Character">Whose.</param>
/// <param name="Style">In which style.</param>
/// <param name="Image">The sheet.</param>
/// <param name="Stage">How far it is.</param>
public sealed record ReviewSheet(CharacterDetails Character, StyleSummary Style, ImageState Image, ReviewStage Stage)
{
    public string Name => $"{Character.Name} in {Style.Name}";
}

/// <summary>Pictures that are not there for the same reason.</summary>
/// <param name="Code">As in <see cref="ImageError.Code"/>.</param>
/// <param name="Messages">What was said of them, each once.</param>
/// <param name="Entries">The pictures.</param>
/// <param name="Sheets">Sheets of characters and places beside them.</param>
public sealed record ReviewTrouble(string Code, IReadOnlyList<string> Messages, IReadOnlyList<ReviewEntry> Entries, IReadOnlyList<ReviewSheet> Sheets)
{
    /// <summary>How many they are, the sheets among them.</summary>
    public int Count => Entries.Count + Sheets.Count;
}

/// <summary>A story's pictures by how far they are, and by what keeps them: once after each change for everybody who sees it, whatever their number and the story's length.</summary>
public sealed class RunReview
{
    /// <summary>A picture that takes longer than this says so, and goes on.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(3);

    private const int MostMessages = 3;
    private static readonly ConditionalWeakTable<IReadOnlyList<SegmentDetails>, RunReview> Kept = [];

    private IReadOnlyList<StyleSummary> _styles = [];
    private IReadOnlyList<CharacterDetails> _cast = [];
    private long _revision;
    private Dictionary<ReviewStage, List<ReviewEntry>> _byStage = [];

    private RunReview()
    {
    }

    /// <summary>Of no story.</summary>
    public static RunReview None { get; } = new();

    /// <summary>In the order of the story, then of the styles.</summary>
    public IReadOnlyList<ReviewEntry> Entries { get; private init; } = [];

    /// <summary>Those that somebody asked for.</summary>
    public IReadOnlyList<ReviewEntry> Asked { get; private init; } = [];

    /// <summary>Those that need a person first, then the largest.</summary>
    public IReadOnlyList<ReviewTrouble> Troubles { get; private init; } = [];

    /// <summary>As <see cref="FailedSheets"/>.</summary>
    public IReadOnlyList<ReviewSheet> Sheets { get; private init; } = [];

    public int Count(ReviewStage stage) => At(stage).Count;

    /// <summary>Those that are as far as that.</summary>
    public IReadOnlyList<ReviewEntry> At(ReviewStage stage) => _byStage.TryGetValue(stage, out var entries) ? entries : [];

    /// <summary>Those that take longer than pictures usually do.</summary>
    /// <param name="begun">Since when those that are being drawn are, by image id.</param>
    /// <param name="now">The present.</param>
    public IReadOnlyList<ReviewEntry> Slow(IReadOnlyDictionary<string, DateTimeOffset> begun, DateTimeOffset now) => begun.Count == 0
        ? []
        : [.. Entries.Where(e => e.Image is { } image && image.IsActive() && begun.TryGetValue(image.Id, out var since) && now - since > Usual)];

    public static RunReview Of(IStoryView view, StoryDetails story)
    {
        // Read before the images are: what changes meanwhile is looked at anew.
        var revision = view.Revision;
        var kept = Kept.TryGetValue(story.Segments, out var known) && ReferenceEquals(known._styles, story.Styles) ? known : null;
        if (kept is not null && kept._revision == revision && kept._cast.Select(c => (c.Id, c.Name)).SequenceEqual(story.Characters.Select(c => (c.Id, c.Name))))
        {
            return kept;
        }

        var review = Of(view, story, kept?.Entries ?? [], revision);
        Kept.AddOrUpdate(story.Segments, review);
        return review;
    }

    /// <summary>Sheets that could not be drawn, in the order of the cast, then of the styles. One that somebody locked is as it is meant to be.</summary>
    public static IReadOnlyList<ReviewSheet> FailedSheets(IStoryView view, StoryDetails story) =>
    [
        .. from character in story.Characters
           from style in story.Styles
           let image = view.Find(character.Id, style.Key)
           where image is { Lock: null }
           let stage = Stage(image)
           where IsTrouble(stage)
           select new ReviewSheet(character, style, image, stage),
    ];

    private static RunReview Of(IStoryView view, StoryDetails story, IReadOnlyList<ReviewEntry> before, long revision)
    {
        var entries = new List<ReviewEntry>(story.Segments.Count * story.Styles.Count);
        foreach (var segment in story.Segments)
        {
            foreach (var style in story.Styles)
            {
                var image = view.Find(segment.Id, style.Key);
                entries.Add(before.Count > entries.Count && ReferenceEquals(before[entries.Count].Image, image) ? before[entries.Count] : new(segment, style, image, Stage(image)));
            }
        }

        var sheets = FailedSheets(view, story);
        var byStage = entries.GroupBy(e => e.Stage).ToDictionary(g => g.Key, g => g.ToList());
        return new()
        {
            _styles = story.Styles,
            _cast = story.Characters,
            _revision = revision,
            _byStage = byStage,
            Entries = entries,
            Asked = byStage.ContainsKey(ReviewStage.Unasked) ? entries.FindAll(e => e.Stage is not ReviewStage.Unasked) : entries,
            Sheets = sheets,
            Troubles =
            [
                .. entries.Where(e => IsTrouble(e.Stage)).Select(e => (e.Image!.Error, e.Stage, Entry: (ReviewEntry?)e, Sheet: (ReviewSheet?)null))
                    .Concat(sheets.Select(s => (s.Image.Error, s.Stage, Entry: (ReviewEntry?)null, Sheet: (ReviewSheet?)s)))
                    .GroupBy(e => e.Error?.Code ?? "", StringComparer.Ordinal)
                    .OrderByDescending(g => g.Max(e => e.Stage)).ThenByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => new ReviewTrouble(
                        g.Key,
                        [.. g.Select(e => e.Error?.Message).OfType<string>().Distinct(StringComparer.Ordinal).Take(MostMessages)],
                        [.. g.Select(e => e.Entry).OfType<ReviewEntry>()],
                        [.. g.Select(e => e.Sheet).OfType<ReviewSheet>()])),
            ],
        };
    }

    private static bool IsTrouble(ReviewStage stage) => stage is ReviewStage.Failed or ReviewStage.Attention;

    private static ReviewStage Stage(ImageState? image) => image switch
    {
        null => ReviewStage.Unasked,
        { Status: ImageStatus.InProgress } => ReviewStage.Drawing,
        _ when image.IsThere() => ReviewStage.Done,
        { Status: ImageStatus.Cancelled } => ReviewStage.Cancelled,
        { Status: ImageStatus.Failed, NextAttemptAt: null } => NeedsSomebody(image.Error) ? ReviewStage.Attention : ReviewStage.Failed,
        _ => ReviewStage.Waiting,
    };

    private static bool NeedsSomebody(ImageError? error) => error is { Retryable: false } || FailureKinds.FromCode(error?.Code) is { } kind && !kind.IsRetryable() || error?.Code is TroubleWords.Budget;
}
