namespace StoryStudio.Web.Live;

/// <summary>How somebody watches.</summary>
public enum ViewerKind
{
    /// <summary>A page in a browser, with its circuit connected.</summary>
    Page,

    /// <summary>A program on the hub; the one that feeds the pages of this process does not count.</summary>
    Hub,

    /// <summary>A program or a page on an event stream.</summary>
    EventStream,
}

/// <summary>Who watches at this moment.</summary>
/// <param name="Pages">Pages in browsers.</param>
/// <param name="Hub">Connections to the hub from outside.</param>
/// <param name="EventStreams">Open event streams.</param>
public sealed record ViewerCounts(int Pages, int Hub, int EventStreams)
{
    public int Total => Pages + Hub + EventStreams;
}

/// <summary>Counts who watches. Safe from any thread.</summary>
public sealed class Audience
{
    private readonly int[] _counts = new int[Enum.GetValues<ViewerKind>().Length];

    public ViewerCounts Counts => new(Volatile.Read(ref _counts[0]), Volatile.Read(ref _counts[1]), Volatile.Read(ref _counts[2]));

    /// <summary>Somebody begins to watch, until what is returned is disposed of.</summary>
    public IDisposable Enter(ViewerKind kind)
    {
        Interlocked.Increment(ref _counts[(int)kind]);
        return new Leaving(() => Interlocked.Decrement(ref _counts[(int)kind]));
    }

    private sealed class Leaving(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
