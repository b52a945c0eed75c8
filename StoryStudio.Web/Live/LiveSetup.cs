using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StoryStudio.Core.Live;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Live;

internal static class LiveSetup
{
    /// <summary>The change stream, the hub that it is relayed to, and the feed that the components read.</summary>
    public static IServiceCollection AddStoryLive(this IServiceCollection services)
    {
        services.AddSingleton<StoryChanges>();
        services.AddSignalR().AddJsonProtocol(options => StoryStudioJson.Configure(options.PayloadSerializerOptions));
        services.AddHostedService<StoryRelay>();
        services.AddSingleton<IConnectionFactory, InProcessHubLine>();
        services.TryAddSingleton<Audience>();
        services.TryAddSingleton<Presence>();
        services.AddSingleton<StoryFeed>();
        services.AddSingleton<QueueWatch>();
        services.AddSingleton<IStoryFeed>(provider => provider.GetRequiredService<StoryFeed>());
        services.AddHostedService(provider => provider.GetRequiredService<StoryFeed>());
        services.AddHostedService<LiveGauges>();
        services.AddSingleton<ActivityBoard>();
        services.Configure<SocketTransportOptions>(VanishedClients.GiveUp);
        return services;
    }

    public static void MapStoryLive(this IEndpointRouteBuilder routes) => routes.MapHub<StoryHub>(StoryHub.Path).AdmitsGuests(StoryOf.Asked);
}
