using System.Diagnostics;
using Xunit;

namespace StoryStudio.Tests.Processes;

/// <summary>A disk of 64 MB in memory, which takes root to mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Options = "size=64m";

    private static readonly Lazy<string?> Unavailable = new(Try);

    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Why there is none on this machine; null where there is.</summary>
    public static string? WhyNot => Unavailable.Value;

    private string Ballast => Path.Combine(Folder, "ballast");

    public static SmallDisk Mount()
    {
        var folder = Directory.CreateTempSubdirectory("storystudio-disk-").FullName;
        return Run("mount", "-t", "tmpfs", "-o", Options, "tmpfs", folder) is { } fault ? throw new IOException(fault) : new SmallDisk(folder);
    }

    /// <summary>Takes what room there is, to the last byte or all but some.</summary>
    public void Fill(long leave = 0)
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Full.
        }

        file.SetLength(Math.Max(0, file.Length - leave));
    }

    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", Folder);
        Directory.Delete(Folder);
    }

    private static string? Try()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "a disk in memory is mounted on Linux only";
        }

        try
        {
            Mount().Dispose();
            return null;
        }
        catch (Exception failure) when (failure is IOException or System.ComponentModel.Win32Exception)
        {
            return $"a disk in memory cannot be mounted here: {failure.Message.Trim()}";
        }
    }

    /// <summary>Null where it went well, else what it said.</summary>
    private static string? Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{program}: {said}";
    }
}

/// <summary>A fact that needs a <see cref="SmallDisk"/>; skipped, with the reason, where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.WhyNot;
}
