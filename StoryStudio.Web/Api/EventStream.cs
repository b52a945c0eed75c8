using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace StoryStudio.Web.Api;

/// <summary>One client's Server-Sent Events, written straight into the response.</summary>
internal sealed class EventStream
{
    /// <summary>Bytes that may wait for one client in this process; beyond that they wait where they are shared.</summary>
    private const int MostWaiting = 16 * 1024;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly PipeWriter _pipe;
    private int _waiting;
    private bool _midway;
    private long _last;

    private EventStream(PipeWriter pipe) => _pipe = pipe;

    /// <summary>Sends the headers, so that the client knows at once that it is connected.</summary>
    public static async Task<EventStream> OpenAsync(HttpContext context, CancellationToken cancelled)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var headers = context.Response.Headers;
        headers.ContentType = "text/event-stream";
        headers.CacheControl = "no-cache";
        headers["X-Accel-Buffering"] = "no";
        await context.Response.StartAsync(cancelled);
        return new(context.Response.BodyWriter);
    }

    /// <summary>Puts one event into the buffer, and sends on the way whatever is more than that may hold.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="id">Its id.</param>
    /// <param name="json">Its data, in UTF-8 on one line.</param>
    /// <param name="cancelled">Ends the wait for a slow client.</param>
    /// <returns>Whether the client is still there.</returns>
    public async ValueTask<bool> WriteAsync(string name, long id, ReadOnlyMemory<byte> json, CancellationToken cancelled)
    {
        _midway = true;
        Put("event: "u8);
        Encoding.UTF8.GetBytes(name, _pipe);
        Put("\nid: "u8);
        Encoding.UTF8.GetBytes(id.ToString(CultureInfo.InvariantCulture), _pipe);
        Put("\ndata: "u8);
        while (!json.IsEmpty)
        {
            var part = json[..Math.Min(json.Length, MostWaiting)];
            Put(part.Span);
            json = json[part.Length..];
            if (_waiting >= MostWaiting && !await SendAsync(cancelled))
            {
                return false;
            }
        }

        Put("\n\n"u8);
        (_midway, _last) = (false, id);
        return true;
    }

    /// <summary>A line that says nothing, for the proxies in between.</summary>
    public void WriteKeepAlive() => Put(": keep-alive\n\n"u8);

    /// <summary>The same as an event, for who asked for it.</summary>
    /// <param name="id">What the client has got to.</param>
    public void WriteAlive(long id)
    {
        Put("event: alive\nid: "u8);
        Encoding.UTF8.GetBytes(id.ToString(CultureInfo.InvariantCulture), _pipe);
        Put("\ndata: {}\n\n"u8);
        _last = id;
    }

    /// <summary>Sends what was written; waits while the client is slow, during which changes of one thing fold into the newest.</summary>
    /// <returns>Whether the client is still there.</returns>
    public async ValueTask<bool> SendAsync(CancellationToken cancelled)
    {
        _waiting = 0;
        var result = await _pipe.FlushAsync(cancelled);
        return !result.IsCompleted && !result.IsCanceled;
    }

    /// <summary>Says that there will be no more because the viewer is let in no longer; one that does not take it is cut off.</summary>
    public async Task CloseAsync(HttpContext context, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(Farewell, time);
        try
        {
            if (!_midway)
            {
                // With the id that it has got to: coming back would begin there.
                Put("event: closed\nid: "u8);
                Encoding.UTF8.GetBytes(_last.ToString(CultureInfo.InvariantCulture), _pipe);
                Put("\ndata: {}\n\n"u8);
                await SendAsync(patience.Token);
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // As good as gone.
        }

        context.Abort();
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _pipe.Write(bytes);
        _waiting += bytes.Length;
    }
}
