using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Pictures;

/// <summary>
/// One picture in whatever state it is. Knows nothing but its parameters, except whether the browser could load the picture:
/// that is mended here, by a fresh element, and never reaches the server.
/// </summary>
public sealed partial class StoryImage : IDisposable
{
    /// <summary>How long a picture that the browser could not load waits for its one fresh element.</summary>
    private static readonly TimeSpan RemountDelay = TimeSpan.FromSeconds(10);

    /// <summary>A little longer than <c>--settle</c>: what was shown before goes once the new picture covers it.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(400);

    private Layer? _previous;
    private Layer? _current;
    private bool _loaded;
    private bool _broken;
    private bool _remounted;
    private bool _busy;
    private DateTimeOffset? _remountAt;
    private string? _brokenPreview;
    private ITimer? _settle;

    /// <summary>Null while nobody asked for it.</summary>
    [Parameter, EditorRequired]
    public ImageState? Image { get; set; }

    /// <summary>Says what is in the picture.</summary>
    [Parameter, EditorRequired]
    public string Alt { get; set; } = "";

    /// <summary>Key of the style; the colours of waiting come from it.</summary>
    [Parameter, EditorRequired]
    public string Style { get; set; } = "";

    [Parameter, EditorRequired]
    public string StyleName { get; set; } = "";

    /// <summary>The segment's number.</summary>
    [Parameter, EditorRequired]
    public string Number { get; set; } = "";

    /// <summary>Load at once rather than when it comes near.</summary>
    [Parameter]
    public bool Eager { get; set; }

    /// <summary>For readers: no sentence about what went wrong and nothing to press.</summary>
    [Parameter]
    public bool Plain { get; set; }

    /// <summary>The segment that the picture belongs to, for scripts that look for its place.</summary>
    [Parameter]
    public string? SegmentId { get; set; }

    /// <summary>For pages without a circuit, which nobody tells that a picture has loaded: what is there shows no waiting.</summary>
    [Parameter]
    public bool Still { get; set; }

    /// <summary>The place's shape until the picture's own is known.</summary>
    [Parameter]
    public PictureShape Shape { get; set; } = PictureShape.Default;

    /// <summary>Draw a failed or cancelled picture again. Without it there is no button for that.</summary>
    [Parameter]
    public EventCallback OnRetry { get; set; }

    /// <summary>The place was pressed.</summary>
    [Parameter]
    public EventCallback OnOpen { get; set; }

    private PlaceState State => _broken && !IsBeingMade ? PlaceState.Error : Image switch
    {
        null => PlaceState.Empty,
        { Status: ImageStatus.Pending or ImageStatus.InProgress, Url: not null } => PlaceState.Redrawing,
        { Status: ImageStatus.Pending } => PlaceState.Waiting,
        { Status: ImageStatus.InProgress } => PlaceState.Generating,
        { Status: ImageStatus.Failed } => PlaceState.Error,
        { Url: not null } => PlaceState.Success,
        { Status: ImageStatus.Cancelled } => PlaceState.Cancelled,
        _ => PlaceState.Empty,
    };

    private bool IsBeingMade => Image?.Status is ImageStatus.Pending or ImageStatus.InProgress;

    private bool IsServerFailure => Image?.Status is ImageStatus.Failed;

    private bool IsLoading => !Still && _current is not null && !_loaded && !_broken;

    private bool HasPicture => Layers.Count > 0;

    // A reader is not told that a picture that is there failed to become a better one.
    private bool HasOverlay => State is not PlaceState.Success && !(Plain && HasPicture && State is PlaceState.Error);

    private string Name => State.ToString().ToLowerInvariant();

    private PictureShape Box => Image is { Width: > 0 and { } width, Height: > 0 and { } height } ? new(width, height) : Shape;

    // What was shown before lies beneath, so that nothing is bare while the new picture arrives.
    private IReadOnlyList<Layer> Layers => (_previous, _broken ? null : _current) switch
    {
        ({ } before, { } now) => [before, now],
        ({ } before, null) => [before],
        (null, { } now) => [now],
        _ => [],
    };

    private string Sentence => State switch
    {
        PlaceState.Error when !IsServerFailure => PictureWords.NotLoaded,
        PlaceState.Redrawing => "Drawing again",
        PlaceState.Waiting when Plain => "Waiting",
        _ => PictureWords.Sentence(Image),
    };

    private DateTimeOffset? DueAt => State switch
    {
        PlaceState.Error when !IsServerFailure => _remountAt,
        PlaceState.Error or PlaceState.Waiting => Image?.NextAttemptAt,
        _ => null,
    };

    private string? Action => State switch
    {
        PlaceState.Error when !IsServerFailure => Plain ? null : "Retry",
        _ when !OnRetry.HasDelegate || Plain => null,
        PlaceState.Error => "Retry",
        PlaceState.Cancelled => "Draw",
        _ => null,
    };

    /// <summary>Changes with the state only, so that each change is heard once and progress never.</summary>
    private string Spoken => $"Picture {Number}, {StyleName}: {Sentence}{(DueAt is null ? "" : " It goes again by itself.")}";

    public void Dispose() => _settle?.Dispose();

    protected override void OnParametersSet()
    {
        if (Image?.Url == _current?.Url)
        {
            return;
        }

        // Where several follow each other quickly, the one that was painted stays beneath.
        _previous = _loaded ? _current : _previous;
        _current = Image?.Url is { } url ? new(url, 0) : null;
        if (_current is null)
        {
            _previous = null;
        }

        (_loaded, _broken, _remounted, _remountAt) = (false, false, false, null);
    }

    private void Loaded(Layer layer)
    {
        if (layer != _current)
        {
            return;
        }

        (_loaded, _remounted) = (true, false);
        if (_previous is not null)
        {
            _settle ??= Clock.CreateTimer(static me => _ = ((StoryImage)me!).InvokeAsync(((StoryImage)me).DropPrevious), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _settle.Change(Settle, Timeout.InfiniteTimeSpan);
        }
    }

    private void DropPrevious()
    {
        if (_loaded)
        {
            _previous = null;
            StateHasChanged();
        }
    }

    private void Failed(Layer layer)
    {
        if (layer == _previous)
        {
            _previous = null;
        }
        else if (layer == _current)
        {
            (_broken, _loaded) = (true, false);
            _remountAt = _remounted ? null : Clock.GetUtcNow() + RemountDelay;
        }
    }

    private void RemountIfBroken()
    {
        if (_broken)
        {
            _remounted = true;
            Remount();
        }
    }

    private void Remount()
    {
        (_broken, _loaded, _remountAt) = (false, false, null);
        _current = _current is { } layer ? layer with { Mount = layer.Mount + 1 } : null;
    }

    private async Task ActAsync()
    {
        if (State is PlaceState.Error && !IsServerFailure)
        {
            // A person who asks once more gets one more look, not another ten seconds of waiting.
            _remounted = true;
            Remount();
            return;
        }

        _busy = true;
        try
        {
            await OnRetry.InvokeAsync();
        }
        finally
        {
            _busy = false;
        }
    }

    /// <summary>One image element. Another <see cref="Mount"/> of the same address is another element.</summary>
    private sealed record Layer(string Url, int Mount);
}
