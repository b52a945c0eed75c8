using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using StoryStudio.Core.Access;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Accounts;

/// <summary>Authors by the cookie of their sign-in, or by a token of their program.</summary>
internal sealed class AccountAuthors(IOptions<IdentityOptions> identity, Doors doors) : IAuthors
{
    /// <summary>What changes when what was signed in before shall end.</summary>
    public const string StampClaim = "AspNet.Identity.SecurityStamp";

    /// <summary>What tells one sign-in from every other: all tabs of a browser have the same.</summary>
    public const string SignInClaim = "StoryStudio.SignIn";

    private const string Bearer = "Bearer ";

    public async ValueTask<ClaimsPrincipal?> FindAsync(HttpContext context)
    {
        if (context.User.AuthorOf() is { } known && !known.IsLocal())
        {
            // The same request, gone round once more for the page that says what went wrong.
            return context.User;
        }

        var claims = identity.Value.ClaimsIdentity;
        if (context.User.Identity is { IsAuthenticated: true, AuthenticationType: { } scheme } && scheme == IdentityConstants.ApplicationScheme
            && context.User.FindFirst(claims.UserIdClaimType) is { } id && context.User.FindFirst(claims.UserNameClaimType) is { } name)
        {
            return AuthorPrincipal.Create(id.Value, name.Value, [
                .. context.User.FindAll(claims.SecurityStampClaimType).Select(c => new Claim(StampClaim, c.Value)),
                .. context.User.FindAll(SignInClaim).Select(c => new Claim(SignInClaim, c.Value)),
                .. context.User.FindAll(c => c.Type == SignInClaim || c.Type == claims.SecurityStampClaimType).Select(c => new Claim(AuthorPrincipal.DoorClaim, c.Value)),
            ]);
        }

        var authorization = context.Request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            && await context.RequestServices.GetRequiredService<AccountBook>().FindByTokenAsync(authorization[Bearer.Length..].Trim()) is var (account, tokenId)
            && !doors.IsClosed(tokenId)
                ? AuthorPrincipal.Create(account.Id, account.Name, new Claim(AuthorPrincipal.DoorClaim, tokenId))
                : null;
    }
}

/// <summary>Looks once a minute whether the author behind a circuit is still one.</summary>
internal sealed class AuthorRevalidation(ILoggerFactory loggers, IServiceScopeFactory scopes) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => AccountsSetup.Revalidation;

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        if (authenticationState.User.AuthorOf() is not { } author || author.IsLocal())
        {
            return authenticationState.User.AuthorOf() is not null;
        }

        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AccountBook>().IsCurrentAsync(authenticationState.User, author.Id);
    }
}
