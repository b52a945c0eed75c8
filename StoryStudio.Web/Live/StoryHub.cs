using Microsoft.AspNetCore.SignalR;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Live;

/// <summary>The live line at <c>/hubs/story</c>. Watching only: no command travels through it.</summary>
public sealed class StoryHub(IIllustrator illustrator, IStoryAccess access, Audience audience) : Hub<IStoryClient>
{
    public const string Path = "/hubs/story";

    public override Task OnConnectedAsync()
    {
        // The components' own line comes from no request.
        if (Context.GetHttpContext() is not null)
        {
            Context.Items[typeof(Audience)] = audience.Enter(ViewerKind.Hub);
        }

        return base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        (Context.Items[typeof(Audience)] as IDisposable)?.Dispose();
        return base.OnDisconnectedAsync(exception);
    }

    /// <summary>Joins a story's viewers and returns everything that moves in it. Joined first, read second: nothing falls between.</summary>
    public async Task<StorySnapshot> Watch(string storyId)
    {
        try
        {
            var isGuest = await JoinAsync(storyId);
            var snapshot = await illustrator.GetSnapshotAsync(storyId, Context.ConnectionAborted);
            return isGuest ? snapshot.ForGuests() : snapshot;
        }
        catch (StoryStudioException failure)
        {
            await Unwatch(storyId);
            throw new HubException(failure.Message, failure);
        }
    }

    /// <summary>Joins as <see cref="Watch"/> does, for those who read what moves by themselves: the components of this process, whom a long story's whole state would cost more to pack and unpack than to read.</summary>
    public async Task Join(string storyId)
    {
        try
        {
            await JoinAsync(storyId);
        }
        catch (StoryStudioException failure)
        {
            throw new HubException(failure.Message, failure);
        }
    }

    public async Task Unwatch(string storyId)
    {
        await Groups.RemoveFromGroupAsync(Context.ConnectionId, storyId, Context.ConnectionAborted);
        await Groups.RemoveFromGroupAsync(Context.ConnectionId, GuestsOf(storyId), Context.ConnectionAborted);
    }

    /// <summary>Whether they see it as a guest.</summary>
    private async Task<bool> JoinAsync(string storyId)
    {
        // The components' own line comes from no request; they are an author's.
        var isGuest = Context.GetHttpContext() is { } request && !(await access.RequireAsync(request, storyId)).May(StoryRole.Author);
        await Groups.AddToGroupAsync(Context.ConnectionId, isGuest ? GuestsOf(storyId) : storyId, Context.ConnectionAborted);
        return isGuest;
    }

    /// <summary>The group of those who watch as a story's guests; its authors' is named by the story's id.</summary>
    internal static string GuestsOf(string storyId) => $"guests-{storyId}";
}

/// <summary>What the hub calls. Every message is the whole state of one thing, with its version.</summary>
public interface IStoryClient
{
    Task ImageChanged(ImageState image);

    Task RunChanged(RunState run);

    Task CommentChanged(CommentState comment);

    Task ReviewChanged(ReviewState review);

    /// <summary>Somebody came to look at the story, or went.</summary>
    Task WatchersChanged(StoryWatchers watchers);

    /// <summary>The story's title, text, prompts, cast or styles were edited: read it anew. <paramref name="version"/> is its change number.</summary>
    Task StoryEdited(string storyId, long version);
}
