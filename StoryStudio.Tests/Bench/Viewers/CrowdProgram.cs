using System.Globalization;

namespace StoryStudio.Tests.Bench.Viewers;

/// <summary>The other side of <see cref="Crowd"/>: <c>bench crowd {streams|stalled|plain|circuits} COUNT ADDRESS</c>.</summary>
internal static class CrowdProgram
{
    public const string Ready = "ready";

    /// <summary>How many come through the door together.</summary>
    private const int AtOnce = 16;

    private static readonly List<Arrival> Seen = [];

    public static async Task RunAsync(string[] args)
    {
        var (kind, count, address) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture), new Uri(args[2]));
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (viewer, _) =>
        {
            Action<long, long> arrived = (key, at) => Note(new(viewer, key, at));
            await (kind switch
            {
                "streams" => StreamViewer.ConnectAsync(address, arrived),
                "plain" => PlainViewer.ConnectAsync(address, arrived),
                "stalled" => StalledViewer.ConnectAsync(address),
                "circuits" => CircuitViewer.ConnectAsync(address, arrived),
                _ => throw new ArgumentException($"There are no viewers of the kind {kind}.", nameof(args)),
            });
        });

        Take();
        Console.WriteLine(Ready);
        while (await Console.In.ReadLineAsync() is { } file)
        {
            Arrival.Save(file, Take());
            Console.WriteLine(Ready);
        }
    }

    private static void Note(Arrival arrival)
    {
        lock (Seen)
        {
            Seen.Add(arrival);
        }
    }

    private static List<Arrival> Take()
    {
        lock (Seen)
        {
            List<Arrival> taken = [.. Seen];
            Seen.Clear();
            return taken;
        }
    }
}
