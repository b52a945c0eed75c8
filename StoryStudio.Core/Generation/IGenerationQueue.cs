using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Generation;

/// <summary>The images that wait, as <see cref="GenerationService"/> sees them. Every step is a commit.</summary>
public interface IGenerationQueue
{
    /// <summary>Puts back what an earlier process left in progress. Before the first claim, and only then.</summary>
    Task<int> RecoverAsync();

    /// <summary>Every lane in which an image waits.</summary>
    Task<IReadOnlyList<Lane>> GetLanesAsync(CancellationToken cancellationToken);

    /// <summary>Up to <paramref name="count"/> images of a lane that may be claimed now, in the order of the story.</summary>
    Task<IReadOnlyList<string>> PeekAsync(Lane lane, int count, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Starts an attempt for each, where the image still waits. One commit for all.</summary>
    Task<IReadOnlyList<Claim>> ClaimAsync(IReadOnlyList<ClaimRequest> requests);

    /// <summary>What a claimed image is drawn from.</summary>
    Task<ImageWork> LoadAsync(Claim claim, CancellationToken cancellationToken);

    /// <summary>How far an attempt is; dropped where it no longer holds the image.</summary>
    Task ReportAsync(Claim claim, int percent, string? previewId);

    /// <summary>False where the attempt no longer holds the image: the picture is nobody's.</summary>
    Task<bool> CompleteAsync(Claim claim, ImageVersion picture, PictureMade outcome);

    /// <summary>Writes down how an attempt ended without a picture. False where it no longer holds the image.</summary>
    Task<bool> SettleAsync(Claim claim, Settlement settlement);
}

/// <summary>One style of one story: images in it are made in the order of the story.</summary>
public readonly record struct LaneKey(string StoryId, string Style);

/// <param name="Key">Story and style.</param>
/// <param name="NextDueAt">When its first image may be claimed.</param>
/// <param name="HasReference">Whether the style's first picture is there for the later ones.</param>
public sealed record Lane(LaneKey Key, DateTimeOffset NextDueAt, bool HasReference);

/// <param name="ImageId">The image.</param>
/// <param name="Token">Id of the attempt to be.</param>
/// <param name="Provider">Who draws.</param>
/// <param name="Model">With what.</param>
/// <param name="KeyTail">The last four characters of the key.</param>
/// <param name="BecomesReference">Whether the style has no first picture yet, so that this one will be it.</param>
public sealed record ClaimRequest(string ImageId, string Token, string Provider, string? Model, string? KeyTail, bool BecomesReference);

/// <summary>An image that an attempt holds.</summary>
public sealed record Claim
{
    public required string ImageId { get; init; }

    public required string StoryId { get; init; }

    public required string SegmentId { get; init; }

    public required string Style { get; init; }

    public required SegmentNumber Number { get; init; }

    public required string Token { get; init; }

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

    public DateTimeOffset? KeyWaitSince { get; init; }

    /// <summary>Number that the picture will have.</summary>
    public required int NextVersion { get; init; }

    public required bool Consistent { get; init; }

    public required bool BecomesReference { get; init; }

    public string? PromptOverride { get; init; }

    public string? Instruction { get; init; }
}

/// <summary>What an image is drawn from, as it stands at the moment.</summary>
public sealed record ImageWork
{
    public required string Text { get; init; }

    /// <summary>The author's own prompt for this style, or null.</summary>
    public string? OwnPrompt { get; init; }

    public required IReadOnlyList<CharacterLook> Characters { get; init; }

    /// <summary>The style's first picture, where it goes along.</summary>
    public StoredPicture? Reference { get; init; }
}

/// <summary>How an attempt ended without a picture.</summary>
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
        Failed(_, var error, _) => error.Code,
        _ => AttemptOutcome.Interrupted,
    };

    /// <summary>Another attempt follows at <paramref name="At"/>. <paramref name="SameCall"/>: with the same idempotency key, as the outcome never became known.</summary>
    public sealed record RetryLater(DateTimeOffset At, ImageError Error, ImageFailure Failure, bool SameCall) : Settlement;

    /// <summary>No attempt is used up; it goes again at <paramref name="At"/> when a key may be free.</summary>
    public sealed record WaitForKey(DateTimeOffset At, ImageError Error, ImageFailure Failure) : Settlement;

    /// <summary>Failed, with the one second chance where <paramref name="SecondChanceAt"/> says when.</summary>
    public sealed record Failed(DateTimeOffset? SecondChanceAt, ImageError Error, ImageFailure Failure) : Settlement;

    /// <summary>It never came to an outcome: as if it had not begun.</summary>
    public sealed record GivenBack : Settlement;
}
