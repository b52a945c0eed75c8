namespace StoryStudio.Core.Storage;

/// <summary>
/// Whose a file's name is. Two attempts for the same version of an image may overlap, where the first was cancelled and comes too late: the
/// name is the later one's, and the earlier neither writes nor deletes under it any more.
/// </summary>
internal sealed class FileOwners
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);

    public void Take(string path, string token)
    {
        lock (_gate)
        {
            _tokens[path] = token;
        }
    }

    /// <summary>Does it where the name is still this one's, and nobody can take it meanwhile. False where it is another's.</summary>
    public bool Do(string path, string token, Action act)
    {
        lock (_gate)
        {
            if (_tokens.GetValueOrDefault(path) != token)
            {
                return false;
            }

            act();
            return true;
        }
    }

    public void Release(string path, string token)
    {
        lock (_gate)
        {
            if (_tokens.GetValueOrDefault(path) == token)
            {
                _tokens.Remove(path);
            }
        }
    }
}
