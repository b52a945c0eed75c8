using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core;
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
        services.AddScoped<CurrentAuthor>();
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
    public static IApplicationBuilder UseStoryStudioSecurity(this IApplicationBuilder app) => app.UseMiddleware<CrossOriginGuard>();
}
