using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Api;

/// <summary><c>/api/metrics</c>: what the Activity page shows, for programs.</summary>
internal static class MetricsApi
{
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(1);

    public static void Map(RouteGroupBuilder api) => api.MapRead("/metrics", ReadAsync)
        .WithTags("Metrics").WithName("GetMetrics")
        .WithSummary("How well it goes over some days, and how things stand now. At most a second old; days are counted in UTC; a cost that nobody knows is counted as unknown.")
        .TakesDays(IActivity.UsualDays, IActivity.MostDays).ProducesProblems(400, 422);

    private static async Task<Ok<StudioFigures>> ReadAsync(HttpRequest request, [FromServices] ActivityBoard board, CancellationToken cancelled)
    {
        var values = request.Query["days"];
        var days = IActivity.UsualDays;
        if (values.Count > 1 || (values.Count == 1 && !int.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out days)))
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "malformed_query", "days must be one whole number.", "days");
        }

        return days is >= 1 and <= IActivity.MostDays
            ? TypedResults.Ok(await board.GetAsync(days, Oldest, cancelled))
            : throw new InvalidInputException("days", $"days must be 1 to {IActivity.MostDays}.");
    }
}
