using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Components.Sharing;

/// <summary>The share links of one story.</summary>
public sealed partial class SharePage(IStoryLibrary library, ISharing sharing, CurrentAuthor author, NavigationManager navigation, IJSRuntime js, TimeProvider time) : IAsyncDisposable
{
    private const int MostGuests = 12;

    private static readonly (StoryRole Role, string Words, string What)[] Roles =
    [
        (StoryRole.Look, "look", "at the pictures and the text"),
        (StoryRole.Comment, "comment", "and look"),
        (StoryRole.Decide, "decide", "which pictures are approved, comment and look"),
    ];

    private readonly Dictionary<string, ElementReference> _openers = new(StringComparer.Ordinal);
    private ElementReference _heading;
    private ElementReference _input;
    private ElementReference _make;
    private ElementReference _list;
    private ElementReference _take;
    private Func<ElementReference>? _next;
    private IJSObjectReference? _module;
    private StoryDetails? _story;
    private IReadOnlyList<ShareLinkDetails> _links = [];
    private IReadOnlyList<string> _errors = [];
    private StoryRole _role = StoryRole.Comment;
    private int _days = 30;
    private string? _label;
    private string? _address;
    private string? _addressOf;
    private string? _asking;
    private string? _said;
    private bool _busy;
    private bool _copied;
    private bool _focusMade;

    [Parameter]
    public string Id { get; set; } = "";

    private TimeProvider Time => time;

    public async ValueTask DisposeAsync()
    {
        if (_module is not null)
        {
            try
            {
                await _module.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The browser has gone, and the module with it.
            }
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_story?.Id == Id)
        {
            return;
        }

        try
        {
            var story = await library.GetAsync(Id);
            _links = await sharing.GetAsync(await author.GetAsync(), Id);
            (_story, _address, _asking) = (story, null, null);
        }
        catch (NotFoundException)
        {
            navigation.NotFound();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focusMade)
        {
            _focusMade = false;
            await _heading.FocusAsync();
        }
        else if (_next is { } next)
        {
            _next = null;
            await next().FocusAsync();
        }
    }

    private static string NameOf(ShareLinkDetails link) => link.Label.Length > 0 ? link.Label : link.Role switch
    {
        StoryRole.Look => "A link to look",
        StoryRole.Comment => "A link to comment",
        _ => "A link to decide",
    };

    private async Task MakeAsync()
    {
        if (_busy)
        {
            return;
        }

        _busy = true;
        try
        {
            DateTimeOffset? end = _days == 0 ? null : time.GetUtcNow() + TimeSpan.FromDays(_days);
            var made = await sharing.CreateAsync(await author.GetAsync(), Id, new(_role, _label, end));
            _links = [made.Link, .. _links];
            // The browser's own address of this server: behind a proxy only the browser knows it.
            _address = navigation.ToAbsoluteUri($"/s/{made.Token}").ToString();
            (_addressOf, _label, _errors, _copied, _focusMade) = (made.Link.Id, null, [], false, true);
        }
        catch (InvalidInputException invalid)
        {
            _errors = [.. invalid.Errors.Values.SelectMany(e => e)];
        }
        catch (StoryStudioException failure)
        {
            _errors = [failure.Message];
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task CopyAsync()
    {
        _module ??= await js.InvokeAsync<IJSObjectReference>("import", "./Components/Sharing/SharePage.razor.js");
        _copied = await _module.InvokeAsync<bool>("copy", _input);
        _said = _copied ? "The link was copied." : "The browser does not let it be copied. It is selected: copy it by hand.";
    }

    // What was pressed is gone with each of these: the focus goes to what follows from it.
    private void Ask(ShareLinkDetails link) => (_asking, _next) = (link.Id, () => _take);

    private void Keep(ShareLinkDetails link) => (_asking, _next) = (null, () => _openers[link.Id]);

    private void Done() => (_address, _next) = (null, () => _make);

    private async Task RevokeAsync(ShareLinkDetails link)
    {
        (_asking, _next) = (null, () => _list);
        try
        {
            await sharing.RevokeAsync(await author.GetAsync(), link.Id);
            _said = $"{NameOf(link)} was taken back.";
        }
        catch (NotFoundException)
        {
            // It went, in another window; so may its story have.
        }
        catch (StorageUnavailableException failure)
        {
            _errors = [failure.Message];
        }

        try
        {
            _links = await sharing.GetAsync(await author.GetAsync(), Id);
        }
        catch (NotFoundException)
        {
            navigation.NotFound();
            return;
        }

        if (_links.FirstOrDefault(l => l.Id == _addressOf) is not { RevokedAt: null })
        {
            // Nobody is to send on what leads nowhere.
            _address = null;
        }
    }
}
