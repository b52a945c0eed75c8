using System.Net.WebSockets;
using System.Text;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Access;

/// <summary>A web socket to the hub or to the circuits, as a visitor's browser opens it, without a library that would come back by itself.</summary>
internal sealed class RawLine : IDisposable
{
    private const char End = '\u001e';

    private readonly ClientWebSocket _socket = new();
    private string _waiting = "";

    private RawLine()
    {
    }

    /// <param name="address">The server's.</param>
    /// <param name="visitor">Whose cookies are sent.</param>
    /// <param name="others">Cookies that are sent before those.</param>
    public static Task<RawLine> OpenHubAsync(Uri address, Visitor visitor, params IEnumerable<string> others) => OpenAsync(address, visitor, "/hubs/story", "json", others);

    /// <summary>A line that a circuit would be held over; there is none on it yet.</summary>
    public static Task<RawLine> OpenCircuitAsync(Uri address, Visitor visitor) => OpenAsync(address, visitor, "/_blazor", "blazorpack", []);

    public async Task<string> InvokeAsync(string id, string method, string argument)
    {
        await SendAsync($$"""{"type":1,"invocationId":"{{id}}","target":"{{method}}","arguments":["{{argument}}"]}""");
        return await ReceiveAsync(m => m.Contains($"\"invocationId\":\"{id}\"", StringComparison.Ordinal));
    }

    /// <summary>The next message like that; those before it are passed over.</summary>
    public async Task<string> ReceiveAsync(Predicate<string> wanted)
    {
        using var patience = new CancellationTokenSource(Studio.Patience);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            while (_waiting.IndexOf(End, StringComparison.Ordinal) is >= 0 and var end)
            {
                var message = _waiting[..end];
                _waiting = _waiting[(end + 1)..];
                if (wanted(message))
                {
                    return message;
                }
            }

            var received = await _socket.ReceiveAsync(buffer, patience.Token);
            if (received.MessageType is WebSocketMessageType.Close)
            {
                throw new InvalidOperationException("The line was closed.");
            }

            _waiting += Encoding.UTF8.GetString(buffer, 0, received.Count);
        }
    }

    public async Task EndsAsync()
    {
        try
        {
            await ReceiveAsync(_ => false);
            Assert.Fail("The line goes on.");
        }
        catch (Exception end) when (end is WebSocketException or InvalidOperationException)
        {
            // Cut.
        }
    }

    public void Dispose() => _socket.Dispose();

    private static async Task<RawLine> OpenAsync(Uri address, Visitor visitor, string path, string protocol, IEnumerable<string> others)
    {
        var line = new RawLine();
        line._socket.Options.SetRequestHeader("X-Forwarded-For", "203.0.113.7");
        line._socket.Options.SetRequestHeader("Cookie", string.Join("; ", others.Concat(visitor.Cookies.Select(c => $"{c.Name}={c.Value}"))));
        await line._socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = path }.Uri, CancellationToken.None);
        await line.SendAsync($$"""{"protocol":"{{protocol}}","version":1}""");
        await line.ReceiveAsync(_ => true);
        return line;
    }

    private Task SendAsync(string message) => _socket.SendAsync(Encoding.UTF8.GetBytes(message + End), WebSocketMessageType.Text, true, CancellationToken.None);
}
