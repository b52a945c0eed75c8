using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StoryStudio.Core.Books;
using StoryStudio.Core.Books.Making;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Makes books one after another, each into a file that gets its name when it is whole. What a stop or a kill interrupts is begun anew;
/// what is older than a day is swept away.
/// </summary>
internal sealed partial class ExportService(
    StoryWriter writer,
    BookShelf shelf,
    ArchiveShelf archives,
    DataDirectory directory,
    TimeProvider time,
    ILogger<ExportService> logger) : BackgroundService
{
    public const string Folder = "exports";

    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>After the database could not be written: whoever waits for a book waits for room to be made.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<string, int> _progress = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _marks = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private (string Id, CancellationTokenSource Stop)? _current;

    private string Root => Path.Combine(directory.Path, Folder);

    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>0 to 99.</summary>
    public int ProgressOf(string exportId) => _progress.GetValueOrDefault(exportId);

    /// <summary>Whether a book that is being made is of the story as <see cref="BookShelf.MarkAsync"/> has it. One that is still to be read will be.</summary>
    public bool IsOf(string exportId, string mark) => _marks.GetValueOrDefault(exportId, mark) == mark;

    /// <summary>Whoever makes it leaves off; its row is gone already.</summary>
    public void Stop(string exportId)
    {
        lock (_gate)
        {
            if (_current is { } current && current.Id == exportId)
            {
                current.Stop.Cancel();
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var again = Interval;
            try
            {
                await SweepAsync();
                while (await NextAsync() is { } job)
                {
                    await MakeAsync(job, stoppingToken);
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // The database could not be written, perhaps for want of room: it is looked at again.
                LogLoopFailed(failure);
                again = Soon;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(_wake.Reader.WaitToReadAsync(waiting.Token).AsTask(), Task.Delay(again, time, waiting.Token));
            _wake.Reader.TryRead(out _);
            await waiting.CancelAsync();
        }
    }

    /// <summary>Nothing is being made at this moment: what says that it is was interrupted, and a file that no row speaks of is nobody's.</summary>
    internal async Task SweepAsync()
    {
        var kept = await writer.ExecuteAsync(async scope =>
        {
            await scope.Db.Exports.Where(e => e.ExpiresAt != null && e.ExpiresAt <= scope.Now).ExecuteDeleteAsync();
            await scope.Db.Exports.Where(e => e.Status == ExportStatus.Running).ExecuteUpdateAsync(e => e.SetProperty(x => x.Status, ExportStatus.Queued));
            return (await scope.Db.Exports.Where(e => e.Status == ExportStatus.Completed).ToListAsync()).Select(e => e.DiskName).ToHashSet(StringComparer.Ordinal);
        });
        if (Directory.Exists(Root))
        {
            foreach (var file in Directory.GetFiles(Root).Where(f => !kept.Contains(Path.GetFileName(f))))
            {
                File.Delete(file);
            }
        }
    }

    private Task<ExportJob?> NextAsync() => writer.ExecuteAsync(async scope =>
    {
        var job = await scope.Db.Exports.Where(e => e.Status == ExportStatus.Queued).OrderBy(e => e.Id).FirstOrDefaultAsync();
        if (job is not null)
        {
            job.Status = ExportStatus.Running;
        }

        return job;
    });

    private async Task MakeAsync(ExportJob job, CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        lock (_gate)
        {
            _current = (job.Id, stop);
        }

        var path = Path.Combine(Root, job.DiskName);
        var temporary = $"{path}.tmp";
        try
        {
            Directory.CreateDirectory(Root);

            // Before it is read: what is changed between the two is in the book, and another one of it at worst is made.
            _marks[job.Id] = await shelf.MarkAsync(job.StoryId, job.Format, job.Style, stop.Token);
            var bytes = await WriteAsync(job, temporary, stop.Token);
            File.Move(temporary, path, overwrite: true);
            DurableDirectory.Flush(Root);
            if (!await EndAsync(job.Id, e => (e.Status, e.Bytes) = (ExportStatus.Completed, bytes)))
            {
                File.Delete(path);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped by its author, or by the process, which takes it up again.
        }
        catch (NotFoundException)
        {
            // The story went away meanwhile.
            await EndAsync(job.Id, e => (e.Status, e.ErrorCode, e.ErrorMessage) = (ExportStatus.Failed, "story_not_found", "The story was deleted."));
        }
        catch (Exception failure)
        {
            LogFailed(failure, job.Id, job.Format);
            File.Delete(temporary);
            var (code, sentence) = StorageFaults.IsNoSpace(failure) ? ("disk_full", "The disk is full. Make room, and export again.")
                : failure is FileNotFoundException or DirectoryNotFoundException ? ("picture_gone", "A picture’s file went away while the book was being made. Export again.")
                : ("export_failed", "The book could not be made. What went wrong is in the log.");
            await EndAsync(job.Id, e => (e.Status, e.ErrorCode, e.ErrorMessage) = (ExportStatus.Failed, code, sentence));
        }
        finally
        {
            lock (_gate)
            {
                _current = null;
            }

            File.Delete(temporary);
            _progress.TryRemove(job.Id, out _);
            _marks.TryRemove(job.Id, out _);
        }
    }

    private async Task<long> WriteAsync(ExportJob job, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 81_920, FileOptions.Asynchronous);
        if (job.Format is ExportFormat.Zip)
        {
            await archives.WriteAsync(job.StoryId, file, (done, total) => Report(job.Id, done, total), cancellationToken);
        }
        else
        {
            var book = await shelf.OpenAsync(job.StoryId, job.Style, job.Author, job.Language, job.Format is ExportFormat.Cbz, cancellationToken);
            await BookMakers.Of(job.Format)(book, file, done => Report(job.Id, done, book.Pages.Count), cancellationToken);
        }

        file.Flush(flushToDisk: true);
        return file.Length;
    }

    private void Report(string exportId, int done, int total) => _progress[exportId] = total == 0 ? 0 : (int)Math.Min(99, 100L * done / total);

    /// <summary>False where its author took it back meanwhile.</summary>
    private Task<bool> EndAsync(string exportId, Action<ExportJob> end) => writer.ExecuteAsync(async scope =>
    {
        if (await scope.Db.Exports.SingleOrDefaultAsync(e => e.Id == exportId) is not { } job)
        {
            return false;
        }

        end(job);
        job.FinishedAt = scope.Now;
        job.ExpiresAt = scope.Now + KeptFor;
        return true;
    });

    [LoggerMessage(Level = LogLevel.Error, Message = "The export {ExportId} ({Format}) failed.")]
    private partial void LogFailed(Exception failure, string exportId, ExportFormat format);

    [LoggerMessage(Level = LogLevel.Error, Message = "Exports could not be looked through; it is tried again.")]
    private partial void LogLoopFailed(Exception failure);
}
