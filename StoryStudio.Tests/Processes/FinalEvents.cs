using System.Text.Json;

namespace StoryStudio.Tests.Processes;

/// <summary>What event streams told of the end of images, over all lives of the program. A stream begins with what is, so one end may be told more than once.</summary>
internal sealed class FinalEvents
{
    private readonly Dictionary<string, HashSet<long>> _versions = new(StringComparer.Ordinal);

    /// <summary>Takes an image's state as it came over a stream.</summary>
    public void Note(JsonElement image)
    {
        if (!IsFinal(image))
        {
            return;
        }

        lock (_versions)
        {
            var id = image.GetProperty("id").GetString()!;
            if (!_versions.TryGetValue(id, out var versions))
            {
                _versions[id] = versions = [];
            }

            versions.Add(image.GetProperty("version").GetInt64());
        }
    }

    /// <summary>Each of so many images ends once.</summary>
    public IReadOnlyList<string> Violations(int images)
    {
        lock (_versions)
        {
            var told = _versions.Where(v => v.Value.Count > 1).Select(v => $"image {v.Key} was final at versions {string.Join(", ", v.Value)}").ToList();
            if (_versions.Count != images)
            {
                told.Add($"the end of {_versions.Count} images was told, where there are {images}");
            }

            return told;
        }
    }

    /// <summary>A failure that goes once more by itself is none yet.</summary>
    private static bool IsFinal(JsonElement image) => image.GetProperty("status").GetString() switch
    {
        "completed" or "cancelled" => true,
        "failed" => image.GetProperty("nextAttemptAt").ValueKind is JsonValueKind.Null,
        _ => false,
    };
}
