using System.Diagnostics;
using System.Globalization;
using StoryStudio.Tests.Faults;
using StoryStudio.Tests.Processes;

namespace StoryStudio.Tests.Bench;

/// <summary>
/// Everything that a service and we ourselves can do to a run, at random, from so many seeds; whatever breaks a promise is named with its
/// seed. One in twenty is the real program, killed or told to stop. Fails where anything is, or where memory was not flat.
/// <c>bench faults [seed] [seeds]</c>
/// </summary>
internal static class FaultBench
{
    private const int OneInSoManyIsAProcess = 20;
    private const int WarmUp = 100;
    private const double MostGrowth = 1.05;

    /// <summary>Seeds after which it says how far it is.</summary>
    private const int Word = 50;

    /// <summary>Seeds after which it looks at the heap, with none under way: a rise that levels off is told from one that goes on.</summary>
    private const int Look = 200;

    /// <summary>Far beyond what any seed takes: one that stands still is named instead of being waited for in silence.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static int _disturbed;
    private static int _calls;
    private static int _violations;
    private static int _ended;
    private static int _atFault;

    public static async Task<bool> RunAsync(string[] args)
    {
        var first = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1;
        var seeds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2000;
        var clock = Stopwatch.StartNew();
        var processes = seeds / OneInSoManyIsAProcess;
        var inside = seeds - processes;

        await ForEachAsync(first, Math.Min(WarmUp, inside), InsideAsync);
        var before = Heap();
        var after = before;
        for (var done = WarmUp; done < inside; done += Look)
        {
            await ForEachAsync(first + done, Math.Min(Look, inside - done), InsideAsync);
            after = Heap();
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"heap {after / 1024.0:F0} KB after {Math.Min(done + Look, inside)} seeds, {before / 1024.0:F0} KB after {WarmUp}"));
        }

        var isFlat = after <= before * MostGrowth;
        var violations = _violations;
        Console.WriteLine($"{inside} seeds from {first} on in this process, {_disturbed} of them crashed, stopped or cancelled at a moment of their own: {_calls} calls, {_violations} violations in {clock.Elapsed.TotalSeconds:F0} s; heap {before / 1024.0:F0} KB after {Math.Min(WarmUp, inside)}, {after / 1024.0:F0} KB at the end{(isFlat ? "" : ": not flat")}");

        clock.Restart();
        (_disturbed, _calls, _violations, _ended) = (0, 0, 0, 0);
        await ForEachAsync(first, processes, ProcessAsync);
        Console.WriteLine($"{processes} seeds from {first} on of the real program, {_disturbed} times killed or told to stop, {_atFault} lives at the very fault that was chosen for their end: {_calls} calls, {_violations} violations in {clock.Elapsed.TotalSeconds:F0} s");
        return isFlat && violations + _violations == 0;
    }

    private static Task ForEachAsync(int first, int seeds, Func<int, CancellationToken, ValueTask> body) =>
        Parallel.ForEachAsync(Enumerable.Range(first, Math.Max(0, seeds)), new ParallelOptions { MaxDegreeOfParallelism = 2 * Environment.ProcessorCount }, body);

    private static async ValueTask InsideAsync(int seed, CancellationToken cancellationToken)
    {
        var scenario = FaultScenario.FromSeed(seed);
        if (await EndAsync(new FaultRun(scenario).RunAsync(), $"{scenario}") is { } result)
        {
            Count(result.Disturbed ? 1 : 0, result.Calls, result.Violations.Count, result);
        }
    }

    private static async ValueTask ProcessAsync(int seed, CancellationToken cancellationToken)
    {
        if (await EndAsync(FaultLives.FromSeed(seed).RunAsync(), $"seed {seed} of the real program") is { } result)
        {
            Interlocked.Add(ref _atFault, result.EndedAtFault ? 1 : 0);
            Count(result.Ends, result.Calls, result.Violations.Count, result);
        }
    }

    private static async Task<T?> EndAsync<T>(Task<T> run, string what)
        where T : class
    {
        try
        {
            return await run.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            Count(disturbed: 0, calls: 0, violations: 1, $"{what}: stands still");
            return null;
        }
    }

    private static void Count(int disturbed, int calls, int violations, object result)
    {
        Interlocked.Add(ref _disturbed, disturbed);
        Interlocked.Add(ref _calls, calls);
        Interlocked.Add(ref _violations, violations);
        if (violations > 0)
        {
            Console.WriteLine(result);
        }

        if (Interlocked.Increment(ref _ended) is var ended && ended % Word == 0)
        {
            Console.Error.WriteLine($"{ended} seeds");
        }
    }

    private static long Heap()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
