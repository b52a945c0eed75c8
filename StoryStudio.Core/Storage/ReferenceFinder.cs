using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Which pictures go along with a request: the picture itself where it is to be changed, the style's own sample where a scene starts, the style's first picture, and of each character
/// and place that appears the picture from outside, else the sheet in this style.
/// </summary>
internal sealed class ReferenceFinder(PictureFiles files, StyleSamples samples)
{
    public async Task<(IReadOnlyList<WantedReference> References, IReadOnlyList<string> Missing)> FindAsync(
        StoryDbContext db, ReferenceNeed need, bool sceneStarts, IReadOnlyList<Character> characters, CancellationToken cancellationToken)
    {
        var first = need.TakesFirst
            ? await (from style in db.StoryStyles.AsNoTracking()
                     join image in db.Images.IgnoreQueryFilters() on style.ReferenceImageId equals image.Id
                     join version in db.ImageVersions on new { ImageId = image.Id, Number = image.ChosenVersion } equals new { version.ImageId, Number = (int?)version.Number }
                     where style.StoryId == need.StoryId && style.Key == need.Style && image.Id != need.ImageId
                     select version).FirstOrDefaultAsync(cancellationToken)
            : null;
        var previous = need.TakesPrevious ? await PreviousAsync(db, need, cancellationToken) : null;
        var found = WithoutCharacters(need, sceneStarts, previous, first);
        var missing = new List<string>();
        if (characters.Count > 0)
        {
            await AddCharactersAsync(db, need, characters, found, missing, cancellationToken);
        }

        return (found, missing);
    }

    /// <param name="need">For what.</param>
    /// <param name="sceneStarts">Whether the style's sample goes along.</param>
    /// <param name="previous">The picture that an instruction changes.</param>
    /// <param name="first">The style's first picture; left out where it is the image's own.</param>
    public List<WantedReference> WithoutCharacters(ReferenceNeed need, bool sceneStarts, ImageVersion? previous, ImageVersion? first)
    {
        var found = new List<WantedReference>();
        if (previous is not null)
        {
            found.Add(new(files.Stored(previous), ReferenceRole.Previous, null, previous.ImageId, previous.Number));
        }

        if (sceneStarts && samples.Find(need.Style) is { } sample)
        {
            found.Add(new(sample, ReferenceRole.StyleSample, null, need.Style, 1));
        }

        if (need.TakesFirst && first is not null && first.ImageId != need.ImageId)
        {
            found.Add(new(files.Stored(first), ReferenceRole.Consistency, null, first.ImageId, first.Number));
        }

        return found;
    }

    private static Task<ImageVersion?> PreviousAsync(StoryDbContext db, ReferenceNeed need, CancellationToken cancellationToken) =>
        (from image in db.Images.AsNoTracking()
         join version in db.ImageVersions on new { ImageId = image.Id, Number = image.ChosenVersion } equals new { version.ImageId, Number = (int?)version.Number }
         where image.Id == need.ImageId
         select version).FirstOrDefaultAsync(cancellationToken);

    private async Task AddCharactersAsync(
        StoryDbContext db, ReferenceNeed need, IReadOnlyList<Character> characters, List<WantedReference> found, List<string> missing, CancellationToken cancellationToken)
    {
        var ids = characters.Select(c => c.Id).ToList();
        var pictures = (await db.CharacterPictures.AsNoTracking().Where(p => ids.Contains(p.CharacterId) && p.RemovedAt == null).ToListAsync(cancellationToken)).ToLookup(p => p.CharacterId, StringComparer.Ordinal);
        var sheets = await db.Images
            .AsNoTracking()
            .Where(i => i.CharacterId != null && ids.Contains(i.CharacterId) && i.Style == need.Style && i.Id != need.ImageId)
            .ToDictionaryAsync(i => i.CharacterId!, StringComparer.Ordinal, cancellationToken);
        foreach (var character in characters.OrderBy(c => c.Kind))
        {
            var role = character.Kind is CastKind.Place ? ReferenceRole.Place : ReferenceRole.Character;
            if (pictures[character.Id].MaxBy(p => p.Number) is { } picture)
            {
                found.Add(new(files.Stored(picture), role, character.Name, character.Id, picture.Number));
            }
            else if (sheets.GetValueOrDefault(character.Id) is { ChosenVersion: { } chosen } sheet)
            {
                // Whoever is taken out of the cast in this moment is in no picture any more.
                if (await db.ImageVersions.AsNoTracking().SingleOrDefaultAsync(v => v.ImageId == sheet.Id && v.Number == chosen, cancellationToken) is { } version)
                {
                    found.Add(new(files.Stored(version), role, character.Name, sheet.Id, chosen));
                    if (sheet is { Status: ImageStatus.Failed, StaleCode: not null })
                    {
                        missing.Add(character.Name);
                    }
                }
            }
            else if (sheets.GetValueOrDefault(character.Id) is { Status: ImageStatus.Failed })
            {
                missing.Add(character.Name);
            }
        }
    }
}

/// <summary>What reference pictures are wanted for.</summary>
/// <param name="StoryId">The story.</param>
/// <param name="Style">The style.</param>
/// <param name="ImageId">The image to be made.</param>
/// <param name="TakesFirst">Whether the style's first picture goes along with it.</param>
/// <param name="TakesPrevious">Whether its own present picture does, which an instruction changes.</param>
internal readonly record struct ReferenceNeed(string StoryId, string Style, string ImageId, bool TakesFirst, bool TakesPrevious)
{
    public static ReferenceNeed Of(Claim claim) => new(claim.StoryId, claim.Style, claim.ImageId, claim is { Consistent: true, BecomesReference: false }, claim.Instruction is not null);

    public static ReferenceNeed Of(StoryImage image, bool becomesReference) => new(image.StoryId, image.Style, image.Id, image.Consistent && !becomesReference, image.Instruction is not null);
}
