using StoryStudio.Core.Access;

namespace StoryStudio.Web.Security;

internal sealed class StoryAccess(GuestCookies guests) : IStoryAccess
{
    public async ValueTask<Actor?> FindAsync(HttpContext context, string storyId)
    {
        // Asked of the user and not of the request's own features: the hub's long polling hands on a copy that has only that.
        var author = context.User.AuthorOf();
        return author is not null && !author.IsLocal() ? author
            // At the machine itself, where nobody signs in, whoever came by a link is its guest: so it can be tried out there.
            : await guests.FindAsync(context, storyId) is { State: LinkState.Open } pass ? pass.ToActor()
            : author;
    }
}
