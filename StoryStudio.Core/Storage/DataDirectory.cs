namespace StoryStudio.Core.Storage;

/// <summary>The folder that everything lives in, held by one process at a time.</summary>
public sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    /// <param name="path">Made where it is missing. Throws <see cref="DataDirectoryException"/> where it cannot be used.</param>
    public DataDirectory(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path);
            _lock = new(System.IO.Path.Combine(Path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException(Path, failure);
        }
    }

    public string Path { get; }

    public string Database => System.IO.Path.Combine(Path, "storystudio.db");

    public void Dispose() => _lock.Dispose();
}

/// <summary>The data directory cannot be used: another process holds it, or it may not be written.</summary>
public sealed class DataDirectoryException(string path, Exception inner)
    : Exception($"StoryStudio:DataDirectory is {path}, which cannot be used: another StoryStudio is running on it, or it may not be written. ({inner.Message})", inner);
