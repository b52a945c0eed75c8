using System.Globalization;

namespace StoryStudio.Core.Stories;

/// <summary>What a text is known by where it is not at hand, as wwwroot/js/draft.js says it too. Nothing to keep a secret by.</summary>
public static class TextMark
{
    /// <summary>Its length in UTF-16 units and two 32-bit sums of them, in hexadecimal: <c>5-6b9c22a1-1f0be5d3</c>.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (one, other) = (0x811c9dc5u, 0x9747b28cu);
        foreach (var unit in text)
        {
            (one, other) = (unchecked((one ^ unit) * 0x01000193u), unchecked((other ^ unit) * 0x85ebca6bu));
        }

        return string.Create(CultureInfo.InvariantCulture, $"{text.Length}-{one:x}-{other:x}");
    }
}
