using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Generation;

/// <summary>
/// Takes reports as fast as a provider makes them and passes on the newest, one at a time: a store that is slow sees fewer of them.
/// Progress is a courtesy: a report that cannot be written is let go.
/// </summary>
internal sealed class LatestProgress(Func<ImageProgress, Task> report) : IProgress<ImageProgress>
{
    private readonly Lock _gate = new();
    private ImageProgress? _waiting;
    private int? _percent;
    private bool _busy;
    private bool _closed;

    /// <summary>The provider's own id of the request, as it was reported last; null where it was not.</summary>
    public string? RequestId { get; private set; }

    public void Report(ImageProgress value)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            RequestId = value.RequestId ?? RequestId;
            if (value.Preview is null && value.Percent == _percent)
            {
                // Nobody sees anything new.
                return;
            }

            _percent = value.Percent;
            _waiting = value with { Preview = value.Preview ?? _waiting?.Preview };
            if (_busy)
            {
                return;
            }

            _busy = true;
        }

        _ = PassOnAsync();
    }

    /// <summary>The call is over: what still waits is let go, so that no preview outlives the attempt that it belongs to.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _waiting = null;
        }
    }

    private async Task PassOnAsync()
    {
        while (true)
        {
            ImageProgress next;
            lock (_gate)
            {
                if (_waiting is null)
                {
                    _busy = false;
                    return;
                }

                next = _waiting;
                _waiting = null;
            }

            try
            {
                await report(next);
            }
            catch (Exception)
            {
                // The attempt itself meets the same trouble and says so.
            }
        }
    }
}
