using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Api;

/// <summary><c>/api/stories</c>: stories and their segments.</summary>
internal static class StoriesApi
{
    private const int DefaultPageSize = 20;
    private const int MaxPageSize = 100;
    private const int MaxPage = 1_000_000;

    public static void Map(RouteGroupBuilder api)
    {
        var stories = api.MapGroup("/stories").WithTags("Stories");

        stories.MapPost("", CreateAsync)
            .WithName("CreateStory").WithSummary("Makes a story from a text, which is split, or from segments.")
            .Takes<NewStoryBody>().ProducesProblems(400, 413, 415, 422);
        stories.MapRead("", ListAsync)
            .WithName("ListStories").WithSummary("The shelf, newest story first.")
            .TakesPage(MaxPage, DefaultPageSize, MaxPageSize).ProducesProblems(400, 422);
        stories.MapRead("/{storyId}", async (string storyId, IStoryLibrary library, CancellationToken cancelled) =>
                TypedResults.Ok(await library.GetAsync(storyId, cancelled)))
            .WithName("GetStory").WithSummary("A story with its segments.").ProducesProblems(404);
        stories.MapPatch("/{storyId}", async (string storyId, HttpRequest request, IStoryLibrary library, CancellationToken cancelled) =>
                TypedResults.Ok(await library.UpdateAsync(storyId, await JsonBody.ReadAsync(request, Bodies.StoryPatch), cancelled)))
            .WithName("UpdateStory").WithSummary("Changes a story's title or styles; what is absent stays.")
            .Takes<StoryPatch>().ProducesProblems(400, 404, 409, 413, 415, 422);
        stories.MapDelete("/{storyId}", async (string storyId, IStoryLibrary library, CancellationToken cancelled) =>
            {
                await library.DeleteAsync(storyId, cancelled);
                return TypedResults.NoContent();
            })
            .WithName("DeleteStory").WithSummary("Deletes a story; its run is cancelled first.").ProducesProblems(404);
        stories.MapPatch("/{storyId}/segments/{number}", async (string storyId, string number, HttpRequest request, IStoryLibrary library, CancellationToken cancelled) =>
                TypedResults.Ok(await library.UpdateSegmentAsync(storyId, number, await JsonBody.ReadAsync(request, Bodies.SegmentPatch), cancelled)))
            .WithName("UpdateSegment").WithSummary("Changes a segment; what is absent stays, an empty prompt goes back to the composed one.")
            .Takes<SegmentPatch>().ProducesProblems(400, 404, 409, 413, 415, 422);
    }

    private static async Task<Created<CreatedStory>> CreateAsync(HttpRequest request, IStoryLibrary library, IIllustrator illustrator, CancellationToken cancelled)
    {
        var body = await JsonBody.ReadAsync(request, NewStoryBody.Read, NewStoryBody.Limit);
        var story = await library.CreateAsync(body.Story, cancelled);
        var run = body.Illustrate ? await IllustrateAsync(story.Id, library, illustrator, cancelled) : null;
        return TypedResults.Created($"{request.PathBase}/api/stories/{story.Id}", new CreatedStory(story, run));
    }

    private static async Task<RunState> IllustrateAsync(string storyId, IStoryLibrary library, IIllustrator illustrator, CancellationToken cancelled)
    {
        try
        {
            return await illustrator.StartAsync(storyId, new RunRequest(), cancelled);
        }
        catch
        {
            // The caller is told that it failed and may send it again: no second story is to stand beside the new one.
            await library.DeleteAsync(storyId, CancellationToken.None);
            throw;
        }
    }

    private static async Task<Ok<StoryList>> ListAsync(HttpRequest request, IStoryLibrary library, CancellationToken cancelled)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var page = Whole(request.Query["page"], "page", 1, MaxPage, errors);
        var pageSize = Whole(request.Query["pageSize"], "pageSize", DefaultPageSize, MaxPageSize, errors);
        if (errors.Count > 0)
        {
            throw new InvalidInputException(errors);
        }

        var found = await library.ListAsync(page, pageSize, cancelled);
        return TypedResults.Ok(new StoryList(found.Items, found.Number, found.PageSize, found.Total));
    }

    private static int Whole(StringValues values, string name, int fallback, int highest, Dictionary<string, string[]> errors)
    {
        if (StringValues.IsNullOrEmpty(values))
        {
            return fallback;
        }

        var text = values.Count == 1 ? values[0]! : "";
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= highest)
        {
            return number;
        }

        var digits = text.AsSpan(text is ['-' or '+', ..] ? 1 : 0);
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "malformed_query", $"{name} must be one whole number.", name);
        }

        errors[name] = [$"{name} must be 1 to {highest}."];
        return fallback;
    }
}
