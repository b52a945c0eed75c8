using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>Which images a run would make, in the order of the story.</summary>
internal sealed class RunPlan
{
    private readonly List<StoryStyle> _missingStyles = [];
    private List<StoryStyle> _storyStyles = [];

    public required string StoryId { get; init; }

    public required IReadOnlyList<string> Styles { get; init; }

    public required IReadOnlyList<(Segment Segment, string Style, StoryImage? Existing)> Images { get; init; }

    /// <summary>Whether it makes what fits again, and not another version of what fits.</summary>
    public bool OnlyStale { get; init; }

    /// <summary>Characters' sheets that are to be made before them: those from before a change, or those that came to nothing.</summary>
    public required IReadOnlyList<StoryImage> Sheets { get; init; }

    /// <summary>Images by style that it would make were they not locked.</summary>
    public required IReadOnlyDictionary<string, int> Locked { get; init; }

    /// <summary>Every picture of a story that is not there yet.</summary>
    public static RunPlan Of(Story story)
    {
        List<string> styles = [.. story.Styles.Select(s => s.Key)];
        return new()
        {
            StoryId = story.Id,
            Styles = styles,
            Images = [.. story.Segments.SelectMany(segment => styles.Select(style => (segment, style, (StoryImage?)null)))],
            Sheets = [],
            Locked = new Dictionary<string, int>(StringComparer.Ordinal),
        };
    }

    public static async Task<RunPlan> MakeAsync(StoryDbContext db, string storyId, RunRequest request, IReadOnlyList<StyleDefinition> definitions)
    {
        if (!await db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null))
        {
            throw Missing.Story();
        }

        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var storyStyles = await db.StoryStyles.AsNoTracking().Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).ToListAsync();
        var styles = WantedStyles(request.Styles, storyStyles, definitions, errors);
        var segments = await db.Segments.AsNoTracking().Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).ToListAsync();
        segments = WantedSegments(request.Segments, segments, errors);
        if (errors.Count > 0)
        {
            throw new InvalidInputException(errors);
        }

        var existing = (await db.Images.AsTracking().Where(i => i.StoryId == storyId && styles.Contains(i.Style) && i.SegmentId != null).ToListAsync())
            .ToDictionary(i => (i.SegmentId!, i.Style));
        var images = new List<(Segment Segment, string Style, StoryImage? Existing)>();
        var locked = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var segment in segments)
        {
            foreach (var style in styles)
            {
                var image = existing.GetValueOrDefault((segment.Id, style));
                if (image is { IsActive: true } || !IsWanted(request, image))
                {
                    continue;
                }

                if (image is { IsLocked: true })
                {
                    locked[style] = 1 + locked.GetValueOrDefault(style);
                    continue;
                }

                images.Add((segment, style, image));
            }
        }

        var plan = new RunPlan { StoryId = storyId, Styles = styles, Images = images, OnlyStale = request.OnlyStale, Sheets = await SheetsAsync(db, storyId, request, styles, images, locked), Locked = locked };
        plan._storyStyles = storyStyles;
        plan._missingStyles.AddRange(styles
            .Where(key => storyStyles.TrueForAll(s => s.Key != key))
            .Select((key, i) => new StoryStyle { StoryId = storyId, Key = key, Ordinal = storyStyles.Count + i }));
        return plan;
    }

    /// <summary>What the author said of a style in this story; null where nothing.</summary>
    public string? NoteOf(string style) => _storyStyles.Find(s => s.Key == style)?.Note;

    /// <summary>A style that the run brings to the story becomes one of the story's.</summary>
    public Task AddMissingStylesAsync(StoryDbContext db) => db.StoryStyles.AddRangeAsync(_missingStyles);

    /// <summary>Where a style has pictures already, the first of them is the reference for those to come: the one that is, or the first that its provider takes.</summary>
    public async Task NameReferencesAsync(StoryDbContext db, ImageProviders providers)
    {
        foreach (var style in _storyStyles.Where(s => Styles.Contains(s.Key, StringComparer.Ordinal)))
        {
            var first = (await FirstPictureAsync(db, style, providers.For(style.Key).Capabilities, CancellationToken.None))?.ImageId;
            if (first != style.ReferenceImageId)
            {
                await db.StoryStyles
                    .Where(s => s.StoryId == StoryId && s.Key == style.Key)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.ReferenceImageId, first));
            }
        }
    }

    /// <summary>
    /// Where another service draws a style since this start, one of its pictures that goes with no call of that is no reference any more: the first
    /// that does is, or the next that is made.
    /// </summary>
    public static async Task NameReferencesAnewAsync(StoryDbContext db, string style, ProviderCapabilities can)
    {
        if (can.MaxReferences == 0)
        {
            return;
        }

        var formats = can.ReferenceFormats;
        var refused = await db.StoryStyles
            .Where(s => s.Key == style && s.ReferenceImageId != null)
            .Join(db.Images.IgnoreQueryFilters(), s => s.ReferenceImageId, i => i.Id, (s, i) => new { Style = s, i.Id, Number = i.ChosenVersion })
            .Join(db.ImageVersions, i => new { ImageId = i.Id, i.Number }, v => new { v.ImageId, Number = (int?)v.Number }, (i, v) => new { i.Style, v.MediaType })
            .Where(r => !formats.Contains(r.MediaType))
            .Select(r => r.Style)
            .AsNoTracking()
            .ToListAsync();
        foreach (var one in refused)
        {
            var first = (await FirstPictureAsync(db, one, can, CancellationToken.None))?.ImageId;

            // One that waits to be made anew would leave all that went with it from before a change.
            first = await db.Images.AnyAsync(i => i.Id == first && (i.DueAt != null || i.Token != null)) ? null : first;
            await db.StoryStyles.Where(s => s.StoryId == one.StoryId && s.Key == style).ExecuteUpdateAsync(set => set.SetProperty(s => s.ReferenceImageId, first));
        }
    }

    /// <summary>A picture that is made anew goes with the style's first, where a run that was to make that anew came to nothing.</summary>
    /// <param name="db">Within the change that queues it.</param>
    /// <param name="image">The picture.</param>
    /// <param name="providers">Who draws the style.</param>
    /// <param name="anew">Ids of pictures that are made anew as well, before it: where the first is among them, it leads.</param>
    public static async Task NameReferenceAsync(StoryDbContext db, StoryImage image, ImageProviders providers, IReadOnlyCollection<string> anew)
    {
        if (await db.Images.AnyAsync(i => i.StoryId == image.StoryId && i.Style == image.Style && i.Id != image.Id && i.CharacterId == null && (i.DueAt != null || i.Token != null)))
        {
            return;
        }

        var first = (await Pictures(db, db.Images, image.StoryId, image.Style, providers.For(image.Style).Capabilities).FirstOrDefaultAsync())?.ImageId;
        if (first is null || anew.Contains(first, StringComparer.Ordinal))
        {
            return;
        }

        await db.StoryStyles
            .Where(s => s.StoryId == image.StoryId && s.Key == image.Style && s.ReferenceImageId == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.ReferenceImageId, first));
    }

    /// <summary>By style: the picture that would be the reference, as <see cref="NameReferencesAsync"/> would name it and <see cref="ReleaseReferencesAsync"/> leave it.</summary>
    public async Task<Dictionary<string, ImageVersion>> FirstPicturesAsync(StoryDbContext db, ImageProviders providers, CancellationToken cancellationToken)
    {
        var firsts = new Dictionary<string, ImageVersion>(StringComparer.Ordinal);
        var several = MadeAnewWithOthers();
        foreach (var style in _storyStyles.Where(s => Styles.Contains(s.Key, StringComparer.Ordinal)))
        {
            if (await FirstPictureAsync(db, style, providers.For(style.Key).Capabilities, cancellationToken) is { } first && !several.Contains(first.ImageId))
            {
                firsts[style.Key] = first;
            }
        }

        return firsts;
    }

    /// <summary>
    /// A style's first picture that is made anew goes before those that are made anew with it: they would be from before a change as soon as it
    /// is there. Alone it stays what it is.
    /// </summary>
    public async Task ReleaseReferencesAsync(StoryDbContext db)
    {
        var several = MadeAnewWithOthers();
        await db.StoryStyles
            .Where(s => s.StoryId == StoryId && s.ReferenceImageId != null && several.Contains(s.ReferenceImageId))
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.ReferenceImageId, (string?)null));
    }

    /// <summary>The picture that those to come go with in a style; null where none may.</summary>
    public static async Task<ImageVersion?> FirstPictureAsync(StoryDbContext db, StoryStyle style, ProviderCapabilities can, CancellationToken cancellationToken)
    {
        var named = style.ReferenceImageId;
        return (named is null ? null : await Pictures(db, db.Images.IgnoreQueryFilters().Where(i => i.Id == named), style.StoryId, style.Key, can).FirstOrDefaultAsync(cancellationToken))
            ?? await Pictures(db, db.Images, style.StoryId, style.Key, can).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Those that may be a style's first, in the order of the story: a sketch that was drawn before there was a key goes with no call of the service that draws now.</summary>
    private static IQueryable<ImageVersion> Pictures(StoryDbContext db, IQueryable<StoryImage> images, string storyId, string style, ProviderCapabilities can)
    {
        var (takesNone, formats) = (can.MaxReferences == 0, can.ReferenceFormats);
        return images
            .Where(i => i.StoryId == storyId && i.Style == style && i.ChosenVersion != null && i.SegmentId != null)
            .OrderBy(i => i.Ordinal)
            .Join(db.ImageVersions, i => new { ImageId = i.Id, Number = i.ChosenVersion }, v => new { v.ImageId, Number = (int?)v.Number }, (_, version) => version)
            .Where(v => takesNone || formats.Contains(v.MediaType))
            .AsNoTracking();
    }

    private List<string> MadeAnewWithOthers() =>
        [.. Images.GroupBy(i => i.Style, StringComparer.Ordinal).Where(g => g.Count() > 1).SelectMany(g => g).Where(i => i.Existing is not null).Select(i => i.Existing!.Id)];

    private static bool IsWanted(RunRequest request, StoryImage? image) =>
        request.OnlyStale ? image is { ChosenVersion: not null, StaleCode: not null } : !request.OnlyMissing || image?.ChosenVersion is null;

    /// <summary>Sheets that there is none of, for what a person can mend or time does: pictures would be drawn, and paid for, without them. One that was declined is done without.</summary>
    private static IQueryable<StoryImage> FailedSheets(StoryDbContext db, string storyId)
    {
        var declined = FailureKind.Refused.Code();
        return db.Images.Where(i => i.StoryId == storyId && i.CharacterId != null && i.ChosenVersion == null && i.LockReason == null
            && ((i.Status == ImageStatus.Failed && i.ErrorCode != declined && i.ErrorCode != AttemptOutcome.Crashed) || (i.Status == ImageStatus.Cancelled && db.Runs.Any(r => r.Id == i.RunId && r.Status == RunStatus.Cancelled))));
    }

    /// <summary>Those of them that would go along with what is drawn: of whoever is in it and has no picture from outside.</summary>
    /// <param name="db">To be changed in.</param>
    /// <param name="storyId">The story.</param>
    /// <param name="drawn">Segments and styles.</param>
    public static async Task<List<StoryImage>> FailedSheetsAsync(StoryDbContext db, string storyId, IReadOnlyCollection<(string SegmentId, string Style)> drawn)
    {
        var styles = drawn.Select(d => d.Style).Distinct(StringComparer.Ordinal).ToList();
        var sheets = (await FailedSheets(db, storyId).AsTracking().Where(s => styles.Contains(s.Style)).OrderBy(s => s.Ordinal).ToListAsync()).FindAll(s => !s.IsActive);
        if (sheets.Count == 0)
        {
            return sheets;
        }

        var ids = drawn.Select(d => d.SegmentId).Distinct(StringComparer.Ordinal).ToList();
        var cast = await db.Characters.AsNoTracking().Where(c => c.StoryId == storyId).OrderBy(c => c.Ordinal).ToListAsync();
        var characters = cast.ConvertAll(c => c.Id);
        var pictured = await db.CharacterPictures.Where(p => p.RemovedAt == null && characters.Contains(p.CharacterId)).Select(p => p.CharacterId).ToListAsync();
        var appearing = (await db.Segments.AsNoTracking().Where(s => s.StoryId == storyId && ids.Contains(s.Id)).ToListAsync())
            .ToDictionary(s => s.Id, s => CharactersOf.Appearing(s, cast), StringComparer.Ordinal);
        var wanted = drawn.SelectMany(d => appearing.GetValueOrDefault(d.SegmentId, []).Select(c => (c.Id, d.Style))).ToHashSet();
        return sheets.FindAll(s => !pictured.Contains(s.CharacterId!) && wanted.Contains((s.CharacterId!, s.Style)));
    }

    private static async Task<List<StoryImage>> SheetsAsync(
        StoryDbContext db, string storyId, RunRequest request, List<string> styles, List<(Segment Segment, string Style, StoryImage? Existing)> images, Dictionary<string, int> locked)
    {
        var failed = await FailedSheetsAsync(db, storyId, [.. images.Select(i => (i.Segment.Id, i.Style))]);
        if (!request.OnlyStale || request.Segments is not null)
        {
            return failed;
        }

        var sheets = await db.Images.AsTracking()
            .Where(i => i.StoryId == storyId && i.CharacterId != null && i.ChosenVersion != null && i.StaleCode != null && styles.Contains(i.Style))
            .OrderBy(i => i.Ordinal)
            .ToListAsync();
        foreach (var style in sheets.Where(s => s.IsLocked && !s.IsActive).Select(s => s.Style))
        {
            locked[style] = 1 + locked.GetValueOrDefault(style);
        }

        return [.. failed.Concat(sheets.Where(s => s is { IsLocked: false, IsActive: false })).OrderBy(s => s.Ordinal)];
    }

    private static List<string> WantedStyles(IReadOnlyList<string>? wanted, List<StoryStyle> storyStyles, IReadOnlyList<StyleDefinition> definitions, Dictionary<string, string[]> errors)
    {
        var known = definitions.Select(d => d.Key).ToList();
        if (wanted is null or [])
        {
            return [.. storyStyles.Select(s => s.Key).Where(known.Contains)];
        }

        for (var i = 0; i < wanted.Count; i++)
        {
            if (!known.Contains(wanted[i]))
            {
                errors[$"styles[{i}]"] = [$"There is no style \"{wanted[i]}\". Styles are {string.Join(", ", known)}."];
            }
        }

        return [.. wanted.Distinct(StringComparer.Ordinal)];
    }

    private static List<Segment> WantedSegments(IReadOnlyList<string>? wanted, List<Segment> segments, Dictionary<string, string[]> errors)
    {
        if (wanted is null)
        {
            return segments;
        }

        var byName = segments.ByName();
        var chosen = new HashSet<Segment>();
        for (var i = 0; i < wanted.Count; i++)
        {
            // A number may be written in more ways than one.
            var name = SegmentNumber.TryParse(wanted[i], out var number) ? number.ToString() : wanted[i] ?? "";
            if (byName.TryGetValue(name, out var segment))
            {
                chosen.Add(segment);
            }
            else
            {
                errors[$"segments[{i}]"] = [name == number.ToString()
                    ? $"The story has no segment {name}."
                    : $"{FieldErrors.Quote(name)} is not a segment number. Numbers look like 1.2: scene, dot, beat."];
            }
        }

        return [.. segments.Where(chosen.Contains)];
    }
}
