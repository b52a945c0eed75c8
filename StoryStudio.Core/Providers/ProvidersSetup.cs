using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Providers.Chat;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Providers.Outbound;
using StoryStudio.Core.Providers.Prices;

namespace StoryStudio.Core.Providers;

public static class ProvidersSetup
{
    /// <summary>Everything that draws: the adapters of <see cref="ProvidersOptions"/>, which one draws what, their keys and their prices.</summary>
    public static IServiceCollection AddImageProviders(this IServiceCollection services)
    {
        foreach (var (_, settings) in new ProvidersOptions().All())
        {
            settings.Register(services);
        }

        services.AddSingleton<IPostConfigureOptions<StoryStudioOptions>, ProviderEnvironment>();
        services.AddSingleton<OutboundLog>();
        services.AddSingleton<ImageProviders>();
        services.AddSingleton<ApiKeyPools>();
        services.AddSingleton<PriceList>();
        services.AddSingleton<IChatModel, OpenAIChat>();
        return services;
    }
}
