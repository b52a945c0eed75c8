using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Generation;

/// <summary>The images that wait, as <see cref="GenerationService"/> sees them. Every step is a commit.</summary>
public interface IGenerationQueue
{
    /// <summary>Puts back what an earlier process left in progress, and returns its attempts as they ended. Before the first claim, and only then.</summary>
    Task<IReadOnlyList<LeftAttempt>> RecoverAsync();

    /// <summary>The wall clock was set: returns once what waits until a time waits until the same moment as before.</summary>
    Task FollowClockAsync();

    /// <summary>Every lane in which an image waits.</summary>
    Task<IReadOnlyList<Lane>> GetLanesAsync(CancellationToken cancellationToken);

    /// <summary>Up to <paramref name="count"/> images of a lane that may be claimed now: what a person waits for, then the order of the story.</summary>
    Task<IReadOnlyList<WaitingImage>> PeekAsync(Lane lane, int count, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// The image that waited longest of those during which the process ended twice in a row. It is claimed when nothing else is under
    /// way, so that a third time is its own; <see cref="PeekAsync"/> leaves it out. Null where there is none.
    /// </summary>
    Task<Suspect?> FindSuspectAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The image of those that found no room on the disk which may go first. Null where there is none.</summary>
    Task<Unsaved?> FindUnsavedAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Starts an attempt for each, where the image still waits and no budget is in the way: a run whose budget is goes on in styles that it is
    /// not in the way of, and is paused where there are none; an image that goes alone fails with a sentence that says so. One commit for all.
    /// </summary>
    Task<IReadOnlyList<Claim>> ClaimAsync(IReadOnlyList<ClaimRequest> requests);

    /// <summary>What a claimed image is drawn from; null where the claim holds no more, because somebody cancelled meanwhile.</summary>
    Task<ImageWork?> LoadAsync(Claim claim, CancellationToken cancellationToken);

    /// <summary>
    /// Holds against the budgets what a call may cost for which nothing was held at its claim. False where one is in the way, for which its run
    /// waits then, where another attempt pays for the same by now, or where the claim holds no more.
    /// </summary>
    /// <param name="claim">The attempt.</param>
    /// <param name="requestHash">Mark of what is about to be sent.</param>
    Task<bool> ReserveAsync(Claim claim, string requestHash);

    /// <summary>A picture of the same story that the very same request has made, the latest of the image's own before others'; null where there is none.</summary>
    Task<ImageVersion?> FindMadeAsync(Claim claim, string requestHash, CancellationToken cancellationToken);

    /// <summary>What runs that wait for money wait for may have become less: those go on whose next picture fits into the budgets, or has a price, by now.</summary>
    Task GoOnWithinBudgetsAsync();

    /// <summary>With a new month, and at the first look: goes on with the runs that the last month's budget paused, and with those that a budget paused and whose next picture fits into it, or has a price, by now.</summary>
    Task ReconsiderBudgetsAsync();

    /// <summary>Writes down what all of a story's run waits for; null that something goes on. Nothing is written where it says so already.</summary>
    Task NoteWaitAsync(string storyId, RunWait? wait);

    /// <summary>How far an attempt is; dropped where it no longer holds the image.</summary>
    Task ReportAsync(Claim claim, int percent, string? previewId);

    /// <summary>False where the attempt no longer holds the image: the picture is nobody's.</summary>
    Task<bool> CompleteAsync(Claim claim, KeptPicture picture);

    /// <summary>Writes down that the process was told to stop amid what is under way: should it be killed before that has ended, nothing of it is at fault.</summary>
    Task NoteStopAsync();

    /// <summary>Whether a step failed because the disk or the database cannot serve just now, so that the same step may succeed later.</summary>
    bool MayPass(Exception failure);

    /// <summary>Writes down how an attempt ended without a picture. False where it no longer holds the image.</summary>
    Task<bool> SettleAsync(Claim claim, Settlement settlement);
}

/// <summary>One style of one story: images in it are made in the order of the story.</summary>
public readonly record struct LaneKey(string StoryId, string Style);

/// <param name="Key">Story and style.</param>
/// <param name="NextDueAt">When its first image may be claimed.</param>
/// <param name="HasReference">Whether the style's first picture is there for the later ones.</param>
public sealed record Lane(LaneKey Key, DateTimeOffset NextDueAt, bool HasReference)
{
    /// <summary>Of the story's run.</summary>
    public RunPriority Priority { get; init; } = RunPriority.Normal;

    /// <summary>Since when the run waits to be finished.</summary>
    public DateTimeOffset WaitingSince { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>The most urgent that waits.</summary>
    public Urgency Urgency { get; init; }

    /// <summary>Whether characters' sheets wait or are being made: what they are to be handed to waits for them.</summary>
    public bool HasSheets { get; init; }

    /// <summary>The story's run; null where what waits belongs to none.</summary>
    public string? RunId { get; init; }

    /// <summary>The story's run, where it is paused, held in this style or being cancelled: nothing of it is claimed.</summary>
    public string? PausedRunId { get; init; }

    /// <summary>Why nothing more of the run is begun in this style, while it goes on in others; null where that is not so.</summary>
    public PauseReason? HeldFor { get; init; }

    /// <summary>Whether it is money that the run waits for in this style, while it goes on in others or not.</summary>
    public bool WaitsForMoney { get; init; }

    /// <summary>Whether calls of a run that a budget is in the way of go again for which the budgets hold all that they may cost: those are claimed all the same.</summary>
    public bool HasHeldCalls { get; init; }

    /// <summary>Whether the run is being cancelled, as a whole or in this style.</summary>
    public bool Ends { get; init; }

    /// <summary>Whether pictures of the run were begun, and it is neither paused nor over.</summary>
    public bool IsRunning { get; init; }
}

/// <summary>What all of a run waits for.</summary>
/// <param name="Sentence">As the author reads it, without its full stop.</param>
/// <param name="IsAtPace">Whether the wait is in the time that the run is thought to take.</param>
/// <param name="IsPassedOver">Whether others go before it, or nobody goes: such a time comes once, and says nothing of its pace.</param>
/// <param name="IsForKey">Whether it is a key that is waited for.</param>
public sealed record RunWait(string Sentence, bool IsAtPace = false, bool IsPassedOver = false, bool IsForKey = false)
{
    /// <summary>For a key.</summary>
    public static RunWait For(KeyWait key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(key.Sentence(), IsAtPace: key.Reason is KeyWaitReason.Pace, IsForKey: true);
    }
}

/// <summary>An image that may be claimed now.</summary>
/// <param name="Id">The image.</param>
/// <param name="Urgency">How urgent it is.</param>
/// <param name="KeyTail">Where a call goes again that may have been charged: the last four characters of the key that it went with last. Another account knows nothing of it, and charges anew.</param>
/// <param name="OnlyAgain">Whether it may go as the same call alone: there is no money for another.</param>
/// <param name="RunId">Which run counts it; null where none does.</param>
public readonly record struct WaitingImage(string Id, Urgency Urgency, string? KeyTail = null, bool OnlyAgain = false, string? RunId = null);

/// <param name="ImageId">The image.</param>
/// <param name="Lane">Its lane.</param>
/// <param name="RunId">The run that it belongs to; null where none.</param>
/// <param name="Since">Since when it waits.</param>
/// <param name="KeyTail">As of <see cref="WaitingImage"/>.</param>
public sealed record Suspect(string ImageId, LaneKey Lane, string? RunId, DateTimeOffset Since, string? KeyTail);

/// <param name="ImageId">The image, which found no room on the disk.</param>
/// <param name="Lane">Its lane.</param>
/// <param name="DueAt">When it may go again.</param>
/// <param name="KeyTail">As of <see cref="WaitingImage"/>.</param>
public sealed record Unsaved(string ImageId, LaneKey Lane, DateTimeOffset DueAt, string? KeyTail);

/// <param name="ImageId">The image.</param>
/// <param name="Token">Id of the attempt to be.</param>
/// <param name="Provider">Who draws.</param>
/// <param name="Model">With what.</param>
/// <param name="KeyTail">The last four characters of the key.</param>
/// <param name="BecomesReference">Whether the style has no first picture yet, so that this one will be it.</param>
public sealed record ClaimRequest(string ImageId, string Token, string Provider, string? Model, string? KeyTail, bool BecomesReference)
{
    /// <summary>Last four characters of the keys of the account that is called: a call that goes again is one charge with those that went with them, and another account's is another. Null where nobody is called.</summary>
    public IReadOnlyList<string?>? AccountTails { get; init; }
}

/// <summary>An image that an attempt holds.</summary>
public sealed record Claim
{
    public required string ImageId { get; init; }

    public required string StoryId { get; init; }

    /// <summary>Null where it is a character's sheet.</summary>
    public string? SegmentId { get; init; }

    /// <summary>The character whose sheet it is.</summary>
    public string? CharacterId { get; init; }

    public required string Style { get; init; }

    public required SegmentNumber Number { get; init; }

    public required string Token { get; init; }

    /// <summary>What the key of its call begins with.</summary>
    public required string IdempotencyKey { get; init; }

    public string? RunId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the first attempt for the same picture was begun; null where this is the first.</summary>
    public DateTimeOffset? FirstStartedAt { get; init; }

    /// <summary>Attempts used in this round, this one included.</summary>
    public required int Attempt { get; init; }

    /// <summary>How earlier attempts ended, newest first, those that used none up left out.</summary>
    public required IReadOnlyList<string> EarlierOutcomes { get; init; }

    public required bool IsSecondChance { get; init; }

    /// <summary>Number that the picture will have.</summary>
    public required int NextVersion { get; init; }

    /// <summary>Where it is written, below the style's folder and without an extension: <c>Shot_1/Beat_1.2.v3</c>.</summary>
    public required string File { get; init; }

    public required bool Consistent { get; init; }

    public required bool BecomesReference { get; init; }

    public string? PromptOverride { get; init; }

    public string? Instruction { get; init; }

    /// <summary>Whether a person asked for another picture than those that are there.</summary>
    public bool Fresh { get; init; }

    /// <summary>Whether no budget counts it, as the very same request has made a picture already or is under way: nobody is called for this one where that is so.</summary>
    public bool IsHeldForNothing { get; init; }

    /// <summary>Attempts by the same key before it that may have been charged: this one's charge now, where it is the very same call and the provider hears of it.</summary>
    public IReadOnlyList<string> ChargedBefore { get; init; } = [];

    /// <summary>Whether its end changes what others of its lane wait for.</summary>
    public bool OthersWaitForIt => BecomesReference || CharacterId is not null;
}

/// <param name="Attempt">That the process ended over.</param>
/// <param name="Style">Of its image.</param>
public sealed record LeftAttempt(Attempt Attempt, string Style);

/// <summary>What an image is drawn from, as it stands at the moment.</summary>
public sealed record ImageWork
{
    public required string Text { get; init; }

    /// <summary>The author's own prompt for this style, or null.</summary>
    public string? OwnPrompt { get; init; }

    public required IReadOnlyList<CharacterLook> Characters { get; init; }

    /// <summary>The character whose sheet this is; null where it illustrates a segment.</summary>
    public CharacterLook? Sheet { get; init; }

    /// <summary>Pictures that are to go along, those that matter most first.</summary>
    public IReadOnlyList<WantedReference> References { get; init; } = [];

    /// <summary>Characters whose sheet should have gone along and could not be drawn.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>What the story adds to the style's words.</summary>
    public string? StyleNote { get; init; }

    /// <summary>All of that in marks.</summary>
    public required PictureBasis Basis { get; init; }

    /// <summary>What the story's count of such changes was before any of it was read.</summary>
    public long Stamp { get; init; }
}

/// <summary>A picture on disk, with all that is to be written down of it.</summary>
/// <param name="Version">The new version.</param>
/// <param name="References">What went along.</param>
/// <param name="Missing">Characters whose sheet should have gone along and could not be drawn.</param>
/// <param name="RequestId">The provider's own id of the request.</param>
/// <param name="Reused">Whether it was taken over from an earlier request, so that nobody was called.</param>
/// <param name="Stamp">As in the work that it was made from.</param>
public sealed record KeptPicture(ImageVersion Version, IReadOnlyList<PictureReference> References, IReadOnlyList<string> Missing, string? RequestId, bool Reused = false, long Stamp = 0);

/// <summary>How an attempt ended without a picture. Waits are counted from the moment that it is written down: the wall clock may be set in between.</summary>
public abstract record Settlement
{
    private Settlement()
    {
    }

    /// <summary>What the attempt is written down as: an error's code, or that it was interrupted.</summary>
    public string Outcome => this switch
    {
        RetryLater(_, var error, _, _) => error.Code,
        WaitForKey(_, var error, _) => error.Code,
        WaitForRoom(_, var error, _) => error.Code,
        Failed { Called: false } => AttemptOutcome.PutOff,
        Failed(_, var error, _, _, _) => error.Code,
        TooLate => AttemptOutcome.Cancelled,
        PutOff => AttemptOutcome.PutOff,
        _ => AttemptOutcome.Interrupted,
    };

    /// <summary>What the provider said instead of a picture, or what became of it here; null where it came to no end.</summary>
    public ImageFailure? Answer => this switch
    {
        RetryLater(_, _, var failure, _) => failure,
        WaitForKey(_, _, var failure) => failure,
        WaitForRoom(_, _, var failure) => failure,
        Failed(_, _, var failure, _, _) => failure,
        _ => null,
    };

    /// <summary>US dollars that it is known to have cost; null where nobody knows.</summary>
    public decimal? CostUsd => this switch
    {
        GivenBack { Called: false } or PutOff or Failed { Called: false } => 0,
        TooLate(var cost, _) => cost,
        _ => Answer?.CostUsd,
    };

    /// <summary>Mark of the request that went out; null where none did.</summary>
    public string? RequestHash { get; init; }

    /// <summary>The provider's own id of the call, as far as it had said before the call was cut off; its answer may have another. Null where it gave none.</summary>
    public string? RequestId { get; init; }

    /// <summary>Whether the provider may have charged for it, where its cost is not known.</summary>
    public bool MayBeCharged => this switch
    {
        GivenBack(var called) => called,
        PutOff => false,
        _ => Answer is not { } failure || IsCharged(failure),
    };

    private static bool IsCharged(ImageFailure failure) => failure.CostUsd is null && (failure.IsUnresolved || failure.Kind.RetriesOnce());

    /// <summary>Another attempt follows after <paramref name="Wait"/>. <paramref name="SameCall"/>: with the same idempotency key, as the outcome never became known.</summary>
    public sealed record RetryLater(TimeSpan Wait, ImageError Error, ImageFailure Failure, bool SameCall) : Settlement;

    /// <summary>No attempt is used up; it goes again after <paramref name="Wait"/>, when a key may be free.</summary>
    public sealed record WaitForKey(TimeSpan Wait, ImageError Error, ImageFailure Failure) : Settlement;

    /// <summary>Failed, with the one second chance after <paramref name="Wait"/>, where there is one. <paramref name="SameCall"/> as above; <paramref name="Called"/>: whether anybody was, as nobody is where no key may be used.</summary>
    public sealed record Failed(TimeSpan? Wait, ImageError Error, ImageFailure Failure, bool SameCall = false, bool Called = true) : Settlement;

    /// <summary>There was no room to keep it. No attempt is used up; the same call goes again after <paramref name="Wait"/>.</summary>
    public sealed record WaitForRoom(TimeSpan Wait, ImageError Error, ImageFailure Failure) : Settlement;

    /// <summary>It never came to an outcome: as if it had not begun. <paramref name="Called"/>: whether the provider may have heard of it.</summary>
    public sealed record GivenBack(bool Called) : Settlement;

    /// <summary>Nobody was called, and somebody is at once: with another key, from other references, or with no other one like it under way.</summary>
    public sealed record PutOff : Settlement;

    /// <summary>A picture came when another attempt was at the image already: nobody's, but paid for.</summary>
    /// <param name="Cost">US dollars; null where nobody knows.</param>
    /// <param name="Model">Which made it.</param>
    public sealed record TooLate(decimal? Cost, string? Model) : Settlement;
}
