using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Characters;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Components.Shared;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Pages;

/// <summary>The characters and places of one story.</summary>
public sealed partial class CastPage(IStoryLibrary library, ICast cast, IStoryFeed feed, ImageProviders providers, ExpectedShape shapes, NavigationManager navigation, ToastService toasts, TimeProvider clock) : IAsyncDisposable
{
    private static readonly (CastKind Kind, string Title)[] Kinds = [(CastKind.Character, "Characters"), (CastKind.Place, "Places")];

    private ElementReference _add;
    private ElementReference _found;
    private StoryDetails? _story;
    private IStoryView? _view;
    private EditWatch? _onStory;
    private IReadOnlyList<CastMember> _cast = [];
    private IReadOnlySet<string> _takers = new HashSet<string>(StringComparer.Ordinal);
    private PictureShape _shape = PictureShape.Default;
    private string? _asked;
    private string? _said;
    private string? _returned;
    private bool _adding;
    private bool _focusAdd;
    private bool _focusFound;
    private IReadOnlyList<CastProposal> _proposals = [];
    private bool _disposed;

    [Parameter]
    public string Id { get; set; } = "";

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        _onStory?.Dispose();
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
                _onStory?.Dispose();
                await _view.DisposeAsync();
                _view = null;
            }

            var story = await library.GetAsync(Id);
            var members = await cast.GetAsync(Id);
            var proposals = await cast.GetProposalsAsync(Id);
            var view = await feed.OpenAsync(Id);
            if (_disposed)
            {
                await view.DisposeAsync();
                return;
            }

            _takers = story.Styles.Where(s => providers.For(s.Key).Capabilities.MaxReferences > 0).Select(s => s.Key).ToHashSet(StringComparer.Ordinal);
            (_story, _cast, _proposals, _view, _adding, _shape) = (story, members, proposals, view, false, shapes.Of(story, view));
            _onStory = new EditWatch(view, clock, () => InvokeAsync(ReadAnewAsync), DispatchExceptionAsync);
        }
        catch (NotFoundException)
        {
            navigation.NotFound();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focusFound)
        {
            _focusFound = false;
            if (_proposals.Count > 0)
            {
                await _found.FocusAsync();
                return;
            }

            _focusAdd = true;
        }

        if (_focusAdd && !_adding && _cast.Count > 0)
        {
            _focusAdd = false;
            await _add.FocusAsync();
        }
    }

    private async Task AddAsync(LookDraft look)
    {
        var member = await cast.AddAsync(Id, look.Name, look.Description, look.Kind, look.Aliases);
        await ReadAsync();
        (_adding, _focusAdd, _said) = (false, true, $"{member.Name} was added.");
    }

    private async Task AcceptAsync(CastProposal proposal)
    {
        try
        {
            await cast.AddAsync(Id, proposal.Name, "", proposal.Kind, proposal.Aliases);
            (_focusFound, _said) = (true, $"{proposal.Name} is in the cast.");
        }
        catch (StoryStudioException e)
        {
            // Added in another window meanwhile, or the cast is full.
            toasts.Show(e.Message);
        }

        await ReadAsync();
    }

    private async Task DismissAsync(CastProposal proposal)
    {
        string[] names = [proposal.Name, .. proposal.Aliases];
        try
        {
            await cast.DismissAsync(Id, names);
        }
        catch (StoryStudioException e)
        {
            toasts.Show(e.Message);
            return;
        }

        await ReadAsync();
        _focusFound = true;
        toasts.Show($"{proposal.Name} will not be proposed again.", async () =>
        {
            await cast.ProposeAgainAsync(Id, names);
            await InvokeAsync(async () =>
            {
                await ReadAsync();
                StateHasChanged();
            });
        });
    }

    private async Task Changed(CastMember changed)
    {
        await ReadAsync();
        _said = $"{changed.Name} was saved.";
    }

    private async Task GoneAsync(CastExit exit)
    {
        await ReadAsync();
        (_focusAdd, _said, _returned) = (exit.Into is null && !exit.ByPointer, null, null);
        toasts.Show(CastWords.Gone(exit), () => BringBackAsync(exit.Gone.Id));
    }

    private async Task BringBackAsync(string id)
    {
        var back = await cast.RestoreAsync(id);
        await InvokeAsync(async () =>
        {
            // Elsewhere by now: there is nobody to be told.
            if (!_disposed)
            {
                (_returned, _said) = (id, $"{back.Name} is back.");
                await ReadAsync();
                StateHasChanged();
            }
        });
    }

    // Edited in another window, or in this one, which has read it already; forms keep what is being written.
    private async Task ReadAnewAsync()
    {
        try
        {
            if (!_disposed)
            {
                _story = await library.GetAsync(Id);
                await ReadAsync();
                StateHasChanged();
            }
        }
        catch (NotFoundException)
        {
            // Deleted meanwhile: what was read stands until one goes elsewhere.
        }
    }

    // A name that comes or goes may take or give segments that others had, and what is proposed.
    private async Task ReadAsync() => (_cast, _proposals) = (await cast.GetAsync(Id), await cast.GetProposalsAsync(Id));
}
