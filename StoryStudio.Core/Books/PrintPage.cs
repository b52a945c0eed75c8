using StoryStudio.Core.Books.Making;

namespace StoryStudio.Core.Books;

/// <summary>A book as a page of this server, to be read and printed: pictures by their address, a leaf to each page of paper.</summary>
public static class PrintPage
{
    /// <param name="book">What is shown.</param>
    /// <param name="target">Where the HTML is written, in UTF-8.</param>
    /// <param name="head">Markup for the end of the head.</param>
    /// <param name="top">Markup for the beginning of the body; give it the class <c>screen</c>, and it is not printed.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public static Task WriteAsync(Book book, Stream target, string head, string top, CancellationToken cancellationToken = default) =>
        HtmlMaker.WritePageAsync(book, target, head, top, cancellationToken);
}
