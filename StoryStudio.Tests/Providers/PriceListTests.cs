using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers.Gemini;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Core.Providers.Prices;
using Xunit;

namespace StoryStudio.Tests.Providers;

public sealed class PriceListTests
{
    private readonly PriceOptions _prices = new()
    {
        Models =
        {
            ["gpt-image-2"] = new() { TextIn = 5, ImageIn = 8, ImageOut = 30, PerPicture = { ["medium"] = 0.053m, ["1536x1024"] = 0.07m }, PerReference = 0.01m },
            ["gemini"] = new() { PerPicture = { ["1K"] = 0.067m } },
            ["by-tokens"] = new() { ImageIn = 8, TokensPerReference = 5_000, PerPicture = { ["1K"] = 0.10m } },
            ["all-told"] = new() { TextIn = 5, ImageIn = 8, ImageOut = 30, TokensPerReference = 5_000, TokensPerPartial = 100, TokensPerPrompt = 500, PerPicture = { ["medium"] = 0.053m } },
            ["thinks"] = new() { TextIn = 2, ImageIn = 2, ImageOut = 120, TextOut = 12, TokensPerPrompt = 500, TokensPerThought = 1_000, PerPicture = { ["1K"] = 0.1344m } },
            ["words-unpriced"] = new() { TokensPerPrompt = 500, PerPicture = { ["1K"] = 0.10m } },
        },
    };

    private PriceList Prices => new(Options.Create(new StoryStudioOptions { Prices = _prices }));

    [Fact]
    public void Cost_OfUsage_IsTheSumOfItsParts() => Assert.Equal((40 * 5 + 10 * 8 + 1000 * 30) / 1_000_000m, Prices.Cost("GPT-image-2", new(40, 10, 1000)));

    [Fact]
    public void Cost_WhereSomethingIsNotKnown_IsUnknown()
    {
        Assert.Null(Prices.Cost("gpt-image-2", null));
        Assert.Null(Prices.Cost("gpt-image-9", new(40, 10, 1000)));
        Assert.Null(Prices.Cost("gpt-image-2", new(40, 10, 1000, TextOut: 1)));
        Assert.Null(Prices.Cost("gemini", new(40, 0, 1000)));
    }

    [Theory]
    [InlineData("gpt-image-2", "1024x1024", "medium", 0, 0.053)]
    [InlineData("gpt-image-2", "2048x1024", "medium", 0, 0.106)]
    [InlineData("gpt-image-2", "512x512", "MEDIUM", 0, 0.01325)]
    [InlineData("gpt-image-2", "1536x1024", "medium", 0, 0.07)]
    [InlineData("gpt-image-2", "1024x1024", "medium", 3, 0.083)]
    [InlineData("gpt-image-2", "auto", "medium", 0, null)]
    [InlineData("gpt-image-2", null, "medium", 0, null)]
    [InlineData("gpt-image-2", "1024x1024", "high", 0, null)]
    [InlineData("gpt-image-2", "1024x1024", null, 0, null)]
    [InlineData("gemini", "1K", null, 0, 0.067)]
    [InlineData("gemini", "1K", null, 1, null)]
    [InlineData("by-tokens", "1K", null, 2, 0.18)]
    [InlineData("gemini", "4K", null, 0, null)]
    [InlineData("own-model", "1024x1024", "medium", 0, null)]
    [InlineData("all-told", "1024x1024", "medium", 1, 0.0955)]
    [InlineData("all-told", "auto", "medium", 1, null)]
    [InlineData("thinks", "1K", null, 0, 0.1474)]
    [InlineData("words-unpriced", "1K", null, 0, null)]
    public void Estimate_OfOnePicture_GoesBySizeAndQualityOrIsUnknown(string model, string? size, string? quality, int references, double? usd) =>
        Assert.Equal((decimal?)usd, Prices.Estimate(model, size, quality, references));

    [Theory]
    [InlineData("all-told", 0, 0.0555)]
    [InlineData("all-told", 2, 0.0615)]
    [InlineData("all-told", 3, 0.0645)]
    [InlineData("gpt-image-2", 0, 0.053)]
    [InlineData("gpt-image-2", 1, null)]
    public void Estimate_OfAPictureThatIsShownWhileItIsMade_CountsThePartialOnesOrIsUnknown(string model, int partials, double? usd) =>
        Assert.Equal((decimal?)usd, Prices.Estimate(model, "1024x1024", "medium", partials: partials));

    [Fact]
    public void Table_OfTheRepository_HasADateAndKnowsEveryDefaultModel()
    {
        var options = Shipped();
        var prices = new PriceList(Options.Create(options));
        var (openAI, gemini) = (options.Providers.OpenAI, options.Providers.Gemini);

        Assert.Equal(new DateOnly(2026, 11, 20), prices.AsOf);
        Assert.Equal(0.0555m, prices.Estimate(openAI.Model, openAI.Size, openAI.Quality));
        Assert.Equal(0.07045m, prices.Estimate(gemini.Model, gemini.ImageSize, null));
        Assert.Equal(0.00005m + 0.03m, prices.Cost(openAI.Model, new(10, 0, 1000)));
    }

    [Fact]
    public void Table_OfTheRepository_ThinksNoPictureOfTheDefaultSettingsCheaperThanItIs()
    {
        var options = Shipped();
        var prices = new PriceList(Options.Create(options));
        using var openAI = new OpenAIProvider(options.Providers.OpenAI, prices, TimeProvider.System, downloadPause: TimeSpan.Zero);
        using var gemini = new GeminiProvider(options.Providers.Gemini, prices, TimeProvider.System);

        // What the services say that a picture took: 1,767 tokens of 1024 × 1024 in medium, and a hundred for each of the two partial ones; 1,120 of 1K, and up to nine hundred of thoughts.
        foreach (var references in new[] { 0, 1, 4 })
        {
            Assert.InRange(prices.Cost("gpt-image-2", new(400, references * 4_200, 1_767 + 200))!.Value, 0.01m, openAI.EstimateUsd(references)!.Value);
            Assert.InRange(prices.Cost("gemini-3.1-flash-image", new(400, references * 1_120, 1_120, TextOut: 900))!.Value, 0.01m, gemini.EstimateUsd(references)!.Value);
        }
    }

    [Theory]
    [InlineData("gemini-3.1-flash-lite-image")]
    [InlineData("gemini-3.1-flash-image")]
    [InlineData("gemini-3-pro-image")]
    public void Table_OfTheRepository_HasForAPictureWhatItsTokensCost(string model)
    {
        var prices = new PriceList(Options.Create(Shipped()));
        var picture = prices.Cost(model, new(0, 0, 1_120))!.Value;

        Assert.Equal(Shipped().Prices.Models[model].PerPicture["1K"], picture);
        Assert.True(prices.Cost(model, new(100, 1_120, 1_120, TextOut: 200)) > picture);
    }

    private static StoryStudioOptions Shipped()
    {
        var options = new StoryStudioOptions();
        new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build().GetSection(StoryStudioOptions.Section).Bind(options);
        return options;
    }
}
