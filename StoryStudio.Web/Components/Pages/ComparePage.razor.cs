using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Pages;

/// <summary>Styles side by side over a whole story, or all pictures of one page of it.</summary>
public sealed partial class ComparePage(IStoryLibrary library, IStoryFeed feed, ExpectedShape shapes, TimeProvider clock, NavigationManager navigation) : IAsyncDisposable
{
    /// <summary>More would be stamps; one may still ask for them.</summary>
    private const int AtFirst = 3;

    private StoryDetails? _story;
    private IStoryView? _view;
    private EditWatch? _edits;
    private IDisposable? _first;
    private SegmentDetails? _segment;
    private List<SegmentDetails> _segments = [];
    private List<StyleSummary> _shown = [];
    private PictureShape _shape = PictureShape.Default;
    private string? _asked;
    private bool _disposed;

    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>The page whose pictures are looked at; null for the whole story.</summary>
    [Parameter]
    public string? Number { get; set; }

    // A sheet that is drawn already is no picture of a page.
    private bool IsBare => _view!.Images.All(i => i.SegmentId is null || i.Url is null);

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await LeaveAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        try
        {
            if (_asked != Id)
            {
                _asked = Id;
                await LeaveAsync();
                var story = await library.GetAsync(Id);
                var view = await feed.OpenAsync(Id);
                if (_disposed)
                {
                    await view.DisposeAsync();
                    return;
                }

                (_view, _shape) = (view, shapes.Of(story, view));
                _edits = new EditWatch(view, clock, () => InvokeAsync(ReadAgainAsync), DispatchExceptionAsync);
                _first = view.OnImages(() => _ = InvokeAsync(ShowFirst));
                _shown = [];
                Show(story);
            }

            _segment = Number is null ? null : _segments.Find(s => s.Number == Number) ?? throw new NotFoundException("segment", "There is no such page.");
        }
        catch (NotFoundException)
        {
            navigation.NotFound();
        }
    }

    private void Show(StoryDetails story)
    {
        (_story, _segments) = (story, [.. story.Segments]);
        _shown = [.. story.Styles.Where(s => _shown.Exists(x => x.Key == s.Key))];
        if (_shown.Count == 0)
        {
            _shown = [.. story.Styles.Take(AtFirst)];
        }
    }

    // Pictures show themselves; that there is none is said until the first is there.
    private void ShowFirst()
    {
        if (_first is not null && _view is not null && !IsBare)
        {
            _first.Dispose();
            _first = null;
            StateHasChanged();
        }
    }

    private async Task ReadAgainAsync()
    {
        try
        {
            Show(await library.GetAsync(Id));

            // Its number may be another one's by now; it is the same page all the same.
            _segment = _segment is null ? null : _segments.Find(s => s.Id == _segment.Id);
            StateHasChanged();
        }
        catch (NotFoundException)
        {
            // Deleted; what is on the page stays until one leaves it.
        }
    }

    private SegmentDetails? Beside(int by) => _segments.IndexOf(_segment!) + by is var at && at >= 0 && at < _segments.Count ? _segments[at] : null;

    private void Toggle(StyleSummary style)
    {
        var shown = _story!.Styles.Where(s => s == style ? !_shown.Contains(s) : _shown.Contains(s)).ToList();
        _shown = shown.Count == 0 ? _shown : shown;
    }

    private async Task LeaveAsync()
    {
        _edits?.Dispose();
        _first?.Dispose();
        if (_view is not null)
        {
            await _view.DisposeAsync();
            _view = null;
        }
    }
}
