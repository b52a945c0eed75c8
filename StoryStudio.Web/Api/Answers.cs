using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Api;

/// <summary>A new story's fields, and the run where one was started with it.</summary>
internal sealed record CreatedStory(StoryDetails Story, RunState? Run);

/// <summary>A page of the shelf, newest story first.</summary>
internal sealed record StoryList(IReadOnlyList<StorySummary> Items, int Page, int PageSize, int Total);

/// <summary>What was said in a story, oldest first.</summary>
/// <param name="StoryId">The story.</param>
/// <param name="Version">The story's change number at that moment.</param>
/// <param name="Items">Answers name what they answer; deleted ones are there only where something answers them.</param>
internal sealed record CommentList(string StoryId, long Version, IReadOnlyList<CommentState> Items);

/// <summary>How a story's pictures stand with those who decide.</summary>
/// <param name="StoryId">The story.</param>
/// <param name="Version">The story's change number at that moment.</param>
/// <param name="Counts">Of all its pictures.</param>
/// <param name="Items">Pictures that somebody decided about; every other one is open.</param>
internal sealed record ReviewList(string StoryId, long Version, ReviewCounts Counts, IReadOnlyList<ReviewState> Items);

/// <summary>What was said and decided in a story after a change number of it.</summary>
/// <param name="StoryId">The story.</param>
/// <param name="Version">The change number up to which this tells: what to ask from the next time.</param>
/// <param name="Comments">In the order of their versions; what was taken back as well.</param>
/// <param name="Reviews">Of pictures that somebody decided about, where that changed or another version is shown.</param>
internal sealed record ReviewChanges(string StoryId, long Version, IReadOnlyList<CommentState> Comments, IReadOnlyList<ReviewState> Reviews);

/// <summary>A story's title, text, prompts, cast or styles were edited.</summary>
/// <param name="StoryId">The story.</param>
/// <param name="Version">Its change number.</param>
internal sealed record StoryEditedEvent(string StoryId, long Version);

/// <summary>A run has begun; the pictures come by themselves.</summary>
/// <param name="RunId">Id of the run.</param>
/// <param name="Total">How many images it makes.</param>
/// <param name="EstimatedSeconds">Whole seconds until the last one is there, as far as can be told.</param>
/// <param name="StatusUrl">Where the run's state is.</param>
/// <param name="EventsUrl">Where its event stream is.</param>
internal sealed record RunAccepted(string RunId, int Total, int EstimatedSeconds, string StatusUrl, string EventsUrl);
