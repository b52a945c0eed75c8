using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Reviews;

namespace StoryStudio.Core.Storage;

/// <summary>What is said and decided in each story, kept in memory by its change number, as <see cref="StorySnapshots"/> keeps what moves.</summary>
internal sealed class ReviewSnapshots(IDbContextFactory<StoryDbContext> contexts, StorySnapshots snapshots)
{
    private const int MostKept = 256;

    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    public async Task<ReviewSnapshot> GetAsync(string storyId, CancellationToken cancellationToken) => (await ReadAsync(storyId, cancellationToken)).Snapshot;

    /// <summary>What was said, decided and taken back after a change number, in no order.</summary>
    public async Task<IReadOnlyList<StoryChange>> GetChangesAsync(string storyId, long version, CancellationToken cancellationToken)
    {
        var kept = await ReadAsync(storyId, cancellationToken);
        return
        [
            .. kept.Present.Where(c => c.Version > version).Select(c => new CommentChanged(c)),
            .. kept.Snapshot.Reviews.Where(r => r.Version > version).Select(r => new ReviewChanged(r)),
        ];
    }

    private async Task<Kept> ReadAsync(string storyId, CancellationToken cancellationToken)
    {
        var story = await snapshots.GetAsync(storyId, cancellationToken);
        if (_kept.TryGetValue(storyId, out var kept) && kept.Of == story)
        {
            return kept;
        }

        // What is newer than the pictures' snapshot is read again next time; nothing is missed.
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var since = kept?.Of.Version ?? -1;
        var comments = await db.Comments.Where(c => c.StoryId == storyId && c.Version > since).ToListAsync(cancellationToken);
        var decisions = await db.Decisions.Where(d => d.StoryId == storyId && d.Version > since).ToListAsync(cancellationToken);
        var next = new Kept(
            story,
            [.. Merge(kept?.Comments, comments.ConvertAll(c => c.ToState()), c => c.Id).Order(CommentState.Order)],
            Merge(kept?.Decisions, decisions, d => (d.ImageId, d.PictureVersion, d.PersonId)));
        var segments = next.Comments.Exists(c => c is { SegmentId: not null, ImageId: null })
            ? (await db.Segments.Where(s => s.StoryId == storyId).Select(s => s.Id).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal)
            : [];
        var styles = await db.StoryStyles.Where(s => s.StoryId == storyId).Select(s => s.Key).ToListAsync(cancellationToken);
        var images = story.Images.Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        next.Present = next.Comments.FindAll(c => c.ImageId is { } image ? images.Contains(image) : c.SegmentId is not { } segment || segments.Contains(segment));
        next.Snapshot = Make(story, next, styles);
        if (_kept.Count >= MostKept)
        {
            _kept.Clear();
        }

        _kept[storyId] = next;
        return next;
    }

    private static ReviewSnapshot Make(StorySnapshot story, Kept kept, List<string> styles)
    {
        var byImage = kept.Decisions.ToLookup(d => d.ImageId, StringComparer.Ordinal);
        List<ReviewState> reviews = [.. story.Images.Where(i => byImage.Contains(i.Id)).Select(i => ReviewReading.Of(i, [.. byImage[i.Id]]))];
        var answered = kept.Comments.Where(c => !c.Deleted && c.ParentId is not null).Select(c => c.ParentId!).ToHashSet(StringComparer.Ordinal);
        return new()
        {
            StoryId = story.StoryId,
            Version = story.Version,
            // Pictures of a style that was taken out are kept, and stand on no page.
            Counts = ReviewReading.Count(story.Images.Where(i => styles.Contains(i.Style)), reviews.FindAll(r => styles.Contains(r.Style))),
            Comments = kept.Present.FindAll(c => !c.Deleted || answered.Contains(c.Id)),
            Reviews = reviews,
        };
    }

    private static List<T> Merge<T, TKey>(List<T>? kept, List<T> changed, Func<T, TKey> key)
        where TKey : notnull
    {
        if (kept is null || changed.Count == 0)
        {
            return kept ?? changed;
        }

        var fresh = changed.ToDictionary(key);
        List<T> merged = [.. kept.Select(k => fresh.Remove(key(k), out var newer) ? newer : k)];
        merged.AddRange(changed.Where(c => fresh.ContainsKey(key(c))));
        return merged;
    }

    private sealed record Kept(StorySnapshot Of, List<CommentState> Comments, List<Decision> Decisions)
    {
        /// <summary>Of what is there; those that were taken back as well.</summary>
        public List<CommentState> Present { get; set; } = [];

        public ReviewSnapshot Snapshot { get; set; } = null!;
    }
}
