namespace StoryStudio.Core.Books.Reading;

internal static class ReadWords
{
    /// <summary>"1 picture", "3 pictures".</summary>
    public static string Count(int count, string what) => count == 1 ? $"1 {what}" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count:N0} {what}s");
}
