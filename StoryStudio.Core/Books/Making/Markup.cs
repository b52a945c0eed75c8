using System.Text;

namespace StoryStudio.Core.Books.Making;

/// <summary>Text as XML and HTML take it.</summary>
internal static class Markup
{
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>For text and for attributes in double quotes. What XML has no way to write becomes a replacement sign.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\t' or '\n' or '\r' => escaped.Append((char)rune.Value),
                < 0x20 or (>= 0x7F and <= 0x9F) or 0xFFFE or 0xFFFF => escaped.Append('\uFFFD'),
                _ => escaped.Append(rune.ToString()),
            };
        }

        return escaped.ToString();
    }

    /// <summary>The text of a page in paragraphs; the same in XHTML and HTML.</summary>
    public static string Text(BookPage page, string headingTag, string language)
    {
        var markup = new StringBuilder();
        foreach (var block in PageText.Blocks(page.Text, page.StartsScene, language))
        {
            var tag = block.IsHeading ? headingTag : "p";
            markup.Append('<').Append(tag).Append(" dir=\"auto\">").AppendJoin("<br/>", block.Lines.Select(Escape)).Append("</").Append(tag).Append(">\n");
        }

        return markup.ToString();
    }
}
