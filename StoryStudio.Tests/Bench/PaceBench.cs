using System.Diagnostics;
using System.Globalization;
using StoryStudio.Tests.Fakes;

namespace StoryStudio.Tests.Bench;

/// <summary>
/// Calls that a lane makes in ten minutes, beside what its keys' limits allow in that time: the whole engine on a manual clock, so that the
/// figure is the engine's and not the machine's. Calls take 5 to 25 seconds by lot, from a seed. Fails where a promise was not kept.
/// <c>bench pace [keys]…</c>
/// </summary>
internal static class PaceBench
{
    private const int RequestsPerMinute = 10;
    private const int Seed = 1;
    private const double MostPercentNotMade = 3;

    private static readonly int[] Keys = [1, 2, 6];

    public static async Task<bool> RunAsync(string[] args)
    {
        var areKept = true;
        foreach (var keys in args.Length > 0 ? [.. args.Select(text => int.Parse(text, CultureInfo.InvariantCulture))] : Keys)
        {
            var clock = Stopwatch.StartNew();
            var run = await PaceRun.MeasureAsync(new() { Keys = keys, RequestsPerMinute = RequestsPerMinute, Seed = Seed });
            Console.WriteLine(
                $"{keys} {(keys == 1 ? "key " : "keys")} of {RequestsPerMinute} a minute, seed {Seed}: {run.Made,3} of {run.Possible,3} possible calls in 10 minutes, share {run.OfThePossible:F3} " +
                $"({clock.Elapsed.TotalSeconds:F1} s for it)");
            areKept &= Limit.Print(Limits(run));
        }

        return areKept;
    }

    /// <summary>What is promised of such a run.</summary>
    internal static IReadOnlyList<Limit> Limits(PaceRun run) =>
    [
        new("possible calls that were not made", 100.0 * (run.Possible - run.Made) / run.Possible, MostPercentNotMade, "%"),
        new("calls in any minute of a key", run.Starts.Values.Max(MostInAMinute) ?? double.NaN, run.RequestsPerMinute, "calls"),
        new("images that failed", run.Failed, 0, "images"),
    ];

    private static int? MostInAMinute(List<TimeSpan> starts) => starts.Max(from => starts.Count(start => start >= from && start - from < TimeSpan.FromMinutes(1)));
}
