using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>
/// What moves in each story, kept in memory by its change number: asking again costs one look at that number, and after a change
/// only what changed is read.
/// </summary>
internal sealed class StorySnapshots(IDbContextFactory<StoryDbContext> contexts, GenerationPace pace, TimeProvider time)
{
    private const int MostKept = 256;

    private readonly ConcurrentDictionary<string, StorySnapshot> _kept = new(StringComparer.Ordinal);

    public async Task<StorySnapshot> GetAsync(string storyId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var read = await ReadTransaction.BeginAsync(db, cancellationToken);
        var story = await db.Stories
            .Where(s => s.Id == storyId && s.DeletedAt == null)
            .Select(s => new { s.Version, s.EditVersion })
            .SingleOrDefaultAsync(cancellationToken) ?? throw Missing.Story();
        var version = story.Version;
        _kept.TryGetValue(storyId, out var kept);
        if (kept?.Version == version)
        {
            return kept;
        }

        var since = kept?.Version ?? -1;
        var changed = await db.Images.IgnoreQueryFilters().Where(i => i.StoryId == storyId && i.Version > since).ToListAsync(cancellationToken);
        var said = await db.Comments.Where(c => c.StoryId == storyId && c.Version > since).Select(c => c.Version)
            .Concat(db.Decisions.Where(d => d.StoryId == storyId && d.Version > since).Select(d => d.Version))
            .MaxAsync(v => (long?)v, cancellationToken);
        var run = await db.Runs.Include(r => r.Styles).Where(r => r.StoryId == storyId).OrderByDescending(r => r.FinishedAt == null).ThenByDescending(r => r.FinishedAt).ThenByDescending(r => r.Version).FirstOrDefaultAsync(cancellationToken);
        var order = await db.StoryStyles.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).Select(s => s.Key).ToListAsync(cancellationToken);
        var ordinals = kept is null ? null : await OrdinalsAsync(db, story.EditVersion, changed, kept, cancellationToken);
        var images = Merge(kept, changed, ordinals, order);
        var snapshot = new StorySnapshot
        {
            StoryId = storyId,
            Version = version,
            EditVersion = story.EditVersion,
            ReviewVersion = said ?? kept?.ReviewVersion ?? 0,
            Pending = images.Count(i => i.IsActive()),
            Images = images.FindAll(i => i.Type is ImageType.Segment),
            CharacterImages = images.FindAll(i => i.Type is ImageType.Character),
            Run = run?.ToState(time.GetUtcNow(), pace.PerImage(run), pace.ByKeys(run)),
        };
        if (_kept.Count >= MostKept)
        {
            _kept.Clear();
        }

        return _kept[storyId] = snapshot;
    }

    /// <summary>A new image has to be put in its place; where all of them were there already and nobody edited the story, the order stands.</summary>
    private static async Task<Dictionary<string, int>?> OrdinalsAsync(StoryDbContext db, long editVersion, List<StoryImage> changed, StorySnapshot kept, CancellationToken cancellationToken)
    {
        var known = kept.CharacterImages.Concat(kept.Images).Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        return editVersion == kept.EditVersion && changed.TrueForAll(i => known.Contains(i.Id))
            ? null
            : await db.Segments.Where(s => s.StoryId == kept.StoryId).ToDictionaryAsync(s => s.Id, s => s.Ordinal, StringComparer.Ordinal, cancellationToken);
    }

    private static List<ImageState> Merge(StorySnapshot? kept, List<StoryImage> changed, Dictionary<string, int>? ordinals, List<string> styles)
    {
        if (kept is null)
        {
            return [.. changed.Where(i => i.RemovedAt is null).OrderBy(i => i.Ordinal).ThenBy(i => styles.IndexOf(i.Style)).Select(i => i.ToState())];
        }

        var away = changed.Where(i => i.RemovedAt is not null).Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        var fresh = changed.Where(i => i.RemovedAt is null).ToDictionary(i => i.Id, i => i.ToState(), StringComparer.Ordinal);
        var images = kept.CharacterImages.Concat(kept.Images).Where(i => !away.Contains(i.Id)).Select(i => fresh.Remove(i.Id, out var newer) ? newer : i).ToList();
        images.AddRange(fresh.Values);
        return ordinals is null ? images : [.. images.OrderBy(i => i.Type is ImageType.Character ? -1 : ordinals.GetValueOrDefault(i.SubjectId, int.MaxValue)).ThenBy(i => i.SubjectId, StringComparer.Ordinal).ThenBy(i => styles.IndexOf(i.Style))];
    }
}
