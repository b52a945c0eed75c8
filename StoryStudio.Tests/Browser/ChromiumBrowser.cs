using System.Diagnostics;
using Microsoft.Playwright;

namespace StoryStudio.Tests.Browser;

/// <summary>
/// The browser for the tests, found or fetched: one that is installed, else Debian's chromium by <c>apt-get</c>, else Playwright's
/// own download. Where none of them works it fails and says what to install.
/// </summary>
internal static class ChromiumBrowser
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    // No sandbox: the tests may run as root in a container, and only ever open pages of their own. The others keep it from calling anybody.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run",
    ];

    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        var path = await FindOrFetchAsync();
        return await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Arguments });
    }

    /// <summary>Null where Playwright knows its own.</summary>
    private static async Task<string?> FindOrFetchAsync()
    {
        if (Environment.GetEnvironmentVariable("STORYSTUDIO_CHROMIUM") is { Length: > 0 } told)
        {
            return told;
        }

        if (Find() is { } installed)
        {
            return installed;
        }

        if (await RunAsync("apt-get", "update") && await RunAsync("apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core") && Find() is { } fetched)
        {
            return fetched;
        }

        return Microsoft.Playwright.Program.Main(["install", "chromium"]) == 0
            ? null
            : throw new InvalidOperationException("The browser tests need Chromium, and it could be neither found nor fetched. Install it (Debian: apt-get install chromium), or name its path in STORYSTUDIO_CHROMIUM.");
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
