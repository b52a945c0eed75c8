using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using StoryStudio.Core;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Components.Review;

/// <summary>What review.js asks for.</summary>
internal static class ReviewRoutes
{
    public static void MapReviewParts(this IEndpointRouteBuilder routes) => routes.MapGet("/review/{storyId}/parts", PartsAsync).AdmitsGuests(StoryOf.StoryId).ExcludeFromDescription();

    private static async Task<Results<ContentHttpResult, StatusCodeHttpResult>> PartsAsync(
        string storyId, string? style, int? part, string? look, string[] p, HttpContext context, IStoryAccess access, ReviewParts parts, CancellationToken cancelled)
    {
        try
        {
            var actor = await access.RequireAsync(context, storyId);
            context.Response.Headers.CacheControl = "no-store";
            return TypedResults.Content(await parts.RenderAsync(actor, storyId, style, part, look == "desk", p, cancelled), "text/html; charset=utf-8");
        }
        catch (NotFoundException)
        {
            // A script asked: no page is made of the refusal.
            if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            {
                pages.Enabled = false;
            }

            return TypedResults.StatusCode(StatusCodes.Status404NotFound);
        }
    }
}
