using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace StoryStudio.Core.Generation;

public static class GenerationSetup
{
    /// <summary>The engine that makes pictures in the background.</summary>
    public static IServiceCollection AddGeneration(this IServiceCollection services)
    {
        services.AddSingleton<GenerationSignals>();
        services.AddSingleton<IdenticalRequests>();
        services.AddSingleton<GenerationPace>();
        services.AddSingleton<LaneWaits>();
        services.AddSingleton<EngineStatus>();
        services.AddSingleton<DiskRoom>();
        services.AddSingleton<LaneTurns>();
        services.AddSingleton<PreviewPictures>();
        services.AddSingleton(provider => new RetryPolicy(provider.GetRequiredService<IOptions<StoryStudioOptions>>().Value.Generation, new Random()));
        services.AddSingleton<StudioMeters>();
        services.AddHostedService<StudioGauges>();
        services.AddSingleton<IPromptWriter, PromptWriter>();
        services.AddSingleton<AttemptJudge>();
        services.AddSingleton<ImageAttempts>();
        services.AddSingleton<GenerationService>();
        services.AddHostedService(provider => provider.GetRequiredService<GenerationService>());
        return services;
    }
}
