using Microsoft.AspNetCore.Mvc;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Api;

/// <summary>What an author does with one picture by hand.</summary>
internal static class PicturesApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var pictures = api.MapGroup("").WithTags("Images");

        pictures.MapPut("/images/{imageId}/lock", async (string imageId, [FromServices] IPictureDesk desk, CancellationToken cancelled) =>
                TypedResults.Ok(await desk.LockAsync(Actor.Local, imageId, cancelled)))
            .WithName("LockPicture").WithSummary("Locks the chosen picture: nothing but a person's own word for it changes it.").ProducesProblems(404, 409);
        pictures.MapDelete("/images/{imageId}/lock", async (string imageId, [FromServices] IPictureDesk desk, CancellationToken cancelled) =>
                TypedResults.Ok(await desk.UnlockAsync(Actor.Local, imageId, cancelled)))
            .WithName("UnlockPicture").WithSummary("Takes the lock away.").ProducesProblems(404);
    }
}
