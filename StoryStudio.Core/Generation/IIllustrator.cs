using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Generation;

/// <summary>
/// What a person or a program can ask of the pictures. Every command commits and returns at once; the pictures are made in the
/// background. Unknown ids throw <see cref="NotFoundException"/> (<c>story_not_found</c>, <c>run_not_found</c>,
/// <c>image_not_found</c>), unknown styles and numbers <see cref="InvalidInputException"/>.
/// </summary>
public interface IIllustrator
{
    /// <summary>Starts a run. Throws <see cref="ConflictException"/> <c>run_active</c> while the story has an active one.</summary>
    Task<RunState> StartAsync(string storyId, RunRequest request, CancellationToken cancellationToken = default);

    /// <summary>How many images a run would make now and the seconds that may take.</summary>
    Task<RunEstimate> EstimateAsync(string storyId, RunRequest request, CancellationToken cancellationToken = default);

    /// <summary>The same of a story that is not there yet: every picture of it. Throws <see cref="InvalidInputException"/> where no story can be made of it.</summary>
    RunEstimate Estimate(NewStory story);

    Task<RunDetails> GetRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Begins nothing more of it; what is under way is finished. Throws <see cref="ConflictException"/> <c>run_not_active</c> where it has ended.</summary>
    Task<RunState> PauseAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Goes on with a paused run, and sets its budget where one is given, or lifts it. Throws as <see cref="PauseAsync"/>, and <see cref="ConflictException"/>
    /// <c>budget_exhausted</c> where the next picture would go beyond its budget or the month's.
    /// </summary>
    Task<RunState> ResumeAsync(string runId, decimal? budgetUsd = null, bool liftBudget = false, CancellationToken cancellationToken = default);

    /// <summary>How soon it gets its turn beside others. Throws as <see cref="PauseAsync"/>.</summary>
    Task<RunState> SetPriorityAsync(string runId, RunPriority priority, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="CancelRunAsync"/>, one style of it only. Throws <see cref="NotFoundException"/> <c>style_not_found</c>.</summary>
    Task<RunState> CancelStyleAsync(string runId, string style, CancellationToken cancellationToken = default);

    /// <summary>Cancels what is not final; calls under way are cut off and their results dropped.</summary>
    Task<RunState> CancelRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Every failed image of the run goes again, but for those whose picture is locked, and with them the sheets of their styles' characters that came to nothing.</summary>
    Task<RunState> RetryFailedAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Cancels an image that waits or is being made. Throws <see cref="ConflictException"/> <c>image_not_active</c> for any other.</summary>
    Task<ImageState> CancelImageAsync(string imageId, CancellationToken cancellationToken = default);

    /// <summary>Puts an image that waits before all others. Throws <see cref="ConflictException"/> <c>image_not_waiting</c> for any other.</summary>
    Task<ImageState> MoveToFrontAsync(string imageId, CancellationToken cancellationToken = default);

    /// <summary>A failed or cancelled image goes again. Throws <see cref="ConflictException"/> <c>image_not_failed</c> for any other, <c>image_locked</c> where its picture is locked.</summary>
    Task<ImageState> RetryAsync(string imageId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Those of many that failed or were cancelled go again, in their turn and not before all others, and with them the sheets of their styles' characters
    /// that came to nothing. Returns how many stay as they are since they are locked; whatever else is not to be had is passed over.
    /// </summary>
    Task<int> RetryAllAsync(IReadOnlyList<string> imageIds, CancellationToken cancellationToken = default);

    /// <summary>The same from the words of its page alone, as they are by now: a prompt or an instruction that was given for this picture goes along no more.</summary>
    Task<ImageState> RetryRewordedAsync(string imageId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes another version; the old ones stay and the chosen one is shown until the new one is there.
    /// <paramref name="prompt"/> replaces the prompt for this version, <paramref name="instruction"/> is added to it.
    /// Throws <see cref="ConflictException"/> <c>image_active</c> while the image is being made, <c>image_locked</c> where its picture is locked.
    /// </summary>
    Task<ImageState> RegenerateAsync(string imageId, string? prompt, string? instruction, CancellationToken cancellationToken = default);

    /// <summary>The image of a segment in a style, with its attempts. Throws <see cref="NotFoundException"/> while nobody asked for it.</summary>
    Task<ImageDetails> GetImageAsync(string storyId, string number, string style, CancellationToken cancellationToken = default);

    /// <summary>Any image, a character's sheet too, with its attempts.</summary>
    Task<ImageDetails> GetImageAsync(string imageId, CancellationToken cancellationToken = default);

    /// <summary>Oldest first.</summary>
    Task<IReadOnlyList<ImageVersionDetails>> GetVersionsAsync(string imageId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Shows that version from now on. An image whose next version failed, or was cancelled, is done by that, also where the version is the one
    /// that is shown already; one that would go again by itself goes no more. Throws as <see cref="RegenerateAsync"/>, but for the version that
    /// is shown not where its picture is locked.
    /// </summary>
    Task<ImageState> ChooseAsync(string imageId, int version, CancellationToken cancellationToken = default);

    /// <summary>Everything that moves in a story: cheap, and the same object while nothing changed.</summary>
    Task<StorySnapshot> GetSnapshotAsync(string storyId, CancellationToken cancellationToken = default);
}

/// <param name="Total">Images.</param>
/// <param name="Seconds">Whole seconds until the last one is there, as far as can be told.</param>
/// <param name="CostUsd">US dollars for those whose price is known; null where it is of none.</param>
/// <param name="UnknownCost">Images whose price is not known.</param>
public sealed record RunEstimate(int Total, int Seconds, decimal? CostUsd, int UnknownCost)
{
    /// <summary>Images that it passes by because they are locked; not counted in <see cref="Total"/>.</summary>
    public int Locked { get; init; }

    /// <summary>How many of <see cref="Total"/> are characters' sheets.</summary>
    public int Sheets { get; init; }

    /// <summary>How many of <see cref="Total"/> cost nothing, as the very same request has made a picture of the story before, or will have in this run.</summary>
    public int Paid { get; init; }

    public IReadOnlyDictionary<string, StyleEstimate> Styles { get; init; } = new Dictionary<string, StyleEstimate>(StringComparer.Ordinal);
}

/// <param name="Total">Images in this style.</param>
/// <param name="CostUsd">US dollars for those whose price is known; null where none is.</param>
/// <param name="Locked">Images that it passes by because they are locked.</param>
public sealed record StyleEstimate(int Total, decimal? CostUsd, int Locked);
