namespace StoryStudio.Core.Stories;

/// <summary>
/// Every story and what an author does to it. Unknown ids throw <see cref="NotFoundException"/> (<c>story_not_found</c>,
/// <c>segment_not_found</c>), input that breaks a rule throws <see cref="InvalidInputException"/> with every field that does;
/// nothing is half-made.
/// </summary>
public interface IStoryLibrary
{
    Task<StoryDetails> CreateAsync(NewStory story, CancellationToken cancellationToken = default);

    /// <summary>Newest first. <paramref name="page"/> counts from 1; <paramref name="pageSize"/> is 1 to 100.</summary>
    Task<Page<StorySummary>> ListAsync(int page, int pageSize, CancellationToken cancellationToken = default);

    Task<StoryDetails> GetAsync(string storyId, CancellationToken cancellationToken = default);

    Task<StoryDetails> UpdateAsync(string storyId, StoryPatch patch, CancellationToken cancellationToken = default);

    /// <summary>Takes the story off the shelf, its active run cancelled first. It can be restored for an hour.</summary>
    Task DeleteAsync(string storyId, CancellationToken cancellationToken = default);

    /// <summary>Brings a deleted story back. Throws <see cref="NotFoundException"/> once it has been swept away.</summary>
    Task RestoreAsync(string storyId, CancellationToken cancellationToken = default);

    /// <summary><paramref name="number"/> is <c>scene.beat</c>.</summary>
    Task<SegmentDetails> UpdateSegmentAsync(string storyId, string number, SegmentPatch patch, CancellationToken cancellationToken = default);
}
