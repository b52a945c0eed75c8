using Microsoft.AspNetCore.Http.Features;
using StoryStudio.Web.Api;

namespace StoryStudio.Web.Security;

/// <summary>
/// Refuses what another site makes a browser ask for: every change of state, and every web socket (the hub's and the
/// circuits'), which browsers open across origins without asking. Programs send neither header and are let through.
/// </summary>
internal sealed class CrossOriginGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        SecurityHeaders.MarkAdmitted(context);
        return MayChange(context) && IsForeign(context.Request)
            ? Problem.Of(StatusCodes.Status403Forbidden, "cross_origin", "Another site asked for this; only StoryStudio's own pages and programs may.").WriteAsync(context)
            : next(context);
    }

    private static bool MayChange(HttpContext context) =>
        !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method))
        || context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

    private static bool IsForeign(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && site is not ("same-origin" or "none"))
        {
            return true;
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && !IsOwn(origin, request.Host);
    }

    // Host and port decide: behind a proxy that ends TLS the scheme seen here is not the browser's.
    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && from.Scheme is "http" or "https"
        && Uri.TryCreate($"{from.Scheme}://{host.Value}", UriKind.Absolute, out var own)
        && from.Authority.Equals(own.Authority, StringComparison.OrdinalIgnoreCase);
}
