using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Smaller copies of pictures, beside them as <c>.{file}.{hash}.{width}.webp</c>. No row speaks of them: one is made when it is first asked for,
/// never by whoever makes pictures, and goes with its picture. One at a time, so that no more than one picture is unpacked in memory. Where none
/// can be made nothing fails, for there is the picture itself.
/// </summary>
internal sealed partial class Thumbnails : IThumbnails, IDisposable
{
    /// <summary>What is no larger than that is small already.</summary>
    private const long SmallBytes = 64 * 1024;

    private const int MostRefused = 1_000;

    private readonly ILogger<Thumbnails> _logger;
    private readonly Func<Stream, int, Stream, bool> _scale;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<string, bool> _refused = new(StringComparer.Ordinal);
    private bool _hasNoRoom;
    private volatile bool _isUnavailable;

    public Thumbnails(ILogger<Thumbnails> logger)
        : this(logger, PictureScaler.Scale)
    {
    }

    internal Thumbnails(ILogger<Thumbnails> logger, Func<Stream, int, Stream, bool> scale) => (_logger, _scale) = (logger, scale);

    public async Task<string?> FindAsync(StoredPicture picture, int width, CancellationToken cancellationToken = default)
    {
        var path = PathOf(picture, width);
        if (picture.Bytes <= SmallBytes || !PictureSizes.Helps(picture.MediaType, picture.Width, width))
        {
            return null;
        }

        if (File.Exists(path))
        {
            return path;
        }

        if (_isUnavailable || _refused.ContainsKey(path))
        {
            return null;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            return File.Exists(path) || await Task.Run(() => Make(picture, width, path), CancellationToken.None) ? path : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes away what there is of a picture that has gone before.</summary>
    /// <param name="picturePath">Of the picture.</param>
    public static void Delete(string picturePath)
    {
        var folder = Path.GetDirectoryName(picturePath)!;
        if (Directory.Exists(folder))
        {
            foreach (var copy in Directory.GetFiles(folder, $".{Path.GetFileName(picturePath)}.*"))
            {
                File.Delete(copy);
            }
        }
    }

    public void Dispose() => _turn.Dispose();

    // With the hash of what it is made from: a name may be another picture's one day.
    private static string PathOf(StoredPicture picture, int width) =>
        Path.Combine(Path.GetDirectoryName(picture.FilePath)!, string.Create(CultureInfo.InvariantCulture, $".{Path.GetFileName(picture.FilePath)}.{picture.Sha256}.{width}.webp"));

    private bool Make(StoredPicture picture, int width, string path)
    {
        try
        {
            if (new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace < DiskRoom.PerPicture)
            {
                throw new IOException("What room there is on the disk is for pictures.");
            }

            if (!Write(picture, width, path))
            {
                Refuse(path, null);
                return false;
            }

            _hasNoRoom = false;
            return true;
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException or BadImageFormatException or EntryPointNotFoundException)
        {
            _isUnavailable = true;
            LogUnavailable(failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!_hasNoRoom)
            {
                _hasNoRoom = true;
                LogNotKept(failure);
            }
        }
        catch (Exception failure)
        {
            Refuse(path, failure);
        }

        return false;
    }

    private bool Write(StoredPicture picture, int width, string path)
    {
        // Nobody else is about to write under this name, and one that an earlier process left is written over. Whoever takes the picture away
        // takes this as well, and then there is nothing to rename.
        var temporary = $"{path}.tmp";
        try
        {
            using (var from = new FileStream(picture.FilePath, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete))
            using (var to = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                if (!_scale(from, width, to))
                {
                    return false;
                }

                if (to.Length >= picture.Bytes)
                {
                    return false;
                }

                to.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private void Refuse(string path, Exception? failure)
    {
        if (_refused.Count >= MostRefused)
        {
            _refused.Clear();
        }

        _refused[path] = true;
        LogRefused(Path.GetFileName(path), failure);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pictures are served in full only: what makes smaller copies of them does not run on this machine.")]
    private partial void LogUnavailable(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pictures that have no smaller copy yet are served in full: a copy could not be kept. It is tried again whenever one is asked for.")]
    private partial void LogNotKept(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A picture is served in full: {Copy} could not be made of it.")]
    private partial void LogRefused(string copy, Exception? failure);
}
