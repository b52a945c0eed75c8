using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Reads the figures in one pass over the attempts of the window and one over their durations, which SQLite groups; what is left to
/// be added up here are days, providers, outcomes and tenths of a second, however many attempts there are.
/// </summary>
internal sealed class ActivityReader(IDbContextFactory<StoryDbContext> contexts, TimeProvider time) : IActivity
{
    private const long MillisecondsADay = 86_400_000;

    private static readonly double[] Edges = [2, 5, 10, 20, 30, 60, 120, 300];

    public async Task<ActivityReport> GetReportAsync(int days, CancellationToken cancellationToken = default)
    {
        if (days is < 1 or > IActivity.MostDays)
        {
            throw new InvalidInputException("days", $"days must be 1 to {IActivity.MostDays}.");
        }

        var now = time.GetUtcNow();
        var since = Since(days);
        var from = since.ToUnixTimeMilliseconds();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var oneMoment = await ReadTransaction.BeginAsync(db, cancellationToken);
        var groups = await db.Database.SqlQuery<AttemptGroup>(
            $"""
            SELECT "StartedAt" / {MillisecondsADay} AS "Day", "Provider", "Outcome", "FirstStartedAt" IS NOT NULL AS "Again",
                COUNT(*) AS "Count", SUM("CostUsd") AS "Micros", SUM("CostUsd" IS NULL AND "MayBeCharged" AND "EstimatedUsd" IS NOT 0) AS "Unpriced"
            FROM "attempts" WHERE "StartedAt" >= {from} GROUP BY 1, 2, 3, 4
            """).ToListAsync(cancellationToken);
        var times = await db.Database.SqlQuery<DurationGroup>(
            $"""
            SELECT MAX("FinishedAt" - COALESCE("FirstStartedAt", "StartedAt"), 0) / 100 AS "Tenths", COUNT(*) AS "Count"
            FROM "attempts" WHERE "StartedAt" >= {from} AND "Outcome" = {AttemptOutcome.Succeeded} AND "FinishedAt" IS NOT NULL GROUP BY 1 ORDER BY 1
            """).ToListAsync(cancellationToken);

        // However they came to fail: some were refused before an attempt for them could be made.
        var failed = await Failed(db).CountAsync(i => i.FailedAt >= since, cancellationToken);
        return new()
        {
            Days = days,
            Since = since,
            At = now,
            Images = Images(times, failed),
            Attempts = Attempts(groups),
            Retries = new(groups.Where(g => g.Again && g.Outcome != AttemptOutcome.PutOff).Sum(g => g.Count), groups.Where(g => g.Again && g.Outcome == AttemptOutcome.Succeeded).Sum(g => g.Count)),
            Costs = Costs(groups, await GoneAsync(db, from / MillisecondsADay, cancellationToken)),
            Queue = ReadQueue(db, now),
        };
    }

    public async Task<IReadOnlyList<ActivityEntry>> GetEntriesAsync(bool failedOnly, int count, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var oneMoment = await ReadTransaction.BeginAsync(db, cancellationToken);
        var attempts = failedOnly ? db.Attempts.Where(a => a.Outcome != AttemptOutcome.Succeeded && !AttemptOutcome.Neutral.Contains(a.Outcome)) : db.Attempts;
        var made = await (from attempt in attempts
                          join image in db.Images on attempt.ImageId equals image.Id
                          join story in db.Stories on image.StoryId equals story.Id
                          where story.DeletedAt == null
                          orderby attempt.StartedAt descending, attempt.Id descending
                          select new { image, story.Title, attempt })
            .Take(count).ToListAsync(cancellationToken);
        var denied = await (from image in Denied(db, Failed(db))
                            join story in db.Stories on image.StoryId equals story.Id
                            orderby image.FailedAt descending, image.Id descending
                            select new { image, story.Title })
            .Take(count).ToListAsync(cancellationToken);
        var drawn = made.Select(m => m.image.CharacterId).Concat(denied.Select(d => d.image.CharacterId)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var names = drawn.Count == 0 ? [] : await db.Characters.Where(c => drawn.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name, StringComparer.Ordinal, cancellationToken);
        return
        [
            .. made.Select(m => Entry(m.image, m.Title, names) with { Attempt = HistoryDetails.Of(m.attempt) })
                .Concat(denied.Select(d => Entry(d.image, d.Title, names) with { Denial = HistoryDetails.DenialOf(d.image) }))
                .OrderByDescending(e => e.At).Take(count),
        ];
    }

    public async Task<ImageHistory> GetHistoryAsync(string storyId, string imageId, CancellationToken cancellationToken = default)
    {
        if (!Ids.IsId(storyId) || !Ids.IsId(imageId))
        {
            throw Missing.Image();
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var oneMoment = await ReadTransaction.BeginAsync(db, cancellationToken);
        var title = await db.Stories.Where(s => s.Id == storyId && s.DeletedAt == null).Select(s => s.Title).SingleOrDefaultAsync(cancellationToken) ?? throw Missing.Story();
        var image = await db.Images.SingleOrDefaultAsync(i => i.Id == imageId && i.StoryId == storyId, cancellationToken) ?? throw Missing.Image();
        var attempts = await db.Attempts.Where(a => a.ImageId == imageId).OrderBy(a => a.Number).ToListAsync(cancellationToken);
        var denial = await Denied(db, db.Images.Where(i => i.FailedAt != null)).AnyAsync(i => i.Id == imageId, cancellationToken) ? HistoryDetails.DenialOf(image) : null;
        return new(title, image.ToState(), attempts.ConvertAll(HistoryDetails.Of), await HistoryDetails.VersionsAsync(db, image, cancellationToken), denial);
    }

    public QueueDepth ReadQueue()
    {
        using var db = contexts.CreateDbContext();
        return ReadQueue(db, time.GetUtcNow());
    }

    public int ReadFailed()
    {
        using var db = contexts.CreateDbContext();
        return Failed(db).Count();
    }

    public IReadOnlyDictionary<string, int> ReadUnknownCosts(int days)
    {
        using var db = contexts.CreateDbContext();
        var since = Since(days);
        var firstDay = PastCosts.DayOf(since);
        return db.Attempts
            .Where(a => a.StartedAt >= since && a.MayBeCharged && a.CostUsd == null && a.EstimatedUsd != 0)
            .GroupBy(a => a.Provider)
            .Select(g => new { Provider = g.Key, Count = g.Count() })
            .AsEnumerable()
            .Concat(db.PastCosts.Where(p => p.Day >= firstDay && p.Unknown > 0).Select(p => new { p.Provider, Count = p.Unknown }))
            .Where(p => p.Provider != ImageProviders.Sketch)
            .GroupBy(p => p.Provider, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Sum(p => p.Count), StringComparer.Ordinal);
    }

    private DateTimeOffset Since(int days) => new(time.GetUtcNow().UtcDateTime.Date.AddDays(1 - days), TimeSpan.Zero);

    /// <summary>Images that stand failed where they are shown: in a story that is not put away, and in a style that it still has.</summary>
    private static IQueryable<StoryImage> Failed(StoryDbContext db) =>
        db.Images.Where(i => i.FailedAt != null
            && db.Stories.Any(s => s.Id == i.StoryId && s.DeletedAt == null)
            && db.StoryStyles.Any(s => s.StoryId == i.StoryId && s.Key == i.Style));

    /// <summary>Those of them that stand failed by another failure than that of their last attempt.</summary>
    private static IQueryable<StoryImage> Denied(StoryDbContext db, IQueryable<StoryImage> failed) =>
        failed.Where(i => !db.Attempts.Any(a => a.ImageId == i.Id && a.Number == i.Attempts && a.Outcome == i.ErrorCode));

    private static ActivityEntry Entry(StoryImage image, string storyTitle, Dictionary<string, string> characters) => new()
    {
        StoryId = image.StoryId,
        StoryTitle = storyTitle,
        ImageId = image.Id,
        Number = image.Number.ToString(),
        Character = image.CharacterId is { } id ? characters.GetValueOrDefault(id) : null,
        Style = image.Style,
    };

    private static QueueDepth ReadQueue(StoryDbContext db, DateTimeOffset now)
    {
        // What is put away waits for nothing: without the filter on it the answer is in the queue's index.
        var images = db.Images.IgnoreQueryFilters();
        var waiting = images.Count(i => i.DueAt != null && i.DueAt <= now);
        var later = images.Count(i => i.DueAt != null && i.DueAt > now);
        var paused = ReadPaused(db, now);
        return new(waiting - paused.Waiting, later - paused.Later, images.Count(i => i.Token != null), paused.Waiting + paused.Later);
    }

    /// <summary>From the few runs that may begin nothing (<see cref="Run.MayBegin"/>) to their images, never from every image to its run.</summary>
    private static PausedImages ReadPaused(StoryDbContext db, DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        return db.Database.SqlQuery<PausedImages>(
            $"""
            SELECT COALESCE(SUM(i."DueAt" <= {at}), 0) AS "Waiting", COALESCE(SUM(i."DueAt" > {at}), 0) AS "Later"
            FROM "runs" AS r CROSS JOIN "run_styles" AS s CROSS JOIN "images" AS i
            WHERE r."FinishedAt" IS NULL AND s."RunId" = r."Id" AND (r."Status" IN ('paused', 'cancelled') OR s."Held" IS NOT NULL OR s."Ending")
            AND i."StoryId" = r."StoryId" AND i."Style" = s."Style" AND i."DueAt" IS NOT NULL AND i."RunId" = r."Id"
            """).AsEnumerable().Single();
    }

    private static ImageFigures Images(List<DurationGroup> times, int failed)
    {
        var completed = times.Sum(t => t.Count);
        return new()
        {
            Completed = completed,
            Failed = failed,
            SuccessRate = Rate(completed, failed),
            MedianSeconds = Percentile(times, completed, 0.5),
            P95Seconds = Percentile(times, completed, 0.95),
            Durations = [.. Edges.Select((edge, i) => new DurationBucket(edge, Between(i == 0 ? 0 : Edges[i - 1], edge))), new DurationBucket(null, Between(Edges[^1], double.MaxValue))],
        };

        int Between(double above, double upTo) => times.Where(t => Seconds(t) <= upTo && (Seconds(t) > above || above == 0)).Sum(t => t.Count);
    }

    private static AttemptFigures Attempts(List<AttemptGroup> groups)
    {
        var outcomes = groups.GroupBy(g => g.Outcome, StringComparer.Ordinal).Select(g => (Outcome: g.Key, Count: g.Sum(x => x.Count)))
            .OrderByDescending(o => o.Count).ThenBy(o => o.Outcome, StringComparer.Ordinal).ToDictionary(o => o.Outcome, o => o.Count, StringComparer.Ordinal);
        var total = outcomes.Values.Sum();
        var succeeded = outcomes.GetValueOrDefault(AttemptOutcome.Succeeded);
        var failed = total - succeeded - AttemptOutcome.Neutral.Sum(o => outcomes.GetValueOrDefault(o));
        return new()
        {
            Total = total,
            Succeeded = succeeded,
            Failed = failed,
            Interrupted = outcomes.GetValueOrDefault(AttemptOutcome.Interrupted),
            Cancelled = outcomes.GetValueOrDefault(AttemptOutcome.Cancelled),
            Running = outcomes.GetValueOrDefault(AttemptOutcome.Running),
            SuccessRate = Rate(succeeded, failed),
            Outcomes = outcomes,
        };
    }

    /// <summary>What attempts had cost, or may have, that are gone with their story.</summary>
    private static async Task<Dictionary<(long Day, string Provider), PastCost>> GoneAsync(StoryDbContext db, long firstDay, CancellationToken cancellationToken) =>
        (await db.PastCosts.AsNoTracking().Where(p => p.Day >= firstDay).ToListAsync(cancellationToken)).ToDictionary(p => (p.Day, p.Provider));

    private static List<DayFigures> Costs(List<AttemptGroup> groups, Dictionary<(long Day, string Provider), PastCost> gone)
    {
        var present = groups.ToLookup(g => (g.Day, g.Provider));
        return
        [
            .. present.Select(g => g.Key).Union(gone.Keys).OrderBy(k => k.Day).ThenBy(k => k.Provider, StringComparer.Ordinal).Select(key =>
            {
                var past = gone.GetValueOrDefault(key);
                var known = (past?.CostUsd ?? 0) + (present[key].Sum(x => x.Micros ?? 0) / 1_000_000m);

                // The illustrator in the box never costs anything, whatever became of the attempt.
                var unknown = key.Provider == ImageProviders.Sketch ? 0 : present[key].Sum(x => x.Unpriced) + (past?.Unknown ?? 0);
                return new DayFigures
                {
                    Day = DateOnly.FromDayNumber((int)key.Day + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber),
                    Provider = key.Provider,
                    Attempts = present[key].Sum(x => x.Count),

                    // What was put off, or cancelled before its call, says nothing of what the others cost.
                    CostUsd = known > 0 || (unknown == 0 && present[key].Any(x => x.Micros is not null)) ? known : null,
                    Unknown = unknown,
                };
            }),
        ];
    }

    private static double? Rate(int good, int bad) => good + bad == 0 ? null : Math.Round((double)good / (good + bad), 4);

    private static double Seconds(DurationGroup group) => group.Tenths / 10.0;

    /// <summary>The shortest time, to a tenth of a second, within which that share of all was done.</summary>
    private static double? Percentile(List<DurationGroup> times, int total, double share)
    {
        var left = (int)Math.Ceiling(total * share);
        foreach (var group in times)
        {
            left -= group.Count;
            if (left <= 0)
            {
                return Seconds(group);
            }
        }

        return null;
    }

    private sealed record AttemptGroup(long Day, string Provider, string Outcome, bool Again, int Count, long? Micros, int Unpriced);

    private sealed record DurationGroup(long Tenths, int Count);

    private sealed record PausedImages(int Waiting, int Later);
}
