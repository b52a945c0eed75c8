using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Pictures on disk: <c>{DataDirectory}/stories/{storyId}/generated_images/{style}/Shot_{scene}/Beat_{scene}.{beat}[.v{n}].{ext}</c>.
/// A file is written under a temporary name in its own folder, flushed, inspected and renamed before any row speaks of it.
/// </summary>
internal sealed class PictureFiles(DataDirectory directory, PreviewPictures previews, IDbContextFactory<StoryDbContext> contexts) : IPictureFiles, IPictureStore
{
    public async Task<StoredPicture?> FindAsync(string imageId, int version, CancellationToken cancellationToken = default)
    {
        if (!Ids.IsId(imageId))
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (from v in db.ImageVersions
                           join image in db.Images on v.ImageId equals image.Id
                           join story in db.Stories on image.StoryId equals story.Id
                           where v.ImageId == imageId && v.Number == version && story.DeletedAt == null
                           select v).SingleOrDefaultAsync(cancellationToken);
        return found is null ? null : Stored(found);
    }

    public PreviewPicture? FindPreview(string imageId, string previewId) => previews.Find(imageId, previewId);

    public IPictureDraft Begin(Claim claim)
    {
        var folder = Folder(claim.StoryId, claim.Style, claim.Number.Scene);
        Directory.CreateDirectory(folder);
        return new PictureDraft(Path.Combine(folder, TemporaryName(claim.Token)), Path.Combine(folder, Name(claim.Number, claim.NextVersion)), directory.Path);
    }

    public StoredPicture Stored(ImageVersion version) => new(Path.Combine(directory.Path, version.Path), version.MediaType, version.Bytes, version.Sha256);

    /// <summary>Takes away what an interrupted attempt may have left: its temporary file, and a picture that no row came to speak of.</summary>
    public void Sweep(string storyId, string style, SegmentNumber number, int version, string token)
    {
        var folder = Folder(storyId, style, number.Scene);
        if (!Directory.Exists(folder))
        {
            return;
        }

        File.Delete(Path.Combine(folder, TemporaryName(token)));
        foreach (var extension in PictureFormats.Extensions)
        {
            File.Delete(Path.Combine(folder, $"{Name(number, version)}.{extension}"));
        }
    }

    /// <summary>Takes a whole story's pictures away.</summary>
    public void DeleteStory(string storyId)
    {
        var folder = Path.Combine(directory.Path, "stories", storyId);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string Folder(string storyId, string style, int scene) => Path.Combine(directory.Path, "stories", storyId, "generated_images", style, $"Shot_{scene}");

    private static string Name(SegmentNumber number, int version) => version == 1 ? $"Beat_{number}" : $"Beat_{number}.v{version}";

    private static string TemporaryName(string token) => $".{token}.tmp";
}
