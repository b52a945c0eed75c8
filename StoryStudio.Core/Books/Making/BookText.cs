using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Books.Making;

/// <summary>What a book says of its pages.</summary>
internal static class BookText
{
    /// <summary>What a scene is called: its heading, or its number.</summary>
    public static string SceneTitle(BookPage first, string language) =>
        PageText.Blocks(first.Text, first.StartsScene, language).FirstOrDefault(b => b.IsHeading) is { } heading ? string.Join(" · ", heading.Lines) : $"{first.Number.Split('.')[0]}";

    /// <summary>What is said in place of a picture: the beginning of the text that it shows.</summary>
    public static string Alt(string text)
    {
        const int longest = 140;
        return TitleText.Shorten(string.Join(' ', PageText.Words(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), longest);
    }
}
