namespace StoryStudio.Web.Accounts;

/// <summary>Where to go on to.</summary>
internal static class Ways
{
    /// <summary>A path of this server; whatever else an address may hold leads to the library.</summary>
    public static string Within(string? back) =>
        back is { Length: > 1 and <= 2_000 } && back[0] == '/' && back[1] is not ('/' or '\\') && !back.Any(c => char.IsControl(c) || c == '\\') ? back : "/";
}
