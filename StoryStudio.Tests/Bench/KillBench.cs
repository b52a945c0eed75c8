using System.Globalization;
using StoryStudio.Tests.Processes;

namespace StoryStudio.Tests.Bench;

/// <summary>kill -9 of the real program, 500 times over 2,000 images; charges counted by the provider. Fails where a promise was not kept. <c>bench kill [seed] [kills] [images]</c></summary>
internal static class KillBench
{
    private const double MostSecondsToTheFirstCall = 5;

    public static async Task<bool> RunAsync(string[] args)
    {
        var seed = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1;
        var kills = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 500;
        var images = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 2000;

        var result = await new KillRun(seed, images, kills).RunAsync();
        Console.WriteLine(result);
        var isQuick = Limit.Print(new Limit("first call after the start of the process", result.SlowestFirstCallFromLaunch.TotalSeconds, MostSecondsToTheFirstCall, "s"));
        return result.IsKept && isQuick;
    }
}
