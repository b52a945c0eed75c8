using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;

namespace StoryStudio.Core.Storage;

/// <summary>The queue is the images table: what waits has a due time, what is held has a token.</summary>
internal sealed class GenerationQueue(StoryWriter writer, IDbContextFactory<StoryDbContext> contexts, PictureFiles files, TimeProvider time) : IGenerationQueue
{
    private const int OutcomesLookedAt = 10;

    public async Task<int> RecoverAsync()
    {
        var interrupted = await writer.ExecuteAsync(async scope =>
        {
            var images = await scope.Db.Images.Where(i => i.Token != null).ToListAsync();
            var tokens = images.ConvertAll(i => i.Token!);
            foreach (var image in images)
            {
                image.GiveBack(image.Token!, scope.Now);
            }

            await scope.Db.Attempts
                .Where(a => tokens.Contains(a.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.Outcome, AttemptOutcome.Interrupted).SetProperty(a => a.FinishedAt, scope.Now));
            foreach (var run in await scope.Db.Runs.Include(r => r.Styles).Where(r => r.FinishedAt == null).ToListAsync())
            {
                run.Resume(scope.Now);
            }

            return images.Select((image, i) => (image.StoryId, image.Style, image.Number, Version: image.LatestVersion + 1, Token: tokens[i])).ToList();
        });

        foreach (var (storyId, style, number, version, token) in interrupted)
        {
            files.Sweep(storyId, style, number, version, token);
        }

        return interrupted.Count;
    }

    public async Task<IReadOnlyList<Lane>> GetLanesAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var lanes = await db.Images
            .Where(i => i.DueAt != null)
            .GroupBy(i => new { i.StoryId, i.Style })
            .Select(g => new { g.Key.StoryId, g.Key.Style, DueAt = g.Min(i => i.DueAt) })
            .ToListAsync(cancellationToken);
        if (lanes.Count == 0)
        {
            return [];
        }

        var stories = lanes.Select(l => l.StoryId).Distinct(StringComparer.Ordinal).ToList();
        var references = await db.StoryStyles
            .Where(s => stories.Contains(s.StoryId) && s.ReferenceImageId != null)
            .Select(s => new LaneKey(s.StoryId, s.Key))
            .ToListAsync(cancellationToken);
        return lanes.ConvertAll(l =>
        {
            var key = new LaneKey(l.StoryId, l.Style);
            return new Lane(key, l.DueAt!.Value, references.Contains(key));
        });
    }

    public async Task<IReadOnlyList<string>> PeekAsync(Lane lane, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (storyId, style) = lane.Key;
        var due = db.Images.Where(i => i.StoryId == storyId && i.Style == style && i.DueAt != null && i.DueAt <= now).OrderBy(i => i.Ordinal);
        if (lane.HasReference)
        {
            return await due.Take(count).Select(i => i.Id).ToListAsync(cancellationToken);
        }

        // The style's first picture goes alone: whoever leads, waiting or being drawn, is waited for; one that failed hands over.
        if (await db.Images.AnyAsync(i => i.StoryId == storyId && i.Style == style && i.Token != null && i.Consistent, cancellationToken))
        {
            return [];
        }

        var leader = await db.Images
            .Where(i => i.StoryId == storyId && i.Style == style && i.DueAt != null && i.Status == ImageStatus.Pending)
            .OrderBy(i => i.Ordinal)
            .Select(i => new { i.Id, i.DueAt, i.Consistent })
            .FirstOrDefaultAsync(cancellationToken);
        return leader is { Consistent: true }
            ? leader.DueAt <= now ? [leader.Id] : []
            : await due.Take(leader is null ? 1 : count).Select(i => i.Id).ToListAsync(cancellationToken);
    }

    public Task<IReadOnlyList<Claim>> ClaimAsync(IReadOnlyList<ClaimRequest> requests) => writer.ExecuteAsync<IReadOnlyList<Claim>>(async scope =>
    {
        var claims = new List<Claim>(requests.Count);
        foreach (var request in requests)
        {
            var image = await scope.Db.Images.FindAsync(request.ImageId);
            if (image is null || image.DueAt is null || image.DueAt > scope.Now)
            {
                continue;
            }

            var firstStartedAt = image.HasBegun ? await FirstStartAsync(scope, image) : null;
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
            });
            claims.Add(new()
            {
                ImageId = image.Id,
                StoryId = image.StoryId,
                SegmentId = image.SegmentId,
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
                KeyWaitSince = image.KeyWaitSince,
                NextVersion = image.LatestVersion + 1,
                Consistent = image.Consistent,
                BecomesReference = request.BecomesReference && image.Consistent,
                PromptOverride = image.PromptOverride,
                Instruction = image.Instruction,
            });
        }

        return claims;
    });

    public async Task<ImageWork> LoadAsync(Claim claim, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var segment = await db.Segments.SingleAsync(s => s.Id == claim.SegmentId, cancellationToken);
        var characters = await db.Characters.Where(c => c.StoryId == claim.StoryId).OrderBy(c => c.Ordinal).ToListAsync(cancellationToken);
        var reference = claim is { Consistent: true, BecomesReference: false }
            ? await (from style in db.StoryStyles
                     join image in db.Images on style.ReferenceImageId equals image.Id
                     join version in db.ImageVersions on new { ImageId = image.Id, Number = image.ChosenVersion } equals new { version.ImageId, Number = (int?)version.Number }
                     where style.StoryId == claim.StoryId && style.Key == claim.Style && image.Id != claim.ImageId
                     select version).FirstOrDefaultAsync(cancellationToken)
            : null;
        return new()
        {
            Text = segment.Text,
            OwnPrompt = claim.PromptOverride ?? segment.Prompts.GetValueOrDefault(claim.Style) ?? segment.Prompt,
            Characters = CharactersOf.Segment(segment, characters),
            Reference = reference is null ? null : files.Stored(reference),
        };
    }

    public Task ReportAsync(Claim claim, int percent, string? previewId) => writer.ExecuteAsync(async scope =>
    {
        if (await HeldAsync(scope, claim) is { } image)
        {
            image.Report(claim.Token, percent, previewId);
        }
    });

    public Task<bool> CompleteAsync(Claim claim, ImageVersion picture, PictureMade outcome) => writer.ExecuteAsync(async scope =>
    {
        // A picture that comes too late is nobody's, but it was made and paid for: its attempt says so. A story that was swept away took its attempts along.
        var attempt = await scope.Db.Attempts.FindAsync(claim.Token);
        if (attempt is not null)
        {
            attempt.FinishedAt ??= scope.Now;
            attempt.Model = picture.Model;
            attempt.RequestId = outcome.RequestId;
            attempt.CostUsd = outcome.CostUsd;
        }

        if (await HeldAsync(scope, claim) is not { } image)
        {
            return false;
        }

        scope.Db.ImageVersions.Add(picture);
        image.Complete(claim.Token, picture);
        attempt!.Outcome = AttemptOutcome.Succeeded;
        if (claim.BecomesReference)
        {
            await scope.Db.StoryStyles
                .Where(s => s.StoryId == claim.StoryId && s.Key == claim.Style && s.ReferenceImageId == null)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.ReferenceImageId, claim.ImageId));
        }

        return true;
    });

    public Task<bool> SettleAsync(Claim claim, Settlement settlement) => writer.ExecuteAsync(async scope =>
    {
        var attempt = (await scope.Db.Attempts.FindAsync(claim.Token))!;
        attempt.FinishedAt ??= scope.Now;
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
            case Settlement.Failed(var secondChanceAt, var error, var failure):
                image.Fail(claim.Token, error, secondChanceAt);
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

    private static void Note(Attempt attempt, ImageError error, ImageFailure failure)
    {
        attempt.Outcome = error.Code;
        attempt.ErrorMessage = error.Message;
        attempt.ErrorRetryable = error.Retryable;
        attempt.Detail = failure.LogMessage;
        attempt.Model = failure.Model ?? attempt.Model;
        attempt.RequestId = failure.RequestId;
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
