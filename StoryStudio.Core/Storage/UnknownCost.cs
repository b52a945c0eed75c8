using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>An attempt that cost something or may have, nobody knows how much; or one of which that is said no longer.</summary>
/// <param name="Provider">Who was called.</param>
/// <param name="Style">What for.</param>
/// <param name="By">1 or -1.</param>
internal sealed record UnknownCost(string Provider, string Style, int By)
{
    /// <summary>As the figures of <see cref="ActivityReader"/> count it.</summary>
    public static bool Is(Attempt attempt) => Is(attempt.MayBeCharged, attempt.CostUsd, attempt.EstimatedUsd);

    /// <param name="db">Where they are tracked.</param>
    /// <param name="changed">What is about to be saved.</param>
    public static IEnumerable<UnknownCost> Of(StoryDbContext db, IReadOnlyList<EntityEntry> changed)
    {
        foreach (var attempt in changed.Where(e => e.State is EntityState.Modified).Select(e => e.Entity).OfType<Attempt>())
        {
            var entry = db.Entry(attempt);
            var was = Is(entry.Property(a => a.MayBeCharged).OriginalValue, entry.Property(a => a.CostUsd).OriginalValue, entry.Property(a => a.EstimatedUsd).OriginalValue);
            if (was != Is(attempt))
            {
                yield return new(attempt.Provider, StyleOf(db, attempt.ImageId), was ? -1 : 1);
            }
        }
    }

    private static bool Is(bool mayBeCharged, decimal? cost, decimal? estimate) => mayBeCharged && cost is null && estimate is not 0;

    private static string StyleOf(StoryDbContext db, string imageId) => db.Images.Local.FindEntry(imageId)?.Entity.Style
        ?? db.Images.IgnoreQueryFilters().Where(i => i.Id == imageId).Select(i => i.Style).Single();
}
