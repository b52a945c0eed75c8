using System.Globalization;
using System.Xml;

namespace StoryStudio.Core.Providers.Pictures;

/// <summary>SVG from our own illustrator: well-formed, with a size, and nothing in it that runs or fetches.</summary>
internal static class SvgCheck
{
    private const string Namespace = "http://www.w3.org/2000/svg";
    private const long MaxBytes = 4 * 1024 * 1024;
    private const int MaxDepth = 100;

    private static readonly HashSet<string> Refused = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "foreignObject", "iframe", "embed", "object", "audio", "video", "canvas", "handler", "listener", "a", "image", "feImage",
    };

    public static (int Width, int Height) Run(Stream stream)
    {
        stream.Position = 0;
        if (stream.Length > MaxBytes)
        {
            throw new PictureFaultException(PictureFault.TooManyBytes, $"The SVG has {stream.Length:N0} bytes; {MaxBytes:N0} are taken.");
        }

        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxBytes, MaxCharactersFromEntities = 1024 };
        using var reader = XmlReader.Create(stream, settings);
        try
        {
            return Read(reader);
        }
        catch (XmlException exception)
        {
            throw new PictureFaultException(PictureFault.Damaged, $"The SVG is not well-formed: line {exception.LineNumber}, position {exception.LinePosition}.");
        }
    }

    private static (int Width, int Height) Read(XmlReader reader)
    {
        (int Width, int Height)? size = null;
        var inStyle = false;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (size is null)
                    {
                        size = ReadRoot(reader);
                    }

                    CheckElement(reader);
                    inStyle = reader is { LocalName: "style", IsEmptyElement: false };
                    break;
                case XmlNodeType.EndElement:
                    inStyle = false;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace when inStyle:
                    CheckCss(reader.Value);
                    break;
                case XmlNodeType.ProcessingInstruction:
                    throw Unsafe("has a processing instruction");
            }
        }

        return size ?? throw new PictureFaultException(PictureFault.Damaged, "The SVG has no content.");
    }

    private static (int Width, int Height) ReadRoot(XmlReader reader)
    {
        if (reader.LocalName != "svg" || reader.NamespaceURI != Namespace)
        {
            throw new PictureFaultException(PictureFault.UnknownType, "The markup is not an SVG.");
        }

        if (Number(reader.GetAttribute("width")) is { } width && Number(reader.GetAttribute("height")) is { } height)
        {
            return PictureInspector.CheckSize(width, height);
        }

        var box = reader.GetAttribute("viewBox")?.Split([' ', ',', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (box.Length == 4 && Number(box[2]) is { } boxWidth && Number(box[3]) is { } boxHeight)
        {
            return PictureInspector.CheckSize(boxWidth, boxHeight);
        }

        throw new PictureFaultException(PictureFault.Damaged, "The SVG does not say how large it is.");
    }

    private static void CheckElement(XmlReader reader)
    {
        if (reader.Depth > MaxDepth)
        {
            throw new PictureFaultException(PictureFault.Damaged, "The SVG is nested too deeply.");
        }

        if (reader.NamespaceURI != Namespace || Refused.Contains(reader.LocalName))
        {
            throw Unsafe($"has an element <{reader.LocalName}>");
        }

        while (reader.MoveToNextAttribute())
        {
            CheckAttribute(reader.LocalName, reader.Prefix, reader.Value);
        }

        reader.MoveToElement();
    }

    private static void CheckAttribute(string name, string prefix, string value)
    {
        if (prefix == "xmlns" || (prefix.Length == 0 && name == "xmlns"))
        {
            return;
        }

        if (name.StartsWith("on", StringComparison.OrdinalIgnoreCase))
        {
            throw Unsafe($"has an event attribute {name}");
        }

        if (name is "base" or "src" || (name == "href" && !value.StartsWith('#')))
        {
            throw Unsafe($"points outside itself by {name}");
        }

        // An animation could set what the other rules refuse.
        if (name == "attributeName" && (value.Contains("href", StringComparison.OrdinalIgnoreCase) || value.TrimStart().StartsWith("on", StringComparison.OrdinalIgnoreCase)))
        {
            throw Unsafe($"animates {value}");
        }

        CheckCss(value);
    }

    private static void CheckCss(string value)
    {
        if (value.Contains("javascript:", StringComparison.OrdinalIgnoreCase)
            || value.Contains("@import", StringComparison.OrdinalIgnoreCase)
            || value.Contains("expression(", StringComparison.OrdinalIgnoreCase)
            || (value.Contains('\\') && value.Contains('(')))
        {
            throw Unsafe("has a style that runs or fetches");
        }

        for (var at = value.IndexOf("url(", StringComparison.OrdinalIgnoreCase); at >= 0; at = value.IndexOf("url(", at + 4, StringComparison.OrdinalIgnoreCase))
        {
            var target = value.AsSpan(at + 4).TrimStart(" \t\r\n'\"");
            if (!target.StartsWith("#"))
            {
                throw Unsafe("has a style that points outside itself");
            }
        }
    }

    /// <summary>A plain number or one of pixels, rounded up; null for what is neither.</summary>
    private static long? Number(string? text)
    {
        text = text?.Trim();
        if (text?.EndsWith("px", StringComparison.OrdinalIgnoreCase) is true)
        {
            text = text[..^2];
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and < int.MaxValue
            ? (long)Math.Ceiling(number)
            : null;
    }

    private static PictureFaultException Unsafe(string what) => new(PictureFault.Unsafe, $"The SVG {what}.");
}
