using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OpenAI;
using OpenAI.Images;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Providers.Outbound;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Providers.Prices;
using StoryStudio.Core.Providers.Wire;

namespace StoryStudio.Core.Providers.OpenAI;

/// <summary>
/// OpenAI, Azure OpenAI's <c>/openai/v1/</c> and any server that speaks the same, through the OpenAI package. The package's own retries are
/// off: they come too fast, would repeat calls that are billed, and know nothing of the other keys.
/// </summary>
public sealed class OpenAIProvider : IImageProvider, IDisposable
{
    public const string ProviderName = "openai";

    private const string Settings = "StoryStudio:Providers:OpenAI";
    private const int MostReferences = 16;
    private const int PercentOfSent = 5;

    /// <summary>The package takes no empty key, and a server without keys looks at none.</summary>
    private const string NoKey = "none";

    private static readonly Dictionary<string, string> FieldSettings = new(StringComparer.Ordinal)
    {
        ["model"] = $"{Settings}:Model",
        ["size"] = $"{Settings}:Size",
        ["quality"] = $"{Settings}:Quality",
        ["output_format"] = $"{Settings}:Format",
        ["response_format"] = $"{Settings}:SendResponseFormat",
        ["stream"] = $"{Settings}:Stream",
        ["partial_images"] = $"{Settings}:PartialImages",
        ["seed"] = $"{Settings}:SendSeed",
        ["image"] = $"{Settings}:EditsField, or set {Settings}:Edits to false",
    };

    private static readonly string[] Sizes = ["auto", "1024x1024", "1536x1024", "1024x1536"];

    private readonly OpenAIOptions _options;
    private readonly PriceList _prices;
    private readonly TimeProvider _time;
    private readonly Uri? _endpoint;
    private readonly HttpClient _http;
    private readonly PictureDownload _download;
    private readonly ConcurrentDictionary<string, ImageClient> _clients = new(StringComparer.Ordinal);

    public OpenAIProvider(IOptions<StoryStudioOptions> options, PriceList prices, TimeProvider time, OutboundLog log)
        : this(options.Value.Providers.OpenAI, prices, time, downloadPause: TimeSpan.FromMilliseconds(500), log)
    {
    }

    internal OpenAIProvider(OpenAIOptions options, PriceList prices, TimeProvider time, TimeSpan downloadPause, OutboundLog? log = null)
    {
        _options = options;
        _prices = prices;
        _time = time;
        _endpoint = ProviderHttp.Endpoint(options.Endpoint);
        _http = ProviderHttp.CreateClient(_endpoint, log);
        _download = new PictureDownload(_endpoint?.IdnHost, time, downloadPause, log);
        Capabilities = new()
        {
            MaxReferences = options.Edits ? MostReferences : 0,
            PartialPictures = options.Partials,
            TakesSeed = options.SendSeed,
            NeedsKey = _endpoint is null || options.OwnKeys.Count > 0,
            Model = options.Model,
            Size = string.IsNullOrWhiteSpace(options.Size) ? null : options.Size,
            Quality = options.Quality,
            Sizes = [.. (options.IsOwn ? Sizes : []).Append(options.Size).Where(size => !string.IsNullOrWhiteSpace(size)).Distinct(StringComparer.Ordinal)],
            Formats = options.IsOwn && PictureFormats.MediaType(options.Format) is { } format ? [format] : ProviderCapabilities.Pixels,
            TypicalDuration = TimeSpan.FromSeconds(30),
        };
    }

    public string Name => ProviderName;

    public ProviderCapabilities Capabilities { get; }

    public decimal? EstimateUsd(int references) =>
        _prices.Estimate(_options.Model, _options.Size, _options.Quality, Math.Min(references, Capabilities.MaxReferences), _options.Partials);

    public async Task<ImageOutcome> GenerateAsync(ImageRequest request, Stream destination, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(progress);
        var call = new ProviderCall
        {
            Provider = Name,
            Model = _options.Model,
            ApiKey = request.ApiKey,
            ModelSetting = $"{Settings}:Model",
            EndpointSetting = $"{Settings}:Endpoint",
            ReferencesSetting = !_options.IsOwn && Capabilities.Sendable(request.References).Count > 0 ? $"{Settings}:Edits" : null,
            FieldSettings = FieldSettings,
        };
        if (request.ApiKey is { } key && !ProviderHttp.IsKey(key))
        {
            return FailureClassifier.Make(FailureKind.BadKey, call, "the key holds characters that no key has");
        }

        progress.Report(new ImageProgress(PercentOfSent));
        PipelineResponse response;
        try
        {
            response = await SendAsync(request, cancellationToken);
        }
        catch (ReferenceMissingException missing)
        {
            return FailureClassifier.Make(FailureKind.Transient, call, missing.Message) with { Message = ReferenceMissingException.Sentence, IsReferenceMissing = true };
        }
        catch (ClientResultException exception)
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
            return response.Status is >= 200 and < 300
                ? await TakePictureAsync(response, destination, call, progress, cancellationToken)
                : await TakeErrorAsync(response, call, cancellationToken);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _download.Dispose();
    }

    private async Task<PipelineResponse> SendAsync(ImageRequest request, CancellationToken cancellationToken)
    {
        var client = _clients.GetOrAdd(string.IsNullOrEmpty(request.ApiKey) ? NoKey : request.ApiKey, CreateClient);
        var options = new RequestOptions { CancellationToken = cancellationToken, BufferResponse = false, ErrorOptions = ClientErrorBehaviors.NoThrow };
        options.SetHeader("Idempotency-Key", request.IdempotencyKey);

        var references = Capabilities.Sendable(request.References);
        if (references.Count == 0)
        {
            using var body = OpenAIRequests.Generation(request, _options);
            return (await client.GenerateImagesAsync(body, options)).GetRawResponse();
        }

        using var edit = OpenAIRequests.Edit(request, references, _options);
        return (await client.GenerateImageEditsAsync(edit, edit.ContentType, options)).GetRawResponse();
    }

    private async Task<ImageOutcome> TakePictureAsync(PipelineResponse response, Stream destination, ProviderCall call, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        var requestId = RequestId(response);
        ImageAnswer? answer = null;
        try
        {
            answer = await ReadAsync(response, destination, progress, cancellationToken);
            if (answer.PictureBytes == 0)
            {
                if (answer.Url is null)
                {
                    var none = answer.Error is { } error
                        ? Classify(response, error, call)
                        : FailureClassifier.Make(FailureKind.NoPicture, call, $"HTTP {response.Status} without a picture", requestId);
                    return none with { CostUsd = _prices.Cost(_options.Model, answer.Usage) };
                }

                await FetchAsync(answer.Url, destination, cancellationToken);
            }

            progress.Report(new ImageProgress(95));
            return new PictureMade { Model = _options.Model, RequestId = Secrets.RequestId(requestId, call.ApiKey), CostUsd = _prices.Cost(_options.Model, answer.Usage) };
        }
        catch (BrokenAnswerException broken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return FailureClassifier.Make(FailureKind.Damaged, call, broken.Message, requestId) with { IsUnresolved = broken.BrokeOff };
        }
        catch (PictureDownloadException failed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // It was made and is paid for: the same call may bring it yet.
            var failure = FailureClassifier.Make(failed.Kind, call, failed.Message, requestId) with { CostUsd = _prices.Cost(_options.Model, answer?.Usage), IsUnresolved = true };
            return failed.Kind is FailureKind.InvalidRequest ? failure with { Message = "The service keeps its pictures at an address that is not fetched." } : failure;
        }
    }

    /// <summary>A server that knows no streams answers as it always does.</summary>
    private async Task<ImageAnswer> ReadAsync(PipelineResponse response, Stream destination, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        var body = response.ContentStream ?? Stream.Null;
        if (Header(response, "Content-Type")?.StartsWith(EventTransport.MediaType, StringComparison.OrdinalIgnoreCase) is not true)
        {
            progress.Report(new ImageProgress(80));
            return await ImageAnswer.ReadAsync(body, destination, PictureInspector.MaxBytes, cancellationToken);
        }

        progress.Report(new ImageProgress(10));
        var seen = 0;
        var events = new ImageEventReader(destination, PictureInspector.MaxBytes, bytes =>
        {
            seen = Math.Min(seen + 1, Math.Max(1, _options.Partials));
            progress.Report(new ImageProgress(10 + (80 * seen / (Math.Max(1, _options.Partials) + 1)), Preview(bytes)));
        });
        return await events.ReadAsync(body, cancellationToken);
    }

    /// <summary>Null for what is no picture: it is not shown, and the real one may still come.</summary>
    private static PreviewPicture? Preview(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        var inspection = PictureInspector.Inspect(stream, allowSvg: false);
        return inspection.IsSound ? new PreviewPicture(bytes, inspection.MediaType!) : null;
    }

    private async Task FetchAsync(string url, Stream destination, CancellationToken cancellationToken)
    {
        var address = _endpoint is null
            ? Uri.TryCreate(url, UriKind.Absolute, out var absolute) ? absolute : null
            : Uri.TryCreate(_endpoint, url, out var relative) ? relative : null;
        await _download.FetchAsync(address ?? throw new BrokenAnswerException("the picture's address is none"), destination, cancellationToken);
    }

    private async Task<ImageOutcome> TakeErrorAsync(PipelineResponse response, ProviderCall call, CancellationToken cancellationToken) =>
        Classify(response, await ErrorBody.ReadAsync(response.ContentStream, cancellationToken), call);

    private ImageFailure Classify(PipelineResponse response, ProviderError error, ProviderCall call)
    {
        var answer = new ProviderAnswer
        {
            Status = response.Status,
            Error = error,
            RequestId = RequestId(response),
            RetryAfter = RetryAfter.Read(Header(response, "retry-after-ms"), Header(response, "Retry-After"), error.RetryDelay, error.Message, _time.GetUtcNow()),
        };
        return FailureClassifier.Classify(answer, call);
    }

    private static string? RequestId(PipelineResponse response) => Header(response, "x-request-id") ?? Header(response, "apim-request-id");

    private static string? Header(PipelineResponse response, string name) => response.Headers.TryGetValue(name, out var value) ? value : null;

    private ImageClient CreateClient(string key)
    {
        var options = new OpenAIClientOptions
        {
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            Transport = _options.Partials > 0 ? new EventTransport(_http) : new HttpClientPipelineTransport(_http),
            ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
        };
        if (_endpoint is not null)
        {
            options.Endpoint = _endpoint;
        }

        if (!string.IsNullOrWhiteSpace(_options.Organization))
        {
            options.OrganizationId = _options.Organization;
        }

        return new ImageClient(_options.Model, new ApiKeyCredential(key), options);
    }
}
