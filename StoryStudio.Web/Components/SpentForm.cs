using Microsoft.AspNetCore.Antiforgery;

namespace StoryStudio.Web.Components;

/// <summary>
/// A form of a page that its browser no longer holds the token of: somebody signed in or out in another tab, or the cookie has gone. Nothing
/// of it is done; the page is shown anew, with what was typed and a token that fits.
/// </summary>
internal sealed class SpentForm(IFormCollection sent)
{
    public const string Words = "Nothing was sent: somebody signed in or out here meanwhile, or this page stood open for long. Please send it once more.";

    /// <summary>What a field held; empty where it was none.</summary>
    public string this[string field] => sent[field].ToString();

    /// <summary>Comes right after what looks at the token.</summary>
    public static async Task ShowAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false })
        {
            // As long as it stands there, the form cannot be read.
            context.Features.Set<IAntiforgeryValidationFeature>(null);
            context.Features.Set(new SpentForm(await ReadAsync(context.Request)));
            context.Request.Method = HttpMethods.Get;
            context.Response.StatusCode = context.Response.StatusCode is StatusCodes.Status200OK ? StatusCodes.Status400BadRequest : context.Response.StatusCode;
        }

        await next(context);
    }

    private static async Task<IFormCollection> ReadAsync(HttpRequest request)
    {
        try
        {
            return request.HasFormContentType ? await request.ReadFormAsync(request.HttpContext.RequestAborted) : FormCollection.Empty;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // Too large, or no form at all.
            return FormCollection.Empty;
        }
    }
}
