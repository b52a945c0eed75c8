using System.Diagnostics;
using System.Globalization;
using StoryStudio.Tests.Faults;

namespace StoryStudio.Tests.Bench;

/// <summary>Everything that a service and we ourselves can do to a run, at random, from so many seeds; whatever breaks a promise is named. <c>bench faults [seed] [seeds]</c></summary>
internal static class FaultBench
{
    public static async Task RunAsync(string[] args)
    {
        var first = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1;
        var seeds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2000;
        var clock = Stopwatch.StartNew();
        var (done, disturbed, calls, violations) = (0, 0, 0, 0);
        await Parallel.ForEachAsync(Enumerable.Range(first, seeds), new ParallelOptions { MaxDegreeOfParallelism = 2 * Environment.ProcessorCount }, async (seed, _) =>
        {
            var result = await new FaultRun(FaultScenario.FromSeed(seed)).RunAsync();
            Interlocked.Increment(ref done);
            Interlocked.Add(ref disturbed, result.Disturbed ? 1 : 0);
            Interlocked.Add(ref calls, result.Calls);
            if (result.Violations.Count > 0)
            {
                Interlocked.Add(ref violations, result.Violations.Count);
                Console.WriteLine(result);
            }
        });
        Console.WriteLine($"{done} seeds in {clock.Elapsed.TotalSeconds:F0} s, {disturbed} disturbed, {calls} calls, {violations} violations");
    }
}
