using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class PictureDraft : IPictureDraft
{
    private readonly string _temporaryPath;
    private readonly string _finalPath;
    private readonly string _root;
    private readonly HashedFileStream _file;
    private string? _kept;

    /// <param name="temporaryPath">In the folder of the final one, so that a rename suffices.</param>
    /// <param name="finalPath">Without an extension, which follows from the bytes.</param>
    /// <param name="root">The data directory.</param>
    public PictureDraft(string temporaryPath, string finalPath, string root)
    {
        (_temporaryPath, _finalPath, _root) = (temporaryPath, finalPath, root);
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

    public void Keep(string mediaType)
    {
        var path = $"{_finalPath}.{PictureFormats.Extension(mediaType)}";
        File.Move(_temporaryPath, path, overwrite: true);
        _kept = path;
        DurableDirectory.Flush(System.IO.Path.GetDirectoryName(path)!);
    }

    public void TakeBack()
    {
        if (_kept is not null)
        {
            File.Delete(_kept);
            _kept = null;
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
            if (_kept is null)
            {
                File.Delete(_temporaryPath);
            }
        }
    }
}
