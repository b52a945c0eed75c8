using System.Runtime.CompilerServices;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Bench.Viewers;

namespace StoryStudio.Tests.Bench;

/// <summary>What is measured, by name. Each prints a figure beside a limit measured in the same run; what tries a promise says whether it was kept, by its exit code too.</summary>
internal static class Benchmarks
{
    private static readonly Dictionary<string, Func<string[], Task<bool>>> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["engine"] = Figure(EngineBench.RunAsync),
        ["page"] = Figure(PageBench.RunAsync),
        ["live"] = LiveBench.RunAsync,
        ["kill"] = KillBench.RunAsync,
        ["pace"] = PaceBench.RunAsync,
        ["sketch"] = Figure(SketchBench.RunAsync),
        ["faults"] = FaultBench.RunAsync,
        ["stop"] = StopBench.RunAsync,
        ["viewers"] = ViewersBench.RunAsync,
        ["control"] = Figure(ControlBench.RunAsync),
        ["export"] = Figure(ExportBench.RunAsync),
        ["fair"] = FairBench.RunAsync,
        ["cuts"] = CutBench.RunAsync,
        ["visits"] = VisitsBench.RunAsync,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["bench", "crowd", .. var crowd])
        {
            // The viewers' own process, started by "viewers".
            await CrowdProgram.RunAsync(crowd);
            return 0;
        }

        if (args is ["bench", var name, .. var rest] && ByName.TryGetValue(name, out var bench))
        {
            // Core says which SQLite is in use, and some come to a database before anything else of it.
            RuntimeHelpers.RunModuleConstructor(typeof(SqliteRuntime).Module.ModuleHandle);
            return await bench(rest) ? 0 : 1;
        }

        await Console.Error.WriteLineAsync($"Usage: bench {{{string.Join('|', ByName.Keys)}}}. Tests run with: dotnet test");
        return 2;
    }

    /// <summary>What only measures keeps its promise by having run.</summary>
    private static Func<string[], Task<bool>> Figure(Func<string[], Task> bench) => async args =>
    {
        await bench(args);
        return true;
    };
}
