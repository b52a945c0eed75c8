using StoryStudio.Core.Access;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Api;

/// <summary>A story's share links, newest first.</summary>
internal sealed record ShareLinkList(IReadOnlyList<ShareLinkDetails> Items);

/// <summary>A new link and its address, which is shown this once.</summary>
internal sealed record NewShareLink(ShareLinkDetails Link, string Url);

/// <summary><c>/api/stories/{storyId}/links</c> and <c>/api/links</c>: share links, for authors.</summary>
internal static class SharingApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var sharing = api.MapGroup("").WithTags("Sharing");

        sharing.MapRead("/stories/{storyId}/links", async (string storyId, HttpContext context, ISharing links, CancellationToken cancelled) =>
                TypedResults.Ok(new ShareLinkList(await links.GetAsync(Author(context), storyId, cancelled))))
            .WithName("GetShareLinks").WithSummary("A story's share links, newest first, with who came through each. No token is among it.").ProducesProblems(404);
        sharing.MapPost("/stories/{storyId}/links", CreateAsync)
            .WithName("CreateShareLink").WithSummary("A new share link. Its address is in this answer and nowhere else.")
            .Takes<ShareLinkDraft>().Produces<NewShareLink>(StatusCodes.Status201Created).ProducesProblems(400, 404, 409, 415, 422);
        sharing.MapDelete("/links/{linkId}", async (string linkId, HttpContext context, ISharing links, CancellationToken cancelled) =>
                TypedResults.Ok(await links.RevokeAsync(Author(context), linkId, cancelled)))
            .WithName("RevokeShareLink").WithSummary("Closes a link for good and puts out whoever is in through it.").ProducesProblems(404);
    }

    private static async Task<IResult> CreateAsync(string storyId, HttpContext context, ISharing links, CancellationToken cancelled)
    {
        var draft = await JsonBody.ReadAsync(context.Request, Bodies.ShareLink);
        var (link, token) = await links.CreateAsync(Author(context), storyId, draft, cancelled);
        return TypedResults.Created($"/api/stories/{storyId}/links", new NewShareLink(link, $"{context.Request.Scheme}://{context.Request.Host}/s/{token}"));
    }

    /// <summary>These endpoints admit authors alone.</summary>
    private static Actor Author(HttpContext context) => context.User.AuthorOf()!;
}
