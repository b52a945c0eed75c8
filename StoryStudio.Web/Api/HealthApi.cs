using Microsoft.Extensions.Diagnostics.HealthChecks;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Api;

/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
/// <param name="Checks">What was looked at, by name.</param>
internal sealed record HealthAnswer(string Status, IReadOnlyDictionary<string, HealthEntry> Checks);

/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Detail">What was found, in a sentence.</param>
internal sealed record HealthEntry(HealthStatus Status, string? Detail);

/// <summary><c>/health</c>: whether the process runs, and whether it can do its work.</summary>
internal static class HealthApi
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var health = endpoints.MapGroup("/health").WithTags("Health").AdmitsAnyone();

        health.MapRead("/live", () => TypedResults.Ok(new HealthAnswer("live", new Dictionary<string, HealthEntry>(StringComparer.Ordinal))))
            .WithName("Live").WithSummary("Whether the process answers.");
        health.MapRead("/ready", ReadyAsync)
            .WithName("Ready").WithSummary("Whether everything that it needs is there; where not, a problem with what is wrong under checks.")
            .Produces<HealthAnswer>().ProducesProblems(503);
    }

    private static async Task<IResult> ReadyAsync(HealthCheckService health, HttpContext context, CancellationToken cancelled)
    {
        // Whoever asks whether it is ready is told; what is wrong is the authors' business.
        var isAuthor = context.User.AuthorOf() is not null;
        var report = await health.CheckHealthAsync(cancelled);
        var checks = report.Entries.ToDictionary(e => e.Key, e => new HealthEntry(e.Value.Status, isAuthor ? DetailOf(e.Value) : null), StringComparer.Ordinal);
        if (report.Status is not HealthStatus.Unhealthy)
        {
            return TypedResults.Ok(new HealthAnswer("ready", checks));
        }

        var wrong = checks.Where(c => c.Value.Status is HealthStatus.Unhealthy).Select(c => $"{c.Key}: {c.Value.Detail ?? "does not work"}");
        var problem = Problem.Of(StatusCodes.Status503ServiceUnavailable, "not_ready", $"StoryStudio is not ready. {string.Join(" ", wrong)}") with { Checks = checks };
        return TypedResults.Json(problem, StoryStudioJson.TypeInfo<Problem>(), Problem.MediaType, problem.Status);
    }

    // A check that threw has the exception's message as its description; that is for the log, where the health service writes it.
    private static string? DetailOf(HealthReportEntry entry) =>
        entry.Exception is { } thrown && thrown.Message == entry.Description ? "The check failed; the log says why." : entry.Description;
}
