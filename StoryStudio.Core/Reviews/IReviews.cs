using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;

namespace StoryStudio.Core.Reviews;

/// <summary>
/// What is said and decided about a story. Every command names who acts, and throws <see cref="ForbiddenException"/> <c>role_missing</c>
/// where they may not. Unknown ids throw <see cref="NotFoundException"/> (<c>story_not_found</c>, <c>image_not_found</c>,
/// <c>comment_not_found</c>), input that breaks a rule <see cref="InvalidInputException"/>. Saying the same twice changes nothing.
/// </summary>
public interface IReviews
{
    /// <summary>Everything at once: cheap, and the same object while nothing changed.</summary>
    Task<ReviewSnapshot> GetAsync(string storyId, CancellationToken cancellationToken = default);

    /// <summary>What was said and decided after the story's change number <paramref name="version"/>, what was taken back included, in no order.</summary>
    Task<IReadOnlyList<StoryChange>> GetChangesAsync(string storyId, long version, CancellationToken cancellationToken = default);

    /// <summary>The story that a comment belongs to.</summary>
    Task<string> StoryOfCommentAsync(string commentId, CancellationToken cancellationToken = default);

    /// <summary>Says something. For those who may comment. Throws <see cref="ConflictException"/> <c>too_many_comments</c> where the story can hold no more.</summary>
    Task<CommentState> SayAsync(Actor actor, string storyId, NewComment comment, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says it otherwise. For whoever wrote it. Where it says by now neither what <paramref name="basedOn"/> does nor <paramref name="text"/>,
    /// nothing is changed and <see cref="ConflictException"/> <c>comment_changed</c> thrown; null asks nothing.
    /// </summary>
    Task<CommentState> EditAsync(Actor actor, string commentId, string? text, string? basedOn = null, CancellationToken cancellationToken = default);

    /// <summary>Says that it is settled, or that it is not after all. For whoever wrote it, and for authors. Answers are settled with what they answer.</summary>
    Task<CommentState> ResolveAsync(Actor actor, string commentId, bool resolved, CancellationToken cancellationToken = default);

    /// <summary>Takes it back. For whoever wrote it, and for authors.</summary>
    Task DeleteAsync(Actor actor, string commentId, CancellationToken cancellationToken = default);

    /// <summary>Puts back, for all, what was taken back: words, answers and how it stood. For whoever may delete it.</summary>
    Task<CommentState> RestoreAsync(Actor actor, string commentId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Approves of the version that is shown, or wants changes, which takes a reason. For those who may decide. Throws
    /// <see cref="ConflictException"/> <c>version_superseded</c> where another version is shown by now.
    /// </summary>
    Task<ReviewState> DecideAsync(Actor actor, string imageId, int pictureVersion, DecisionKind decision, string? reason, CancellationToken cancellationToken = default);

    /// <summary>Takes back what this person decided about the version that is shown.</summary>
    Task<ReviewState> WithdrawAsync(Actor actor, string imageId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sets a wish aside that somebody has of a version, or lets it stand again: who wished it may have come by another link since, or never come
    /// back, and cannot take it back. For authors. Nothing happens where there is no such wish.
    /// </summary>
    Task<ReviewState> SetAsideAsync(Actor actor, string imageId, string personId, int pictureVersion, bool aside = true, CancellationToken cancellationToken = default);

    /// <summary>
    /// Has the next version made as somebody wished of a version; where none is named, of the one that is shown, else of the newest of which they
    /// wish something. For authors. Throws as <see cref="IIllustrator.RegenerateAsync"/>, and <see cref="ConflictException"/> <c>wish_gone</c> where
    /// there is no such wish.
    /// </summary>
    Task<ImageState> TakeUpAsync(Actor actor, string imageId, string personId, int? pictureVersion = null, CancellationToken cancellationToken = default);

    /// <summary>What others said and wished since this person last looked.</summary>
    Task<ReviewNews> GetNewsAsync(Actor actor, string storyId, CancellationToken cancellationToken = default);

    /// <summary>This person has seen everything up to there.</summary>
    Task MarkSeenAsync(Actor actor, string storyId, long version, CancellationToken cancellationToken = default);
}
