using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <inheritdoc/>
internal sealed class Illustrator(
    StoryWriter writer,
    IDbContextFactory<StoryDbContext> contexts,
    StorySnapshots snapshots,
    GenerationSignals signals,
    GenerationPace pace,
    PicturePrices pictures,
    ImageProviders providers,
    Affordability affordability,
    RunCancellations cancellations,
    Retries retries,
    IOptions<StoryStudioOptions> options,
    TimeProvider time) : IIllustrator
{
    private int MaxRetries => options.Value.Generation.MaxRetries;

    public async Task<RunState> StartAsync(string storyId, RunRequest request, CancellationToken cancellationToken = default)
    {
        RequireId(storyId, Missing.Story);
        CheckBudget(request.BudgetUsd);
        await cancellations.FinishStoryAsync(storyId, cancellationToken);
        var runId = await writer.ExecuteAsync(async scope =>
        {
            var plan = await RunPlan.MakeAsync(scope.Db, storyId, request, options.Value.Styles);
            if (await scope.Db.Runs.Where(r => r.StoryId == storyId && r.FinishedAt == null).Select(r => r.Id).FirstOrDefaultAsync() is { } active)
            {
                throw new ConflictException("run_active", "This story is being illustrated already.") { RunId = active };
            }

            var run = Run.Create(Ids.New(scope.Now), storyId, request.UseCharacterConsistency, plan.Styles, scope.Now);
            run.Priority = request.Priority;
            run.BudgetUsd = request.WithoutBudget ? null : request.BudgetUsd ?? options.Value.Generation.BudgetUsd;
            scope.Db.Runs.Add(run);
            await plan.AddMissingStylesAsync(scope.Db);
            if (request.UseCharacterConsistency)
            {
                await plan.NameReferencesAsync(scope.Db, providers);
                await plan.ReleaseReferencesAsync(scope.Db);
            }

            scope.Prepare();
            foreach (var sheet in plan.Sheets)
            {
                sheet.Request(run.Id, request.UseCharacterConsistency, MaxRetries, scope.Now, fresh: !request.OnlyStale);
                scope.Db.RunImages.Add(new() { RunId = run.Id, ImageId = sheet.Id });
            }

            foreach (var (segment, style, existing) in plan.Images)
            {
                var image = existing;
                if (image is null)
                {
                    image = new()
                    {
                        Id = Ids.New(scope.Now),
                        StoryId = storyId,
                        SegmentId = segment.Id,
                        Style = style,
                        Ordinal = segment.Ordinal,
                        Scene = segment.Scene,
                        Beat = segment.Beat,
                    };
                    scope.Db.Images.Add(image);
                }

                image.Request(run.Id, request.UseCharacterConsistency, MaxRetries, scope.Now, fresh: !request.OnlyStale);
                scope.Db.RunImages.Add(new() { RunId = run.Id, ImageId = image.Id });
            }

            return run.Id;
        });
        signals.Wake();
        return await RunStateAsync(runId, cancellationToken);
    }

    public async Task<RunEstimate> EstimateAsync(string storyId, RunRequest request, CancellationToken cancellationToken = default)
    {
        RequireId(storyId, Missing.Story);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var plan = await RunPlan.MakeAsync(db, storyId, request, options.Value.Styles);
        return Estimate(plan, await pictures.OfAsync(db, plan, request.UseCharacterConsistency, cancellationToken));
    }

    public RunEstimate Estimate(NewStory story)
    {
        var made = StoryLibrary.Make(NewStoryRules.Check(story, [.. options.Value.Styles.Select(s => s.Key)]), time.GetUtcNow());
        var plan = RunPlan.Of(made);
        return Estimate(plan, pictures.Of(plan, made.Characters));
    }

    private RunEstimate Estimate(RunPlan plan, ILookup<string, PlannedPrice> prices)
    {
        var styles = plan.Styles.ToDictionary(
            style => style,
            style =>
            {
                var each = prices[style].ToList();
                var toPay = each.FindAll(p => !p.IsPaid);
                return new StyleEstimate(each.Count, toPay.Count > 0 && toPay.TrueForAll(p => p.Usd is null) ? null : toPay.Sum(p => p.Usd ?? 0), plan.Locked.GetValueOrDefault(style));
            },
            StringComparer.Ordinal);
        var drawn = styles.Values.Where(s => s.Total > 0).ToList();
        var total = plan.Images.Count + plan.Sheets.Count;
        return new(
            total,
            (int)Math.Ceiling((pace.PerImage(styles.Where(s => s.Value.Total > 0).Select(s => s.Key)) * total).TotalSeconds),
            drawn.Count > 0 && drawn.TrueForAll(s => s.CostUsd is null) ? null : drawn.Sum(s => s.CostUsd ?? 0),
            prices.Sum(style => style.Count(p => p.Usd is null)))
        {
            Paid = prices.Sum(style => style.Count(p => p.IsPaid)),
            Locked = plan.Locked.Values.Sum(),
            Sheets = plan.Sheets.Count,
            Styles = styles,
        };
    }

    public async Task<RunDetails> GetRunAsync(string runId, CancellationToken cancellationToken = default)
    {
        var run = await RunStateAsync(runId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var images = await db.RunImages
            .Where(r => r.RunId == runId)
            .Join(db.Images, r => r.ImageId, i => i.Id, (_, image) => image)
            .OrderBy(i => i.Ordinal)
            .ToListAsync(cancellationToken);
        var styles = run.Styles.Keys.ToList();
        return new(run, [.. images.OrderBy(i => i.Ordinal).ThenBy(i => styles.IndexOf(i.Style)).Select(i => i.ToState())]);
    }

    public async Task<RunState> CancelRunAsync(string runId, CancellationToken cancellationToken = default)
    {
        RequireId(runId, Missing.Run);
        var interrupted = await writer.ExecuteAsync(async scope =>
        {
            if (!await Visible.Runs(scope.Db).AnyAsync(r => r.Id == runId))
            {
                throw Missing.Run();
            }

            return await RunCancellations.BeginAsync(scope, (await scope.FindRunAsync(runId))!);
        });
        interrupted.ForEach(signals.Interrupt);
        cancellations.GoOn();
        return await RunStateAsync(runId, cancellationToken);
    }

    public async Task<RunState> RetryFailedAsync(string runId, CancellationToken cancellationToken = default)
    {
        RequireId(runId, Missing.Run);
        await cancellations.FinishRunAsync(runId, cancellationToken);
        var failed = await FailedAsync(runId, cancellationToken);
        var queued = 0;
        do
        {
            // In several commits where they are many: nobody else's change waits for all of them. One that fails anew meanwhile is not asked for twice.
            var isFirst = queued == 0;
            var some = failed.Slice(queued, Math.Min(Retries.AtOnce, failed.Count - queued));
            queued += some.Count;
            if (!await writer.ExecuteAsync(scope => retries.OfRunAsync(scope, runId, some, failed, isFirst)))
            {
                break;
            }

            signals.Wake();
        }
        while (queued < failed.Count);
        return await RunStateAsync(runId, cancellationToken);
    }

    public Task<RunState> PauseAsync(string runId, CancellationToken cancellationToken = default) => ChangeRunAsync(runId, async (_, run) =>
    {
        RefuseWhereEnded(run);

        // Also where a budget was quicker: it does not go on by itself then, with the next month.
        run.Pause(PauseReason.Author);

        await Task.CompletedTask;
    }, cancellationToken);

    public Task<RunState> ResumeAsync(string runId, decimal? budgetUsd = null, bool liftBudget = false, CancellationToken cancellationToken = default) => ChangeRunAsync(runId, async (scope, run) =>
    {
        RefuseWhereEnded(run);
        CheckBudget(budgetUsd);
        run.BudgetUsd = liftBudget ? null : budgetUsd ?? run.BudgetUsd;
        if (run.Status is RunStatus.Paused || run.IsHeld)
        {
            await RefuseBeyondBudgetAsync(scope, run);
            run.Unpause(scope.Now);
        }
    }, cancellationToken);

    public Task<RunState> SetPriorityAsync(string runId, RunPriority priority, CancellationToken cancellationToken = default) => ChangeRunAsync(runId, async (_, run) =>
    {
        RefuseWhereEnded(run);
        run.Priority = priority;
        await Task.CompletedTask;
    }, cancellationToken);

    public async Task<RunState> CancelStyleAsync(string runId, string style, CancellationToken cancellationToken = default)
    {
        RequireId(runId, Missing.Run);
        var interrupted = await writer.ExecuteAsync(async scope =>
        {
            var run = await Visible.Runs(scope.Db).Include(r => r.Styles).SingleOrDefaultAsync(r => r.Id == runId) ?? throw Missing.Run();
            return run.Styles.Exists(s => s.Style == style)
                ? await RunCancellations.BeginAsync(scope, run, [style])
                : throw new NotFoundException("style", $"This run has no style \"{style}\". It has {string.Join(", ", run.Styles.Select(s => s.Style))}.");
        });
        interrupted.ForEach(signals.Interrupt);
        cancellations.GoOn();
        signals.Wake();
        return await RunStateAsync(runId, cancellationToken);
    }

    public async Task<ImageState> CancelImageAsync(string imageId, CancellationToken cancellationToken = default)
    {
        var interrupted = new List<string>();
        var state = await ChangeAsync(imageId, async (scope, image) =>
        {
            if (!image.IsActive)
            {
                throw new ConflictException("image_not_active", "Nothing is going on with this picture that could be cancelled.");
            }

            interrupted = await ImageCancellation.CancelAsync(scope, i => i.Id == imageId);
        });
        interrupted.ForEach(signals.Interrupt);
        return state;
    }

    public Task<ImageState> MoveToFrontAsync(string imageId, CancellationToken cancellationToken = default) => ChangeAsync(imageId, async (scope, image) =>
    {
        if (image.DueAt is null)
        {
            throw new ConflictException("image_not_waiting", "Only a picture that waits can be put first.");
        }

        // "Next" is one: whoever was to be it before goes behind.
        foreach (var other in await scope.Db.Images.Where(i => i.DueAt != null && i.Urgency == Urgency.Next && i.Id != imageId).ToListAsync())
        {
            other.MoveBack();
        }

        image.MoveToFront();
    });

    public Task<ImageState> RetryAsync(string imageId, CancellationToken cancellationToken = default) => ChangeAsync(imageId, async (scope, image) =>
    {
        RefuseWhereNotFailed(image);
        RefuseWhereLocked(image);
        await RefuseWhereStyleLeftAsync(scope, image);
        await retries.OneAsync(scope, image, await Retries.RunToJoinAsync(scope, image));
    });

    public async Task<int> RetryAllAsync(IReadOnlyList<string> imageIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(imageIds);
        var locked = 0;
        foreach (var some in imageIds.Where(Ids.IsId).Chunk(Retries.AtOnce))
        {
            locked += await writer.ExecuteAsync(scope => retries.ManyAsync(scope, some, imageIds));
            signals.Wake();
        }

        return locked;
    }

    public Task<ImageState> RetryRewordedAsync(string imageId, CancellationToken cancellationToken = default) => ChangeAsync(imageId, async (scope, image) =>
    {
        RefuseWhereNotFailed(image);
        RefuseWhereLocked(image);
        await RefuseWhereStyleLeftAsync(scope, image);
        var run = await Retries.RunToJoinAsync(scope, image);
        if (image is { PromptOverride: null, Instruction: null })
        {
            await retries.OneAsync(scope, image, run);
        }
        else
        {
            RefuseWhileActive(image);
            await retries.RedrawAsync(scope, image, run, prompt: null, instruction: null);
        }
    });

    public Task<ImageState> RegenerateAsync(string imageId, string? prompt, string? instruction, CancellationToken cancellationToken = default)
    {
        RegenerateRules.Check(prompt, instruction);
        return ChangeAsync(imageId, async (scope, image) =>
        {
            RefuseWhileActive(image);
            RefuseWhereLocked(image);
            await RefuseWhereStyleLeftAsync(scope, image);

            // A run that is short of this picture gets it after all; another version of a picture that it has is no affair of the run's.
            var run = image.Status is ImageStatus.Completed ? null : await Retries.RunToJoinAsync(scope, image);
            await retries.RedrawAsync(scope, image, run, Blank(prompt), Blank(instruction));
        });
    }

    public async Task<ImageDetails> GetImageAsync(string storyId, string number, string style, CancellationToken cancellationToken = default)
    {
        RequireId(storyId, Missing.Story);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Stories.AnyAsync(s => s.Id == storyId && s.DeletedAt == null, cancellationToken))
        {
            throw Missing.Story();
        }

        var segment = await db.Segments.AsNoTracking().NamedAsync(storyId, number, cancellationToken);
        var image = await db.Images.SingleOrDefaultAsync(i => i.SegmentId == segment.Id && i.Style == style, cancellationToken) ?? throw Missing.Image();
        return await DetailsAsync(db, image, cancellationToken);
    }

    public async Task<ImageDetails> GetImageAsync(string imageId, CancellationToken cancellationToken = default)
    {
        RequireId(imageId, Missing.Image);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var image = await Visible.Images(db).SingleOrDefaultAsync(i => i.Id == imageId, cancellationToken) ?? throw Missing.Image();
        return await DetailsAsync(db, image, cancellationToken);
    }

    public async Task<IReadOnlyList<ImageVersionDetails>> GetVersionsAsync(string imageId, CancellationToken cancellationToken = default)
    {
        RequireId(imageId, Missing.Image);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var image = await Visible.Images(db).SingleOrDefaultAsync(i => i.Id == imageId, cancellationToken) ?? throw Missing.Image();
        return await HistoryDetails.VersionsAsync(db, image, cancellationToken);
    }

    public Task<ImageState> ChooseAsync(string imageId, int version, CancellationToken cancellationToken = default) => ChangeAsync(imageId, async (scope, image) =>
    {
        var picture = await scope.Db.ImageVersions.SingleOrDefaultAsync(v => v.ImageId == imageId && v.Number == version)
            ?? throw new InvalidInputException("version", image.LatestVersion == 0
                ? "This picture has no versions yet."
                : $"There is no version {version}; versions are numbered from 1 to {image.LatestVersion}.");
        if (!image.AwaitsSecondChance)
        {
            RefuseWhileActive(image);
        }

        if (version != image.ChosenVersion)
        {
            RefuseWhereLocked(image);
        }

        image.Choose(picture);
    });

    public Task<StorySnapshot> GetSnapshotAsync(string storyId, CancellationToken cancellationToken = default)
    {
        RequireId(storyId, Missing.Story);
        return snapshots.GetAsync(storyId, cancellationToken);
    }

    private async Task<List<string>> FailedAsync(string runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Images
            .Where(i => i.RunId == runId && i.Status == ImageStatus.Failed && i.LockReason == null && db.StoryStyles.Any(s => s.StoryId == i.StoryId && s.Key == i.Style))
            .OrderBy(i => i.Ordinal)
            .Select(i => i.Id)
            .ToListAsync(cancellationToken);
    }

    private async Task<ImageState> ChangeAsync(string imageId, Func<WriteScope, StoryImage, Task> change)
    {
        RequireId(imageId, Missing.Image);
        var image = await writer.ExecuteAsync(async scope =>
        {
            var found = await Visible.Images(scope.Db).SingleOrDefaultAsync(i => i.Id == imageId) ?? throw Missing.Image();
            await change(scope, found);
            return found;
        });
        signals.Wake();
        return image.ToState();
    }

    private async Task<RunState> ChangeRunAsync(string runId, Func<WriteScope, Run, Task> change, CancellationToken cancellationToken)
    {
        RequireId(runId, Missing.Run);
        await writer.ExecuteAsync(async scope =>
        {
            if (!await Visible.Runs(scope.Db).AnyAsync(r => r.Id == runId))
            {
                throw Missing.Run();
            }

            await change(scope, (await scope.FindRunAsync(runId))!);
        });
        signals.Wake();
        return await RunStateAsync(runId, cancellationToken);
    }

    private static void CheckBudget(decimal? budgetUsd)
    {
        if (budgetUsd < 0)
        {
            throw new InvalidInputException("budgetUsd", "A budget is an amount of US dollars, 0 or more.");
        }
    }

    /// <summary>A run that would be paused again at its next picture is not resumed.</summary>
    private async Task RefuseBeyondBudgetAsync(WriteScope scope, Run run)
    {
        if (run.PauseReason is PauseReason.Author && await LaneReader.HeldCalls(scope.Db, scope.Db.Images.Where(i => i.RunId == run.Id && i.DueAt != null), scope.Now).AnyAsync())
        {
            return;
        }

        PauseReason? first = null;
        foreach (var style in run.Styles.Where(s => s.Active > 0 && (s.Held is not null || run.Status is RunStatus.Paused)).OrderBy(s => s.Ordinal))
        {
            if (await Affordability.NextAsync(scope, run, style.Style) is not { } next || await affordability.ObstacleAsync(scope, run, next, isHeld: style.Held is not null) is not { } reason)
            {
                return;
            }

            first ??= reason;
        }

        if (first is { } obstacle)
        {
            var monthly = options.Value.Generation.MonthlyBudgetUsd;
            var sentence = obstacle is PauseReason.Budget ? Spending.Sentence(obstacle, await new Spending(scope, monthly).OfRunAsync(run.Id), run.BudgetUsd) : Spending.Sentence(obstacle, null, monthly);
            throw new ConflictException("budget_exhausted", sentence) { RunId = run.Id };
        }
    }

    private static void RefuseWhereEnded(Run run)
    {
        if (run.FinishedAt is not null || run.IsEnding)
        {
            throw new ConflictException("run_not_active", "This run has ended.") { RunId = run.Id };
        }
    }

    private static void RefuseWhileActive(StoryImage image)
    {
        if (image.IsActive)
        {
            throw new ConflictException("image_active", "This picture is being drawn at the moment.");
        }
    }

    private static void RefuseWhereNotFailed(StoryImage image)
    {
        if (image.Status is not (ImageStatus.Failed or ImageStatus.Cancelled))
        {
            throw new ConflictException("image_not_failed", "Only a picture that failed or was cancelled can be tried again.");
        }
    }

    private static void RefuseWhereLocked(StoryImage image)
    {
        if (image.IsLocked)
        {
            throw new ConflictException("image_locked", "This picture is locked. Unlock it first.");
        }
    }

    /// <summary>No page shows it, and nobody wants to pay for what is not shown.</summary>
    private static async Task RefuseWhereStyleLeftAsync(WriteScope scope, StoryImage image)
    {
        if (!await scope.Db.StoryStyles.AnyAsync(s => s.StoryId == image.StoryId && s.Key == image.Style))
        {
            throw new ConflictException("style_not_in_story", $"The story has no pictures in the style \"{image.Style}\" any more. Add the style to it again, then draw this one.");
        }
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private async Task<RunState> RunStateAsync(string runId, CancellationToken cancellationToken)
    {
        RequireId(runId, Missing.Run);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await Visible.Runs(db).Include(r => r.Styles).SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) ?? throw Missing.Run();
        return run.ToState(time.GetUtcNow(), pace.PerImage(run), pace.ByKeys(run));
    }

    private static void RequireId(string id, Func<NotFoundException> missing)
    {
        if (!Ids.IsId(id))
        {
            throw missing();
        }
    }

    private static async Task<ImageDetails> DetailsAsync(StoryDbContext db, StoryImage image, CancellationToken cancellationToken)
    {
        var attempts = await db.Attempts.Where(a => a.ImageId == image.Id).OrderBy(a => a.Number).ToListAsync(cancellationToken);
        return new(image.ToState(), attempts.ConvertAll(HistoryDetails.Of));
    }
}
