using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Storage;
using Xunit;

namespace StoryStudio.Tests.Fakes;

/// <summary>A studio whose pictures all cost the same.</summary>
internal static class Priced
{
    /// <param name="each">What every picture is estimated at and costs, in US dollars; null where nobody knows.</param>
    /// <param name="configure">The settings.</param>
    /// <param name="gate">What calls wait for.</param>
    /// <param name="script">What comes of a call; a picture where there is none.</param>
    /// <param name="services">Added to those of the studio.</param>
    /// <param name="time">The clock.</param>
    public static Task<Studio> StartAsync(
        decimal? each,
        Action<StoryStudioOptions>? configure = null,
        Task? gate = null,
        Func<ImageRequest, Stream, CancellationToken, Task<ImageOutcome>>? script = null,
        Action<IServiceCollection>? services = null,
        TimeProvider? time = null) => Studio.StartAsync(configure, time: time, services: services, provider: new()
    {
        Estimate = each,
        Script = async (request, destination, _, token) =>
        {
            await (gate ?? Task.CompletedTask).WaitAsync(token);
            var outcome = await (script ?? ScriptedProvider.DrawAsync)(request, destination, token);
            return outcome is PictureMade made ? made with { CostUsd = each } : outcome;
        },
    });

    /// <summary>What is carried along of this month is what the database adds up to.</summary>
    public static async Task AssertLedgerAsync(Studio studio)
    {
        var carried = await studio.Services.GetRequiredService<StoryWriter>().ExecuteAsync(scope => scope.Ledger.OfMonthAsync(scope.Db, scope.Now));
        await using var db = studio.OpenDatabase();
        Assert.Equal(await new Ledger().OfMonthAsync(db, studio.Time.GetUtcNow()), carried);
    }
}
