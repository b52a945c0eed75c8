namespace StoryStudio.Core.Generation;

/// <summary>Lets one of several identical requests go at a time: the others find what it made, and need not pay for it again.</summary>
internal sealed class IdenticalRequests
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string StoryId, string Hash), TaskCompletionSource> _underWay = [];

    /// <summary>Returns when nobody else is at this request; the next one is let in when the result is disposed.</summary>
    public async Task<IDisposable> EnterAsync((string StoryId, string Hash) request, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task ahead;
            lock (_gate)
            {
                if (!_underWay.TryGetValue(request, out var present))
                {
                    var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    _underWay.Add(request, mine);
                    return new Turn(this, request, mine);
                }

                ahead = present.Task;
            }

            await ahead.WaitAsync(cancellationToken);
        }
    }

    private sealed class Turn(IdenticalRequests all, (string StoryId, string Hash) request, TaskCompletionSource done) : IDisposable
    {
        public void Dispose()
        {
            lock (all._gate)
            {
                all._underWay.Remove(request);
            }

            done.TrySetResult();
        }
    }
}
