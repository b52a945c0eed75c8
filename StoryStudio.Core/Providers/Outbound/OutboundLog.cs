using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Providers.Failures;

namespace StoryStudio.Core.Providers.Outbound;

/// <summary>
/// Writes every request to a provider into the log where <c>StoryStudio:Debug</c> is set: method, address, status, times and the bodies,
/// without keys and without pictures. Bodies stream through it; of each, no more is kept than what is logged.
/// </summary>
public sealed partial class OutboundLog(IOptions<StoryStudioOptions> options, TimeProvider time, ILogger<OutboundLog> logger)
{
    private static readonly string[] SecretHeaders = ["Authorization", "x-goog-api-key", "api-key", "x-api-key", "Proxy-Authorization"];

    // Known not to be secret, and worth seeing.
    private static readonly string[] PlainQuery = ["api-version", "alt"];

    /// <summary>The handler itself while debugging is off: nothing stands in its way.</summary>
    public HttpMessageHandler Around(HttpMessageHandler handler) => options.Value.Debug ? new Logging(handler, time, logger) : handler;

    private static BodyExcerpt ExcerptOf(HttpContent? content)
    {
        var type = content?.Headers.ContentType;
        var boundary = type?.MediaType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) is true
            ? type.Parameters.FirstOrDefault(p => p.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase))?.Value
            : null;
        return new(type?.MediaType, boundary);
    }

    /// <summary>The address with nothing in its query but names.</summary>
    private static (string Address, List<string> Secrets) AddressOf(Uri address)
    {
        var secrets = new List<string>();
        var query = address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
        {
            var name = pair.Split('=')[0];
            if (pair.Length == name.Length || PlainQuery.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return pair;
            }

            secrets.Add(Uri.UnescapeDataString(pair[(name.Length + 1)..]));
            return $"{name}=…";
        }).ToList();
        return ($"{address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}{(query.Count == 0 ? "" : $"?{string.Join('&', query)}")}", secrets);
    }

    private sealed partial class Logging(HttpMessageHandler inner, TimeProvider time, ILogger logger) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var (address, secrets) = AddressOf(request.RequestUri!);
            var keys = KeysOf(request);
            secrets.AddRange(keys);
            var key = keys.Count == 0 ? "no key" : $"key {Secrets.Tail(keys[0])}";
            var method = request.Method.Method;
            address = Hide(address);
            var sent = ExcerptOf(request.Content);
            if (request.Content is { } body)
            {
                request.Content = new WatchedContent(body, sent);
            }

            var begin = time.GetTimestamp();
            HttpResponseMessage response;
            try
            {
                response = await base.SendAsync(request, cancellationToken);
            }
            catch (Exception failure)
            {
                var (why, what, passed) = (Hide($"{failure.GetType().Name}: {failure.GetBaseException().Message}"), sent.ToText(Hide), Since(begin));
                LogNoAnswer(method, address, key, passed, why, what);
                throw;
            }

            var headers = Since(begin);
            var received = ExcerptOf(response.Content);
            var status = (int)response.StatusCode;
            response.Content = new WatchedContent(response.Content, received, () =>
            {
                var (what, answer, passed) = (sent.ToText(Hide), received.ToText(Hide), Since(begin));
                LogAnswer(method, address, key, status, headers, passed, what, answer);
            });
            return response;

            string Hide(string text) => Secrets.Hide(text, secrets);
        }

        private static List<string> KeysOf(HttpRequestMessage request) =>
        [
            .. SecretHeaders.SelectMany(name => request.Headers.TryGetValues(name, out var values) ? values : [])
                .Select(value => value[(value.IndexOf(' ', StringComparison.Ordinal) + 1)..]),
        ];

        private string Since(long begin) => time.GetElapsedTime(begin).TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Address} with {Key}: {Status} after {HeaderMilliseconds} ms, all of it after {Milliseconds} ms. Sent: {Sent} Received: {Received}")]
        private partial void LogAnswer(string method, string address, string key, int status, string headerMilliseconds, string milliseconds, string sent, string received);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Address} with {Key}: no answer after {Milliseconds} ms: {Failure} Sent: {Sent}")]
        private partial void LogNoAnswer(string method, string address, string key, string milliseconds, string failure, string sent);
    }
}
