using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using StoryStudio.Core;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Components.Review;

/// <summary>What the reviewer's page asks for beside itself.</summary>
internal static class ReviewRoutes
{
    public static void MapReviewParts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/review/{storyId}/parts", PartsAsync).AdmitsGuests(StoryOf.StoryId).ExcludeFromDescription();
        routes.MapPost("/review/{storyId}/leave", Leave).WithMetadata(new AdmitsAnyoneAttribute()).ExcludeFromDescription();
    }

    /// <summary>Where a form lets go of the link that its browser came by.</summary>
    public static string LeaveAddress(string storyId) => $"/review/{storyId}/leave";

    /// <summary>The author at the machine itself, who tried out a link of their own, is the author again. Takes from whoever asks what was theirs, and nothing else.</summary>
    private static RedirectHttpResult Leave(string storyId, HttpContext context)
    {
        if (!Ids.IsId(storyId))
        {
            return TypedResults.LocalRedirect("/");
        }

        GuestCookies.Forget(context, storyId);
        return TypedResults.LocalRedirect($"/review/{storyId}");
    }

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
