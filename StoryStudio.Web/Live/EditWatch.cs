using StoryStudio.Core.Storage;

namespace StoryStudio.Web.Live;

/// <summary>
/// Has a page read its story anew each time that its text was edited. Where the store cannot be read for a while, it is read once it can: the page stays
/// as it stood until then. Edits that come while it reads are read in one go after it.
/// </summary>
internal sealed class EditWatch : IDisposable
{
    /// <summary>Between two attempts to read from a store in trouble.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private readonly TimeProvider _clock;
    private readonly Func<Task> _read;
    private readonly Func<Exception, Task> _failed;
    private readonly CancellationTokenSource _left = new();
    private readonly CancellationToken _leaving;
    private readonly IDisposable _edits;
    private int _asked;

    /// <param name="view">The page's view of the story.</param>
    /// <param name="clock">Times the attempts.</param>
    /// <param name="read">Reads the story and shows it, on the page's own dispatcher.</param>
    /// <param name="failed">Told of any other fault, and of none once the page was left.</param>
    public EditWatch(IStoryView view, TimeProvider clock, Func<Task> read, Func<Exception, Task> failed)
    {
        (_clock, _read, _failed, _leaving) = (clock, read, failed, _left.Token);
        _edits = view.OnStory(Edited);
    }

    public void Dispose()
    {
        _edits.Dispose();
        if (!_leaving.IsCancellationRequested)
        {
            _left.Cancel();
            _left.Dispose();
        }
    }

    private void Edited()
    {
        if (Interlocked.Increment(ref _asked) == 1)
        {
            _ = ReadAsync();
        }
    }

    private async Task ReadAsync()
    {
        int asked;
        do
        {
            asked = Volatile.Read(ref _asked);
            try
            {
                while (!_leaving.IsCancellationRequested && !await TryAsync())
                {
                    await Task.Delay(Pause, _clock, _leaving);
                }
            }
            catch (Exception) when (_leaving.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                await _failed(failure);
            }
        }
        while (Interlocked.CompareExchange(ref _asked, 0, asked) != asked);
    }

    private async Task<bool> TryAsync()
    {
        try
        {
            await _read();
            return true;
        }
        catch (Exception failure) when (StorageFaults.IsUnavailable(failure))
        {
            return false;
        }
    }
}
