namespace StoryStudio.Web.Components.Stories;

/// <summary>Numbers and the words that go with them.</summary>
internal static class Words
{
    /// <summary>"1 page", "36 pages".</summary>
    public static string Count(int number, string one) => number == 1 ? $"1 {one}" : $"{number:N0} {one}s";
}
