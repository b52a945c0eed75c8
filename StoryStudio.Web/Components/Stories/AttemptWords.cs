using System.Globalization;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Stories;

/// <summary>One attempt, as one says it.</summary>
internal static class AttemptWords
{
    public static string Outcome(AttemptDetails attempt) => attempt switch
    {
        { Outcome: "running" } => "Under way",
        { Outcome: "succeeded" } => "Drawn",
        { Outcome: "interrupted" } => "Interrupted when the program stopped",
        { Outcome: "cancelled" } => "Cancelled",
        { Error.Message: { Length: > 0 } message } => message,
        _ => "Failed",
    };

    /// <summary>How long it took and what it cost, as far as is known.</summary>
    public static string Took(AttemptDetails attempt)
    {
        var took = attempt.FinishedAt is { } finished ? $"{(finished - attempt.StartedAt).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s" : null;
        return string.Join(", ", new[] { Provider(attempt.Provider, attempt.Model), took, Cost(attempt.CostUsd) }.Where(p => p is not null));
    }

    public static string? Cost(decimal? usd) => usd is > 0 ? $"${usd.Value.ToString("0.00##", CultureInfo.InvariantCulture)}" : null;

    public static string Provider(string provider, string? model) => provider switch
    {
        "sketch" => "Sketch by the built-in illustrator",
        _ when model is { Length: > 0 } => model,
        _ => provider,
    };
}
