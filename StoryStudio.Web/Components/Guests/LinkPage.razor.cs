using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Components.Guests;

/// <summary>The address of a share link. Looking at it changes nothing; giving a name makes a guest.</summary>
public sealed partial class LinkPage
{
    private Invitation? _invitation;
    private Refusal? _closed;
    private IReadOnlyList<string> _errors = [];

    [Parameter]
    public string Token { get; set; } = "";

    [SupplyParameterFromForm(FormName = "join")]
    private string? Name { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private ISharing Sharing { get; set; } = null!;

    [Inject]
    private IStoryAccess Access { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        Http.Response.Headers.CacheControl = "no-store";
        Name ??= Http.Features.Get<SpentForm>()?["Name"];
        try
        {
            _invitation = await Sharing.OpenAsync(Token, Http.RequestAborted);
            if (HttpMethods.IsGet(Http.Request.Method) && await IsInAsync(_invitation))
            {
                Navigation.NavigateTo(ReviewOf(_invitation.StoryId));
            }
        }
        catch (LinkClosedException closed)
        {
            Close(Refusal.Of(closed));
        }
        catch (NotFoundException)
        {
            Close(new(StatusCodes.Status404NotFound, "link_not_found", "This link leads nowhere", "Perhaps a part of the address is missing: open it once more from where it was sent to you, or ask for it again."));
        }
    }

    private static string Deed(StoryRole role) => role switch
    {
        StoryRole.Look => "to look at",
        StoryRole.Comment => "to look at and comment on",
        _ => "to look at, comment on and approve",
    };

    private static string ReviewOf(string storyId) => $"/review/{storyId}";

    private async Task JoinAsync()
    {
        if (_invitation is null)
        {
            return;
        }

        try
        {
            var guest = await Sharing.JoinAsync(Token, Name, Http.RequestAborted);
            GuestCookies.Give(Http, guest, Time);
            Navigation.NavigateTo(ReviewOf(guest.Pass.StoryId));
        }
        catch (InvalidInputException invalid)
        {
            _errors = invalid.Errors["name"];
            Http.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        catch (ConflictException full)
        {
            Close(new(StatusCodes.Status409Conflict, full.Code, "This link is full", full.Message));
        }
        catch (LinkClosedException closed)
        {
            Close(Refusal.Of(closed));
        }
    }

    /// <summary>Whether they need not be asked: a guest who may do as much already, or an author who has signed in.</summary>
    private async Task<bool> IsInAsync(Invitation to) =>
        await Access.FindAsync(Http, to.StoryId) is { } actor && !actor.IsLocal() && actor.May(to.Role);

    private void Close(Refusal why)
    {
        (_invitation, _closed) = (null, why);
        why.AnswerWith(Http);
    }
}
