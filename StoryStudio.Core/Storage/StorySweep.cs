using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StoryStudio.Core.Storage;

/// <summary>Takes deleted stories away for good, pictures and all, once they can no longer be restored.</summary>
internal sealed partial class StorySweep(StoryWriter writer, PictureFiles files, TimeProvider time, ILogger<StorySweep> logger) : BackgroundService
{
    public static readonly TimeSpan RestorableFor = TimeSpan.FromHours(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await SweepAsync();
            }
            catch (Exception failure)
            {
                LogFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task SweepAsync()
    {
        var gone = await writer.ExecuteAsync(async scope =>
        {
            var before = scope.Now - RestorableFor;
            var ids = await scope.Db.Stories.Where(s => s.DeletedAt != null && s.DeletedAt < before).Select(s => s.Id).ToListAsync();
            await PastCosts.KeepAsync(scope, scope.Db.Attempts.Where(a => scope.Db.Images.Any(i => i.Id == a.ImageId && ids.Contains(i.StoryId))));
            await scope.Db.Stories.Where(s => ids.Contains(s.Id)).ExecuteDeleteAsync();
            return ids;
        });
        gone.ForEach(files.DeleteStory);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Deleted stories could not be swept away; it is tried again.")]
    private partial void LogFailed(Exception failure);
}
