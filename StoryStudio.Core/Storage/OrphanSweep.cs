using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>
/// At the start, while nothing is under way: takes away what attempts of an earlier process left because it ended before they did, those included
/// whose image had been taken from them by a cancel, and a person's own picture that had its name and was not written down yet. What a version
/// or a character has is never one of these, whoever else wrote under that name.
/// </summary>
internal static class OrphanSweep
{
    public static async Task RunAsync(StoryDbContext db, PictureFiles files, CancellationToken cancellationToken)
    {
        // Whoever came to another end put its files away before it was written down.
        var attempts = await (from attempt in db.Attempts
                              join image in db.Images.IgnoreQueryFilters() on attempt.ImageId equals image.Id
                              where attempt.Outcome == AttemptOutcome.Running || attempt.Outcome == AttemptOutcome.Interrupted || attempt.Outcome == AttemptOutcome.Cancelled
                              select new { Token = attempt.Id, attempt.File, image.StoryId, image.Style, image.CharacterId, image.Scene, image.Beat, image.LatestVersion }).ToListAsync(cancellationToken);
        var left = attempts
            .SelectMany(a => files.Left(a.StoryId, a.Style, a.File ?? PicturePlace.Of(a.Style, a.CharacterId, a.Scene, a.Beat).File(a.LatestVersion + 1), a.Token))
            .Concat(files.Placed())
            .ToHashSet(StringComparer.Ordinal);
        if (left.Count > 0)
        {
            left.ExceptWith(await db.ImageVersions.Where(v => left.Contains(v.Path)).Select(v => v.Path).ToListAsync(cancellationToken));
            left.ExceptWith(await db.CharacterPictures.Where(p => left.Contains(p.Path)).Select(p => p.Path).ToListAsync(cancellationToken));
            files.Delete(left);
        }
    }
}
