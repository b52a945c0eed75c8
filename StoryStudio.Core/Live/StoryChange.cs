using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;

namespace StoryStudio.Core.Live;

/// <summary>Something that was committed, as the whole new state of one thing.</summary>
/// <param name="StoryId">The story it belongs to.</param>
/// <param name="Subject">Id of the thing; a later change of the same subject replaces an earlier one.</param>
/// <param name="Version">The story's change number.</param>
public abstract record StoryChange(string StoryId, string Subject, long Version);

public sealed record ImageChanged(ImageState Image) : StoryChange(Image.StoryId, Image.Id, Image.Version);

public sealed record RunChanged(RunState Run) : StoryChange(Run.StoryId, Run.Id, Run.Version);

/// <summary>Something was said, changed, settled or taken back.</summary>
public sealed record CommentChanged(CommentState Comment) : StoryChange(Comment.StoryId, Comment.Id, Comment.Version);

/// <summary>What is decided about a picture changed, or another version of it is shown.</summary>
public sealed record ReviewChanged(ReviewState Review) : StoryChange(Review.StoryId, $"review:{Review.ImageId}", Review.Version);

/// <summary>
/// Its title, text, prompts, cast or styles were edited. Says that and nothing else: whoever shows them reads the story anew, and its images as
/// well, for segments may have come, gone or moved.
/// </summary>
public sealed record StoryEdited(string StoryId, long Version) : StoryChange(StoryId, $"{StoryId}.story", Version);

/// <summary>The story was deleted; nothing follows.</summary>
public sealed record StoryRemoved(string StoryId, long Version) : StoryChange(StoryId, StoryId, Version);
