using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>
/// What one write operation works with. Entities are loaded tracked and changed through their own methods; versions, the run's
/// counts and the messages to be published follow from what changed, so that no operation can forget them.
/// </summary>
public sealed class WriteScope
{
    private readonly GenerationPace _pace;
    private readonly StaleCheck _stale;
    private readonly HashSet<string> _doubted = new(StringComparer.Ordinal);
    private readonly StoryVersions _versions;
    private readonly PreparedWrites _writes;
    private readonly HashSet<string> _risen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _edited = new(StringComparer.Ordinal);
    private readonly HashSet<string> _noted = new(StringComparer.Ordinal);
    private readonly List<StoryChange> _changes = [];
    private HashSet<object>? _touched;
    private bool _prepared;
    private int _sealed;
    private bool _sealing;

    internal WriteScope(StoryDbContext db, StoryVersions versions, PreparedWrites writes, Ledger ledger, GenerationPace pace, StaleCheck stale, DateTimeOffset now)
    {
        Db = db;
        Ledger = ledger;
        _versions = versions;
        _writes = writes;
        _pace = pace;
        _stale = stale;
        Now = now;
    }

    public StoryDbContext Db { get; }

    public DateTimeOffset Now { get; }

    internal Ledger Ledger { get; }

    internal IReadOnlyList<StoryChange> Changes => _changes;

    /// <summary>Name of whoever does it, for what keeps a past; the author where nobody says so.</summary>
    public string By { get; set; } = Actor.Local.Name;

    /// <summary>What the past says that the prompts have in common which the operation changes; null where each saving of them is a deed of its own.</summary>
    internal PromptDeed? Deed { get; set; }

    /// <summary>
    /// The operation changes nothing but what it says here and what it adds. For those that go with every image: looking at all that is under
    /// way for changes costs more than the change.
    /// </summary>
    internal void Touch(params ReadOnlySpan<object> entities)
    {
        _touched ??= [];
        foreach (var entity in entities)
        {
            _touched.Add(entity);
        }
    }

    /// <summary>The operation may write very many images: they are saved by <see cref="PreparedWrites"/>.</summary>
    internal void Prepare() => _prepared = true;

    /// <summary>The story reads otherwise from now on, in a way that the entities in mind do not show.</summary>
    public void NoteEdit(string storyId) => _noted.Add(storyId);

    /// <summary>Pictures that may be from before a change by now, beside those that follow from what is tracked as changed.</summary>
    internal PictureDoubts Doubts { get; private set; } = new();

    /// <summary>Stories in which something was changed that pictures are made from.</summary>
    internal IReadOnlyCollection<string> Doubted => _doubted;

    /// <summary>Whether an operation of this commit has done so.</summary>
    internal bool IsDoubted(string storyId) => _doubted.Contains(storyId);

    public void Publish(StoryChange change) => _changes.Add(change);

    /// <summary>The next change number of a story.</summary>
    public async Task<long> NextVersionAsync(string storyId)
    {
        var version = await _versions.NextAsync(storyId);
        _risen.Add(storyId);
        return version;
    }

    /// <summary>The run with its counts, tracked; null where there is none.</summary>
    public async Task<Run?> FindRunAsync(string runId) => Db.Runs.Local.FindEntry(runId) is { Entity.Styles.Count: > 0 } tracked
        ? tracked.Entity
        : await Db.Runs.Include(r => r.Styles).SingleOrDefaultAsync(r => r.Id == runId);

    /// <summary>Before anything is saved, be it in the midst of an operation: afterwards it is tracked as changed no more.</summary>
    internal void NoteTracked()
    {
        if (!_sealing)
        {
            NoteTracked(Changed());
        }
    }

    internal async Task SealAsync()
    {
        Detect();
        var changed = Changed();
        NoteTracked(changed);
        _sealing = true;
        foreach (var storyId in await EditedStoriesAsync(changed))
        {
            _edited[storyId] = await NextVersionAsync(storyId);
            _changes.Add(new StoryEdited(storyId, _edited[storyId]));
        }

        var runs = new HashSet<Run>();
        var images = new List<StoryImage>();
        foreach (var entry in ChangedImages())
        {
            await CountAsync(entry, runs);

            // One that is put away says so once, with what it has become; nobody sees what happens to it from then on.
            var isSeen = entry.Entity.RemovedAt is null || entry.Property(i => i.RemovedAt).OriginalValue is null;
            await RaiseAsync(entry.Entity);
            entry.DetectChanges();
            if (isSeen)
            {
                images.Add(entry.Entity);
            }

            await AskAgainAsync(entry);
        }

        // What is taken out for good was cancelled first, and its run waits for it no longer.
        foreach (var entry in Db.ChangeTracker.Entries<StoryImage>().Where(e => e.State is EntityState.Deleted).ToList())
        {
            await CountAsync(entry, runs);
        }

        List<EntityEntry<Attempt>> attempts = [.. changed.Where(e => e.State is EntityState.Added or EntityState.Modified).Select(e => e.Entity).OfType<Attempt>().Select(Db.Entry)];
        attempts.ForEach(Ledger.Note);
        await RunCosts.CountAsync(this, attempts, runs);

        runs.UnionWith(Db.ChangeTracker.Entries<Run>().Where(e => e.State is EntityState.Added or EntityState.Modified).Select(e => e.Entity));
        runs.UnionWith(Db.ChangeTracker.Entries<RunStyle>().Where(e => e.State is EntityState.Modified).Select(e => Db.Runs.Local.FindEntry(e.Entity.RunId)?.Entity).OfType<Run>());
        if (Doubts.Stories.Count > 0)
        {
            await CheckAsync(images);
        }

        _changes.AddRange(images.Select(i => new ImageChanged(i.ToState())));
        foreach (var run in runs)
        {
            run.Settle(Now);
            run.Version = await NextVersionAsync(run.StoryId);
            _changes.Add(new RunChanged(run.ToState(Now, _pace.PerImage(run), _pace.ByKeys(run))));

            // Its own alone, and its counts': a second look at everything would cost as much as the saving.
            Db.Entry(run).DetectChanges();
            run.Styles.ForEach(style => Db.Entry(style).DetectChanges());
        }

        await SaveAsync();
        RequireAllSaved();
        (_touched, _prepared) = (null, false);
        _sealed = _changes.Count;
        _sealing = false;
        (By, Deed) = (Actor.Local.Name, null);
    }

    internal void Discard()
    {
        _changes.RemoveRange(_sealed, _changes.Count - _sealed);
        _noted.Clear();
        (_touched, _prepared) = (null, false);
        Doubts = new();
        _sealing = false;
        (By, Deed) = (Actor.Local.Name, null);
    }

    internal async Task SaveVersionsAsync()
    {
        foreach (var storyId in _risen)
        {
            await _versions.SaveAsync(storyId, _edited.TryGetValue(storyId, out var edited) ? edited : null);
        }
    }

    private void Detect()
    {
        if (_touched is null)
        {
            Db.ChangeTracker.DetectChanges();
            return;
        }

        foreach (var entity in _touched)
        {
            Db.Entry(entity).DetectChanges();
        }
    }

    private async Task SaveAsync()
    {
        if ((_prepared || _touched is not null) && Changed() is var changed && changed.TrueForAll(PreparedWrites.Takes))
        {
            await _writes.SaveAsync(changed);
        }
        else
        {
            await Db.SaveChangesAsync();
        }
    }

    /// <summary>Finds whatever an operation changed beside what it said; the tests run with it.</summary>
    [Conditional("DEBUG")]
    private void RequireAllSaved()
    {
        if (_touched is not null)
        {
            Db.ChangeTracker.DetectChanges();
            if (Changed() is [var missed, ..])
            {
                throw new InvalidOperationException($"{missed.Metadata.DisplayName()} was changed by an operation that did not say so.");
            }
        }
    }

    private List<EntityEntry> Changed() => [.. Db.ChangeTracker.Entries().Where(e => e.State is not EntityState.Unchanged)];

    private void NoteTracked(IReadOnlyList<EntityEntry> changed)
    {
        Doubts.AddTracked(Db, changed);
        PromptPast.Keep(Db, changed, By, Now, Deed);
    }

    private List<EntityEntry<StoryImage>> ChangedImages() =>
        [.. Db.ChangeTracker.Entries<StoryImage>().Where(e => e.State is EntityState.Added or EntityState.Modified).OrderBy(e => e.Entity.Ordinal)];

    private async Task RaiseAsync(StoryImage image)
    {
        image.Version = await NextVersionAsync(image.StoryId);
        image.UpdatedAt = Now;
        image.NoteFailure(Now);
    }

    /// <summary>What was changed is saved first, so that the check reads it; what it marks is saved with the rest.</summary>
    private async Task CheckAsync(List<StoryImage> images)
    {
        Db.ChangeTracker.DetectChanges();
        await Db.SaveChangesAsync();
        foreach (var (storyId, doubts) in Doubts.Stories)
        {
            _doubted.Add(storyId);
            await _stale.RunAsync(Db, storyId, doubts);
        }

        Doubts = new();
        Db.ChangeTracker.DetectChanges();
        foreach (var entry in ChangedImages().Where(e => !images.Contains(e.Entity)))
        {
            await RaiseAsync(entry.Entity);
            entry.DetectChanges();
            images.Add(entry.Entity);
        }
    }

    /// <summary>Stories that read otherwise from now on; nobody can have read a new one before, and nobody reads one that is deleted.</summary>
    private async Task<HashSet<string>> EditedStoriesAsync(IReadOnlyList<EntityEntry> changed)
    {
        var edited = new HashSet<string>(_noted, StringComparer.Ordinal);
        _noted.Clear();
        var unread = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in changed)
        {
            var storyId = entry.Entity switch
            {
                Story story => story.Id,
                Segment segment => segment.StoryId,
                Character character => character.StoryId,
                CharacterPicture picture => (await Db.Characters.FindAsync(picture.CharacterId))?.StoryId,
                StoryStyle style => style.StoryId,
                DismissedName name => name.StoryId,
                _ => null,
            };
            if (storyId is not null)
            {
                edited.Add(storyId);
            }

            if (entry.Entity is Story { DeletedAt: not null } || (entry.Entity is Story && entry.State is EntityState.Added))
            {
                unread.Add(storyId!);
            }
        }

        edited.ExceptWith(unread);
        return edited;
    }

    private async Task CountAsync(EntityEntry<StoryImage> entry, HashSet<Run> runs)
    {
        var image = entry.Entity;
        if (image.RunId is null || await FindRunAsync(image.RunId) is not { } run)
        {
            return;
        }

        var counts = run.Styles.Single(s => s.Style == image.Style);
        var joined = entry.State is EntityState.Added || entry.Property(i => i.RunId).OriginalValue != image.RunId;
        if (joined)
        {
            counts.Total++;
        }
        else
        {
            var before = entry.Property(i => i.Status).OriginalValue;
            counts.Count(before, before is ImageStatus.Failed && entry.Property(i => i.NextAttemptAt).OriginalValue is not null, -1);
        }

        counts.Count(image.Status, image.AwaitsSecondChance, 1);
        if (image.Status is ImageStatus.InProgress && (joined || entry.Property(i => i.Status).OriginalValue is not ImageStatus.InProgress))
        {
            run.Begin(image.IsSheet ? null : image.Number.ToString(), image.Style, Now);
        }
        else if (!joined && entry.Property(i => i.Status).OriginalValue == image.Status)
        {
            // Progress within one state is the image's own affair; the run's counts stand as they were.
            return;
        }
        else if (!joined && image.HasCome && entry.Property(i => i.Status).OriginalValue is ImageStatus.InProgress)
        {
            run.Finish();
        }

        runs.Add(run);
    }

    /// <summary>Another version is shown: what was decided about the one before no longer counts, and what was decided about this one does.</summary>
    private async Task AskAgainAsync(EntityEntry<StoryImage> entry)
    {
        var shown = entry.Property(i => i.ChosenVersion);
        if (entry.State is not EntityState.Modified || shown.OriginalValue is null || shown.OriginalValue == shown.CurrentValue)
        {
            return;
        }

        var image = entry.Entity;
        if (await Db.Decisions.AsNoTracking().Where(d => d.ImageId == image.Id).ToListAsync() is { Count: > 0 } decisions)
        {
            var review = ReviewReading.Of(image.ToState(), decisions);
            if (review.Status is ReviewStatus.Approved)
            {
                // One that was approved is shown again, and is kept as it was then.
                ReviewBook.Guard(image, review, review.Decisions[0].Person.Name, Now);
                entry.DetectChanges();
            }

            _changes.Add(new ReviewChanged(review));
        }
    }
}
