using Microsoft.Extensions.Options;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Providers.Outbound;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Providers.Prices;
using StoryStudio.Core.Providers.Wire;

namespace StoryStudio.Core.Providers.Gemini;

/// <summary>Google's Gemini over plain REST. The key travels in a header, never in the address.</summary>
public sealed class GeminiProvider : IImageProvider, IDisposable
{
    public const string ProviderName = "gemini";

    private const string Settings = "StoryStudio:Providers:Gemini";
    private const int MostReferences = 14;
    private const int PercentOfSent = 5;

    private static readonly Uri Own = new("https://generativelanguage.googleapis.com");

    private readonly GeminiOptions _options;
    private readonly PriceList _prices;
    private readonly TimeProvider _time;
    private readonly Uri? _endpoint;
    private readonly Uri _address;
    private readonly HttpClient _http;

    public GeminiProvider(IOptions<StoryStudioOptions> options, PriceList prices, TimeProvider time, OutboundLog log)
        : this(options.Value.Providers.Gemini, prices, time, log)
    {
    }

    internal GeminiProvider(GeminiOptions options, PriceList prices, TimeProvider time, OutboundLog? log = null)
    {
        (_options, _prices, _time) = (options, prices, time);
        _endpoint = ProviderHttp.Endpoint(options.Endpoint);
        _address = new Uri($"{(_endpoint ?? Own).GetLeftPart(UriPartial.Path).TrimEnd('/')}/v1beta/models/{Uri.EscapeDataString(options.Model)}:generateContent");
        _http = ProviderHttp.CreateClient(_endpoint, log);
        Capabilities = new()
        {
            MaxReferences = MostReferences,
            NeedsKey = _endpoint is null || options.OwnKeys.Count > 0,
            Model = options.Model,
            Size = Chosen(options.ImageSize),
            AspectRatio = Chosen(options.AspectRatio),
            Sizes = GeminiOptions.Sizes,
            Formats = ProviderCapabilities.Pixels,
            TypicalDuration = TimeSpan.FromSeconds(20),
        };
    }

    public string Name => ProviderName;

    public ProviderCapabilities Capabilities { get; }

    /// <summary>A model that is left to choose makes 1K.</summary>
    public decimal? EstimateUsd(int references) => _prices.Estimate(_options.Model, Chosen(_options.ImageSize) ?? "1K", quality: null, Math.Min(references, MostReferences));

    public async Task<ImageOutcome> GenerateAsync(ImageRequest request, Stream destination, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(progress);
        var call = new ProviderCall { Provider = Name, Model = _options.Model, ApiKey = request.ApiKey, ModelSetting = $"{Settings}:Model", EndpointSetting = $"{Settings}:Endpoint" };
        if (string.IsNullOrEmpty(request.ApiKey) ? _endpoint is null : !ProviderHttp.IsKey(request.ApiKey))
        {
            return FailureClassifier.Make(FailureKind.BadKey, call, string.IsNullOrEmpty(request.ApiKey) ? "no key is set" : "the key holds characters that no key has");
        }

        progress.Report(new ImageProgress(PercentOfSent));
        HttpResponseMessage response;
        try
        {
            response = await SendAsync(request, cancellationToken);
        }
        catch (ReferenceMissingException missing)
        {
            return FailureClassifier.Make(FailureKind.Transient, call, missing.Message) with { Message = ReferenceMissingException.Sentence, IsReferenceMissing = true };
        }
        catch (HttpRequestException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return FailureClassifier.Make(FailureKind.Transient, call, $"no answer: {exception.GetBaseException().Message}") with { IsUnresolved = !ProviderHttp.IsNeverSent(exception) };
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing but connecting has a time-out of its own here.
            return FailureClassifier.Make(FailureKind.Transient, call, $"no connection: {exception.GetBaseException().Message}");
        }

        using (response)
        {
            progress.Report(new ImageProgress(PercentOfSent) { RequestId = Secrets.RequestId(RequestId(response), call.ApiKey) });
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return response.IsSuccessStatusCode
                ? await TakePictureAsync(response, body, destination, call, progress, cancellationToken)
                : Classify(response, await ErrorBody.ReadAsync(body, cancellationToken), call);
        }
    }

    public void Dispose() => _http.Dispose();

    private static string? Chosen(string setting) => setting.Length > 0 ? setting : null;

    private async Task<HttpResponseMessage> SendAsync(ImageRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, _address) { Content = GeminiRequest.Open(request.Prompt, Capabilities.Sendable(request.References), _options) };
        message.Headers.TryAddWithoutValidation("Idempotency-Key", request.IdempotencyKey);
        if (!string.IsNullOrEmpty(request.ApiKey))
        {
            message.Headers.TryAddWithoutValidation("x-goog-api-key", request.ApiKey);
        }

        return await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private async Task<ImageOutcome> TakePictureAsync(
        HttpResponseMessage response, Stream body, Stream destination, ProviderCall call, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new ImageProgress(80));
        GeminiAnswer answer;
        try
        {
            answer = await GeminiAnswer.ReadAsync(body, destination, PictureInspector.MaxBytes, cancellationToken);
        }
        catch (BrokenAnswerException broken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return FailureClassifier.Make(FailureKind.Damaged, call, broken.Message, RequestId(response)) with { IsUnresolved = broken.BrokeOff };
        }

        var requestId = answer.ResponseId ?? RequestId(response);
        if (answer.PictureBytes == 0)
        {
            var none = answer.Error is { } error ? Classify(response, error, call)
                : answer.IsRefusal ? FailureClassifier.Make(FailureKind.Refused, call, $"refused, {answer.Reason}", requestId)
                : FailureClassifier.Make(FailureKind.NoPicture, call, $"HTTP {(int)response.StatusCode} without a picture, {answer.Reason ?? "and without a word why"}", requestId);
            return none with { CostUsd = _prices.Cost(_options.Model, answer.Usage) };
        }

        progress.Report(new ImageProgress(95));
        return new PictureMade
        {
            Model = _options.Model,
            RequestId = Secrets.RequestId(requestId, call.ApiKey),
            CostUsd = _prices.Cost(_options.Model, answer.Usage),
        };
    }

    private ImageFailure Classify(HttpResponseMessage response, ProviderError error, ProviderCall call)
    {
        var answer = new ProviderAnswer
        {
            Status = (int)response.StatusCode,
            Error = error,
            RequestId = RequestId(response),
            RetryAfter = RetryAfter.Read(Header(response, "retry-after-ms"), Header(response, "Retry-After"), error.RetryDelay, error.Message, _time.GetUtcNow()),
        };
        return FailureClassifier.Classify(answer, call);
    }

    private static string? RequestId(HttpResponseMessage response) => Header(response, "x-request-id") ?? Header(response, "x-goog-request-id");

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
