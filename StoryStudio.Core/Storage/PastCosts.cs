using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>What attempts had cost that are gone with their story: a budget and the figures go on counting it.</summary>
internal sealed class PastCost
{
    /// <summary>Days since 1970, in UTC.</summary>
    public required long Day { get; init; }

    public required string Provider { get; init; }

    /// <summary>US dollars.</summary>
    public decimal CostUsd { get; set; }
}

/// <summary>Writes costs down before the attempts that had them are deleted.</summary>
internal static class PastCosts
{
    private const long MillisecondsADay = 86_400_000;

    public static async Task KeepAsync(WriteScope scope, IQueryable<Attempt> going)
    {
        var costs = await going
            .Where(a => a.CostUsd != null)
            .Select(a => new { a.StartedAt, a.Provider, a.CostUsd })
            .ToListAsync();
        scope.Ledger.Forget();
        foreach (var group in costs.Where(c => c.CostUsd > 0).GroupBy(c => (Day: c.StartedAt.ToUnixTimeMilliseconds() / MillisecondsADay, c.Provider)))
        {
            var past = await scope.Db.PastCosts.FindAsync(group.Key.Day, group.Key.Provider);
            if (past is null)
            {
                past = new() { Day = group.Key.Day, Provider = group.Key.Provider };
                scope.Db.PastCosts.Add(past);
            }

            past.CostUsd += group.Sum(c => c.CostUsd!.Value);
        }
    }

    public static long DayOf(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / MillisecondsADay;
}
