using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <summary>
/// The writer's connection and what it keeps in mind from one commit to the next: images and attempts under way, runs that are
/// active, the stories' change numbers. Nobody else writes, so they are what the database says; after anything that was undone
/// the entities are forgotten and read anew.
/// </summary>
internal sealed class StoryWorkingSet : IAsyncDisposable
{
    // FULL: a commit that was reported is on the disk, whatever happens to the machine.
    private const string Pragmas = "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;";

    private readonly GenerationPace _pace;
    private readonly StaleCheck _stale;
    private WriteScope? _scope;
    private readonly StoryVersions _versions;
    private readonly PreparedWrites _writes;
    private readonly Ledger _ledger = new();

    private StoryWorkingSet(StoryDbContext db, GenerationPace pace, StaleCheck stale) => (Db, _versions, _writes, _pace, _stale) = (db, new(db), new(db), pace, stale);

    public StoryDbContext Db { get; }

    public static async Task<StoryWorkingSet> OpenAsync(IDbContextFactory<StoryDbContext> contexts, GenerationPace pace, StaleCheck stale)
    {
        var db = await contexts.CreateDbContextAsync();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.TrackAll;

        // The scope looks for changes itself, once an operation: a look for every entity touched is quadratic in a run's images.
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        await db.Database.OpenConnectionAsync();
        await db.Database.ExecuteSqlRawAsync(Pragmas);
        var set = new StoryWorkingSet(db, pace, stale);
        db.SavingChanges += (_, _) => set._scope?.NoteTracked();
        return set;
    }

    public WriteScope Begin(DateTimeOffset now) => _scope = new(Db, _versions, _writes, _ledger, _pace, _stale, now);

    /// <summary>After a commit: lets go of what is at rest.</summary>
    public void Tidy()
    {
        foreach (var entry in Db.ChangeTracker.Entries().ToList())
        {
            var isUnderWay = entry.Entity switch
            {
                StoryImage image => image.Status is ImageStatus.InProgress,
                Attempt attempt => attempt.FinishedAt is null,
                Run run => run.FinishedAt is null,
                RunStyle style => Db.Runs.Local.FindEntry(style.RunId) is { Entity.FinishedAt: null },
                _ => false,
            };
            if (!isUnderWay)
            {
                entry.State = EntityState.Detached;
            }
        }

        _versions.Tidy();
    }

    /// <summary>
    /// After something was undone: no entity in mind can be trusted. The change numbers can.
    /// </summary>
    public void Forget()
    {
        Db.ChangeTracker.Clear();
        _ledger.Forget();
    }

    public async ValueTask DisposeAsync()
    {
        await _versions.DisposeAsync();
        await _writes.DisposeAsync();
        await Db.DisposeAsync();
    }
}
