using Microsoft.AspNetCore.Http.HttpResults;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Reviews;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Api;

/// <summary>What is decided about pictures.</summary>
internal static class ReviewsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var reviews = api.MapGroup("").WithTags("Reviews");

        reviews.MapRead("/stories/{storyId}/reviews", ListAsync).AdmitsGuests(StoryOf.StoryId)
            .WithName("GetReviews").WithSummary("How the story's pictures stand with those who decide.").ProducesProblems(404);
        reviews.MapRead("/stories/{storyId}/reviews/changes", ChangesAsync).AdmitsGuests(StoryOf.StoryId)
            .WithName("GetReviewChanges").WithSummary("What was said and decided after the change number since: what to ask for when polling, where reviewVersion of the story's images rose.").ProducesProblems(400, 404);
        reviews.MapPut("/images/{imageId}/decision", DecideAsync).AdmitsGuests(StoryOf.Image)
            .WithName("Decide").WithSummary("Approves of the version that is shown, or wants changes. 409 version_superseded where another one is shown by now.")
            .Takes<Verdict>().ProducesProblems(400, 403, 404, 409, 413, 415, 422);
        reviews.MapDelete("/images/{imageId}/decision", WithdrawAsync).AdmitsGuests(StoryOf.Image)
            .WithName("Withdraw").WithSummary("Takes back what one decided about the version that is shown.").ProducesProblems(403, 404);
        reviews.MapPost("/images/{imageId}/wishes/{personId}/take-up", TakeUpAsync)
            .WithName("TakeUpWish").WithSummary("Has the next version made as somebody wished, of the version shown or of the one that is named. For authors.").ProducesProblems(403, 404, 409);
        reviews.MapDelete("/images/{imageId}/wishes/{personId}", SetAsideAsync)
            .WithName("SetWishAside").WithSummary("Sets aside what somebody wished of the version that is named: it stands in the way no more. For authors.").ProducesProblems(403, 404, 422);
    }

    private static async Task<Ok<ReviewList>> ListAsync(string storyId, HttpContext context, IReviews reviews, IStoryAccess access, CancellationToken cancelled)
    {
        await access.RequireAsync(context, storyId);
        var all = await reviews.GetAsync(storyId, cancelled);
        return TypedResults.Ok(new ReviewList(all.StoryId, all.Version, all.Counts, all.Reviews));
    }

    private static async Task<Ok<ReviewChanges>> ChangesAsync(string storyId, long? since, HttpContext context, IReviews reviews, IStoryAccess access, CancellationToken cancelled)
    {
        await access.RequireAsync(context, storyId);

        // Up to where it tells is read first: what comes between is told twice rather than not at all.
        var upTo = (await reviews.GetAsync(storyId, cancelled)).Version;
        var changes = await reviews.GetChangesAsync(storyId, since ?? -1, cancelled);
        return TypedResults.Ok(new ReviewChanges(
            storyId,
            upTo,
            [.. changes.OfType<CommentChanged>().Select(c => c.Comment).OrderBy(c => c.Version)],
            [.. changes.OfType<ReviewChanged>().Select(c => c.Review).OrderBy(r => r.Version)]));
    }

    private static async Task<Ok<ReviewState>> DecideAsync(string imageId, HttpContext context, IReviews reviews, IPictureDesk pictures, IStoryAccess access, CancellationToken cancelled)
    {
        var actor = await ActorAsync(imageId, context, pictures, access, cancelled);
        var verdict = await JsonBody.ReadAsync(context.Request, Bodies.Verdict);
        return TypedResults.Ok(await reviews.DecideAsync(actor, imageId, verdict.Version, verdict.Decision, verdict.Reason, cancelled));
    }

    private static async Task<Ok<ReviewState>> WithdrawAsync(string imageId, HttpContext context, IReviews reviews, IPictureDesk pictures, IStoryAccess access, CancellationToken cancelled) =>
        TypedResults.Ok(await reviews.WithdrawAsync(await ActorAsync(imageId, context, pictures, access, cancelled), imageId, cancelled));

    private static async Task<Ok<ReviewState>> SetAsideAsync(string imageId, string personId, int version, HttpContext context, IReviews reviews, IPictureDesk pictures, IStoryAccess access, CancellationToken cancelled) =>
        TypedResults.Ok(await reviews.SetAsideAsync(await ActorAsync(imageId, context, pictures, access, cancelled), imageId, personId, version, cancellationToken: cancelled));

    private static async Task<Accepted<ImageState>> TakeUpAsync(string imageId, string personId, int? version, HttpContext context, IReviews reviews, IPictureDesk pictures, IStoryAccess access, CancellationToken cancelled) =>
        TypedResults.Accepted((string?)null, await reviews.TakeUpAsync(await ActorAsync(imageId, context, pictures, access, cancelled), imageId, personId, version, cancelled));

    private static async Task<Actor> ActorAsync(string imageId, HttpContext context, IPictureDesk pictures, IStoryAccess access, CancellationToken cancelled) =>
        await access.RequireAsync(context, await pictures.StoryOfAsync(imageId, cancelled));
}
