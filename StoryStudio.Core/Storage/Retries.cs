using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Puts pictures that came to nothing into the line again, each in the run that counts it, after the sheets that go along with it. Works within an
/// operation of the writer.
/// </summary>
internal sealed class Retries(ImageProviders providers, IOptions<StoryStudioOptions> options)
{
    /// <summary>How many one operation takes: nobody else's change waits for more.</summary>
    public const int AtOnce = 200;

    private int MaxRetries => options.Value.Generation.MaxRetries;

    /// <param name="scope">The operation.</param>
    /// <param name="image">One that failed or was cancelled.</param>
    /// <param name="run">Which run counts it; null for none.</param>
    public async Task OneAsync(WriteScope scope, StoryImage image, string? run)
    {
        await RunPlan.NameReferenceAsync(scope.Db, image, providers, anew: [image.Id]);
        foreach (var sheet in await SheetsForAsync(scope.Db, [image]))
        {
            sheet.Retry(sheet.RunId == run ? run : null, Urgency.Asked, MaxRetries, scope.Now);
        }

        image.Retry(run, Urgency.Asked, MaxRetries, scope.Now);
    }

    /// <summary>Has another version drawn, in other words or by an instruction.</summary>
    public async Task RedrawAsync(WriteScope scope, StoryImage image, string? run, string? prompt, string? instruction)
    {
        await RunPlan.NameReferenceAsync(scope.Db, image, providers, anew: []);
        image.Redraw(run, prompt, instruction, MaxRetries, scope.Now);
    }

    /// <summary>Those of <paramref name="some"/> that failed or were cancelled and are not locked; returns how many are.</summary>
    /// <param name="scope">The operation.</param>
    /// <param name="some">Ids of this operation's.</param>
    /// <param name="all">Ids of all that are asked for.</param>
    public async Task<int> ManyAsync(WriteScope scope, IReadOnlyList<string> some, IReadOnlyList<string> all)
    {
        var failed = await Visible.Images(scope.Db)
            .Where(i => some.Contains(i.Id) && (i.Status == ImageStatus.Failed || i.Status == ImageStatus.Cancelled) && scope.Db.StoryStyles.Any(s => s.StoryId == i.StoryId && s.Key == i.Style))
            .OrderBy(i => i.Ordinal)
            .ToListAsync();
        var wanted = failed.FindAll(i => !i.IsLocked);
        foreach (var style in wanted.Where(i => !i.IsSheet).GroupBy(i => (i.StoryId, i.Style)))
        {
            await RunPlan.NameReferenceAsync(scope.Db, style.First(), providers, all);
        }

        foreach (var story in wanted.Concat(await SheetsForAsync(scope.Db, wanted)).GroupBy(i => i.StoryId, StringComparer.Ordinal))
        {
            // One run takes them all: one that is taken up again for the first of them is active by then.
            var active = await ActiveRunAsync(scope, story.Key);
            foreach (var image in story)
            {
                var run = await RunToJoinAsync(scope, image, active);
                active ??= run is null ? null : await scope.FindRunAsync(run);
                image.Retry(run, run is null ? Urgency.Asked : Urgency.None, MaxRetries, scope.Now);
            }
        }

        return failed.Count - wanted.Count;
    }

    /// <summary>Queues those of the failed that are so still. False where it was cancelled meanwhile.</summary>
    public async Task<bool> OfRunAsync(WriteScope scope, string runId, List<string> images, List<string> all, bool isFirst)
    {
        var run = await Visible.Runs(scope.Db).Include(r => r.Styles).SingleOrDefaultAsync(r => r.Id == runId) ?? throw Missing.Run();
        var isWanted = !run.Styles.Exists(s => run.Ends(s.Style)) && (isFirst || run.Status is not RunStatus.Cancelled);
        if (isFirst && !isWanted)
        {
            throw new ConflictException("run_active", "This run is being cancelled.") { RunId = runId };
        }

        var failed = isWanted ? await scope.Db.Images.Where(i => images.Contains(i.Id) && i.RunId == runId && i.Status == ImageStatus.Failed && i.LockReason == null).ToListAsync() : [];
        if (failed.Count > 0)
        {
            await RefuseWhileAnotherRunsAsync(scope.Db, run.StoryId, runId);
        }

        foreach (var style in failed.Where(i => !i.IsSheet).GroupBy(i => i.Style, StringComparer.Ordinal))
        {
            await RunPlan.NameReferenceAsync(scope.Db, style.MinBy(i => i.Ordinal)!, providers, all);
        }

        foreach (var sheet in await SheetsForAsync(scope.Db, failed))
        {
            sheet.Retry(sheet.RunId == runId ? runId : null, Urgency.Asked, MaxRetries, scope.Now);
        }

        failed.ForEach(image => image.Retry(runId, Urgency.None, MaxRetries, scope.Now));
        return isWanted;
    }

    /// <summary>
    /// A retried image is counted in the story's active run, else in the run that it last was in, which is taken up again. Where the
    /// active run has counted it before and lost it to another, or is being cancelled, it goes alone: nothing is counted twice or taken back.
    /// So does a sheet that no run asked for.
    /// </summary>
    public static async Task<string?> RunToJoinAsync(WriteScope scope, StoryImage image) => await RunToJoinAsync(scope, image, await ActiveRunAsync(scope, image.StoryId));

    private static Task<Run?> ActiveRunAsync(WriteScope scope, string storyId) =>
        scope.Db.Runs.Include(r => r.Styles).SingleOrDefaultAsync(r => r.StoryId == storyId && r.FinishedAt == null);

    /// <param name="scope">The operation.</param>
    /// <param name="image">What is retried.</param>
    /// <param name="active">The story's run that is at work, or is taken up again in this operation.</param>
    private static async Task<string?> RunToJoinAsync(WriteScope scope, StoryImage image, Run? active)
    {
        if (image is { IsSheet: true, RunId: null })
        {
            return null;
        }

        if (active?.Ends(image.Style) == true)
        {
            return null;
        }

        if (active is null || active.Id == image.RunId)
        {
            return image.RunId;
        }

        if (await scope.Db.RunImages.AnyAsync(r => r.RunId == active.Id && r.ImageId == image.Id))
        {
            return null;
        }

        if (active.Styles.TrueForAll(s => s.Style != image.Style))
        {
            active.Styles.Add(new() { RunId = active.Id, Style = image.Style, Ordinal = active.Styles.Count });
        }

        scope.Db.RunImages.Add(new() { RunId = active.Id, ImageId = image.Id });
        return active.Id;
    }

    /// <summary>What is drawn again is to have its characters' sheets, where those came to nothing as well: they go before it.</summary>
    private static async Task<List<StoryImage>> SheetsForAsync(StoryDbContext db, List<StoryImage> images)
    {
        var sheets = new List<StoryImage>();
        foreach (var story in images.Where(i => !i.IsSheet).GroupBy(i => i.StoryId, StringComparer.Ordinal))
        {
            sheets.AddRange((await RunPlan.FailedSheetsAsync(db, story.Key, [.. story.Select(i => (i.SegmentId!, i.Style))])).Except(images));
        }

        return sheets;
    }

    private static async Task RefuseWhileAnotherRunsAsync(StoryDbContext db, string storyId, string runId)
    {
        if (await db.Runs.Where(r => r.StoryId == storyId && r.FinishedAt == null && r.Id != runId).Select(r => r.Id).FirstOrDefaultAsync() is { } active)
        {
            throw new ConflictException("run_active", "A later run of this story is at work.") { RunId = active };
        }
    }
}
