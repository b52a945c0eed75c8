using System.Collections.Concurrent;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Generation;

/// <summary>Rough first pictures of images that are being made, in memory: they never outlive the attempt that made them.</summary>
public sealed class PreviewPictures
{
    private readonly ConcurrentDictionary<string, (string Id, PreviewPicture Picture)> _byImage = new(StringComparer.Ordinal);

    public void Put(string imageId, string previewId, PreviewPicture picture) => _byImage[imageId] = (previewId, picture);

    public PreviewPicture? Find(string imageId, string previewId) =>
        _byImage.TryGetValue(imageId, out var found) && found.Id == previewId ? found.Picture : null;

    public void Remove(string imageId) => _byImage.TryRemove(imageId, out _);
}
