using System.Globalization;

namespace StoryStudio.Tests.Bench;

/// <summary>What was promised beside what was measured.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Measured">How much; not a number where there was nothing to measure, which keeps no promise.</param>
/// <param name="Most">How much there may be.</param>
/// <param name="Unit">Of both.</param>
internal sealed record Limit(string What, double Measured, double Most, string Unit)
{
    public bool IsKept => Measured <= Most;

    /// <summary>Prints each, and says whether all were kept.</summary>
    public static bool Print(params IReadOnlyList<Limit> limits)
    {
        foreach (var limit in limits)
        {
            Console.WriteLine($"  {limit}");
        }

        return limits.All(l => l.IsKept);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{What}: {Measured:0.##} {Unit}, promised {Most:0.##} {Unit} at most: {(IsKept ? "kept" : "not kept")}");
}
