using System.Globalization;

namespace StoryStudio.Core.Stories;

/// <summary>What a reader takes for one character: an accented letter, a flag, a family of emoji. Never cut in two.</summary>
internal static class Graphemes
{
    /// <summary>Nothing that anybody reads is longer; what is longer is cut between code points, so that hostile text costs no more than any other.</summary>
    public const int Longest = 1_000;

    /// <summary>Length of the character that starts at <paramref name="position"/>, which is where one starts.</summary>
    public static int LengthAt(string text, int position)
    {
        var length = StringInfo.GetNextTextElementLength(text.AsSpan(position, Math.Min(Longest, text.Length - position)));
        var splitsPair = length > 1 && position + length < text.Length
            && char.IsHighSurrogate(text[position + length - 1]) && char.IsLowSurrogate(text[position + length]);
        return splitsPair ? length - 1 : length;
    }

    /// <summary>Whether the white space or punctuation before <paramref name="position"/> stands alone, with no mark on it.</summary>
    public static bool EndsBefore(string text, int position) =>
        position == 0 || position >= text.Length || LengthAt(text, position - 1) == 1;

    /// <summary>The first place that is not white space. A space that carries a mark counts as a character.</summary>
    public static int SkipWhiteSpace(string text, int at, int end)
    {
        var i = at;
        while (i < end && char.IsWhiteSpace(text[i]))
        {
            i++;
        }

        return i > at && i < end && !EndsBefore(text, i) ? i - 1 : i;
    }

    /// <summary>The last place at or before <paramref name="position"/> where one character ends and the next starts.</summary>
    public static int Floor(string text, int position)
    {
        var at = 0;
        while (at < text.Length && at + LengthAt(text, at) is var next && next <= position)
        {
            at = next;
        }

        return at;
    }

    /// <summary>As much of the beginning as fits.</summary>
    public static string Truncate(string text, int maxLength) => text.Length <= maxLength ? text : text[..Floor(text, maxLength)];
}
