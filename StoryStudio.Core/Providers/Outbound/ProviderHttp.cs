using System.Net;

namespace StoryStudio.Core.Providers.Outbound;

/// <summary>The way to a provider that the settings name. Not for addresses that somebody else names: see <see cref="OutboundHandler"/>.</summary>
internal static class ProviderHttp
{
    /// <param name="endpoint">The server, or null for the provider's own.</param>
    /// <param name="log">Where requests are written down, if anywhere.</param>
    public static HttpClient CreateClient(Uri? endpoint, OutboundLog? log)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,

            // A server on this machine is not reached through the proxy that leads out of it.
            UseProxy = endpoint is not { IsLoopback: true },
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        return new HttpClient(log?.Around(handler) ?? handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Null where the settings leave it to the provider's own.</summary>
    public static Uri? Endpoint(string? setting) => string.IsNullOrWhiteSpace(setting) ? null : new Uri(setting, UriKind.Absolute);

    /// <summary>Whether there was no connection, so that nothing was sent and nobody can have charged for it.</summary>
    public static bool IsNeverSent(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a header can carry it.</summary>
    public static bool IsKey(string key) => key.All(c => char.IsAscii(c) && !char.IsControl(c));
}
