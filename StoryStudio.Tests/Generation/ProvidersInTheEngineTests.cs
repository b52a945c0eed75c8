using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Gemini;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Generation;

/// <summary>The engine with the real adapters, and a scripted service on a real port.</summary>
public sealed class ProvidersInTheEngineTests
{
    [Fact]
    public async Task Gemini_DayUsedUp_ParksTheKeyUntilMidnightPacificAndTakesTheNext()
    {
        await using var server = await ScriptedImageServer.StartAsync(Answers.GeminiPicture(usage: """{"promptTokenCount":0,"candidatesTokenCount":1000,"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1000}]}"""));
        server.Choose = call => call.ApiKey == "first-key-1111"
            ? Answers.GeminiError(429, "RESOURCE_EXHAUSTED", details: """{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel"}]}""")
            : null;
        await using var studio = await StartAsync<GeminiProvider>(options =>
        {
            (options.Provider, options.Providers.Gemini.Endpoint) = ("gemini", server.GeminiEndpoint);
            options.Prices.Models["gemini-3.1-flash-image"] = new() { ImageOut = 67, PerPicture = { ["1K"] = 0.05m }, PerReference = 0 };
            options.Styles[0].ApiKeys = ["first-key-1111", "second-key-2222"];
        });
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());

        var end = await studio.UntilFinishedAsync(story.Id);

        Assert.Equal((RunStatus.Completed, 0.134m), (end.Run!.Status, end.Run.CostUsd));
        Assert.All(end.Images, i => Assert.Equal(("gemini", "gemini-3.1-flash-image", 1, 0.067m, "image/png"), (i.Provider, i.Model, i.Attempt, i.CostUsd, i.MediaType)));
        Assert.Equal("first-key-1111 second-key-2222 second-key-2222", string.Join(' ', server.Calls.Select(c => c.ApiKey)));
        var state = studio.Services.GetRequiredService<ApiKeyPools>().Keys()[0];
        Assert.Equal((KeyCondition.Parked, "…1111"), (state.Condition, state.Tail));
        var pacific = TimeZoneInfo.ConvertTime(state.ReadyAt!.Value, TimeZoneInfo.FindSystemTimeZoneById("America/Los_Angeles"));
        Assert.Equal(TimeSpan.Zero, pacific.TimeOfDay);
        Assert.InRange(state.ReadyAt.Value - studio.Time.GetUtcNow(), TimeSpan.FromSeconds(1), TimeSpan.FromHours(25));
    }

    [Fact]
    public async Task Reference_ThatGoesAlong_IsExplainedInThePrompt()
    {
        await using var server = await ScriptedImageServer.StartAsync(Answers.GeminiPicture());
        await using var studio = await StartAsync<GeminiProvider>(options => (options.Provider, options.Providers.Gemini.Endpoint) = ("gemini", server.GeminiEndpoint));
        var story = await studio.CreateStoryAsync(2);
        await studio.Illustrator.StartAsync(story.Id, new());
        await studio.UntilFinishedAsync(story.Id);

        var texts = server.Calls.Select(c => c.Text).ToList();
        Assert.DoesNotContain("Picture 1", texts[0], StringComparison.Ordinal);
        Assert.Contains("Picture 1 is the first picture of this series", texts[1], StringComparison.Ordinal);
        Assert.Contains(Convert.ToBase64String(TestPictures.Png()), texts[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task PartialPicture_IsSeenWhileTheRealOneIsMadeAndNeverKept()
    {
        var gate = new TaskCompletionSource();
        var (rough, picture) = (TestPictures.Png(40, 20, seed: 1), TestPictures.Png(200, 100));
        await using var server = await ScriptedImageServer.StartAsync(async (context, call, stopping) =>
        {
            await Answers.Events(Answers.PartialEvent(rough))(context, call, stopping);
            await gate.Task.WaitAsync(stopping);
            await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Answers.CompletedEvent(picture)), stopping);
        });
        await using var studio = await StartAsync<OpenAIProvider>(options =>
        {
            options.Provider = "openai";
            (options.Providers.OpenAI.Endpoint, options.Providers.OpenAI.Stream) = (server.Endpoint, true);
        });
        var files = studio.Services.GetRequiredService<IPictureFiles>();
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());

        var during = (await studio.UntilAsync(story.Id, s => s.Images[0].PreviewUrl is not null)).Images[0];
        var previewId = during.PreviewUrl!.Split('/')[^1];
        Assert.Equal((ImageStatus.InProgress, null), (during.Status, during.Url));
        Assert.Equal(rough, files.FindPreview(during.Id, previewId)!.Bytes.ToArray());
        gate.SetResult();

        var end = (await studio.UntilFinishedAsync(story.Id)).Images[0];
        Assert.Equal((200, 100, null, null), (end.Width, end.Height, end.PreviewUrl, end.CostUsd));
        Assert.Equal(picture, await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(studio.Folder, "*.png", SearchOption.AllDirectories))));
        await studio.StopAsync();
        Assert.Null(files.FindPreview(during.Id, previewId));
    }

    /// <summary>Its headers are there at once, and its picture is late.</summary>
    [Theory]
    [InlineData(OpenAIProvider.ProviderName, "timeout")]
    [InlineData(OpenAIProvider.ProviderName, "cancelled")]
    [InlineData(OpenAIProvider.ProviderName, "interrupted")]
    [InlineData(GeminiProvider.ProviderName, "timeout")]
    [InlineData(GeminiProvider.ProviderName, "cancelled")]
    [InlineData(GeminiProvider.ProviderName, "interrupted")]
    public async Task Call_ThatIsCutOffOverItsPicture_LeavesTheProvidersIdWithItsAttempt(string provider, string outcome)
    {
        var picture = TestPictures.Png(300, 300);
        await using var server = await ScriptedImageServer.StartAsync(Answers.Stall(provider == GeminiProvider.ProviderName ? Answers.GeminiJson(picture) : Answers.PictureJson(Convert.ToBase64String(picture))));
        await using var studio = provider == GeminiProvider.ProviderName ? await StartAsync<GeminiProvider>(Configure) : await StartAsync<OpenAIProvider>(Configure);
        var story = await studio.CreateStoryAsync(1);
        await studio.Illustrator.StartAsync(story.Id, new());
        var image = (await studio.UntilAsync(story.Id, s => s.Images[0].Progress == 80)).Images[0];

        if (outcome == "timeout")
        {
            studio.Advance(TimeSpan.FromMinutes(4));
            await studio.UntilAsync(story.Id, s => s.Images[0].Error is not null);
        }
        else if (outcome == "cancelled")
        {
            await studio.Illustrator.CancelImageAsync(image.Id);
        }

        await studio.RestartAsync(engine: false);
        var attempt = Assert.Single(await studio.AttemptsAsync());
        Assert.Equal((outcome, Answers.RequestId), (attempt.Outcome, attempt.RequestId));

        void Configure(StoryStudioOptions options) =>
            (options.Provider, options.Providers.OpenAI.Endpoint, options.Providers.Gemini.Endpoint) = (provider, server.Endpoint, server.GeminiEndpoint);
    }

    private static Task<Studio> StartAsync<TProvider>(Action<StoryStudioOptions> configure)
        where TProvider : class, IImageProvider =>
        Studio.StartAsync(configure, services: services => services.RemoveAll<IImageProvider>().AddSingleton<IImageProvider, TProvider>());
}
