using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Storage;

/// <summary>What is kept of an image's past, as it is shown.</summary>
internal static class HistoryDetails
{
    public static AttemptDetails Of(Attempt a) => new()
    {
        Id = a.Id,
        Number = a.Number,
        StartedAt = a.StartedAt,
        FinishedAt = a.FinishedAt,
        Outcome = a.Outcome,
        Provider = a.Provider,
        Model = a.Model,
        KeyTail = a.KeyTail,
        RequestId = a.RequestId,
        Error = a.ErrorMessage is null ? null : new(a.Outcome, a.ErrorMessage, a.ErrorRetryable),
        Detail = a.Detail,
        CostUsd = a.CostUsd,
        MayBeCharged = a.IsCostUnknown,
    };

    /// <summary>Of an image that stands failed.</summary>
    public static Denial DenialOf(StoryImage image) => new(image.FailedAt!.Value, image.ToState().Error!);

    /// <summary>Every picture that was made for an image, oldest first, with what went along.</summary>
    public static async Task<List<ImageVersionDetails>> VersionsAsync(StoryDbContext db, StoryImage image, CancellationToken cancellationToken)
    {
        var versions = await db.ImageVersions.Where(v => v.ImageId == image.Id).OrderBy(v => v.Number).ToListAsync(cancellationToken);
        var references = await ReferencesAsync(db, image.Id, cancellationToken);
        return versions.ConvertAll(v => Of(v, image) with
        {
            References = [.. references[v.Number].Select(r => r.Details)],
            BasedOn = references[v.Number].FirstOrDefault(r => r.Details.Role is ReferenceRole.Previous).SourceVersion is > 0 and var from ? from : null,
        });
    }

    private static ImageVersionDetails Of(ImageVersion v, StoryImage image) => new()
    {
        Version = v.Number,
        Url = PictureAddress.Of(v.ImageId, v.Number, v.MediaType),
        Chosen = image.ChosenVersion == v.Number,
        MediaType = v.MediaType,
        Width = v.Width,
        Height = v.Height,
        Bytes = v.Bytes,
        Prompt = v.Prompt,
        Provider = v.Provider,
        Model = v.Model,
        CostUsd = v.CostUsd,
        CreatedAt = v.CreatedAt,
        Described = v.Described,
        Instruction = v.Instruction,
    };

    /// <summary>By the number of the version that they went along with.</summary>
    private static async Task<ILookup<int, (ReferenceDetails Details, int SourceVersion)>> ReferencesAsync(StoryDbContext db, string imageId, CancellationToken cancellationToken)
    {
        var references = await db.PictureReferences.Where(r => r.ImageId == imageId).OrderBy(r => r.Version).ThenBy(r => r.Ordinal).ToListAsync(cancellationToken);
        var sources = references.Select(r => r.SourceId).Distinct(StringComparer.Ordinal).ToList();
        var types = (await db.ImageVersions.Where(v => sources.Contains(v.ImageId)).Select(v => new { Id = v.ImageId, v.Number, v.MediaType }).ToListAsync(cancellationToken))
            .ToDictionary(v => (v.Id, v.Number), v => PictureAddress.Of(v.Id, v.Number, v.MediaType));
        foreach (var picture in await db.CharacterPictures.Where(p => sources.Contains(p.CharacterId)).ToListAsync(cancellationToken))
        {
            types[(picture.CharacterId, picture.Number)] = PictureAddress.OfCharacter(picture.CharacterId, picture.Number, picture.MediaType);
        }

        return references.ToLookup(r => r.Version, r => (new ReferenceDetails(r.Role, r.Name, types.GetValueOrDefault((r.SourceId, r.SourceVersion)), r.Sha256), r.SourceVersion));
    }
}
