using System.Reflection;

namespace StoryStudio.Tests;

/// <summary>Where the sources are that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    /// <summary>The program as it was built beside these tests.</summary>
    public static string WebAssembly { get; } = Path.Combine(Root, "StoryStudio.Web", "bin", Metadata("Configuration"), "net10.0", "StoryStudio.Web.dll");

    private static string Metadata(string key) => Path.TrimEndingDirectorySeparator(typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == key).Value!);
}
