using System.Collections.Concurrent;

namespace StoryStudio.Core.Access;

/// <summary>
/// By what people are in at this moment (a link, an account), so that they can be put out at once. Closed is closed for good while the
/// process runs: whoever looked before the closing and comes after it is put out all the same.
/// </summary>
public sealed class Doors
{
    private static readonly CancellationToken Shut = new(canceled: true);

    private readonly ConcurrentDictionary<string, CancellationTokenSource> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _closed = new(StringComparer.Ordinal);

    public bool IsClosed(string door) => _closed.ContainsKey(door);

    /// <summary>Cancelled when the door is closed, or when everybody in it is asked to come in anew.</summary>
    public CancellationToken Through(string door)
    {
        var token = _open.GetOrAdd(door, _ => new()).Token;
        return IsClosed(door) ? Shut : token;
    }

    public void Close(string door)
    {
        _closed[door] = true;
        Empty(door);
    }

    /// <summary>Puts everybody out, once; who may come in again comes in again.</summary>
    public void Empty(string door)
    {
        if (_open.TryRemove(door, out var open))
        {
            // Not disposed of: somebody may hold its token and register only now.
            open.Cancel();
        }
    }
}
