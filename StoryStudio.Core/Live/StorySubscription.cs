using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace StoryStudio.Core.Live;

/// <summary>One listener's place: holds the newest change of each subject until it is read. For one reader.</summary>
public sealed class StorySubscription : IDisposable
{
    private readonly Action<StorySubscription> _leave;
    private readonly Lock _gate = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private Dictionary<string, StoryChange> _waiting = new(StringComparer.Ordinal);

    internal StorySubscription(Action<StorySubscription> leave) => _leave = leave;

    /// <summary>Batches in the order of their versions, until the subscription is disposed or the token cancelled.</summary>
    public async IAsyncEnumerable<IReadOnlyList<StoryChange>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await _signal.Reader.WaitToReadAsync(cancellationToken))
        {
            _signal.Reader.TryRead(out _);
            Dictionary<string, StoryChange> taken;
            lock (_gate)
            {
                taken = _waiting;
                _waiting = new(StringComparer.Ordinal);
            }

            if (taken.Count > 0)
            {
                yield return [.. taken.Values.OrderBy(c => c.Version)];
            }
        }
    }

    public void Dispose()
    {
        _leave(this);
        _signal.Writer.TryComplete();
    }

    /// <summary>Takes what was committed together in one go: no batch holds a part of it.</summary>
    internal void Offer(IReadOnlyList<StoryChange> changes)
    {
        lock (_gate)
        {
            foreach (var change in changes)
            {
                if (!_waiting.TryGetValue(change.Subject, out var present) || present.Version < change.Version)
                {
                    _waiting[change.Subject] = change;
                }
            }
        }

        _signal.Writer.TryWrite(true);
    }
}
