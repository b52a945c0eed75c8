using System.Runtime.CompilerServices;
using StoryStudio.Core.Live;

namespace StoryStudio.Web.Live;

/// <summary>
/// The newest change of each thing in one story since somebody began to watch, in order, once for all who watch. A viewer is no more than
/// a place in it: whoever is slow finds several changes of one thing folded into the newest, and keeps nothing waiting for that.
/// </summary>
internal sealed class StoryLog : IDisposable
{
    /// <summary>How often a stream on which nothing happens gives a sign of life.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly LinkedList<StoryEvent> _events = [];
    private readonly Dictionary<string, LinkedListNode<StoryEvent>> _newest = new(StringComparer.Ordinal);
    private readonly StorySubscription _subscription;
    private readonly ITimer _beat;
    private TaskCompletionSource _stirred = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;
    private int _beats;
    private bool _ended;

    public StoryLog(StorySubscription subscription, TimeProvider time)
    {
        _subscription = subscription;
        _beat = time.CreateTimer(_ => Beat(), null, KeepAlive, KeepAlive);
        _ = FollowAsync();
    }

    /// <summary>How many watch. Guarded by <see cref="StoryLogs"/>.</summary>
    public int Viewers { get; set; }

    /// <summary>Whether the story was deleted: nothing follows here, whatever becomes of it.</summary>
    public bool Ended
    {
        get
        {
            lock (_gate)
            {
                return _ended;
            }
        }
    }

    /// <summary>The place of the newest change.</summary>
    public long Last
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    /// <summary>What comes after <paramref name="place"/>, in the order of the versions; nothing at all is a sign of life that is due. Ends with the story.</summary>
    public async IAsyncEnumerable<IReadOnlyList<StoryEvent>> ReadAsync(long place, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var beats = Volatile.Read(ref _beats);
        while (true)
        {
            var (news, stirred) = After(place);
            if (news.Count > 0)
            {
                place = news[^1].Place;
                yield return news;
            }
            else if (stirred is null)
            {
                yield break;
            }
            else if (beats != (beats = Volatile.Read(ref _beats)))
            {
                yield return [];
            }
            else
            {
                await stirred.WaitAsync(cancellationToken);
            }
        }
    }

    public void Dispose()
    {
        _beat.Dispose();
        _subscription.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var batch in _subscription.ReadAllAsync())
            {
                Append(batch);
            }
        }
        finally
        {
            End();
        }
    }

    private void Append(IReadOnlyList<StoryChange> batch)
    {
        TaskCompletionSource stirred;
        lock (_gate)
        {
            foreach (var change in batch)
            {
                if (_newest.TryGetValue(change.Subject, out var older))
                {
                    _events.Remove(older);
                }

                _newest[change.Subject] = _events.AddLast(new StoryEvent(change, ++_last));
                _ended |= change is StoryRemoved;
            }

            stirred = Stir();
        }

        stirred.SetResult();
    }

    private void Beat()
    {
        TaskCompletionSource stirred;
        lock (_gate)
        {
            _beats++;
            stirred = Stir();
        }

        stirred.SetResult();
    }

    private void End()
    {
        TaskCompletionSource stirred;
        lock (_gate)
        {
            _ended = true;
            stirred = Stir();
        }

        stirred.SetResult();
    }

    private TaskCompletionSource Stir()
    {
        var stirred = _stirred;
        _stirred = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return stirred;
    }

    private (List<StoryEvent> News, Task? Stirred) After(long place)
    {
        lock (_gate)
        {
            var news = new List<StoryEvent>();
            for (var node = _events.Last; node is not null && node.Value.Place > place; node = node.Previous)
            {
                news.Add(node.Value);
            }

            news.Reverse();
            return (news, _ended ? null : _stirred.Task);
        }
    }
}
