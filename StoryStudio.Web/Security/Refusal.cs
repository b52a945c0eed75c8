using Microsoft.AspNetCore.Components.Endpoints;
using StoryStudio.Core;
using StoryStudio.Core.Access;
using StoryStudio.Web.Api;

namespace StoryStudio.Web.Security;

/// <summary>Why somebody is not let in; the same for programs, as a problem, and for people, on a page.</summary>
public sealed record Refusal(int Status, string Code, string Title, string Detail, bool OffersSignIn = false)
{
    public const string PagePath = "/refused";

    /// <summary>What stands below the title: without a first sentence that says the same.</summary>
    public string Words => Detail.StartsWith($"{Title}. ", StringComparison.Ordinal) ? Detail[(Title.Length + 2)..] : Detail;

    public static Refusal SignIn { get; } = new(
        StatusCodes.Status401Unauthorized, "sign_in_required", "Please sign in", "Sign in first. If somebody sent you a link, open it once more.", OffersSignIn: true);

    public static Refusal AuthorsOnly { get; } = new(
        StatusCodes.Status403Forbidden, "authors_only", "This is for authors", "Your link opens a story to read and to talk about. This here is for those who write it.", OffersSignIn: true);

    public static Refusal TooMany { get; } = new(
        StatusCodes.Status429TooManyRequests, "too_many_requests", "A little slower, please", "That were many tries in a short time. Wait a minute and try again.");

    public static Refusal Of(LinkClosedException closed) => new(
        StatusCodes.Status410Gone, closed.Code, closed.Code == "link_revoked" ? "This link was taken back" : "This link is over", closed.Message);

    public static Refusal Of(ForbiddenException forbidden) => new(StatusCodes.Status403Forbidden, forbidden.Code, "Your link does not go that far", forbidden.Message);

    public static Refusal Of(NotFoundException missing) => new(StatusCodes.Status404NotFound, missing.Code, "There is nothing at this address", missing.Message);

    /// <summary>Answers with it: a page where a page was asked for, a problem everywhere else.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        if (!IsPage(context) || PageOf(context) is not { RequestDelegate: { } show } page)
        {
            if (Status == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
            }

            await Problem.Of(Status, Code, Detail).WriteAsync(context);
        }
        else if (Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Redirect($"/sign-in?back={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
        }
        else
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                // What a form sent is not done: the page in its place is only looked at.
                context.Request.Method = HttpMethods.Get;
            }

            context.Features.Set(this);
            context.SetEndpoint(page);
            context.Request.RouteValues.Clear();
            AnswerWith(context);
            context.Response.Headers.CacheControl = "no-store";
            await show(context);
        }
    }

    /// <summary>
    /// Gives the page that is being made its status as it leaves: of a page that says 404 before, nothing is sent, and in its place comes the
    /// one for addresses that do not exist, which is the authors'.
    /// </summary>
    public void AnswerWith(HttpContext context) => context.Response.OnStarting(() =>
    {
        context.Response.StatusCode = Status;
        return Task.CompletedTask;
    });

    // Also where a form was sent by one: whoever was typing while their link ran out reads why, as a person does.
    private static bool IsPage(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            || (HttpMethods.IsPost(context.Request.Method) && context.Request.HasFormContentType && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)));

    private static RouteEndpoint? PageOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().FirstOrDefault(e => e.RoutePattern.RawText == PagePath);
}
