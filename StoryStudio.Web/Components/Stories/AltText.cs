using StoryStudio.Core.Books;

namespace StoryStudio.Web.Components.Stories;

/// <summary>What is said in place of a picture: the beginning of the text that it was drawn from.</summary>
internal static class AltText
{
    private const int Longest = 120;

    public static string Of(string text, string styleName) => $"{styleName}: {Beginning(text)}";

    /// <summary>As much of a text as can be said in passing, on one line.</summary>
    public static string Beginning(string text)
    {
        var words = string.Join(' ', (text.Contains('#') ? PageText.Words(text) : text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (words.Length <= Longest)
        {
            return words;
        }

        var cut = words.LastIndexOf(' ', Longest);
        var end = cut > Longest / 2 ? cut : Longest;
        return $"{words[..(char.IsHighSurrogate(words[end - 1]) ? end - 1 : end)]}…";
    }
}
