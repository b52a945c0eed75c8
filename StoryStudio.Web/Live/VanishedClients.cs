using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace StoryStudio.Web.Live;

/// <summary>
/// Ends the lines of clients that went without a word, such as a phone in a tunnel: the system itself tries for a quarter of an hour, and
/// so long they would count among those who look on. Whoever is back opens a new line and misses nothing.
/// </summary>
internal static class VanishedClients
{
    /// <summary>How long what was sent may stay unanswered. Every line is sent something at least every <see cref="StoryLog.KeepAlive"/>.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // tcp(7): TCP_USER_TIMEOUT, in milliseconds. A connection has it from the socket that it came in by.
    public const int Protocol = 6;
    public const int UserTimeout = 18;

    public static void GiveUp(SocketTransportOptions transport)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        transport.CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            if (endpoint is IPEndPoint)
            {
                socket.SetRawSocketOption(Protocol, UserTimeout, BitConverter.GetBytes((int)Patience.TotalMilliseconds));
            }

            return socket;
        };
    }
}
