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

            row.Note = accepted;
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

            var changed = 0;
            var seen = (edit.Kind is PromptEditKind.Add ? [] : edit.BasedOn ?? []).ToLookup(b => b.Segment, StringComparer.Ordinal);
            var others = new List<SegmentNumber>();
            var tooLong = new Dictionary<string, string[]>(StringComparer.Ordinal);
            List<string> styles = edit is { Kind: PromptEditKind.Reset, Style: not null } ? await DrawnInAsync(scope.Db, storyId) : [];
            foreach (var segment in await WantedAsync(scope.Db, storyId, edit.Segments))
            {
                var (prompt, prompts) = PromptRules.Apply(segment.Text, segment.Prompt, segment.Prompts, edit.Style, edit.Kind, text, styles);
                if (!Stands(segment, prompt, prompts) && seen[segment.Id].Concat(seen[segment.Number.ToString()]).Any(b => PromptRules.IsOther(segment, b.Style, b.Scene)))
                {
                    others.Add(segment.Number);
                    continue;
                }

                if (prompts.Values.Append(prompt).Max(p => p?.Length) > Segment.MaxPromptLength)
                {
                    tooLong[$"segments.{segment.Number}"] = [$"The prompt of {segment.Number} would be longer than {Segment.MaxPromptLength} characters."];
                    continue;
                }

                changed += Set(segment, prompt, prompts) ? 1 : 0;
            }

            return others.Count > 0 ? throw PromptRules.Changed(others) : tooLong.Count > 0 ? throw new InvalidInputException(tooLong) : changed;
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
            var changed = 0;
            foreach (var segment in await scope.Db.Segments.Where(s => s.StoryId == storyId && ids.Contains(s.Id)).ToListAsync())
            {
                var wanted = accepted[segment.Id];
                if (PromptRules.Scene(segment, style) == wanted.Before)
                {
                    changed += Set(segment, segment.Prompt, new(segment.Prompts, StringComparer.Ordinal) { [style] = wanted.Prompt }) ? 1 : 0;
                }
            }

            return changed;
        });
    }

    public async Task<IReadOnlyList<PromptChangeDetails>> GetHistoryAsync(string storyId, string? number = null, int most = IPromptBook.MostSteps, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireStoryAsync(db, storyId, cancellationToken);
        var rows = number is null ? await StepsAsync(db, storyId, most, cancellationToken) : await OfOneAsync(db, storyId, number, cancellationToken);
        List<string> groups = [.. rows.Select(r => r.Together).Distinct(StringComparer.Ordinal)];
        List<string> segments = [.. rows.Where(r => r.SegmentId is not null).Select(r => r.SegmentId!).Distinct(StringComparer.Ordinal)];
        var together = await db.PromptChanges.Where(c => groups.Contains(c.Together)).GroupBy(c => c.Together).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, StringComparer.Ordinal, cancellationToken);
        var numbers = await db.Segments.Where(s => segments.Contains(s.Id)).ToDictionaryAsync(s => s.Id, s => s.Number.ToString(), StringComparer.Ordinal, cancellationToken);
        return rows.ConvertAll(r => new PromptChangeDetails(r.Id, r.SegmentId is null ? null : numbers.GetValueOrDefault(r.SegmentId), r.Style, r.Before, r.After, r.By, r.At, together[r.Together], r.SegmentId is null));
    }

    public async Task<int> RestoreAsync(Actor actor, string changeId, CancellationToken cancellationToken = default)
    {
        RequireAuthor(actor);
        RequireId(changeId, MissingChange);
        return await writer.ExecuteAsync(async scope =>
        {
            scope.By = actor.Name;
            var change = await Visible(scope.Db).AsNoTracking().SingleOrDefaultAsync(c => c.Id == changeId) ?? throw MissingChange();
            var changed = 0;
            var rows = await scope.Db.PromptChanges.AsNoTracking().Where(c => c.Together == change.Together).ToListAsync();

            // What holds for all styles first: where somebody has written other words for all since, a style that got its own with this change keeps them.
            var forAll = new Dictionary<string, bool>(StringComparer.Ordinal);
            foreach (var row in rows.OrderBy(r => r.Style is not null))
            {
                if (row is { SegmentId: { } own, Style: not null, Before: null } && forAll.TryGetValue(own, out var isBack) && !isBack)
                {
                    continue;
                }

                var isRestored = await RestoreAsync(scope.Db, row, isAlone: rows.Count == 1);
                changed += isRestored ? 1 : 0;
                if (row is { SegmentId: { } segment, Style: null })
                {
                    forAll[segment] = isRestored;
                }
            }

            return changed;
        });
    }

    public async Task<string> StoryOfAsync(string changeId, CancellationToken cancellationToken = default)
    {
        RequireId(changeId, MissingChange);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Visible(db).Where(c => c.Id == changeId).Select(c => c.StoryId).SingleOrDefaultAsync(cancellationToken) ?? throw MissingChange();
    }

    /// <summary>Of each of the newest steps one change, newest first. From step to step by the index: one of them may have changed ten thousand prompts.</summary>
    private static async Task<List<PromptChange>> StepsAsync(StoryDbContext db, string storyId, int most, CancellationToken cancellationToken)
    {
        var rows = await db.PromptChanges.FromSql(
            $"""
            WITH RECURSIVE steps(Together) AS (
                SELECT MAX(Together) FROM prompt_changes WHERE StoryId = {storyId}
                UNION ALL
                SELECT (SELECT MAX(c.Together) FROM prompt_changes AS c WHERE c.StoryId = {storyId} AND c.Together < steps.Together) FROM steps WHERE steps.Together IS NOT NULL
                LIMIT {most})
            SELECT * FROM prompt_changes WHERE Id IN (SELECT (SELECT MIN(c.Id) FROM prompt_changes AS c WHERE c.StoryId = {storyId} AND c.Together = steps.Together) FROM steps)
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

    /// <summary>Of several, nobody looks at each: one that was changed since stays. One alone is what somebody looked at, and goes back from whatever it is.</summary>
    private static async Task<bool> RestoreAsync(StoryDbContext db, PromptChange row, bool isAlone)
    {
        if (row.SegmentId is null)
        {
            // A style that has left the story has no words to put back.
            if (await db.StoryStyles.SingleOrDefaultAsync(s => s.StoryId == row.StoryId && s.Key == row.Style) is not { } style || style.Note == row.Before)
            {
                return false;
            }

            style.Note = row.Before;
            return true;
        }

        if (await db.Segments.SingleOrDefaultAsync(s => s.Id == row.SegmentId && s.StoryId == row.StoryId) is not { } segment
            || (!isAlone && row.After != (row.Style is null ? segment.Prompt : segment.Prompts.GetValueOrDefault(row.Style))))
        {
            return false;
        }

        if (row.Style is not { } key)
        {
            return Set(segment, row.Before, segment.Prompts);
        }

        var prompts = new Dictionary<string, string>(segment.Prompts, StringComparer.Ordinal);
        if (row.Before is { } before)
        {
            prompts[key] = before;
        }
        else
        {
            prompts.Remove(key);
        }

        return Set(segment, segment.Prompt, prompts);
    }

    private static bool Set(Segment segment, string? prompt, Dictionary<string, string> prompts)
    {
        if (Stands(segment, prompt, prompts))
        {
            return false;
        }

        (segment.Prompt, segment.Prompts) = (prompt, prompts);
        return true;
    }

    private static bool Stands(Segment segment, string? prompt, Dictionary<string, string> prompts) =>
        segment.Prompt == prompt && segment.Prompts.Count == prompts.Count && prompts.All(p => segment.Prompts.GetValueOrDefault(p.Key) == p.Value);

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
