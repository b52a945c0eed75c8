using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class PromptBook(
    StoryWriter writer,
    IDbContextFactory<StoryDbContext> contexts,
    ReferenceFinder references,
    PictureFiles files,
    ImageProviders providers,
    IOptions<StoryStudioOptions> options) : IPromptBook
{
    /// <summary>Changes of one segment that are told at most.</summary>
    private const int MostOfOne = 100;

    private const int MostKept = 64;

    // Whoever reads a story's prompts reads the same lines, which are kept for as long as anybody has them.
    private readonly Dictionary<(string StoryId, string Style), (long EditVersion, WeakReference<StyledPrompts> Prompts)> _kept = [];
    private readonly Lock _gate = new();

    public async Task<StyledPrompts> GetAsync(string storyId, string style, CancellationToken cancellationToken = default)
    {
        RequireId(storyId, Missing.Story);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var read = await ReadTransaction.BeginAsync(db, cancellationToken);
        var version = await db.Stories.Where(s => s.Id == storyId && s.DeletedAt == null).Select(s => (long?)s.EditVersion).SingleOrDefaultAsync(cancellationToken) ?? throw Missing.Story();
        if (Kept(storyId, version, style, read: null) is { } kept)
        {
            return kept;
        }

        var note = (await StyleAsync(db, storyId, style, cancellationToken)).Note;
        var segments = await db.Segments.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).ToListAsync(cancellationToken);
        return Kept(storyId, version, style, new(style, options.Value.Style(style).Prompt, note, segments.ConvertAll(s => new PromptLine(s.Id, s.Number.ToString(), PromptRules.Scene(s, style), Source(s, style)))))!;
    }

    public async Task<PromptPreview> PreviewAsync(string storyId, string number, string style, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireStoryAsync(db, storyId, cancellationToken);
        var segment = await db.Segments.NamedAsync(storyId, number, cancellationToken);
        var row = await StyleAsync(db, storyId, style, cancellationToken);
        var cast = await db.Characters.Where(c => c.StoryId == storyId).OrderBy(c => c.Ordinal).ToListAsync(cancellationToken);
        var imageId = await db.Images.Where(i => i.SegmentId == segment.Id && i.Style == style).Select(i => i.Id).SingleOrDefaultAsync(cancellationToken);
        var appearing = CharactersOf.Appearing(segment, cast);
        var can = providers.For(style).Capabilities;
        var need = new ReferenceNeed(storyId, style, imageId ?? "", TakesFirst: false, TakesPrevious: false);
        var (others, _) = await references.FindAsync(db, need, segment.HardCut, appearing, cancellationToken);
        List<WantedReference> wanted = [.. others.TakeWhile(IsSample), .. await FirstAsync(db, row, segment, imageId, can, cancellationToken), .. others.SkipWhile(IsSample)];
        var sendable = can.Sendable(wanted.Select(w => w.ToSend()));
        var sent = wanted.Where(w => sendable.Contains(w.ToSend())).ToList();
        var looks = appearing.Select(CharactersOf.Look).ToList();
        return new(
            PromptComposer.Compose(options.Value.Style(style).With(row.Note), segment.Text, Own(segment, style), looks, describeCharacters: true, instruction: null, ReferenceWords.Of(sendable)),
            PromptRules.Scene(segment, style),
            Source(segment, style),
            [.. looks.Select(l => l.Name)],
            sent.ConvertAll(w => w.SourceId.Length == 0 ? new(w.Role, w.Name, null, "", IsToCome: true) : new ReferenceDetails(w.Role, w.Name, Url(w, cast), w.Picture.Sha256)),
            sent.Count < wanted.Count && looks.Exists(l => l.Description.Length > 0));

        static bool IsSample(WantedReference reference) => reference.Role is ReferenceRole.StyleSample;
    }

    public async Task SetNoteAsync(Actor actor, string storyId, string style, string? note, string? basedOn = null, CancellationToken cancellationToken = default)
    {
        RequireAuthor(actor);
        var errors = new FieldErrors();
        var accepted = errors.Optional("note", "What is added to the style", note, StoryStyle.MaxNoteLength);
        errors.ThrowIfAny();
        await writer.ExecuteAsync(async scope =>
        {
            scope.By = actor.Name;
            await RequireStoryAsync(scope.Db, storyId, cancellationToken);
            await StyleAsync(scope.Db, storyId, style, cancellationToken);
            var row = await scope.Db.StoryStyles.SingleAsync(s => s.StoryId == storyId && s.Key == style);
            if (row.Note != accepted && basedOn is not null && basedOn.ReplaceLineEndings("\n").Trim() != (row.Note ?? ""))
            {
                throw new ConflictException("note_changed", "What this story adds to the style was changed meanwhile. Nothing was saved.");
            }

            if (row.Note != accepted)
            {
                row.Note = accepted;
                await EditSteps.AddPromptsAsync(scope, storyId, EditWords.OfNote(StyleName(style), "edited"));
            }
        });
    }

    public async Task<int> EditAsync(Actor actor, string storyId, PromptEdit edit, CancellationToken cancellationToken = default)
    {
        RequireAuthor(actor);
        ArgumentNullException.ThrowIfNull(edit);
        var errors = new FieldErrors();
        var text = edit.Kind is PromptEditKind.Reset ? null : errors.Required("text", "The text", edit.Text, Segment.MaxPromptLength);
        errors.ThrowIfAny();
        return await writer.ExecuteAsync(async scope =>
        {
            scope.By = actor.Name;
            await RequireStoryAsync(scope.Db, storyId, cancellationToken);
            if (edit.Style is { } style)
            {
                await StyleAsync(scope.Db, storyId, style, cancellationToken);
            }

            var changed = new List<Segment>();
            var seen = (edit.Kind is PromptEditKind.Add ? [] : edit.BasedOn ?? []).ToLookup(b => b.Segment, StringComparer.Ordinal);
            var others = new List<SegmentNumber>();
            var tooLong = new Dictionary<string, string[]>(StringComparer.Ordinal);
            List<string> styles = edit is { Kind: PromptEditKind.Reset, Style: not null } ? await DrawnInAsync(scope.Db, storyId) : [];
            foreach (var segment in await WantedAsync(scope.Db, storyId, edit.Segments))
            {
                var (prompt, prompts) = PromptRules.Apply(segment.Text, segment.Prompt, segment.Prompts, edit.Style, edit.Kind, text, styles);
                if (!PromptRules.Stands(segment, prompt, prompts) && seen[segment.Id].Concat(seen[segment.Number.ToString()]).Any(b => PromptRules.IsOther(segment, b.Style, b.Scene)))
                {
                    others.Add(segment.Number);
                    continue;
                }

                if (prompts.Values.Append(prompt).Max(p => p?.Length) > Segment.MaxPromptLength)
                {
                    tooLong[$"segments.{segment.Number}"] = [$"The prompt of {segment.Number} would be longer than {Segment.MaxPromptLength} characters."];
                    continue;
                }

                if (PromptRules.Set(segment, prompt, prompts))
                {
                    changed.Add(segment);
                }
            }

            if (others.Count > 0 || tooLong.Count > 0)
            {
                throw others.Count > 0 ? PromptRules.Changed(others) : new InvalidInputException(tooLong);
            }

            return edit.Kind is PromptEditKind.Reset ? await KeepAsync(scope, storyId, changed, "back to the text", edit.Style) : await KeepAsync(scope, storyId, changed, "edited");
        });
    }

    public async Task<int> SetAsync(Actor actor, string storyId, string style, IReadOnlyList<NewPrompt> prompts, CancellationToken cancellationToken = default)
    {
        RequireAuthor(actor);
        ArgumentNullException.ThrowIfNull(prompts);
        var errors = new FieldErrors();
        var accepted = prompts.Select((p, i) => p with { Prompt = errors.Required($"prompts[{i}]", "The prompt", p.Prompt, Segment.MaxPromptLength) ?? "" }).ToDictionary(p => p.SegmentId, StringComparer.Ordinal);
        errors.ThrowIfAny();
        return await writer.ExecuteAsync(async scope =>
        {
            scope.By = actor.Name;
            await RequireStoryAsync(scope.Db, storyId, cancellationToken);
            await StyleAsync(scope.Db, storyId, style, cancellationToken);
            List<string> ids = [.. accepted.Keys];
            var changed = new List<Segment>();
            foreach (var segment in await scope.Db.Segments.Where(s => s.StoryId == storyId && ids.Contains(s.Id)).ToListAsync())
            {
                var wanted = accepted[segment.Id];
                if (PromptRules.Scene(segment, style) == wanted.Before && PromptRules.Set(segment, segment.Prompt, new(segment.Prompts, StringComparer.Ordinal) { [style] = wanted.Prompt }))
                {
                    changed.Add(segment);
                }
            }

            return await KeepAsync(scope, storyId, changed, "edited");
        });
    }

    public async Task<IReadOnlyList<PromptChangeDetails>> GetHistoryAsync(string storyId, string? number = null, int most = IPromptBook.MostSteps, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireStoryAsync(db, storyId, cancellationToken);
        var rows = number is null ? await StepsAsync(db, storyId, most, cancellationToken) : await OfOneAsync(db, storyId, number, cancellationToken);
        List<string> groups = [.. rows.Select(r => r.Together).Distinct(StringComparer.Ordinal)];
        List<string> segments = [.. rows.Where(r => r.SegmentId is not null).Select(r => r.SegmentId!).Distinct(StringComparer.Ordinal)];
        var together = await db.PromptChanges
            .Where(c => groups.Contains(c.Together))
            .GroupBy(c => c.Together)
            .Select(g => new { g.Key, Count = g.Count(), Pages = g.Select(c => c.SegmentId).Distinct().Count(), Styles = g.Select(c => c.Style).Distinct().Count(), IsForAll = g.Count(c => c.Style == null) > 0 })
            .ToDictionaryAsync(g => g.Key, StringComparer.Ordinal, cancellationToken);
        var numbers = await db.Segments.Where(s => segments.Contains(s.Id)).ToDictionaryAsync(s => s.Id, s => s.Number.ToString(), StringComparer.Ordinal, cancellationToken);
        return rows.ConvertAll(r => new PromptChangeDetails(r.Id, r.SegmentId is null ? null : numbers.GetValueOrDefault(r.SegmentId), number is null ? r.For ?? r.Style : r.Style, r.Before, r.After, r.By, r.At, together[r.Together].Count, r.SegmentId is null)
        {
            Pages = together[r.Together].Pages,
            Styles = r.For is not null ? 1 : together[r.Together].IsForAll ? 0 : together[r.Together].Styles,
            IsReset = r is { For: not null, After: null },
        });
    }

    public async Task<int> RestoreAsync(Actor actor, string changeId, CancellationToken cancellationToken = default)
    {
        RequireAuthor(actor);
        RequireId(changeId, MissingChange);
        return await writer.ExecuteAsync(async scope =>
        {
            scope.By = actor.Name;
            var change = await Visible(scope.Db).AsNoTracking().SingleOrDefaultAsync(c => c.Id == changeId) ?? throw MissingChange();
            var put = await PromptReturns.GoAsync(scope.Db, change.StoryId, change.Together, back: true, isSeen: true);
            if (put.Changed > 0)
            {
                var words = change.SegmentId is null ? EditWords.OfNote(StyleName(change.Style!), "taken back") : EditWords.OfPrompts(put.Segments, "taken back");
                await EditSteps.AddPromptsAsync(scope, change.StoryId, words, put.For);
            }

            return put.Changed;
        });
    }

    public async Task<string> StoryOfAsync(string changeId, CancellationToken cancellationToken = default)
    {
        RequireId(changeId, MissingChange);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Visible(db).Where(c => c.Id == changeId).Select(c => c.StoryId).SingleOrDefaultAsync(cancellationToken) ?? throw MissingChange();
    }

    /// <summary>Writes down the step that these segments' prompts make. Returns how many they are.</summary>
    private static async Task<int> KeepAsync(WriteScope scope, string storyId, List<Segment> changed, string done, string? style = null)
    {
        if (changed.Count > 0)
        {
            await EditSteps.AddPromptsAsync(scope, storyId, EditWords.OfPrompts(changed, done), style);
        }

        return changed.Count;
    }

    /// <summary>
    /// Of each of the newest steps one change, newest first: of what it changed, that of the style that it was done for, else one that holds for all
    /// styles. From step to step by the index: one of them may have changed ten thousand prompts.
    /// </summary>
    private static async Task<List<PromptChange>> StepsAsync(StoryDbContext db, string storyId, int most, CancellationToken cancellationToken)
    {
        var rows = await db.PromptChanges.FromSql(
            $"""
            WITH RECURSIVE steps(Together) AS (
                SELECT MAX(Together) FROM prompt_changes WHERE StoryId = {storyId}
                UNION ALL
                SELECT (SELECT MAX(c.Together) FROM prompt_changes AS c WHERE c.StoryId = {storyId} AND c.Together < steps.Together) FROM steps WHERE steps.Together IS NOT NULL
                LIMIT {most})
            SELECT * FROM prompt_changes WHERE Id IN (SELECT (
                SELECT c.Id FROM prompt_changes AS c WHERE c.Together = steps.Together
                ORDER BY CASE WHEN c.Style = c."For" THEN 0 WHEN c.Style IS NULL THEN 1 ELSE 2 END, c.Id LIMIT 1) FROM steps)
            """).ToListAsync(cancellationToken);
        return [.. rows.OrderByDescending(r => r.Together, StringComparer.Ordinal)];
    }

    private static async Task<List<PromptChange>> OfOneAsync(StoryDbContext db, string storyId, string number, CancellationToken cancellationToken)
    {
        var segmentId = (await db.Segments.NamedAsync(storyId, number, cancellationToken)).Id;
        return await db.PromptChanges
            .Where(c => c.StoryId == storyId && c.SegmentId == segmentId)
            .OrderByDescending(c => c.At)
            .ThenByDescending(c => c.Id)
            .Take(MostOfOne)
            .ToListAsync(cancellationToken);
    }

    /// <summary>What is kept of that version, else what was read now, which is kept from here on: after an edit many read at once.</summary>
    private StyledPrompts? Kept(string storyId, long version, string style, StyledPrompts? read)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue((storyId, style), out var kept) && kept.EditVersion == version && kept.Prompts.TryGetTarget(out var known))
            {
                return known;
            }

            if (read is not null)
            {
                if (_kept.Count >= MostKept)
                {
                    _kept.Clear();
                }

                _kept[(storyId, style)] = (version, new(read));
            }

            return read;
        }
    }

    private static async Task<List<Segment>> WantedAsync(StoryDbContext db, string storyId, IReadOnlyList<string>? named)
    {
        var segments = await db.Segments.Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).ToListAsync();
        if (named is null)
        {
            return segments;
        }

        var byName = segments.ByName();
        var unknown = named.Select((name, i) => (name, i)).Where(n => !byName.ContainsKey(n.name)).ToDictionary(
            n => $"segments[{n.i}]", n => new[] { $"The story has no segment {FieldErrors.Quote(n.name)}." }, StringComparer.Ordinal);
        return unknown.Count == 0 ? [.. named.Select(n => byName[n]).Distinct()] : throw new InvalidInputException(unknown);
    }

    private static string? Own(Segment segment, string style) => segment.Prompts.GetValueOrDefault(style) ?? segment.Prompt;

    private static PromptSource Source(Segment segment, string style) =>
        segment.Prompts.ContainsKey(style) ? PromptSource.Style : string.IsNullOrWhiteSpace(segment.Prompt) ? PromptSource.Text : PromptSource.AllStyles;

    private string StyleName(string key) => options.Value.Style(key).Name;

    /// <summary>The style's first picture as a run would send it along: the one that leads, else the one that is drawn before all the others, without a source as yet.</summary>
    private async Task<IReadOnlyList<WantedReference>> FirstAsync(StoryDbContext db, StoryStyle style, Segment segment, string? imageId, ProviderCapabilities can, CancellationToken cancellationToken)
    {
        if (await RunPlan.FirstPictureAsync(db, style, can, cancellationToken) is { } first)
        {
            return first.ImageId == imageId ? [] : [new(files.Stored(first), ReferenceRole.Consistency, null, first.ImageId, first.Number)];
        }

        return await db.Segments.AnyAsync(s => s.StoryId == style.StoryId && s.Ordinal < segment.Ordinal, cancellationToken)
            ? [new(PicturePrices.ToBeDrawn(can, style.Key, "first"), ReferenceRole.Consistency, null, "", 1)]
            : [];
    }

    /// <summary>Null for the sample of a style, which is not served.</summary>
    private static string? Url(WantedReference reference, List<Character> cast) => reference.Role switch
    {
        ReferenceRole.StyleSample => null,
        _ when cast.Exists(c => c.Id == reference.SourceId) => PictureAddress.OfCharacter(reference.SourceId, reference.SourceVersion, reference.Picture.MediaType),
        _ => PictureAddress.Of(reference.SourceId, reference.SourceVersion, reference.Picture.MediaType),
    };

    private static async Task<StoryStyle> StyleAsync(StoryDbContext db, string storyId, string style, CancellationToken cancellationToken)
    {
        var styles = await db.StoryStyles.AsNoTracking().Where(s => s.StoryId == storyId).OrderBy(s => s.Ordinal).ToListAsync(cancellationToken);
        return styles.Find(s => s.Key == style)
            ?? throw new InvalidInputException("style", $"This story has no style {FieldErrors.Quote(style)}. It has {string.Join(", ", styles.Select(s => s.Key))}.");
    }

    /// <summary>Keys of the story's styles, and of those that left it with pictures: they come back with them.</summary>
    private static Task<List<string>> DrawnInAsync(StoryDbContext db, string storyId) =>
        db.StoryStyles.Where(s => s.StoryId == storyId).Select(s => s.Key).Union(db.Images.Where(i => i.StoryId == storyId && i.SegmentId != null).Select(i => i.Style)).ToListAsync();

    private static async Task RequireStoryAsync(StoryDbContext db, string storyId, CancellationToken cancellationToken)
    {
        RequireId(storyId, Missing.Story);
        if (!await db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null, cancellationToken))
        {
            throw Missing.Story();
        }
    }

    private static IQueryable<PromptChange> Visible(StoryDbContext db) => db.PromptChanges.Where(c => db.Stories.Any(s => s.Id == c.StoryId && s.DeletedAt == null));

    private static NotFoundException MissingChange() => new("prompt_change", "There is no such change.");

    private static void RequireAuthor(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(StoryRole.Author);
    }

    private static void RequireId(string id, Func<NotFoundException> missing)
    {
        if (!Ids.IsId(id))
        {
            throw missing();
        }
    }
}
