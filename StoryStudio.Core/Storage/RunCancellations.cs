using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Takes back runs, and styles of them, that nobody wants any more. The commit that begins it sees to it that nothing more is claimed and that
/// calls under way are cut; the images that wait are put away after it, some hundred a commit, so that nobody else's change waits for all of
/// them. What a kill leaves is put away after the next start.
/// </summary>
internal sealed partial class RunCancellations(StoryWriter writer, IDbContextFactory<StoryDbContext> contexts, TimeProvider time, ILogger<RunCancellations> logger) : BackgroundService
{
    /// <summary>Images that one commit puts away.</summary>
    public const int AtOnce = 200;

    private static readonly TimeSpan AgainAfterTrouble = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _begun = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Begins with a run, or with some of its styles: a small one is done with that. Returns the attempts to be cut off once that is committed.</summary>
    public static async Task<List<string>> BeginAsync(WriteScope scope, Run run, IReadOnlyCollection<string>? styles = null)
    {
        if (styles is null)
        {
            run.Cancel();
        }

        foreach (var style in styles ?? [])
        {
            run.Cancel(style);
        }

        List<string> ending = [.. run.Styles.Select(s => s.Style).Where(run.Ends)];
        var cut = await ImageCancellation.CancelAsync(scope, i => i.StoryId == run.StoryId && i.Token != null && i.RunId == run.Id && ending.Contains(i.Style));
        await PutAwayAsync(scope, run);
        return cut;
    }

    /// <summary>After the commit that began it.</summary>
    public void GoOn() => _begun.Writer.TryWrite(true);

    /// <summary>Returns once no run of the story is being cancelled any more.</summary>
    public Task FinishStoryAsync(string storyId, CancellationToken cancellationToken) => FinishAsync(runs => runs.Where(r => r.StoryId == storyId), cancellationToken);

    /// <summary>Returns once the run is not being cancelled any more.</summary>
    public Task FinishRunAsync(string runId, CancellationToken cancellationToken) => FinishAsync(runs => runs.Where(r => r.Id == runId), cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What an earlier process left comes first.
        do
        {
            _begun.Reader.TryRead(out _);
            try
            {
                await FinishAsync(runs => runs, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(failure);
                await Task.Delay(AgainAfterTrouble, time, stoppingToken);
                GoOn();
            }
        }
        while (await _begun.Reader.WaitToReadAsync(stoppingToken));
    }

    /// <summary>In the order of the story. Returns how many.</summary>
    private static async Task<int> PutAwayAsync(WriteScope scope, Run run)
    {
        var count = 0;
        foreach (var style in run.Styles.Select(s => s.Style).Where(run.Ends).ToList())
        {
            var images = await scope.Db.Images
                .Where(i => i.StoryId == run.StoryId && i.Style == style && i.DueAt != null && i.RunId == run.Id)
                .OrderBy(i => i.Ordinal)
                .Take(AtOnce - count)
                .ToListAsync();
            images.ForEach(image => image.Cancel());
            count += images.Count;
        }

        return count;
    }

    private async Task FinishAsync(Func<IQueryable<Run>, IQueryable<Run>> which, CancellationToken cancellationToken)
    {
        foreach (var runId in await EndingAsync(which, cancellationToken))
        {
            while (await writer.ExecuteAsync(async scope => await scope.FindRunAsync(runId) is { } run && await PutAwayAsync(scope, run) == AtOnce))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<List<string>> EndingAsync(Func<IQueryable<Run>, IQueryable<Run>> which, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await which(db.Runs)
            .Where(r => r.FinishedAt == null && (r.Status == RunStatus.Cancelled || r.Styles.Any(s => s.Ending)))
            .Select(r => r.Id)
            .ToListAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Images of a cancelled run could not be put away; it is tried again.")]
    private partial void LogFailed(Exception failure);
}
