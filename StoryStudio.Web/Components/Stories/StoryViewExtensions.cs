using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Stories;

internal static class StoryViewExtensions
{
    /// <summary>After a command: with the hub away, nobody else would say what came of it before the next poll.</summary>
    public static Task RefreshIfPollingAsync(this IStoryView view) => view.Mode is FeedMode.Polling ? view.RefreshAsync() : Task.CompletedTask;
}
