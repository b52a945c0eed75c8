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
            .Takes<RunOrder>(optional: true).ProducesProblems(400, 404, 409, 413, 415, 422);
        runs.MapRead("/runs/{runId}", async (string runId, IIllustrator illustrator, CancellationToken cancelled) =>
                TypedResults.Ok(await illustrator.GetRunAsync(runId, cancelled)))
            .WithName("GetRun").WithSummary("A run, with the state of every image in it.").ProducesProblems(404);
        runs.MapPost("/runs/{runId}/cancel", async (string runId, HttpRequest request, IIllustrator illustrator, CancellationToken cancelled) =>
                Accepted(request, await illustrator.CancelRunAsync(runId, cancelled)))
            .WithName("CancelRun").WithSummary("Cancels what is not final.").ProducesProblems(404, 409);
        runs.MapPost("/runs/{runId}/retry-failed", async (string runId, HttpRequest request, IIllustrator illustrator, CancellationToken cancelled) =>
                Accepted(request, await illustrator.RetryFailedAsync(runId, cancelled)))
            .WithName("RetryFailed").WithSummary("Every failed image of the run goes again.").ProducesProblems(404, 409);
    }

    private static async Task<Accepted<RunAccepted>> StartAsync(string storyId, HttpRequest request, IIllustrator illustrator, CancellationToken cancelled)
    {
        var order = await JsonBody.ReadAsync(request, Bodies.RunOrder, optional: true);
        var run = await illustrator.StartAsync(storyId, order.Request, cancelled);
        var url = Address(request, run.Id);
        return TypedResults.Accepted(url, new RunAccepted(run.Id, run.Total, run.EstimatedSecondsLeft ?? 0, url, $"{url}/events"));
    }

    private static Accepted<RunState> Accepted(HttpRequest request, RunState run) => TypedResults.Accepted(Address(request, run.Id), run);

    private static string Address(HttpRequest request, string runId) => $"{request.PathBase}/api/runs/{runId}";
}
