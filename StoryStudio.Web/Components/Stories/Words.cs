namespace StoryStudio.Web.Components.Stories;

/// <summary>Numbers and the words that go with them.</summary>
internal static class Words
{
    private const int LongestFileName = 60;

    /// <summary>"1 page", "36 pages".</summary>
    public static string Count(int number, string one) => number == 1 ? $"1 {one}" : $"{number:N0} {one}s";

    /// <summary>“hat.png”, and of a very long name its beginning.</summary>
    public static string Quoted(string fileName)
    {
        if (fileName.Length <= LongestFileName)
        {
            return $"“{fileName}”";
        }

        var end = char.IsHighSurrogate(fileName[LongestFileName - 1]) ? LongestFileName - 1 : LongestFileName;
        return $"“{fileName[..end]}…”";
    }
}
