using System.Text.RegularExpressions;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Runs;

/// <summary>What is going on with a story's pictures, as one says it.</summary>
internal static partial class RunWords
{
    /// <param name="run">The run that is active, else the one that changed last; null where there was none.</param>
    /// <param name="styles">For their names; a message of the engine carries their keys.</param>
    /// <param name="drawn">Pictures that are there.</param>
    /// <param name="wanted">Places for pictures: segments times styles.</param>
    /// <param name="failed">How many pictures of the run stand failed in the story as it is now; null where that is what the run counted.</param>
    /// <param name="again">What there is to say while all that is left of it waits to be tried again; null while something goes on, or nobody looked.</param>
    /// <param name="sheets">Sheets of characters and places that could not be drawn.</param>
    public static string Line(RunState? run, IReadOnlyList<StyleSummary> styles, int drawn, int wanted, int? failed = null, string? again = null, int sheets = 0) => run switch
    {
        { Status: RunStatus.Queued, Message: not null and not Run.NotBegun and var waits } => waits,
        { Status: RunStatus.Queued } => $"Waiting to start with {Pictures(run.Pending)}",
        { Status: RunStatus.Running } => Joined(Doing(run, styles, again), $"{Final(run)} of {run.Total}", Left(run.EstimatedSecondsLeft)),
        { Status: RunStatus.Paused, PauseReason: not PauseReason.Author, Message: { } message } => message.TrimEnd('.'),
        { Status: RunStatus.Paused } => $"Paused at {Final(run)} of {run.Total}",
        _ when sheets > 0 && wanted > 0 => $"{Outcome(run, drawn, wanted, failed)}, {Sheets(sheets)} could not be drawn",
        _ => Outcome(run, drawn, wanted, failed),
    };

    private static string Outcome(RunState? run, int drawn, int wanted, int? failed) => run switch
    {
        { Status: RunStatus.CompletedWithErrors } when drawn < wanted && (failed ?? run.Failed) is > 0 and var lost => $"{drawn} of {Pictures(wanted)} drawn, {lost} could not be",
        { Status: RunStatus.Cancelled } when drawn < wanted => $"Cancelled, {drawn} of {Pictures(wanted)} drawn",
        _ when wanted == 0 => "Nothing to draw: this story has no text or no style",
        _ when drawn == 0 => $"{Pictures(wanted)} to draw",
        _ when drawn < wanted => $"{drawn} of {Pictures(wanted)} drawn",
        _ when wanted == 1 => "The picture is drawn",
        _ => $"All {Pictures(wanted)} drawn",
    };

    /// <summary>"about 4 minutes", or null where nobody can tell.</summary>
    public static string? Left(int? seconds) => seconds switch
    {
        null => null,
        < 10 => "a few seconds",
        < 55 => $"about {(seconds.Value + 5) / 10 * 10} seconds",
        < 90 => "about a minute",
        < 90 * 60 => $"about {(seconds.Value + 30) / 60} minutes",
        _ => $"about {(seconds.Value + 1800) / 3600} hours",
    };

    public static string Pictures(int count) => count == 1 ? "1 picture" : $"{count} pictures";

    public static string Sheets(int count) => count == 1 ? "1 sheet" : $"{count} sheets";

    private static int Final(RunState run) => run.Completed + run.Failed + run.Cancelled;

    private static string Joined(params string?[] parts) => string.Join(", ", parts.Where(p => !string.IsNullOrEmpty(p)));

    /// <summary>"Waiting to try 2.5 again" of a run of which all that is left waits for its next attempt; null of every other.</summary>
    public static string? Again(RunState? run, IEnumerable<ImageState> images)
    {
        if (run is not { Status: RunStatus.Running, InProgress: 0 } || run.IsHeldInPart())
        {
            return null;
        }

        var left = images.Where(i => i.RunId == run.Id && i.IsActive()).ToList();
        return left.Count == 0 || left.Exists(i => i.NextAttemptAt is null) ? null
            : left is [{ Type: ImageType.Segment } one] ? $"Waiting to try {one.Number} again"
            : $"Waiting to try {Pictures(left.Count)} again";
    }

    private static string Doing(RunState run, IReadOnlyList<StyleSummary> styles, string? again)
    {
        // What the engine says of keys says more.
        if (again is not null && run.Message?.Contains("Drawing", StringComparison.Ordinal) != false)
        {
            return again;
        }

        if (run.Message is not { Length: > 0 } message)
        {
            return run.Current is { } number ? $"Drawing {number}" : "Drawing";
        }

        if (Lane().Match(message) is not { Success: true } lane)
        {
            return message.TrimEnd('.');
        }

        var key = lane.Groups["style"].Value;
        var name = styles.FirstOrDefault(s => s.Key == key)?.Name ?? key;
        return $"{lane.Groups["words"].Value.TrimEnd('.')} in {name}";
    }

    [GeneratedRegex(@"^\[(?<style>[^\]]+)\]\s*(?<words>.+)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Singleline, 1000)]
    private static partial Regex Lane();
}
