using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using OpenAI;
using OpenAI.Images;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Providers.Outbound;
using StoryStudio.Core.Providers.Pictures;

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
    private const int MaxErrorBody = 64 * 1024;

    /// <summary>The package takes no empty key, and a server without keys looks at none.</summary>
    private const string NoKey = "none";

    private readonly OpenAIOptions _options;
    private readonly TimeProvider _time;
    private readonly Uri? _endpoint;
    private readonly HttpClient _http;
    private readonly PictureDownload _download;
    private readonly ConcurrentDictionary<string, ImageClient> _clients = new(StringComparer.Ordinal);

    public OpenAIProvider(IOptions<StoryStudioOptions> options, TimeProvider time, OutboundLog log)
        : this(options.Value.Providers.OpenAI, time, downloadPause: TimeSpan.FromMilliseconds(500), log)
    {
    }

    internal OpenAIProvider(OpenAIOptions options, TimeProvider time, TimeSpan downloadPause, OutboundLog? log = null)
    {
        _options = options;
        _time = time;
        _endpoint = string.IsNullOrWhiteSpace(options.Endpoint) ? null : new Uri(options.Endpoint, UriKind.Absolute);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,

            // A server on this machine is not reached through the proxy that leads out of it.
            UseProxy = _endpoint is not { IsLoopback: true },
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _http = new HttpClient(log?.Around(handler) ?? handler) { Timeout = Timeout.InfiniteTimeSpan };
        _download = new PictureDownload(_endpoint?.IdnHost, time, downloadPause, log);
    }

    public string Name => ProviderName;

    public ProviderCapabilities Capabilities => new()
    {
        MaxReferences = _options.Edits ? MostReferences : 0,
        NeedsKey = _endpoint is null || !string.IsNullOrWhiteSpace(_options.ApiKey),
        Model = _options.Model,
        TypicalDuration = TimeSpan.FromSeconds(30),
    };

    public async Task<ImageOutcome> GenerateAsync(ImageRequest request, Stream destination, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(progress);
        var call = new ProviderCall { Provider = Name, Model = _options.Model, ApiKey = request.ApiKey, ModelSetting = $"{Settings}:Model", EndpointSetting = $"{Settings}:Endpoint" };
        if (request.ApiKey is { } key && !key.All(c => char.IsAscii(c) && !char.IsControl(c)))
        {
            return FailureClassifier.Make(FailureKind.BadKey, call, "the key holds characters that no key has");
        }

        progress.Report(new ImageProgress(5));
        PipelineResponse response;
        try
        {
            response = await SendAsync(request, cancellationToken);
        }
        catch (ReferenceMissingException missing)
        {
            return FailureClassifier.Make(FailureKind.InvalidRequest, call, missing.Message) with { Message = "The reference picture is not there." };
        }
        catch (ClientResultException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return FailureClassifier.Make(FailureKind.Transient, call, $"no answer: {exception.GetBaseException().Message}");
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing but connecting has a time-out of its own here.
            return FailureClassifier.Make(FailureKind.Transient, call, $"no connection: {exception.GetBaseException().Message}");
        }

        using (response)
        {
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

        ReferencePicture[] references = [.. request.References.Where(IsTaken).Take(Capabilities.MaxReferences)];
        if (references.Length == 0)
        {
            using var body = OpenAIRequests.Generation(request, _options);
            return (await client.GenerateImagesAsync(body, options)).GetRawResponse();
        }

        using var edit = OpenEdit(request, references);
        return (await client.GenerateImageEditsAsync(edit, edit.ContentType, options)).GetRawResponse();
    }

    private static bool IsTaken(ReferencePicture reference) => reference.MediaType is PictureFormats.Png or PictureFormats.Jpeg or PictureFormats.Webp;

    private MultipartBody OpenEdit(ImageRequest request, ReferencePicture[] references)
    {
        try
        {
            return OpenAIRequests.Edit(request, references, _options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ReferenceMissingException(exception);
        }
    }

    private async Task<ImageOutcome> TakePictureAsync(PipelineResponse response, Stream destination, ProviderCall call, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        var requestId = RequestId(response);
        progress.Report(new ImageProgress(80));
        try
        {
            var answer = await new ImageAnswerReader(destination, PictureInspector.MaxBytes).ReadAsync(response.ContentStream ?? Stream.Null, cancellationToken);
            if (answer.PictureBytes == 0)
            {
                if (answer.Url is null)
                {
                    return answer.Error is { } error
                        ? Classify(response, error, call)
                        : FailureClassifier.Make(FailureKind.NoPicture, call, $"HTTP {response.Status} without a picture", requestId);
                }

                await FetchAsync(answer.Url, destination, cancellationToken);
            }

            progress.Report(new ImageProgress(95));
            var cost = _options.Prices.TryGetValue(_options.Model, out var price) ? answer.Usage?.Cost(price) : null;
            return new PictureMade { Model = _options.Model, RequestId = Secrets.RequestId(requestId, call.ApiKey), CostUsd = cost };
        }
        catch (BrokenAnswerException broken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return FailureClassifier.Make(FailureKind.Damaged, call, broken.Message, requestId);
        }
        catch (PictureDownloadException failed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var failure = FailureClassifier.Make(failed.Kind, call, failed.Message, requestId);
            return failed.Kind is FailureKind.InvalidRequest ? failure with { Message = "The service keeps its pictures at an address that is not fetched." } : failure;
        }
    }

    private async Task FetchAsync(string url, Stream destination, CancellationToken cancellationToken)
    {
        var address = _endpoint is null
            ? Uri.TryCreate(url, UriKind.Absolute, out var absolute) ? absolute : null
            : Uri.TryCreate(_endpoint, url, out var relative) ? relative : null;
        await _download.FetchAsync(address ?? throw new BrokenAnswerException("the picture's address is none"), destination, cancellationToken);
    }

    private async Task<ImageOutcome> TakeErrorAsync(PipelineResponse response, ProviderCall call, CancellationToken cancellationToken)
    {
        var body = new byte[MaxErrorBody];
        var length = 0;
        try
        {
            length = response.ContentStream is { } stream ? await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken) : 0;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or InvalidDataException)
        {
            // The status alone has to do.
            cancellationToken.ThrowIfCancellationRequested();
        }

        return Classify(response, ProviderError.Parse(Encoding.UTF8.GetString(body, 0, length)), call);
    }

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
            Transport = new HttpClientPipelineTransport(_http),
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

    /// <summary>The file of a reference cannot be read: our matter, not the provider's.</summary>
    private sealed class ReferenceMissingException(Exception inner) : Exception($"a reference picture cannot be read: {inner.GetType().Name}", inner);
}
