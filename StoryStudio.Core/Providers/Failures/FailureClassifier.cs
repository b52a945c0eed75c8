namespace StoryStudio.Core.Providers.Failures;

/// <summary>An answer without a picture, as it came over the wire.</summary>
public sealed record ProviderAnswer
{
    /// <summary>HTTP status; 0 where no answer came.</summary>
    public required int Status { get; init; }

    public required ProviderError Error { get; init; }

    /// <summary>See <see cref="RetryAfter"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public string? RequestId { get; init; }
}

/// <summary>Who was called with what, for the sentences.</summary>
public sealed record ProviderCall
{
    /// <summary>As in <see cref="IImageProvider.Name"/>.</summary>
    public required string Provider { get; init; }

    public required string Model { get; init; }

    /// <summary>Only ever used to find it in what the provider says, and to show its tail.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Where the settings name the model.</summary>
    public string? ModelSetting { get; init; }

    /// <summary>Where the settings name the address.</summary>
    public string? EndpointSetting { get; init; }

    /// <summary>Where the settings say that nothing goes along, of a call that took pictures along to a server that may have no place for them; null of every other call.</summary>
    public string? ReferencesSetting { get; init; }

    /// <summary>Which setting is behind a field of the request, by the field's name on the wire.</summary>
    public IReadOnlyDictionary<string, string> FieldSettings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The key must not come out where a call is printed whole.</summary>
    public override string ToString() => $"{Provider} {Model} {Secrets.Tail(ApiKey)}";
}

/// <summary>Tells failures apart: by the error's code, then its type, then other words in it, then the status.</summary>
public static class FailureClassifier
{
    public static ImageFailure Classify(ProviderAnswer answer, ProviderCall call)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(call);
        var error = answer.Error;
        var told = ByWord(error.Code, answer.Status)
            ?? ByWord(error.Type, answer.Status)
            ?? ByHints(error.Hints, answer.Status)
            ?? ByMessage(error.Message, answer.Status);
        return Make((told ?? ByStatus(answer.Status)) with { Field = error.Field }, call, Describe(answer), answer.RetryAfter, answer.RequestId) with { IsUnresolved = told is null && IsCutOff(answer.Status) };
    }

    /// <summary>A failure that was found on our side of the wire: an answer that cannot be read, a time-out, a picture that is none.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="call">Who was called.</param>
    /// <param name="what">For the log; scrubbed here.</param>
    /// <param name="requestId">The provider's id of the request, where there is one.</param>
    public static ImageFailure Make(FailureKind kind, ProviderCall call, string what, string? requestId = null)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Make(new Verdict(kind), call, what, retryAfter: null, requestId);
    }

    private static ImageFailure Make(Verdict verdict, ProviderCall call, string what, TimeSpan? retryAfter, string? requestId)
    {
        requestId = Secrets.RequestId(requestId, call.ApiKey);
        return new ImageFailure
        {
            Kind = verdict.Kind,
            Message = Sentence(verdict, call, retryAfter),
            LogMessage = $"{call.Provider} ({call.Model}): {Secrets.Scrub(what, call.ApiKey)}{(requestId is null ? "" : $" [request {requestId}]")}",
            RetryAfter = retryAfter,
            Model = call.Model,
            RequestId = requestId,
        };
    }

    private static string Sentence(Verdict verdict, ProviderCall call, TimeSpan? retryAfter) => verdict.Kind switch
    {
        FailureKind.RateLimited => FailureSentences.Busy(retryAfter),
        FailureKind.QuotaExhausted => FailureSentences.QuotaExhausted,
        FailureKind.OutOfCredit => FailureSentences.OutOfCredit,
        FailureKind.Transient => FailureSentences.Unavailable,
        FailureKind.Timeout => FailureSentences.TookTooLong,
        FailureKind.Refused => FailureSentences.Refused,
        FailureKind.NoPicture => FailureSentences.NoPicture,
        FailureKind.Damaged => FailureSentences.Damaged,
        FailureKind.BadKey => FailureSentences.BadKey(Secrets.Tail(call.ApiKey)),
        FailureKind.NoAccess => verdict.Foreign ? FailureSentences.OtherOrganization(Secrets.Tail(call.ApiKey)) : FailureSentences.NoAccess(call.Model),
        FailureKind.ModelUnavailable => FailureSentences.Retired(call.Model, call.ModelSetting),
        FailureKind.InvalidRequest when verdict is { Gone: true, Moved: false } && call.ReferencesSetting is { } setting => FailureSentences.NoReferences(setting, call.EndpointSetting),
        FailureKind.InvalidRequest when verdict.Gone => FailureSentences.WrongAddress(call.EndpointSetting),
        FailureKind.InvalidRequest => FailureSentences.NotSupported(call.Model, verdict.Field is { } field ? call.FieldSettings.GetValueOrDefault(field) : null),
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, message: null),
    };

    private static Verdict? ByWord(string? word, int status)
    {
        if (word is null)
        {
            return null;
        }

        return word.Replace('-', '_').ToLowerInvariant() switch
        {
            "insufficient_quota" or "billing_hard_limit_reached" or "billing_not_active" or "insufficient_credits" or "insufficient_balance" or "budget_exceeded" => FailureKind.OutOfCredit,
            "rate_limit_exceeded" or "slow_down" or "rate_limit_error" or "rate_limited" or "throttling_error" or "ratelimitreached" or "too_many_requests" => FailureKind.RateLimited,
            "moderation_blocked" or "content_policy_violation" or "content_filter" or "contentfilter" or "responsibleaipolicyviolation" or "content_policy_violation_error" => FailureKind.Refused,
            "invalid_api_key" or "api_key_invalid" or "account_deactivated" => FailureKind.BadKey,
            // Said of this key's project alone: another one's may have the model.
            "model_not_found" when status is 403 => FailureKind.NoAccess,
            "model_not_found" or "deploymentnotfound" or "model_deprecated" => FailureKind.ModelUnavailable,
            "unsupported_country_region_territory" or "model_not_available" => FailureKind.NoAccess,
            "mismatched_organization" => new Verdict(FailureKind.NoAccess, Foreign: true),
            "overloaded_error" or "engine_overloaded" => FailureKind.Transient,
            "server_error" or "internal_server_error" or "service_unavailable" when status is 0 or 200 or >= 500 => FailureKind.Transient,
            var other when other.Contains("spend_limit", StringComparison.Ordinal) || other.Contains("spending_limit", StringComparison.Ordinal) => FailureKind.OutOfCredit,
            var other when other.Contains("perday", StringComparison.Ordinal) => FailureKind.QuotaExhausted,
            _ => null,
        };
    }

    /// <summary>The first that says something, but that a day's allowance is used up says more than that it went too fast, which may stand before it.</summary>
    private static Verdict? ByHints(IReadOnlyList<string> hints, int status)
    {
        var verdicts = hints.Select(hint => ByWord(hint, status)).OfType<Verdict>().ToList();
        return verdicts is [{ Kind: FailureKind.RateLimited }, ..] ? verdicts.Find(verdict => verdict.Kind is FailureKind.QuotaExhausted) ?? verdicts[0] : verdicts.FirstOrDefault();
    }

    /// <summary>Gateways that wrap an error keep its words and lose its code. Only what cannot mean anything else counts.</summary>
    private static Verdict? ByMessage(string? message, int status)
    {
        if (message is null || status is not (0 or 200 or (>= 400 and < 500)))
        {
            return null;
        }

        bool Says(string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
        return message switch
        {
            _ when Says("moderation_blocked") || Says("content_policy_violation") || Says("ContentPolicyViolation") || Says("rejected by our safety system") || Says("rejected as a result of our safety system") => FailureKind.Refused,
            _ when Says("insufficient_quota") || Says("billing_hard_limit") || Says("billing hard limit") => FailureKind.OutOfCredit,
            _ when Says("must be verified") || (status is 403 && Says("model_not_found")) => FailureKind.NoAccess,
            _ when Says("model_not_found") || (status is 400 or 404 && Says("model") && (Says("does not exist") || Says("not found") || Says("deprecated"))) => FailureKind.ModelUnavailable,
            _ => null,
        };
    }

    private static Verdict ByStatus(int status) => status switch
    {
        401 => FailureKind.BadKey,
        402 => FailureKind.OutOfCredit,
        403 => FailureKind.NoAccess,
        404 or 405 => new Verdict(FailureKind.InvalidRequest, Gone: true),
        >= 300 and < 400 => new Verdict(FailureKind.InvalidRequest, Gone: true, Moved: true),
        410 => FailureKind.ModelUnavailable,
        408 or 409 or 425 => FailureKind.Transient,
        429 => FailureKind.RateLimited,
        >= 200 and < 300 => FailureKind.NoPicture,
        >= 400 and < 500 => FailureKind.InvalidRequest,
        _ => FailureKind.Transient,
    };

    /// <summary>Whether somebody in between waited no longer for what the service would say: it may have made the picture all the same.</summary>
    private static bool IsCutOff(int status) => status is 408 or 504 or 524;

    private static string Describe(ProviderAnswer answer)
    {
        var words = string.Join('/', new[] { answer.Error.Type, answer.Error.Code }.Where(word => word is not null));
        var status = answer.Status == 0 ? "no answer" : $"HTTP {answer.Status}";
        return $"{status}{(words.Length > 0 ? $" {words}" : "")}{(string.IsNullOrWhiteSpace(answer.Error.Message) ? "" : $": {answer.Error.Message}")}";
    }

    /// <param name="Kind">What it is.</param>
    /// <param name="Gone">Whether nothing is at the address, rather than something that does not take the request.</param>
    /// <param name="Foreign">Whether the key is another organisation's than the settings name.</param>
    /// <param name="Moved">Whether the address leads elsewhere, which nobody follows.</param>
    /// <param name="Field">Which field of the request it is about, by its name on the wire, where that is said.</param>
    private sealed record Verdict(FailureKind Kind, bool Gone = false, bool Foreign = false, bool Moved = false, string? Field = null)
    {
        public static implicit operator Verdict(FailureKind kind) => new(kind);
    }
}
