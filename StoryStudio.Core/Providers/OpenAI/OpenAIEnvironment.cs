using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace StoryStudio.Core.Providers.OpenAI;

/// <summary>What OpenAI's own tools read from the environment counts here too, where the settings do not say otherwise.</summary>
public sealed class OpenAIEnvironment(IConfiguration configuration) : IPostConfigureOptions<StoryStudioOptions>
{
    public void PostConfigure(string? name, StoryStudioOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var openAI = options.Providers.OpenAI;
        openAI.ApiKey = Trimmed(openAI.ApiKey) ?? Trimmed(configuration["OPENAI_API_KEY"]);
        openAI.Organization = Trimmed(openAI.Organization) ?? Trimmed(configuration["OPENAI_ORG_ID"]);
    }

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
