using StoryStudio.Web.Api;

namespace StoryStudio.Web.Security;

/// <summary>
/// Stands before everything else, the refusal of an unknown host included, and puts the headers on every response that say what
/// a browser must not do with it.
/// </summary>
internal sealed class SecurityHeaders : IStartupFilter
{
    /// <summary>
    /// For pages. Styles may stand inline: Blazor and the component library position things by style attributes, and no
    /// nonce covers an attribute. Scripts may not, and connections go to this host alone (which covers its web sockets).
    /// </summary>
    public const string PagePolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        + "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>For pictures: an SVG may style itself and do nothing else.</summary>
    public const string PicturePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

    private static readonly PathString[] WithTokens = ["/s", "/welcome"];

    private const string NothingPolicy = "default-src 'none'; frame-ancestors 'none'";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, following) =>
        {
            // As it was asked for: the page that says what went wrong is made under another path.
            var isSecret = Array.Exists(WithTokens, context.Request.Path.StartsWithSegments);
            context.Response.OnStarting(() => Add(context.Response, isSecret));
            await following(context);
            if (context.Response is { StatusCode: StatusCodes.Status400BadRequest, HasStarted: false, ContentType: null } && !context.Items.ContainsKey(typeof(SecurityHeaders)))
            {
                // Nothing of ours was reached: the framework refused the host name.
                await Problem.Of(StatusCodes.Status400BadRequest, "unknown_host", "This server does not answer to that host name.").WriteAsync(context);
            }
        });
        next(app);
    };

    /// <summary>Notes that the request came through the framework's own checks.</summary>
    public static void MarkAdmitted(HttpContext context) => context.Items[typeof(SecurityHeaders)] = true;

    private static Task Add(HttpResponse response, bool isSecret)
    {
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // An address with a token in it goes into no other request. Not no-referrer: with that a form is sent with an origin of null, as another site's would be.
        headers["Referrer-Policy"] = isSecret ? "strict-origin" : "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = PolicyOf(response);
        return Task.CompletedTask;
    }

    private static string PolicyOf(HttpResponse response)
    {
        var type = response.ContentType ?? "";
        return type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) ? PagePolicy
            : type.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? PicturePolicy
            : NothingPolicy;
    }
}
