using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers.OpenAI;
using Xunit;

namespace StoryStudio.Tests.Providers;

public sealed class OpenAIEnvironmentTests
{
    [Theory]
    [InlineData(null, "from-environment", "from-environment")]
    [InlineData("  ", "from-environment", "from-environment")]
    [InlineData("from-settings", "from-environment", "from-settings")]
    [InlineData(" from-settings\n", null, "from-settings")]
    [InlineData(null, "", null)]
    public void Options_KeyInSettingsOrEnvironment_SettingsWin(string? setting, string? environment, string? key)
    {
        var options = Bind(("StoryStudio:Providers:OpenAI:ApiKey", setting), ("OPENAI_API_KEY", environment), ("OPENAI_ORG_ID", "org-1"));

        Assert.Equal((key, "org-1"), (options.ApiKey, options.Organization));
    }

    [Fact]
    public void Options_PricesInSettings_AreAddedToTheKnownOnes()
    {
        var options = Bind(("StoryStudio:Providers:OpenAI:Prices:my-model:ImageOut", "12.5"), ("StoryStudio:Providers:OpenAI:Prices:gpt-image-2:ImageOut", "31"));

        Assert.Equal((12.5m, 31m, 5m), (options.Prices["my-model"].ImageOut, options.Prices["gpt-image-2"].ImageOut, options.Prices["gpt-image-2"].TextIn));
    }

    private static OpenAIOptions Bind(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.OrdinalIgnoreCase)).Build();
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<IPostConfigureOptions<StoryStudioOptions>, OpenAIEnvironment>()
            .Configure<StoryStudioOptions>(configuration.GetSection(StoryStudioOptions.Section))
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<StoryStudioOptions>>().Value.Providers.OpenAI;
    }
}
