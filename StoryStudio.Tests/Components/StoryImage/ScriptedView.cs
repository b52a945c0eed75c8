using System.Collections.Concurrent;
using StoryStudio.Core.Generation;
using StoryStudio.Web.Live;

namespace StoryStudio.Tests.Components.Pictures;

/// <summary>A window on a story that changes when the test says so.</summary>
internal sealed class ScriptedView : IStoryView
{
    private static readonly (string, string) AnyImage = ("", "");
    private readonly ConcurrentDictionary<(string Segment, string Style), ImageState> _images = new();
    private readonly List<((string Segment, string Style)? Key, Action Handler)> _handlers = [];

    public string StoryId => "story";

    public FeedMode Mode { get; private set; }

    public RunState? Run { get; set; }

    public IReadOnlyCollection<ImageState> Images => [.. _images.Values];

    public WatchedReviews Reviews { get; } = new();

    public long EditVersion => 0;

    public long Revision { get; private set; }

    public int Handlers => _handlers.Count;

    public ImageState? Find(string segmentId, string style) => _images.GetValueOrDefault((segmentId, style));

    public void Change(ImageState image)
    {
        _images[(image.SubjectId, image.Style)] = image;
        Revision++;
        Call((image.SubjectId, image.Style));
        Call(AnyImage);
    }

    public void Change(FeedMode mode)
    {
        Mode = mode;
        Call(null);
    }

    /// <summary>The run is another by now, which every image is told of.</summary>
    public void Change(RunState run)
    {
        Run = run;
        Revision++;
        foreach (var key in _images.Keys)
        {
            Call(key);
        }

        Call(AnyImage);
        Call(null);
    }

    public Task RefreshAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task LoadReviewsAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public IDisposable OnImage(string segmentId, string style, Action handler) => Listen((segmentId, style), handler);

    public IDisposable OnImages(Action handler) => Listen(AnyImage, handler);

    public IDisposable OnRun(Action handler) => Listen(null, handler);

    public IDisposable OnStory(Action handler) => Listen(null, handler);

    public IDisposable OnMode(Action handler) => Listen(null, handler);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Call((string, string)? key)
    {
        foreach (var (_, handler) in _handlers.Where(h => h.Key == key).ToList())
        {
            handler();
        }
    }

    private Leave Listen((string, string)? key, Action handler)
    {
        var entry = (key, handler);
        _handlers.Add(entry);
        return new(() => _handlers.Remove(entry));
    }

    private sealed class Leave(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
