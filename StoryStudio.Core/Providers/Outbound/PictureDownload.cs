using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Providers.Outbound;

/// <summary>
/// Fetches a picture from an address that a provider gave instead of the picture itself. Such addresses may expire, so it is done at once; it
/// costs nothing to repeat, so it is, twice, within the attempt.
/// </summary>
internal sealed class PictureDownload : IDisposable
{
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _pipeline;

    /// <param name="trustedHost">The provider's own host.</param>
    /// <param name="time">The clock of pauses and time-outs.</param>
    /// <param name="pause">Before the first repetition; doubled before the second.</param>
    /// <param name="log">Where requests are written down, if anywhere.</param>
    public PictureDownload(string? trustedHost, TimeProvider time, TimeSpan pause, OutboundLog? log = null)
    {
        var handler = OutboundHandler.Create(trustedHost);
        _http = new HttpClient(log?.Around(handler) ?? handler) { Timeout = Timeout.InfiniteTimeSpan };
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 2,
                Delay = pause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is PictureDownloadException { MayPass: true } or TimeoutRejectedException),
            })
            .AddTimeout(TimeSpan.FromSeconds(30))
            .Build();
    }

    /// <summary>Throws <see cref="PictureDownloadException"/> where there is no picture to be had; what the destination throws goes through.</summary>
    public async Task FetchAsync(Uri address, Stream destination, CancellationToken cancellationToken)
    {
        if (address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
        {
            throw new PictureDownloadException(FailureKind.InvalidRequest, $"{address.Scheme} is not a way to fetch a picture.", mayPass: false);
        }

        var start = destination.CanSeek ? destination.Position : 0;
        var begun = false;
        try
        {
            await _pipeline.ExecuteAsync(
                async token =>
                {
                    if (destination.CanSeek)
                    {
                        destination.Position = start;
                        destination.SetLength(start);
                    }
                    else if (begun)
                    {
                        throw new PictureDownloadException(FailureKind.Damaged, $"{address.Host} broke off amid the picture.", mayPass: false);
                    }

                    await FetchOnceAsync(address, destination, () => begun = true, token);
                },
                cancellationToken);
        }
        catch (TimeoutRejectedException)
        {
            throw new PictureDownloadException(FailureKind.NoPicture, $"{address.Host} did not deliver the picture in time.", mayPass: false);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task FetchOnceAsync(Uri address, Stream destination, Action begin, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(address, cancellationToken);
        if (response.StatusCode is not HttpStatusCode.OK)
        {
            var mayPass = (int)response.StatusCode is 408 or 429 or >= 500;
            throw new PictureDownloadException(FailureKind.NoPicture, $"{address.Host} answered HTTP {(int)response.StatusCode} for the picture.", mayPass);
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[64 * 1024];
        var total = 0L;
        while (true)
        {
            int count;
            try
            {
                count = await body.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                throw new PictureDownloadException(FailureKind.Damaged, $"{address.Host} broke off amid the picture.", mayPass: true);
            }

            if (count == 0)
            {
                return;
            }

            total += count;
            if (total > PictureInspector.MaxBytes)
            {
                throw new PictureDownloadException(FailureKind.Damaged, $"{address.Host} sent more than {PictureInspector.MaxBytes:N0} bytes for the picture.", mayPass: false);
            }

            begin();
            await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.GetBaseException() is OutboundRefusedException refused)
        {
            throw new PictureDownloadException(FailureKind.InvalidRequest, $"The provider gave an address for the picture that is not fetched: {refused.Message}", mayPass: false);
        }
        catch (HttpRequestException exception)
        {
            throw new PictureDownloadException(FailureKind.NoPicture, $"{address.Host} could not be reached for the picture: {exception.HttpRequestError}.", mayPass: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PictureDownloadException(FailureKind.NoPicture, $"{address.Host} could not be reached for the picture in time.", mayPass: true);
        }
    }
}

/// <summary>The picture could not be had from its address. Never leaves the provider.</summary>
internal sealed class PictureDownloadException(FailureKind kind, string message, bool mayPass) : Exception(message)
{
    public FailureKind Kind { get; } = kind;

    /// <summary>Whether fetching once more may help.</summary>
    public bool MayPass { get; } = mayPass;
}
