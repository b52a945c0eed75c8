using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using StoryStudio.Core;
using StoryStudio.Core.Books;

namespace StoryStudio.Web.Api;

/// <summary>Books made of stories: asked for, watched, fetched, taken away.</summary>
internal static class ExportApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var exports = api.MapGroup("").WithTags("Exports");

        exports.MapPost("/stories/{storyId}/exports", StartAsync)
            .WithName("StartExport").WithSummary("Has a book made in the background: epub, html, cbz, or a zip that imports again. 409 pictures_missing where some are and allowMissing is not true.")
            .Takes<ExportOrder>().ProducesProblems(400, 404, 409, 413, 415, 422);
        exports.MapRead("/stories/{storyId}/exports", async (string storyId, [FromServices] IExports books, CancellationToken cancelled) => TypedResults.Ok(new ExportList(await books.ListAsync(storyId, cancelled))))
            .WithName("ListExports").WithSummary("Books of a story that are made or still kept, newest first.").ProducesProblems(404);
        exports.MapRead("/stories/{storyId}/exports/check", CheckAsync)
            .WithName("CheckExport").WithSummary("Which pages would have no picture, and why; for a zip in every style, and files that are gone.").ProducesProblems(404, 422);
        exports.MapRead("/exports/{exportId}", async (string exportId, [FromServices] IExports books, CancellationToken cancelled) => TypedResults.Ok(await books.GetAsync(exportId, cancelled)))
            .WithName("GetExport").WithSummary("How far a book is.").ProducesProblems(404);
        exports.MapRead("/exports/{exportId}/file", FileAsync)
            .WithName("GetExportFile").WithSummary("The finished file.")
            .Produces(StatusCodes.Status200OK, contentType: "application/epub+zip", additionalContentTypes: ["text/html", "application/vnd.comicbook+zip", "application/zip"]).ProducesProblems(404, 409);
        exports.MapDelete("/exports/{exportId}", async (string exportId, [FromServices] IExports books, CancellationToken cancelled) =>
            {
                await books.DeleteAsync(exportId, cancelled);
                return TypedResults.NoContent();
            })
            .WithName("DeleteExport").WithSummary("Stops a book that is being made, and takes its file away.").ProducesProblems(404);
    }

    private static async Task<Accepted<ExportState>> StartAsync(string storyId, HttpRequest request, [FromServices] IExports books, CancellationToken cancelled)
    {
        var order = await JsonBody.ReadAsync(request, ExportOrder.Read);
        var state = await books.StartAsync(
            storyId,
            new() { Format = order.Format, Style = order.Style, Author = order.Author, Language = order.Language, AllowMissing = order.AllowMissing },
            cancelled);
        return TypedResults.Accepted($"{request.PathBase}/api/exports/{state.Id}", state);
    }

    private static async Task<Ok<ExportCheck>> CheckAsync(string storyId, string? format, string? style, [FromServices] IExports books, CancellationToken cancelled) =>
        Enum.TryParse<ExportFormat>(format, ignoreCase: true, out var known) && !char.IsAsciiDigit(format[0])
            ? TypedResults.Ok(await books.CheckAsync(storyId, known, style, cancelled))
            : throw new InvalidInputException("format", "format must be one of epub, html, cbz, zip.");

    private static async Task<PhysicalFileHttpResult> FileAsync(string exportId, [FromServices] IExports books, CancellationToken cancelled)
    {
        var file = await books.FileAsync(exportId, cancelled);
        return TypedResults.PhysicalFile(file.FilePath, file.MediaType, file.FileName, enableRangeProcessing: true);
    }
}

/// <param name="Format">Kind of book.</param>
/// <param name="Style">Key of one of the story's styles; the first that has pictures where it is left out.</param>
/// <param name="Author">As it is to stand in the book.</param>
/// <param name="Language">Such as <c>en</c>; guessed where it is left out.</param>
/// <param name="AllowMissing">Whether to go on where pictures are missing.</param>
internal sealed record ExportOrder(ExportFormat Format, string? Style = null, string? Author = null, string? Language = null, bool AllowMissing = false)
{
    public static ExportOrder Read(JsonFields body)
    {
        var format = body.Word<ExportFormat>("format");
        if (format is null)
        {
            body.Require("format", "must be one of epub, html, cbz, zip");
        }

        return new(format ?? default, body.Text("style"), body.Text("author"), body.Text("language"), body.Flag("allowMissing") ?? false);
    }
}

/// <summary>Books of a story.</summary>
internal sealed record ExportList(IReadOnlyList<ExportState> Items);
