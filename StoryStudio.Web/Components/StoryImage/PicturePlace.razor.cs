using System.Globalization;
using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Generation;

namespace StoryStudio.Web.Components.Pictures;

/// <summary>
/// The place of one picture in whatever state that is. Knows nothing but its parameters, except whether the browser could load the
/// picture: that is mended here, by a fresh element, and never reaches the server. That it has loaded the browser keeps to itself
/// (js/pictures.js); a hundred of them are not to call a hundred times.
/// </summary>
public abstract partial class PicturePlace : IDisposable
{
    /// <summary>How long a picture that the browser could not load waits for its one fresh element.</summary>
    private static readonly TimeSpan RemountDelay = TimeSpan.FromSeconds(10);

    /// <summary>A little longer than <c>--settle</c>: what was shown before goes once the new picture covers it.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(400);

    private Layer? _previous;
    private Layer? _current;
    private Layer? _covering;
    private bool _stands;
    private bool _broken;
    private bool _remounted;
    private bool _busy;
    private DateTimeOffset? _remountAt;
    private string? _brokenPreview;
    private ITimer? _settle;

    /// <summary>Which picture it is.</summary>
    protected abstract PictureSubject Of { get; }

    /// <summary>Null while nobody asked for it.</summary>
    protected abstract ImageState? Picture { get; }

    /// <summary>The place's shape until the picture's own is known.</summary>
    protected abstract PictureShape Expected { get; }

    /// <summary>How wide the place is, of <see cref="PlaceSizes"/>.</summary>
    protected virtual string? Sizes => PlaceSizes.Half;

    /// <summary>Load at once rather than when it comes near.</summary>
    protected virtual bool IsEager => false;

    /// <summary>For readers: no sentence about what went wrong and nothing to press.</summary>
    protected virtual bool IsPlain => false;

    /// <summary>For pages without a circuit, which nobody tells that a picture has loaded: what is there shows no waiting.</summary>
    protected virtual bool IsStill => false;

    /// <summary>Whether it waits for nothing but that its run is resumed.</summary>
    protected virtual bool IsPaused => false;

    /// <summary>Whether it can be pressed: <c>onopenpicture</c> is raised on it, and on whatever is about it.</summary>
    protected virtual bool Opens => false;

    /// <summary>Draws a failed or cancelled picture again. Where nobody does, there is no button for it.</summary>
    protected abstract EventCallback Retry { get; }

    /// <summary>Keeps the picture that is shown, although another one failed. Where nobody does, there is no button for it.</summary>
    protected virtual EventCallback Keep => default;

    /// <summary>An address that the browser could not load already, before this place stood there.</summary>
    protected virtual string? BrokenBefore => null;

    /// <summary>What stands beneath the place.</summary>
    protected virtual MarkupString Below => default;

    /// <summary>Whether something of its own, of which no picture's state tells, is to be shown.</summary>
    protected bool IsTouched { get; private set; }

    private PlaceState State => _broken && !IsBeingMade ? PlaceState.Error : PlaceMarkup.StateOf(Picture);

    private bool IsBeingMade => Picture?.Status is ImageStatus.Pending or ImageStatus.InProgress;

    private bool IsServerFailure => Picture?.Status is ImageStatus.Failed;

    private bool IsLoading => !IsStill && _current is not null && !_broken;

    private bool HasPicture => _previous is not null || (_current is not null && !_broken);

    // A reader is not told that a picture that is there failed to become a better one.
    private bool HasOverlay => State is not PlaceState.Success && !(IsPlain && HasPicture && State is PlaceState.Error);

    // Where somebody was asked to look, they see what is heard: that a picture is missing, and whether it comes. Small places have no room for it.
    private bool IsSaidPlainly => State is PlaceState.Generating or PlaceState.Waiting || (IsStill && (State is PlaceState.Error || IsPaused));

    private string Name => PlaceMarkup.Name(State);

    private string Classes => PlaceMarkup.Class(State, HasPicture, IsPlain);

    private PictureShape Box => Picture.Box(Expected);

    // What was shown before lies beneath, so that nothing is bare while the new picture arrives.
    private IReadOnlyList<Layer> Layers => (_previous, _broken ? null : _current) switch
    {
        ({ } before, { } now) => [before, now],
        ({ } before, null) => [before],
        (null, { } now) => [now],
        _ => [],
    };

    // Beyond its time the attempt waits for something else: the run to be resumed, or a key that rests for longer.
    private DateTimeOffset? DueAt => State switch
    {
        PlaceState.Error when !IsServerFailure => _remountAt,
        PlaceState.Error or PlaceState.Waiting when !IsPlain && !IsPaused && Picture?.NextAttemptAt is { } next && next > Clock.GetUtcNow() => next,
        _ => null,
    };

    private bool HasSecondChance => State is PlaceState.Error && Picture is { Status: ImageStatus.Failed, NextAttemptAt: not null };

    private string? Action => State switch
    {
        PlaceState.Error when !IsServerFailure => IsPlain ? null : "Retry",
        _ when !Retry.HasDelegate || IsPlain => null,
        PlaceState.Error => "Retry",
        PlaceState.Cancelled => "Draw",
        _ => null,
    };

    private bool CanKeep => State is PlaceState.Error && !IsPlain && HasPicture && Keep.HasDelegate && Picture?.CanBeKept() is true;

    private string Sentence(DateTimeOffset? due) => State switch
    {
        PlaceState.Error when !IsServerFailure => PictureWords.NotLoaded,
        PlaceState.Redrawing or PlaceState.Waiting when IsPaused => PictureWords.Paused,
        PlaceState.Redrawing => "Drawing again",
        PlaceState.Waiting when due is null => "Waiting",
        _ => PictureWords.Sentence(Picture),
    };

    /// <summary>Changes with the state only, so that each change is heard once and progress never.</summary>
    private string Spoken(DateTimeOffset? due) => State is PlaceState.Success ? PlaceMarkup.Spoken(Of.Number, Of.StyleName, Sentence(due))
        : $"Picture {Of.Number}, {Of.StyleName}: {Sentence(due)}{Afterwards(due)}";

    private string? Afterwards(DateTimeOffset? due) => this switch
    {
        { IsPaused: true, HasSecondChance: true } => $" {PictureWords.Paused}.",
        { HasSecondChance: true } => " It goes again by itself.",
        _ => due is null ? null : " It goes again by itself.",
    };

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => _settle?.Dispose();

    protected override void OnParametersSet() => Lay();

    protected override void OnAfterRender(bool firstRender) => IsTouched = false;

    /// <summary>Lays what is to be shown over what is shown.</summary>
    protected void Lay()
    {
        if (Picture?.Url is { } url)
        {
            if (url != _current?.Url)
            {
                // Where several follow each other quickly, the one that was painted stays beneath.
                _previous ??= _broken ? null : _current;
                _current = new(this, url, Sizes is null ? null : PictureSizes.SetOf(Picture), 0, _stands || IsStill);
                (_broken, _remounted, _remountAt) = (false, false, null);
                if (!_stands && url == BrokenBefore)
                {
                    Failed(_current);
                }
            }
        }
        else if (_current is not null)
        {
            (_previous, _current, _broken, _remounted, _remountAt) = (null, null, false, false, null);
        }

        _stands = true;
    }

    private void Touch() => IsTouched = true;

    /// <summary>Only where another lies beneath does anybody need to know that a picture has loaded.</summary>
    private Action? Covering(Layer layer) => layer == _current && _previous is not null ? () => Loaded(layer) : null;

    private void Loaded(Layer layer)
    {
        if (layer == _current && _previous is not null)
        {
            _covering = layer;
            _settle ??= Clock.CreateTimer(static me => _ = ((PicturePlace)me!).InvokeAsync(((PicturePlace)me).DropPrevious), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _settle.Change(Settle, Timeout.InfiniteTimeSpan);
        }
    }

    private void DropPrevious()
    {
        if (_covering == _current)
        {
            _previous = null;
            Touch();
            StateHasChanged();
        }
    }

    private void BrokenPreview(string preview)
    {
        _brokenPreview = preview;
        Touch();
    }

    private void Failed(Layer layer)
    {
        Touch();
        if (layer == _previous)
        {
            _previous = null;
        }
        else if (layer == _current)
        {
            _broken = true;
            _remountAt = _remounted ? null : Clock.GetUtcNow() + RemountDelay;
        }
    }

    private void Elapsed()
    {
        // What is said beside a countdown is true no longer.
        Touch();
        if (_broken)
        {
            _remounted = true;
            Remount();
        }
    }

    private void Remount()
    {
        Touch();
        (_broken, _remountAt) = (false, null);
        _current = _current is { } layer ? layer with { Mount = layer.Mount + 1, Settles = true } : null;
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

        await DoAsync(Retry);
    }

    private async Task DoAsync(EventCallback command)
    {
        _busy = true;
        Touch();
        try
        {
            await command.InvokeAsync();
        }
        finally
        {
            _busy = false;
            Touch();
        }
    }

    /// <summary>One image element. Another <see cref="Mount"/> of the same address is another element. One that was there from the first is not to come in once more.</summary>
    private sealed record Layer(PicturePlace Place, string Url, string? Set, int Mount, bool Settles)
    {
        /// <summary>As an attribute has it; null for the first, which has none.</summary>
        public string? MountName => Mount is 0 ? null : Mount.ToString(CultureInfo.InvariantCulture);

        /// <summary>The browser could not load it.</summary>
        public void Fail() => Place.Failed(this);
    }
}
