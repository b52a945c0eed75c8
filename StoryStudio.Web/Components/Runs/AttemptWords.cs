using System.Globalization;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;

namespace StoryStudio.Web.Components.Runs;

/// <summary>One attempt, as one says it.</summary>
internal static class AttemptWords
{
    /// <summary>What is said where something may have been charged and nobody knows how much.</summary>
    public const string UnknownCost = "cost unknown";

    public static string Outcome(AttemptDetails attempt) => attempt switch
    {
        { Outcome: AttemptOutcome.Interrupted } => "Interrupted when the program stopped",
        { Error.Message: { Length: > 0 } message } when !AttemptOutcome.Neutral.Contains(attempt.Outcome, StringComparer.Ordinal) => message,
        _ => Outcome(attempt.Outcome),
    };

    /// <summary>How an attempt stands, in one of the four signs of a picture: <c>done</c>, <c>drawing</c>, <c>waiting</c>, <c>failed</c>.</summary>
    public static string Sign(string outcome) => outcome switch
    {
        AttemptOutcome.Succeeded or AttemptOutcome.Reused => "done",
        AttemptOutcome.Running => "drawing",
        AttemptOutcome.Interrupted or AttemptOutcome.Cancelled or AttemptOutcome.PutOff => "waiting",
        _ => "failed",
    };

    /// <summary>What a picture that went along was for.</summary>
    public static string Reference(ReferenceDetails reference) => reference.Role switch
    {
        ReferenceRole.Character => $"{reference.Name ?? "A character"}, how they look",
        ReferenceRole.Place => $"{reference.Name ?? "A place"}, what it looks like",
        ReferenceRole.StyleSample => "A sample of the style",
        ReferenceRole.Previous => "The picture as it was before",
        _ when reference.IsToCome => "The style’s first picture, once it is drawn; none where this one is drawn first",
        _ => "The style’s first picture",
    };

    /// <summary>An outcome by itself, where many attempts share it.</summary>
    public static string Outcome(string outcome) => outcome switch
    {
        AttemptOutcome.Running => "Under way",
        AttemptOutcome.Succeeded => "Drawn",
        AttemptOutcome.Interrupted => "Interrupted",
        AttemptOutcome.Cancelled => "Cancelled",
        AttemptOutcome.PutOff => "Put off before the service was called",
        AttemptOutcome.Reused => "Taken from an earlier, identical picture",
        AttemptOutcome.NoRoom => "The disk was full",
        AttemptOutcome.Crashed => "Set aside",
        "rate_limited" => "The service was busy",
        "quota_exhausted" => "The day's allowance was used up",
        "out_of_credit" => "Out of credit",
        "provider_unavailable" => "Temporary problem",
        "timeout" => "Took too long",
        "refused" => "Declined by the provider",
        "no_picture" => "No picture came back",
        "damaged" => "The answer was damaged",
        "bad_key" => "The key was not accepted",
        "no_access" => "The account may not use the model",
        "model_unavailable" => "The model may not be used",
        "invalid_request" => "The request was not accepted",
        _ => outcome.Replace('_', ' '),
    };

    /// <summary>How long it took and what it cost, as far as is known.</summary>
    /// <param name="attempt">One of several.</param>
    /// <param name="dollars">For what all of them cost.</param>
    public static string Took(AttemptDetails attempt, Dollars dollars) =>
        string.Join(", ", new[] { Provider(attempt.Provider, attempt.Model), Duration(attempt), attempt.CostUsd is 0 ? null : Cost(attempt, dollars) }.Where(p => p is not null));

    /// <summary>All that is known of the call.</summary>
    /// <inheritdoc cref="Took" path="/param"/>
    public static IEnumerable<string> Facts(AttemptDetails attempt, Dollars dollars) => new[]
    {
        attempt.Provider == ImageProviders.Sketch ? Provider(attempt.Provider, null) : attempt.Provider,
        attempt.Provider == ImageProviders.Sketch ? null : attempt.Model,
        attempt.KeyTail is { } tail && attempt.Outcome != AttemptOutcome.Reused ? $"key {tail}" : null,
        Duration(attempt),
        Cost(attempt, dollars),
        attempt.RequestId is { } request ? $"request {request}" : null,
    }.Where(f => f is not null)!;

    /// <summary>What a picture cost: null where it cost nothing, as those do that the built-in illustrator drew or somebody brought.</summary>
    /// <param name="provider">Where it came from.</param>
    /// <param name="usd">US dollars; null where nobody knows.</param>
    /// <param name="dollars">For all that stand beside it.</param>
    public static string? Cost(string? provider, decimal? usd, Dollars dollars) => (provider, usd) switch
    {
        (null or ImageProviders.Sketch or ImageVersion.Uploaded, null) => null,
        (_, null) => UnknownCost,
        (_, > 0) => dollars.Write(usd.Value),
        _ => null,
    };

    /// <summary>Seconds: <c>0.4 s</c>, <c>12 s</c>, <c>2 min 5 s</c>.</summary>
    public static string Span(double seconds) => seconds switch
    {
        < 10 => $"{seconds.ToString("0.0", CultureInfo.InvariantCulture)} s",
        < 100 => $"{seconds.ToString("0", CultureInfo.InvariantCulture)} s",
        _ => $"{(int)(seconds / 60)} min {(int)(seconds % 60)} s",
    };

    public static string Ago(DateTimeOffset at, DateTimeOffset now) => (now - at) switch
    {
        { TotalSeconds: < 60 } => "just now",
        { TotalMinutes: < 60 } ago => $"{(int)ago.TotalMinutes} min ago",
        { TotalHours: < 24 } ago => $"{(int)ago.TotalHours} h ago",
        var ago => $"{(int)ago.TotalDays} d ago",
    };

    public static string Provider(string provider, string? model) => provider switch
    {
        "sketch" => "Sketch by the built-in illustrator",
        ImageVersion.Uploaded => "A picture of your own",
        _ when model is { Length: > 0 } => model,
        _ => provider,
    };

    private static string? Cost(AttemptDetails attempt, Dollars dollars) =>
        attempt.Outcome == AttemptOutcome.Running || attempt.Provider == ImageProviders.Sketch ? null
            : attempt.CostUsd is { } cost ? dollars.Write(cost)
            : attempt.MayBeCharged ? UnknownCost : null;

    private static string? Duration(AttemptDetails attempt) =>
        attempt.FinishedAt is { } finished ? $"{Math.Max((finished - attempt.StartedAt).TotalSeconds, 0).ToString("0.0", CultureInfo.InvariantCulture)} s" : null;
}
