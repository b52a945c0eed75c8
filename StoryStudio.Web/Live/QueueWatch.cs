using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Live;

/// <summary>The queue as the pages show it: read at most once a second, however many look.</summary>
public sealed class QueueWatch(IQueueBoard board, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1, 1);
    private (QueueState State, long At)? _last;

    /// <param name="anew">Whether what was read before does not count: after a command.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<QueueState> ReadAsync(bool anew = false, CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (!anew && _last is var (state, at) && time.GetElapsedTime(at) < Interval)
            {
                return state;
            }

            var read = await board.GetAsync(cancellationToken);
            _last = (read, time.GetTimestamp());
            return read;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
