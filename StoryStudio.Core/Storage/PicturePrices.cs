using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>What pictures will cost, with just the references that go along: one about to be claimed, and every one of a run that is only thought of.</summary>
internal sealed class PicturePrices(ReferenceFinder finder, PictureFiles files, StyleSamples samples, ImageProviders providers, IOptions<StoryStudioOptions> options)
{
    // What a picture was made from is marked where it is kept; here none is.
    private static readonly PictureBasis Unmarked = new();

    /// <summary>US dollars for one call, with exactly the references that it would be sent now; null where unknown.</summary>
    public async Task<decimal?> OfAsync(StoryDbContext db, StoryImage image, bool becomesReference)
    {
        var provider = providers.For(image.Style);
        return DependsOnReferences(provider) ? provider.EstimateUsd(await CountAsync(db, provider, image, becomesReference)) : provider.EstimateUsd(0);
    }

    /// <summary>
    /// The price of each image of a plan, sheets included, by style. Reckoned as the run would find things: the style's first picture is there for all but
    /// the first, a sheet that is being drawn will be, and what the very same request has made, or will have, is not paid for again.
    /// </summary>
    public async Task<ILookup<string, PlannedPrice>> OfAsync(StoryDbContext db, RunPlan plan, bool consistent, CancellationToken cancellationToken)
    {
        var cast = await db.Characters.Where(c => c.StoryId == plan.StoryId).OrderBy(c => c.Ordinal).ToListAsync(cancellationToken);
        var portraits = await PortraitsAsync(db, plan.StoryId, cancellationToken);
        var firsts = consistent ? await plan.FirstPicturesAsync(db, providers, cancellationToken) : [];
        return Reckon(plan, consistent, cast, portraits, firsts, await PaidAsync(db, plan, cancellationToken));
    }

    /// <summary>The same of a story that is not there yet: of its pictures, none is.</summary>
    public ILookup<string, PlannedPrice> Of(RunPlan plan, List<Character> cast) => Reckon(plan, consistent: true, cast, [], [], new(StringComparer.Ordinal));

    private ILookup<string, PlannedPrice> Reckon(
        RunPlan plan, bool consistent, List<Character> cast, Dictionary<(string, string?), StoredPicture> portraits, Dictionary<string, ImageVersion> firsts, Dictionary<string, MadeBefore?> paid)
    {
        var appearing = plan.Images.Select(i => i.Segment).Distinct().ToDictionary(s => s.Id, s => CharactersOf.Appearing(s, cast), StringComparer.Ordinal);
        var led = new HashSet<string>(firsts.Keys, StringComparer.Ordinal);
        var prices = new List<(string Style, PlannedPrice Price)>(plan.Images.Count + plan.Sheets.Count);
        foreach (var sheet in plan.Sheets)
        {
            var along = Sample(sheet.Style);
            if (firsts.GetValueOrDefault(sheet.Style) is { } leading)
            {
                along.Add(new(files.Stored(leading), ReferenceRole.Consistency, null, leading.ImageId, leading.Number));
            }

            if (cast.Find(c => c.Id == sheet.CharacterId) is { } character)
            {
                var made = Add(PictureWish.Of(sheet) with { Fresh = !plan.OnlyStale && sheet.ChosenVersion is not null }, new()
                {
                    Text = $"{character.Name}. {character.Description}".Trim(),
                    Characters = [CharactersOf.Look(character)],
                    Sheet = CharactersOf.Look(character),
                    References = portraits.GetValueOrDefault((character.Id, null)) is { } portrait ? [.. along, Portrait(portrait, character)] : along,
                    StyleNote = plan.NoteOf(sheet.Style),
                    Basis = Unmarked,
                });

                // It is there, new or as it was, by the time that pictures go with it.
                portraits[(character.Id, sheet.Style)] = made is null
                    ? ToBeDrawn(providers.For(sheet.Style).Capabilities, sheet.Style, sheet.Id)
                    : new($"{sheet.Style} {sheet.Id}", made.MediaType, 0, made.Sha256);
            }
        }

        var takenOver = new Dictionary<string, MadeBefore>(StringComparer.Ordinal);
        foreach (var (segment, style, existing) in plan.Images)
        {
            var along = segment.HardCut ? Sample(style) : [];
            var leads = led.Add(style);
            if (consistent && !leads && firsts.GetValueOrDefault(style) is var first && (first is null || first.ImageId != existing?.Id))
            {
                var picture = first is not null ? files.Stored(first)
                    : takenOver.TryGetValue(style, out var again) ? new($"{style} first", again.MediaType, 0, again.Sha256)
                    : ToBeDrawn(providers.For(style).Capabilities, style, "first");
                along.Add(new(picture, ReferenceRole.Consistency, null, first?.ImageId ?? style, first?.Number ?? 1));
            }

            along.AddRange(appearing[segment.Id]
                .OrderBy(c => c.Kind)
                .Select(c => (Character: c, Picture: portraits.GetValueOrDefault((c.Id, null)) ?? portraits.GetValueOrDefault((c.Id, style))))
                .Where(c => c.Picture is not null)
                .Select(c => Portrait(c.Picture!, c.Character)));
            var made = Add(new(plan.StoryId, style, (existing?.LatestVersion ?? 0) + 1, Fresh: !plan.OnlyStale && existing?.ChosenVersion is not null), new()
            {
                Text = segment.Text,
                OwnPrompt = segment.Prompts.GetValueOrDefault(style) ?? segment.Prompt,
                Characters = [.. appearing[segment.Id].Select(CharactersOf.Look)],
                References = along,
                StyleNote = plan.NoteOf(style),
                Basis = Unmarked,
            });
            if (leads && made is not null)
            {
                takenOver[style] = made;
            }
        }

        return prices.ToLookup(p => p.Style, p => p.Price, StringComparer.Ordinal);

        List<WantedReference> Sample(string style) => samples.Find(style) is { } sample ? [new(sample, ReferenceRole.StyleSample, null, style, 1)] : [];

        // What it would be taken over from, where that is there already.
        MadeBefore? Add(PictureWish wish, ImageWork work)
        {
            var provider = providers.For(wish.Style);
            var usd = provider.EstimateUsd(provider.Capabilities.Sendable(work.References.Select(r => r.ToSend())).Count);
            MadeBefore? made = null;
            var isPaid = false;
            if (usd != 0)
            {
                var hash = ComposedRequest.Of(wish, work, options.Value.Style(wish.Style), provider).Hash;
                isPaid = paid.TryGetValue(hash, out made) && !wish.Fresh;
                paid.TryAdd(hash, null);
            }

            prices.Add((wish.Style, isPaid ? new(0, IsPaid: true) : new(usd, IsPaid: false)));
            return isPaid ? made : null;
        }
    }

    /// <summary>By the mark of its request: what was made in the plan's styles, where one that is planned might be the very same.</summary>
    private async Task<Dictionary<string, MadeBefore?>> PaidAsync(StoryDbContext db, RunPlan plan, CancellationToken cancellationToken)
    {
        var styles = plan.Images.Where(i => plan.OnlyStale || i.Existing?.ChosenVersion is null).Select(i => i.Style).Concat(plan.Sheets.Select(s => s.Style)).Distinct(StringComparer.Ordinal).Where(style => providers.For(style).EstimateUsd(0) != 0).ToList();
        var made = styles.Count == 0 ? [] : await (
            from version in db.ImageVersions.IgnoreQueryFilters()
            join image in db.Images on version.ImageId equals image.Id
            where image.StoryId == plan.StoryId && styles.Contains(image.Style) && version.RequestHash != null
            orderby version.CreatedAt descending
            select new MadeBefore(version.RequestHash!, version.MediaType, version.Sha256)).ToListAsync(cancellationToken);
        var paid = new Dictionary<string, MadeBefore?>(StringComparer.Ordinal);
        made.ForEach(m => paid.TryAdd(m.RequestHash, m));
        return paid;
    }

    private async Task<int> CountAsync(StoryDbContext db, IImageProvider provider, StoryImage image, bool becomesReference)
    {
        var cast = await db.Characters.AsNoTracking().Where(c => c.StoryId == image.StoryId).OrderBy(c => c.Ordinal).ToListAsync();
        var segment = image.SegmentId is null ? null : await db.Segments.AsNoTracking().SingleAsync(s => s.Id == image.SegmentId);
        IReadOnlyList<Character> characters = segment is null ? [cast.Single(c => c.Id == image.CharacterId)] : CharactersOf.Appearing(segment, cast);
        var (references, _) = await finder.FindAsync(db, ReferenceNeed.Of(image, becomesReference), segment?.HardCut ?? true, characters, CancellationToken.None);
        return provider.Capabilities.Sendable(references.Select(r => r.ToSend())).Count;
    }

    private static bool DependsOnReferences(IImageProvider provider) => provider.EstimateUsd(provider.Capabilities.MaxReferences) != provider.EstimateUsd(0);

    /// <summary>By character and style, null for a picture from outside, which serves them all; one that is still being drawn as <see cref="ToBeDrawn"/>.</summary>
    private async Task<Dictionary<(string, string?), StoredPicture>> PortraitsAsync(StoryDbContext db, string storyId, CancellationToken cancellationToken)
    {
        var portraits = new Dictionary<(string, string?), StoredPicture>();
        var sheets = await (
            from sheet in db.Images
            where sheet.StoryId == storyId && sheet.CharacterId != null
            join version in db.ImageVersions on new { ImageId = sheet.Id, Number = sheet.ChosenVersion } equals new { version.ImageId, Number = (int?)version.Number } into versions
            from version in versions.DefaultIfEmpty()
            select new { Sheet = sheet, Version = version }).ToListAsync(cancellationToken);
        foreach (var (sheet, version) in sheets.Select(s => (s.Sheet, (ImageVersion?)s.Version)))
        {
            if (version is not null || sheet.IsActive)
            {
                portraits[(sheet.CharacterId!, sheet.Style)] = version is null ? ToBeDrawn(providers.For(sheet.Style).Capabilities, sheet.Style, sheet.Id) : files.Stored(version);
            }
        }

        var pictures = await db.CharacterPictures
            .Where(p => p.RemovedAt == null && db.Characters.Any(c => c.Id == p.CharacterId && c.StoryId == storyId))
            .OrderBy(p => p.Number)
            .ToListAsync(cancellationToken);
        foreach (var picture in pictures)
        {
            portraits[(picture.CharacterId, null)] = files.Stored(picture);
        }

        return portraits;
    }

    private static WantedReference Portrait(StoredPicture picture, Character character) =>
        new(picture, character.Kind is CastKind.Place ? ReferenceRole.Place : ReferenceRole.Character, character.Name, character.Id, 1);

    /// <summary>Stands for a picture that is not there yet: it will come as the style's provider makes them, and goes along where that takes such ones.</summary>
    internal static StoredPicture ToBeDrawn(ProviderCapabilities capabilities, string style, string which)
    {
        var type = capabilities.Formats is [] ? capabilities.ReferenceFormats is [var any, ..] ? any : null : capabilities.Formats.FirstOrDefault(f => capabilities.ReferenceFormats.Contains(f, StringComparer.Ordinal));
        return new($"{style} {which}", type ?? "", 0, $"{style} {which}");
    }
}

/// <param name="RequestHash">Of the request that made it.</param>
/// <param name="MediaType">Of its file.</param>
/// <param name="Sha256">Of its file.</param>
internal sealed record MadeBefore(string RequestHash, string MediaType, string Sha256);

/// <param name="Usd">US dollars; null where unknown.</param>
/// <param name="IsPaid">Whether the very same request is paid for already, or will be before it.</param>
internal readonly record struct PlannedPrice(decimal? Usd, bool IsPaid);
