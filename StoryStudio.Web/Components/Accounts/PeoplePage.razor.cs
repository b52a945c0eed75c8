using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Web.Accounts;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Components.Accounts;

/// <summary>Authors, invitations, and the account of whoever looks.</summary>
public sealed partial class PeoplePage
{
    private static readonly Dictionary<string, string[]> Nothing = new(StringComparer.Ordinal);

    private Actor _me = Actor.Local;
    private bool _rules;
    private IReadOnlyList<AccountDetails> _people = [];
    private IReadOnlyList<AccountInvitationDetails> _invitations = [];
    private IReadOnlyList<AccessTokenDetails> _tokens = [];
    private IReadOnlyDictionary<string, string[]> _errors = Nothing;
    private string? _said;
    private string? _spent;
    private string? _link;
    private string? _token;

    [SupplyParameterFromForm]
    private string? Current { get; set; }

    [SupplyParameterFromForm]
    private string? Password { get; set; }

    [SupplyParameterFromForm]
    private string? Label { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private IServiceProvider Services { get; set; } = null!;

    [Inject]
    private Doors Doors { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private AccountBook Accounts => Services.GetRequiredService<AccountBook>();

    protected override async Task OnInitializedAsync()
    {
        Http.Response.Headers.CacheControl = "no-store";
        Label ??= Http.Features.Get<SpentForm>()?["Label"];
        // The page admits authors alone.
        _me = Http.User.AuthorOf()!;
        _rules = await Accounts.RulesAsync(_me);
        await ReadAsync();
        _spent = await SpentAsync();
    }

    /// <summary>The form that was sent, where what it is about is here no more: a page stood open while it went, or was sent once more.</summary>
    private async Task<string?> SpentAsync()
    {
        if (!Http.Request.HasFormContentType || (await Http.Request.ReadFormAsync(Http.RequestAborted))["_handler"].ToString().Split('-', 2) is not [var what, var id])
        {
            return null;
        }

        var isHere = what switch
        {
            "remove" => _rules && _people.Any(p => p.Id == id && !p.IsOwner),
            "withdraw" => _rules && _invitations.Any(i => i.Id == id),
            "revoke" => _tokens.Any(t => t.Id == id),
            _ => true,
        };
        return isHere ? null : $"{what}-{id}";
    }

    private Task SaySpentAsync()
    {
        _said = "That is gone already: nothing was left to be done.";
        return Task.CompletedTask;
    }

    private async Task ReadAsync()
    {
        _people = await Accounts.GetAsync();
        _invitations = _rules ? await Accounts.GetInvitationsAsync() : [];
        _tokens = _me.IsLocal() ? [] : await Accounts.GetTokensAsync(_me.Id);
    }

    private Task InviteAsync() => TryAsync(async () =>
    {
        RequireRule();
        _link = Navigation.ToAbsoluteUri($"/welcome/{await Accounts.InviteAsync()}").ToString();
    });

    private Task WithdrawAsync(AccountInvitationDetails invitation) => TryAsync(async () =>
    {
        RequireRule();
        _said = await Accounts.WithdrawInvitationAsync(invitation.Id) ? "The invitation was taken back. Its link opens nothing any more." : "Somebody has used that invitation already.";
    });

    private Task RemoveAsync(AccountDetails person) => TryAsync(async () =>
    {
        RequireRule();
        await Accounts.RemoveAsync(person.Id);
        _said = $"{person.Name} was removed.";
    });

    private Task ChangeAsync() => TryAsync(async () =>
    {
        CloseAfterwards([await Accounts.ChangePasswordAsync(_me.Id, Current, Password)]);
        _said = "The password was changed. Everywhere else you sign in anew.";
    });

    private Task CreateTokenAsync() => TryAsync(async () => (_token, Label) = (await Accounts.CreateTokenAsync(_me.Id, Label), null));

    private Task RevokeAsync(AccessTokenDetails token) => TryAsync(async () =>
    {
        await Accounts.RevokeTokenAsync(_me.Id, token.Id);
        _said = $"{token.Label} was taken back.";
    });

    private async Task SignOutAsync()
    {
        CloseAfterwards(await Accounts.SignOutAsync());
        Navigation.NavigateTo("/sign-in");
    }

    // This request has come through the same doors.
    private void CloseAfterwards(IReadOnlyList<string> doors) => Http.Response.OnCompleted(() =>
    {
        foreach (var door in doors)
        {
            Doors.Close(door);
        }

        return Task.CompletedTask;
    });

    private async Task TryAsync(Func<Task> deed)
    {
        try
        {
            await deed();
            await ReadAsync();
        }
        catch (InvalidInputException invalid)
        {
            _errors = invalid.Errors;
            Http.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        catch (StoryStudioException failure)
        {
            _said = failure.Message;
            Http.Response.StatusCode = StatusCodes.Status409Conflict;
        }
    }

    // The buttons are not there for others; a form can be sent without its button.
    private void RequireRule()
    {
        if (!_rules)
        {
            throw new ForbiddenException("owner_only", "Only the owner may do that.");
        }
    }

    private string[] Of(string field) => _errors.GetValueOrDefault(field) ?? [];

    private string? Invalid(string field) => _errors.ContainsKey(field) ? "true" : null;
}
