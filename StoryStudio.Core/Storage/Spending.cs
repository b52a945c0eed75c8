using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>
/// What was spent and what is being spent, held against the budgets before a call is claimed. What is in flight counts with its estimate,
/// and so does what ended without a price but may be charged. Lives as long as one write operation.
/// </summary>
internal sealed class Spending(WriteScope scope, decimal? monthlyBudget)
{
    // Taken in this operation and not written yet.
    private readonly Dictionary<string, decimal> _takenOfRuns = new(StringComparer.Ordinal);
    private decimal _taken;

    /// <summary>Whether a budget counts what an image of this run costs.</summary>
    /// <param name="run">Its run, or null where it goes alone.</param>
    public bool IsLimited(Run? run) => run?.BudgetUsd is not null || monthlyBudget is not null;

    /// <summary>US dollars to be held for one call while nobody knows what it costs: the estimate, or more where the run's pictures were found to be dearer.</summary>
    /// <param name="run">Its run, or null where it goes alone.</param>
    /// <param name="provider">Who draws.</param>
    /// <param name="estimate">By the price table; null where unknown.</param>
    public async Task<decimal?> ReservationAsync(Run? run, string provider, decimal? estimate) =>
        estimate is > 0 && run is not null && IsLimited(run)
            ? Math.Round(estimate.Value * await scope.Ledger.DearerAsync(scope.Db, run.Id, provider), 6, MidpointRounding.ToPositiveInfinity)
            : estimate;

    /// <summary>
    /// Null where an image may be begun at this price, which then counts as spent; otherwise why not.
    /// </summary>
    /// <param name="run">Its run, or null where it goes alone.</param>
    /// <param name="estimate">US dollars; null where unknown.</param>
    /// <param name="before">The attempt whose call goes again, where it may have been charged: the two are one charge, and what is held for it is held for this one.</param>
    public async Task<PauseReason?> TakeAsync(Run? run, decimal? estimate, Attempt? before = null)
    {
        if (estimate == 0 || !IsLimited(run))
        {
            return null;
        }

        var isHeld = IsHeld(run, before, scope.Now);
        if ((estimate ?? (isHeld ? before!.EstimatedUsd : null)) is not { } price)
        {
            return PauseReason.UnknownPrice;
        }

        var ofRun = price - (before is not null && before.RunId == run?.Id ? Ledger.Value(before) : 0);
        if (!isHeld && run is { BudgetUsd: { } budget } && await OfRunAsync(run.Id) + ofRun > budget)
        {
            return PauseReason.Budget;
        }

        var ofMonth = price - (before?.StartedAt >= Ledger.MonthOf(scope.Now) ? Ledger.Value(before) : 0);
        if (!isHeld && monthlyBudget is { } limit && await scope.Ledger.OfMonthAsync(scope.Db, scope.Now) + _taken + ofMonth > limit)
        {
            return PauseReason.MonthlyBudget;
        }

        if (run is not null)
        {
            _takenOfRuns[run.Id] = _takenOfRuns.GetValueOrDefault(run.Id) + ofRun;
        }

        _taken += ofMonth;
        return null;
    }

    /// <summary>Whether a call goes again for which the budgets hold what it may cost: it is one charge with the earlier one, and needs no more room in them.</summary>
    /// <param name="run">Its run, or null where it goes alone.</param>
    /// <param name="before">As of <see cref="TakeAsync"/>.</param>
    /// <param name="now">The present.</param>
    public static bool IsHeld(Run? run, Attempt? before, DateTimeOffset now) =>
        before is { MayBeCharged: true, EstimatedUsd: not null } && before.RunId == run?.Id && before.StartedAt >= Ledger.MonthOf(now);

    public async Task<decimal> OfRunAsync(string runId) => await scope.Ledger.OfRunAsync(scope.Db, runId) + _takenOfRuns.GetValueOrDefault(runId);

    /// <summary>Why a run cannot go on, in a sentence.</summary>
    public static string Sentence(PauseReason reason, decimal? spent, decimal? budget) => reason switch
    {
        PauseReason.Budget => Used(Dollars.Among(spent, budget), spent ?? 0, budget ?? 0),
        PauseReason.MonthlyBudget => $"The next picture would go beyond this month's budget of {Dollars.Of(budget ?? 0)}.",
        PauseReason.UnknownPrice => "There is a budget, and what the next picture costs is not known. Name its price in StoryStudio:Prices, or lift the budget.",
        _ => "The run is paused.",
    };

    private static string Used(Dollars dollars, decimal spent, decimal budget) =>
        $"This run has used {dollars.Write(spent)} of its {dollars.Write(budget)}, and the next picture would go beyond. Give it a larger budget to go on.";
}
