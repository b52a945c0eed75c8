using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Api;

/// <summary><c>/media</c>: the bytes of pictures.</summary>
internal static class MediaApi
{
    private const string ForEver = "public, max-age=31536000, immutable";

    /// <summary>Where not everybody may see it, no cache on the way hands it to another.</summary>
    private const string ForEverForOne = "private, max-age=31536000, immutable";

    private const string WidthWords = "640 or 1280: a copy that is no wider, as WebP, where that is less to send; else the picture itself.";

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
        string imageId, int version, string extension, [Description(WidthWords)] int? width, HttpResponse response, IPictureFiles pictures, IThumbnails thumbnails, CancellationToken cancelled) =>
        await ServeAsync(await pictures.FindAsync(imageId, version, cancelled), extension, width, response, thumbnails, cancelled);

    private static async Task<PhysicalFileHttpResult> CharacterAsync(
        string characterId, int number, string extension, [Description(WidthWords)] int? width, HttpResponse response, IPictureFiles pictures, IThumbnails thumbnails, CancellationToken cancelled) =>
        await ServeAsync(await pictures.FindOfCharacterAsync(characterId, number, cancelled), extension, width, response, thumbnails, cancelled);

    private static async Task<PhysicalFileHttpResult> ServeAsync(StoredPicture? picture, string extension, int? width, HttpResponse response, IThumbnails thumbnails, CancellationToken cancelled)
    {
        if (picture is null || Path.GetExtension(picture.FilePath) != $".{extension}" || !File.Exists(picture.FilePath) || (width is { } asked && !PictureSizes.Widths.Contains(asked)))
        {
            throw NoPicture();
        }

        var copy = width is { } wanted ? await thumbnails.FindAsync(picture, wanted, cancelled) : null;
        var name = Path.GetFileName(picture.FilePath);
        response.Headers.CacheControl = response.HttpContext.User.AuthorOf() is { } author && author.IsLocal() ? ForEver : ForEverForOne;
        response.GetTypedHeaders().ContentDisposition = new ContentDispositionHeaderValue("inline") { FileName = copy is null ? name : Path.ChangeExtension(name, ".webp") };
        return TypedResults.PhysicalFile(
            copy ?? picture.FilePath,
            copy is null ? picture.MediaType : PictureFormats.Webp,
            entityTag: new EntityTagHeaderValue(copy is null ? $"\"{picture.Sha256}\"" : $"\"{picture.Sha256}-{width}\""),
            enableRangeProcessing: true);
    }

    private static FileContentHttpResult Preview(string imageId, string previewId, HttpResponse response, IPictureFiles pictures)
    {
        var preview = pictures.FindPreview(imageId, previewId) ?? throw NoPicture();
        response.Headers.CacheControl = "no-store";
        return TypedResults.Bytes(preview.Bytes, preview.MediaType);
    }

    private static NotFoundException NoPicture() => new("picture", "There is no such picture.");
}
