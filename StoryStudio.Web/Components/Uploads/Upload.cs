using System.Globalization;
using Microsoft.AspNetCore.Components.Forms;
using StoryStudio.Core.Books;
using StoryStudio.Web.Components.Stories;

namespace StoryStudio.Web.Components.Uploads;

/// <summary>A file on its way in, by its bytes first and then, where it holds pictures, by those: how far it is, and a way to stop it.</summary>
/// <param name="file">As the browser offers it.</param>
/// <param name="changed">Called from any thread when there is something new to show, at most once for a percent.</param>
public sealed class Upload(IBrowserFile file, Action changed) : IProgress<UnpackedPictures>, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private long _read;
    private UnpackedPictures _pictures;
    private bool _isOver;

    public string Name => file.Name;

    /// <summary>0 to 100, of its bytes or of its pictures.</summary>
    public int Percent => _pictures.Total > 0 ? Share(_pictures.Done, _pictures.Total) : Share(_read, file.Size);

    public bool IsStopped => _stop.IsCancellationRequested;

    /// <summary>Cancelled by <see cref="Stop"/>.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>"12.5 MB of 340 MB".</summary>
    public string Words => _pictures.Total > 0 ? string.Create(CultureInfo.InvariantCulture, $"Picture {_pictures.Done:N0} of {_pictures.Total:N0}")
        : _read < file.Size ? $"{ExportWords.Size(_read)} of {ExportWords.Size(file.Size)}"
        : "Looking at it";

    /// <summary>The file's bytes, counted as they come.</summary>
    public Stream Open() => new CountedStream(
        file.Size == 0 ? Stream.Null : file.OpenReadStream(file.Size, _stop.Token), // A stream of nothing is more than the browser's line can carry.
        file.Size,
        read =>
        {
            _read = read;
            changed();
        });

    public void Report(UnpackedPictures value)
    {
        var before = Percent;
        var isFirst = _pictures.Total == 0;
        _pictures = value;
        if (isFirst || before != Percent)
        {
            changed();
        }
    }

    public void Stop()
    {
        // Pressed as the last of it came: there is nothing left to stop.
        if (!_isOver)
        {
            _stop.Cancel();
        }
    }

    public void Dispose()
    {
        _isOver = true;
        _stop.Dispose();
    }

    private static int Share(long done, long total) => total == 0 ? 100 : (int)Math.Min(100, 100 * done / total);
}
