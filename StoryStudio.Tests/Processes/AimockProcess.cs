using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace StoryStudio.Tests.Processes;

/// <summary>
/// <c>@copilotkit/aimock</c>, a server of OpenAI's dialect that nobody here wrote, fetched by the ordinary npm client into a folder of its
/// own. Made to fail in the ways that it offers.
/// </summary>
internal sealed partial class AimockProcess : IAsyncDisposable
{
    private const string Package = "@copilotkit/aimock";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("storystudio-aimock-");
    private readonly HttpClient _http = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;

    /// <summary>Why it cannot be had here; null where node and npm are there.</summary>
    public static string? WhyNot { get; } = Array.Find(["node", "npm"], program => !IsThere(program)) is { } missing ? $"{Package} needs {missing}, which is not on the path" : null;

    /// <summary>For <c>StoryStudio:Providers:OpenAI:Endpoint</c>.</summary>
    public string Endpoint { get; private set; } = "";

    /// <param name="picture">What every request for a picture is answered with.</param>
    /// <param name="words">What every question is answered with.</param>
    public static async Task<AimockProcess> StartAsync(byte[] picture, string words = "Words.")
    {
        var aimock = new AimockProcess();
        var folder = aimock._folder.FullName;
        using var patience = new CancellationTokenSource(Patience);
        using (var install = Process.Start(new ProcessStartInfo("npm", ["install", "--no-audit", "--no-fund", "--prefix", folder, Package]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!)
        {
            var said = await Task.WhenAll(install.StandardOutput.ReadToEndAsync(patience.Token), install.StandardError.ReadToEndAsync(patience.Token));
            await install.WaitForExitAsync(patience.Token);
            Assert.True(install.ExitCode == 0, string.Join('\n', said));
        }

        var fixtures = Path.Combine(folder, "fixtures.json");
        var always = new
        {
            fixtures = new object[]
            {
                new { match = new { endpoint = "image" }, response = new { image = new { b64Json = Convert.ToBase64String(picture) } } },
                new { match = new { endpoint = "chat" }, response = new { content = words } },
            },
        };
        await File.WriteAllTextAsync(fixtures, JsonSerializer.Serialize(always), patience.Token);
        var program = Path.Combine(folder, "node_modules", "@copilotkit", "aimock", "dist", "cli.js");
        var process = aimock._process = new() { StartInfo = new("node", [program, "-p", "0", "-h", "127.0.0.1", "-f", fixtures]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true } };
        process.OutputDataReceived += (_, line) => aimock.Read(line.Data);
        process.ErrorDataReceived += (_, line) => aimock.Read(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        aimock._http.BaseAddress = await aimock._listening.Task.WaitAsync(patience.Token);
        aimock.Endpoint = new Uri(aimock._http.BaseAddress, "v1").ToString();
        return aimock;
    }

    /// <summary>Every request fails so from now on: <c>dropRate</c>, <c>malformedRate</c>, <c>disconnectRate</c>, <c>rateLimitRate</c>; null for none.</summary>
    public async Task FailAsync(string? rate)
    {
        using var cleared = await _http.DeleteAsync("__aimock/chaos");
        cleared.EnsureSuccessStatusCode();
        if (rate is not null)
        {
            using var set = await _http.PostAsJsonAsync("__aimock/chaos", new Dictionary<string, int>(StringComparer.Ordinal) { [rate] = 1 });
            set.EnsureSuccessStatusCode();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        _process?.Dispose();
        _folder.Delete(recursive: true);
    }

    private static bool IsThere(string program)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Array.Exists(folders, folder => File.Exists(Path.Combine(folder, program)));
    }

    private void Read(string? line)
    {
        if (line is not null && Listening().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new($"{match.Groups["address"].Value}/"));
        }
    }

    [GeneratedRegex(@"listening on (?<address>http://\S+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Listening();
}

/// <summary>A fact that needs <see cref="AimockProcess"/>; skipped, with the reason, where it cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AimockFactAttribute : FactAttribute
{
    public AimockFactAttribute() => Skip = AimockProcess.WhyNot;
}
