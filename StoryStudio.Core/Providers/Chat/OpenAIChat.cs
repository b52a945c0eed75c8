using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenAI;
using OpenAI.Chat;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Providers.Outbound;

namespace StoryStudio.Core.Providers.Chat;

/// <summary>Any server that speaks OpenAI's chat dialect, through the OpenAI package, whose own retries are off: whoever asks says when to ask again.</summary>
public sealed partial class OpenAIChat : IChatModel, IDisposable
{
    /// <summary>The package takes no empty key, and a server without keys looks at none.</summary>
    private const string NoKey = "none";

    private readonly ChatOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<OpenAIChat> _logger;
    private readonly string? _key;
    private readonly Uri? _endpoint;
    private readonly HttpClient? _http;
    private readonly ChatClient? _client;

    public OpenAIChat(IOptions<StoryStudioOptions> options, TimeProvider time, OutboundLog log, ILogger<OpenAIChat> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        var shared = options.Value.Providers.OpenAI;
        (_options, _time, _logger) = (options.Value.Chat, time, logger);

        // A key goes where it is meant for: that of the pictures' service to no other address.
        _endpoint = ProviderHttp.Endpoint(string.IsNullOrWhiteSpace(_options.Endpoint) ? shared.Endpoint : _options.Endpoint);
        var shareable = string.IsNullOrWhiteSpace(_options.Endpoint) && shared.OwnKeys is [var first, ..] ? first.Key : null;
        _key = string.IsNullOrWhiteSpace(_options.ApiKey) ? shareable : _options.ApiKey.Trim();
        Model = string.IsNullOrWhiteSpace(_options.Model) || (_key is null && _endpoint is null) ? null : _options.Model.Trim();
        if (Model is null)
        {
            return;
        }

        _http = ProviderHttp.CreateClient(_endpoint, log);
        var client = new OpenAIClientOptions
        {
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            Transport = new HttpClientPipelineTransport(_http),
            ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
        };
        if (_endpoint is not null)
        {
            client.Endpoint = _endpoint;
        }

        // It is that of the pictures' account.
        if (_key is not null && _key == shareable && !string.IsNullOrWhiteSpace(shared.Organization))
        {
            client.OrganizationId = shared.Organization;
        }

        _client = new ChatClient(Model, new ApiKeyCredential(_key ?? NoKey), client);
    }

    public bool IsConfigured => _client is not null;

    public string? Model { get; }

    public async Task<ChatOutcome> AskAsync(string instructions, string question, CancellationToken cancellationToken)
    {
        if (_client is null)
        {
            throw new InvalidOperationException("No chat model is set.");
        }

        using var patience = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            ChatCompletion answer = await _client.CompleteChatAsync([new SystemChatMessage(instructions), new UserChatMessage(question)], options: null, either.Token);
            if (answer.FinishReason is ChatFinishReason.ContentFilter || answer.Refusal is { Length: > 0 })
            {
                return Failed(FailureKind.Refused, "the model refused");
            }

            var text = string.Concat(answer.Content.Select(part => part.Text)).Trim();
            return text.Length > 0 ? new ChatAnswer(text) : Failed(FailureKind.NoPicture, "an answer without words");
        }
        catch (ClientResultException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Failed(exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(FailureKind.Timeout, $"no answer within {_options.Timeout}");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException or KeyNotFoundException or FormatException or IOException or HttpRequestException)
        {
            // The package reads what it expects; what else a server may send shows as any of these.
            cancellationToken.ThrowIfCancellationRequested();
            return Failed(FailureKind.Damaged, exception.GetType().Name);
        }
    }

    public void Dispose() => _http?.Dispose();

    private ChatFailure Failed(ClientResultException exception)
    {
        var response = exception.GetRawResponse();
        var error = ProviderError.Parse(response?.Content.ToString());
        string? Header(string name) => response is not null && response.Headers.TryGetValue(name, out var value) ? value : null;
        var wait = RetryAfter.Read(Header("retry-after-ms"), Header("Retry-After"), error.RetryDelay, error.Message, _time.GetUtcNow());
        var failure = FailureClassifier.Classify(new() { Status = exception.Status, Error = error, RetryAfter = wait }, Call());
        return Failed(failure.Kind, failure.LogMessage, wait);
    }

    private ChatFailure Failed(FailureKind kind, string detail, TimeSpan? wait = null)
    {
        LogFailed(Model!, kind, Secrets.Scrub(detail, _key));
        return new(kind, Sentence(kind, wait), wait);
    }

    private ProviderCall Call() => new() { Provider = "chat", Model = Model!, ApiKey = _key };

    private string Sentence(FailureKind kind, TimeSpan? wait) => kind switch
    {
        FailureKind.RateLimited => FailureSentences.Busy(wait),
        FailureKind.QuotaExhausted => FailureSentences.QuotaExhausted,
        FailureKind.OutOfCredit => FailureSentences.OutOfCredit,
        FailureKind.Transient => FailureSentences.Unavailable,
        FailureKind.Timeout => FailureSentences.TookTooLong,
        FailureKind.Refused => "The model declined to write this. Write it yourself, or say it otherwise.",
        FailureKind.NoPicture => "No words came back.",
        FailureKind.Damaged => FailureSentences.Damaged,
        FailureKind.BadKey => FailureSentences.BadKey(Secrets.Tail(_key)),
        FailureKind.NoAccess or FailureKind.ModelUnavailable => $"Model {Model} cannot be used. Name another one in StoryStudio:Chat:Model.",
        _ => "The request was not accepted. Check StoryStudio:Chat.",
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Chat model {Model} gave no answer: {Kind}, {Detail}")]
    private partial void LogFailed(string model, FailureKind kind, string detail);
}
