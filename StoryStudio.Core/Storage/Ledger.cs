using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>
/// What runs and the month have cost, each added up once and then carried along with every attempt that is written. Belongs to the writer,
/// who is the only one to write attempts; after anything that was undone or deleted it is added up anew.
/// </summary>
internal sealed class Ledger
{
    private readonly Dictionary<string, decimal> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, decimal>> _dearer = new(StringComparer.Ordinal);
    private (DateTimeOffset Begin, decimal Spent)? _month;

    /// <summary>
    /// How many times what was thought the dearest of a run's pictures came to with this provider: 1 where none was dearer. A price table may be
    /// old, and what is in flight is to be reckoned with what pictures were found to cost.
    /// </summary>
    public async Task<decimal> DearerAsync(StoryDbContext db, string runId, string provider)
    {
        if (!_dearer.TryGetValue(runId, out var byProvider))
        {
            _dearer[runId] = byProvider = new(StringComparer.Ordinal);
            var found = await db.Attempts
                .Where(a => a.RunId == runId && a.CostUsd != null && a.EstimatedUsd != null)
                .Select(a => new { a.Provider, Cost = a.CostUsd!.Value, Estimate = a.EstimatedUsd!.Value })
                .Distinct()
                .ToListAsync();
            found.ForEach(a => Compare(byProvider, a.Provider, a.Cost, a.Estimate));
        }

        return byProvider.GetValueOrDefault(provider, 1);
    }

    /// <summary>US dollars; what is in flight counts with its estimate, and so does what ended without a price but may be charged.</summary>
    public async Task<decimal> OfRunAsync(StoryDbContext db, string runId)
    {
        if (!_runs.TryGetValue(runId, out var spent))
        {
            _runs[runId] = spent = await SumAsync(db.Attempts.Where(a => a.RunId == runId)) + await GoneOfAsync(db, runId);
        }

        return spent;
    }

    /// <summary>US dollars since the first of the month, in UTC, as <see cref="OfRunAsync"/> counts them.</summary>
    public async Task<decimal> OfMonthAsync(StoryDbContext db, DateTimeOffset now)
    {
        var begin = MonthOf(now);
        if (_month is { } kept && kept.Begin == begin)
        {
            return kept.Spent;
        }

        var firstDay = PastCosts.DayOf(begin);
        var gone = await db.PastCosts.Where(p => p.Day >= firstDay).Select(p => new { p.CostUsd, p.HeldUsd }).ToListAsync();
        var spent = gone.Sum(p => p.CostUsd + p.HeldUsd) + await SumAsync(db.Attempts.Where(a => a.StartedAt >= begin));
        _month = (begin, spent);
        return spent;
    }

    /// <summary>An attempt that is about to be saved.</summary>
    public void Note(EntityEntry<Attempt> entry)
    {
        var attempt = entry.Entity;
        if (attempt is { RunId: not null, CostUsd: { } cost, EstimatedUsd: { } estimate } && _dearer.TryGetValue(attempt.RunId, out var byProvider))
        {
            Compare(byProvider, attempt.Provider, cost, estimate);
        }

        var ofMonth = _month is { } month && attempt.StartedAt >= month.Begin;
        var ofRun = attempt.RunId is not null && _runs.ContainsKey(attempt.RunId);
        if (!ofMonth && !ofRun)
        {
            return;
        }

        var by = Value(attempt) - (entry.State is EntityState.Added ? 0 : Value(
            entry.Property(a => a.CostUsd).OriginalValue,
            entry.Property(a => a.EstimatedUsd).OriginalValue,
            entry.Property(a => a.FinishedAt).OriginalValue,
            entry.Property(a => a.MayBeCharged).OriginalValue));
        if (ofMonth)
        {
            _month = (_month!.Value.Begin, _month.Value.Spent + by);
        }

        if (ofRun)
        {
            _runs[attempt.RunId!] += by;
        }
    }

    /// <summary>Where the calendar month begins, in UTC.</summary>
    public static DateTimeOffset MonthOf(DateTimeOffset now) => new(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>US dollars that an attempt counts with.</summary>
    public static decimal Value(Attempt attempt) => Value(attempt.CostUsd, attempt.EstimatedUsd, attempt.FinishedAt, attempt.MayBeCharged);

    public void Forget()
    {
        _runs.Clear();
        _dearer.Clear();
        _month = null;
    }

    /// <summary>What a run has paid, and may have been charged, for attempts that are gone with their image: its own count knows of them.</summary>
    private static async Task<decimal> GoneOfAsync(StoryDbContext db, string runId)
    {
        var counted = await db.Runs.Where(r => r.Id == runId).SelectMany(r => r.Styles).Select(s => new { s.CostUsd, s.HeldUsd }).ToListAsync();
        var present = await db.Attempts.Where(a => a.RunId == runId && a.CostUsd != null).GroupBy(a => a.CostUsd!.Value).Select(g => new { Cost = g.Key, Count = g.Count() }).ToListAsync();
        return Math.Max(0, counted.Sum(s => s.CostUsd ?? 0) - present.Sum(p => p.Cost * p.Count)) + counted.Sum(s => s.HeldUsd);
    }

    private static void Compare(Dictionary<string, decimal> byProvider, string provider, decimal cost, decimal estimate)
    {
        if (estimate > 0 && cost / estimate is > 1 and var times && times > byProvider.GetValueOrDefault(provider, 1))
        {
            byProvider[provider] = times;
        }
    }

    /// <summary>As it stands in the database: in whole millionths.</summary>
    private static decimal Value(decimal? cost, decimal? estimate, DateTimeOffset? finishedAt, bool mayBeCharged) =>
        Math.Round(cost ?? (finishedAt is null || mayBeCharged ? estimate ?? 0 : 0), 6);

    private static async Task<decimal> SumAsync(IQueryable<Attempt> attempts)
    {
        var known = await attempts.Where(a => a.CostUsd != null).Select(a => a.CostUsd!.Value).GroupBy(cost => cost).Select(g => new { Cost = g.Key, Count = g.Count() }).ToListAsync();
        var estimated = await attempts
            .Where(a => a.CostUsd == null && a.EstimatedUsd != null && (a.FinishedAt == null || a.MayBeCharged))
            .GroupBy(a => a.EstimatedUsd!.Value)
            .Select(g => new { Cost = g.Key, Count = g.Count() })
            .ToListAsync();
        return known.Concat(estimated).Sum(group => group.Cost * group.Count);
    }
}
