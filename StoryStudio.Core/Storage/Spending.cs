using System.Globalization;
using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Storage;

/// <summary>
/// What was spent and what is being spent, held against the budgets before a call is claimed. What is in flight counts with its estimate,
/// and so does what ended without a price but may be charged. Lives as long as one write operation.
/// </summary>
internal sealed class Spending(WriteScope scope, decimal? monthlyBudget)
{
    private readonly Dictionary<string, decimal> _ofRuns = new(StringComparer.Ordinal);
    private decimal? _ofMonth;

    /// <summary>
    /// Null where an image may be begun at this price, which then counts as spent; otherwise why not.
    /// </summary>
    /// <param name="run">Its run, or null where it goes alone.</param>
    /// <param name="estimate">US dollars; null where unknown.</param>
    public async Task<PauseReason?> TakeAsync(Run? run, decimal? estimate)
    {
        if (estimate == 0 || (run?.BudgetUsd is null && monthlyBudget is null))
        {
            return null;
        }

        if (estimate is not { } price)
        {
            return PauseReason.UnknownPrice;
        }

        if (run is { BudgetUsd: { } budget } && await OfRunAsync(run.Id) + price > budget)
        {
            return PauseReason.Budget;
        }

        if (monthlyBudget is { } limit && await OfMonthAsync() + price > limit)
        {
            return PauseReason.MonthlyBudget;
        }

        if (run?.BudgetUsd is not null)
        {
            _ofRuns[run.Id] += price;
        }

        _ofMonth += price;
        return null;
    }

    public async Task<decimal> OfRunAsync(string runId)
    {
        if (!_ofRuns.TryGetValue(runId, out var spent))
        {
            _ofRuns[runId] = spent = await SumAsync(scope.Db.Attempts.Where(a => a.RunId == runId));
        }

        return spent;
    }

    /// <summary>Why a run cannot go on, in a sentence.</summary>
    public static string Sentence(PauseReason reason, decimal? spent, decimal? budget) => reason switch
    {
        PauseReason.Budget => string.Create(CultureInfo.InvariantCulture, $"This run has used {spent:0.00##} of its {budget:0.00##} US dollars, and the next picture would go beyond. Give it a larger budget to go on."),
        PauseReason.MonthlyBudget => string.Create(CultureInfo.InvariantCulture, $"The next picture would go beyond this month's budget of {budget:0.00##} US dollars."),
        PauseReason.UnknownPrice => "There is a budget, and what the next picture costs is not known. Name its price in StoryStudio:Prices, or lift the budget.",
        _ => "The run is paused.",
    };

    private async Task<decimal> OfMonthAsync()
    {
        if (_ofMonth is null)
        {
            var begin = new DateTimeOffset(scope.Now.UtcDateTime.Year, scope.Now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
            var firstDay = PastCosts.DayOf(begin);
            var gone = await scope.Db.PastCosts.Where(p => p.Day >= firstDay).Select(p => p.CostUsd).ToListAsync();
            _ofMonth = gone.Sum() + await SumAsync(scope.Db.Attempts.Where(a => a.StartedAt >= begin));
        }

        return _ofMonth.Value;
    }

    private static async Task<decimal> SumAsync(IQueryable<Attempt> attempts)
    {
        string[] maybe = [AttemptOutcome.Succeeded, AttemptOutcome.Interrupted, AttemptOutcome.Cancelled, FailureKind.Timeout.Code(), FailureKind.NoPicture.Code(), FailureKind.Damaged.Code()];
        var known = await attempts.Where(a => a.CostUsd != null).Select(a => a.CostUsd!.Value).GroupBy(cost => cost).Select(g => new { Cost = g.Key, Count = g.Count() }).ToListAsync();
        var estimated = await attempts
            .Where(a => a.CostUsd == null && a.EstimatedUsd != null && (a.FinishedAt == null || maybe.Contains(a.Outcome)))
            .GroupBy(a => a.EstimatedUsd!.Value)
            .Select(g => new { Cost = g.Key, Count = g.Count() })
            .ToListAsync();
        return known.Concat(estimated).Sum(group => group.Cost * group.Count);
    }
}
