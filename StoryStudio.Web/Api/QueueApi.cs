using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Api;

/// <summary><c>/api/queue</c>: what runs and what waits, over all stories.</summary>
internal static class QueueApi
{
    public static void Map(RouteGroupBuilder api) => api.MapRead("/queue", async (IQueueBoard board, CancellationToken cancelled) => TypedResults.Ok(await board.GetAsync(cancelled)))
        .WithTags("Queue").WithName("GetQueue").WithSummary("What runs, what waits and for what, since when; of those that wait, the next fifty.");
}
