using Microsoft.AspNetCore.SignalR;
using StoryStudio.Core.Live;
using StoryStudio.Web.Security;

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

    private Task SendAsync(StoryChange change)
    {
        var (authors, guests) = (hub.Clients.Group(change.StoryId), hub.Clients.Group(StoryHub.GuestsOf(change.StoryId)));
        return change switch
        {
            ImageChanged(var image) => Task.WhenAll(authors.ImageChanged(image), guests.ImageChanged(image.ForGuests())),
            RunChanged(var run) => Task.WhenAll(authors.RunChanged(run), guests.RunChanged(run.ForGuests())),
            CommentChanged(var comment) => Both(c => c.CommentChanged(comment)),
            WatchersChanged changed => Both(c => c.WatchersChanged(changed.Watchers)),
            ReviewChanged(var review) => Both(c => c.ReviewChanged(review)),
            StoryEdited edited => Both(c => c.StoryEdited(edited.StoryId, edited.Version)),
            _ => Task.CompletedTask,
        };

        Task Both(Func<IStoryClient, Task> call) => Task.WhenAll(call(authors), call(guests));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A change of {Subject} in story {StoryId} could not be sent to the hub.")]
    private partial void LogNotSent(Exception failure, string storyId, string subject);
}
