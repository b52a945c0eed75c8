using StoryStudio.Core.Live;

namespace StoryStudio.Web.Live;

/// <summary>The logs of the stories that somebody watches over an event stream: one subscription for each, whatever the number of viewers.</summary>
internal sealed class StoryLogs(StoryChanges changes, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoryLog> _logs = new(StringComparer.Ordinal);

    /// <summary>Takes a place at the end of a story's log. Join first, read a snapshot second; dispose of it to leave.</summary>
    public Place Join(string storyId)
    {
        lock (_gate)
        {
            if (!_logs.TryGetValue(storyId, out var log) || log.Ended)
            {
                _logs[storyId] = log = new(changes.Subscribe(storyId), time);
            }

            log.Viewers++;
            return new(this, storyId, log);
        }
    }

    private void Leave(string storyId, StoryLog log)
    {
        lock (_gate)
        {
            if (--log.Viewers > 0)
            {
                return;
            }

            if (_logs.GetValueOrDefault(storyId) == log)
            {
                _logs.Remove(storyId);
            }
        }

        log.Dispose();
    }

    /// <summary>One viewer's place in a story's log.</summary>
    internal sealed class Place(StoryLogs logs, string storyId, StoryLog log) : IDisposable
    {
        private readonly long _joinedAt = log.Last;
        private int _left;

        /// <inheritdoc cref="StoryLog.ReadAsync"/>
        public IAsyncEnumerable<IReadOnlyList<StoryEvent>> ReadAsync(CancellationToken cancellationToken) => log.ReadAsync(_joinedAt, cancellationToken);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                logs.Leave(storyId, log);
            }
        }
    }
}
