using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Prompts;

/// <summary>
/// Tells of what is sent with a picture, while it is looked at, once another picture goes along: the style's first, a sheet, or one that somebody
/// of the cast was given. Of the other pictures of a run it says nothing, nor of edits: the page tells of those.
/// </summary>
internal sealed class SentWatch : IDisposable
{
    /// <summary>A change waits so long for further ones, and for the page that reads its story anew after an edit.</summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(400);

    private readonly IStoryView _view;
    private readonly ICast _cast;
    private readonly string _style;
    private readonly TimeProvider _clock;
    private readonly Func<Task> _changed;
    private readonly IDisposable _edits;
    private readonly IDisposable _images;
    private (string Cast, string Drawn, bool LeadIsShown)? _stand;
    private string? _lead;
    private int _gathering;
    private volatile bool _disposed;

    /// <param name="view">The page's view of the story.</param>
    /// <param name="cast">The story's cast.</param>
    /// <param name="style">Key of the style.</param>
    /// <param name="clock">Times the gathering.</param>
    /// <param name="changed">Is told, on any thread.</param>
    public SentWatch(IStoryView view, ICast cast, string style, TimeProvider clock, Func<Task> changed)
    {
        (_view, _cast, _style, _clock, _changed) = (view, cast, style, clock, changed);
        (_edits, _images) = (view.OnStory(Changed), view.OnImages(Changed));
    }

    /// <summary>Whether what was read last may be another by now.</summary>
    public async Task<bool> IsOldAsync() => await StandAsync() is var (cast, material) && _stand != Of(cast, material);

    /// <summary>Reads what is sent, and holds it to how things stood before.</summary>
    public async Task<PromptPreview> ReadAsync(Func<Task<PromptPreview>> read)
    {
        var (cast, material) = await StandAsync();
        var sent = await read();
        _lead = sent.References.FirstOrDefault(r => r.Role is ReferenceRole.Consistency)?.Url;
        _stand = Of(cast, material);
        return sent;
    }

    public void Dispose()
    {
        _disposed = true;
        _edits.Dispose();
        _images.Dispose();
    }

    private async Task<(string Cast, SentMaterial Material)> StandAsync() => (await SentCast.PicturesAsync(_view, _cast), SentMaterial.Of(_view, _style));

    // A style may go with one that is not the first in the order: that one is known by what was sent last.
    private (string Cast, string Drawn, bool LeadIsShown) Of(string cast, SentMaterial material) => (cast, material.Pictures, material.Shows(_lead));

    private void Changed()
    {
        if (!_disposed && Interlocked.Exchange(ref _gathering, 1) == 0)
        {
            _ = GatherAsync();
        }
    }

    private async Task GatherAsync()
    {
        await Task.Delay(Gathering, _clock);
        Interlocked.Exchange(ref _gathering, 0);
        if (!_disposed)
        {
            await _changed();
        }
    }
}
