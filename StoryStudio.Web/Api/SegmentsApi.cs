using Microsoft.AspNetCore.Mvc;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Api;

/// <summary>A story's segments put in, taken out and rearranged, and what was done undone. A segment is named by its number or its id.</summary>
internal static class SegmentsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var story = api.MapGroup("/stories/{storyId}").WithTags("Segments");

        story.MapPost("/segments", async (string storyId, HttpRequest request, [FromServices] IStoryEditor editor, CancellationToken cancelled) =>
                TypedResults.Ok(await editor.InsertAsync(storyId, await JsonBody.ReadAsync(request, Bodies.Passage), cancelled)))
            .WithName("InsertSegment").WithSummary("Puts a segment in: before one, after one, or at the end.")
            .Takes<NewPassage>().ProducesProblems(400, 404, 409, 413, 415, 422);
        story.MapDelete("/segments/{number}", async (string storyId, string number, [FromServices] IStoryEditor editor, CancellationToken cancelled) =>
                TypedResults.Ok(await editor.RemoveAsync(storyId, number, cancelled)))
            .WithName("DeleteSegment").WithSummary("Takes a segment out; undoing it brings it back, pictures and all.").ProducesProblems(404, 409);
        story.MapPost("/segments/{number}/split", async (string storyId, string number, HttpRequest request, [FromServices] IStoryEditor editor, CancellationToken cancelled) =>
                TypedResults.Ok(await editor.SplitAsync(storyId, number, await JsonBody.ReadAsync(request, Bodies.Split), cancelled)))
            .WithName("SplitSegment").WithSummary("Cuts a segment in two; its pictures stay with the first half.")
            .Takes<SegmentSplit>().ProducesProblems(400, 404, 409, 413, 415, 422);
        story.MapPost("/segments/{number}/join", async (string storyId, string number, [FromServices] IStoryEditor editor, CancellationToken cancelled) =>
                TypedResults.Ok(await editor.JoinAsync(storyId, number, cancelled)))
            .WithName("JoinSegment").WithSummary("Makes one segment of this and the next; the pictures of the next are put away.").ProducesProblems(404, 409, 422);
        story.MapPost("/segments/{number}/move", async (string storyId, string number, HttpRequest request, [FromServices] IStoryEditor editor, CancellationToken cancelled) =>
                TypedResults.Ok(await editor.MoveAsync(storyId, number, await JsonBody.ReadAsync(request, Bodies.Place), cancelled)))
            .WithName("MoveSegment").WithSummary("Moves a segment before one, after one, or to a place counted from 1; numbers follow.")
            .Takes<SegmentPlace>().ProducesProblems(400, 404, 409, 413, 415, 422);
        story.MapPost("/segments/renumber", async (string storyId, [FromServices] IStoryEditor editor, CancellationToken cancelled) =>
                TypedResults.Ok(await editor.RenumberAsync(storyId, cancelled)))
            .WithName("RenumberSegments").WithSummary("Numbers all segments from 1.1 without gaps, by where scenes start.").ProducesProblems(404, 422);
        story.MapRead("/edits", async (string storyId, [FromServices] IStoryEditor editor, CancellationToken cancelled) =>
                TypedResults.Ok(await editor.GetHistoryAsync(storyId, cancelled)))
            .WithName("GetEdits").WithSummary("What would be undone next, and what done again.").ProducesProblems(404);
        story.MapPost("/undo", async (string storyId, HttpRequest request, [FromServices] IStoryEditor editor, CancellationToken cancelled) =>
                TypedResults.Ok(await editor.UndoAsync(storyId, (await JsonBody.ReadAsync(request, Bodies.Step, optional: true)).Step, cancelled)))
            .WithName("Undo").WithSummary("Undoes the newest step in the editing of the segments.")
            .Takes<StepChoice>(optional: true).ProducesProblems(400, 404, 409, 413, 415, 422);
        story.MapPost("/redo", async (string storyId, HttpRequest request, [FromServices] IStoryEditor editor, CancellationToken cancelled) =>
                TypedResults.Ok(await editor.RedoAsync(storyId, (await JsonBody.ReadAsync(request, Bodies.Step, optional: true)).Step, cancelled)))
            .WithName("Redo").WithSummary("Does again what was undone last.")
            .Takes<StepChoice>(optional: true).ProducesProblems(400, 404, 409, 413, 415, 422);
    }
}
