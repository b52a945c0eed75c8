using StoryStudio.Core.Generation;
using StoryStudio.Core.Storage;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Runs;

/// <summary>
/// Since when the pictures of one story are being drawn, for whoever tells which of them take long: one look at the queue a while, whatever
/// their number. A retry is the same picture: it counts from when it was first seen at work.
/// </summary>
internal sealed class DrawingTimes(QueueWatch queue, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, DateTimeOffset> _begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Segment, string Style)> _places = new(StringComparer.Ordinal);

    /// <summary>By image id.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Begun => _begun;

    /// <summary>Has somebody look every few seconds until they leave.</summary>
    public async Task FollowAsync(Func<Task> look, Func<Exception, Task> fault, CancellationToken leaving)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(leaving))
            {
                await look();
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (Exception failure) when (!leaving.IsCancellationRequested)
        {
            await fault(failure);
        }
    }

    /// <summary>Sees what is being drawn. False, with nothing changed, where the queue could not be read: the next look tells.</summary>
    public async Task<bool> LookAsync(IStoryView view, CancellationToken leaving)
    {
        QueueState now;
        try
        {
            now = await queue.ReadAsync(cancellationToken: leaving);
        }
        catch (Exception failure) when (StorageFaults.IsUnavailable(failure))
        {
            return false;
        }

        foreach (var (image, since) in now.Working.Where(w => w.Image.StoryId == view.StoryId && w.Image.SegmentId is not null).Select(w => (w.Image, w.Since)))
        {
            _begun.TryAdd(image.Id, since);
            _places[image.Id] = (image.SegmentId!, image.Style);
        }

        foreach (var id in _begun.Keys.Where(id => !GoesOn(view, Find(view, id))).ToList())
        {
            _begun.Remove(id);
            _places.Remove(id);
        }

        return true;
    }

    /// <summary>Those that take longer than pictures usually do and go on, as the story stands now.</summary>
    public IEnumerable<ImageState> Slow(IStoryView view)
    {
        var now = clock.GetUtcNow();
        return _begun.Where(b => now - b.Value > RunReview.Usual).Select(b => Find(view, b.Key)).OfType<ImageState>().Where(i => GoesOn(view, i));
    }

    // What waits for its run to be resumed begins anew with that.
    private static bool GoesOn(IStoryView view, ImageState? image) => image?.IsActive() is true && !view.IsPaused(image);

    private ImageState? Find(IStoryView view, string id)
    {
        var (segment, style) = _places[id];
        return view.Find(segment, style) is { } image && image.Id == id ? image : null;
    }
}
