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

    [Theory]
    [InlineData("a", 20, 6)]
    [InlineData("b", 20, 2)]
    [InlineData("b", 1, 30)]
    [InlineData("a b", 20, 3)]
    [InlineData("a c", 20, 6)]
    [InlineData("b d", 200, 1.2)]
    [InlineData("c e", 20, 3)]
    public void PerImage_WhereKeysLetThroughLess_IsWhatTheyAllow(string styles, int concurrency, double seconds)
    {
        var options = new StoryStudioOptions
        {
            Provider = "openai",
            Styles =
            [
                new() { Key = "a" },
                new() { Key = "b", ApiKeys = ["key-b-1", "key-b-2", " key-b-2 ", "key-b-3"], RequestsPerMinute = 10 },
                new() { Key = "c" },
                new() { Key = "d", ApiKeys = ["key-b-3", "key-d-1"], RequestsPerMinute = 20 },
                new() { Key = "e", Provider = "free" },
            ],
            Generation = new() { MaxConcurrency = concurrency },
        };
        options.Providers.OpenAI.ApiKey = "key-own-1";
        var providers = new ImageProviders([Provider("openai", 30), Provider("free", 1)], Options.Create(options));

        Assert.Equal(TimeSpan.FromSeconds(seconds), new GenerationPace(providers, Options.Create(options)).PerImage(styles.Split(' ')));
    }

    [Theory]
    [InlineData("fast", null, 20)]
    [InlineData("fast slow", null, 20)]
    [InlineData("fast", 6, 10)]
    [InlineData("own", null, 30)]
    public void PerImage_WhereStylesShareTheProvidersKeys_IsTheSlowestPaceOfAllThatDo(string styles, int? ofTheProvider, double seconds)
    {
        var options = new StoryStudioOptions
        {
            Provider = "openai",
            Styles = [new() { Key = "fast", RequestsPerMinute = 30 }, new() { Key = "slow", RequestsPerMinute = 3 }, new() { Key = "own", ApiKeys = ["key-own-2"], RequestsPerMinute = 2 }],
            Generation = new() { MaxConcurrency = 100 },
        };
        options.Providers.OpenAI.ApiKey = "key-own-1";
        if (ofTheProvider is { } figure)
        {
            options.Providers.OpenAI.RequestsPerMinute = figure;
        }

        var providers = new ImageProviders([Provider("openai", 30)], Options.Create(options));

        Assert.Equal(TimeSpan.FromSeconds(seconds), new GenerationPace(providers, Options.Create(options)).PerImage(styles.Split(' ')));
    }

    [Theory]
    [InlineData("a", 90, 0, 480)]
    [InlineData("a", 91, 0, 540)]
    [InlineData("a", 10, 0, 0)]
    [InlineData("b", 0, 90, 120)]
    [InlineData("both", 10, 90, 120)]
    [InlineData("both", 90, 10, 480)]
    [InlineData("free", 90, 0, 0)]
    public void ByKeys_IsWhatTheSlowestPoolNeedsForWhatIsStillToBeBegunInItsStyles(string which, int ofA, int ofB, double seconds)
    {
        var options = new StoryStudioOptions
        {
            Provider = "openai",
            Styles = [new() { Key = "a", ApiKeys = ["key-a-1"], RequestsPerMinute = 10 }, new() { Key = "b", ApiKeys = ["key-b-1"], RequestsPerMinute = 30 }, new() { Key = "free", Provider = "free" }],
        };
        var pace = new GenerationPace(new([Provider("openai", 8), Provider("free", 1)], Options.Create(options)), Options.Create(options));
        var run = Run.Create("run", "story", consistency: false, which is "both" ? ["a", "b"] : [which], DateTimeOffset.UnixEpoch);
        (run.Styles[0].Total, run.Styles[0].Pending, run.Styles[0].InProgress) = (100, which is "b" ? ofB : ofA, 5);
        if (which is "both")
        {
            (run.Styles[1].Total, run.Styles[1].Pending) = (100, ofB);
        }

        Assert.Equal(TimeSpan.FromSeconds(seconds), pace.ByKeys(run));
    }

    private static ScriptedProvider Provider(string name, double seconds) => new() { Name = name, Capabilities = new() { TypicalDuration = TimeSpan.FromSeconds(seconds) } };
}
