namespace StoryStudio.Web.Components.Stories;

/// <summary>What is said in place of a picture: the beginning of the text that it was drawn from.</summary>
internal static class AltText
{
    private const int Longest = 120;

    public static string Of(string text, string styleName)
    {
        var words = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (words.Length <= Longest)
        {
            return $"{styleName}: {words}";
        }

        var cut = words.LastIndexOf(' ', Longest);
        var end = cut > Longest / 2 ? cut : Longest;
        return $"{styleName}: {words[..(char.IsHighSurrogate(words[end - 1]) ? end - 1 : end)]}…";
    }
}
