using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Web.Components.Runs;
using StoryStudio.Web.Components.Shared;

namespace StoryStudio.Web.Components.Stories;

/// <summary>One version of a picture, as one says it.</summary>
internal static class VersionWords
{
    /// <summary>What was asked of it, and whether a picture went along with that; null where nothing was.</summary>
    public static string? Instruction(ImageVersionDetails version) => version.Instruction is not { Length: > 0 } asked ? null
        : version.BasedOn is { } from ? $"“{asked}” Changed from version {from}."
        : version is { Version: > 1, References.Count: 0 } ? $"“{asked}” Added to the prompt: no picture could go along to what drew it."
        : $"“{asked}” Added to the prompt.";

    public static string Locked(PictureLock held) => held.Reason switch
    {
        LockReason.Approved => $"Approved by {held.By}, and locked.",
        LockReason.Uploaded => $"Brought by {held.By}, and locked.",
        _ => $"Locked by {held.By}.",
    };

    /// <summary>What is known of it: who drew it, how large it is, what it cost, when.</summary>
    /// <param name="version">One of several.</param>
    /// <param name="dollars">For what all of them cost.</param>
    public static string Facts(ImageVersionDetails version, Dollars dollars) => string.Join(", ", new[]
    {
        AttemptWords.Provider(version.Provider, version.Model),
        $"{version.Width} × {version.Height}",
        AttemptWords.Cost(version.Provider, version.CostUsd, dollars),
        Times.Moment(version.CreatedAt),
    }.Where(f => f is not null));

    /// <summary>What becomes of those that were made from a style's first picture once that is another.</summary>
    public static string MadeFrom(int count) =>
        $"{(count == 1 ? "1 other picture in this style was" : $"{count:N0} other pictures in this style were")} made from this one and will be marked as from before a change.";

    /// <summary>That a version is shown from now on, and what became of the pictures that were made from the one before.</summary>
    /// <param name="version">Its number.</param>
    /// <param name="madeFrom">Pictures that were made from the one that was shown before.</param>
    public static string Shown(int version, int madeFrom) => madeFrom switch
    {
        0 => $"Version {version} is shown.",
        1 => $"Version {version} is shown. 1 picture was made from the one before and is marked as from before a change.",
        _ => $"Version {version} is shown. {madeFrom:N0} pictures were made from the one before and are marked as from before a change.",
    };

    /// <summary>What happens to the present picture when something is to be different.</summary>
    public static string Along(bool hasPicture, bool goesAlong) => (hasPicture, goesAlong) switch
    {
        (false, _) => "Your words are added to the prompt, this once.",
        (_, true) => "The picture goes along: what you do not mention stays.",
        _ => "This picture cannot go along to what draws it now: your words are added to the prompt, and it is drawn anew.",
    };
}
