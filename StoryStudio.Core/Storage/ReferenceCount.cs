using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>How many reference pictures will go along, which a price may depend on: of one image about to be claimed, and of every image of a run that is only thought of.</summary>
internal sealed class ReferenceCount(ReferenceFinder finder, StyleSamples samples, ImageProviders providers)
{
    /// <summary>US dollars for one call, with exactly the references that it would be sent now; null where unknown.</summary>
    public async Task<decimal?> PriceAsync(StoryDbContext db, StoryImage image, bool becomesReference)
    {
        var provider = providers.For(image.Style);
        return DependsOnReferences(provider) ? provider.EstimateUsd(await OfAsync(db, provider, image, becomesReference)) : provider.EstimateUsd(0);
    }

    /// <summary>
    /// US dollars for each image of a plan, sheets included, by style. Counted as the run would find things: the style's first picture is there for all but
    /// the first, and a sheet that is being drawn will be.
    /// </summary>
    public async Task<ILookup<string, decimal?>> PricesAsync(StoryDbContext db, RunPlan plan, bool consistent, CancellationToken cancellationToken)
    {
        var cast = await db.Characters.Where(c => c.StoryId == plan.StoryId).OrderBy(c => c.Ordinal).ToListAsync(cancellationToken);
        var appearing = plan.Images.Select(i => i.Segment).Distinct().ToDictionary(s => s.Id, s => CharactersOf.Appearing(s, cast), StringComparer.Ordinal);
        var portraits = await PortraitsAsync(db, plan.StoryId, cancellationToken);
        var firsts = consistent ? await plan.FirstPicturesAsync(db, cancellationToken) : [];
        var led = new HashSet<string>(firsts.Keys, StringComparer.Ordinal);
        var prices = new List<(string Style, decimal? Usd)>(plan.Images.Count + plan.Sheets.Count);
        foreach (var sheet in plan.Sheets)
        {
            IEnumerable<string?> along = samples.Find(sheet.Style) is { } sample ? [sample.MediaType] : [];
            Add(sheet.Style, portraits.TryGetValue((sheet.CharacterId!, null), out var picture) ? along.Append(picture) : along);
        }

        foreach (var (segment, style, existing) in plan.Images)
        {
            var along = new List<string?>();
            if (segment.HardCut && samples.Find(style) is { } sample)
            {
                along.Add(sample.MediaType);
            }

            if (consistent && !led.Add(style) && firsts.GetValueOrDefault(style) is var first && (first.ImageId is null || first.ImageId != existing?.Id))
            {
                along.Add(first.MediaType);
            }

            along.AddRange(appearing[segment.Id].Where(c => portraits.ContainsKey((c.Id, style)) || portraits.ContainsKey((c.Id, null))).Select(c => portraits.GetValueOrDefault((c.Id, null)) ?? portraits.GetValueOrDefault((c.Id, style))));
            Add(style, along);
        }

        return prices.ToLookup(p => p.Style, p => p.Usd, StringComparer.Ordinal);

        void Add(string style, IEnumerable<string?> along)
        {
            var provider = providers.For(style);
            prices.Add((style, provider.EstimateUsd(Math.Min(along.Count(type => IsTaken(provider, type)), provider.Capabilities.MaxReferences))));
        }
    }

    private async Task<int> OfAsync(StoryDbContext db, IImageProvider provider, StoryImage image, bool becomesReference)
    {
        var cast = await db.Characters.AsNoTracking().Where(c => c.StoryId == image.StoryId).OrderBy(c => c.Ordinal).ToListAsync();
        var segment = image.SegmentId is null ? null : await db.Segments.AsNoTracking().SingleAsync(s => s.Id == image.SegmentId);
        IReadOnlyList<Character> characters = segment is null ? [cast.Single(c => c.Id == image.CharacterId)] : CharactersOf.Appearing(segment, cast);
        var (references, _) = await finder.FindAsync(db, ReferenceNeed.Of(image, becomesReference), segment?.HardCut ?? true, characters, CancellationToken.None);
        return provider.Capabilities.Sendable(references.Select(r => r.ToSend())).Count;
    }

    private static bool DependsOnReferences(IImageProvider provider) => provider.EstimateUsd(provider.Capabilities.MaxReferences) != provider.EstimateUsd(0);

    /// <summary>By character and style, null for a picture from outside, which serves them all: the media type; null where it is still being drawn.</summary>
    private static async Task<Dictionary<(string, string?), string?>> PortraitsAsync(StoryDbContext db, string storyId, CancellationToken cancellationToken)
    {
        var portraits = new Dictionary<(string, string?), string?>();
        foreach (var sheet in await db.Images.Where(i => i.StoryId == storyId && i.CharacterId != null).ToListAsync(cancellationToken))
        {
            if (sheet.MediaType is not null || sheet.IsActive)
            {
                portraits[(sheet.CharacterId!, sheet.Style)] = sheet.MediaType;
            }
        }

        var pictures = await db.CharacterPictures
            .Where(p => p.RemovedAt == null && db.Characters.Any(c => c.Id == p.CharacterId && c.StoryId == storyId))
            .OrderBy(p => p.Number)
            .ToListAsync(cancellationToken);
        foreach (var picture in pictures)
        {
            portraits[(picture.CharacterId, null)] = picture.MediaType;
        }

        return portraits;
    }

    /// <summary>Whether a picture of this type goes along; one that is still to be drawn comes as the style's provider makes them.</summary>
    private static bool IsTaken(IImageProvider provider, string? mediaType)
    {
        var taken = provider.Capabilities.ReferenceFormats;
        return mediaType is null
            ? provider.Capabilities.Formats is [] || provider.Capabilities.Formats.Any(f => taken.Contains(f, StringComparer.Ordinal))
            : taken.Contains(mediaType, StringComparer.Ordinal);
    }
}
