namespace StoryStudio.Web.Components.Reading;

/// <summary>A segment's text as a book sets it.</summary>
internal static class Paragraphs
{
    /// <summary>What stands between empty lines; single line breaks stay in it.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        var paragraphs = new List<string>();
        var lines = new List<string>();
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Append(""))
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                lines.Add(line.Trim());
            }
            else if (lines.Count > 0)
            {
                paragraphs.Add(string.Join('\n', lines));
                lines.Clear();
            }
        }

        return paragraphs;
    }
}
