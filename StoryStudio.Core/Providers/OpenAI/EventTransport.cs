using System.ClientModel.Primitives;

namespace StoryStudio.Core.Providers.OpenAI;

/// <summary>
/// Asks for a stream of events behind the package's back. Where its pipeline sees such a wish in the headers, it takes the stream in hand itself:
/// it keeps every event in memory until it is whole, however large, leaves out the last one where the empty line after it is missing, and where the
/// line breaks or leads elsewhere sends the request anew, past the keys, their pace and what it costs. <see cref="ImageEventReader"/> does none of that.
/// </summary>
internal sealed class EventTransport(HttpClient http) : HttpClientPipelineTransport(http)
{
    public const string MediaType = "text/event-stream";

    protected override void OnSendingRequest(PipelineMessage message, HttpRequestMessage httpRequest)
    {
        ArgumentNullException.ThrowIfNull(httpRequest);
        httpRequest.Headers.Accept.Clear();
        httpRequest.Headers.Accept.Add(new(MediaType));
        httpRequest.Headers.Accept.Add(new("application/json"));
    }
}
