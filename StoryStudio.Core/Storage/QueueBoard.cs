using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class QueueBoard(
    IDbContextFactory<StoryDbContext> contexts,
    LaneTurns turns,
    EngineStatus status,
    LaneWaits waits,
    GenerationPace pace,
    IOptions<StoryStudioOptions> options,
    TimeProvider time) : IQueueBoard
{
    /// <summary>More than anybody reads; the whole line may be ten thousand long.</summary>
    private const int MostShown = 50;

    private static readonly QueueWait Alone = new(QueueWaitKind.Quiet, "Waiting for everything else to be done: the program ended twice while it was being made.");

    public async Task<QueueState> GetAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);

        // At one moment: what is begun between two reads would be shown twice.
        await using var read = await ReadTransaction.BeginAsync(db, cancellationToken);
        var now = time.GetUtcNow();
        var lanes = await LaneReader.GetAsync(db, now, cancellationToken);
        var blocks = lanes.Where(l => l.NextDueAt <= now).Select(l => l.Key.Style).Distinct(StringComparer.Ordinal).ToDictionary(style => style, waits.Find, StringComparer.Ordinal);
        var played = turns.Copy();
        var apart = new Dictionary<string, QueueWait>(StringComparer.Ordinal);
        var inLine = await OrderAsync(db, played, lanes.Where(l => blocks.GetValueOrDefault(l.Key.Style) is null), MostShown, apart, now, cancellationToken);
        List<string> order = [.. inLine, .. await OrderAsync(db, played, lanes.Where(l => blocks.GetValueOrDefault(l.Key.Style) is not null), MostShown - inLine.Count, apart, now, cancellationToken)];
        var runs = await db.Runs.Include(r => r.Styles).Where(r => r.FinishedAt == null).OrderBy(r => r.StartedAt).ThenBy(r => r.Id).ToListAsync(cancellationToken);
        var working = await db.Images
            .Where(i => i.Token != null)
            .Join(db.Attempts, i => i.Token, a => a.Id, (image, attempt) => new { Image = image, attempt.StartedAt, attempt.KeyTail })
            .OrderBy(i => i.StartedAt)
            .ToListAsync(cancellationToken);
        var byId = await db.Images.Where(i => order.Contains(i.Id)).ToDictionaryAsync(i => i.Id, StringComparer.Ordinal, cancellationToken);
        var first = order.ConvertAll(id => (Image: byId[id], Block: blocks.GetValueOrDefault(byId[id].Style)));
        var later = await LaterAsync(db, order, lanes, MostShown - first.Count, cancellationToken);

        var stories = runs.Select(r => r.StoryId).Concat(working.Select(w => w.Image.StoryId)).Concat(first.Select(f => f.Image).Concat(later).Select(i => i.StoryId)).ToHashSet(StringComparer.Ordinal);
        var titles = await db.Stories.Where(s => stories.Contains(s.Id)).ToDictionaryAsync(s => s.Id, s => s.Title, StringComparer.Ordinal, cancellationToken);
        var drawn = working.Select(w => w.Image).Concat(first.Select(f => f.Image)).Concat(later).Where(i => i.CharacterId != null).Select(i => i.CharacterId!).ToHashSet(StringComparer.Ordinal);
        var characters = drawn.Count == 0
            ? []
            : await db.Characters.Where(c => drawn.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name, StringComparer.Ordinal, cancellationToken);
        var byKey = lanes.ToDictionary(l => l.Key);
        var laterIds = later.ConvertAll(i => i.Id);
        var goAgain = lanes.Any(l => l.HasHeldCalls)
            ? (await LaneReader.HeldCalls(db, db.Images.Where(i => laterIds.Contains(i.Id)), now).Select(i => i.Id).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal)
            : [];

        return new()
        {
            Trouble = status.Trouble,
            MaxConcurrency = options.Value.Generation.MaxConcurrency,
            Waiting = await db.Images.CountAsync(i => i.DueAt != null, cancellationToken),
            Runs = runs.ConvertAll(r => new QueuedRun(titles.GetValueOrDefault(r.StoryId, ""), r.ToState(now, pace.PerImage(r), pace.ByKeys(r)))),
            Working = working.ConvertAll(w => Entry(w.Image) with { Since = w.StartedAt, KeyTail = w.KeyTail }),
            Next =
            [
                .. first.Select((f, i) => f.Block is { } block ? Entry(f.Image) with { WaitsFor = block } : Entry(f.Image) with { Place = i + 1, WaitsFor = Slot(i + 1) }),
                // Of a run that waits for a budget some go by themselves all the same.
                .. later.Select(image => Entry(image) with { WaitsFor = Reason(image, byKey.GetValueOrDefault(new(image.StoryId, image.Style)), working.Count == 0) })
                    .OrderBy(entry => entry.WaitsFor!.Kind is QueueWaitKind.Pause),
            ],
        };

        QueueWait Retry(StoryImage image, DateTimeOffset due) => new(QueueWaitKind.Retry, image.ErrorMessage ?? "Waiting for its next attempt.", due);

        QueueWait Slot(int place) => new(QueueWaitKind.Slot, waits.Held ?? (place == 1 ? "Next." : "Waiting for a free slot."));

        QueueWait Reason(StoryImage image, Lane? lane, bool atRest) => image switch
        {
            { DueAt: { } due } when due > now && lane is { HasHeldCalls: true } && goAgain.Contains(image.Id) => Retry(image, due),
            _ when apart.GetValueOrDefault(image.Id) is { } own => blocks.GetValueOrDefault(image.Style) is { Kind: QueueWaitKind.Key } none ? none : own,
            _ when image.RunId is { } run && run == lane?.PausedRunId && lane.Ends => new(QueueWaitKind.Pause, "Cancelled; it leaves the queue in a moment."),
            { Crashes: >= StoryImage.MostCrashes - 1 } when lane is { HasHeldCalls: true } && goAgain.Contains(image.Id) => Alone,
            _ when image.RunId is { } run && run == lane?.PausedRunId && lane.HeldFor is { } reason => new(QueueWaitKind.Pause, reason switch
            {
                PauseReason.Budget => "Waiting for a larger budget: it would go beyond the present one.",
                PauseReason.MonthlyBudget => "Waiting for the next month, or a larger budget for this one: it would go beyond.",
                _ => "Waiting for its price: there is a budget, and what it costs is not known.",
            }),
            _ when image.RunId is { } run && run == lane?.PausedRunId => new(QueueWaitKind.Pause, "Waiting for its run to be resumed."),
            { DueAt: { } due } when due > now => Retry(image, due),
            { Crashes: >= StoryImage.MostCrashes - 1 } when atRest && blocks.GetValueOrDefault(image.Style) is { } block => block,
            { Crashes: >= StoryImage.MostCrashes - 1 } => Alone,
            { IsSheet: false } when lane is { HasSheets: true } => new(QueueWaitKind.Reference, "Waiting for the characters' sheets."),
            { Consistent: true, IsSheet: false } when lane is { HasReference: false } => new(QueueWaitKind.Reference, "Waiting for the style's first picture."),
            _ => blocks.GetValueOrDefault(image.Style) ?? new(QueueWaitKind.Slot, waits.Held ?? "Waiting for a free slot."),
        };

        QueuedImage Entry(StoryImage image) => new()
        {
            Image = image.ToState(),
            StoryTitle = titles.GetValueOrDefault(image.StoryId, ""),
            Character = image.CharacterId is { } id ? characters.GetValueOrDefault(id) : null,
            Urgency = image.Urgency,
            Since = image.QueuedAt ?? image.UpdatedAt,
        };
    }

    /// <summary>What goes neither now nor as soon as a slot is free: last, whose run somebody has to resume first.</summary>
    private static async Task<List<StoryImage>> LaterAsync(StoryDbContext db, List<string> order, IEnumerable<Lane> lanes, int most, CancellationToken cancellationToken)
    {
        var rest = db.Images.Where(i => i.DueAt != null && !order.Contains(i.Id)).OrderBy(i => i.DueAt).ThenBy(i => i.Ordinal);
        List<string> paused = [.. lanes.Where(l => l.PausedRunId is not null).Select(l => $"{l.PausedRunId} {l.Key.Style}")];
        if (paused.Count == 0)
        {
            return await rest.Take(most).ToListAsync(cancellationToken);
        }

        var later = await rest.Where(i => !paused.Contains(i.RunId + " " + i.Style)).Take(most).ToListAsync(cancellationToken);
        later.AddRange(await rest.Where(i => paused.Contains(i.RunId + " " + i.Style)).Take(most - later.Count).ToListAsync(cancellationToken));
        return later;
    }

    /// <summary>Plays the turns on: which images would get the next slots as things stand.</summary>
    /// <param name="db">At the moment of the look.</param>
    /// <param name="played">A copy of the turns.</param>
    /// <param name="lanes">Whose turn may come.</param>
    /// <param name="most">How many are wanted.</param>
    /// <param name="apart">To be filled with those that are passed by, and what for.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task<List<string>> OrderAsync(
        StoryDbContext db, LaneTurns played, IEnumerable<Lane> lanes, int most, Dictionary<string, QueueWait> apart, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = lanes.Where(l => l.NextDueAt <= now).Select(l => new LaneInTurn(l)).ToList();
        var order = new List<string>(most);
        while (order.Count < most && open.Count > 0)
        {
            var next = played.Pick(open, now);
            if (next.Images is null)
            {
                next.Images = new(await LaneReader.PeekAsync(db, next.Lane, most, now, cancellationToken));
            }
            else if (next.Images.TryDequeue(out var image))
            {
                if (image.OnlyAgain && !waits.Serves(next.Lane.Key.Style, image.KeyTail))
                {
                    apart[image.Id] = new(QueueWaitKind.Key, "Waiting for the account that it was asked of, or for a larger budget.", KeyTail: image.KeyTail);
                    continue;
                }

                if (waits.OwnAccountAt(next.Lane.Key.Style, image.KeyTail) is { } until)
                {
                    apart[image.Id] = new(QueueWaitKind.Key, "Waiting for the account that it was asked of: another one would charge for it anew.", until, image.KeyTail);
                    continue;
                }

                order.Add(image.Id);
                played.Served(next.Lane.Key, image.Urgency, now);
            }
            else
            {
                open.Remove(next);
            }
        }

        return order;
    }
}
