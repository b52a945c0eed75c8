using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Holds chosen pictures against what they would be made from today, and marks those that are from before a change, with every cause.
/// Nothing is made anew. Runs within the operation that changed something, once that is saved.
/// </summary>
public sealed class StaleCheck(IOptions<StoryStudioOptions> options, StyleSamples samples, ImageProviders providers)
{
    internal async Task RunAsync(StoryDbContext db, string storyId, PictureDoubts.InStory doubts)
    {
        var images = Doubted(db, storyId, doubts);
        var found = await images.AsTracking().ToListAsync();
        if (found.Count == 0)
        {
            return;
        }

        var story = await ReadAsync(db, storyId, found);
        var bases = await (from image in images
                           join version in db.ImageVersions on new { ImageId = image.Id, Number = image.ChosenVersion } equals new { version.ImageId, Number = (int?)version.Number }
                           select new { version.ImageId, version.MadeFrom }).AsNoTracking().ToDictionaryAsync(v => v.ImageId, v => v.MadeFrom, StringComparer.Ordinal);
        var sent = (await (from image in images
                           join reference in db.PictureReferences on image.Id equals reference.ImageId
                           where reference.Version == image.ChosenVersion
                           orderby reference.Ordinal
                           select reference).AsNoTracking().ToListAsync()).ToLookup(r => r.ImageId, StringComparer.Ordinal);
        var chosen = await ChosenAsync(db, sent);
        var followers = await FollowersAsync(db, found, sent, chosen);
        foreach (var image in found.OrderByDescending(i => i.IsSheet))
        {
            if (story.Of(image) is not { } subject)
            {
                continue;
            }

            var style = options.Value.Style(image.Style);
            var now = PictureBasis.Of(subject.Text, subject.OwnPrompt, style, story.Notes.GetValueOrDefault(image.Style), samples.Find(image.Style)?.Sha256, subject.Characters);
            var then = bases.GetValueOrDefault(image.Id);
            if (then is not null && !options.Value.HasStyle(image.Style))
            {
                // It left the settings, or the picture came from where it was known: nobody knows its words any more, and none can be drawn anew by them.
                now = now with { Style = then.Style, Sample = then.Sample };
            }

            image.MarkStale(StaleCauses.Find(then, now, [.. sent[image.Id]], story.Standing(image, subject, providers.For(image.Style).Capabilities, samples.Find(image.Style), chosen) with { Followers = followers[image.Id].ToHashSet(StringComparer.Ordinal) }));
            story.Note(image);
        }
    }

    private static IQueryable<StoryImage> Doubted(StoryDbContext db, string storyId, PictureDoubts.InStory doubts)
    {
        var images = db.Images.Where(i => i.StoryId == storyId && i.ChosenVersion != null);
        if (doubts.Whole)
        {
            return images;
        }

        List<string> segments = [.. doubts.Segments], ids = [.. doubts.Images], styles = [.. doubts.Styles], sources = [.. doubts.Sources];
        return images.Where(i => (i.SegmentId != null && segments.Contains(i.SegmentId)) || ids.Contains(i.Id) || styles.Contains(i.Style)
            || db.PictureReferences.Any(r => r.ImageId == i.Id && r.Version == i.ChosenVersion && sources.Contains(r.SourceId)));
    }

    private static async Task<Dictionary<string, int>> ChosenAsync(StoryDbContext db, ILookup<string, PictureReference> sent)
    {
        var sources = sent.SelectMany(r => r).Where(r => r.Role is ReferenceRole.Consistency).Select(r => r.SourceId).Distinct(StringComparer.Ordinal).ToList();
        return sources.Count == 0 ? [] : await db.Images.IgnoreQueryFilters()
            .Where(i => sources.Contains(i.Id) && i.ChosenVersion != null)
            .Select(i => new { i.Id, Version = i.ChosenVersion!.Value })
            .ToDictionaryAsync(i => i.Id, i => i.Version, StringComparer.Ordinal);
    }

    /// <summary>By sheet: the first pictures that went along with it and were made from it since.</summary>
    private static async Task<ILookup<string, string>> FollowersAsync(StoryDbContext db, List<StoryImage> images, ILookup<string, PictureReference> sent, Dictionary<string, int> chosen)
    {
        var sheets = images.Where(i => i.IsSheet && sent[i.Id].Any(r => r.Role is ReferenceRole.Consistency)).Select(i => i.Id).ToList();
        var firsts = chosen.Keys.ToList();
        var back = sheets.Count == 0 ? [] : await db.PictureReferences.AsNoTracking().Where(r => firsts.Contains(r.ImageId) && sheets.Contains(r.SourceId)).ToListAsync();
        return back.Where(r => chosen[r.ImageId] == r.Version).ToLookup(r => r.SourceId, r => r.ImageId, StringComparer.Ordinal);
    }

    private static async Task<Material> ReadAsync(StoryDbContext db, string storyId, List<StoryImage> images)
    {
        // One segment's pictures are the usual case; a whole story's segments are one look as well.
        var ids = images.Where(i => i.SegmentId is not null).Select(i => i.SegmentId!).Distinct(StringComparer.Ordinal).ToList();
        var segments = await db.Segments.AsNoTracking().Where(s => s.StoryId == storyId && ids.Contains(s.Id)).ToDictionaryAsync(s => s.Id, StringComparer.Ordinal);
        var cast = await db.Characters.AsNoTracking().Where(c => c.StoryId == storyId).OrderBy(c => c.Ordinal).ToListAsync();
        var notes = await db.StoryStyles.AsNoTracking().Where(s => s.StoryId == storyId && s.Note != null).ToDictionaryAsync(s => s.Key, s => s.Note!, StringComparer.Ordinal);
        if (cast.Count == 0)
        {
            return new(segments, cast, notes, [], [], []);
        }

        var characters = cast.ConvertAll(c => c.Id);
        var pictures = await db.CharacterPictures.AsNoTracking().Where(p => characters.Contains(p.CharacterId) && p.RemovedAt == null).ToListAsync();
        var sheets = await db.Images.AsNoTracking().Where(i => i.StoryId == storyId && i.CharacterId != null).ToListAsync();
        var drawn = await (from sheet in db.Images
                           where sheet.StoryId == storyId && sheet.CharacterId != null
                           join version in db.ImageVersions on new { ImageId = sheet.Id, Number = sheet.ChosenVersion } equals new { version.ImageId, Number = (int?)version.Number }
                           select new { sheet.Id, version.Sha256 }).ToDictionaryAsync(v => v.Id, v => v.Sha256, StringComparer.Ordinal);
        return new(segments, cast, notes, pictures, sheets, drawn);
    }

    /// <summary>What pictures of a story are made from.</summary>
    private sealed class Material(Dictionary<string, Segment> segments, List<Character> cast, Dictionary<string, string> notes, List<CharacterPicture> pictures, List<StoryImage> sheets, Dictionary<string, string> drawn)
    {
        private readonly Dictionary<string, CharacterPicture> _pictures = pictures.GroupBy(p => p.CharacterId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.MaxBy(p => p.Number)!, StringComparer.Ordinal);
        private readonly Dictionary<(string CharacterId, string Style), StoryImage> _sheets = sheets.ToDictionary(s => (s.CharacterId!, s.Style));

        private readonly HashSet<string> _stale = sheets.Where(s => s.StaleCode is not null).Select(s => s.Id).ToHashSet(StringComparer.Ordinal);

        public IReadOnlyDictionary<string, string> Notes => notes;

        /// <summary>One is marked, or is not any more: those that a sheet went along with come after it.</summary>
        public void Note(StoryImage image) => _ = image.StaleCode is null ? _stale.Remove(image.Id) : _stale.Add(image.Id);

        public Subject? Of(StoryImage image)
        {
            if (image.CharacterId is { } characterId)
            {
                return cast.Find(c => c.Id == characterId) is { } character ? new(null, null, SceneStarts: true, [character]) : null;
            }

            return segments.GetValueOrDefault(image.SegmentId!) is { } segment
                ? new(segment.Text, segment.Prompts.GetValueOrDefault(image.Style) ?? segment.Prompt, segment.HardCut, CharactersOf.Appearing(segment, cast))
                : null;
        }

        public StandingReferences Standing(StoryImage image, Subject subject, ProviderCapabilities can, StoredPicture? sample, Dictionary<string, int> chosen) => new()
        {
            Room = can.MaxReferences,
            TakesSample = subject.SceneStarts && can.MaxReferences > 0 && (sample is null || can.ReferenceFormats.Contains(sample.MediaType, StringComparer.Ordinal)),
            Chosen = chosen,
            Characters = [.. subject.Characters.OrderBy(c => c.Kind).Select(c => Standing(c, image, can))],
        };

        private StandingCharacter Standing(Character character, StoryImage image, ProviderCapabilities can)
        {
            var sheet = _sheets.GetValueOrDefault((character.Id, image.Style));
            if (sheet?.Id == image.Id)
            {
                sheet = null;
            }

            if (_pictures.GetValueOrDefault(character.Id) is { } picture)
            {
                return new(character.Id, character.Name, sheet?.Id, character.Id, picture.Number, Takes(picture.MediaType), Sha256: picture.Sha256);
            }

            return sheet is { ChosenVersion: { } version, MediaType: { } type }
                ? new(character.Id, character.Name, sheet.Id, sheet.Id, version, Takes(type), _stale.Contains(sheet.Id), drawn.GetValueOrDefault(sheet.Id))
                : new(character.Id, character.Name, sheet?.Id, null, 0, IsSendable: false);

            bool Takes(string mediaType) => can.ReferenceFormats.Contains(mediaType, StringComparer.Ordinal);
        }
    }

    /// <param name="Text">The segment's words; null for a sheet.</param>
    /// <param name="OwnPrompt">The author's prompt in their place.</param>
    /// <param name="SceneStarts">Whether the style's own picture goes along.</param>
    /// <param name="Characters">Who is in it.</param>
    private sealed record Subject(string? Text, string? OwnPrompt, bool SceneStarts, IReadOnlyList<Character> Characters);
}
