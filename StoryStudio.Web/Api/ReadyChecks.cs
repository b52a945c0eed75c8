using Microsoft.Extensions.Diagnostics.HealthChecks;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Api;

/// <summary>What StoryStudio needs to do its work, for <c>/health/ready</c>.</summary>
public static class ReadyChecks
{
    public static IServiceCollection AddStoryStudioReadyChecks(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<StorageCheck>("storage")
            .AddCheck<DiskCheck>("disk")
            .AddCheck<DrawingCheck>("drawing");
        return services;
    }

    private sealed class StorageCheck(IStoryLibrary library) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await library.ListAsync(1, 1, cancellationToken);
                return HealthCheckResult.Healthy($"SQLite {SqliteRuntime.Version} from {SqliteRuntime.Library}.");
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                return HealthCheckResult.Unhealthy("The stories cannot be read.", failure);
            }
        }
    }

    private sealed class DiskCheck(DiskRoom room) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(room.Calls() > 0 ? HealthCheckResult.Healthy("There is room for pictures.") : HealthCheckResult.Unhealthy("The disk is full: there is no room for another picture."));
    }

    private sealed class DrawingCheck(EngineStatus engine) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(engine.Trouble is { } trouble ? HealthCheckResult.Unhealthy(trouble) : HealthCheckResult.Healthy("Pictures are drawn as they are asked for."));
    }
}
