using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StoryStudio.Core.Access;
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

    [AimockFact]
    public async Task Prompts_AreProposedByAChatServerThatNobodyHereWrote()
    {
        await using var aimock = await AimockProcess.StartAsync(TestPictures.Png(), "A wide room at night.");
        await using var studio = await Studio.StartAsync(options => (options.Chat.Endpoint, options.Chat.Model) = (aimock.Endpoint, "writer"), engine: false);
        var story = await studio.CreateStoryAsync(2);
        var writer = studio.Services.GetRequiredService<IPromptWriter>();
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = writer.OnChanged(story.Id, Look);

        await writer.StartAsync(Actor.Local, story.Id, new() { Style = "illustration" });
        Look();
        await written.Task.WaitAsync(Studio.Patience);

        Assert.Equal(["A wide room at night.", "A wide room at night."], writer.Find(story.Id)!.Proposals.Select(p => p.After));

        void Look()
        {
            if (writer.Find(story.Id) is { Status: PromptWorkStatus.Written })
            {
                written.TrySetResult();
            }
        }
    }
}
