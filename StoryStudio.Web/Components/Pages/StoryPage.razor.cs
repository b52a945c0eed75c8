using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Components.Shared;
using StoryStudio.Web.Components.Stories;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Pages;

public sealed partial class StoryPage(
    IStoryLibrary library, IIllustrator illustrator, IStoryFeed feed, ExpectedShape shapes, NavigationManager navigation, ToastService toasts, IJSRuntime scripts) : IAsyncDisposable
{
    private ElementReference _root;
    private ElementReference _drawer;
    private StoryDetails? _story;
    private IStoryView? _view;
    private IReadOnlyList<StyleSummary> _shown = [];
    private PictureShape _shape = PictureShape.Default;
    private (SegmentDetails Segment, StyleSummary Style)? _opened;
    private string? _only;
    private bool _prompts;
    private bool _gone;
    private bool _attached;
    private bool _disposed;
    private string? _asked;
    private IJSObjectReference? _module;
    private IJSObjectReference? _hands;
    private DotNetObjectReference<StoryPage>? _self;

    [Parameter]
    public string Id { get; set; } = "";

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        try
        {
            if (_hands is not null)
            {
                await _hands.InvokeVoidAsync("detach");
                await _hands.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser went first; its part of the page went with it.
        }

        _self?.Dispose();
        if (_view is not null)
        {
            await _view.DisposeAsync();
        }
    }

    /// <summary>Called by the keys: opens the picture of a beat in the style that is looked at.</summary>
    [JSInvokable]
    public Task OpenBeatAsync(string number, bool drawAgain)
    {
        if (_story?.Segments.FirstOrDefault(s => s.Number == number) is { } segment && _shown.Count > 0)
        {
            _opened = (segment, _shown[0]);
            StateHasChanged();
        }

        return drawAgain ? FocusDrawAgainAsync() : ShowDrawerAsync();
    }

    /// <summary>Called when the browser closed the drawer, by Esc or a click beside it.</summary>
    [JSInvokable]
    public void DrawerClosed()
    {
        _opened = null;
        StateHasChanged();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == Id)
        {
            return;
        }

        _asked = Id;
        try
        {
            if (_view is not null)
            {
                await _view.DisposeAsync();
                _view = null;
            }

            // First whether there is one at all: the live line is no place to ask for what may never have been.
            var story = await library.GetAsync(Id);
            var view = await feed.OpenAsync(Id);
            if (_disposed)
            {
                await view.DisposeAsync();
                return;
            }

            (_story, _view) = (story, view);
            _shape = shapes.Of(story, view);
            (_only, _opened) = (null, null);
            Show();
        }
        catch (NotFoundException)
        {
            _gone = true;
            navigation.NotFound();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_attached || _story is null)
        {
            return;
        }

        _attached = true;
        _self = DotNetObjectReference.Create(this);
        _module = await scripts.InvokeAsync<IJSObjectReference>("import", "./Components/Pages/StoryPage.razor.js");
        if (_disposed)
        {
            // Left before its script was there: there is nothing on the page any more that it could hold.
            await _module.DisposeAsync();
            return;
        }

        _hands = await _module.InvokeAsync<IJSObjectReference>("attach", _root, _drawer, _self);
        var style = await _hands.InvokeAsync<string?>("rememberedStyle", (object)_story.Styles.Select(s => s.Key).ToArray());
        if (style is not null)
        {
            _only = style;
            Show();
            StateHasChanged();
        }
    }

    private static string Pressed(bool pressed) => pressed ? "true" : "false";

    private void Show() => _shown = _only is null ? _story!.Styles : [.. _story!.Styles.Where(s => s.Key == _only)];

    private async Task ShowAsync(string? style)
    {
        _only = style;
        Show();
        if (_hands is not null)
        {
            await _hands.InvokeVoidAsync("rememberStyle", style);
        }
    }

    private async Task ShowStaleAsync(StaleNote.Place picture)
    {
        _prompts = false;
        if (_only is not null && _only != picture.Style)
        {
            await ShowAsync(picture.Style);
        }

        StateHasChanged();
        if (_hands is not null)
        {
            await _hands.InvokeVoidAsync("jump", picture.Number);
        }
    }

    private Task Open((SegmentDetails Segment, StyleSummary Style) picture)
    {
        _opened = picture;
        return ShowDrawerAsync();
    }

    private async Task ShowDrawerAsync()
    {
        if (_hands is not null && _opened is not null)
        {
            await _hands.InvokeVoidAsync("openDrawer");
        }
    }

    private async Task FocusDrawAgainAsync()
    {
        if (_hands is not null && _opened is not null)
        {
            await _hands.InvokeVoidAsync("openDrawer", "[data-testid=draw-again]");
        }
    }

    private async Task CloseAsync()
    {
        if (_hands is not null)
        {
            await _hands.InvokeVoidAsync("closeDrawer");
        }
    }

    private async Task RetryAsync((SegmentDetails Segment, StyleSummary Style) picture)
    {
        try
        {
            if (_view?.Find(picture.Segment.Id, picture.Style.Key) is { } image)
            {
                await illustrator.RetryAsync(image.Id);
                await _view.RefreshIfPollingAsync();
            }
        }
        catch (StoryStudioException e)
        {
            toasts.Show(e.Message);
        }
    }

    private void Saved(SegmentDetails saved)
    {
        _story = _story! with { Segments = [.. _story.Segments.Select(s => s.Id == saved.Id ? saved : s)] };
        if (_opened is var (segment, style) && segment.Id == saved.Id)
        {
            _opened = (saved, style);
        }
    }
}
