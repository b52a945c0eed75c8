using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Core.Providers.Outbound;
using StoryStudio.Core.Providers.Sketch;

namespace StoryStudio.Core.Providers;

public static class ProvidersSetup
{
    /// <summary>Everything that draws. A further provider is a folder beside these and a line here.</summary>
    public static IServiceCollection AddImageProviders(this IServiceCollection services)
    {
        services.AddSingleton<IImageProvider, SketchProvider>();
        services.AddSingleton<IImageProvider, OpenAIProvider>();
        services.AddSingleton<IPostConfigureOptions<StoryStudioOptions>, OpenAIEnvironment>();
        services.AddSingleton<OutboundLog>();
        services.AddSingleton<ImageProviders>();
        services.AddSingleton<ApiKeyPools>();
        return services;
    }
}
