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

    private static async Task ShowAsync(string storyId, string? style, HttpContext context, [FromServices] IExports books, CancellationToken cancelled)
    {
        Book book;
        try
        {
            book = await books.OpenBookAsync(storyId, style, cancelled);
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
