using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Api;

/// <summary>What the illustrator is told: as it is sent, changed, taken back, and proposed by a chat model.</summary>
internal static class PromptsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var prompts = api.MapGroup("").WithTags("Prompts");

        prompts.MapRead("/stories/{storyId}/styles/{style}/prompts", async (string storyId, string style, [FromServices] IPromptBook book, CancellationToken cancelled) =>
                TypedResults.Ok(await book.GetAsync(storyId, style, cancelled)))
            .WithName("GetPrompts").WithSummary("The prompts of a story in one style, and what the story adds to the style.").ProducesProblems(404, 422);
        prompts.MapRead("/stories/{storyId}/segments/{number}/prompts/{style}", async (string storyId, string number, string style, [FromServices] IPromptBook book, CancellationToken cancelled) =>
                TypedResults.Ok(await book.PreviewAsync(storyId, number, style, cancelled)))
            .WithName("PreviewPrompt").WithSummary("All that would be sent for one picture today: words, characters, pictures that go along.").ProducesProblems(404, 422);
        prompts.MapPut("/stories/{storyId}/styles/{style}/note", SetNoteAsync)
            .WithName("SetStyleNote").WithSummary("Sets what the story adds to a style; null or blank takes it away.").Takes<StyleNoteBody>().ProducesProblems(400, 404, 409, 413, 415, 422);
        prompts.MapPost("/stories/{storyId}/prompts", EditAsync)
            .WithName("EditPrompts").WithSummary("Changes the prompts of several segments at once: all of them, or none.").Takes<PromptEdit>().ProducesProblems(400, 404, 409, 413, 415, 422);
        prompts.MapRead("/stories/{storyId}/prompts/history", async (string storyId, [FromServices] IPromptBook book, CancellationToken cancelled, string? segment = null) =>
                TypedResults.Ok(new PromptHistory(await book.GetHistoryAsync(storyId, segment, cancellationToken: cancelled))))
            .WithName("GetPromptHistory").WithSummary("What was changed, newest first: of what was changed in one go, one stands for all; of one segment each change, where it is named.").ProducesProblems(404);
        prompts.MapPost("/prompts/changes/{changeId}/restore", RestoreAsync)
            .WithName("RestorePrompt").WithSummary("Puts back what stood before a change, for all that was changed with it.").ProducesProblems(404);

        prompts.MapPost("/stories/{storyId}/prompts/proposals", ProposeAsync)
            .WithName("ProposePrompts").WithSummary("Has the chat model propose prompts, in the background. Nothing of it holds until it is accepted.").Takes<PromptOrder>().ProducesProblems(400, 404, 409, 413, 415, 422);
        prompts.MapRead("/stories/{storyId}/prompts/proposals", (string storyId, [FromServices] IPromptWriter writer) => TypedResults.Ok(Find(writer, storyId)))
            .WithName("GetProposals").WithSummary("How far it is, and what is proposed.").ProducesProblems(404);
        prompts.MapPost("/stories/{storyId}/prompts/proposals/accept", AcceptAsync)
            .WithName("AcceptProposals").WithSummary("Takes over what is proposed, for some segments or all.").Takes<ChosenSegments>(optional: true).ProducesProblems(400, 404, 413, 415, 422);
        prompts.MapDelete("/stories/{storyId}/prompts/proposals", async (string storyId, HttpContext context, [FromServices] IPromptWriter writer, IStoryAccess access) =>
            {
                var actor = await access.RequireAsync(context, storyId);
                writer.Stop(actor, storyId);
                writer.Dismiss(actor, storyId, segmentIds: null);
                return TypedResults.NoContent();
            })
            .WithName("DismissProposals").WithSummary("Stops, and wants nothing of it.").ProducesProblems(404);
    }

    private static async Task<NoContent> SetNoteAsync(string storyId, string style, HttpContext context, [FromServices] IPromptBook book, IStoryAccess access, CancellationToken cancelled)
    {
        var actor = await access.RequireAsync(context, storyId);
        var body = await JsonBody.ReadAsync(context.Request, Bodies.StyleNote);
        await book.SetNoteAsync(actor, storyId, style, body.Note, body.BasedOn, cancelled);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<ChangedCount>> EditAsync(string storyId, HttpContext context, [FromServices] IPromptBook book, IStoryAccess access, CancellationToken cancelled)
    {
        var actor = await access.RequireAsync(context, storyId);
        return TypedResults.Ok(new ChangedCount(await book.EditAsync(actor, storyId, await JsonBody.ReadAsync(context.Request, Bodies.PromptEdit), cancelled)));
    }

    private static async Task<Ok<ChangedCount>> RestoreAsync(string changeId, HttpContext context, [FromServices] IPromptBook book, IStoryAccess access, CancellationToken cancelled)
    {
        var actor = await access.RequireAsync(context, await book.StoryOfAsync(changeId, cancelled));
        return TypedResults.Ok(new ChangedCount(await book.RestoreAsync(actor, changeId, cancelled)));
    }

    private static async Task<Accepted<PromptWork>> ProposeAsync(string storyId, HttpContext context, [FromServices] IPromptWriter writer, IStoryAccess access, CancellationToken cancelled)
    {
        var actor = await access.RequireAsync(context, storyId);
        return TypedResults.Accepted($"/api/stories/{storyId}/prompts/proposals", await writer.StartAsync(actor, storyId, await JsonBody.ReadAsync(context.Request, Bodies.PromptOrder), cancelled));
    }

    private static async Task<Ok<ChangedCount>> AcceptAsync(string storyId, HttpContext context, [FromServices] IPromptWriter writer, IStoryAccess access, CancellationToken cancelled)
    {
        var actor = await access.RequireAsync(context, storyId);
        var chosen = await JsonBody.ReadAsync(context.Request, Bodies.ChosenSegments, optional: true);
        var proposals = Find(writer, storyId).Proposals;
        var ids = chosen.Segments is null ? null : proposals.Where(p => chosen.Segments.Contains(p.Number, StringComparer.Ordinal)).Select(p => p.SegmentId).ToList();
        return TypedResults.Ok(new ChangedCount(await writer.AcceptAsync(actor, storyId, ids, cancelled)));
    }

    private static PromptWork Find(IPromptWriter writer, string storyId) => writer.Find(storyId) ?? throw new NotFoundException("proposals", "No prompts were asked for.");
}

/// <summary>What was changed, newest first.</summary>
internal sealed record PromptHistory(IReadOnlyList<PromptChangeDetails> Items);

/// <param name="Changed">How many became others.</param>
internal sealed record ChangedCount(int Changed);

/// <param name="Note">What is added; null or blank takes it away.</param>
/// <param name="BasedOn">What was added when the change was made, empty for nothing; where it is another by now, nothing is changed.</param>
internal sealed record StyleNoteBody(string? Note = null, string? BasedOn = null);

/// <param name="Segments">Segment numbers; all where they are left out.</param>
internal sealed record ChosenSegments(IReadOnlyList<string>? Segments = null);
