using System.Diagnostics;

namespace StoryStudio.Tests.Bench.Viewers;

/// <summary>When each change was asked for, and how long after that whoever watched had it.</summary>
internal sealed class Changes
{
    private readonly List<(long Key, long At)> _made = [];
    private readonly List<double> _commits = [];

    /// <summary>Makes changes at a steady pace, each known by the key that <paramref name="change"/> returns. The clock begins before the commit.</summary>
    public async Task MakeAsync(int changes, TimeSpan pace, Func<int, Task<long>> change)
    {
        _made.Clear();
        _commits.Clear();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < changes; i++)
        {
            var at = Stopwatch.GetTimestamp();
            _made.Add((await change(i), at));
            _commits.Add(Arrival.Milliseconds(Stopwatch.GetTimestamp() - at));
            var rest = (pace * (i + 1)) - clock.Elapsed;
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        }
    }

    /// <summary>Milliseconds from each change to its arrival at each viewer, sorted; an address that comes again belongs to the newest change that is older.</summary>
    public Delays Of(IReadOnlyList<Arrival> arrivals, int viewers)
    {
        var byKey = _made.ToLookup(m => m.Key, m => m.At);
        var seen = new HashSet<(int, long)>();
        var delays = new List<double>();
        foreach (var arrival in arrivals)
        {
            var at = byKey[arrival.Key].Where(made => made <= arrival.At).DefaultIfEmpty(-1).Max();
            if (at >= 0 && seen.Add((arrival.Viewer, at)))
            {
                delays.Add(Arrival.Milliseconds(arrival.At - at));
            }
        }

        delays.Sort();
        _commits.Sort();
        return new(delays, _commits, viewers * _made.Count);
    }
}

/// <param name="Sorted">Milliseconds to each arrival.</param>
/// <param name="Commits">Milliseconds until each change was committed and its maker had the answer: a part of the former.</param>
/// <param name="Expected">How many arrivals there should be.</param>
internal sealed record Delays(List<double> Sorted, List<double> Commits, int Expected)
{
    public double At(double share) => At(Sorted, share);

    /// <summary>The same of all that there should be: what never came has taken for ever.</summary>
    public double AtOfAll(double share) => Expected == 0 ? double.NaN : Math.Min(Expected - 1, (int)(Expected * share)) is var at && at < Sorted.Count ? Sorted[at] : double.PositiveInfinity;

    public override string ToString() =>
        $"{Sorted.Count} of {Expected} arrivals, median {At(0.5):F1} ms, p99 {At(0.99):F1} ms, worst {At(1):F1} ms; the commit's part: median {At(Commits, 0.5):F1} ms, p99 {At(Commits, 0.99):F1} ms";

    private static double At(List<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
