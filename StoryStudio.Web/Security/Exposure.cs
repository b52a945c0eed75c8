using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using StoryStudio.Core;

namespace StoryStudio.Web.Security;

/// <summary>
/// Whether others than those at the machine itself can come in. Nobody is asked to sign in while the server listens on loopback only, and
/// the request came straight from this machine: what came through a proxy came from anywhere.
/// </summary>
internal sealed partial class Exposure(IServer server, IOptions<StoryStudioOptions> options, ILogger<Exposure> logger)
{
    private static readonly string[] ProxyHeaders =
    [
        "Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "CF-Connecting-IP", "CF-Ray", "True-Client-IP", "Fly-Client-IP", "Fastly-Client-IP",
        "X-Azure-ClientIP", "X-Envoy-External-Address", "X-ProxyUser-Ip", "CDN-Loop", "Tailscale-User-Login", "X-Amzn-Trace-Id",
    ];

    private int _hasSilentProxy;

    /// <summary>Whether everybody is asked, whoever they are.</summary>
    public bool AsksEverybody => options.Value.Access.SignIn == "always" || Volatile.Read(ref _hasSilentProxy) != 0 || Addresses.Any(a => !IsLoopback(a));

    /// <summary>Whether somebody may come whom it asks.</summary>
    public bool ExpectsOthers => AsksEverybody || options.Value.Access.TrustedProxies.Count > 0;

    /// <summary>Where the server listens; in memory, nowhere.</summary>
    public IEnumerable<string> Addresses => server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];

    /// <summary>Whether the request is from whoever sits at the machine, and nobody else can come in.</summary>
    public bool IsLocal(HttpContext context) =>
        !AsksEverybody
        // In memory nobody has an address.
        && (context.Connection.RemoteIpAddress is not { } from || IPAddress.IsLoopback(from))
        && IsLoopbackName(context.Request.Host.Host)
        && !CameThroughProxy(context.Request)
        && !CameThroughSilentProxy(context.Request);

    private static bool CameThroughProxy(HttpRequest request) =>
        // What some proxies speak unless they are told otherwise, without a word of whom they ask for; no browser does.
        HttpProtocol.IsHttp10(request.Protocol)
        || Array.Exists(ProxyHeaders, request.Headers.ContainsKey)
        || request.Headers.Keys.Any(k => k.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase) || k.StartsWith("X-Original", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// A proxy that puts its own idea of a host in place of the browser's, and adds nothing, is told by what the browser says of where it is.
    /// Whoever comes straight through it as a program says nothing of the kind, so from the first on that a browser vouches for everybody is asked. What
    /// only names another page may be a program's own idea: it is asked alone.
    /// </summary>
    private bool CameThroughSilentProxy(HttpRequest request)
    {
        if (!SpeaksOfAnotherName(request))
        {
            return false;
        }

        if (request.Headers.ContainsKey("Sec-Fetch-Site") && Interlocked.Exchange(ref _hasSilentProxy, 1) == 0)
        {
            LogSilentProxy();
        }

        return true;
    }

    /// <summary>
    /// Whether it is from a page of this very site at another name than the one that was asked for. Another site's page in a browser at the machine
    /// itself has the browser say that it is another's. A browser that says nothing of it is at an address without TLS, or an old one: then a
    /// request that names an origin is another's too, for of its own pages a browser names none where it only reads.
    /// </summary>
    private static bool SpeaksOfAnotherName(HttpRequest request)
    {
        var (origin, referrer) = (request.Headers.Origin.ToString(), request.Headers.Referer.ToString());
        return request.Headers["Sec-Fetch-Site"].ToString() switch
        {
            "same-origin" or "same-site" => IsElsewhere(origin) || IsElsewhere(referrer),
            "" => origin.Length == 0 && IsElsewhere(referrer),
            _ => false,
        };
    }

    private static bool IsElsewhere(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var from) && from.Scheme is "http" or "https" && !IsLoopbackName(from.Host);

    /// <summary>An address to listen on, as <c>http://localhost:5000</c>. A socket or a pipe is for a proxy.</summary>
    private static bool IsLoopback(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && IsLoopbackName(uri.Host);

    internal static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request came through a proxy that adds no header, and so looks like one from the machine itself. Until the next start everybody is asked to sign in; set StoryStudio:Access:SignIn to always, or have the proxy pass Host on and set X-Forwarded-For.")]
    private partial void LogSilentProxy();
}
