using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace StoryStudio.Tests.Bench.Viewers;

/// <summary>An author's page without a browser: asks for it, starts its circuit, and acknowledges every batch that is rendered.</summary>
internal sealed partial class CircuitViewer(ClientWebSocket socket, Action<long, long> arrived)
{
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);

    // Long enough that a page is still once this much time went by without a batch.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);

    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _rendered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastBatch;
    private int _objects;

    public static async Task ConnectAsync(Uri address, Action<long, long> arrived)
    {
        using var http = new HttpClient { BaseAddress = new(address, "/") };
        var page = await http.GetStringAsync(address);
        using var negotiated = await http.PostAsync("_blazor/negotiate?negotiateVersion=1", null);
        var token = JsonNode.Parse(await negotiated.Content.ReadAsStringAsync())!["connectionToken"]!.GetValue<string>();

        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/_blazor", Query = $"id={token}" }.Uri, CancellationToken.None);
        var viewer = new CircuitViewer(socket, arrived);
        viewer.Send(Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"));
        _ = viewer.ReadAsync();
        _ = viewer.WriteAsync();
        viewer.Send(BlazorPack.Call("0", "StartCircuit", new Uri(address, "/").ToString(), address.ToString(), "[]", ""));
        await viewer._started.Task;
        viewer.Send(BlazorPack.Call(null, "UpdateRootComponents", Components(page), State().Match(page).Groups["state"].Value));
        await viewer._rendered.Task;
        while (Stopwatch.GetElapsedTime(Interlocked.Read(ref viewer._lastBatch)) < Quiet)
        {
            await Task.Delay(Quiet / 4);
        }

        _ = viewer.PingAsync();
    }

    /// <summary>The components that the page was rendered with, as its script would ask for them.</summary>
    private static string Components(string page)
    {
        var operations = new JsonArray();
        foreach (Match match in Marker().Matches(page))
        {
            var marker = JsonNode.Parse(match.Groups["marker"].Value)!;
            if (marker["type"]?.GetValue<string>() == "server")
            {
                operations.Add((JsonNode)new JsonObject { ["type"] = "add", ["ssrComponentId"] = operations.Count + 1, ["marker"] = marker });
            }
        }

        return new JsonObject { ["batchId"] = 1, ["operations"] = operations }.ToJsonString();
    }

    private async Task ReadAsync()
    {
        try
        {
            var buffer = new byte[64 * 1024];
            var filled = 0;
            var shaken = false;
            while (true)
            {
                if (filled == buffer.Length)
                {
                    Array.Resize(ref buffer, 2 * buffer.Length);
                }

                var received = await socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None);
                var now = Stopwatch.GetTimestamp();
                filled += received.Count;
                ReadOnlyMemory<byte> bytes = buffer.AsMemory(0, filled);
                if (!shaken)
                {
                    bytes = bytes[(bytes.Span.IndexOf((byte)0x1e) + 1)..];
                    shaken = true;
                }

                while (BlazorPack.Take(ref bytes) is { } frame)
                {
                    Handle(frame, now);
                }

                bytes.CopyTo(buffer);
                filled = bytes.Length;
                if (received.MessageType is WebSocketMessageType.Close)
                {
                    throw new InvalidOperationException("The circuit was closed.");
                }
            }
        }
        catch (Exception failure)
        {
            _started.TrySetException(failure);
            _rendered.TrySetException(failure);
        }
    }

    private void Handle(ReadOnlyMemory<byte> frame, long now)
    {
        var message = (List<object?>)BlazorPack.Read(ref frame)!;
        switch (message[0])
        {
            case 3L:
                _started.TrySetResult();
                break;
            case 7L:
                throw new InvalidOperationException($"The server closed the circuit: {message[1]}");
            case 1L when message[3] is "JS.RenderBatch":
                var arguments = (List<object?>)message[4]!;
                foreach (var address in Addresses((ReadOnlyMemory<byte>)arguments[1]!))
                {
                    arrived(address, now);
                }

                Interlocked.Exchange(ref _lastBatch, now);
                Send(BlazorPack.Call(null, "OnRenderCompleted", arguments[0], null));
                _rendered.TrySetResult();
                break;
            case 1L when message[3] is "JS.BeginInvokeJS":
                Answer((List<object?>)message[4]!);
                break;
            case 1L when message[3] is "JS.Error":
                throw new InvalidOperationException($"The page failed: {((List<object?>)message[4]!)[0]}");
        }
    }

    /// <summary>Scripts do nothing here, and say so: an object where one is expected, otherwise nothing.</summary>
    private void Answer(List<object?> call)
    {
        var result = call[3] is 1L ? $"{{\"__jsObjectId\":{Interlocked.Increment(ref _objects)}}}" : "null";
        var task = ((long)call[0]!).ToString(CultureInfo.InvariantCulture);
        Send(BlazorPack.Call(null, "EndInvokeJSFromDotNet", call[0], true, $"[{task},true,{result}]"));
    }

    private async Task PingAsync()
    {
        using var timer = new PeriodicTimer(PingEvery);
        while (await timer.WaitForNextTickAsync())
        {
            Send(BlazorPack.Ping());
        }
    }

    private void Send(byte[] bytes) => _outgoing.Writer.TryWrite(bytes);

    private async Task WriteAsync()
    {
        await foreach (var bytes in _outgoing.Reader.ReadAllAsync())
        {
            await socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        }
    }

    /// <summary>Pictures' addresses among the batch's words, which end with a quote in markup and where their length says it elsewhere.</summary>
    private static List<long> Addresses(ReadOnlyMemory<byte> batch)
    {
        var found = new List<long>();
        var bytes = batch.Span;
        while (bytes.IndexOf("/media/"u8) is > 0 and var at)
        {
            var quote = bytes[at - 1] is (byte)'"';
            var length = quote ? bytes[at..].IndexOf((byte)'"') : Math.Min(bytes[at - 1], bytes.Length - at);
            found.Add(Arrival.KeyOf(bytes.Slice(at, length)));
            bytes = bytes[(at + length)..];
        }

        return found;
    }

    [GeneratedRegex("<!--Blazor:(?<marker>\\{.*?\\})-->", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Marker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(?<state>[^>]*?)-->", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 5000)]
    private static partial Regex State();
}
