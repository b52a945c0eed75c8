using Microsoft.AspNetCore.SignalR;
using StoryStudio.Core.Live;

namespace StoryStudio.Web.Live;

/// <summary>
/// Carries what was committed to the hub's groups: one subscription for the process. A send ends when every viewer's line has taken it,
/// so the next one does not wait for that: a viewer that stopped reading would hold up all the others until its line is given up.
/// </summary>
internal sealed partial class StoryRelay(StoryChanges changes, IHubContext<StoryHub, IStoryClient> hub, ILogger<StoryRelay> logger) : BackgroundService
{
    /// <summary>Messages on their way at most; beyond that changes wait in the subscription, where those of one thing fold into the newest.</summary>
    private const int MostOnTheirWay = 5_000;

    private readonly SemaphoreSlim _room = new(MostOnTheirWay);
    private readonly StorySubscription _subscription = changes.SubscribeAll();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var batch in _subscription.ReadAllAsync(stoppingToken))
        {
            foreach (var change in batch)
            {
                await _room.WaitAsync(stoppingToken);
                _ = SendInTurnAsync(change, stoppingToken);
            }
        }
    }

    /// <summary>Puts the message on every viewer's line, in the order of the calls, before it first waits.</summary>
    private async Task SendInTurnAsync(StoryChange change, CancellationToken stoppingToken)
    {
        try
        {
            await SendAsync(change);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The lines go down with the process.
        }
        catch (Exception failure)
        {
            // Every message is a whole state, and viewers read a snapshot when they return: one that is lost does no harm.
            LogNotSent(failure, change.StoryId, change.Subject);
        }
        finally
        {
            _room.Release();
        }
    }

    public override void Dispose()
    {
        _subscription.Dispose();
        base.Dispose();
    }

    private Task SendAsync(StoryChange change) => change switch
    {
        ImageChanged(var image) => hub.Clients.Group(image.StoryId).ImageChanged(image),
        RunChanged(var run) => hub.Clients.Group(run.StoryId).RunChanged(run),
        CommentChanged(var comment) => hub.Clients.Group(comment.StoryId).CommentChanged(comment),
        WatchersChanged changed => hub.Clients.Group(changed.StoryId).WatchersChanged(changed.Watchers),
        ReviewChanged(var review) => hub.Clients.Group(review.StoryId).ReviewChanged(review),
        StoryEdited edited => hub.Clients.Group(edited.StoryId).StoryEdited(edited.StoryId, edited.Version),
        _ => Task.CompletedTask,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A change of {Subject} in story {StoryId} could not be sent to the hub.")]
    private partial void LogNotSent(Exception failure, string storyId, string subject);
}
