using System.Net;
using System.Net.Sockets;

namespace StoryStudio.Core.Providers.Outbound;

/// <summary>The name led to an address that calls from here may not go to.</summary>
public sealed class OutboundRefusedException(string host) : IOException($"{host} is not on the public internet.")
{
    public string Host { get; } = host;
}

/// <summary>
/// For addresses that somebody outside named. Resolves the name itself, refuses it if any of its addresses is an inner one, and connects to
/// just those addresses, so that a name cannot mean one thing when it is checked and another when it is used. Follows no redirect, keeps no
/// cookies, uses no proxy.
/// </summary>
public static class OutboundHandler
{
    /// <param name="trustedHost">A host that the settings name, so that its operator meant it, wherever it is.</param>
    public static SocketsHttpHandler Create(string? trustedHost = null) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, trustedHost, cancellationToken),
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, string? trustedHost, CancellationToken cancellationToken)
    {
        // The resolver takes 0.0.0.0 for a mistake rather than an address.
        IPAddress[] addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var isTrusted = trustedHost is not null && string.Equals(Bare(target.Host), Bare(trustedHost), StringComparison.OrdinalIgnoreCase);
        if (!isTrusted && !addresses.All(OutboundAddresses.IsPublic))
        {
            throw new OutboundRefusedException(target.Host);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Bare(string host) => host.Trim('[', ']');
}
