using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>What attempts had cost, or may have, that are gone with their story: a budget and the figures go on counting it.</summary>
internal sealed class PastCost
{
    /// <summary>Days since 1970, in UTC.</summary>
    public required long Day { get; init; }

    public required string Provider { get; init; }

    /// <summary>US dollars, as far as they were known; 0 where none were.</summary>
    public decimal CostUsd { get; set; }

    /// <summary>US dollars at which those were estimated that may have been charged, nobody knows how much.</summary>
    public decimal HeldUsd { get; set; }

    /// <summary>How many those were.</summary>
    public int Unknown { get; set; }
}

/// <summary>Writes costs down before the attempts that had them are deleted.</summary>
internal static class PastCosts
{
    private const long MillisecondsADay = 86_400_000;

    public static async Task KeepAsync(WriteScope scope, IQueryable<Attempt> going)
    {
        var attempts = await going
            .Where(a => a.CostUsd > 0 || (a.CostUsd == null && (a.FinishedAt == null || a.MayBeCharged)))
            .Select(a => new Going(a.ImageId, a.RunId, a.StartedAt, a.Provider, a.CostUsd, a.EstimatedUsd))
            .ToListAsync();
        scope.Ledger.Forget();
        foreach (var group in attempts.GroupBy(a => (Day: DayOf(a.StartedAt), a.Provider)))
        {
            var past = await scope.Db.PastCosts.FindAsync(group.Key.Day, group.Key.Provider);
            if (past is null)
            {
                past = new() { Day = group.Key.Day, Provider = group.Key.Provider };
                scope.Db.PastCosts.Add(past);
            }

            past.CostUsd += group.Sum(a => a.CostUsd ?? 0);
            past.HeldUsd += group.Sum(a => a.HeldUsd);
            past.Unknown += group.Count(a => a is { CostUsd: null, EstimatedUsd: not 0 });
        }

        await HoldAsync(scope, attempts.FindAll(a => a is { RunId: not null, HeldUsd: > 0 }));
    }

    /// <summary>A run knows by its own count what attempts had cost that are gone; what it may have been charged for others is kept beside that.</summary>
    private static async Task HoldAsync(WriteScope scope, List<Going> attempts)
    {
        var images = attempts.Select(a => a.ImageId).Distinct(StringComparer.Ordinal).ToList();
        var styles = await scope.Db.Images.IgnoreQueryFilters().Where(i => images.Contains(i.Id)).Select(i => new { i.Id, i.Style }).ToDictionaryAsync(i => i.Id, i => i.Style, StringComparer.Ordinal);
        foreach (var group in attempts.GroupBy(a => (a.RunId, Style: styles[a.ImageId])))
        {
            var held = group.Sum(a => a.HeldUsd);
            await scope.Db.RunStyles.Where(s => s.RunId == group.Key.RunId && s.Style == group.Key.Style).ExecuteUpdateAsync(set => set.SetProperty(s => s.HeldUsd, s => s.HeldUsd + held));
        }
    }

    public static long DayOf(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / MillisecondsADay;

    /// <summary>An attempt that is about to be deleted.</summary>
    private sealed record Going(string ImageId, string? RunId, DateTimeOffset StartedAt, string Provider, decimal? CostUsd, decimal? EstimatedUsd)
    {
        public decimal HeldUsd => CostUsd is null ? EstimatedUsd ?? 0 : 0;
    }
}
