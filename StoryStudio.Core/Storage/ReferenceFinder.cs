using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Which pictures go along with a request: the picture itself where it is to be changed, the style's own sample where a scene starts, the style's first picture, and of each character
/// that appears the picture from outside, else the sheet in this style.
/// </summary>
internal sealed class ReferenceFinder(PictureFiles files, StyleSamples samples)
{
    public async Task<(IReadOnlyList<WantedReference> References, IReadOnlyList<string> Missing)> FindAsync(
        StoryDbContext db, Claim claim, bool sceneStarts, IReadOnlyList<Character> characters, CancellationToken cancellationToken)
    {
        var found = new List<WantedReference>();
        if (claim.Instruction is not null && await PreviousAsync(db, claim, cancellationToken) is { } previous)
        {
            found.Add(new(files.Stored(previous), ReferenceRole.Previous, null, previous.ImageId, previous.Number));
        }

        if (sceneStarts && samples.Find(claim.Style) is { } sample)
        {
            found.Add(new(sample, ReferenceRole.StyleSample, null, claim.Style, 1));
        }

        if (claim is { Consistent: true, BecomesReference: false })
        {
            var first = await (from style in db.StoryStyles
                               join image in db.Images.IgnoreQueryFilters() on style.ReferenceImageId equals image.Id
                               join version in db.ImageVersions on new { ImageId = image.Id, Number = image.ChosenVersion } equals new { version.ImageId, Number = (int?)version.Number }
                               where style.StoryId == claim.StoryId && style.Key == claim.Style && image.Id != claim.ImageId
                               select version).FirstOrDefaultAsync(cancellationToken);
            if (first is not null)
            {
                found.Add(new(files.Stored(first), ReferenceRole.Consistency, null, first.ImageId, first.Number));
            }
        }

        var missing = new List<string>();
        if (characters.Count > 0)
        {
            await AddCharactersAsync(db, claim, characters, found, missing, cancellationToken);
        }

        return (found, missing);
    }

    private static Task<ImageVersion?> PreviousAsync(StoryDbContext db, Claim claim, CancellationToken cancellationToken) =>
        (from image in db.Images
         join version in db.ImageVersions on new { ImageId = image.Id, Number = image.ChosenVersion } equals new { version.ImageId, Number = (int?)version.Number }
         where image.Id == claim.ImageId
         select version).FirstOrDefaultAsync(cancellationToken);

    private async Task AddCharactersAsync(
        StoryDbContext db, Claim claim, IReadOnlyList<Character> characters, List<WantedReference> found, List<string> missing, CancellationToken cancellationToken)
    {
        var ids = characters.Select(c => c.Id).ToList();
        var pictures = (await db.CharacterPictures.Where(p => ids.Contains(p.CharacterId) && p.RemovedAt == null).ToListAsync(cancellationToken)).ToLookup(p => p.CharacterId, StringComparer.Ordinal);
        var sheets = await db.Images
            .Where(i => i.CharacterId != null && ids.Contains(i.CharacterId) && i.Style == claim.Style && i.Id != claim.ImageId)
            .ToDictionaryAsync(i => i.CharacterId!, StringComparer.Ordinal, cancellationToken);
        foreach (var character in characters)
        {
            if (pictures[character.Id].MaxBy(p => p.Number) is { } picture)
            {
                found.Add(new(files.Stored(picture), ReferenceRole.Character, character.Name, character.Id, picture.Number));
            }
            else if (sheets.GetValueOrDefault(character.Id) is { ChosenVersion: { } chosen } sheet)
            {
                var version = await db.ImageVersions.SingleAsync(v => v.ImageId == sheet.Id && v.Number == chosen, cancellationToken);
                found.Add(new(files.Stored(version), ReferenceRole.Character, character.Name, sheet.Id, chosen));
            }
            else if (sheets.GetValueOrDefault(character.Id) is { Status: ImageStatus.Failed })
            {
                missing.Add(character.Name);
            }
        }
    }
}
