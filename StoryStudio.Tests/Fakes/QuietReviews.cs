using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Live;
using StoryStudio.Core.Reviews;

namespace StoryStudio.Tests.Fakes;

/// <summary>Stories of which nobody has said anything.</summary>
internal sealed class QuietReviews : IReviews
{
    private static NotFoundException NoComment => new("comment", "There is no such comment.");

    private static NotFoundException NoImage => new("image", "There is no such picture.");

    private static NotFoundException NoStory => new("story", "There is no such story.");

    public Task<ReviewSnapshot> GetAsync(string storyId, CancellationToken cancellationToken = default) => throw NoStory;

    public Task<IReadOnlyList<StoryChange>> GetChangesAsync(string storyId, long version, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<StoryChange>>([]);

    public Task<string> StoryOfCommentAsync(string commentId, CancellationToken cancellationToken = default) => throw NoComment;

    public Task<CommentState> SayAsync(Actor actor, string storyId, NewComment comment, CancellationToken cancellationToken = default) => throw NoStory;

    public Task<CommentState> EditAsync(Actor actor, string commentId, string? text, string? basedOn = null, CancellationToken cancellationToken = default) => throw NoComment;

    public Task<CommentState> ResolveAsync(Actor actor, string commentId, bool resolved, CancellationToken cancellationToken = default) => throw NoComment;

    public Task DeleteAsync(Actor actor, string commentId, CancellationToken cancellationToken = default) => throw NoComment;

    public Task<CommentState> RestoreAsync(Actor actor, string commentId, CancellationToken cancellationToken = default) => throw NoComment;

    public Task<ReviewState> DecideAsync(Actor actor, string imageId, int pictureVersion, DecisionKind decision, string? reason, CancellationToken cancellationToken = default) => throw NoImage;

    public Task<ReviewState> WithdrawAsync(Actor actor, string imageId, CancellationToken cancellationToken = default) => throw NoImage;

    public Task<ReviewState> SetAsideAsync(Actor actor, string imageId, string personId, int pictureVersion, bool aside = true, CancellationToken cancellationToken = default) => throw NoImage;

    public Task<ImageState> TakeUpAsync(Actor actor, string imageId, string personId, int? pictureVersion = null, CancellationToken cancellationToken = default) => throw NoImage;

    public Task<ReviewNews> GetNewsAsync(Actor actor, string storyId, CancellationToken cancellationToken = default) => throw NoStory;

    public Task MarkSeenAsync(Actor actor, string storyId, long version, CancellationToken cancellationToken = default) => throw NoStory;
}
