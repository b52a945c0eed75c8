using StoryStudio.Core.Access;

namespace StoryStudio.Web.Security;

internal sealed class StoryAccess(GuestCookies guests) : IStoryAccess
{
    private static readonly PathString ReviewPath = "/review";

    public async ValueTask<Actor?> FindAsync(HttpContext context, string storyId)
    {
        // Asked of the user and not of the request's own features: the hub's long polling hands on a copy that has only that.
        var author = context.User.AuthorOf();
        if (author is not null && !author.IsLocal())
        {
            return author;
        }

        // At the machine itself, where nobody signs in, whoever came by a link is its guest: so it can be tried out there.
        return await guests.FindAsync(context, storyId) switch
        {
            { State: LinkState.Open } pass => pass.ToActor(),
            { } pass when author is not null && IsOfReviewers(context.Request) => throw new LinkClosedException(pass.State),
            _ => author,
        };
    }

    /// <summary>
    /// Whether it is the reviewers' page, or asked for by one that stands open: at the machine itself as well, a link that was taken back opens it no
    /// longer, and what it asks for is not done as the author's. Where somebody goes on to another page it is that which counts.
    /// </summary>
    public static bool IsOfReviewers(HttpRequest request) =>
        request.Path.StartsWithSegments(ReviewPath, StringComparison.OrdinalIgnoreCase)
        || (!request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            && Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var page)
            && new PathString(page.AbsolutePath).StartsWithSegments(ReviewPath, StringComparison.OrdinalIgnoreCase));
}
