using System.Globalization;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Stories;

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
    public static string Name(QueuedImage entry) => $"{entry.Character ?? entry.Image.Number}, {entry.Image.Style}, {entry.StoryTitle}";

    public static string State(QueuedImage entry, DateTimeOffset now)
    {
        var since = For(now - entry.Since);
        if (entry.WaitsFor is { } wait)
        {
            var until = wait.Until is { } time ? string.Create(CultureInfo.InvariantCulture, $" until {time.ToLocalTime():HH:mm:ss}") : "";
            return $"{wait.Message.TrimEnd('.')}{until}, waiting for {since}";
        }

        var parts = new[]
        {
            string.Create(CultureInfo.InvariantCulture, $"Attempt {entry.Image.Attempt} of {entry.Image.MaxAttempts}"),
            entry.Image.Provider,
            entry.KeyTail is { } tail ? $"key {tail}" : null,
            $"for {since}",
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
