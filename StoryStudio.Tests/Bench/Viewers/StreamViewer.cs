using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StoryStudio.Tests.Bench.Viewers;

/// <summary>A reviewer's event stream, read off the socket with next to no work of its own: chunks, lines, and the ids of what is whole.</summary>
internal sealed class StreamViewer(Socket socket, Action<long, long> arrived)
{
    private readonly byte[] _buffer = new byte[4096];
    private readonly byte[] _line = new byte[64];
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lineLength;
    private bool _head = true;
    private int _newLines;
    private int _chunkLeft;
    private int _chunkSize;
    private bool _inSize = true;
    private long? _id;

    public static async Task ConnectAsync(Uri address, Action<long, long> arrived)
    {
        var socket = await OpenAsync(address, receiveBuffer: null);
        var viewer = new StreamViewer(socket, arrived);
        _ = viewer.ReadAsync();
        await viewer._first.Task;
    }

    /// <summary>A connection with the request sent.</summary>
    public static async Task<Socket> OpenAsync(Uri address, int? receiveBuffer)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } bytes)
        {
            socket.ReceiveBufferSize = bytes;
        }

        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address.Host), address.Port));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nAccept: text/event-stream\r\n\r\n"));
        return socket;
    }

    private async Task ReadAsync()
    {
        while (await socket.ReceiveAsync(_buffer) is > 0 and var count)
        {
            Read(_buffer.AsSpan(0, count), Stopwatch.GetTimestamp());
        }

        _first.TrySetException(new InvalidOperationException("The stream ended."));
    }

    private void Read(ReadOnlySpan<byte> bytes, long now)
    {
        foreach (var b in bytes)
        {
            if (_head)
            {
                _newLines = b == '\n' ? _newLines + 1 : b == '\r' ? _newLines : 0;
                _head = _newLines < 2;
            }
            else if (_inSize)
            {
                if (b == '\n')
                {
                    // An empty line stands between one chunk and the size of the next.
                    _inSize = _chunkSize == 0;
                    (_chunkLeft, _chunkSize) = (_chunkSize, 0);
                }
                else if (b != '\r')
                {
                    _chunkSize = (16 * _chunkSize) + Convert.ToInt32(((char)b).ToString(), 16);
                }
            }
            else
            {
                Take(b, now);
                _inSize = --_chunkLeft == 0;
            }
        }
    }

    private void Take(byte b, long now)
    {
        if (b != '\n')
        {
            if (_lineLength < _line.Length)
            {
                _line[_lineLength++] = b;
            }

            return;
        }

        var line = _line.AsSpan(0, _lineLength);
        if (line.StartsWith("id: "u8) && Utf8Parser.TryParse(line[4..], out long id, out _))
        {
            _id = id;
        }
        else if (line.IsEmpty && _id is { } whole)
        {
            arrived(whole, now);
            _id = null;
            _first.TrySetResult();
        }

        _lineLength = 0;
    }
}

/// <summary>One that asks for the stream, and then never reads.</summary>
internal static class StalledViewer
{
    private static readonly ConcurrentBag<Socket> Held = [];

    public static async Task ConnectAsync(Uri address) => Held.Add(await StreamViewer.OpenAsync(address, receiveBuffer: 4096));
}

/// <summary>The limit: messages of one size over bare sockets, each beginning with its key.</summary>
internal static class PlainViewer
{
    public const int MessageSize = 700;

    public static async Task ConnectAsync(Uri address, Action<long, long> arrived)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address.Host), address.Port));
        _ = ReadAsync(socket, arrived);
    }

    private static async Task ReadAsync(Socket socket, Action<long, long> arrived)
    {
        var message = new byte[MessageSize];
        var filled = 0;
        while (await socket.ReceiveAsync(message.AsMemory(filled)) is > 0 and var count)
        {
            filled += count;
            if (filled == message.Length)
            {
                arrived(BitConverter.ToInt64(message), Stopwatch.GetTimestamp());
                filled = 0;
            }
        }
    }
}
