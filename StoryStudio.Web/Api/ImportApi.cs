using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using StoryStudio.Core;
using StoryStudio.Core.Books;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Api;

/// <summary><c>/api/imports</c>: stories out of files.</summary>
internal static class ImportApi
{
    /// <summary>What a form adds to its file.</summary>
    private const long FormRoom = 64 * 1024;

    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/imports", ImportAsync)
            .WithTags("Stories").WithName("ImportStory")
            .WithSummary("Makes a story from a file: plain text, Markdown, a Fountain screenplay, a JSON shot list, or a ZIP that was exported here.")
            .WithDescription("Send the file as the body, its name in Content-Disposition, or as the first file of a multipart form. What the file is, its content says first and its name second.")
            .WithMetadata(new RequestSizeLimitAttribute(ImportedStory.MaxBytes + FormRoom))
            .TakesFile().ProducesProblems(400, 413, 415, 422, 503);

    private static async Task<Created<StoryFromFile>> ImportAsync(HttpRequest request, [FromServices] IStoryImport import, CancellationToken cancelled)
    {
        await using var imported = await ReadAsync(request, import, cancelled);
        var story = await import.MakeAsync(imported, cancellationToken: cancelled);
        return TypedResults.Created($"{request.PathBase}/api/stories/{story.Id}", new StoryFromFile(story, imported.Kind, imported.Notes));
    }

    private static async Task<ImportedStory> ReadAsync(HttpRequest request, IStoryImport import, CancellationToken cancelled)
    {
        try
        {
            var (content, name) = await FileAsync(request, cancelled);
            return await import.ReadAsync(content, name, cancellationToken: cancelled);
        }
        catch (Exception failure) when (request.HasFormContentType && failure is InvalidDataException or IOException and not BadHttpRequestException && !StorageFaults.IsUnavailable(failure))
        {
            // The form ends before its file does, or is none at all.
            throw new ApiException(StatusCodes.Status400BadRequest, "malformed_form", "The form could not be read to its end.");
        }
    }

    private static async Task<(Stream Content, string? Name)> FileAsync(HttpRequest request, CancellationToken cancelled)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return (request.Body, NameIn(request.Headers.ContentDisposition.ToString()));
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > 200)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "malformed_form", "The form names no boundary.");
        }

        var reader = new MultipartReader(boundary, request.Body);
        while (await reader.ReadNextSectionAsync(cancelled) is { } section)
        {
            if (section.GetContentDispositionHeader() is { } disposition && disposition.IsFileDisposition())
            {
                return (section.Body, NameIn(section.ContentDisposition));
            }
        }

        throw new InvalidInputException("file", "There is no file in this form.");
    }

    private static string? NameIn(string? disposition) =>
        ContentDispositionHeaderValue.TryParse(disposition, out var value)
            ? HeaderUtilities.RemoveQuotes(value.FileNameStar.HasValue ? value.FileNameStar : value.FileName).ToString() is { Length: > 0 } name ? Path.GetFileName(name) : null
            : null;
}

/// <summary>A story that was made from a file.</summary>
/// <param name="Story">Its fields stand beside the others.</param>
/// <param name="Kind">What the file was.</param>
/// <param name="Notes">What was left out or is worth knowing, a sentence each.</param>
internal sealed record StoryFromFile(StoryDetails Story, StoryFileKind Kind, IReadOnlyList<string> Notes);
