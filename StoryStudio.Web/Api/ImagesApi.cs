using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using StoryStudio.Core.Generation;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Api;

/// <summary>The states of a story's images, and what can be asked of one.</summary>
internal static class ImagesApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var images = api.MapGroup("").WithTags("Images");

        images.MapRead("/stories/{storyId}/images", SnapshotAsync)
            .AdmitsGuests(StoryOf.StoryId)
            .WithName("GetImages").WithSummary("Everything that moves in a story: what to ask for when polling. Send the ETag back as If-None-Match.")
            .Produces(StatusCodes.Status304NotModified).ProducesProblems(404);
        images.MapRead("/stories/{storyId}/segments/{number}/images/{style}", async (string storyId, string number, string style, IIllustrator illustrator, CancellationToken cancelled) =>
                TypedResults.Ok(await illustrator.GetImageAsync(storyId, number, style, cancelled)))
            .WithName("GetImage").WithSummary("One image with every attempt that was made for it.").ProducesProblems(404, 422);
        images.MapRead("/images/{imageId}", async (string imageId, IIllustrator illustrator, CancellationToken cancelled) =>
                TypedResults.Ok(await illustrator.GetImageAsync(imageId, cancelled)))
            .WithName("GetImageById").WithSummary("The same of any image by its id, a character's sheet too: with every attempt that was made for it.").ProducesProblems(404);
        images.MapPost("/images/{imageId}/retry", async (string imageId, IIllustrator illustrator, CancellationToken cancelled) =>
                TypedResults.Accepted((string?)null, await illustrator.RetryAsync(imageId, cancelled)))
            .WithName("RetryImage").WithSummary("A failed or cancelled image goes again.").ProducesProblems(404, 409);
        images.MapPost("/images/{imageId}/cancel", async (string imageId, IIllustrator illustrator, CancellationToken cancelled) =>
                TypedResults.Accepted((string?)null, await illustrator.CancelImageAsync(imageId, cancelled)))
            .WithName("CancelImage").WithSummary("Cancels an image that waits or is being made.").ProducesProblems(404, 409);
        images.MapPost("/images/{imageId}/next", async (string imageId, IIllustrator illustrator, CancellationToken cancelled) =>
                TypedResults.Accepted((string?)null, await illustrator.MoveToFrontAsync(imageId, cancelled)))
            .WithName("MoveImageToFront").WithSummary("This one next: puts an image that waits before all others.").ProducesProblems(404, 409);
        images.MapPost("/images/{imageId}/regenerate", RegenerateAsync)
            .WithName("RegenerateImage").WithSummary("Makes another version; the old ones stay.")
            .Takes<Regeneration>(optional: true).ProducesProblems(400, 404, 409, 413, 415, 422);
        images.MapRead("/images/{imageId}/versions", async (string imageId, IIllustrator illustrator, CancellationToken cancelled) =>
                TypedResults.Ok(await illustrator.GetVersionsAsync(imageId, cancelled)))
            .WithName("GetVersions").WithSummary("Every picture that was made for an image, oldest first: a plain list.").ProducesProblems(404);
        images.MapPut("/images/{imageId}/chosen", ChooseAsync)
            .WithName("ChooseVersion").WithSummary("Chooses the version that is shown: where another one failed or was cancelled, the image is done by that.")
            .Takes<Choice>().ProducesProblems(400, 404, 409, 413, 415, 422);
    }

    private static async Task<Results<Ok<StorySnapshot>, StatusCodeHttpResult>> SnapshotAsync(string storyId, HttpContext context, IIllustrator illustrator, CancellationToken cancelled)
    {
        var snapshot = await illustrator.GetSnapshotAsync(storyId, cancelled);
        var isGuest = Admission.IsGuest(context);
        var tag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"v{snapshot.Version}{(isGuest ? "g" : "")}\""));
        var headers = context.Response.GetTypedHeaders();
        headers.ETag = tag;
        headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        var known = context.Request.GetTypedHeaders().IfNoneMatch;
        return known.Any(k => k.Tag == "*" || k.Compare(tag, useStrongComparison: false))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(isGuest ? snapshot.ForGuests() : snapshot);
    }

    private static async Task<Accepted<ImageState>> RegenerateAsync(string imageId, HttpRequest request, IIllustrator illustrator, CancellationToken cancelled)
    {
        var wish = await JsonBody.ReadAsync(request, Bodies.Regeneration, optional: true);
        return TypedResults.Accepted((string?)null, await illustrator.RegenerateAsync(imageId, wish.Prompt, wish.Instruction, cancelled));
    }

    private static async Task<Ok<ImageState>> ChooseAsync(string imageId, HttpRequest request, IIllustrator illustrator, CancellationToken cancelled)
    {
        var choice = await JsonBody.ReadAsync(request, Bodies.Choice);
        return TypedResults.Ok(await illustrator.ChooseAsync(imageId, choice.Version, cancelled));
    }
}
