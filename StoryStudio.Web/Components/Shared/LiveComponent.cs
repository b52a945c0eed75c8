using Microsoft.AspNetCore.Components;

namespace StoryStudio.Web.Components.Shared;

/// <summary>
/// A component that shows one thing of a story and renders when that thing changes, and not when its parent renders.
/// Subscribes first and reads afterwards, so that nothing falls between the two.
/// </summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    private IDisposable? _subscription;
    private object? _subject;
    private object? _shown;
    private bool _hasRendered;
    private int _gathering;
    private volatile bool _disposed;

    /// <summary>What is subscribed to; another value subscribes anew.</summary>
    protected abstract object Subject { get; }

    /// <summary>What decides the markup; equal values are not rendered again.</summary>
    protected abstract object? Shown { get; }

    /// <summary>
    /// How long a change waits for further ones, so that several are one render. A picture waits for nothing; what sums pictures up may.
    /// </summary>
    protected virtual TimeSpan Gathering => TimeSpan.Zero;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract IDisposable Subscribe(Action changed);

    /// <summary>Called in the component's own context after a change, before it renders.</summary>
    protected virtual Task OnChangedAsync() => Task.CompletedTask;

    protected virtual void Dispose(bool disposing)
    {
        _disposed = true;
        _subscription?.Dispose();
    }

    protected override void OnParametersSet()
    {
        if (!Equals(_subject, Subject))
        {
            _subscription?.Dispose();
            _subject = Subject;
            _subscription = Subscribe(Changed);
        }

        // The first render does not ask ShouldRender.
        if (!_hasRendered)
        {
            (_shown, _hasRendered) = (Shown, true);
        }
    }

    protected override bool ShouldRender()
    {
        var shown = Shown;
        if (Equals(shown, _shown))
        {
            return false;
        }

        _shown = shown;
        return true;
    }

    private void Changed()
    {
        if (_disposed || (Gathering > TimeSpan.Zero && Interlocked.Exchange(ref _gathering, 1) == 1))
        {
            return;
        }

        // Where the circuit has gone in the meantime there is nobody left to show it to.
        _ = InvokeAsync(async () =>
        {
            if (Gathering > TimeSpan.Zero)
            {
                await Task.Delay(Gathering, Time);
                Interlocked.Exchange(ref _gathering, 0);
            }

            if (_disposed)
            {
                return;
            }

            try
            {
                await OnChangedAsync();
                StateHasChanged();
            }
            catch (Exception e) when (!_disposed)
            {
                await DispatchExceptionAsync(e);
            }
        });
    }
}
