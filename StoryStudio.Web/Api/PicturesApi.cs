using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Api;

/// <summary>What an author does with one picture by hand.</summary>
internal static class PicturesApi
{
    private static readonly string[] Pictures = [.. Core.Providers.ProviderCapabilities.Pixels, "application/octet-stream"];

    public static void Map(RouteGroupBuilder api)
    {
        var pictures = api.MapGroup("").WithTags("Images");

        pictures.MapPut("/images/{imageId}/lock", async (string imageId, HttpContext context, [FromServices] IPictureDesk desk, IStoryAccess access, CancellationToken cancelled) =>
                TypedResults.Ok(await desk.LockAsync(await ActorAsync(imageId, context, desk, access), imageId, cancelled)))
            .WithName("LockPicture").WithSummary("Locks the chosen picture: nothing but a person's own word for it changes it.").ProducesProblems(404, 409);
        pictures.MapDelete("/images/{imageId}/lock", async (string imageId, HttpContext context, [FromServices] IPictureDesk desk, IStoryAccess access, CancellationToken cancelled) =>
                TypedResults.Ok(await desk.UnlockAsync(await ActorAsync(imageId, context, desk, access), imageId, cancelled)))
            .WithName("UnlockPicture").WithSummary("Takes the lock away.").ProducesProblems(404);
        pictures.MapPost("/images/{imageId}/versions", BringAsync)
            .WithName("BringPicture").WithSummary("Takes a picture of your own (PNG, JPEG or WebP, as the body) as a new version, which is shown from then on.")
            .TakesPicture().ProducesProblems(404, 409, 413, 415, 422);
        pictures.MapPost("/stories/{storyId}/segments/{number}/images/{style}/versions", BringForSegmentAsync)
            .WithName("BringPictureForSegment").WithSummary("The same for a segment in a style, whether or not it has been asked for.")
            .TakesPicture().ProducesProblems(404, 409, 413, 415, 422);
    }

    private static async ValueTask<Actor> ActorAsync(string imageId, HttpContext context, IPictureDesk desk, IStoryAccess access) =>
        await access.RequireAsync(context, await desk.StoryOfAsync(imageId, context.RequestAborted));

    private static async Task<Created<ImageState>> BringAsync(
        string imageId, HttpContext context, [FromServices] IPictureDesk desk, IStoryAccess access, CancellationToken cancelled, [FromQuery(Name = "lock")] bool andLock = false)
    {
        var actor = await ActorAsync(imageId, context, desk, access);
        RequirePicture(context.Request);
        var state = await desk.BringAsync(actor, imageId, context.Request.Body, andLock, cancelled);
        return TypedResults.Created(state.Url, state);
    }

    private static async Task<Created<ImageState>> BringForSegmentAsync(
        string storyId, string number, string style, HttpContext context, [FromServices] IPictureDesk desk, IStoryAccess access, CancellationToken cancelled, [FromQuery(Name = "lock")] bool andLock = false)
    {
        var actor = await access.RequireAsync(context, storyId);
        RequirePicture(context.Request);
        var state = await desk.BringAsync(actor, storyId, number, style, context.Request.Body, andLock, cancelled);
        return TypedResults.Created(state.Url, state);
    }

    /// <summary>What can be told before a byte of it is read.</summary>
    internal static void RequirePicture(HttpRequest request)
    {
        var type = request.ContentType?.Split(';')[0].Trim();
        if (type is null || !Pictures.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send the picture itself as the body, as image/png, image/jpeg or image/webp.");
        }

        if (request.ContentLength > PictureInspector.MaxBytes)
        {
            throw new InvalidInputException("picture", $"A picture may have {PictureInspector.MaxBytes} bytes at most.");
        }
    }
}
