namespace StoryStudio.Core.Providers.Failures;

/// <summary>What the author reads when there is no picture.</summary>
public static class FailureSentences
{
    public const string QuotaExhausted = "Today's allowance is used up.";
    public const string OutOfCredit = "This account is out of credit.";
    public const string Unavailable = "Temporary problem with the service.";
    public const string TookTooLong = "Took too long.";
    public const string Refused = "The provider declined this picture. Change the description.";
    public const string NoPicture = "No picture came back.";
    public const string Damaged = "The answer was damaged.";

    /// <summary>Why a key rests.</summary>
    public const string TooFast = "The service takes no more calls for now.";

    /// <param name="wait">How long until it goes again, where that is known.</param>
    public static string Busy(TimeSpan? wait) => wait is { } time && time > TimeSpan.Zero
        ? $"The service is busy. Trying again in {Math.Ceiling(time.TotalSeconds):0} s."
        : "The service is busy. Trying again soon.";

    /// <summary>While a retry is still to come.</summary>
    /// <param name="retry">Which retry comes next, from 1.</param>
    /// <param name="of">How many there are.</param>
    public static string Retrying(int retry, int of) => $"Temporary problem, retrying ({retry} of {of}).";

    /// <param name="keyTail">As by <see cref="Secrets.Tail"/>.</param>
    public static string BadKey(string? keyTail) => keyTail is null ? "The service asks for a key, and none is set." : $"Key \"{keyTail}\" was not accepted.";

    /// <summary>Why an image failed that no key may be used for.</summary>
    /// <param name="until">When the first key is back; null where none is by itself.</param>
    /// <param name="keys">How many keys the style has, from 1.</param>
    /// <param name="why">What keeps that key, in a sentence.</param>
    public static string NoKey(DateTimeOffset? until, int keys, string why) => (until, keys) switch
    {
        ({ } back, 1) => $"The key for this style is resting until {back.UtcDateTime:HH:mm} UTC. {why}",
        ({ } back, _) => $"Every key for this style is resting until {back.UtcDateTime:HH:mm} UTC. {why}",
        (null, 1) => why,
        (null, _) => $"No key for this style serves. {why}",
    };

    /// <param name="style">Its key, as in <c>StoryStudio:Styles</c>.</param>
    public static string NoStyle(string style) => $"The style \"{style}\" is not in the settings any more. Put it back there, then try this picture again.";

    /// <summary>The organisation that is sent with every call is another one's than the key.</summary>
    public static string OtherOrganization(string? keyTail) => $"Key \"{keyTail}\" is of another organization than the settings name (StoryStudio:Providers:OpenAI:Organization, or OPENAI_ORG_ID).";

    public static string NoAccess(string model) => $"This account may not use model {model}.";

    /// <param name="model">The model that is gone.</param>
    /// <param name="setting">Where another one is named: <c>StoryStudio:Providers:OpenAI:Model</c>.</param>
    public static string Retired(string model, string? setting) =>
        setting is null ? $"Model {model} is retired." : $"Model {model} is retired. Name another one in {setting}.";

    /// <param name="model">The model that was asked.</param>
    /// <param name="setting">Which setting it is, where the answer says so.</param>
    public static string NotSupported(string model, string? setting) =>
        setting is null ? $"This setting is not supported by model {model}." : $"This setting is not supported by model {model}. Check {setting}.";

    /// <summary>Other pictures went along, to an address that the server does not have.</summary>
    /// <param name="setting">Where it is said that none do.</param>
    /// <param name="endpoint">Where the address is set.</param>
    public static string NoReferences(string setting, string? endpoint) =>
        $"This server takes no other pictures along. Set {setting} to false, and they are described in words{(endpoint is null ? "" : $"; or check {endpoint}, where pictures without others fail as well")}.";

    /// <param name="setting">Where the address is set.</param>
    public static string WrongAddress(string? setting) =>
        setting is null ? "The service makes no pictures at its address." : $"The service makes no pictures at its address. Check {setting}.";
}
