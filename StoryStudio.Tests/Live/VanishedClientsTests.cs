using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Live;
using Xunit;

namespace StoryStudio.Tests.Live;

public sealed class VanishedClientsTests
{
    [Fact]
    public async Task Line_ThatNobodyAnswersAnyMore_EndsAfterAMinute()
    {
        if (!OperatingSystem.IsLinux())
        {
            // Elsewhere the system's own patience holds.
            return;
        }

        var patience = new TaskCompletionSource<int>();
        await using var studio = await WebStudio.StartAsync(services: services => services.AddSingleton<IStartupFilter>(new Look(patience)));
        using var client = studio.Client();
        (await client.GetAsync("/health/live")).EnsureSuccessStatusCode();

        Assert.Equal(VanishedClients.Patience, TimeSpan.FromMilliseconds(await patience.Task.WaitAsync(Studio.Patience)));
        Assert.True(VanishedClients.Patience > 2 * StoryLog.KeepAlive);
    }

    private sealed class Look(TaskCompletionSource<int> patience) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                Span<byte> milliseconds = stackalloc byte[sizeof(int)];
                context.Features.Get<IConnectionSocketFeature>()!.Socket.GetRawSocketOption(VanishedClients.Protocol, VanishedClients.UserTimeout, milliseconds);
                patience.TrySetResult(BitConverter.ToInt32(milliseconds));
                return rest(context);
            });
            next(app);
        };
    }
}
