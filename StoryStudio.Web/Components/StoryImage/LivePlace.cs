using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Generation;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Pictures;

/// <summary>The place of a picture as that comes about: renders when the picture changes, and not when its parent renders.</summary>
public abstract class LivePlace : PicturePlace
{
    private IStoryView? _view;
    private PictureSubject _of;
    private IDisposable? _subscription;
    private ImageState? _image;
    private bool _paused;
    private Seen _seen;
    private bool _hasRead;
    private bool _isSettled;
    private volatile bool _disposed;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    protected override ImageState? Picture => _image;

    protected override PictureSubject Of => _of;

    protected override bool IsPaused => _paused;

    /// <summary>Whether the style is named beneath it.</summary>
    protected virtual bool SaysItsStyle => false;

    private bool IsBeingRedrawn => Newest is { Status: ImageStatus.Pending or ImageStatus.InProgress, Url: not null, NextAttemptAt: null };

    private ImageState? Newest => _view!.Find(_of.SegmentId!, _of.Style);

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _subscription?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Shows this picture from now on.</summary>
    protected void Watch(IStoryView view, PictureSubject of)
    {
        // Subscribed first and read afterwards, so that nothing falls between the two.
        if (_view != view || (_of.SegmentId, _of.Style) != (of.SegmentId, of.Style))
        {
            _subscription?.Dispose();
            _subscription = view.OnImage(of.SegmentId!, of.Style, Changed);
        }

        (_view, _of) = (view, of);
        Read();

        // The first render does not ask ShouldRender.
        if (!_hasRead)
        {
            (_seen, _hasRead) = (Now(), true);
        }
    }

    protected override bool ShouldRender()
    {
        var seen = Now();
        var changed = IsTouched || seen != _seen;
        _seen = seen;
        return changed;
    }

    protected override void OnAfterRender(bool firstRender)
    {
        base.OnAfterRender(firstRender);
        _isSettled = !IsBeingRedrawn;
    }

    private Seen Now() => new(_image, _of, _paused, SaysItsStyle, IsEager, IsPlain, Expected);

    private void Read()
    {
        _image = Newest;
        _paused = _view!.IsPaused(_image);
        Lay();
    }

    private void Changed()
    {
        if (!_disposed)
        {
            // Where the circuit has gone in the meantime there is nobody left to show it to.
            _ = InvokeAsync(ShowAsync);
        }
    }

    private async Task ShowAsync()
    {
        // A picture that is drawn again in less than that says nothing of it in between: it is there.
        if (!_disposed && _isSettled && IsBeingRedrawn)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(150), Time);
        }

        if (!_disposed)
        {
            Read();
            StateHasChanged();
        }
    }

    /// <summary>What can be seen. A picture that waits to be redrawn and one that is begun look alike.</summary>
    private readonly record struct Seen(ImageState? Image, PictureSubject Of, bool Paused, bool SaysItsStyle, bool Eager, bool Plain, PictureShape Shape)
    {
        public bool Equals(Seen other) =>
            Of == other.Of && (Paused, SaysItsStyle, Eager, Plain, Shape) == (other.Paused, other.SaysItsStyle, other.Eager, other.Plain, other.Shape)
            && (ReferenceEquals(Image, other.Image) || (Image is { } one && other.Image is { } two && LookAlike(one, two)));

        public override int GetHashCode() => HashCode.Combine(Of, Image?.Id, Image?.Version);

        private static bool LookAlike(ImageState one, ImageState two) =>
            one.Id == two.Id && StatusOf(one) == StatusOf(two) && one.Progress == two.Progress && (one.Url is null ? one.Attempt : 0) == (two.Url is null ? two.Attempt : 0)
            && one.NextAttemptAt == two.NextAttemptAt && Equals(one.Error, two.Error) && Equals(one.Stale, two.Stale) && Equals(one.Lock, two.Lock)
            && (one.Url, one.PreviewUrl, one.Width, one.Height) == (two.Url, two.PreviewUrl, two.Width, two.Height);

        private static ImageStatus StatusOf(ImageState image) => image is { Status: ImageStatus.Pending, Url: not null, NextAttemptAt: null } ? ImageStatus.InProgress : image.Status;
    }
}
