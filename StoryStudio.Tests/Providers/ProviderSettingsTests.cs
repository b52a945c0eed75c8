using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using Xunit;

namespace StoryStudio.Tests.Providers;

/// <summary>Settings, the environment, and who draws what because of them.</summary>
public sealed class ProviderSettingsTests
{
    [Theory]
    [InlineData(null, "from-environment", "from-environment")]
    [InlineData("  ", "from-environment", "from-environment")]
    [InlineData("from-settings", "from-environment", "from-settings")]
    [InlineData(" from-settings\n", null, "from-settings")]
    [InlineData(null, "", null)]
    public void Options_KeyInSettingsOrEnvironment_SettingsWin(string? setting, string? environment, string? key)
    {
        using var services = Services(
            ("StoryStudio:Providers:OpenAI:ApiKey", setting), ("OPENAI_API_KEY", environment), ("OPENAI_ORG_ID", "org-1"),
            ("StoryStudio:Providers:Gemini:ApiKey", setting), ("GEMINI_API_KEY", environment));
        var options = services.GetRequiredService<IOptions<StoryStudioOptions>>().Value.Providers;

        Assert.Equal((key, "org-1", key), (options.OpenAI.ApiKey, options.OpenAI.Organization, options.Gemini.ApiKey));
    }

    [Theory]
    [InlineData("", "", "auto", null, false, "sketch")]
    [InlineData("key", "", "auto", null, false, "openai")]
    [InlineData("", "key", "auto", null, false, "gemini")]
    [InlineData("key", "key", "auto", null, false, "openai")]
    [InlineData("key", "key", "Auto", null, false, "openai")]
    [InlineData("key", "key", "sketch", null, false, "sketch")]
    [InlineData("key", "", "gemini", null, false, "gemini")]
    [InlineData("key", "", "auto", "gemini", false, "gemini")]
    [InlineData("", "key", "openai", "auto", false, "gemini")]
    [InlineData("", "", "sketch", "OpenAI", false, "openai")]
    [InlineData("", "", "auto", null, true, "openai")]
    [InlineData("key", "key", "auto", null, true, "openai")]
    [InlineData("", "key", "auto", null, true, "gemini")]
    [InlineData("", "", "auto", "gemini", true, "gemini")]
    [InlineData("", "key", "sketch", null, true, "sketch")]
    public void Style_IsDrawnByWhomItNamesElseByTheDefault(string openAIKey, string geminiKey, string provider, string? ofStyle, bool styleHasKeys, string drawnBy)
    {
        using var services = Services(
            ("OPENAI_API_KEY", openAIKey), ("GEMINI_API_KEY", geminiKey), ("StoryStudio:Provider", provider), ("StoryStudio:Styles:0:Key", "clear"),
            ("StoryStudio:Styles:0:Provider", ofStyle), ("StoryStudio:Styles:0:ApiKeys:0", styleHasKeys ? "style-key" : null));

        Assert.Equal(drawnBy, services.GetRequiredService<ImageProviders>().For("clear").Name);
    }

    [Theory]
    [InlineData("", "sketch")]
    [InlineData("GEMINI_API_KEY", "gemini sketch")]
    [InlineData("StoryStudio:Providers:OpenAI:Endpoint", "openai sketch")]
    [InlineData("StoryStudio:Styles:0:ApiKeys:0", "openai sketch")]
    public void Table_SaysWhoCanDraw(string setting, string configured)
    {
        using var services = Services(("StoryStudio:Styles:0:Key", "clear"), (setting, setting.EndsWith("Endpoint", StringComparison.Ordinal) ? "http://127.0.0.1:1/v1" : "key"));

        var table = services.GetRequiredService<ImageProviders>().Describe();

        Assert.Equal("openai gemini sketch", string.Join(' ', table.Select(p => p.Name)));
        Assert.Equal(configured, string.Join(' ', table.Where(p => p.IsConfigured).Select(p => p.Name)));
    }

    [Fact]
    public void EveryProvider_HasAdapterNameAndTitleOfItsOwn()
    {
        using var services = Services();
        var settings = new ProvidersOptions().All().Select(p => p.Settings).ToList();

        Assert.Equal(settings.Select(s => s.Name).Order(StringComparer.Ordinal), services.GetServices<IImageProvider>().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal(settings.Count, settings.Select(s => s.Title).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(settings.Count, settings.Select(s => s.AutoRank).Distinct().Count());
        Assert.DoesNotContain(ImageProviders.Auto, settings.Select(s => s.Name));
    }

    [Theory]
    [InlineData(null, 2, null, 2)]
    [InlineData("https://name.openai.azure.com/openai/v1/", 3, null, 3)]
    [InlineData("https://api.openai.com/v1", 1, null, 1)]
    [InlineData("https://openai.com.example.org/v1", 2, null, 0)]
    [InlineData("http://127.0.0.1:8080/v1", 2, null, 0)]
    [InlineData("http://127.0.0.1:8080/v1", 2, true, 2)]
    [InlineData(null, 2, false, 0)]
    [InlineData(null, 0, true, 0)]
    public void PartialPictures_AreAskedForWhereTheServerStreams(string? endpoint, int partialImages, bool? stream, int asked)
    {
        using var services = Services(
            ("StoryStudio:Providers:OpenAI:Endpoint", endpoint), ("StoryStudio:Providers:OpenAI:PartialImages", $"{partialImages}"), ("StoryStudio:Providers:OpenAI:Stream", stream?.ToString()));

        Assert.Equal(asked, services.GetServices<IImageProvider>().Single(p => p.Name == "openai").Capabilities.PartialPictures);
    }

    [Fact]
    public void References_ThatAreSent_AreOfAKindThatIsTakenAndNoMoreThanThat()
    {
        ReferencePicture svg = new("a", "image/svg+xml", ReferenceRole.Consistency), mira = new("b", "image/png", ReferenceRole.Character, "Mira"), pim = new("c", "image/webp", ReferenceRole.Character, "Pim");
        var can = new ProviderCapabilities { TypicalDuration = TimeSpan.Zero, MaxReferences = 1 };

        Assert.Equal([mira], can.Sendable([svg, mira, pim]));
        Assert.Empty((can with { MaxReferences = 0 }).Sendable([svg, mira, pim]));
    }

    private static ServiceProvider Services(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Where(setting => setting.Value is not null).ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.OrdinalIgnoreCase))
            .Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(TimeProvider.System)
            .AddLogging()
            .AddImageProviders()
            .Configure<StoryStudioOptions>(configuration.GetSection(StoryStudioOptions.Section))
            .BuildServiceProvider();
    }
}
