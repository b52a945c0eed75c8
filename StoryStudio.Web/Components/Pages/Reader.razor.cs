using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Pages;

public sealed partial class Reader(IStoryLibrary library, IStoryFeed feed, ExpectedShape shapes, NavigationManager navigation, IJSRuntime scripts) : IAsyncDisposable
{
    /// <summary>Characters beyond which a leaf may have to be scrolled, and so must be reachable by keyboard.</summary>
    private const int LongText = 500;

    private ElementReference _root;
    private StoryDetails? _story;
    private IStoryView? _view;
    private StyleSummary? _style;
    private PictureShape _shape = PictureShape.Default;
    private int _page;
    private bool _gone;
    private bool _attached;
    private bool _disposed;
    private string? _asked;
    private IJSObjectReference? _module;
    private IJSObjectReference? _hands;
    private DotNetObjectReference<Reader>? _self;

    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>The segment to open at; null is the first one.</summary>
    [Parameter]
    public string? Number { get; set; }

    private SegmentDetails? Current => _story?.Segments.ElementAtOrDefault(_page);

    private string StoryAddress => $"stories/{Id}";

    private string Ratio => ((double)_shape.Width / _shape.Height).ToString("0.###", CultureInfo.InvariantCulture);

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

    /// <summary>Called by keys and swipes.</summary>
    [JSInvokable]
    public Task TurnByAsync(int leaves) => TurnAsync(_page + leaves);

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

            _view = view;
            _page = Number is null ? 0 : story.Segments.TakeWhile(s => s.Number != Number).Count();
            if (_page > 0 && _page == story.Segments.Count)
            {
                _gone = true;
                navigation.NotFound();
                return;
            }

            (_story, _style, _shape) = (story, story.Styles is [var first, ..] ? first : null, shapes.Of(story, view));
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
        _module = await scripts.InvokeAsync<IJSObjectReference>("import", "./Components/Pages/Reader.razor.js");
        _hands = await _module.InvokeAsync<IJSObjectReference>("attach", _root, _self);
        var remembered = await _hands.InvokeAsync<string?>("rememberedStyle");
        if (_story.Styles.FirstOrDefault(s => s.Key == remembered) is { } style && style != _style)
        {
            _style = style;
            StateHasChanged();
        }
    }

    private async Task TurnAsync(int page)
    {
        if (_story is null || _story.Segments.Count == 0)
        {
            return;
        }

        page = Math.Clamp(page, 0, _story.Segments.Count - 1);
        if (page == _page)
        {
            return;
        }

        _page = page;
        StateHasChanged();
        if (_hands is not null)
        {
            // Not a navigation: the address follows, so that a reload or a link comes back to this leaf.
            await _hands.InvokeVoidAsync("address", navigation.ToAbsoluteUri($"{StoryAddress}/read/{Current!.Number}").AbsolutePath);
        }
    }

    private async Task ChooseStyleAsync(ChangeEventArgs chosen)
    {
        _style = _story!.Styles.FirstOrDefault(s => s.Key == chosen.Value as string) ?? _style;
        if (_hands is not null && _style is not null)
        {
            await _hands.InvokeVoidAsync("rememberStyle", _style.Key);
        }
    }
}
