using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Failures;

namespace StoryStudio.Core.Storage;

/// <summary>The queue is the images table: what waits has a due time, what is held has a token.</summary>
internal sealed class GenerationQueue(
    StoryWriter writer,
    OpenReaders readers,
    LaneReader lanes,
    WorkReader work,
    PicturePrices prices,
    Affordability affordability,
    IdenticalRequests identical,
    ImageProviders providers,
    StoryStamps stamps,
    IOptions<StoryStudioOptions> options) : IGenerationQueue
{
    private const int OutcomesLookedAt = 10;
    private const string BudgetExhausted = "budget_exhausted";

    // Of attempts that the image has back: they say nothing of how often it failed in a row.
    private static readonly string[] UsedNoneUp =
        [AttemptOutcome.Running, AttemptOutcome.Interrupted, AttemptOutcome.PutOff, AttemptOutcome.NoRoom, .. Enum.GetValues<FailureKind>().Where(kind => kind.ConcernsKey()).Select(kind => kind.Code())];

    private static readonly ImageError SetAside = new(
        AttemptOutcome.Crashed,
        $"StoryStudio ended unexpectedly {StoryImage.MostCrashes} times while this picture was being made. It is set aside; the others go on.",
        Retryable: true);

    public Task<IReadOnlyList<LeftAttempt>> RecoverAsync() => writer.ExecuteAsync<IReadOnlyList<LeftAttempt>>(async scope =>
    {
        var left = new List<LeftAttempt>();
        var crashed = false;
        foreach (var image in await scope.Db.Images.Where(i => i.Token != null).ToListAsync())
        {
            var attempt = await scope.Db.Attempts.SingleAsync(a => a.Id == image.Token);
            if (attempt.Outcome == AttemptOutcome.Interrupted)
            {
                image.GiveBack(attempt.Id, scope.Now);
            }
            else
            {
                crashed = true;
                image.GiveBackAfterCrash(attempt.Id, SetAside, scope.Now);
            }

            Leave(attempt, isSetAside: image.Status is ImageStatus.Failed, scope.Now);
            left.Add(new(attempt, image.Style));
        }

        if (crashed)
        {
            foreach (var innocent in await scope.Db.Images.Where(i => i.Crashes > 0 && i.DueAt != null && i.Token == null).ToListAsync())
            {
                innocent.Acquit();
            }
        }

        await ThawAsync(scope);
        foreach (var run in await scope.Db.Runs.Include(r => r.Styles).Where(r => r.FinishedAt == null).ToListAsync())
        {
            run.Resume(scope.Now);
            run.Waiting = null;
        }

        foreach (var style in options.Value.Styles)
        {
            await RunPlan.NameReferencesAnewAsync(scope.Db, style.Key, providers.For(style.Key).Capabilities);
        }

        return left;
    });

    public Task FollowClockAsync() => writer.ExecuteAsync(_ => Task.CompletedTask);

    public Task<IReadOnlyList<Lane>> GetLanesAsync(CancellationToken cancellationToken) => lanes.GetAsync(cancellationToken);

    public Task<IReadOnlyList<WaitingImage>> PeekAsync(Lane lane, int count, DateTimeOffset now, CancellationToken cancellationToken) => lanes.PeekAsync(lane, count, now, cancellationToken);

    public Task<Suspect?> FindSuspectAsync(DateTimeOffset now, CancellationToken cancellationToken) => lanes.FindSuspectAsync(now, cancellationToken);

    public Task<Unsaved?> FindUnsavedAsync(CancellationToken cancellationToken) => lanes.FindUnsavedAsync(cancellationToken);

    public async Task<IReadOnlyList<Claim>> ClaimAsync(IReadOnlyList<ClaimRequest> requests)
    {
        var counted = new Dictionary<string, RequestMark>(StringComparer.Ordinal);
        var claims = await ClaimAsync(requests, counted);
        foreach (var (token, request) in counted)
        {
            identical.Begin(token, request);
        }

        return claims;
    }

    /// <param name="requests">What is to be claimed.</param>
    /// <param name="counted">To be filled with those that a budget counts, by attempt.</param>
    private Task<IReadOnlyList<Claim>> ClaimAsync(IReadOnlyList<ClaimRequest> requests, Dictionary<string, RequestMark> counted) => writer.ExecuteAsync<IReadOnlyList<Claim>>(async scope =>
    {
        counted.Clear();
        var claims = new List<Claim>(requests.Count);
        var spending = new Spending(scope, options.Value.Generation.MonthlyBudgetUsd);
        var names = new PictureNames(scope.Db);
        scope.Touch();
        foreach (var request in requests)
        {
            var image = await EngineQueries.Of(scope.Db).Image(scope.Db, request.ImageId);
            if (image is null || image.DueAt is null || image.DueAt > scope.Now)
            {
                continue;
            }

            var firstStartedAt = image.HasBegun ? await FirstStartAsync(scope, image) : null;
            var run = image.RunId is null ? null : await scope.FindRunAsync(image.RunId);
            var becomesReference = request.BecomesReference && image is { Consistent: true, IsSheet: false } && !await HasReferenceAsync(scope, image);
            var chargedByKey = await Affordability.ChargedAsync(scope, image);
            var asked = chargedByKey.Count > 0 ? await affordability.MarkAsync(scope.Db, image, becomesReference) : null;
            var ofTheseWords = chargedByKey.FindAll(a => a.RequestHash is null || a.RequestHash == asked?.Hash);
            var charged = ofTheseWords.FindAll(a => request.AccountTails?.Contains(a.KeyTail, StringComparer.Ordinal) != false);
            if (run?.MayBegin(image.Style) == false && !(run.MayRepeat(image.Style) && charged.Exists(a => Spending.IsHeld(run, a, scope.Now))))
            {
                if (run.MayRepeat(image.Style) && ofTheseWords.Count < chargedByKey.Count)
                {
                    // Its words were changed: what goes next is another call, for which there is no money.
                    scope.Touch(image);
                    image.ForgetCall();
                }

                continue;
            }

            if (run is not null && image is { IsLocked: true, HasBegun: false, Urgency: Urgency.None })
            {
                // Locked, or approved, since the run was started: it is passed by, as it would have been then.
                scope.Touch(image);
                image.Cancel();
                if (becomesReference)
                {
                    await NameReferenceAsync(scope, image);
                }

                continue;
            }

            if (!options.Value.HasStyle(image.Style))
            {
                scope.Touch(image);
                image.Deny(new("style_removed", FailureSentences.NoStyle(image.Style), Retryable: true));
                continue;
            }

            var price = await spending.ReservationAsync(run, request.Provider, await prices.OfAsync(scope.Db, image, becomesReference));
            var sends = price != 0 ? asked ?? await affordability.MarkAsync(scope.Db, image, becomesReference) : asked;
            asked = run is not null && price != 0 && !image.Fresh && spending.IsLimited(run) ? sends : null;
            var isPaid = charged.Count == 0 && asked is { } mark && (counted.ContainsValue(mark) || identical.IsPaid(mark) || await EngineQueries.Of(scope.Db).Made(scope.Db, mark.StoryId, mark.Hash, image.Id) is not null);
            price = isPaid ? 0 : price;
            if (await spending.TakeAsync(run, price, charged.FindLast(a => Spending.IsHeld(run, a, scope.Now)) ?? charged.LastOrDefault()) is { } reason)
            {
                if (run is not null)
                {
                    Hold(scope, run, image.Style, reason);
                }
                else
                {
                    scope.Touch(image);
                    image.Deny(new(BudgetExhausted, Spending.Sentence(reason, null, options.Value.Generation.MonthlyBudgetUsd), Retryable: true));
                }

                continue;
            }

            var file = await names.ChooseAsync(image);
            TakeUpCharges(scope, charged);
            if (asked is { } counts && !isPaid)
            {
                counted.Add(request.Token, counts);
            }

            scope.Touch(image);
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
                EstimatedUsd = price ?? charged.LastOrDefault()?.EstimatedUsd,
                File = file,
                RequestHash = sends?.Hash,
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
                BecomesReference = becomesReference,
                PromptOverride = image.PromptOverride,
                Instruction = image.Instruction,
                Fresh = image.Fresh,
                IsHeldForNothing = isPaid,
                ChargedBefore = charged.ConvertAll(a => a.Id),
            });
        }

        return claims;
    });

    public Task<ImageWork?> LoadAsync(Claim claim, CancellationToken cancellationToken) => work.LoadAsync(claim, cancellationToken);

    public async Task<bool> ReserveAsync(Claim claim, string requestHash)
    {
        var request = new RequestMark(claim.StoryId, requestHash);
        var isReserved = await writer.ExecuteAsync<bool>(async scope =>
        {
            // Another one has begun meanwhile that pays for it: this one may go again and wait for that.
            if (identical.IsPaid(request)
                || await HeldAsync(scope, claim) is not { RunId: { } runId } image
                || await scope.FindRunAsync(runId) is not { } run
                || await scope.Db.Attempts.FindAsync(claim.Token) is not { } attempt)
            {
                return false;
            }

            var spending = new Spending(scope, options.Value.Generation.MonthlyBudgetUsd);
            var price = await spending.ReservationAsync(run, attempt.Provider, await prices.OfAsync(scope.Db, image, claim.BecomesReference));
            if (await spending.TakeAsync(run, price) is { } reason)
            {
                Hold(scope, run, image.Style, reason);
                return false;
            }

            scope.Touch(attempt);
            attempt.EstimatedUsd = price;
            return true;
        });
        if (isReserved)
        {
            identical.Begin(claim.Token, request);
        }

        return isReserved;
    }

    public async Task ReconsiderBudgetsAsync()
    {
        await writer.ExecuteAsync(async scope =>
        {
            foreach (var run in await scope.Db.Runs.Include(r => r.Styles).Where(r => r.FinishedAt == null && (r.PauseReason == PauseReason.MonthlyBudget || r.Styles.Any(s => s.Held == PauseReason.MonthlyBudget))).ToListAsync())
            {
                run.BeginMonth(scope.Now);
            }

            // Their runs wait where these were turned away, and would go on without them.
            foreach (var sheet in await scope.Db.Images
                .Where(i => i.CharacterId != null && i.RunId == null && i.Status == ImageStatus.Failed && i.ChosenVersion == null && i.ErrorCode == BudgetExhausted && scope.Db.Runs.Any(r => r.StoryId == i.StoryId && r.FinishedAt == null && r.PauseReason != PauseReason.Author && r.Styles.Any(s => s.Style == i.Style)))
                .ToListAsync())
            {
                sheet.Retry(runId: null, Urgency.Asked, options.Value.Generation.MaxRetries, scope.Now);
            }
        });

        // What an earlier process had under way when its run's budget was used up is held for already.
        await GoOnWithinBudgetsAsync();
    }

    public Task NoteWaitAsync(string storyId, RunWait? wait) => writer.ExecuteAsync(async scope =>
    {
        if (await scope.Db.Runs.Where(r => r.StoryId == storyId && r.FinishedAt == null).Select(r => r.Id).FirstOrDefaultAsync() is { } id
            && await scope.FindRunAsync(id) is { Status: not RunStatus.Paused, IsEnding: false } run)
        {
            run.Wait(wait, scope.Now);
        }
    });

    public Task<ImageVersion?> FindMadeAsync(Claim claim, string requestHash, CancellationToken cancellationToken) =>
        readers.ReadAsync(db => EngineQueries.Of(db).Made(db, claim.StoryId, requestHash, claim.ImageId), cancellationToken);

    public Task ReportAsync(Claim claim, int percent, string? previewId) => writer.ExecuteAsync(async scope =>
    {
        if (await HeldAsync(scope, claim) is { } image)
        {
            scope.Touch(image);
            image.Report(claim.Token, percent, previewId);
        }
    });

    public Task<bool> CompleteAsync(Claim claim, KeptPicture picture) => EndAsync(claim, (scope, attempt) => WriteDownAsync(scope, attempt, claim, picture));

    private async Task<bool> WriteDownAsync(WriteScope scope, Attempt? attempt, Claim claim, KeptPicture picture)
    {
        // A picture that comes too late is nobody's, but it was made and paid for: its attempt says so. A story that was swept away took its attempts along.
        if (attempt is { Outcome: AttemptOutcome.Succeeded or AttemptOutcome.Reused })
        {
            // Its commit was reported to have failed and holds all the same.
            return true;
        }

        scope.Touch();
        if (attempt is not null)
        {
            scope.Touch(attempt);
            attempt.FinishedAt ??= scope.Now;
            attempt.Model = picture.Version.Model;
            attempt.RequestId = picture.RequestId;
            attempt.RequestHash = picture.Reused ? null : picture.Version.RequestHash;
            attempt.CostUsd = picture.Version.CostUsd;
            attempt.MayBeCharged = picture.Version.CostUsd is null;
        }

        await GiveUpChargesAsync(scope, claim, picture.Reused ? null : picture.Version.RequestHash);

        if (await HeldAsync(scope, claim) is not { } image)
        {
            return false;
        }

        scope.Touch(image);
        scope.Db.ImageVersions.Add(picture.Version);
        scope.Db.PictureReferences.AddRange(picture.References);
        image.Complete(claim.Token, picture.Version);
        if (image.ChosenVersion == picture.Version.Number)
        {
            image.MarkStale(StaleCauses.OfMissing(picture.Missing, picture.References));
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
            await NameReferenceAsync(scope, image);
        }

        return true;
    }

    /// <summary>Whether the style's first picture is there, as it may be since the lanes were looked at.</summary>
    private static Task<bool> HasReferenceAsync(WriteScope scope, StoryImage image) =>
        scope.Db.StoryStyles.AnyAsync(s => s.StoryId == image.StoryId && s.Key == image.Style && s.ReferenceImageId != null);

    /// <summary>It has a picture, which is the style's first, unless that is one that the service takes along with no call: then the next leads.</summary>
    private async Task NameReferenceAsync(WriteScope scope, StoryImage image)
    {
        var can = providers.For(image.Style).Capabilities;
        if (can.MaxReferences == 0 || can.ReferenceFormats.Contains(image.MediaType, StringComparer.Ordinal))
        {
            await scope.Db.StoryStyles
                .Where(s => s.StoryId == image.StoryId && s.Key == image.Style && s.ReferenceImageId == null)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.ReferenceImageId, image.Id));
        }
    }

    public Task NoteStopAsync() => writer.ExecuteAsync(scope => scope.Db.Attempts
        .Where(a => a.Outcome == AttemptOutcome.Running && scope.Db.Images.Any(i => i.Token == a.Id))
        .ExecuteUpdateAsync(set => set.SetProperty(a => a.Outcome, AttemptOutcome.Interrupted)));

    public bool MayPass(Exception failure) => StorageFaults.IsUnavailable(failure);

    public Task<bool> SettleAsync(Claim claim, Settlement settlement) => EndAsync(claim, (scope, attempt) => WriteDownAsync(scope, attempt, claim, settlement));

    private static async Task<bool> WriteDownAsync(WriteScope scope, Attempt? attempt, Claim claim, Settlement settlement)
    {
        if (attempt is null)
        {
            // What it was for was taken out of the story meanwhile.
            return false;
        }

        scope.Touch(attempt);
        attempt.FinishedAt ??= scope.Now;
        attempt.CostUsd = settlement.CostUsd ?? attempt.CostUsd;
        attempt.MayBeCharged = attempt.CostUsd is null && settlement.MayBeCharged;
        attempt.RequestHash = settlement.RequestHash;
        await GiveUpChargesAsync(scope, claim, settlement is Settlement.GivenBack { Called: false } or Settlement.PutOff ? null : settlement.RequestHash);

        if (settlement is Settlement.TooLate late)
        {
            attempt.Model = late.Model;
        }
        else if (settlement.Answer is { } answer)
        {
            attempt.Model = answer.Model ?? attempt.Model;
        }

        // Which request it was, the provider has said, whether somebody still waited for its picture or not.
        attempt.RequestId = settlement.Answer?.RequestId ?? settlement.RequestId ?? attempt.RequestId;

        if (await HeldAsync(scope, claim) is not { } image)
        {
            return false;
        }

        scope.Touch(image);
        switch (settlement)
        {
            case Settlement.RetryLater(var wait, var error, var failure, var sameCall):
                image.RetryLater(claim.Token, scope.Now + wait, error, sameCall);
                Note(attempt, error, failure);
                break;
            case Settlement.WaitForKey(var wait, var error, var failure):
                image.WaitForKey(claim.Token, scope.Now + wait, error, scope.Now);
                Note(attempt, error, failure);
                break;
            case Settlement.WaitForRoom(var wait, var error, var failure):
                image.WaitForRoom(claim.Token, scope.Now + wait, error);
                Note(attempt, error, failure);
                break;
            case Settlement.Failed(var wait, var error, var failure, var sameCall, _):
                image.Fail(claim.Token, error, scope.Now + wait, sameCall);
                Note(attempt, error, failure);
                attempt.Outcome = settlement.Outcome;
                break;
            case Settlement.GivenBack or Settlement.PutOff or Settlement.TooLate:
                image.GiveBack(claim.Token, scope.Now);
                attempt.Outcome = settlement is Settlement.PutOff ? AttemptOutcome.PutOff : AttemptOutcome.Interrupted;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(settlement));
        }

        // Turned away before anything became of it, and the earlier call's end is as unknown as before.
        if (image.IdempotencyKey == claim.IdempotencyKey && attempt is { MayBeCharged: false, CostUsd: null or 0 })
        {
            await GiveUpChargesAsync(scope, claim, requestHash: null);
        }

        return true;
    }

    /// <summary>Writes down how an attempt ended, and has runs go on that wait for what it was thought to cost and did not.</summary>
    private async Task<bool> EndAsync(Claim claim, Func<WriteScope, Attempt?, Task<bool>> writeDown)
    {
        var frees = false;
        var isHeld = await writer.ExecuteAsync(async scope =>
        {
            var attempt = await scope.Db.Attempts.FindAsync(claim.Token);
            var before = attempt is null ? 0 : Ledger.Value(attempt);
            var result = await writeDown(scope, attempt);
            frees = attempt is not null && (Ledger.Value(attempt) < before || attempt.Outcome == AttemptOutcome.Succeeded) && await IsMoneyWaitedForAsync(scope, claim.RunId);
            return result;
        });
        identical.End(claim.Token);
        if (frees)
        {
            await GoOnWithinBudgetsAsync();
        }

        return isHeld;
    }

    private async Task<bool> IsMoneyWaitedForAsync(WriteScope scope, string? runId) =>
        (runId is not null && await scope.FindRunAsync(runId) is { WaitsForMoney: true })
        || (options.Value.Generation.MonthlyBudgetUsd is not null && await scope.Db.Runs.AnyAsync(r => r.FinishedAt == null && r.Styles.Any(s => s.Held == PauseReason.MonthlyBudget)));

    /// <summary>
    /// What was held for a call and came to less, or to nothing, is there for others, and so is a picture that others ask for as well: a run goes on
    /// in every style whose next picture fits into its budget by now, or has the price that was not known. Whether all of them do is found out as
    /// they are claimed.
    /// </summary>
    public async Task GoOnWithinBudgetsAsync()
    {
        try
        {
            await writer.ExecuteAsync(async scope =>
            {
                var runs = await scope.Db.Runs.Include(r => r.Styles)
                    .Where(r => r.FinishedAt == null && r.Styles.Any(s => s.Held != null))
                    .OrderBy(r => r.Id)
                    .ToListAsync();
                foreach (var run in runs.Where(r => r.PauseReason is not PauseReason.Author))
                {
                    foreach (var style in run.Styles.Where(s => s.Held is not null).OrderBy(s => s.Ordinal).Select(s => s.Style).ToList())
                    {
                        if (await Affordability.NextAsync(scope, run, style) is { } next && await affordability.ObstacleAsync(scope, run, next, isHeld: true) is null)
                        {
                            run.GoOn(style, scope.Now);
                        }
                    }
                }
            });
        }
        catch (Exception failure) when (MayPass(failure))
        {
            // How the attempt ended is written down. They go on with the next that comes to less, or when a person says so.
        }
    }

    /// <summary>A budget is in the way: the run waits in this style for a larger one.</summary>
    private static void Hold(WriteScope scope, Run run, string style, PauseReason reason)
    {
        run.Hold(style, reason);
        scope.Touch([run, .. run.Styles]);
    }

    /// <summary>The same call goes again: what it may have been charged before is this attempt's now, which counts while it is in flight.</summary>
    private static void TakeUpCharges(WriteScope scope, List<Attempt> charged)
    {
        foreach (var attempt in charged)
        {
            scope.Touch(attempt);
            attempt.MayBeCharged = false;
        }
    }

    /// <summary>
    /// What this call does not stand for is the earlier attempts' own charge again: all of it where nobody heard of it this time, and that of another
    /// request, before the words were changed.
    /// </summary>
    /// <param name="scope">The operation.</param>
    /// <param name="claim">The attempt.</param>
    /// <param name="requestHash">What was sent, and heard; null where nothing was.</param>
    private static async Task GiveUpChargesAsync(WriteScope scope, Claim claim, string? requestHash)
    {
        foreach (var id in claim.ChargedBefore)
        {
            if (await scope.Db.Attempts.FindAsync(id) is { } earlier && (requestHash is null || (earlier.RequestHash is { } other && other != requestHash)))
            {
                scope.Touch(earlier);
                earlier.MayBeCharged = true;
            }
        }
    }

    /// <summary>While no process ran, the wall clock may have been set back: nothing waits longer than the longest wait there is.</summary>
    private async Task ThawAsync(WriteScope scope)
    {
        var secondChance = options.Value.Generation.SecondChanceDelay;
        var farthest = scope.Now + (secondChance > RetryPolicy.LongestDelay ? secondChance : RetryPolicy.LongestDelay);
        foreach (var image in await scope.Db.Images.Where(i => i.DueAt > farthest && i.NextAttemptAt != null).ToListAsync())
        {
            image.Move(scope.Now - image.DueAt!.Value);
        }

        await scope.Db.Database.ExecuteSqlAsync($"UPDATE images SET DueAt = {scope.Now.ToUnixTimeMilliseconds()} WHERE DueAt > {scope.Now.ToUnixTimeMilliseconds()} AND NextAttemptAt IS NULL");
    }

    /// <summary>The process ended over it. What no budget held anything for, nobody was called for: it costs nothing, or waited for one like it.</summary>
    private static void Leave(Attempt attempt, bool isSetAside, DateTimeOffset now)
    {
        attempt.FinishedAt = now;
        attempt.MayBeCharged = attempt.EstimatedUsd != 0;
        attempt.Outcome = AttemptOutcome.Interrupted;
        if (isSetAside)
        {
            (attempt.Outcome, attempt.ErrorMessage, attempt.ErrorRetryable) = (SetAside.Code, SetAside.Message, SetAside.Retryable);
        }
    }

    private static void Note(Attempt attempt, ImageError error, ImageFailure failure)
    {
        attempt.Outcome = error.Code;
        attempt.ErrorMessage = error.Message;
        attempt.ErrorRetryable = error.Retryable;
        attempt.Detail = failure.LogMessage;
    }

    private static async Task<DateTimeOffset?> FirstStartAsync(WriteScope scope, StoryImage image)
    {
        var before = await scope.Db.Attempts.Where(a => a.ImageId == image.Id && a.Number == image.Attempts && a.StartedAt >= image.QueuedAt).Select(a => new { a.StartedAt, a.FirstStartedAt, a.Outcome }).SingleOrDefaultAsync();
        return before?.FirstStartedAt ?? (before?.Outcome == AttemptOutcome.PutOff ? null : before?.StartedAt);
    }

    private static async Task<StoryImage?> HeldAsync(WriteScope scope, Claim claim) =>
        await scope.Db.Images.FindAsync(claim.ImageId) is { } image && image.IsHeldBy(claim.Token) ? image : null;

    private static Task<List<string>> EarlierOutcomesAsync(WriteScope scope, StoryImage image) => scope.Db.Attempts
        .Where(a => a.ImageId == image.Id && a.Number < image.Attempts && !UsedNoneUp.Contains(a.Outcome))
        .OrderByDescending(a => a.Number)
        .Take(Math.Min(image.Attempt - 1, OutcomesLookedAt))
        .Select(a => a.Outcome)
        .ToListAsync();
}
