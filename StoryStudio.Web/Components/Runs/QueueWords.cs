using System.Globalization;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Web.Components.Shared;

namespace StoryStudio.Web.Components.Runs;

/// <summary>What is going on in the queue, as one says it.</summary>
internal static class QueueWords
{
    public static string? Summary(QueueState? queue) => queue switch
    {
        null => null,
        { Working.Count: 0, Waiting: 0 } => "At rest",
        { Waiting: 0 } => string.Create(CultureInfo.InvariantCulture, $"{queue.Working.Count} of {queue.MaxConcurrency} at work"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{queue.Working.Count} of {queue.MaxConcurrency} at work, {queue.Waiting} waiting"),
    };

    /// <summary>Which image it is, for a button's name.</summary>
    public static string Name(QueuedImage entry, string style) => $"{entry.Character ?? entry.Image.Number}, {style}, {entry.StoryTitle}";

    /// <summary>What was done about a story's turn.</summary>
    public static string Said(RunPriority priority, string title) => priority switch
    {
        RunPriority.High => $"{title} comes before others.",
        RunPriority.Low => $"{title} comes after others.",
        _ => $"{title} comes in turn.",
    };

    /// <summary>What was done about an image's turn. In a run that is paused it comes first of those that go on with it.</summary>
    /// <param name="name">Which it is.</param>
    /// <param name="isPaused">Whether its run is paused, or waits for a budget.</param>
    public static string SaidNext(string name, bool isPaused) => isPaused ? $"{name} comes next once its run goes on." : $"{name} comes next.";

    /// <summary>What waits says since when by the clock, which stands still; what is being made, for how long.</summary>
    public static string State(QueuedImage entry, DateTimeOffset now)
    {
        if (entry.WaitsFor is { } wait)
        {
            var until = wait.Until is not { } time ? "" : wait.Kind is QueueWaitKind.Retry ? $", next attempt at {Times.Clock(time)}" : $" until {Times.Clock(time)}";
            return $"{wait.Message.TrimEnd('.')}{until}, since {(now - entry.Since < TimeSpan.FromHours(20) ? Times.Clock(entry.Since) : Times.Moment(entry.Since))}";
        }

        var parts = new[]
        {
            string.Create(CultureInfo.InvariantCulture, $"Attempt {entry.Image.Attempt} of {entry.Image.MaxAttempts}"),
            entry.Image.Provider is ImageProviders.Sketch ? "built-in illustrator" : entry.Image.Model ?? entry.Image.Provider,
            entry.KeyTail is { } tail ? $"key {tail}" : null,
            $"for {For(now - entry.Since)}",
        };
        return string.Join(", ", parts.Where(p => p is not null));
    }

    private static string For(TimeSpan time) => time.TotalSeconds switch
    {
        < 1 => "a moment",
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalSeconds)} s"),
        < 90 * 60 => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(time.TotalMinutes)} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(time.TotalHours)} h"),
    };
}
