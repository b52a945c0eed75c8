using System.Collections.Concurrent;

namespace StoryStudio.Core.Generation;

/// <summary>
/// Which requests are under way, so that the very same one is paid for once: one of them goes at a time, and the others find what it made. What a
/// budget holds for one of them need not be held for the others.
/// </summary>
public sealed class IdenticalRequests
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RequestMark, TaskCompletionSource> _underWay = [];
    private readonly ConcurrentDictionary<string, (RequestMark Request, TaskCompletionSource Ended)> _paying = new(StringComparer.Ordinal);

    /// <summary>Returns when nobody else is at this request; the next one is let in when the result is disposed.</summary>
    public async Task<IDisposable> EnterAsync(RequestMark request, CancellationToken cancellationToken)
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

    /// <summary>A budget holds what this attempt may cost, until <see cref="End"/>.</summary>
    /// <param name="token">The attempt.</param>
    /// <param name="request">What it asks for.</param>
    public void Begin(string token, RequestMark request) => _paying[token] = (request, new(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>The attempt has ended, however it did.</summary>
    public void End(string token)
    {
        if (_paying.TryRemove(token, out var paying))
        {
            paying.Ended.TrySetResult();
        }
    }

    /// <summary>Whether a budget holds what somebody may cost who is at this request.</summary>
    public bool IsPaid(RequestMark request) => _paying.Values.Any(p => p.Request == request);

    /// <summary>Returns when nobody is at this request any more whom a budget holds something for.</summary>
    public async Task WhenEndedAsync(RequestMark request, CancellationToken cancellationToken)
    {
        while (_paying.Values.FirstOrDefault(p => p.Request == request).Ended is { } ended)
        {
            await ended.Task.WaitAsync(cancellationToken);
        }
    }

    private sealed class Turn(IdenticalRequests all, RequestMark request, TaskCompletionSource done) : IDisposable
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

/// <param name="StoryId">Whose picture it makes: another story's is another wish.</param>
/// <param name="Hash">Of all that decides what comes back.</param>
public readonly record struct RequestMark(string StoryId, string Hash);
