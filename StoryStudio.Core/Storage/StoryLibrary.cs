using System.Collections.Concurrent;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class StoryLibrary(
    StoryWriter writer,
    IDbContextFactory<StoryDbContext> contexts,
    GenerationSignals signals,
    GenerationPace pace,
    IOptions<StoryStudioOptions> options,
    SegmentReader segments,
    RunCancellations cancellations,
    TimeProvider time) : IStoryLibrary
{
    private const int LargestPage = 100;
    private const int MostKept = 64;

    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    private IReadOnlyCollection<string> StyleKeys => [.. options.Value.Styles.Select(s => s.Key)];

    public async Task<StoryDetails> CreateAsync(NewStory story, CancellationToken cancellationToken = default)
    {
        var accepted = NewStoryRules.Check(story, StyleKeys);
        var id = await writer.ExecuteAsync(scope =>
        {
            var made = Make(accepted, scope.Now);
            scope.Db.Stories.Add(made);
            return Task.FromResult(made.Id);
        });
        return await GetAsync(id, cancellationToken);
    }

    public async Task<Page<StorySummary>> ListAsync(int page, int pageSize, CancellationToken cancellationToken = default)
    {
        CheckPage(page, pageSize);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var shelf = db.Stories.Where(s => s.DeletedAt == null);
        var total = await shelf.CountAsync(cancellationToken);
        var rows = await shelf
            .OrderByDescending(s => s.CreatedAt)
            .ThenByDescending(s => s.Id)
            .Skip((int)Math.Min((page - 1L) * pageSize, int.MaxValue))
            .Take(pageSize)
            .Select(s => new
            {
                s.Id,
                s.Title,
                s.CreatedAt,
                s.UpdatedAt,
                Segments = s.Segments.Count,
                Styles = s.Styles.OrderBy(x => x.Ordinal).Select(x => x.Key).ToList(),
                RunId = db.Runs.Where(r => r.StoryId == s.Id).OrderByDescending(r => r.FinishedAt == null).ThenByDescending(r => r.FinishedAt).ThenByDescending(r => r.Version).Select(r => r.Id).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);

        var runIds = rows.ConvertAll(r => r.RunId);
        var runs = (await db.Runs.Include(r => r.Styles).Where(r => runIds.Contains(r.Id)).ToListAsync(cancellationToken)).ToDictionary(r => r.Id, StringComparer.Ordinal);
        var failed = await FailedAsync(db, rows.ConvertAll(r => r.Id), cancellationToken);
        var now = time.GetUtcNow();
        var summaries = new List<StorySummary>(rows.Count);
        foreach (var r in rows)
        {
            summaries.Add(new()
            {
                Id = r.Id,
                Title = r.Title,
                CreatedAt = r.CreatedAt,
                UpdatedAt = r.UpdatedAt,
                Segments = r.Segments,
                Styles = r.Styles.ConvertAll(Summary),
                CoverUrl = await CoverAsync(db, r.Id, r.Styles, cancellationToken),
                Run = r.RunId is not null && runs.TryGetValue(r.RunId, out var run) ? run.ToState(now, pace.PerImage(run), pace.ByKeys(run)) : null,
                Failed = failed.GetValueOrDefault(r.Id),
            });
        }

        return new(summaries, page, pageSize, total);
    }

    public async Task<StoryDetails> GetAsync(string storyId, CancellationToken cancellationToken = default)
    {
        RequireId(storyId);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var read = await ReadTransaction.BeginAsync(db, cancellationToken);
        var story = await db.Stories.SingleOrDefaultAsync(s => s.Id == storyId && s.DeletedAt == null, cancellationToken) ?? throw Missing.Story();
        _kept.TryGetValue(storyId, out var kept);
        if (kept?.EditVersion != story.EditVersion)
        {
            var now = await ReadAsync(db, story, kept, cancellationToken);
            if (_kept.Count >= MostKept)
            {
                _kept.Clear();
            }

            // After an edit many read at once: all of them get the same story.
            kept = _kept.AddOrUpdate(storyId, now, (_, present) => present.EditVersion == now.EditVersion ? present : now);
        }

        return kept.Story with { Version = story.Version, UpdatedAt = story.UpdatedAt };
    }

    private static void RefuseWhereRenamed(Story story, StoryPatch patch)
    {
        if (patch is { Title: { } title, TitleBasedOn: { } seen } && story.Title != seen && story.Title != title)
        {
            throw new ConflictException("title_changed", "The title was changed meanwhile. Nothing was saved.");
        }
    }

    public async Task<StoryDetails> UpdateAsync(string storyId, StoryPatch patch, CancellationToken cancellationToken = default)
    {
        RequireId(storyId);
        var accepted = NewStoryRules.Check(patch, patch.Styles is null ? StyleKeys : await StyleKeysAsync(storyId, cancellationToken));
        if (accepted.Styles is { } kept)
        {
            // Nobody waits for a picture in a style that the story is no longer drawn in.
            var interrupted = await writer.ExecuteAsync(async scope =>
            {
                RefuseWhereRenamed(await FindAsync(scope, storyId), accepted);
                return await CancelAsync(scope, storyId, run => [.. run.Styles.Select(s => s.Style).Except(kept, StringComparer.Ordinal)], i => !kept.Contains(i.Style));
            });
            interrupted.ForEach(signals.Interrupt);
            await cancellations.FinishStoryAsync(storyId, cancellationToken);
        }

        await writer.ExecuteAsync(async scope =>
        {
            var story = await FindAsync(scope, storyId);
            RefuseWhereRenamed(story, accepted);
            story.Title = accepted.Title ?? story.Title;
            story.UpdatedAt = scope.Now;
            if (accepted.Styles is { } keys)
            {
                await SetStylesAsync(scope, storyId, keys);
            }

            await scope.NextVersionAsync(storyId);
        });
        return await GetAsync(storyId, cancellationToken);
    }

    public async Task DeleteAsync(string storyId, CancellationToken cancellationToken = default)
    {
        RequireId(storyId);
        var interrupted = await writer.ExecuteAsync(async scope =>
        {
            await FindAsync(scope, storyId);
            return await CancelAsync(scope, storyId, _ => null, _ => true);
        });
        interrupted.ForEach(signals.Interrupt);

        // Whoever follows its run is told of the end of that before the story is gone, and its streams with it.
        await cancellations.FinishStoryAsync(storyId, CancellationToken.None);
        interrupted = await writer.ExecuteAsync(async scope =>
        {
            var tokens = await CancelAsync(scope, storyId, _ => null, _ => true);
            (await FindAsync(scope, storyId)).DeletedAt = scope.Now;
            scope.Publish(new StoryRemoved(storyId, await scope.NextVersionAsync(storyId)));
            return tokens;
        });
        interrupted.ForEach(signals.Interrupt);
        cancellations.GoOn();
    }

    public Task RestoreAsync(string storyId, CancellationToken cancellationToken = default)
    {
        RequireId(storyId);
        return writer.ExecuteAsync(async scope =>
        {
            var story = await scope.Db.Stories.SingleOrDefaultAsync(s => s.Id == storyId) ?? throw Missing.Story();
            story.DeletedAt = null;
            await scope.NextVersionAsync(storyId);
        });
    }

    public async Task<SegmentDetails> UpdateSegmentAsync(string storyId, string number, SegmentPatch patch, CancellationToken cancellationToken = default)
    {
        RequireId(storyId);
        var accepted = NewStoryRules.Check(patch, await StyleKeysAsync(storyId, cancellationToken));
        var segmentId = await writer.ExecuteAsync(async scope =>
        {
            var edit = await EditSession.OpenAsync(scope, storyId);
            var id = edit.Find(number);
            var segment = await edit.TouchAsync(id);
            StoryEditor.RefuseWhereChanged(segment, accepted.BasedOn);
            PromptRules.RefuseWhereChanged(segment, accepted);
            var words = EditWords.Of(edit.NumberOf(id), segment, accepted);
            segment.Text = accepted.Text ?? segment.Text;
            segment.Prompt = accepted.Prompt is null ? segment.Prompt : accepted.Prompt.Length == 0 ? null : accepted.Prompt;
            segment.Prompts = Merge(segment.Prompts, accepted.Prompts);
            if (accepted.HardCut is { } cut)
            {
                edit.Order.Cut(id, cut);
            }

            await EditSteps.AddAsync(scope, storyId, words, await edit.SaveAsync());
            return id;
        });

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await segments.FindAsync(db, storyId, segmentId, cancellationToken) ?? throw Missing.Segment();
    }

    /// <summary>Segments that read as they did stay the same objects: who shows them sees that there is nothing to do.</summary>
    private async Task<Kept> ReadAsync(StoryDbContext db, Story story, Kept? before, CancellationToken cancellationToken)
    {
        var styles = (await db.StoryStyles.Where(s => s.StoryId == story.Id).OrderBy(s => s.Ordinal).ToListAsync(cancellationToken)).ConvertAll(s => Summary(s.Key) with { Note = s.Note });
        var characters = await db.Characters.Where(c => c.StoryId == story.Id).OrderBy(c => c.Ordinal).ToListAsync(cancellationToken);
        var rows = await db.Segments.Where(s => s.StoryId == story.Id).OrderBy(s => s.Ordinal).ToListAsync(cancellationToken);
        List<CharacterDetails> cast = characters.ConvertAll(c => new CharacterDetails(c.Id, c.Name, c.Description) { Kind = c.Kind, Aliases = c.Aliases });
        var mark = CharactersOf.Mark(characters);
        var known = before?.Cast == mark && before.Story.Styles.SequenceEqual(styles)
            ? before.Story.Segments.ToDictionary(s => s.Id, StringComparer.Ordinal)
            : [];
        return new(story.EditVersion, mark, new()
        {
            Id = story.Id,
            Title = story.Title,
            Version = story.Version,
            CreatedAt = story.CreatedAt,
            UpdatedAt = story.UpdatedAt,
            Styles = styles,
            Characters = cast,
            Segments = rows.ConvertAll(s => segments.Details(s, characters, styles, known.GetValueOrDefault(s.Id))),
        });
    }

    /// <summary>Begins to cancel what the active run has of these styles, and cancels what goes without a run. Returns the attempts to be cut off once that is committed.</summary>
    private static async Task<List<string>> CancelAsync(WriteScope scope, string storyId, Func<Run, IReadOnlyCollection<string>?> styles, Expression<Func<StoryImage, bool>> which)
    {
        var cut = new List<string>();
        if (await scope.Db.Runs.Include(r => r.Styles).SingleOrDefaultAsync(r => r.StoryId == storyId && r.FinishedAt == null) is { } run)
        {
            cut.AddRange(await RunCancellations.BeginAsync(scope, run, styles(run)));
        }

        var alone = scope.Db.Runs.Where(r => r.StoryId == storyId && r.FinishedAt == null).Select(r => r.Id);
        cut.AddRange(await ImageCancellation.CancelAsync(scope, scope.Db.Images.Where(i => i.StoryId == storyId && (i.RunId == null || !alone.Contains(i.RunId))).Where(which)));
        return cut;
    }

    /// <summary>The first page's picture in the first style that has one. A look into an index for each story: a join would read every picture of all of them.</summary>
    private static Task<Dictionary<string, int>> FailedAsync(StoryDbContext db, List<string> stories, CancellationToken cancellationToken) => db.Images
        .Where(i => i.FailedAt != null && i.SegmentId != null && stories.Contains(i.StoryId) && db.StoryStyles.Any(s => s.StoryId == i.StoryId && s.Key == i.Style))
        .GroupBy(i => i.StoryId)
        .ToDictionaryAsync(g => g.Key, g => g.Count(), StringComparer.Ordinal, cancellationToken);

    private static async Task<string?> CoverAsync(StoryDbContext db, string storyId, List<string> styles, CancellationToken cancellationToken)
    {
        var first = await db.Images
            .Where(i => i.StoryId == storyId && i.ChosenVersion != null && i.SegmentId != null && styles.Contains(i.Style))
            .OrderBy(i => i.Ordinal)
            .Select(i => new { i.Ordinal, i.Style, i.Id, i.ChosenVersion, i.MediaType })
            .Take(styles.Count)
            .ToListAsync(cancellationToken);
        var cover = first.Where(i => i.Ordinal == first[0].Ordinal).MinBy(i => styles.IndexOf(i.Style));
        return cover is null ? null : PictureAddress.Of(cover.Id, cover.ChosenVersion!.Value, cover.MediaType!);
    }

    internal static Story Make(AcceptedStory accepted, DateTimeOffset now)
    {
        var id = Ids.New(now);
        return new()
        {
            Id = id,
            Title = accepted.Title,
            CreatedAt = now,
            UpdatedAt = now,
            Version = 1,
            EditVersion = Story.Unedited,
            Styles = [.. accepted.Styles.Select((key, i) => new StoryStyle { StoryId = id, Key = key, Ordinal = i })],
            Characters = [.. accepted.Characters.Select((c, i) => new Character { Id = Ids.New(now), StoryId = id, Ordinal = i, Kind = c.Kind, Name = c.Name, Description = c.Description, Aliases = [.. c.Aliases] })],
            Segments = [.. accepted.Segments.Select((s, i) => new Segment
            {
                Id = Ids.New(now),
                StoryId = id,
                Ordinal = i,
                Scene = s.Number.Scene,
                Beat = s.Number.Beat,
                Text = s.Text,
                HardCut = s.HardCut,
                Prompt = s.Prompt,
                Prompts = new(s.Prompts, StringComparer.Ordinal),
                Characters = s.Characters?.ToList(),
            })],
        };
    }

    private static async Task<Story> FindAsync(WriteScope scope, string storyId) =>
        await scope.Db.Stories.SingleOrDefaultAsync(s => s.Id == storyId && s.DeletedAt == null) ?? throw Missing.Story();

    /// <summary>Those in the settings, and those that the story has all the same: it came with them from elsewhere, or the settings had them once.</summary>
    private async Task<IReadOnlyCollection<string>> StyleKeysAsync(string storyId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. StyleKeys.Union(await db.StoryStyles.Where(s => s.StoryId == storyId).Select(s => s.Key).ToListAsync(cancellationToken), StringComparer.Ordinal)];
    }

    private static async Task SetStylesAsync(WriteScope scope, string storyId, IReadOnlyList<string> keys)
    {
        // Rows are made anew for their order; what a style was given as its reference, and what was said of it, stays with it.
        var present = await scope.Db.StoryStyles.Where(s => s.StoryId == storyId).ToListAsync();
        var past = await scope.Db.PastStyles.Where(s => s.StoryId == storyId).ToListAsync();
        scope.Db.StoryStyles.RemoveRange(present);
        scope.Db.PastStyles.RemoveRange(past.Where(s => keys.Contains(s.Key, StringComparer.Ordinal) || present.Exists(p => p.Key == s.Key)));
        await scope.Db.SaveChangesAsync();
        var firsts = past.Select(s => s.ReferenceImageId).OfType<string>().ToList();
        var standing = firsts.Count == 0 ? [] : await scope.Db.Images.IgnoreQueryFilters().Where(i => firsts.Contains(i.Id)).Select(i => i.Id).ToListAsync();
        for (var i = 0; i < keys.Count; i++)
        {
            var (known, before) = (present.Find(s => s.Key == keys[i]), past.Find(s => s.Key == keys[i]));
            scope.Db.StoryStyles.Add(new()
            {
                StoryId = storyId,
                Key = keys[i],
                Ordinal = i,
                ReferenceImageId = known is null ? standing.Find(id => id == before?.ReferenceImageId) : known.ReferenceImageId,
                Note = known is null ? before?.Note : known.Note,
            });
            if (known is null)
            {
                // What was drawn in it is there again.
                scope.Doubts.AddStyle(storyId, keys[i]);
            }
        }

        scope.Db.PastStyles.AddRange(present
            .Where(s => !keys.Contains(s.Key, StringComparer.Ordinal) && (s.Note ?? s.ReferenceImageId) is not null)
            .Select(s => new PastStyle { StoryId = storyId, Key = s.Key, Note = s.Note, ReferenceImageId = s.ReferenceImageId }));
    }

    private static Dictionary<string, string> Merge(Dictionary<string, string> present, IReadOnlyDictionary<string, string>? changes)
    {
        var merged = new Dictionary<string, string>(present, StringComparer.Ordinal);
        foreach (var (style, prompt) in changes ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            if (prompt.Length == 0)
            {
                merged.Remove(style);
            }
            else
            {
                merged[style] = prompt;
            }
        }

        return merged;
    }

    private StyleSummary Summary(string key) => new(key, options.Value.Style(key).Name);

    private static void CheckPage(int page, int pageSize)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (page < 1)
        {
            errors["page"] = ["Pages are counted from 1."];
        }

        if (pageSize is < 1 or > LargestPage)
        {
            errors["pageSize"] = [$"A page has 1 to {LargestPage} stories."];
        }

        if (errors.Count > 0)
        {
            throw new InvalidInputException(errors);
        }
    }

    private static void RequireId(string storyId)
    {
        if (!Ids.IsId(storyId))
        {
            throw Missing.Story();
        }
    }

    /// <summary>A story as it reads between two edits: the same for everybody who looks at it.</summary>
    private sealed record Kept(long EditVersion, string Cast, StoryDetails Story);
}
