using System.Globalization;
using System.Text;
using System.Xml;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>
/// Writes an SVG of plain shapes: no script, no style, nothing from elsewhere, so that the strictest content policy shows it.
/// </summary>
internal sealed class SvgWriter(string idPrefix)
{
    public const int Width = 1200;
    public const int Height = 800;

    private const string PathEnd = "\"/>";

    private readonly StringBuilder _body = new(16 * 1024);
    private readonly StringBuilder _defs = new();
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    private string _openAttributes = "";
    private int _openEnd = -1;

    public SvgWriter Raw(string text)
    {
        _body.Append(text);
        return this;
    }

    public SvgWriter Number(double value) => Raw(Text(value));

    /// <summary>The next number of a path: a minus sign needs no space before it.</summary>
    public void Coordinate(double value)
    {
        var text = Text(value);
        if (text[0] != '-' && char.IsAsciiDigit(_body[^1]))
        {
            _body.Append(' ');
        }

        _body.Append(text);
    }

    /// <summary>At most one digit after the point; adding zero turns a negative zero into a plain one.</summary>
    public static string Text(double value) => (Math.Round(value, 1) + 0.0).ToString("0.#", CultureInfo.InvariantCulture);

    public SvgWriter Attribute(string name, double value) => Raw(" ").Raw(name).Raw("=\"").Number(value).Raw("\"");

    public SvgWriter Attribute(string name, string value) => Raw(" ").Raw(name).Raw("=\"").Raw(value).Raw("\"");

    /// <summary>The attribute, or nothing where it is whole.</summary>
    public static string Opacity(double value) =>
        value >= 1 ? "" : $" opacity=\"{Math.Round(value, 2).ToString(".##", CultureInfo.InvariantCulture) switch { "" => "0", var text => text }}\"";

    /// <summary>Starts a path; one that looks like the path just before goes on in the same element.</summary>
    public void BeginPath(string attributes, bool mayJoin)
    {
        if (mayJoin && _openEnd == _body.Length && string.Equals(attributes, _openAttributes, StringComparison.Ordinal))
        {
            _body.Length -= PathEnd.Length;
        }
        else
        {
            Raw("<path").Raw(attributes).Raw(" d=\"");
        }

        _openAttributes = attributes;
    }

    public void EndPath(bool mayJoin)
    {
        Raw(PathEnd);
        _openEnd = mayJoin ? _body.Length : -1;
    }

    /// <summary>Puts a definition once and gives the reference to it.</summary>
    /// <param name="definition">An element with <c>$id</c> where its id belongs.</param>
    public string Define(string definition)
    {
        if (!_ids.TryGetValue(definition, out var id))
        {
            id = $"{idPrefix}{_ids.Count.ToString(CultureInfo.InvariantCulture)}";
            _ids.Add(definition, id);
            _defs.Append(definition.Replace("$id", id, StringComparison.Ordinal));
        }

        return $"url(#{id})";
    }

    public byte[] ToBytes(string title)
    {
        var all = new StringBuilder(_body.Length + _defs.Length + 400);
        all.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" stroke-linecap=\"round\" stroke-linejoin=\"round\">")
            .Append("<title>").Append(Escape(title)).Append("</title>");
        if (_defs.Length > 0)
        {
            all.Append("<defs>").Append(_defs).Append("</defs>");
        }

        all.Append(_body).Append("</svg>\n");
        return Encoding.UTF8.GetBytes(all.ToString());
    }

    /// <summary>Text for an element: markup is escaped, and what XML 1.0 forbids is left out.</summary>
    public static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                safe.Append(c).Append(text[++i]);
            }
            else if (XmlConvert.IsXmlChar(c))
            {
                safe.Append(c switch { '<' => "&lt;", '>' => "&gt;", '&' => "&amp;", '"' => "&quot;", '\r' or '\n' or '\t' => " ", _ => c.ToString() });
            }
        }

        return safe.ToString();
    }
}
