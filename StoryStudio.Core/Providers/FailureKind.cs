namespace StoryStudio.Core.Providers;

/// <summary>What a failure is, and so what is done about it.</summary>
public enum FailureKind
{
    /// <summary>Too fast: the key cools, the next one goes, no attempt is used up.</summary>
    RateLimited,

    /// <summary>The day's allowance is used up: the key is parked until it resets.</summary>
    QuotaExhausted,

    /// <summary>The account is out of credit: the key is parked.</summary>
    OutOfCredit,

    /// <summary>Overload or network: goes again after 5, 10, 20 seconds.</summary>
    Transient,

    /// <summary>Our own time-out. It may have been billed: goes again once.</summary>
    Timeout,

    /// <summary>The provider will not draw this. The author may reword.</summary>
    Refused,

    /// <summary>An answer without a picture: goes again once.</summary>
    NoPicture,

    /// <summary>A picture or an answer that cannot be read: goes again once.</summary>
    Damaged,

    /// <summary>The key is not accepted: it is switched off, the next one goes.</summary>
    BadKey,

    /// <summary>The key's account may not use the model: the key is switched off, the next one goes.</summary>
    NoAccess,

    /// <summary>The model is gone.</summary>
    ModelUnavailable,

    /// <summary>A request that the provider does not take: ours to mend.</summary>
    InvalidRequest,
}
