using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>Which lanes have images that wait, and which of those may go: the side of <see cref="GenerationQueue"/> that only looks.</summary>
internal sealed class LaneReader(OpenReaders readers, TimeProvider time)
{
    private const int Suspicious = StoryImage.MostCrashes - 1;

    public Task<IReadOnlyList<Lane>> GetAsync(CancellationToken cancellationToken) => readers.ReadAsync(db => GetAsync(db, time.GetUtcNow(), cancellationToken), cancellationToken);

    public Task<IReadOnlyList<WaitingImage>> PeekAsync(Lane lane, int count, DateTimeOffset now, CancellationToken cancellationToken) => HasNone(lane)
        ? Task.FromResult<IReadOnlyList<WaitingImage>>([])
        : readers.ReadAsync(db => PeekAsync(db, lane, count, now, cancellationToken), cancellationToken);

    /// <summary>In the reader's own transaction, for whoever asks more than this of the same moment.</summary>
    public static async Task<IReadOnlyList<Lane>> GetAsync(StoryDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // What is put away waits for nothing: without the filter on it the answer is in the queue's index, and no row is looked up.
        var images = db.Images.IgnoreQueryFilters();
        var lanes = await images
            .Where(i => i.DueAt != null)
            .GroupBy(i => new { i.StoryId, i.Style })
            .Select(g => new { g.Key.StoryId, g.Key.Style, DueAt = g.Min(i => i.DueAt), First = g.Min(i => i.Ordinal) })
            .ToListAsync(cancellationToken);
        if (lanes.Count == 0)
        {
            return [];
        }

        var urgent = (await images
            .Where(i => i.DueAt != null && i.Urgency != Urgency.None)
            .Select(i => new { i.StoryId, i.Style, i.Urgency })
            .Distinct()
            .ToListAsync(cancellationToken))
            .ToLookup(i => new LaneKey(i.StoryId, i.Style), i => i.Urgency);
        var sheetsUnderWay = (await db.Images
            .Where(i => i.Token != null && i.CharacterId != null)
            .Select(i => new LaneKey(i.StoryId, i.Style))
            .ToListAsync(cancellationToken)).ToHashSet();
        var stories = lanes.Select(l => l.StoryId).Distinct(StringComparer.Ordinal).ToList();
        var runs = await db.Runs
            .Where(r => r.FinishedAt == null && stories.Contains(r.StoryId))
            .Select(r => new { r.Id, r.StoryId, r.Status, r.PauseReason, r.Priority, r.WaitingSince, Stopped = r.Styles.Where(s => s.Held != null || s.Ending).Select(s => new { s.Style, s.Ending, s.Held }).ToList() })
            .ToDictionaryAsync(r => r.StoryId, StringComparer.Ordinal, cancellationToken);
        var referenced = (await db.StoryStyles
            .Where(s => stories.Contains(s.StoryId) && s.ReferenceImageId != null)
            .Select(s => new LaneKey(s.StoryId, s.Key))
            .ToListAsync(cancellationToken)).ToHashSet();
        var broke = runs.Values.Where(r => r.PauseReason is not PauseReason.Author && r.Stopped.Exists(s => !s.Ending)).Select(r => r.StoryId).ToList();
        var again = broke.Count > 0
            ? (await HeldCalls(db, images.Where(i => i.DueAt != null && broke.Contains(i.StoryId)), now).Select(i => new LaneKey(i.StoryId, i.Style)).Distinct().ToListAsync(cancellationToken)).ToHashSet()
            : [];
        return lanes.ConvertAll(l =>
        {
            var key = new LaneKey(l.StoryId, l.Style);
            var run = runs.GetValueOrDefault(l.StoryId);
            var reason = run?.Stopped.Find(s => s.Style == l.Style && !s.Ending)?.Held;
            var held = reason is not null;
            var ends = run is { Status: RunStatus.Cancelled } || run?.Stopped.Exists(s => s.Style == l.Style && s.Ending) == true;
            return new Lane(key, l.DueAt!.Value, referenced.Contains(key))
            {
                RunId = run?.Id,
                Priority = run?.Priority ?? RunPriority.Normal,
                WaitingSince = run?.WaitingSince ?? DateTimeOffset.MaxValue,
                Urgency = urgent[key].DefaultIfEmpty().Max(),
                HasSheets = l.First < 0 || sheetsUnderWay.Contains(key),
                PausedRunId = held || ends || run is { Status: RunStatus.Paused } ? run!.Id : null,
                HeldFor = held && run!.Status is not RunStatus.Paused ? reason : null,
                WaitsForMoney = held && !ends && run!.PauseReason is not PauseReason.Author,
                HasHeldCalls = held && !ends && run!.PauseReason is not PauseReason.Author && again.Contains(key),
                Ends = ends,
                IsRunning = run is { Status: RunStatus.Running },
            };
        });
    }

    /// <inheritdoc cref="GetAsync(StoryDbContext, DateTimeOffset, CancellationToken)"/>
    public static async Task<IReadOnlyList<WaitingImage>> PeekAsync(StoryDbContext db, Lane lane, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (HasNone(lane))
        {
            return [];
        }

        var (storyId, style) = lane.Key;
        if (lane is { HasReference: true, HasSheets: false, PausedRunId: null, Urgency: Urgency.None })
        {
            return await EngineQueries.Of(db).Due(db, storyId, style, now, count).ToListAsync(cancellationToken);
        }

        var due = db.Images.Where(i => i.StoryId == storyId && i.Style == style && i.DueAt != null && i.DueAt <= now && i.Crashes < Suspicious);
        if (lane.PausedRunId is { } paused)
        {
            var held = HeldCalls(db, db.Images.Where(i => i.RunId == paused), now);
            due = lane.HasHeldCalls
                ? due.Where(i => (i.RunId != paused && i.Urgency != Urgency.None) || held.Any(h => h.Id == i.Id))
                : due.Where(i => i.RunId != paused && i.Urgency != Urgency.None);
        }

        // What is to be handed to others goes before them: sheets, which have no order among themselves, then the style's first picture.
        if (lane.HasSheets)
        {
            var sheets = await FirstAsync(db, lane, due.Where(i => i.Ordinal < 0).OrderBy(i => i.Ordinal), count, cancellationToken);
            if (sheets.Count > 0 || await HasSheetsToComeAsync(db, lane, cancellationToken))
            {
                return sheets.ConvertAll(s => s with { Urgency = (Urgency)Math.Max((int)s.Urgency, (int)lane.Urgency) });
            }
        }

        if (!lane.HasReference)
        {
            // Whoever leads, waiting or being drawn, is waited for; one that failed hands over.
            if (await db.Images.AnyAsync(i => i.StoryId == storyId && i.Style == style && i.Token != null && i.Consistent && i.CharacterId == null, cancellationToken))
            {
                return [];
            }

            var leader = await WithKey(db, db.Images
                .Where(i => i.StoryId == storyId && i.Style == style && i.DueAt != null && i.Status == ImageStatus.Pending && i.CharacterId == null && i.Consistent && i.Crashes < Suspicious)
                .Where(i => lane.PausedRunId == null || i.RunId != lane.PausedRunId)
                .OrderBy(i => i.Ordinal))
                .Select(w => new { w.Image.Id, w.Image.DueAt, w.Image.Urgency, w.KeyTail, w.Image.RunId })
                .FirstOrDefaultAsync(cancellationToken);
            if (leader is not null)
            {
                // Whoever is wanted next waits for it, and so it is.
                return leader.DueAt <= now ? [new(leader.Id, (Urgency)Math.Max((int)leader.Urgency, (int)lane.Urgency), leader.KeyTail, RunId: leader.RunId)] : [];
            }

            count = await due.AnyAsync(i => i.Consistent && i.CharacterId == null, cancellationToken) ? 1 : count;
        }

        var images = lane.Urgency is Urgency.None ? [] : await FirstAsync(db, lane, due.Where(i => i.Urgency != Urgency.None).OrderBy(i => i.Urgency == Urgency.Next ? 0 : 1).ThenBy(i => i.Ordinal), count, cancellationToken);
        if (images.Count < count && (lane.PausedRunId is null || lane.HasHeldCalls))
        {
            images.AddRange((await FirstAsync(db, lane, due.OrderBy(i => i.Ordinal), count, cancellationToken)).Where(i => !images.Contains(i)));
        }

        return images;
    }

    public Task<Suspect?> FindSuspectAsync(DateTimeOffset now, CancellationToken cancellationToken) => readers.ReadAsync(db => WithKey(db, db.Images
        .Where(i => i.DueAt != null && i.DueAt <= now && i.Crashes >= Suspicious)
        .Where(i => !db.Runs.Any(r => r.Id == i.RunId && (r.PauseReason == PauseReason.Author || r.Status == RunStatus.Cancelled || r.Styles.Any(s => s.Style == i.Style && s.Ending))))
        .Where(i => !db.Runs.Any(r => r.Id == i.RunId && (r.Status == RunStatus.Paused || r.Styles.Any(s => s.Style == i.Style && s.Held != null))) || HeldCalls(db, db.Images, now).Any(h => h.Id == i.Id))
        .OrderBy(i => db.Runs.Any(r => r.Id == i.RunId && (r.Status == RunStatus.Paused || r.Styles.Any(s => s.Style == i.Style && s.Held != null))))
        .ThenBy(i => i.QueuedAt))
        .Select(w => new Suspect(w.Image.Id, new LaneKey(w.Image.StoryId, w.Image.Style), w.Image.RunId, w.Image.QueuedAt ?? now, w.HeldTail ?? w.KeyTail))
        .FirstOrDefaultAsync(cancellationToken), cancellationToken);

    public Task<Unsaved?> FindUnsavedAsync(CancellationToken cancellationToken) => readers.ReadAsync(db => WithKey(db, db.Images
        .Where(i => i.DueAt != null && i.Status == ImageStatus.Pending && i.ErrorCode == AttemptOutcome.NoRoom)
        .Where(i => !db.Runs.Any(r => r.Id == i.RunId && (r.Status == RunStatus.Paused || r.Status == RunStatus.Cancelled || r.Styles.Any(s => s.Style == i.Style && (s.Held != null || s.Ending)))))
        .OrderBy(i => i.DueAt).ThenBy(i => i.Id))
        .Select(w => new Unsaved(w.Image.Id, new LaneKey(w.Image.StoryId, w.Image.Style), w.Image.DueAt!.Value, w.KeyTail))
        .FirstOrDefaultAsync(cancellationToken), cancellationToken);

    /// <summary>Those of runs that wait which go again by a call that the budgets hold the money for, as by <see cref="Spending.IsHeld"/>.</summary>
    public static IQueryable<StoryImage> HeldCalls(StoryDbContext db, IQueryable<StoryImage> images, DateTimeOffset now)
    {
        var month = Ledger.MonthOf(now);

        // The coalesced column keeps SQLite from its index on the run, which has all of that run's attempts for every image.
        return images.Where(i => i.RunId != null && i.IdempotencyKey != null
            && db.Attempts.Any(a => a.ImageId == i.Id && a.IdempotencyKey == i.IdempotencyKey && a.MayBeCharged && a.EstimatedUsd != null && (a.RunId ?? "") == i.RunId && a.StartedAt >= month));
    }

    private static bool HasNone(Lane lane) => lane is { PausedRunId: not null, Urgency: Urgency.None, HasHeldCalls: false };

    private static async Task<List<WaitingImage>> FirstAsync(StoryDbContext db, Lane lane, IOrderedQueryable<StoryImage> images, int count, CancellationToken cancellationToken) =>
        lane.PausedRunId is { } paused
            ? await WithKey(db, images.Take(count)).Select(w => new WaitingImage(w.Image.Id, w.Image.Urgency, w.Image.RunId == paused ? w.HeldTail : w.KeyTail, w.Image.RunId == paused, w.Image.RunId)).ToListAsync(cancellationToken)
            : await WithKey(db, images.Take(count)).Select(w => new WaitingImage(w.Image.Id, w.Image.Urgency, w.KeyTail, false, w.Image.RunId)).ToListAsync(cancellationToken);

    private static IQueryable<Waiting> WithKey(StoryDbContext db, IQueryable<StoryImage> images) => images.Select(i => new Waiting
    {
        Image = i,
        KeyTail = db.Attempts.Where(a => a.ImageId == i.Id && a.IdempotencyKey == i.IdempotencyKey && (a.MayBeCharged || a.CostUsd > 0)).OrderByDescending(a => a.Number).Select(a => a.KeyTail).FirstOrDefault(),
        HeldTail = db.Attempts.Where(a => a.ImageId == i.Id && a.IdempotencyKey == i.IdempotencyKey && a.MayBeCharged).OrderByDescending(a => a.Number).Select(a => a.KeyTail).FirstOrDefault(),
    });

    private static async Task<bool> HasSheetsToComeAsync(StoryDbContext db, Lane lane, CancellationToken cancellationToken)
    {
        // Those of a run that is paused do not come by themselves.
        var sheets = db.Images.Where(i => i.StoryId == lane.Key.StoryId && i.Style == lane.Key.Style && i.Ordinal < 0);
        return await sheets.AnyAsync(i => i.DueAt != null && (lane.PausedRunId == null || i.RunId != lane.PausedRunId), cancellationToken)
            || await sheets.AnyAsync(i => i.Token != null, cancellationToken);
    }

    private sealed class Waiting
    {
        public required StoryImage Image { get; init; }

        /// <summary>As of <see cref="WaitingImage"/>.</summary>
        public string? KeyTail { get; init; }

        /// <summary>The same of the call that money is held for: another account may have been asked since, and have been paid.</summary>
        public string? HeldTail { get; init; }
    }
}
