using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace StoryStudio.Tests.Bench.Viewers;

/// <summary>Something that a viewer got. Both processes read the one clock of the machine.</summary>
/// <param name="Viewer">From 0.</param>
/// <param name="Key">What it was: a change number, or what an address comes to.</param>
/// <param name="At">Ticks of <see cref="Stopwatch"/>.</param>
internal readonly record struct Arrival(int Viewer, long Key, long At)
{
    public static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;

    /// <summary>The same number for the same picture's address, in whichever process.</summary>
    public static long KeyOf(ReadOnlySpan<byte> address)
    {
        // FNV-1a, 64 bits.
        var hash = 14695981039346656037UL;
        foreach (var b in address)
        {
            hash = (hash ^ b) * 1099511628211UL;
        }

        return (long)hash;
    }

    public static long KeyOf(string address) => KeyOf(Encoding.UTF8.GetBytes(address));

    public static void Save(string file, IEnumerable<Arrival> arrivals) =>
        File.WriteAllLines(file, arrivals.Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Viewer} {a.Key} {a.At}")));

    public static IReadOnlyList<Arrival> Load(string file) => [.. File.ReadLines(file).Select(line =>
    {
        var parts = line.Split(' ');
        return new Arrival(int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture));
    })];
}
