using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Pages;

/// <summary>The characters of one story.</summary>
public sealed partial class CastPage(IStoryLibrary library, ICast cast, IStoryFeed feed, ImageProviders providers, ExpectedShape shapes, NavigationManager navigation) : IAsyncDisposable
{
    private ElementReference _add;
    private StoryDetails? _story;
    private IStoryView? _view;
    private IReadOnlyList<CastMember> _cast = [];
    private IReadOnlySet<string> _takers = new HashSet<string>(StringComparer.Ordinal);
    private PictureShape _shape = PictureShape.Default;
    private string? _asked;
    private string? _said;
    private bool _adding;
    private bool _focusAdd;
    private bool _disposed;

    [Parameter]
    public string Id { get; set; } = "";

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (_view is not null)
        {
            await _view.DisposeAsync();
        }
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

            var story = await library.GetAsync(Id);
            var members = await cast.GetAsync(Id);
            var view = await feed.OpenAsync(Id);
            if (_disposed)
            {
                await view.DisposeAsync();
                return;
            }

            _takers = story.Styles.Where(s => providers.For(s.Key).Capabilities.MaxReferences > 0).Select(s => s.Key).ToHashSet(StringComparer.Ordinal);
            (_story, _cast, _view, _adding, _shape) = (story, members, view, false, shapes.Of(story, view));
        }
        catch (NotFoundException)
        {
            navigation.NotFound();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focusAdd && !_adding && _cast.Count > 0)
        {
            _focusAdd = false;
            await _add.FocusAsync();
        }
    }

    private async Task AddAsync((string Name, string Description) look)
    {
        var member = await cast.AddAsync(Id, look.Name, look.Description);
        _cast = [.. _cast, member];
        (_adding, _focusAdd, _said) = (false, true, $"{member.Name} was added.");
    }

    // A new name, or a new character, may take or give segments that others had.
    private async Task Changed(CastMember changed)
    {
        _cast = await cast.GetAsync(Id);
        _said = $"{changed.Name} was saved.";
    }

    private async Task RemovedAsync(CastMember removed)
    {
        _cast = await cast.GetAsync(Id);
        (_focusAdd, _said) = (true, $"{removed.Name} was removed.");
    }
}
