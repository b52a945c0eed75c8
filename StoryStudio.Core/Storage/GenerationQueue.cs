using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>The queue is the images table: what waits has a due time, what is held has a token.</summary>
internal sealed class GenerationQueue(
    StoryWriter writer,
    OpenReaders readers,
    PictureFiles files,
    ReferenceFinder references,
    ReferenceCount referenceCount,
    StyleSamples samples,
    StoryStamps stamps,
    IOptions<StoryStudioOptions> options,
    TimeProvider time) : IGenerationQueue
{
    private const int OutcomesLookedAt = 10;
    private const int Suspicious = StoryImage.MostCrashes - 1;

    private static readonly ImageError SetAside = new(
        "crashed",
        $"StoryStudio ended unexpectedly {StoryImage.MostCrashes} times while this picture was being made. It is set aside; the others go on.",
        Retryable: true);

    /// <summary>The most that the settings allow a failed image to wait for its second chance; a retry waits less.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public async Task<int> RecoverAsync()
    {
        var interrupted = await writer.ExecuteAsync(async scope =>
        {
            var images = await scope.Db.Images.Where(i => i.Token != null).ToListAsync();
            var tokens = images.ConvertAll(i => i.Token!);
            foreach (var image in images)
            {
                image.GiveBackAfterCrash(image.Token!, SetAside, scope.Now);
            }

            await scope.Db.Attempts
                .Where(a => tokens.Contains(a.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.Outcome, AttemptOutcome.Interrupted).SetProperty(a => a.FinishedAt, scope.Now));
            await ThawAsync(scope);
            foreach (var run in await scope.Db.Runs.Include(r => r.Styles).Where(r => r.FinishedAt == null).ToListAsync())
            {
                run.Resume(scope.Now);
            }

            var paths = await scope.Db.Attempts.Where(a => tokens.Contains(a.Id) && a.File != null).ToDictionaryAsync(a => a.Id, a => a.File!, StringComparer.Ordinal);
            return images.Select((image, i) => (image.StoryId, image.Style, File: paths.GetValueOrDefault(tokens[i]) ?? PicturePlace.Of(image).File(image.LatestVersion + 1), Token: tokens[i])).ToList();
        });

        foreach (var (storyId, style, file, token) in interrupted)
        {
            files.Sweep(storyId, style, file, token);
        }

        return interrupted.Count;
    }

    public Task MoveAsync(TimeSpan by) => writer.ExecuteAsync(async scope =>
    {
        foreach (var image in await scope.Db.Images.Where(i => i.DueAt != null && i.NextAttemptAt != null).ToListAsync())
        {
            image.Move(by);
        }

        // Those that nobody has tried yet show no time: their number may be large, and their state stays as it is.
        var milliseconds = (long)by.TotalMilliseconds;
        await scope.Db.Database.ExecuteSqlAsync($"UPDATE images SET DueAt = DueAt + {milliseconds} WHERE DueAt IS NOT NULL AND NextAttemptAt IS NULL");
    });

    public Task<IReadOnlyList<Lane>> GetLanesAsync(CancellationToken cancellationToken) => readers.ReadAsync<IReadOnlyList<Lane>>(async db =>
    {
        var lanes = await db.Images
            .Where(i => i.DueAt != null)
            .GroupBy(i => new { i.StoryId, i.Style })
            .Select(g => new { g.Key.StoryId, g.Key.Style, DueAt = g.Min(i => i.DueAt), First = g.Min(i => i.Ordinal) })
            .ToListAsync(cancellationToken);
        if (lanes.Count == 0)
        {
            return [];
        }

        var urgent = (await db.Images
            .Where(i => i.DueAt != null && i.Urgency != Urgency.None)
            .Select(i => new { i.StoryId, i.Style, i.Urgency })
            .Distinct()
            .ToListAsync(cancellationToken))
            .ToLookup(i => new LaneKey(i.StoryId, i.Style), i => i.Urgency);
        var sheetsUnderWay = (await db.Images
            .Where(i => i.Token != null && i.CharacterId != null)
            .Select(i => new LaneKey(i.StoryId, i.Style))
            .ToListAsync(cancellationToken)).ToHashSet();
        var stories = lanes.Select(l => l.StoryId).Distinct(StringComparer.Ordinal).ToList();
        var runs = await db.Runs
            .Where(r => r.FinishedAt == null && stories.Contains(r.StoryId))
            .Select(r => new { r.Id, r.StoryId, r.Status, r.Priority, r.StartedAt, Held = r.Styles.Where(s => s.Held != null).Select(s => s.Style).ToList() })
            .ToDictionaryAsync(r => r.StoryId, StringComparer.Ordinal, cancellationToken);
        var referenced = (await db.StoryStyles
            .Where(s => stories.Contains(s.StoryId) && s.ReferenceImageId != null)
            .Select(s => new LaneKey(s.StoryId, s.Key))
            .ToListAsync(cancellationToken)).ToHashSet();
        return lanes.ConvertAll(l =>
        {
            var key = new LaneKey(l.StoryId, l.Style);
            var run = runs.GetValueOrDefault(l.StoryId);
            var held = run?.Held.Contains(l.Style) == true;
            return new Lane(key, l.DueAt!.Value, referenced.Contains(key))
            {
                Priority = run?.Priority ?? RunPriority.Normal,
                WaitingSince = run?.StartedAt ?? DateTimeOffset.MaxValue,
                Urgency = urgent[key].DefaultIfEmpty().Max(),
                HasSheets = l.First < 0 || sheetsUnderWay.Contains(key),
                PausedRunId = held || run is { Status: RunStatus.Paused } ? run!.Id : null,
                WaitsForBudget = held && run!.Status is not RunStatus.Paused,
            };
        });
    }, cancellationToken);

    public Task<IReadOnlyList<WaitingImage>> PeekAsync(Lane lane, int count, DateTimeOffset now, CancellationToken cancellationToken) => lane is { PausedRunId: not null, Urgency: Urgency.None }
        ? Task.FromResult<IReadOnlyList<WaitingImage>>([])
        : readers.ReadAsync(db => PeekAsync(db, lane, count, now, cancellationToken), cancellationToken);

    private static async Task<IReadOnlyList<WaitingImage>> PeekAsync(StoryDbContext db, Lane lane, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (storyId, style) = lane.Key;
        if (lane is { HasReference: true, HasSheets: false, PausedRunId: null, Urgency: Urgency.None })
        {
            return await EngineQueries.Of(db).Due(db, storyId, style, now, count).ToListAsync(cancellationToken);
        }

        var due = db.Images.Where(i => i.StoryId == storyId && i.Style == style && i.DueAt != null && i.DueAt <= now && i.Crashes < Suspicious);
        if (lane.PausedRunId is { } paused)
        {
            due = due.Where(i => i.RunId != paused && i.Urgency != Urgency.None);
        }

        // What is to be handed to others goes before them: sheets, which have no order among themselves, then the style's first picture.
        if (lane.HasSheets)
        {
            var sheets = await FirstAsync(due.Where(i => i.Ordinal < 0).OrderBy(i => i.Ordinal), count, cancellationToken);
            if (sheets.Count > 0 || await HasSheetsToComeAsync(db, lane.Key, cancellationToken))
            {
                return sheets;
            }
        }

        if (!lane.HasReference)
        {
            // Whoever leads, waiting or being drawn, is waited for; one that failed hands over.
            if (await db.Images.AnyAsync(i => i.StoryId == storyId && i.Style == style && i.Token != null && i.Consistent && i.CharacterId == null, cancellationToken))
            {
                return [];
            }

            var leader = await db.Images
                .Where(i => i.StoryId == storyId && i.Style == style && i.DueAt != null && i.Status == ImageStatus.Pending && i.CharacterId == null && i.Crashes < Suspicious)
                .Where(i => lane.PausedRunId == null || i.RunId != lane.PausedRunId)
                .OrderBy(i => i.Ordinal)
                .Select(i => new { i.Id, i.DueAt, i.Consistent, i.Urgency })
                .FirstOrDefaultAsync(cancellationToken);
            if (leader is { Consistent: true })
            {
                return leader.DueAt <= now ? [new(leader.Id, leader.Urgency)] : [];
            }

            count = leader is null ? 1 : count;
        }

        var images = lane.Urgency is Urgency.None ? [] : await FirstAsync(due.Where(i => i.Urgency != Urgency.None).OrderBy(i => i.Urgency == Urgency.Next ? 0 : 1).ThenBy(i => i.Ordinal), count, cancellationToken);
        if (images.Count < count && lane.PausedRunId is null)
        {
            images.AddRange((await FirstAsync(due.OrderBy(i => i.Ordinal), count, cancellationToken)).Where(i => !images.Contains(i)));
        }

        return images;
    }

    public Task<Suspect?> FindSuspectAsync(DateTimeOffset now, CancellationToken cancellationToken) => readers.ReadAsync(db => db.Images
        .Where(i => i.DueAt != null && i.DueAt <= now && i.Crashes >= 2)
        .Where(i => !db.Runs.Any(r => r.Id == i.RunId && (r.Status == RunStatus.Paused || r.Styles.Any(s => s.Style == i.Style && s.Held != null))))
        .OrderBy(i => i.QueuedAt)
        .Select(i => new Suspect(i.Id, new LaneKey(i.StoryId, i.Style), i.QueuedAt ?? now))
        .FirstOrDefaultAsync(cancellationToken), cancellationToken);

    public Task<Unsaved?> FindUnsavedAsync(CancellationToken cancellationToken) => readers.ReadAsync(db => db.Images
        .Where(i => i.DueAt != null && i.Status == ImageStatus.Pending && i.ErrorCode == "disk_full")
        .Where(i => !db.Runs.Any(r => r.Id == i.RunId && (r.Status == RunStatus.Paused || r.Styles.Any(s => s.Style == i.Style && s.Held != null))))
        .OrderBy(i => i.DueAt).ThenBy(i => i.Id)
        .Select(i => new Unsaved(i.Id, new LaneKey(i.StoryId, i.Style), i.DueAt!.Value))
        .FirstOrDefaultAsync(cancellationToken), cancellationToken);

    public Task<IReadOnlyList<Claim>> ClaimAsync(IReadOnlyList<ClaimRequest> requests) => writer.ExecuteAsync<IReadOnlyList<Claim>>(async scope =>
    {
        var claims = new List<Claim>(requests.Count);
        var spending = new Spending(scope, options.Value.Generation.MonthlyBudgetUsd);
        var names = new PictureNames(scope.Db);
        foreach (var request in requests)
        {
            var image = await EngineQueries.Of(scope.Db).Image(scope.Db, request.ImageId);
            if (image is null || image.DueAt is null || image.DueAt > scope.Now)
            {
                continue;
            }

            var firstStartedAt = image.HasBegun ? await FirstStartAsync(scope, image) : null;
            var run = image.RunId is null ? null : await scope.FindRunAsync(image.RunId);
            if (run is { Status: RunStatus.Paused } || run?.Holds(image.Style) == true)
            {
                continue;
            }

            var price = await referenceCount.PriceAsync(scope.Db, image, request.BecomesReference);
            if (await spending.TakeAsync(run, price) is { } reason)
            {
                if (run is not null)
                {
                    run.Hold(image.Style, reason);
                }
                else
                {
                    image.Deny(new("budget_exhausted", Spending.Sentence(reason, null, options.Value.Generation.MonthlyBudgetUsd), Retryable: true));
                }

                continue;
            }

            var file = await names.ChooseAsync(image);
            image.Start(request.Token, request.Provider, request.Model, scope.Now);
            scope.Db.Attempts.Add(new()
            {
                Id = request.Token,
                ImageId = image.Id,
                RunId = image.RunId,
                Number = image.Attempts,
                IdempotencyKey = image.IdempotencyKey!,
                StartedAt = scope.Now,
                FirstStartedAt = firstStartedAt,
                Provider = request.Provider,
                Model = request.Model,
                KeyTail = request.KeyTail,
                EstimatedUsd = price,
                File = file,
            });
            claims.Add(new()
            {
                ImageId = image.Id,
                StoryId = image.StoryId,
                SegmentId = image.SegmentId,
                CharacterId = image.CharacterId,
                Style = image.Style,
                Number = image.Number,
                Token = request.Token,
                IdempotencyKey = image.IdempotencyKey!,
                RunId = image.RunId,
                StartedAt = scope.Now,
                FirstStartedAt = firstStartedAt,
                Attempt = image.Attempt,
                EarlierOutcomes = image.Attempt > 1 ? await EarlierOutcomesAsync(scope, image) : [],
                IsSecondChance = image.SecondChanceUsed,
                NextVersion = image.LatestVersion + 1,
                File = file,
                Consistent = image.Consistent,
                BecomesReference = request.BecomesReference && image is { Consistent: true, IsSheet: false },
                PromptOverride = image.PromptOverride,
                Instruction = image.Instruction,
                Fresh = image.Fresh,
            });
        }

        return claims;
    });

    public Task<ImageWork?> LoadAsync(Claim claim, CancellationToken cancellationToken)
    {
        // Before anything is read: what is changed from now on raises it.
        var stamp = stamps.Read(claim.StoryId);
        return readers.ReadAsync(db => claim.CharacterId is null ? LoadSegmentAsync(db, claim, stamp, cancellationToken) : LoadSheetAsync(db, claim, stamp, cancellationToken), cancellationToken);
    }

    private async Task<ImageWork?> LoadSegmentAsync(StoryDbContext db, Claim claim, long stamp, CancellationToken cancellationToken)
    {
        if (await EngineQueries.Of(db).Subject(db, claim.ImageId, claim.Token) is not { } subject)
        {
            return null;
        }

        var segment = subject.Segment;
        var need = ReferenceNeed.Of(claim);
        IReadOnlyList<Character> appearing = subject.HasCast ? CharactersOf.Appearing(segment, await CastAsync(db, claim, cancellationToken)) : [];
        IReadOnlyList<WantedReference> wanted = references.WithoutCharacters(need, segment.HardCut, previous: null, subject.First);
        IReadOnlyList<string> missing = [];
        if (appearing.Count > 0 || need.TakesPrevious)
        {
            (wanted, missing) = await references.FindAsync(db, need, segment.HardCut, appearing, cancellationToken);
        }
        var own = segment.Prompts.GetValueOrDefault(claim.Style) ?? segment.Prompt;
        return new()
        {
            Text = segment.Text,
            OwnPrompt = claim.PromptOverride ?? own,
            Characters = [.. appearing.Select(CharactersOf.Look)],
            References = wanted,
            Missing = missing,
            StyleNote = subject.Note,
            Basis = Basis(claim, segment.Text, own, subject.Note, appearing),
            Stamp = stamp,
        };
    }

    private async Task<ImageWork?> LoadSheetAsync(StoryDbContext db, Claim claim, long stamp, CancellationToken cancellationToken)
    {
        if (!await db.Images.AnyAsync(i => i.Id == claim.ImageId && i.Token == claim.Token, cancellationToken))
        {
            return null;
        }

        var character = (await CastAsync(db, claim, cancellationToken)).Single(c => c.Id == claim.CharacterId);
        var look = CharactersOf.Look(character);
        var (along, _) = await references.FindAsync(db, ReferenceNeed.Of(claim), sceneStarts: true, [character], cancellationToken);
        var note = await db.StoryStyles.Where(s => s.StoryId == claim.StoryId && s.Key == claim.Style).Select(s => s.Note).SingleOrDefaultAsync(cancellationToken);
        return new()
        {
            Text = $"{character.Name}. {character.Description}".Trim(),
            OwnPrompt = claim.PromptOverride,
            Characters = [look],
            Sheet = look,
            References = along,
            StyleNote = note,
            Basis = Basis(claim, text: null, ownPrompt: null, note, [character]),
            Stamp = stamp,
        };
    }

    private static Task<List<Character>> CastAsync(StoryDbContext db, Claim claim, CancellationToken cancellationToken) =>
        db.Characters.Where(c => c.StoryId == claim.StoryId).OrderBy(c => c.Ordinal).ToListAsync(cancellationToken);

    private PictureBasis Basis(Claim claim, string? text, string? ownPrompt, string? note, IReadOnlyList<Character> characters) =>
        PictureBasis.Of(text, ownPrompt, options.Value.Style(claim.Style), note, samples.Find(claim.Style)?.Sha256, characters);

    public Task BeginMonthAsync() => writer.ExecuteAsync(async scope =>
    {
        foreach (var run in await scope.Db.Runs.Include(r => r.Styles).Where(r => r.FinishedAt == null && (r.PauseReason == PauseReason.MonthlyBudget || r.Styles.Any(s => s.Held == PauseReason.MonthlyBudget))).ToListAsync())
        {
            run.Unpause(scope.Now);
        }
    });

    public Task NoteWaitAsync(string storyId, string? sentence) => writer.ExecuteAsync(async scope =>
    {
        if (await scope.Db.Runs.Where(r => r.StoryId == storyId && r.FinishedAt == null).Select(r => r.Id).FirstOrDefaultAsync() is { } id
            && await scope.FindRunAsync(id) is { Status: not RunStatus.Paused } run)
        {
            run.Waiting = sentence;
        }
    });

    public Task<ImageVersion?> FindMadeAsync(string storyId, string requestHash, CancellationToken cancellationToken) =>
        readers.ReadAsync(db => EngineQueries.Of(db).Made(db, storyId, requestHash), cancellationToken);

    private static async Task<List<WaitingImage>> FirstAsync(IOrderedQueryable<StoryImage> images, int count, CancellationToken cancellationToken) =>
        await images.Take(count).Select(i => new WaitingImage(i.Id, i.Urgency)).ToListAsync(cancellationToken);

    private static async Task<bool> HasSheetsToComeAsync(StoryDbContext db, LaneKey lane, CancellationToken cancellationToken) =>
        await db.Images.AnyAsync(i => i.StoryId == lane.StoryId && i.Style == lane.Style && i.Ordinal < 0 && i.DueAt != null, cancellationToken)
        || await db.Images.AnyAsync(i => i.StoryId == lane.StoryId && i.Style == lane.Style && i.Ordinal < 0 && i.Token != null, cancellationToken);

    public Task ReportAsync(Claim claim, int percent, string? previewId) => writer.ExecuteAsync(async scope =>
    {
        if (await HeldAsync(scope, claim) is { } image)
        {
            image.Report(claim.Token, percent, previewId);
        }
    });

    public Task<bool> CompleteAsync(Claim claim, KeptPicture picture) => writer.ExecuteAsync(async scope =>
    {
        // A picture that comes too late is nobody's, but it was made and paid for: its attempt says so. A story that was swept away took its attempts along.
        var attempt = await scope.Db.Attempts.FindAsync(claim.Token);
        if (attempt is { Outcome: AttemptOutcome.Succeeded or AttemptOutcome.Reused })
        {
            // Its commit was reported to have failed and holds all the same.
            return true;
        }

        if (attempt is not null)
        {
            attempt.FinishedAt ??= scope.Now;
            attempt.Model = picture.Version.Model;
            attempt.RequestId = picture.RequestId;
            attempt.CostUsd = picture.Version.CostUsd;
        }

        if (await HeldAsync(scope, claim) is not { } image)
        {
            return false;
        }

        scope.Db.ImageVersions.Add(picture.Version);
        scope.Db.PictureReferences.AddRange(picture.References);
        image.Complete(claim.Token, picture.Version);
        if (image.ChosenVersion == picture.Version.Number)
        {
            image.MarkStale(StaleCauses.OfMissing(picture.Missing));
            if (picture.Stamp != stamps.Read(image.StoryId) || scope.IsDoubted(image.StoryId))
            {
                // Something was changed while it was drawn.
                scope.Doubts.AddImage(image);
            }
        }
        else
        {
            // Locked meanwhile: what it says of itself is again what is true of the chosen one.
            image.Choose(await scope.Db.ImageVersions.SingleAsync(v => v.ImageId == image.Id && v.Number == image.ChosenVersion));
        }

        attempt!.Outcome = picture.Reused ? AttemptOutcome.Reused : AttemptOutcome.Succeeded;
        if (claim.BecomesReference)
        {
            await scope.Db.StoryStyles
                .Where(s => s.StoryId == claim.StoryId && s.Key == claim.Style && s.ReferenceImageId == null)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.ReferenceImageId, claim.ImageId));
        }

        return true;
    });

    public bool MayPass(Exception failure) => StorageFaults.IsUnavailable(failure);

    public Task<bool> SettleAsync(Claim claim, Settlement settlement) => writer.ExecuteAsync(async scope =>
    {
        if (await scope.Db.Attempts.FindAsync(claim.Token) is not { } attempt)
        {
            // What it was for was taken out of the story meanwhile.
            return false;
        }

        attempt.FinishedAt ??= scope.Now;
        if (settlement is Settlement.GivenBack { Called: false })
        {
            attempt.CostUsd = 0;
        }

        if (await HeldAsync(scope, claim) is not { } image)
        {
            return false;
        }

        switch (settlement)
        {
            case Settlement.RetryLater(var at, var error, var failure, var sameCall):
                image.RetryLater(claim.Token, at, error, sameCall);
                Note(attempt, error, failure);
                break;
            case Settlement.WaitForKey(var at, var error, var failure):
                image.WaitForKey(claim.Token, at, error, scope.Now);
                Note(attempt, error, failure);
                break;
            case Settlement.WaitForRoom(var at, var error, var failure):
                image.WaitForRoom(claim.Token, at, error);
                Note(attempt, error, failure);
                break;
            case Settlement.Failed(var secondChanceAt, var error, var failure, var sameCall):
                image.Fail(claim.Token, error, secondChanceAt, sameCall);
                Note(attempt, error, failure);
                break;
            case Settlement.GivenBack:
                image.GiveBack(claim.Token, time.GetUtcNow());
                attempt.Outcome = AttemptOutcome.Interrupted;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(settlement));
        }

        return true;
    });

    /// <summary>While no process ran, the wall clock may have been set back: nothing waits longer than the longest wait there is.</summary>
    private static async Task ThawAsync(WriteScope scope)
    {
        var farthest = scope.Now + LongestWait;
        foreach (var image in await scope.Db.Images.Where(i => i.DueAt > farthest && i.NextAttemptAt != null).ToListAsync())
        {
            image.Move(scope.Now - image.DueAt!.Value);
        }

        await scope.Db.Database.ExecuteSqlAsync($"UPDATE images SET DueAt = {scope.Now.ToUnixTimeMilliseconds()} WHERE DueAt > {scope.Now.ToUnixTimeMilliseconds()} AND NextAttemptAt IS NULL");
    }

    private static void Note(Attempt attempt, ImageError error, ImageFailure failure)
    {
        attempt.Outcome = error.Code;
        attempt.ErrorMessage = error.Message;
        attempt.ErrorRetryable = error.Retryable;
        attempt.Detail = failure.LogMessage;
        attempt.Model = failure.Model ?? attempt.Model;
        attempt.RequestId = failure.RequestId;
        attempt.CostUsd = failure.CostUsd;
    }

    private static async Task<DateTimeOffset?> FirstStartAsync(WriteScope scope, StoryImage image)
    {
        var before = await scope.Db.Attempts.Where(a => a.ImageId == image.Id && a.Number == image.Attempts).Select(a => new { a.StartedAt, a.FirstStartedAt }).SingleOrDefaultAsync();
        return before?.FirstStartedAt ?? before?.StartedAt;
    }

    private static async Task<StoryImage?> HeldAsync(WriteScope scope, Claim claim) =>
        await scope.Db.Images.FindAsync(claim.ImageId) is { } image && image.IsHeldBy(claim.Token) ? image : null;

    private static Task<List<string>> EarlierOutcomesAsync(WriteScope scope, StoryImage image) => scope.Db.Attempts
        .Where(a => a.ImageId == image.Id && a.Number < image.Attempts && a.Outcome != AttemptOutcome.Interrupted && a.Outcome != AttemptOutcome.Running)
        .OrderByDescending(a => a.Number)
        .Take(Math.Min(image.Attempt - 1, OutcomesLookedAt))
        .Select(a => a.Outcome)
        .ToListAsync();
}
