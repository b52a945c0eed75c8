using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace StoryStudio.Core.Providers;

/// <summary>What the providers' own tools read from the environment counts here too, where the settings do not say otherwise.</summary>
public sealed class ProviderEnvironment(IConfiguration configuration) : IPostConfigureOptions<StoryStudioOptions>
{
    public void PostConfigure(string? name, StoryStudioOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var (_, settings) in options.Providers.All())
        {
            settings.ReadEnvironment(configuration);
        }
    }
}
