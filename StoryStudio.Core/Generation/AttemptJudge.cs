using Microsoft.Extensions.Options;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Failures;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Generation;

/// <summary>What follows from a failure: for the key that was used, and for the image.</summary>
public sealed class AttemptJudge(ApiKeyPools keys, ImageProviders providers, RetryPolicy retries, IOptions<StoryStudioOptions> options, TimeProvider time)
{
    // A disk with room for some pictures may have none for this one: it is not asked for without end.
    private static readonly TimeSpan RoomWait = TimeSpan.FromSeconds(5);

    public Settlement Judge(Claim claim, KeyLease lease, ImageFailure failure)
    {
        // A server without keys that turns a call away has no key to be switched off, and may let the next one in.
        if (!failure.Kind.ConcernsKey() || (failure.Kind is FailureKind.NoAccess or FailureKind.BadKey && lease.Key is null))
        {
            return Retry(claim, failure);
        }

        var pool = Pool(claim.Style);
        pool.Report(lease, failure, retries.CoolDown(failure.RetryAfter));
        return pool.Closed(options.Value.Generation.MaxKeyWait) is { } closure ? NoKey(claim, closure, failure) : WaitForKey(pool, failure);
    }

    /// <summary>No key of the style serves within the time that an image waits for one: nothing was called.</summary>
    public Settlement NoKey(Claim claim) => Pool(claim.Style).Closed(options.Value.Generation.MaxKeyWait) is { } closure
        ? NoKey(claim, closure, closure.Cause with { LogMessage = "No key may be used.", RequestId = null, CostUsd = null }) with { Called = false }
        : new Settlement.PutOff();

    public static ImageFailure TimedOut(TimeSpan limit) => new()
    {
        Kind = FailureKind.Timeout,
        Message = FailureSentences.TookTooLong,
        LogMessage = $"No answer within {limit}.",
        IsUnresolved = true,
    };

    public static ImageFailure TooLarge(PictureTooLargeException failure) => Damaged(failure.Message);

    /// <summary>
    /// The disk, not the provider. Where it is full the image waits for room and no attempt is used up; otherwise it counts as one. Either
    /// way the same call goes again, by the same idempotency key, for it may be paid for.
    /// </summary>
    public Settlement NotSaved(Claim claim, Exception failure, bool called, PictureMade? made, bool isFull)
    {
        var unsaved = new ImageFailure { Kind = FailureKind.Transient, Message = "The picture could not be saved.", LogMessage = failure.Message, IsUnresolved = called, RequestId = made?.RequestId, CostUsd = made?.CostUsd };
        if (isFull)
        {
            return new Settlement.WaitForRoom(RoomWait, new(AttemptOutcome.NoRoom, "The disk is full. The picture is made as soon as there is room.", Retryable: true), unsaved);
        }

        return Retry(claim, unsaved);
    }

    /// <summary>
    /// Nobody foresaw it. What it says is for the log alone, where the exception itself stands as well. The picture may have been paid for:
    /// the same call goes again, where there was one.
    /// </summary>
    public Settlement Crashed(Claim claim, Exception failure, bool called) => Retry(claim, new()
    {
        Kind = FailureKind.Transient,
        Message = "Something went wrong while this picture was made.",
        LogMessage = $"{failure.GetType().Name} in the program.",
        IsUnresolved = called,
    });

    public static ImageFailure Unsound(PictureInspection inspection, PictureMade made) => inspection.Fault is PictureFault.Empty
        ? new() { Kind = FailureKind.NoPicture, Message = FailureSentences.NoPicture, LogMessage = "The picture has no bytes.", Model = made.Model, RequestId = made.RequestId, CostUsd = made.CostUsd }
        : Damaged($"{inspection.Fault}: {inspection.Reason}") with { Model = made.Model, RequestId = made.RequestId, CostUsd = made.CostUsd };

    private static ImageFailure Damaged(string detail) => new() { Kind = FailureKind.Damaged, Message = FailureSentences.Damaged, LogMessage = detail };

    /// <summary>It failed for want of a key, and a second chance ten seconds later would find none either. A person may retry it once one is back.</summary>
    private static Settlement.Failed NoKey(Claim claim, PoolClosure closure, ImageFailure failure) =>
        new(null, new(closure.Cause.Kind.Code(), FailureSentences.NoKey(closure.Until, closure.Keys, closure.Cause.Message), Retryable: closure.Until is not null), failure, IsRepeated(claim));

    /// <summary>With another key at once, or with the first that is ready.</summary>
    private Settlement.WaitForKey WaitForKey(ApiKeyPool pool, ImageFailure failure)
    {
        var wait = pool.NextReady() is { } ready ? ready.At - time.GetUtcNow() : TimeSpan.Zero;
        var message = failure.Kind is FailureKind.RateLimited ? FailureSentences.Busy(wait) : failure.Message;
        return new Settlement.WaitForKey(wait, new(failure.Kind.Code(), message, Retryable: true), failure);
    }

    private Settlement Retry(Claim claim, ImageFailure failure)
    {
        var code = failure.Kind.Code();
        var inRow = 1 + claim.EarlierOutcomes.TakeWhile(o => o == code).Count();
        return retries.Decide(failure.Kind, claim.Attempt, inRow, claim.IsSecondChance, failure.RetryAfter) switch
        {
            TryAgain(var wait) => new Settlement.RetryLater(wait, Retrying(claim, failure), failure, IsSameCall(claim, failure)),
            GiveUp(var wait) => new Settlement.Failed(wait, Error(failure), failure, IsSameCall(claim, failure)),
            var decision => throw new InvalidOperationException($"{decision} is not a decision."),
        };
    }

    /// <summary>
    /// Whether what follows is the same call again. Services that know idempotency keys give out for one what they made by it, and many give
    /// out the failure that they answered with as well: so the key goes again for as long as nobody knows what became of the call, and a
    /// new one is taken once that is known. A service that is only busy, or still at that very call (409), says nothing of it.
    /// </summary>
    private static bool IsSameCall(Claim claim, ImageFailure failure) =>
        failure.IsUnresolved || (failure.Kind is FailureKind.Transient && IsRepeated(claim));

    /// <summary>Whether an earlier call went by the same key, of which nobody knows what became; that this one was turned away says nothing of it.</summary>
    private static bool IsRepeated(Claim claim) => claim.IdempotencyKey != claim.Token;

    private ApiKeyPool Pool(string style) => keys.For(options.Value.Style(style), providers.For(style).Name);

    private ImageError Retrying(Claim claim, ImageFailure failure)
    {
        var message = failure.Kind is FailureKind.Transient ? FailureSentences.Retrying(claim.Attempt, options.Value.Generation.MaxRetries) : $"{failure.Message} Trying again.";
        return new(failure.Kind.Code(), message, Retryable: true);
    }

    private static ImageError Error(ImageFailure failure) => new(failure.Kind.Code(), failure.Message, failure.Kind.IsRetryable());
}
