using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Pages;
using StoryStudio.Web.Live;
using Xunit;

namespace StoryStudio.Tests.Components.Pages;

public sealed class QueuePageTests
{
    [Fact]
    public async Task Queue_ThatCannotBeRead_IsSaidToBeSo_AndLookedAtAgain()
    {
        var clock = new ManualTimeProvider();
        var studio = new FakeStudio(new()) { Failure = new IOException("The disk is away.") };
        using var host = ComponentHost.With(clock, services => services
            .AddSingleton<IQueueBoard>(studio)
            .AddSingleton<IIllustrator>(studio)
            .AddSingleton<QueueWatch>()
            .AddSingleton<IJSRuntime, QuietScripts>()
            .AddSingleton(Options.Create(new StoryStudioOptions())));

        var body = await host.RenderAsync<QueuePage>();
        Assert.NotNull(body.QuerySelector("[data-testid=queue-unread]"));

        studio.Failure = null;
        await TickAsync(read: true);
        studio.Failure = new StorageUnavailableException(isFull: false, new IOException("The disk is away."));
        await TickAsync(read: false);
        studio.Failure = null;
        await TickAsync(read: true);

        async Task TickAsync(bool read)
        {
            using var patience = new CancellationTokenSource(Studio.Patience);
            clock.Advance(QueueWatch.Interval);
            while ((await host.MarkupAsync()).QuerySelector("[data-testid=queue-unread]") is null != read)
            {
                patience.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }
}
