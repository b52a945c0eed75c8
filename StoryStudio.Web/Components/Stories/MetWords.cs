using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Stories;

/// <summary>Words in a field that meet others, saved elsewhere since it was opened.</summary>
internal static class MetWords
{
    /// <summary>
    /// What stands in the field then, and what its author is told. Nothing is told where both wrote the very same. Whoever saves once more
    /// has made a decision: the other words are known.
    /// </summary>
    /// <param name="basedOn">What the field began with.</param>
    /// <param name="draft">What stands in it.</param>
    /// <param name="theirs">What was saved elsewhere.</param>
    public static (string Draft, string? Said) Of(string basedOn, string draft, string theirs)
    {
        if (draft.ReplaceLineEndings("\n").Trim() == theirs)
        {
            return (theirs, null);
        }

        // An empty field is a wish of its own, and nothing to put others into.
        var both = string.IsNullOrWhiteSpace(draft) || theirs.Length == 0 ? null : TextMerge.Both(basedOn, draft, theirs);
        return both is not null
            ? (both, "These words were changed meanwhile, in another place than yours. Both changes are in the field now: save again to keep both, or cancel to take the others alone.")
            : theirs.Length == 0
                ? (draft, "These words were taken away meanwhile. Save again to keep yours, or cancel to leave them away.")
                : (draft, $"These words were changed meanwhile: “{AltText.Beginning(theirs)}” Save again to keep yours, or cancel to take the others.");
    }
}
