using System.Globalization;
using System.Text.RegularExpressions;

namespace StoryStudio.Core.Stories;

/// <summary>A segment's place as <c>scene.beat</c>, both from 1 to 9999: <c>1.2</c>.</summary>
public readonly partial record struct SegmentNumber(int Scene, int Beat) : IComparable<SegmentNumber>
{
    public const int Highest = 9999;

    public static bool TryParse(string? text, out SegmentNumber number)
    {
        number = default;
        if (text is null || Pattern().Match(text) is not { Success: true } match)
        {
            return false;
        }

        number = new(
            int.Parse(match.Groups["scene"].ValueSpan, CultureInfo.InvariantCulture),
            int.Parse(match.Groups["beat"].ValueSpan, CultureInfo.InvariantCulture));
        return true;
    }

    public int CompareTo(SegmentNumber other) => (Scene, Beat).CompareTo((other.Scene, other.Beat));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scene}.{Beat}");

    public static bool operator <(SegmentNumber left, SegmentNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(SegmentNumber left, SegmentNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(SegmentNumber left, SegmentNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SegmentNumber left, SegmentNumber right) => left.CompareTo(right) >= 0;

    [GeneratedRegex(@"^(?<scene>[1-9][0-9]{0,3})\.(?<beat>[1-9][0-9]{0,3})\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
