using System.Collections.Immutable;
using StoryStudio.Core.Reviews;

namespace StoryStudio.Web.Live;

/// <summary>
/// What was said and decided in one story, by the newest that is known, shared by every component that shows it. The higher version
/// always stays. Handlers are called from any thread.
/// </summary>
public sealed class WatchedReviews
{
    private static long _revisions;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CommentState> _comments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReviewState> _reviews = new(StringComparer.Ordinal);
    private ImmutableArray<(string? ImageId, Action Handler)> _handlers = [];
    private long _revision = Interlocked.Increment(ref _revisions);

    /// <summary>Whether everything that there was has been read.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>Another number after every decision, and never the same for another state of any story's: what was counted at one stands while it does.</summary>
    public long Revision => Volatile.Read(ref _revision);

    /// <summary>Oldest first; those that were deleted only where something answers them.</summary>
    public IReadOnlyList<CommentState> Comments
    {
        get
        {
            lock (_gate)
            {
                var answered = _comments.Values.Where(c => !c.Deleted && c.ParentId is not null).Select(c => c.ParentId!).ToHashSet(StringComparer.Ordinal);
                return [.. _comments.Values.Where(c => !c.Deleted || answered.Contains(c.Id)).Order(CommentState.Order)];
            }
        }
    }

    /// <summary>Of pictures that somebody decided about.</summary>
    public IReadOnlyCollection<ReviewState> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _reviews.Values];
            }
        }
    }

    /// <summary>What is decided about an image, or null where nobody did.</summary>
    public ReviewState? Find(string? imageId)
    {
        lock (_gate)
        {
            return imageId is null ? null : _reviews.GetValueOrDefault(imageId);
        }
    }

    /// <summary>Calls when what is said or decided changed: of one image, or of anything where <paramref name="imageId"/> is null.</summary>
    public IDisposable On(string? imageId, Action handler)
    {
        var entry = (imageId, handler);
        ImmutableInterlocked.Update(ref _handlers, all => all.Add(entry));
        return new Leaving(() => ImmutableInterlocked.Update(ref _handlers, all => all.Remove(entry)));
    }

    /// <summary>Somebody has seen what there is: whoever counts what is new counts again.</summary>
    public void Touch() => Call(null);

    internal void Apply(CommentState comment)
    {
        if (Take(comment))
        {
            Call(comment.ImageId);
        }
    }

    internal void Apply(ReviewState review)
    {
        if (Take(review))
        {
            Call(review.ImageId);
        }
    }

    internal void Apply(ReviewSnapshot snapshot)
    {
        var changed = new HashSet<string>(StringComparer.Ordinal);
        var other = !IsLoaded;
        foreach (var comment in snapshot.Comments.Where(Take))
        {
            other |= comment.ImageId is null || changed.Add(comment.ImageId);
        }

        foreach (var review in snapshot.Reviews.Where(Take))
        {
            changed.Add(review.ImageId);
        }

        IsLoaded = true;
        if (other || changed.Count > 0)
        {
            foreach (var (imageId, handler) in _handlers)
            {
                if (imageId is null || changed.Contains(imageId))
                {
                    handler();
                }
            }
        }
    }

    private bool Take(CommentState comment)
    {
        lock (_gate)
        {
            if (_comments.TryGetValue(comment.Id, out var present) && present.Version >= comment.Version)
            {
                return false;
            }

            _comments[comment.Id] = comment;
            return true;
        }
    }

    private bool Take(ReviewState review)
    {
        lock (_gate)
        {
            if (_reviews.TryGetValue(review.ImageId, out var present) && present.Version >= review.Version)
            {
                return false;
            }

            _reviews[review.ImageId] = review;
            Volatile.Write(ref _revision, Interlocked.Increment(ref _revisions));
            return true;
        }
    }

    private void Call(string? about)
    {
        foreach (var (imageId, handler) in _handlers)
        {
            if (imageId is null || imageId == about)
            {
                handler();
            }
        }
    }

    private sealed class Leaving(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
