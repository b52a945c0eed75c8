using System.Collections.Concurrent;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Generation;

/// <summary>
/// Rough first pictures of images that are being made, in memory. They never outlive the attempt that made them: what a call hands over
/// after its attempt has ended, or while another one is at the same image, is let go.
/// </summary>
public sealed class PreviewPictures
{
    private readonly ConcurrentDictionary<string, Entry> _byImage = new(StringComparer.Ordinal);

    /// <summary>How many pictures are in memory.</summary>
    public int Count => _byImage.Values.Count(entry => entry.Picture is not null);

    /// <summary>From now on the attempt may put previews of the image.</summary>
    public void Begin(string imageId, string attempt) => _byImage[imageId] = new(attempt);

    /// <summary>Takes the place of the one before. Does nothing where the attempt is not the one that holds the image.</summary>
    public void Put(string imageId, string attempt, string previewId, PreviewPicture picture)
    {
        while (_byImage.TryGetValue(imageId, out var entry) && entry.Attempt == attempt && !_byImage.TryUpdate(imageId, new(attempt, previewId, picture), entry))
        {
            // Somebody was quicker: look again.
        }
    }

    public PreviewPicture? Find(string imageId, string previewId) =>
        _byImage.TryGetValue(imageId, out var found) && found.PreviewId == previewId ? found.Picture : null;

    /// <summary>The attempt is over, and its previews with it.</summary>
    public void End(string imageId, string attempt)
    {
        while (_byImage.TryGetValue(imageId, out var entry) && entry.Attempt == attempt && !_byImage.TryRemove(KeyValuePair.Create(imageId, entry)))
        {
            // A preview came in just now: it goes as well.
        }
    }

    private sealed record Entry(string Attempt, string? PreviewId = null, PreviewPicture? Picture = null);
}
