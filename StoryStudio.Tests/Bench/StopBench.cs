using System.Globalization;
using StoryStudio.Tests.Processes;

namespace StoryStudio.Tests.Bench;

/// <summary>SIGTERM with 32 calls in flight, 50 times. Fails where a promise was not kept, to be out in time among them. <c>bench stop [stops] [inFlight]</c></summary>
internal static class StopBench
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    public static async Task<bool> RunAsync(string[] args)
    {
        var stops = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 50;
        var inFlight = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 32;
        var result = await new StopRun(stops, inFlight, Grace).RunAsync();
        Console.WriteLine(result);
        Limit.Print(new Limit("slowest stop", result.Slowest.TotalSeconds, result.Grace.TotalSeconds, "s"));
        return result.IsKept;
    }
}
