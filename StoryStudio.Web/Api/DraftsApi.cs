using Microsoft.AspNetCore.Mvc;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Api;

/// <summary><c>/api/drafts</c>: stories that are being made ready on the page.</summary>
internal static class DraftsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var drafts = api.MapGroup("/drafts").WithTags("Drafts");

        drafts.MapRead("", async ([FromServices] IDraftShelf shelf, CancellationToken cancelled) => TypedResults.Ok(new DraftList(await shelf.ListAsync(cancelled))))
            .WithName("GetDrafts").WithSummary("Stories that are being made ready, those that were changed last first.");
        drafts.MapRead("/{draftId}", async (string draftId, [FromServices] IDraftShelf shelf, CancellationToken cancelled) => TypedResults.Ok(DraftDetails.Of(await shelf.GetAsync(draftId, cancelled))))
            .WithName("GetDraft").WithSummary("A draft's title and text.").ProducesProblems(404);
        drafts.MapPut("/{draftId}", async (string draftId, HttpRequest request, [FromServices] IDraftShelf shelf, CancellationToken cancelled) =>
            {
                var body = await JsonBody.ReadAsync(request, b => new DraftBody(b.Text("title"), b.Text("text"), b.Texts("basedOn")), NewStoryBody.Limit);
                await shelf.KeepTextAsync(draftId, body.Title, body.Text, body.BasedOn, cancelled);
                return TypedResults.NoContent();
            })
            .WithName("KeepDraft").WithSummary("Keeps a draft's title and text under an id of 32 hexadecimal digits that the caller made.").Takes<DraftBody>().ProducesProblems(400, 404, 409, 413, 415, 422);
        drafts.MapDelete("/{draftId}", async (string draftId, [FromServices] IDraftShelf shelf, CancellationToken cancelled) =>
            {
                await shelf.DiscardAsync(draftId, cancelled);
                return TypedResults.NoContent();
            })
            .WithName("DiscardDraft").WithSummary("Throws a draft away; it can be restored for an hour.").ProducesProblems(404);
        drafts.MapPost("/{draftId}/restore", async (string draftId, [FromServices] IDraftShelf shelf, CancellationToken cancelled) =>
            {
                await shelf.RestoreAsync(draftId, cancelled);
                return TypedResults.NoContent();
            })
            .WithName("RestoreDraft").WithSummary("Brings back a draft that was thrown away.").ProducesProblems(404);
    }
}

/// <summary>Stories that are being made ready.</summary>
internal sealed record DraftList(IReadOnlyList<DraftSummary> Items);

/// <param name="Title">May be missing.</param>
/// <param name="Text">As it is written so far.</param>
/// <param name="BasedOn">The marks of the texts of it that were seen where this was written; where that which is kept is none of them, nothing is changed.</param>
internal sealed record DraftBody(string? Title = null, string? Text = null, IReadOnlyList<string>? BasedOn = null);

/// <param name="Id">Its id.</param>
/// <param name="Title">Empty while nobody gave one.</param>
/// <param name="Text">As it is written so far.</param>
/// <param name="Mark">What the text is known by, for <c>basedOn</c>.</param>
/// <param name="Step">How far its author is.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
internal sealed record DraftDetails(string Id, string Title, string Text, string Mark, DraftStep Step, DateTimeOffset UpdatedAt)
{
    public static DraftDetails Of(KeptDraft draft) => new(draft.Id, draft.Title, draft.Text, TextMark.Of(draft.Text), draft.Step, draft.UpdatedAt);
}
