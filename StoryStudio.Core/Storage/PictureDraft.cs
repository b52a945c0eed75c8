using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class PictureDraft : IPictureDraft
{
    private readonly string _temporaryPath;
    private readonly string _finalPath;
    private readonly string _root;
    private readonly FileOwners _owners;
    private readonly string _token;
    private readonly HashedFileStream _file;
    private string? _kept;

    /// <param name="temporaryPath">In the folder of the final one, so that a rename suffices.</param>
    /// <param name="finalPath">Without an extension, which follows from the bytes. What stands there already is of an attempt that came to nothing.</param>
    /// <param name="root">The data directory.</param>
    /// <param name="owners">Whose each name is.</param>
    /// <param name="token">Whose this one is.</param>
    public PictureDraft(string temporaryPath, string finalPath, string root, FileOwners owners, string token)
    {
        (_temporaryPath, _finalPath, _root, _owners, _token) = (temporaryPath, finalPath, root, owners, token);
        _owners.Take(finalPath, token);
        _owners.Do(finalPath, token, () =>
        {
            foreach (var extension in PictureFormats.Extensions)
            {
                File.Delete($"{finalPath}.{extension}");
            }
        });
        _file = new(temporaryPath, PictureInspector.MaxBytes);
    }

    public Stream Destination => _file;

    public string Path => System.IO.Path.GetRelativePath(_root, _kept ?? throw new InvalidOperationException("The picture has not been kept.")).Replace('\\', '/');

    public long Bytes => _file.Length;

    public string Sha256 => _file.Sha256;

    public PictureInspection Seal(bool allowSvg)
    {
        _file.Seal();
        return PictureInspector.Inspect(_temporaryPath, allowSvg);
    }

    public bool Keep(string mediaType)
    {
        var path = $"{_finalPath}.{PictureFormats.Extension(mediaType)}";
        if (!_owners.Do(_finalPath, _token, () => File.Move(_temporaryPath, path, overwrite: true)))
        {
            return false;
        }

        _kept = path;
        DurableDirectory.Flush(System.IO.Path.GetDirectoryName(path)!);
        return true;
    }

    public void TakeBack()
    {
        if (_kept is { } kept)
        {
            _owners.Do(_finalPath, _token, () => File.Delete(kept));
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // On a full disk, what is still buffered cannot be written, and this says so.
            await _file.DisposeAsync();
        }
        finally
        {
            _owners.Release(_finalPath, _token);
            if (_kept is null)
            {
                File.Delete(_temporaryPath);
            }
        }
    }
}
