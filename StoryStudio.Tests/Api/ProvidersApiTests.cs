using System.Net;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using Xunit;

namespace StoryStudio.Tests.Api;

public sealed class ProvidersApiTests
{
    private const string Key = "AIzaSyabcdefghijklmnop4f2a";

    [Fact]
    public async Task Table_TellsOfEachProviderWhatItCanDoAndWhatItCosts()
    {
        await using var host = await ApiHost.StartAsync(services: Configure);

        var answer = await host.GetAsync("/api/providers");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var items = answer.Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["openai", "gemini", "sketch"], items.Select(i => i.GetProperty("name").GetString()));
        Assert.Equal([false, true, true], items.Select(i => i.GetProperty("configured").GetBoolean()));
        Assert.Equal(
            """{"name":"gemini","title":"Gemini","configured":true,"model":"gemini-3.1-flash-image","capabilities":{"references":14,"referenceFormats":["image/png","image/jpeg","image/webp"],"partialPictures":0,"seed":false,"needsKey":true,"size":"1K","aspectRatio":"3:2","sizes":["1K","2K","4K"],"formats":["image/png","image/jpeg","image/webp"],"typicalSeconds":20},"price":{"usd":0.067,"asOf":"2026-11-20"}}""",
            items[1].GetRawText());
        Assert.Equal("null", items[0].GetProperty("price").GetRawText());
        Assert.Equal("""{"usd":0,"asOf":null}""", items[2].GetProperty("price").GetRawText());
        Assert.Equal("[]", items[2].GetProperty("capabilities").GetProperty("referenceFormats").GetRawText());
        Assert.DoesNotContain("AIza", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_OfTheWholeProgram_HasPricesOfTheSettings()
    {
        await using var host = await ApiHost.StartWholeAsync();

        var openAI = (await host.GetAsync("/api/providers")).Json.GetProperty("items")[0];

        Assert.Equal(("openai", "gpt-image-2", 0.0615m, "2026-11-20"), (openAI.GetProperty("name").GetString(), openAI.GetProperty("model").GetString(),
            openAI.GetProperty("price").GetProperty("usd").GetDecimal(), openAI.GetProperty("price").GetProperty("asOf").GetString()));
        Assert.Equal((16, 2), (openAI.GetProperty("capabilities").GetProperty("references").GetInt32(), openAI.GetProperty("capabilities").GetProperty("partialPictures").GetInt32()));
    }

    private static void Configure(IServiceCollection services) => services.Configure<StoryStudioOptions>(options =>
    {
        options.Providers.Gemini.ApiKey = Key;
        options.Prices.AsOf = new(2026, 11, 20);
        options.Prices.Models["gemini-3.1-flash-image"] = new() { PerPicture = { ["1K"] = 0.067m } };
    });
}
