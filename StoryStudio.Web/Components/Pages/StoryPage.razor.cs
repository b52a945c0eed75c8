using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Components.Shared;
using StoryStudio.Web.Components.Stories;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Pages;

public sealed partial class StoryPage(
    IStoryLibrary library, IStoryEditor editor, IIllustrator illustrator, ImageProviders providers, IStoryFeed feed, ExpectedShape shapes, NavigationManager navigation, ToastService toasts, TimeProvider clock, IJSRuntime scripts) : IAsyncDisposable
{
    /// <summary>A story of so many segments or fewer is there as a whole.</summary>
    private const int Few = 40;

    /// <summary>Rows of a long one that are there before anybody has scrolled.</summary>
    private const int Beginning = 10;

    /// <summary>Rows of a long one that are there at most, whatever a browser asks for.</summary>
    private const int MostMounted = 40;

    private readonly PageScript _script = new();
    private readonly HashSet<string> _editing = new(StringComparer.Ordinal);
    private ElementReference _root;
    private ElementReference _drawer;
    private StoryDetails? _story;
    private IStoryView? _view;
    private IReadOnlyList<StyleSummary> _shown = [];
    private RowTable? _table;
    private PictureShape _shape = PictureShape.Default;
    private (SegmentDetails Segment, StyleSummary Style)? _opened;
    private string? _only;
    private bool _prompts;
    private bool _gone;
    private bool _attached;
    private bool _disposed;
    private string? _asked;
    private string? _addingAfter;
    private bool _missed;
    private string? _said;
    private string? _show;
    private EditHistory? _history;
    private EditWatch? _edits;
    private int _first;
    private int _count = Beginning;
    private bool _busy;
    private bool _numbersChosen;
    private IJSObjectReference? _hands;
    private DotNetObjectReference<StoryPage>? _self;

    [Parameter]
    public string Id { get; set; } = "";

    private bool IsLong => _rows.Count > Few;

    private int First => IsLong ? Math.Clamp(_first, 0, _rows.Count - 1) : 0;

    private IReadOnlyList<RowPlace> Places => [.. Enumerable.Range(First, Mounted).Select(RowAt)];

    private int Mounted => IsLong ? Math.Min(_count, _rows.Count - First) : _rows.Count;

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _script.DisposeAsync();
        _self?.Dispose();
        _edits?.Dispose();
        if (_view is not null)
        {
            await _view.DisposeAsync();
        }
    }

    /// <summary>Called by the keys: opens the picture of a beat in the style that is looked at.</summary>
    [JSInvokable]
    public Task OpenBeatAsync(string number)
    {
        Open(number);
        return ShowDrawerAsync();
    }

    /// <summary>Called by the keys: draws that picture again, at once where it costs nothing and can be taken back. Elsewhere it is opened at the button for it, beside what one should know before.</summary>
    /// <returns>Whether it needed nothing to be opened.</returns>
    [JSInvokable]
    public async Task<bool> DrawBeatAgainAsync(string number)
    {
        if (_shown is [var style, ..] && _story?.Segments.FirstOrDefault(s => s.Number == number) is { } segment && providers.For(style.Key).EstimateUsd(references: 0) is 0
            && _view?.Find(segment.Id, style.Key) is { Url: not null, Lock: null, ChosenVersion: { } before } image && !image.IsActive())
        {
            if (await DoToPictureAsync(() => illustrator.RegenerateAsync(image.Id, prompt: null, instruction: null)))
            {
                toasts.Show($"Drawing {number} again.", () => InvokeAsync(async () =>
                {
                    if (await DoToPictureAsync(() => illustrator.TakeBackAsync(image.StoryId, image.Id, before)))
                    {
                        toasts.Show($"Undone: drawing {number} again.");
                    }
                }));
            }

            return true;
        }

        Open(number);
        await FocusDrawAgainAsync();
        return false;
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
            _edits?.Dispose();
            if (_view is not null)
            {
                await _view.DisposeAsync();
                _view = null;
            }

            // First whether there is one at all: the live line is no place to ask for what may never have been.
            var story = await library.GetAsync(Id);
            var view = await feed.OpenAsync(Id);
            if (_disposed || _asked != story.Id)
            {
                await view.DisposeAsync();
                return;
            }

            Begin(story, view);

            // Read before it was listened: where it was edited in between, it is read once more.
            _edits = new EditWatch(view, clock, () => InvokeAsync(RereadAsync), DispatchExceptionAsync);
            await RereadAsync();
        }
        catch (NotFoundException)
        {
            _gone = true;
            navigation.NotFound();
        }
    }

    private void Begin(StoryDetails story, IStoryView view)
    {
        (_story, _view) = (story, view);
        _shape = shapes.Of(story, view);
        (_only, _opened, _addingAfter, _said) = (null, null, null, null);
        (_kind, _finding) = (null, false);
        (_first, _count) = (0, Beginning);
        _editing.Clear();
        ForgetSteps();
        Show();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_show is { } shown && _hands is not null)
        {
            _show = null;
            await _hands.InvokeVoidAsync("show", shown);
        }

        if (_attached || _story is null)
        {
            return;
        }

        _attached = true;
        _self = DotNetObjectReference.Create(this);
        _hands = await _script.AttachAsync(scripts, "./Components/Pages/StoryPage.razor.js", _root, _drawer, _self);
        if (_hands is null)
        {
            return;
        }

        var style = await _hands.InvokeAsync<string?>("rememberedStyle", [.. _story.Styles.Select(s => s.Key)]);
        if (style is not null)
        {
            _only = style;
            Show();
            StateHasChanged();
        }

        // Whoever was quicker than the script has opened a picture already.
        await ShowDrawerAsync();
    }

    private RowTable Table => _table is { } table && table.View == _view && table.Shown == _shown && table.Prompts == _prompts && table.Shape == _shape ? table : _table = new()
    {
        View = _view!,
        Shown = _shown,
        Prompts = _prompts,
        Shape = _shape,
        OnOpen = EventCallback.Factory.Create<OpenPictureEventArgs>(this, OpenAsync),
        OnEdit = EventCallback.Factory.Create<EditWordsEventArgs>(this, Edit),
        OnRetry = EventCallback.Factory.Create<(SegmentDetails, StyleSummary)>(this, RetryAsync),
        OnKeep = EventCallback.Factory.Create<(SegmentDetails, StyleSummary)>(this, KeepAsync),
        OnSaved = EventCallback.Factory.Create<SegmentDetails>(this, RereadAsync),
        OnClosed = EventCallback.Factory.Create<SegmentDetails>(this, CloseEditorAsync),
        OnAdded = EventCallback.Factory.Create<StoryEdit?>(this, AddedAsync),
        OnOrder = EventCallback.Factory.Create<SegmentOrder>(this, OrderAsync),
    };

    private RowPlace RowAt(int row)
    {
        var (segment, place) = (_rows[row], PlaceOf(row));
        return new(segment, row, place == 0, place + 1 == _story!.Segments.Count, _editing.Contains(segment.Id), _addingAfter == segment.Id);
    }

    private static string Pressed(bool pressed) => pressed ? "true" : "false";

    private void Show()
    {
        _numbersChosen = SegmentNumbers.AreChosen(_story!.Segments);
        _only = _story!.Styles.Any(s => s.Key == _only) ? _only : null;
        IReadOnlyList<StyleSummary> shown = _only is null ? _story!.Styles : [.. _story!.Styles.Where(s => s.Key == _only)];
        _shown = shown.SequenceEqual(_shown) ? _shown : shown;
        Sift();
    }

    private async Task ShowAsync(string? style)
    {
        _only = style;
        _sifted.Clear();
        Show();
        if (_hands is not null)
        {
            await _hands.InvokeVoidAsync("rememberStyle", style);
        }
    }

    /// <summary>Whoever looks at one style only sees the one that came; else all of them.</summary>
    private async Task StyledAsync(string? come)
    {
        await RereadAsync();
        if (_only is not null && come is not null)
        {
            await ShowAsync(come);
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

    private Task OpenAsync(OpenPictureEventArgs picture)
    {
        if (_story is { } story && story.Segments.FirstOrDefault(s => s.Id == picture.SegmentId) is { } segment && story.Styles.FirstOrDefault(s => s.Key == picture.Style) is { } style)
        {
            _opened = (segment, style);
        }

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

    private Task RetryAsync((SegmentDetails Segment, StyleSummary Style) picture) =>
        _view?.Find(picture.Segment.Id, picture.Style.Key) is { } image ? DoToPictureAsync(() => illustrator.RetryAsync(image.Id)) : Task.CompletedTask;

    private Task KeepAsync((SegmentDetails Segment, StyleSummary Style) picture) =>
        _view?.Find(picture.Segment.Id, picture.Style.Key) is { ChosenVersion: { } chosen } image ? DoToPictureAsync(() => illustrator.ChooseAsync(image.Id, chosen)) : Task.CompletedTask;

    private async Task<bool> DoToPictureAsync(Func<Task> command)
    {
        try
        {
            await command();
            await (_view?.RefreshIfPollingAsync() ?? Task.CompletedTask);
            return true;
        }
        catch (StoryStudioException e)
        {
            toasts.Show(e.Message);
            return false;
        }
    }

    private void Open(string number)
    {
        if (_story?.Segments.FirstOrDefault(s => s.Number == number) is { } segment && _shown.Count > 0)
        {
            _opened = (segment, _shown[0]);
            StateHasChanged();
        }
    }
}
