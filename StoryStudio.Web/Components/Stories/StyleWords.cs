namespace StoryStudio.Web.Components.Stories;

/// <summary>What is said of a style.</summary>
internal static class StyleWords
{
    private const int Longest = 70;

    /// <summary>A word on its look: how its prompt begins; null where that is no short beginning.</summary>
    public static string? Look(string prompt)
    {
        var end = prompt.AsSpan().IndexOfAny(":;.\n");
        var look = (end < 0 ? prompt : prompt[..end]).Trim();
        return look.Length is > 0 and <= Longest ? look : null;
    }
}
