using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core.Stories;

namespace StoryStudio.Tests.Fakes;

/// <summary>A story to be edited, and how it reads.</summary>
internal static class EditedStory
{
    public static IStoryEditor Editor(Studio studio) => studio.Services.GetRequiredService<IStoryEditor>();

    public static async Task<string> StoryAsync(Studio studio, params string[] texts) => (await studio.Library.CreateAsync(new()
    {
        Title = "A story",
        Segments = [.. texts.Select(t => new NewSegment { Text = t })],
        Styles = ["illustration"],
    })).Id;

    public static async Task<string> IllustratedAsync(Studio studio, params string[] texts)
    {
        var story = await StoryAsync(studio, texts);
        await studio.Illustrator.StartAsync(story, new());
        await studio.UntilFinishedAsync(story);
        return story;
    }

    /// <summary>Everything that reads: numbers and words, in order; the prompt behind them where there is one.</summary>
    public static async Task<string> ReadAsync(Studio studio, string story) => string.Join('|', (await studio.Library.GetAsync(story)).Segments.Select(s => $"{s.Number} {s.Text}{s.Prompt}"));

    /// <summary>Path → SHA-256 of every file there is for pictures.</summary>
    public static async Task<Dictionary<string, string>> FilesAsync(Studio studio)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(Path.Combine(studio.Folder, "stories"), "*", SearchOption.AllDirectories))
        {
            files[Path.GetRelativePath(studio.Folder, path).Replace('\\', '/')] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(path)));
        }

        return files;
    }
}
