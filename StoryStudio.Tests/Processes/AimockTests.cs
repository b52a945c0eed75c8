using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Processes;

/// <summary>The engine and the real adapter against a server that nobody here wrote.</summary>
public sealed class AimockTests
{
    [AimockFact]
    public async Task ServerThatNobodyHereWrote_FailsInEveryWayItCan_AndThePicturesAreMade()
    {
        var picture = TestPictures.Png(64, 48);
        await using var aimock = await AimockProcess.StartAsync(picture);
        await using var studio = await Studio.StartAsync(
            options => (options.Provider, options.Providers.OpenAI.Endpoint, options.Providers.OpenAI.Format) = ("openai", aimock.Endpoint, "png"),
            services: services => services.RemoveAll<IImageProvider>().AddSingleton<IImageProvider, OpenAIProvider>());

        foreach (var (rate, code, attempts) in new[] { (null, null, 1), ("rateLimitRate", "rate_limited", 1), ("malformedRate", "damaged", 2), ("disconnectRate", "provider_unavailable", 2), ("dropRate", "provider_unavailable", 2) })
        {
            await aimock.FailAsync(rate);
            var story = await studio.CreateStoryAsync(1);
            await studio.Illustrator.StartAsync(story.Id, new());
            if (rate is not null)
            {
                var waiting = (await studio.UntilAsync(story.Id, s => s.Images[0].NextAttemptAt is not null)).Images[0];
                Assert.Equal((rate, code), (rate, waiting.Error?.Code));
                await aimock.FailAsync(null);
                studio.Advance(waiting.NextAttemptAt!.Value - studio.Time.GetUtcNow());
            }

            var end = await studio.UntilFinishedAsync(story.Id);
            Assert.Equal((rate, ImageStatus.Completed, attempts, 64, 48), (rate, end.Images[0].Status, end.Images[0].Attempt, end.Images[0].Width, end.Images[0].Height));
        }
    }
}
