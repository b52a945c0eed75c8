using System.Net;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Web.Api;

namespace StoryStudio.Web.Security;

/// <summary>What keeps others out: host names, origins, headers, limits.</summary>
public static class SecuritySetup
{
    private const int MaxConnections = 10_000;

    public static IServiceCollection AddStoryStudioSecurity(this IServiceCollection services)
    {
        // First, so that even the framework's own refusals carry the headers: filters wrap each other in the order of registration.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, SecurityHeaders>());
        services.AddSingleton<IStoryAccess, StoryAccess>();
        services.AddSingleton<GuestCookies>();
        services.AddSingleton<Exposure>();
        services.TryAddSingleton<IAuthors, NoAuthors>();
        services.TryAddSingleton<Doors>();
        services.AddRateLimiter(Guesses.Limit);
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<StoryStudioOptions>>((forwarded, ours) => Believe(forwarded, ours.Value.Access.TrustedProxies));
        // Its entries, and the scope that it puts around all others, have the address in them, and that of a share link is its secret.
        services.AddLogging(logging => logging
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore.Routing.Matching.DfaMatcher", LogLevel.Information)
            .AddFilter("Microsoft.AspNetCore.Components.Routing.Router", LogLevel.Information));
        services.Configure<HostFilteringOptions>(hosts => hosts.IncludeFailureMessage = false);
        services.Configure<KestrelServerOptions>(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = JsonBody.UsualLimit;
            server.Limits.MaxConcurrentConnections = MaxConnections;
            server.Limits.MaxConcurrentUpgradedConnections = MaxConnections;
            server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        return services;
    }

    /// <summary>Refuses changes and web sockets that another origin asks for. Comes before everything that answers.</summary>
    public static IApplicationBuilder UseStoryStudioSecurity(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<IOptions<StoryStudioOptions>>().Value.Access.TrustedProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }

        return app.UseMiddleware<CrossOriginGuard>();
    }

    /// <summary>Lets in whom an endpoint admits. Comes right before the endpoints.</summary>
    public static IApplicationBuilder UseStoryStudioAccess(this IApplicationBuilder app) => app.UseMiddleware<AccessGate>().UseRateLimiter();

    private static void Believe(ForwardedHeadersOptions forwarded, List<string> proxies)
    {
        // Not the host: what the browser asked for is what the proxy passes on as Host, where AllowedHosts looks at it.
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        }
    }
}
