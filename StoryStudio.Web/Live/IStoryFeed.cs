using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Live;

/// <summary>How changes reach the components of this process.</summary>
public enum FeedMode
{
    /// <summary>Over the hub, as they are committed.</summary>
    Live,

    /// <summary>The hub is away: asked for every three seconds while something is pending.</summary>
    Polling,
}

/// <summary>What components read stories from: one hub connection for the whole process, whatever the number of viewers.</summary>
public interface IStoryFeed
{
    /// <summary>
    /// A window on a story as it stands, which is then joined and read once more. Throws <see cref="Core.NotFoundException"/> where there is
    /// none. Dispose the view to leave.
    /// </summary>
    Task<IStoryView> OpenAsync(string storyId, CancellationToken cancellationToken = default);
}

/// <summary>
/// One component's window on a story, always the newest that is known. Handlers are called from any thread, in no component's
/// context: use <c>InvokeAsync</c>. Dispose what <c>On…</c> returns to stop being called.
/// </summary>
public interface IStoryView : IAsyncDisposable
{
    string StoryId { get; }

    FeedMode Mode { get; }

    RunState? Run { get; }

    IReadOnlyCollection<ImageState> Images { get; }

    /// <summary>Another number after every change of any image, or of what it waits for, and never the same for another state of any story: what was summed up at one stands while it does.</summary>
    long Revision { get; }

    /// <summary>What was said and decided; all of it once <see cref="LoadReviewsAsync"/> was called by anybody.</summary>
    WatchedReviews Reviews { get; }

    /// <summary>The change number of the last edit of title, text, prompts, cast or styles.</summary>
    long EditVersion { get; }

    /// <summary>The image of a segment, or the sheet of a character, in a style, or null while nobody asked for it.</summary>
    ImageState? Find(string subjectId, string style);

    /// <summary>Reads the story anew, after a command: while the hub is away nobody else would say what came of it.</summary>
    Task RefreshAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads what was said and decided before now. Changes come by the line.</summary>
    Task LoadReviewsAsync(CancellationToken cancellationToken = default);

    /// <summary>Called when this one image changed, or when the run was paused or resumed that it waits in.</summary>
    IDisposable OnImage(string subjectId, string style, Action handler);

    /// <summary>Called when any image changed, came or went, or its run was paused or resumed.</summary>
    IDisposable OnImages(Action handler);

    /// <summary>Called when the run changed.</summary>
    IDisposable OnRun(Action handler);

    /// <summary>Called when the story's title, text, prompts, cast or styles were edited: it is to be read anew. The images are as they are by then.</summary>
    IDisposable OnStory(Action handler);

    /// <summary>Called when <see cref="Mode"/> changed.</summary>
    IDisposable OnMode(Action handler);

    /// <summary>Whether an image waits for nothing but that its run is resumed, or given a larger budget.</summary>
    bool IsPaused(ImageState? image) => Run?.Pauses(image) == true;
}
