using Microsoft.AspNetCore.Components.Authorization;
using StoryStudio.Core;
using StoryStudio.Core.Access;

namespace StoryStudio.Web.Security;

/// <summary>The author whose page this is, while it is rendered and on its circuit: only authors have circuits.</summary>
public sealed class CurrentAuthor(AuthenticationStateProvider authentication)
{
    /// <exception cref="ForbiddenException">They are an author no longer.</exception>
    public async ValueTask<Actor> GetAsync() =>
        (await authentication.GetAuthenticationStateAsync()).User.AuthorOf() ?? throw new ForbiddenException("sign_in_required", "Please sign in again.");
}
