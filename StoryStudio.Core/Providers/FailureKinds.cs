namespace StoryStudio.Core.Providers;

/// <summary>What each <see cref="FailureKind"/> is called outside and what may be done about it: the one place that says so.</summary>
public static class FailureKinds
{
    /// <summary>The stable word for programs, as in <c>error.code</c> of an image.</summary>
    public static string Code(this FailureKind kind) => kind switch
    {
        FailureKind.RateLimited => "rate_limited",
        FailureKind.QuotaExhausted => "quota_exhausted",
        FailureKind.OutOfCredit => "out_of_credit",
        FailureKind.Transient => "provider_unavailable",
        FailureKind.Timeout => "timeout",
        FailureKind.Refused => "refused",
        FailureKind.NoPicture => "no_picture",
        FailureKind.Damaged => "damaged",
        FailureKind.BadKey => "bad_key",
        FailureKind.NoAccess => "no_access",
        FailureKind.ModelUnavailable => "model_unavailable",
        FailureKind.InvalidRequest => "invalid_request",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
    };

    /// <summary>The kind that goes by a word of <see cref="Code"/>, or null.</summary>
    public static FailureKind? FromCode(string? code) => Enum.GetValues<FailureKind>().Cast<FailureKind?>().FirstOrDefault(kind => kind!.Value.Code() == code);

    /// <summary>Whether the same request may succeed if it simply goes again.</summary>
    public static bool IsRetryable(this FailureKind kind) =>
        kind is FailureKind.RateLimited or FailureKind.Transient or FailureKind.Timeout or FailureKind.NoPicture or FailureKind.Damaged;

    /// <summary>Whether it goes again no more than once, because what failed may have been billed.</summary>
    public static bool RetriesOnce(this FailureKind kind) => kind is FailureKind.Timeout or FailureKind.NoPicture or FailureKind.Damaged;

    /// <summary>Whether it is the key's matter rather than the image's: the key rests or goes, another one may take over, and no attempt is used up.</summary>
    public static bool ConcernsKey(this FailureKind kind) =>
        kind is FailureKind.RateLimited or FailureKind.QuotaExhausted or FailureKind.OutOfCredit or FailureKind.BadKey or FailureKind.NoAccess;
}
