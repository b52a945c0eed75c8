using System.Net.WebSockets;
using System.Text;

namespace StoryStudio.Tests.Bench;

/// <summary>A viewer on the hub over a plain web socket: the handshake, one <c>Watch</c>, and then it reads.</summary>
internal static class HubViewer
{
    private const char EndOfRecord = '\u001e';

    /// <summary>Returns how many messages came, once it is told to leave.</summary>
    public static async Task<int> WatchAsync(Uri address, string storyId, CancellationToken leaving)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/hubs/story" }.Uri, CancellationToken.None);
        await SendAsync(socket, """{"protocol":"json","version":1}""");
        await SendAsync(socket, $$"""{"type":1,"invocationId":"1","target":"Watch","arguments":["{{storyId}}"]}""");
        var buffer = new byte[64 * 1024];
        var messages = 0;
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), leaving);
                messages += buffer.AsSpan(0, received.Count).Count((byte)EndOfRecord);
            }
        }
        catch (Exception) when (leaving.IsCancellationRequested)
        {
            return messages;
        }
    }

    private static async Task SendAsync(ClientWebSocket socket, string record) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(record + EndOfRecord), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
}
