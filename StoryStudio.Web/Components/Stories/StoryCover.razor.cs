using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Stories;

/// <summary>One story on the shelf. While its pictures are being drawn, it follows them.</summary>
public sealed partial class StoryCover(IStoryFeed feed) : ComponentBase, IAsyncDisposable
{
    private IStoryView? _view;
    private IDisposable? _onRun;
    private bool _disposed;

    [Parameter, EditorRequired]
    public required StorySummary Story { get; set; }

    [Parameter]
    public EventCallback<StorySummary> OnDelete { get; set; }

    private string MenuId => $"menu-{Story.Id}";

    private string WordsId => $"words-{Story.Id}";

    private RunState? Run => _view?.Run ?? Story.Run;

    private bool ShowsFailed => Failed > 0 && Run?.IsActive() != true;

    private int Failed => _view?.Images.Count(i => i is { Status: ImageStatus.Failed, NextAttemptAt: null } && Story.Styles.Any(s => s.Key == i.Style)) ?? Story.Failed;

    // The first picture that arrives is the cover from then on, without a second look at the library.
    private string? CoverUrl => Story.CoverUrl ?? _view?.Images
        .Where(image => image is { Url: not null, Type: ImageType.Segment })
        .OrderBy(image => SegmentNumber.TryParse(image.Number, out var number) ? number : default)
        .ThenBy(image => StyleOrder(image.Style))
        .FirstOrDefault()?.Url;

    private string Words => Run switch
    {
        { Status: RunStatus.Queued } => "Waiting to be drawn",
        { Status: RunStatus.Paused } run => $"Paused at {run.Completed} of {run.Total}",
        { Status: RunStatus.Running } run => $"Drawing, {run.Completed} of {run.Total}",
        _ when Failed > 0 => $"{Pages}, {Failed} failed",
        _ => Pages,
    };

    private string Pages => Story.Segments == 1 ? "1 page" : $"{Story.Segments} pages";

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || Story.Run?.IsActive() != true)
        {
            return;
        }

        try
        {
            var view = await feed.OpenAsync(Story.Id);
            if (_disposed)
            {
                await view.DisposeAsync();
                return;
            }

            _view = view;
            _onRun = view.OnRun(() => _ = InvokeAsync(StateHasChanged));
            StateHasChanged();
        }
        catch (NotFoundException)
        {
            // Deleted in another window meanwhile; the shelf as it was read stands until the next visit.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        _onRun?.Dispose();
        if (_view is not null)
        {
            await _view.DisposeAsync();
        }
    }

    private int StyleOrder(string key) => Story.Styles.TakeWhile(style => !string.Equals(style.Key, key, StringComparison.Ordinal)).Count();
}
