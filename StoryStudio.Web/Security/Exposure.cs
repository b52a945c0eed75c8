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
internal sealed class Exposure(IServer server, IOptions<StoryStudioOptions> options)
{
    private static readonly string[] ProxyHeaders =
    [
        "Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "CF-Connecting-IP", "CF-Ray", "True-Client-IP", "Fly-Client-IP", "Fastly-Client-IP",
        "X-Azure-ClientIP", "X-Envoy-External-Address", "X-ProxyUser-Ip", "CDN-Loop", "Tailscale-User-Login", "X-Amzn-Trace-Id",
    ];

    /// <summary>Whether everybody is asked, whoever they are.</summary>
    public bool AsksEverybody => options.Value.Access.SignIn == "always" || Addresses.Any(a => !IsLoopback(a));

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
        && !CameThroughProxy(context.Request);

    private static bool CameThroughProxy(HttpRequest request) =>
        // What some proxies speak unless they are told otherwise, without a word of whom they ask for; no browser does.
        HttpProtocol.IsHttp10(request.Protocol)
        || Array.Exists(ProxyHeaders, request.Headers.ContainsKey)
        || request.Headers.Keys.Any(k => k.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase) || k.StartsWith("X-Original", StringComparison.OrdinalIgnoreCase));

    /// <summary>An address to listen on, as <c>http://localhost:5000</c>. A socket or a pipe is for a proxy.</summary>
    private static bool IsLoopback(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && IsLoopbackName(uri.Host);

    internal static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
