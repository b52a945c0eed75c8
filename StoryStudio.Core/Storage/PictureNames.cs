using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Chooses the files that pictures are written to. A number tells where, and may have been another segment's before the story was edited:
/// what has a file there, or is about to, keeps it, and the next free name is taken. For one operation of the writer.
/// </summary>
internal sealed class PictureNames(StoryDbContext db)
{
    private readonly Dictionary<string, bool> _edited = new(StringComparer.Ordinal);

    /// <summary>The file of an image's next version, below the style's folder and without an extension.</summary>
    public async Task<string> ChooseAsync(StoryImage image)
    {
        var (place, version) = (PicturePlace.Of(image), image.LatestVersion + 1);
        if (image.IsSheet || !await WasEditedAsync(image.StoryId))
        {
            return place.File(version);
        }

        var taken = await TakenAsync(image, place);
        while (taken.Contains(place.File(version)))
        {
            version++;
        }

        return place.File(version);
    }

    private async Task<bool> WasEditedAsync(string storyId) =>
        _edited.TryGetValue(storyId, out var edited) ? edited : _edited[storyId] = await EngineQueries.Of(db).WasEdited(db, storyId);

    private async Task<HashSet<string>> TakenAsync(StoryImage image, PicturePlace place)
    {
        var style = $"stories/{image.StoryId}/generated_images/{place.Style}/";
        var (first, last) = ($"{style}{place.File(1)}.", $"{style}{place.File(1)}/");
        var written = await db.ImageVersions.Where(v => string.Compare(v.Path, first) > 0 && string.Compare(v.Path, last) < 0).Select(v => v.Path).ToListAsync();

        // An attempt that was begun under this number writes there still, whatever the number of its image is by now.
        var underWay = await (from other in db.Images
                              join attempt in db.Attempts on other.Token equals attempt.Id
                              where other.StoryId == image.StoryId && other.Style == image.Style && other.Id != image.Id && attempt.File != null
                              select attempt.File!).ToListAsync();
        return [.. written.Select(path => path[style.Length..path.LastIndexOf('.')]), .. underWay];
    }
}
