using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Storage;

/// <summary>The pictures that the settings name as samples of styles. Read once: what changes in the file counts from the next start.</summary>
public sealed class StyleSamples(IOptions<StoryStudioOptions> options)
{
    private readonly Lazy<Dictionary<string, StoredPicture>> _samples = new(() => options.Value.Styles
        .Where(s => s.ReferencePicture is not null)
        .ToDictionary(s => s.Key, s => Read(s.ReferencePicture!), StringComparer.Ordinal));

    /// <summary>A sentence for every file that is not there or is no picture.</summary>
    public static IReadOnlyList<string> Check(StoryStudioOptions options)
    {
        var faults = new List<string>();
        for (var i = 0; i < options.Styles.Count; i++)
        {
            if (options.Styles[i].ReferencePicture is not { } path)
            {
                continue;
            }

            var name = $"{StoryStudioOptions.Section}:Styles:{i}:ReferencePicture";
            try
            {
                if (PictureInspector.Inspect(path, allowSvg: false) is { IsSound: false } inspection)
                {
                    faults.Add($"{name} must be a PNG, JPEG or WebP picture. {inspection.Reason}");
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                faults.Add($"{name} must be a file that can be read. {failure.Message}");
            }
        }

        return faults;
    }

    public StoredPicture? Find(string style) => _samples.Value.GetValueOrDefault(style);

    private static StoredPicture Read(string path)
    {
        using var file = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        return new(Path.GetFullPath(path), PictureInspector.Inspect(file, allowSvg: false).MediaType!, file.Length, hash);
    }
}
