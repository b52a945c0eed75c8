using Microsoft.AspNetCore.Http.HttpResults;
using StoryStudio.Core.Access;
using StoryStudio.Core.Reviews;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Api;

/// <summary>What is said of a story, its segments and its pictures.</summary>
internal static class CommentsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var comments = api.MapGroup("").WithTags("Comments").AdmitsGuests(StoryOf.Asked);

        comments.MapRead("/stories/{storyId}/comments", ListAsync).AdmitsGuests(StoryOf.StoryId)
            .WithName("GetComments").WithSummary("What was said in a story, oldest first, answers beside what they answer.").ProducesProblems(404);
        comments.MapPost("/stories/{storyId}/comments", SayAsync).AdmitsGuests(StoryOf.StoryId)
            .WithName("Say").WithSummary("Says something of the story, a segment, or a picture and a point on it; or answers. The same key again is the same comment.")
            .Takes<NewComment>().ProducesProblems(400, 403, 404, 409, 413, 415, 422);
        comments.MapPatch("/comments/{commentId}", EditAsync)
            .WithName("EditComment").WithSummary("Says it otherwise. For whoever wrote it.").Takes<CommentText>().ProducesProblems(400, 403, 404, 409, 413, 415, 422);
        comments.MapDelete("/comments/{commentId}", DeleteAsync)
            .WithName("DeleteComment").WithSummary("Takes it back; its answers stay. For whoever wrote it, and for authors.").ProducesProblems(403, 404);
        comments.MapPost("/comments/{commentId}/restore", RestoreAsync)
            .WithName("RestoreComment").WithSummary("Puts back one that was taken back. For whoever wrote it, and for authors.").ProducesProblems(403, 404, 409);
        comments.MapPost("/comments/{commentId}/resolve", (string commentId, HttpContext context, IReviews reviews, IStoryAccess access, CancellationToken cancelled) => ResolveAsync(commentId, true, context, reviews, access, cancelled))
            .WithName("ResolveComment").WithSummary("Says that it is settled. For whoever wrote it, and for authors.").ProducesProblems(403, 404, 409);
        comments.MapPost("/comments/{commentId}/reopen", (string commentId, HttpContext context, IReviews reviews, IStoryAccess access, CancellationToken cancelled) => ResolveAsync(commentId, false, context, reviews, access, cancelled))
            .WithName("ReopenComment").WithSummary("Says that it is not settled after all.").ProducesProblems(403, 404, 409);
    }

    private static async Task<Ok<CommentList>> ListAsync(string storyId, HttpContext context, IReviews reviews, IStoryAccess access, CancellationToken cancelled)
    {
        await access.RequireAsync(context, storyId);
        var all = await reviews.GetAsync(storyId, cancelled);
        return TypedResults.Ok(new CommentList(all.StoryId, all.Version, all.Comments));
    }

    private static async Task<Created<CommentState>> SayAsync(string storyId, HttpContext context, IReviews reviews, IStoryAccess access, CancellationToken cancelled)
    {
        var actor = await access.RequireAsync(context, storyId);
        var comment = await JsonBody.ReadAsync(context.Request, Bodies.Comment);
        return TypedResults.Created((string?)null, await reviews.SayAsync(actor, storyId, comment, cancelled));
    }

    private static async Task<Ok<CommentState>> EditAsync(string commentId, HttpContext context, IReviews reviews, IStoryAccess access, CancellationToken cancelled)
    {
        var actor = await ActorAsync(commentId, context, reviews, access, cancelled);
        var body = await JsonBody.ReadAsync(context.Request, Bodies.CommentText);
        return TypedResults.Ok(await reviews.EditAsync(actor, commentId, body.Text, body.BasedOn, cancelled));
    }

    private static async Task<NoContent> DeleteAsync(string commentId, HttpContext context, IReviews reviews, IStoryAccess access, CancellationToken cancelled)
    {
        await reviews.DeleteAsync(await ActorAsync(commentId, context, reviews, access, cancelled), commentId, cancelled);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<CommentState>> RestoreAsync(string commentId, HttpContext context, IReviews reviews, IStoryAccess access, CancellationToken cancelled) =>
        TypedResults.Ok(await reviews.RestoreAsync(await ActorAsync(commentId, context, reviews, access, cancelled), commentId, cancelled));

    private static async Task<Ok<CommentState>> ResolveAsync(string commentId, bool resolved, HttpContext context, IReviews reviews, IStoryAccess access, CancellationToken cancelled) =>
        TypedResults.Ok(await reviews.ResolveAsync(await ActorAsync(commentId, context, reviews, access, cancelled), commentId, resolved, cancelled));

    private static async Task<Actor> ActorAsync(string commentId, HttpContext context, IReviews reviews, IStoryAccess access, CancellationToken cancelled) =>
        await access.RequireAsync(context, await reviews.StoryOfCommentAsync(commentId, cancelled));
}
