using System.Runtime.CompilerServices;
using StoryStudio.Core.Storage;
using StoryStudio.Tests.Bench.Viewers;

namespace StoryStudio.Tests.Bench;

/// <summary>What is measured, by name. Each prints a figure beside a limit measured in the same run.</summary>
internal static class Benchmarks
{
    private static readonly Dictionary<string, Func<string[], Task>> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["engine"] = EngineBench.RunAsync,
        ["page"] = PageBench.RunAsync,
        ["live"] = LiveBench.RunAsync,
        ["kill"] = KillBench.RunAsync,
        ["pace"] = PaceBench.RunAsync,
        ["sketch"] = SketchBench.RunAsync,
        ["faults"] = FaultBench.RunAsync,
        ["stop"] = StopBench.RunAsync,
        ["viewers"] = ViewersBench.RunAsync,
        ["control"] = ControlBench.RunAsync,
        ["export"] = ExportBench.RunAsync,
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
            await bench(rest);
            return 0;
        }

        await Console.Error.WriteLineAsync($"Usage: bench {{{string.Join('|', ByName.Keys)}}}. Tests run with: dotnet test");
        return 2;
    }
}
