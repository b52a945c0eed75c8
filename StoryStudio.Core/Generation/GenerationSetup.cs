using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Generation;

public static class GenerationSetup
{
    /// <summary>The engine that makes pictures in the background.</summary>
    public static IServiceCollection AddGeneration(this IServiceCollection services)
    {
        services.AddSingleton<GenerationSignals>();
        services.AddSingleton<GenerationPace>();
        services.AddSingleton<PreviewPictures>();
        services.AddSingleton<ImageProviders>();
        services.AddSingleton<ImageAttempts>();
        services.AddSingleton<GenerationService>();
        services.AddHostedService(provider => provider.GetRequiredService<GenerationService>());
        return services;
    }
}
