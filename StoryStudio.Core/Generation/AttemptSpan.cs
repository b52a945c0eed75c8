using System.Diagnostics;

namespace StoryStudio.Core.Generation;

/// <summary>
/// An attempt as a span of a trace, for whoever listens; where nobody does, nothing is made. All attempts of a run are in one trace,
/// whose id is the run's, also when the process was restarted in between.
/// </summary>
internal static class AttemptSpan
{
    private static readonly ActivitySource Source = new(StudioMeters.Name);

    public static Activity? Start(Claim claim, string provider)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var run = claim.RunId is { } id
            ? new ActivityContext(ActivityTraceId.CreateFromString(id), ActivitySpanId.CreateFromString(id.AsSpan(16)), ActivityTraceFlags.Recorded, isRemote: true)
            : default;
        return Source.StartActivity("storystudio.attempt", ActivityKind.Internal, run,
        [
            new("storystudio.story.id", claim.StoryId),
            new("storystudio.run.id", claim.RunId),
            new("storystudio.image.id", claim.ImageId),
            new("storystudio.attempt.id", claim.Token),
            new("storystudio.attempt.number", claim.Attempt),
            new("storystudio.segment", claim.Number.ToString()),
            new("storystudio.style", claim.Style),
            new("storystudio.provider", provider),
        ]);
    }

    /// <param name="span">What <see cref="Start"/> gave.</param>
    /// <param name="outcome">How it ended, as it is written down.</param>
    public static void End(Activity? span, string? outcome)
    {
        if (span is null)
        {
            return;
        }

        span.SetTag("storystudio.outcome", outcome);
        if (outcome is not (null or AttemptOutcome.Succeeded) && !AttemptOutcome.Neutral.Contains(outcome, StringComparer.Ordinal))
        {
            span.SetTag("error.type", outcome);
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
