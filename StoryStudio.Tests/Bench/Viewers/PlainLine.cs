using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace StoryStudio.Tests.Bench.Viewers;

/// <summary>The limit that the figures stand beside: as many bytes to as many bare sockets at the same pace, by nothing but a loop.</summary>
internal sealed class PlainLine : IDisposable
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<Socket> _sockets = [];

    public PlainLine()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1024);
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndPoint}");

    /// <summary>Sends one message to everybody.</summary>
    public void Send(long key)
    {
        var message = new byte[PlainViewer.MessageSize];
        BitConverter.TryWriteBytes(message, key);
        foreach (var socket in _sockets)
        {
            _ = socket.SendAsync(message);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync();
                socket.NoDelay = true;
                _sockets.Add(socket);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The line was taken down.
        }
    }
}
