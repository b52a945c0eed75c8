using System.Diagnostics;
using System.Globalization;

namespace StoryStudio.Tests.Bench.Viewers;

/// <summary>Viewers in a process of their own, so that what they cost is not counted as the server's.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _results = Path.GetTempFileName();

    private Crowd(Process process, string kind) => (_process, Kind) = (process, kind);

    public string Kind { get; }

    /// <summary>Returns once every viewer is connected and has what it begins with.</summary>
    /// <param name="kind">See <see cref="CrowdProgram"/>.</param>
    /// <param name="count">How many viewers.</param>
    /// <param name="address">Where they look.</param>
    public static async Task<Crowd> GatherAsync(string kind, int count, Uri address)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Crowd).Assembly.Location, "bench", "crowd", kind, count.ToString(CultureInfo.InvariantCulture), address.ToString()])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var crowd = new Crowd(Process.Start(start)!, kind);
        return await crowd._process.StandardOutput.ReadLineAsync() == CrowdProgram.Ready ? crowd : throw new InvalidOperationException($"The {kind} viewers did not come together.");
    }

    /// <summary>What arrived since then.</summary>
    public async Task<IReadOnlyList<Arrival>> ArrivalsAsync()
    {
        await _process.StandardInput.WriteLineAsync(_results);
        if (await _process.StandardOutput.ReadLineAsync() != CrowdProgram.Ready)
        {
            throw new InvalidOperationException("The viewers are gone.");
        }

        return Arrival.Load(_results);
    }

    /// <summary>All of them leave.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        File.Delete(_results);
    }
}
