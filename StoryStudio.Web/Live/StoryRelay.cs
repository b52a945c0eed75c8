using Microsoft.AspNetCore.SignalR;
using StoryStudio.Core.Live;

namespace StoryStudio.Web.Live;

/// <summary>Carries what was committed to the hub's groups: one subscription for the process.</summary>
internal sealed partial class StoryRelay(StoryChanges changes, IHubContext<StoryHub, IStoryClient> hub, ILogger<StoryRelay> logger) : BackgroundService
{
    private readonly StorySubscription _subscription = changes.SubscribeAll();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var batch in _subscription.ReadAllAsync(stoppingToken))
        {
            foreach (var change in batch)
            {
                try
                {
                    await SendAsync(change);
                }
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
                {
                    // Every message is a whole state, and viewers read a snapshot when they return: one that is lost does no harm.
                    LogNotSent(failure, change.StoryId, change.Subject);
                }
            }
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
        _ => Task.CompletedTask,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A change of {Subject} in story {StoryId} could not be sent to the hub.")]
    private partial void LogNotSent(Exception failure, string storyId, string subject);
}
