using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Pictures on disk: <c>{DataDirectory}/stories/{storyId}/generated_images/{style}/Shot_{scene}/Beat_{scene}.{beat}[.v{n}].{ext}</c>,
/// sheets in <c>…/{style}/Characters/{characterId}[.v{n}].{ext}</c>, characters' pictures from outside in <c>…/{storyId}/characters</c>.
/// A file is written under a temporary name in its own folder, flushed, inspected and renamed before any row speaks of it.
/// </summary>
internal sealed class PictureFiles(DataDirectory directory, PreviewPictures previews, IDbContextFactory<StoryDbContext> contexts) : IPictureFiles, IPictureStore
{
    private readonly FileOwners _owners = new();

    private string Incoming => Path.Combine(directory.Path, "incoming");

    public long Free() => new DriveInfo(directory.Path).AvailableFreeSpace;

    public bool IsFull(Exception failure) => StorageFaults.IsNoSpace(failure) || Free() < DiskRoom.PerPicture;

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

    public Task<Stream?> OpenAsync(ImageVersion version, CancellationToken cancellationToken)
    {
        var path = Stored(version).FilePath;
        return Task.FromResult<Stream?>(File.Exists(path) ? File.OpenRead(path) : null);
    }

    public PreviewPicture? FindPreview(string imageId, string previewId) => previews.Find(imageId, previewId);

    public IPictureDraft Begin(Claim claim) => Begin(claim.StoryId, claim.Style, claim.File, claim.Token);

    /// <summary>A picture that a person brings, for an image or of a character. Its name follows when it is known that it is one.</summary>
    public UploadedPicture BeginUpload(string token)
    {
        Directory.CreateDirectory(Incoming);
        return new(Path.Combine(Incoming, TemporaryName(token)), directory.Path, _owners, token);
    }

    /// <summary>Where a file of <see cref="PictureNames"/> is, without the extension.</summary>
    public string PathOf(string storyId, string style, string file) => Path.Combine(directory.Path, "stories", storyId, "generated_images", style, file);

    /// <summary>Where a character's picture from outside is, without the extension.</summary>
    public string PathOfCharacter(string storyId, string characterId, string token) => Path.Combine(directory.Path, "stories", storyId, "characters", $"{characterId}.{token}");

    /// <summary>What is there of that to which an earlier process gave its name and perhaps did not come to write down. Paths below the data directory, with <c>/</c>.</summary>
    public IEnumerable<string> Placed() => Directory.Exists(Incoming)
        ? Directory.GetFiles(Incoming, $"*{UploadedPicture.ClaimExtension}").Select(File.ReadAllText).Where(path => File.Exists(Path.Combine(directory.Path, path)))
        : [];

    /// <summary>At the start: what an earlier process was taking in is nobody's.</summary>
    public void ClearIncoming()
    {
        if (Directory.Exists(Incoming))
        {
            Directory.Delete(Incoming, recursive: true);
        }
    }

    public StoredPicture Stored(ImageVersion version) => new(Path.Combine(directory.Path, version.Path), version.MediaType, version.Bytes, version.Sha256) { Width = version.Width };

    public StoredPicture Stored(CharacterPicture picture) => new(Path.Combine(directory.Path, picture.Path), picture.MediaType, picture.Bytes, picture.Sha256) { Width = picture.Width };

    public async Task<StoredPicture?> FindOfCharacterAsync(string characterId, int number, CancellationToken cancellationToken = default)
    {
        if (!Ids.IsId(characterId))
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (from picture in db.CharacterPictures
                           join character in db.Characters on picture.CharacterId equals character.Id
                           join story in db.Stories on character.StoryId equals story.Id
                           where picture.CharacterId == characterId && picture.Number == number && story.DeletedAt == null
                           select picture).SingleOrDefaultAsync(cancellationToken);
        return found is null ? null : Stored(found);
    }

    /// <summary>What is there of that which an attempt writes: its temporary file, and a picture. Paths below the data directory, with <c>/</c>.</summary>
    public IEnumerable<string> Left(string storyId, string style, string file, string token)
    {
        var path = PathOf(storyId, style, file);
        return PictureFormats.Extensions.Select(extension => $"{path}.{extension}")
            .Prepend(Path.Combine(Path.GetDirectoryName(path)!, TemporaryName(token)))
            .Where(File.Exists)
            .Select(found => Path.GetRelativePath(directory.Path, found).Replace('\\', '/'));
    }

    /// <summary>Takes files away that no row speaks of any more, and what smaller copies there are of them.</summary>
    public void Delete(IEnumerable<string> paths)
    {
        foreach (var path in paths.Select(path => Path.Combine(directory.Path, path)))
        {
            File.Delete(path);
            Thumbnails.Delete(path);
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

    private PictureDraft Begin(string storyId, string style, string file, string token)
    {
        var path = PathOf(storyId, style, file);
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        return new PictureDraft(Path.Combine(folder, TemporaryName(token)), path, directory.Path, _owners, token);
    }

    private static string TemporaryName(string token) => $".{token}.tmp";
}
