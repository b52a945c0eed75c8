using System.Globalization;

namespace StoryStudio.Core;

/// <summary>
/// How amounts of US dollars are written: with two decimals, and with more where one of those that stand together would say nothing with two.
/// From ten cents on two are enough.
/// </summary>
/// <param name="Decimals">Of each that stands there.</param>
public readonly record struct Dollars(int Decimals)
{
    private const decimal Enough = 0.1m;

    /// <summary>For amounts that stand in one list or sentence; those that are not known take no part.</summary>
    public static Dollars Among(params IEnumerable<decimal?> amounts) => new(amounts.Select(usd => Needed(usd ?? 0)).DefaultIfEmpty(2).Max());

    /// <summary>An amount that stands alone: <c>$0</c>, <c>$1.36</c>, <c>$0.0061</c>.</summary>
    public static string Of(decimal usd) => Among(usd).Write(usd);

    /// <summary>One of those that stand together. What costs nothing needs no decimals.</summary>
    public string Write(decimal usd) => usd == 0 ? "$0" : $"${usd.ToString($"N{Math.Max(2, Decimals)}", CultureInfo.InvariantCulture)}";

    private static int Needed(decimal usd) => Math.Round(usd, 4, MidpointRounding.AwayFromZero) switch
    {
        0 => usd == 0 ? 2 : 6,
        >= Enough => 2,
        var rounded => rounded == Math.Round(rounded, 2) ? 2 : 4,
    };
}
