using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Storage;

/// <summary>
/// A picture that a person brings for an image: written to a folder of its own, checked there, and given its name within the commit that
/// makes it a version, where nobody else can take that name. Whatever was not placed is gone when it is disposed.
/// </summary>
internal sealed class UploadedPicture(string temporaryPath, string root, FileOwners owners, string token) : IAsyncDisposable
{
    private readonly HashedFileStream _file = new(temporaryPath, PictureInspector.MaxBytes);
    private string? _placed;

    public Stream Destination => _file;

    public string Token => token;

    public long Bytes => _file.Length;

    public string Sha256 => _file.Sha256;

    /// <summary>Flushes the bytes to disk and looks whether they are a whole picture.</summary>
    public PictureInspection Seal()
    {
        _file.Seal();
        return PictureInspector.Inspect(temporaryPath, allowSvg: false);
    }

    /// <summary>Gives it its name, durably; what stands there is of an attempt that came to nothing, and its owner finds the name taken.</summary>
    /// <param name="finalPath">Without an extension.</param>
    /// <param name="mediaType">As it was found in the bytes.</param>
    /// <returns>Path below the data directory, with <c>/</c>.</returns>
    public string Place(string finalPath, string mediaType)
    {
        var path = $"{finalPath}.{PictureFormats.Extension(mediaType)}";
        owners.Take(finalPath, token);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(temporaryPath, path, overwrite: true);
            _placed = path;
            DurableDirectory.Flush(Path.GetDirectoryName(path)!);
        }
        finally
        {
            owners.Release(finalPath, token);
        }

        return Path.GetRelativePath(root, path).Replace('\\', '/');
    }

    /// <summary>Takes it back, because the commit came to nothing.</summary>
    public void TakeBack()
    {
        if (_placed is { } path)
        {
            File.Delete(path);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _file.DisposeAsync();
        }
        finally
        {
            if (_placed is null)
            {
                File.Delete(temporaryPath);
            }
        }
    }
}
