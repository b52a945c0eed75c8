using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>
/// What a run says that it has cost, by style, carried along with the attempts that are written. Nothing is a cost as well, but not beside one
/// that nobody knows: a picture that was taken over does not make the others free.
/// </summary>
internal static class RunCosts
{
    /// <param name="scope">The operation.</param>
    /// <param name="attempts">Those that it is about to save.</param>
    /// <param name="runs">Takes the runs whose cost is another one by that.</param>
    public static async Task CountAsync(WriteScope scope, IEnumerable<EntityEntry<Attempt>> attempts, HashSet<Run> runs)
    {
        var ended = attempts.Where(e => e is { State: EntityState.Modified, Entity.RunId: not null }).ToList();
        foreach (var entry in ended.Where(e => e.Entity.CostUsd is not null && e.Property(a => a.CostUsd).OriginalValue is null))
        {
            await AddAsync(scope, entry.Entity, runs);
        }

        foreach (var entry in ended.Where(e => e.Entity.IsCostUnknown && !e.Property(a => a.MayBeCharged).OriginalValue))
        {
            if (await FindAsync(scope, entry.Entity) is var (run, counts) && counts.CostUsd == 0)
            {
                counts.CostUsd = null;
                runs.Add(run);
            }
        }
    }

    private static async Task AddAsync(WriteScope scope, Attempt attempt, HashSet<Run> runs)
    {
        // Nothing went out, and no picture was taken over: that says of no picture what it costs.
        if (attempt is { CostUsd: 0, RequestHash: null, Outcome: not (AttemptOutcome.Succeeded or AttemptOutcome.Reused) } || await FindAsync(scope, attempt) is not var (run, counts))
        {
            return;
        }

        if (attempt.CostUsd > 0 || counts.CostUsd is not null || !await HasUnknownAsync(scope, run.Id, counts.Style))
        {
            counts.CostUsd = (counts.CostUsd ?? 0) + attempt.CostUsd;
            runs.Add(run);
        }
    }

    private static Task<bool> HasUnknownAsync(WriteScope scope, string runId, string style) => (
        from attempt in scope.Db.Attempts
        join image in scope.Db.Images.IgnoreQueryFilters() on attempt.ImageId equals image.Id
        where attempt.RunId == runId && image.Style == style && attempt.MayBeCharged && attempt.CostUsd == null && attempt.EstimatedUsd != 0
        select attempt).AnyAsync();

    private static async Task<(Run Run, RunStyle Counts)?> FindAsync(WriteScope scope, Attempt attempt)
    {
        if (await scope.FindRunAsync(attempt.RunId!) is not { } run)
        {
            return null;
        }

        // What was paid for is counted, wherever its segment has gone.
        var style = scope.Db.Images.Local.FindEntry(attempt.ImageId)?.Entity.Style
            ?? await scope.Db.Images.IgnoreQueryFilters().Where(i => i.Id == attempt.ImageId).Select(i => i.Style).SingleAsync();
        return (run, run.Styles.Single(s => s.Style == style));
    }
}
