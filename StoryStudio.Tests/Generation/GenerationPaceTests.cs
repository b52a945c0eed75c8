using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

public sealed class GenerationPaceTests
{
    [Theory]
    [InlineData("", 5, 0, 0)]
    [InlineData("quick", 5, 0, 0.4)]
    [InlineData("slow", 5, 0, 4)]
    [InlineData("quick slow", 1, 0, 11)]
    [InlineData("quick slow", 5, 0, 2.2)]
    [InlineData("quick", 5, 3, 3)]
    [InlineData("quick slow", 5, 6, 3)]
    [InlineData("slow", 5, 3, 4)]
    public void PerImage_IsWhatTheProvidersTakeOrTheDelayWhereThatIsLonger(string styles, int concurrency, double delay, double seconds)
    {
        var options = new StoryStudioOptions
        {
            Styles = [new StyleDefinition { Key = "quick", Provider = "quick" }, new StyleDefinition { Key = "slow", Provider = "slow" }],
            Generation = new() { MaxConcurrency = concurrency, DelayBetweenImages = TimeSpan.FromSeconds(delay) },
        };
        var providers = new ImageProviders([Provider("quick", 2), Provider("slow", 20)], Options.Create(options));

        Assert.Equal(TimeSpan.FromSeconds(seconds), new GenerationPace(providers, Options.Create(options)).PerImage(styles.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    private static ScriptedProvider Provider(string name, double seconds) => new() { Name = name, Capabilities = new() { TypicalDuration = TimeSpan.FromSeconds(seconds) } };
}
