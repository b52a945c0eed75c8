using System.Text.RegularExpressions;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Pictures;

/// <summary>What is said about one picture.</summary>
internal static partial class PictureWords
{
    public const string Locked = "Locked";
    public const string Paused = "Paused";
    public const string Keep = "Keep this one";
    public const string NotLoaded = "The picture did not load.";

    /// <summary>The sentence that stands in the picture's place, or is spoken where a picture stands there.</summary>
    public static string Sentence(ImageState? image) => image switch
    {
        null => "Not drawn yet",
        { Status: ImageStatus.Pending, NextAttemptAt: not null, Error: { } error } => WithoutSeconds(error.Message),
        { Status: ImageStatus.Pending } => "Waiting",
        { Status: ImageStatus.InProgress } => "Generating image…",
        { Status: ImageStatus.Failed, Error: { } error, NextAttemptAt: not null } => WithoutSeconds(error.Message),
        { Status: ImageStatus.Failed } => image.Error?.Message ?? "The picture could not be drawn.",
        { Status: ImageStatus.Cancelled, Url: null } => "Cancelled",
        _ => "Drawn",
    };

    /// <summary>Why the picture that is shown may be kept, where <see cref="ImageState.CanBeKept"/>.</summary>
    public static string Kept(ImageState image) => image.Status is ImageStatus.Failed
        ? "Another version could not be drawn. The one that is shown is still there."
        : "Another version was cancelled. The one that is shown is still there.";

    /// <summary>Seconds as a person says them.</summary>
    public static string In(TimeSpan left) => left.TotalSeconds switch
    {
        <= 0 => "in a moment",
        < 100 => $"in {Math.Ceiling(left.TotalSeconds)} s",
        _ => $"in {Math.Ceiling(left.TotalMinutes)} min",
    };

    // The sentence was true when it was committed; beside a countdown its own number would stand still.
    private static string WithoutSeconds(string message) => TryingAgain().Replace(message, "").TrimEnd();

    [GeneratedRegex(@"\s*Trying again[^.]*\.?\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TryingAgain();
}
