using Microsoft.AspNetCore.Http.HttpResults;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Api;

/// <summary><c>/api/runs</c>, and the runs of a story.</summary>
internal static class RunsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var runs = api.MapGroup("").WithTags("Runs");

        runs.MapPost("/stories/{storyId}/runs", StartAsync)
            .WithName("StartRun").WithSummary("Illustrates a story in the background. Without a body: all that is missing, in every style.")
            .Takes<RunRequest>(optional: true).ProducesProblems(400, 404, 409, 413, 415, 422);
        runs.MapPost("/stories/{storyId}/runs/estimate", async (string storyId, HttpRequest request, IIllustrator illustrator, CancellationToken cancelled) =>
                TypedResults.Ok(await illustrator.EstimateAsync(storyId, await JsonBody.ReadAsync(request, Bodies.RunRequest, optional: true), cancelled)))
            .WithName("EstimateRun").WithSummary("How many images such a run would make now, how long that may take, and what it may cost. Changes nothing.")
            .Takes<RunRequest>(optional: true).ProducesProblems(400, 404, 413, 415, 422);
        runs.MapRead("/runs/{runId}", async (string runId, IIllustrator illustrator, CancellationToken cancelled) =>
                TypedResults.Ok(await illustrator.GetRunAsync(runId, cancelled)))
            .WithName("GetRun").WithSummary("A run, with the state of every image in it.").ProducesProblems(404);
        MapCommand(runs, "cancel", "CancelRun", "Cancels what is not final.", (illustrator, runId, cancelled) => illustrator.CancelRunAsync(runId, cancelled));
        MapCommand(runs, "pause", "PauseRun", "Begins nothing more of it; what is under way is finished.", (illustrator, runId, cancelled) => illustrator.PauseAsync(runId, cancelled));
        runs.MapPost("/runs/{runId}/resume", ResumeAsync)
            .WithName("ResumeRun").WithSummary("Goes on with a paused run, with another budget where one is given.")
            .Takes<Resumption>(optional: true).ProducesProblems(400, 404, 409, 413, 415, 422);
        MapCommand(runs, "retry-failed", "RetryFailed", "Every failed image of the run goes again.", (illustrator, runId, cancelled) => illustrator.RetryFailedAsync(runId, cancelled));
        runs.MapPost("/runs/{runId}/styles/{style}/cancel", async (string runId, string style, HttpRequest request, IIllustrator illustrator, CancellationToken cancelled) =>
                Accepted(request, await illustrator.CancelStyleAsync(runId, style, cancelled)))
            .WithName("CancelStyle").WithSummary("Cancels what is not final of one style.").ProducesProblems(404);
        runs.MapPut("/runs/{runId}/priority", async (string runId, HttpRequest request, IIllustrator illustrator, CancellationToken cancelled) =>
                TypedResults.Ok(await illustrator.SetPriorityAsync(runId, (await JsonBody.ReadAsync(request, Bodies.Precedence)).Priority, cancelled)))
            .WithName("SetPriority").WithSummary("How soon the run gets its turn beside others.")
            .Takes<Precedence>().ProducesProblems(400, 404, 409, 413, 415, 422);
    }

    private static async Task<Accepted<RunState>> ResumeAsync(string runId, HttpRequest request, IIllustrator illustrator, CancellationToken cancelled)
    {
        var body = await JsonBody.ReadAsync(request, Bodies.Resumption, optional: true);
        return Accepted(request, await illustrator.ResumeAsync(runId, body.BudgetUsd, body.Lift, cancelled));
    }

    private static void MapCommand(RouteGroupBuilder runs, string word, string name, string summary, Func<IIllustrator, string, CancellationToken, Task<RunState>> command) =>
        runs.MapPost($"/runs/{{runId}}/{word}", async (string runId, HttpRequest request, IIllustrator illustrator, CancellationToken cancelled) =>
                Accepted(request, await command(illustrator, runId, cancelled)))
            .WithName(name).WithSummary(summary).ProducesProblems(404, 409);

    private static async Task<Accepted<RunAccepted>> StartAsync(string storyId, HttpRequest request, IIllustrator illustrator, CancellationToken cancelled)
    {
        var order = await JsonBody.ReadAsync(request, Bodies.RunRequest, optional: true);
        var run = await illustrator.StartAsync(storyId, order, cancelled);
        var url = Address(request, run.Id);
        return TypedResults.Accepted(url, new RunAccepted(run.Id, run.Total, run.EstimatedSecondsLeft ?? 0, url, $"{url}/events"));
    }

    private static Accepted<RunState> Accepted(HttpRequest request, RunState run) => TypedResults.Accepted(Address(request, run.Id), run);

    private static string Address(HttpRequest request, string runId) => $"{request.PathBase}/api/runs/{runId}";
}
