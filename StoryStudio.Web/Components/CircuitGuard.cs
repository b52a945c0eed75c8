using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Components;

/// <summary>Nothing that a browser sends over a circuit is done for somebody who is an author no longer. Their lines are cut beside that; this is for what was on its way.</summary>
internal sealed class CircuitGuard(AuthenticationStateProvider authentication, Doors doors) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async activity =>
    {
        if ((await authentication.GetAuthenticationStateAsync()).User is var user && (user.AuthorOf() is null || user.DoorsOf().Any(doors.IsClosed)))
        {
            throw new ForbiddenException("sign_in_required", "Please sign in again.");
        }

        await next(activity);
    };
}
