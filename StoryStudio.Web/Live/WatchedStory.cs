using System.Collections.Immutable;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Live;

/// <summary>The newest known state of one story, shared by every component that shows it. The higher version always stays.</summary>
internal sealed class WatchedStory(string storyId)
{
    private static long _revisions;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string SubjectId, string Style), ImageState> _images = [];
    private readonly Dictionary<(string SubjectId, string Style), ImmutableArray<Action>> _imageHandlers = [];
    private ImmutableArray<Action> _allHandlers = [];
    private ImmutableArray<Action> _runHandlers = [];
    private ImmutableArray<Action> _storyHandlers = [];
    private ImmutableArray<Action> _modeHandlers = [];
    private long _read = -1;
    private long _revision = Interlocked.Increment(ref _revisions);

    public string StoryId { get; } = storyId;

    public WatchedReviews Reviews { get; } = new();

    /// <summary>How many views look at it. Guarded by the feed.</summary>
    public int Views { get; set; }

    /// <summary>Whether the line tells of its changes.</summary>
    public bool IsJoined { get; set; }

    public RunState? Run { get; private set; }

    /// <summary>The change number of the last edit that is known.</summary>
    public long EditVersion { get; private set; } = -1;

    /// <inheritdoc cref="IStoryView.Revision"/>
    public long Revision => Volatile.Read(ref _revision);

    public IReadOnlyCollection<ImageState> Images
    {
        get
        {
            lock (_gate)
            {
                return [.. _images.Values];
            }
        }
    }

    /// <summary>Whether anything will still happen in it by itself.</summary>
    public bool IsPending
    {
        get
        {
            lock (_gate)
            {
                return Run?.IsActive() == true || _images.Values.Any(i => i.IsActive());
            }
        }
    }

    public ImageState? Find(string subjectId, string style)
    {
        lock (_gate)
        {
            return _images.GetValueOrDefault((subjectId, style));
        }
    }

    public void Apply(StorySnapshot snapshot)
    {
        // Whoever opens a long story that is open already reads what everybody has.
        if (snapshot.Version <= Volatile.Read(ref _read))
        {
            return;
        }

        foreach (var image in snapshot.Images.Concat(snapshot.CharacterImages))
        {
            Apply(image);
        }

        if (snapshot.Run is { } run)
        {
            Apply(run, readAt: snapshot.Version);
        }

        Call(Settle(snapshot));
    }

    public void Apply(ImageState image)
    {
        ImmutableArray<Action> handlers;
        lock (_gate)
        {
            var key = (image.SubjectId, image.Style);
            if (_images.TryGetValue(key, out var present) && present.Id == image.Id && present.Version >= image.Version)
            {
                return;
            }

            if (present is null && image.Version <= _read)
            {
                // What was read since did not have it any more.
                return;
            }

            _images[key] = image;
            Turn();
            handlers = _imageHandlers.GetValueOrDefault(key, []);
        }

        Call(handlers);
        Call(_allHandlers);
    }

    public void Apply(RunState run) => Apply(run, readAt: null);

    /// <summary>What was read of the whole story says which of its runs is the one; a word of one alone does not.</summary>
    private void Apply(RunState run, long? readAt)
    {
        List<Action> handlers = [];
        lock (_gate)
        {
            if (Run is { } present && !run.Follows(present) && (run.Id == present.Id || !(readAt > present.Version)))
            {
                return;
            }

            // A picture that waits in it looks another one as soon as it is paused, though nothing of the picture changed.
            var turned = _images.Where(i => Run?.Pauses(i.Value) == true != run.Pauses(i.Value)).Select(i => i.Key).ToList();
            Run = run;
            if (turned.Count > 0)
            {
                Turn();
                handlers = [.. turned.SelectMany(key => _imageHandlers.GetValueOrDefault(key, [])), .. _allHandlers];
            }
        }

        Call(_runHandlers);
        Call([.. handlers]);
    }

    public void ModeChanged() => Call(_modeHandlers);

    public IDisposable OnImage(string subjectId, string style, Action handler)
    {
        var key = (subjectId, style);
        lock (_gate)
        {
            _imageHandlers[key] = _imageHandlers.GetValueOrDefault(key, []).Add(handler);
        }

        return new ImageListener(this, key, handler);
    }

    private void Leave((string SubjectId, string Style) key, Action handler)
    {
        lock (_gate)
        {
            if (_imageHandlers[key].Remove(handler) is { IsEmpty: false } left)
            {
                _imageHandlers[key] = left;
            }
            else
            {
                _imageHandlers.Remove(key);
            }
        }
    }

    public IDisposable OnImages(Action handler)
    {
        ImmutableInterlocked.Update(ref _allHandlers, all => all.Add(handler));
        return new Leaving(() => ImmutableInterlocked.Update(ref _allHandlers, all => all.Remove(handler)));
    }

    public IDisposable OnRun(Action handler)
    {
        ImmutableInterlocked.Update(ref _runHandlers, all => all.Add(handler));
        return new Leaving(() => ImmutableInterlocked.Update(ref _runHandlers, all => all.Remove(handler)));
    }

    public IDisposable OnStory(Action handler)
    {
        ImmutableInterlocked.Update(ref _storyHandlers, all => all.Add(handler));
        return new Leaving(() => ImmutableInterlocked.Update(ref _storyHandlers, all => all.Remove(handler)));
    }

    public IDisposable OnMode(Action handler)
    {
        ImmutableInterlocked.Update(ref _modeHandlers, all => all.Add(handler));
        return new Leaving(() => ImmutableInterlocked.Update(ref _modeHandlers, all => all.Remove(handler)));
    }

    /// <summary>Lets go of images that a snapshot no longer has. Returns who is to be told: of those that went, and of an edit.</summary>
    private ImmutableArray<Action> Settle(StorySnapshot snapshot)
    {
        var handlers = ImmutableArray.CreateBuilder<Action>();
        lock (_gate)
        {
            if (snapshot.Version <= _read)
            {
                return [];
            }

            _read = snapshot.Version;
            var present = snapshot.Images.Concat(snapshot.CharacterImages).Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var (key, gone) in _images.Where(i => i.Value.Version <= snapshot.Version && !present.Contains(i.Value.Id)).ToList())
            {
                _images.Remove(key);
                Turn();
                handlers.AddRange(_imageHandlers.GetValueOrDefault(key, []));
                handlers.AddRange(_allHandlers);
            }

            if (snapshot.EditVersion > EditVersion)
            {
                // The first look at a story is no edit of it.
                handlers.AddRange(EditVersion < 0 ? [] : _storyHandlers);
                EditVersion = snapshot.EditVersion;
            }
        }

        return handlers.ToImmutable();
    }

    private void Turn() => Volatile.Write(ref _revision, Interlocked.Increment(ref _revisions));

    private static void Call(ImmutableArray<Action> handlers)
    {
        foreach (var handler in handlers)
        {
            handler();
        }
    }

    /// <summary>There is one for every picture that anybody sees.</summary>
    private sealed class ImageListener(WatchedStory story, (string SubjectId, string Style) key, Action handler) : IDisposable
    {
        private Action? _handler = handler;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _handler, null) is { } handler)
            {
                story.Leave(key, handler);
            }
        }
    }

    private sealed class Leaving(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
