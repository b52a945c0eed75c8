using System.Collections.Concurrent;
using System.Threading.Channels;

namespace StoryStudio.Core.Generation;

/// <summary>How the rest of the program reaches the running engine: there is new work, or an attempt is not wanted any more.</summary>
public sealed class GenerationSignals
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new(StringComparer.Ordinal);
    private int _lanesChanged = 1;
    private int _isChangedElsewhere = 1;
    private volatile Task? _timer;

    /// <summary>There may be something to do. After the commit that made it so.</summary>
    public void Wake(bool newLanes = true)
    {
        if (newLanes)
        {
            Volatile.Write(ref _isChangedElsewhere, 1);
        }

        WakeAgain(newLanes);
    }

    /// <summary>The engine's own doing lets it look again. It gives no reason to reconsider what it has just decided.</summary>
    internal void WakeAgain(bool newLanes)
    {
        if (newLanes)
        {
            Volatile.Write(ref _lanesChanged, 1);
        }

        _wake.Writer.TryWrite(true);
    }

    /// <summary>Cuts an attempt off whose image is no longer its own. After the commit that took it away.</summary>
    public void Interrupt(string token)
    {
        if (_running.TryGetValue(token, out var cancellation))
        {
            try
            {
                cancellation.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It came to its end in this very moment; its result finds that the image is not its own.
            }
        }
    }

    /// <summary>What the engine sleeps on while nothing has woken it; null while it looks. For tests, which move the clock only when nothing else moves.</summary>
    internal Task? Sleep => _wake.Reader.Count == 0 && _timer is { IsCompleted: false } timer ? timer : null;

    internal bool TakeLanesChanged() => Interlocked.Exchange(ref _lanesChanged, 0) == 1;

    internal bool TakeChangedElsewhere() => Interlocked.Exchange(ref _isChangedElsewhere, 0) == 1;

    internal void Begin(string token, CancellationTokenSource cancellation) => _running[token] = cancellation;

    internal void End(string token) => _running.TryRemove(token, out _);

    /// <summary>Returns when woken, or when <paramref name="longest"/> is over.</summary>
    internal async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var woken = _wake.Reader.WaitToReadAsync(wait.Token).AsTask();
        var timer = Task.Delay(longest, time, wait.Token);
        _timer = timer;
        await Task.WhenAny(woken, timer);
        _timer = null;
        await wait.CancelAsync();
        _wake.Reader.TryRead(out _);
    }
}
