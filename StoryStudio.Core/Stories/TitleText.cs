namespace StoryStudio.Core.Stories;

/// <summary>Makes a title of a line.</summary>
internal static class TitleText
{
    /// <summary>Without Markdown's marks, control characters and doubled spaces.</summary>
    public static string Clean(string line)
    {
        var visible = string.Create(line.Length, line, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
        var words = string.Join(' ', visible.Trim('#', '*', '_', ' ', '\t').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return words.Length > 0 ? words : visible.Trim();
    }

    /// <summary>At most so long, cut at a word where there is one, with an ellipsis for what is missing.</summary>
    public static string Shorten(string title, int maxLength)
    {
        if (title.Length <= maxLength)
        {
            return title;
        }

        var kept = Graphemes.Truncate(title, maxLength - 1);
        var space = kept.LastIndexOf(' ');
        return (space >= maxLength / 2 ? kept[..space] : kept).TrimEnd(' ', ',', ';', ':', '-', '–', '—') + "…";
    }
}
