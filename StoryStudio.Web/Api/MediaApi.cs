using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Api;

/// <summary><c>/media</c>: the bytes of pictures.</summary>
internal static class MediaApi
{
    private const string ForEver = "public, max-age=31536000, immutable";

    /// <summary>Where not everybody may see it, no cache on the way hands it to another.</summary>
    private const string ForEverForOne = "private, max-age=31536000, immutable";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var media = endpoints.MapGroup("/media").WithTags("Pictures");

        media.MapRead("/{imageId}/v{version:int}.{extension}", PictureAsync)
            .AdmitsGuests(StoryOf.Image).WithName("GetPicture").WithSummary("A picture, as the url of an image state names it. Its bytes never change.")
            .Produces(StatusCodes.Status200OK, contentType: "image/webp", additionalContentTypes: ["image/png", "image/jpeg", "image/svg+xml"]).ProducesProblems(404);
        media.MapRead("/characters/{characterId}/v{number:int}.{extension}", CharacterAsync)
            .AdmitsGuests(StoryOf.Character).WithName("GetCharacterPicture").WithSummary("A picture of a character from outside.")
            .Produces(StatusCodes.Status200OK, contentType: "image/webp", additionalContentTypes: ["image/png", "image/jpeg"]).ProducesProblems(404);
        media.MapRead("/{imageId}/preview/{previewId}", Preview)
            .AdmitsGuests(StoryOf.Image).WithName("GetPreview").WithSummary("A rough first picture while the real one is being made.")
            .Produces(StatusCodes.Status200OK, contentType: "image/svg+xml", additionalContentTypes: ["image/webp", "image/png", "image/jpeg"]).ProducesProblems(404);
    }

    private static async Task<PhysicalFileHttpResult> PictureAsync(
        string imageId, int version, string extension, HttpResponse response, IPictureFiles pictures, CancellationToken cancelled) =>
        Serve(await pictures.FindAsync(imageId, version, cancelled), extension, response);

    private static PhysicalFileHttpResult Serve(StoredPicture? picture, string extension, HttpResponse response)
    {
        if (picture is null || Path.GetExtension(picture.FilePath) != $".{extension}" || !File.Exists(picture.FilePath))
        {
            throw NoPicture();
        }

        response.Headers.CacheControl = response.HttpContext.User.AuthorOf() is { } author && author.IsLocal() ? ForEver : ForEverForOne;
        response.GetTypedHeaders().ContentDisposition = new ContentDispositionHeaderValue("inline") { FileName = Path.GetFileName(picture.FilePath) };
        return TypedResults.PhysicalFile(
            picture.FilePath,
            picture.MediaType,
            entityTag: new EntityTagHeaderValue($"\"{picture.Sha256}\""),
            enableRangeProcessing: true);
    }

    private static async Task<PhysicalFileHttpResult> CharacterAsync(
        string characterId, int number, string extension, HttpResponse response, IPictureFiles pictures, CancellationToken cancelled) =>
        Serve(await pictures.FindOfCharacterAsync(characterId, number, cancelled), extension, response);

    private static FileContentHttpResult Preview(string imageId, string previewId, HttpResponse response, IPictureFiles pictures)
    {
        var preview = pictures.FindPreview(imageId, previewId) ?? throw NoPicture();
        response.Headers.CacheControl = "no-store";
        return TypedResults.Bytes(preview.Bytes, preview.MediaType);
    }

    private static NotFoundException NoPicture() => new("picture", "There is no such picture.");
}
