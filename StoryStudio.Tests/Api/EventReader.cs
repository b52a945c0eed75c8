using System.Globalization;
using System.Net;
using System.Text.Json;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Api;

internal sealed record ServerEvent(string Name, string Id, JsonElement Data)
{
    public long Number => long.Parse(Id, CultureInfo.InvariantCulture);
}

/// <summary>Reads one event stream as an EventSource does.</summary>
internal sealed class EventReader : IDisposable
{
    // Only so that a stream that stays silent fails its test instead of hanging it.
    private readonly CancellationTokenSource _patience = new(Studio.Patience);
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage response, StreamReader lines)
    {
        _response = response;
        _lines = lines;
    }

    public HttpResponseMessage Response => _response;

    public static async Task<EventReader> OpenAsync(HttpClient client, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert(response.StatusCode is HttpStatusCode.OK, $"The stream answered {response.StatusCode}.");
        return new(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next line as it is, or null at the end.</summary>
    public async Task<string?> LineAsync() => await _lines.ReadLineAsync(_patience.Token);

    /// <summary>The next event, or null at the end; comments are passed over.</summary>
    public async Task<ServerEvent?> NextAsync()
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await LineAsync() is { } line)
        {
            if (line.Length == 0 && fields.Count > 0)
            {
                Assert(fields.Count == 3, "An event has a name, an id and one line of data.");
                return new(fields["event"], fields["id"], JsonDocument.Parse(fields["data"]).RootElement);
            }

            if (line.Length > 0 && line[0] != ':')
            {
                var colon = line.IndexOf(": ", StringComparison.Ordinal);
                Assert(fields.TryAdd(line[..colon], line[(colon + 2)..]), $"A second {line[..colon]}.");
            }
        }

        return null;
    }

    public async Task<IReadOnlyList<ServerEvent>> RestAsync()
    {
        var events = new List<ServerEvent>();
        while (await NextAsync() is { } next)
        {
            events.Add(next);
        }

        return events;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
        _patience.Dispose();
    }

    private static void Assert(bool condition, string message) => Xunit.Assert.True(condition, message);
}
