using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using StoryStudio.Web.Live;

namespace StoryStudio.Tests.Fakes;

/// <summary>Counts the windows on stories that are open.</summary>
internal sealed class CountedFeed(IStoryFeed feed) : IStoryFeed
{
    private int _open;

    public int Open => Volatile.Read(ref _open);

    public async Task<IStoryView> OpenAsync(string storyId, CancellationToken cancellationToken = default)
    {
        var view = await feed.OpenAsync(storyId, cancellationToken);
        Interlocked.Increment(ref _open);
        return View.Of(view, () => Interlocked.Decrement(ref _open));
    }

    /// <summary>Passes everything on, and tells once that it was left.</summary>
    [SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "The proxy is a subtype of it, made at run time.")]
    internal class View : DispatchProxy
    {
        private IStoryView _view = null!;
        private Action? _left;

        public static IStoryView Of(IStoryView view, Action left)
        {
            var counted = Create<IStoryView, View>();
            var self = (View)(object)counted;
            (self._view, self._left) = (view, left);
            return counted;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IAsyncDisposable.DisposeAsync))
            {
                Interlocked.Exchange(ref _left, null)?.Invoke();
            }

            return targetMethod.Invoke(_view, BindingFlags.DoNotWrapExceptions, null, args, null);
        }
    }
}
