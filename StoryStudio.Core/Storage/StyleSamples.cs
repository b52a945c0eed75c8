using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Storage;

/// <summary>
/// The pictures that the settings name as samples of styles, in copies of our own: what is sent is what was read at the start, whatever becomes of
/// the file meanwhile. What changes in it counts from the next start.
/// </summary>
public sealed class StyleSamples(DataDirectory directory, IOptions<StoryStudioOptions> options)
{
    private readonly string _folder = Path.Combine(directory.Path, "samples");
    private Dictionary<string, StoredPicture>? _samples;
    private object? _gate;

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

    /// <summary>Null where the style has none. Throws <see cref="IOException"/> where none can be read or copied just now.</summary>
    public StoredPicture? Find(string style) => LazyInitializer.EnsureInitialized(ref _samples, ref _gate, ReadAll).GetValueOrDefault(style);

    private Dictionary<string, StoredPicture> ReadAll()
    {
        var samples = options.Value.Styles.Where(s => s.ReferencePicture is not null).ToDictionary(s => s.Key, s => Copy(s.ReferencePicture!), StringComparer.Ordinal);
        if (Directory.Exists(_folder))
        {
            foreach (var former in Directory.GetFiles(_folder).Except(samples.Values.Select(s => s.FilePath), StringComparer.Ordinal))
            {
                File.Delete(former);
            }
        }

        return samples;
    }

    private StoredPicture Copy(string path)
    {
        Directory.CreateDirectory(_folder);
        var draft = Path.Combine(_folder, $"{Guid.NewGuid():n}.tmp");
        try
        {
            using (var file = File.OpenRead(path))
            using (var written = File.Create(draft))
            {
                file.CopyTo(written);
            }

            var bytes = File.ReadAllBytes(draft);
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            var type = PictureInspector.Inspect(draft, allowSvg: false).MediaType ?? throw new IOException($"{path} is no picture any more.");
            var copy = Path.Combine(_folder, $"{hash}.{PictureFormats.Extension(type)}");
            File.Move(draft, copy, overwrite: true);
            return new(copy, type, bytes.Length, hash);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
