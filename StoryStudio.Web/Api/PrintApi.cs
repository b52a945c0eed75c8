using System.Net;
using Microsoft.AspNetCore.Mvc;
using StoryStudio.Core;
using StoryStudio.Core.Books;
using StoryStudio.Web.Components.Stories;

namespace StoryStudio.Web.Api;

/// <summary>
/// <c>/stories/{storyId}/print</c>: the book as a plain document that any browser prints well. Written leaf by leaf, with no circuit and
/// no component, so that a long book is as light as a short one.
/// </summary>
internal static class PrintApi
{
    private const string Head = """<link rel="icon" type="image/svg+xml" href="/favicon.svg"><link rel="stylesheet" href="/print.css"><script src="/js/print.js" defer></script>""";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapRead("/stories/{storyId}/print", ShowAsync).ExcludeFromDescription();

    private static async Task ShowAsync(string storyId, string? style, string? author, string? language, HttpContext context, [FromServices] IExports books, CancellationToken cancelled)
    {
        Book book;
        try
        {
            book = await books.OpenBookAsync(storyId, style, author, language, cancelled);
        }
        catch (InvalidInputException failure) when (!failure.Errors.ContainsKey("style"))
        {
            await RefuseAsync(storyId, failure, context, cancelled);
            return;
        }
        catch (Exception failure) when (failure is NotFoundException or InvalidInputException)
        {
            // The page that says so follows.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        await PrintPage.WriteAsync(book, context.Response.Body, Head, Top(book), cancelled);
    }

    /// <summary>What of the wishes cannot be, and the way back to where they are written.</summary>
    private static async Task RefuseAsync(string storyId, InvalidInputException failure, HttpContext context, CancellationToken cancelled)
    {
        context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        var sentences = failure.Errors.Values.SelectMany(e => e).Select(sentence => $"<p dir=\"auto\">{WebUtility.HtmlEncode(sentence)}</p>");
        await context.Response.WriteAsync(
            $"""
            <!DOCTYPE html>
            <html lang="en" class="refused">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Nothing to print yet · StoryStudio</title>
            {Head}
            </head>
            <body>
            <nav class="screen bar" aria-label="Print">
            <a href="/stories/{Uri.EscapeDataString(storyId)}/export">Back</a>
            </nav>
            <main>
            <h1>Nothing to print yet</h1>
            {string.Concat(sentences)}
            </main>
            </body>
            </html>
            """,
            cancelled);
    }

    private static string Top(Book book) =>
        $"""
        <nav class="screen bar" aria-label="Print">
        <a href="/stories/{book.StoryId}/export">Back</a>
        <p>Print, and choose “Save as PDF” for a file.</p>
        <button type="button" data-print>Print</button>
        </nav>
        {Missing(book)}
        """;

    /// <summary>What the book lacks, before the book itself; it stays on the screen as well.</summary>
    private static string Missing(Book book)
    {
        var check = ExportCheck.Of(book);
        if (check.Missing.Count == 0)
        {
            return "";
        }

        var lines = ExportWords.Missing(check, StyleName).Select(line => $"<li>{WebUtility.HtmlEncode(line)}</li>");
        return
            $"""
            <aside class="screen missing" aria-label="What is missing">
            <p>{WebUtility.HtmlEncode(ExportWords.Lacking(check, StyleName))}</p>
            <ul>{string.Concat(lines)}</ul>
            </aside>
            """;

        string StyleName(string key) => book.StyleName;
    }
}
