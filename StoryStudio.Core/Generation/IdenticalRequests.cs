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
    private int _waiting;

    /// <summary>How many wait for somebody who is at the request that they are to make.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Returns when nobody else is at this request; the next one is let in when the result is disposed.</summary>
    /// <param name="request">What is to be made.</param>
    /// <param name="waits">Told before it waits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<RequestTurn> EnterAsync(RequestMark request, Action waits, CancellationToken cancellationToken)
    {
        for (var hasWaited = false; ; hasWaited = true)
        {
            Task ahead;
            lock (_gate)
            {
                if (!_underWay.TryGetValue(request, out var present))
                {
                    var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    _underWay.Add(request, mine);
                    return new(() => Leave(request, mine), hasWaited);
                }

                ahead = present.Task;
            }

            waits();
            Interlocked.Increment(ref _waiting);
            try
            {
                await ahead.WaitAsync(cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
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

    /// <summary>Returns when nobody is at this request any more whom a budget holds something for: whether somebody was.</summary>
    /// <param name="request">What is to be made.</param>
    /// <param name="waits">Told before it waits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<bool> WhenEndedAsync(RequestMark request, Action waits, CancellationToken cancellationToken)
    {
        var hasWaited = false;
        while (_paying.Values.FirstOrDefault(p => p.Request == request).Ended is { } ended)
        {
            hasWaited = true;
            waits();
            await ended.Task.WaitAsync(cancellationToken);
        }

        return hasWaited;
    }

    private void Leave(RequestMark request, TaskCompletionSource turn)
    {
        lock (_gate)
        {
            _underWay.Remove(request);
        }

        turn.TrySetResult();
    }
}

/// <summary>The right to make a request that nobody else is at; disposed once, when that is over.</summary>
/// <param name="leave">Lets the next one in.</param>
/// <param name="hasWaited">Whether somebody was at it before.</param>
public sealed class RequestTurn(Action leave, bool hasWaited) : IDisposable
{
    /// <summary>Whether somebody was at it when it was asked for.</summary>
    public bool HasWaited => hasWaited;

    public void Dispose() => leave();
}

/// <param name="StoryId">Whose picture it makes: another story's is another wish.</param>
/// <param name="Hash">Of all that decides what comes back.</param>
public readonly record struct RequestMark(string StoryId, string Hash);
