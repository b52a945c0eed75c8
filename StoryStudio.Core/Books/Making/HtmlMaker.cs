using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace StoryStudio.Core.Books.Making;

/// <summary>
/// A book as one HTML document without a script: for any browser, and with a page for each leaf when it is printed. Pictures stand in it
/// themselves, or by their address where the server that has them shows it.
/// </summary>
internal static class HtmlMaker
{
    /// <summary>A multiple of three, so that base64 can go on from piece to piece.</summary>
    private const int Piece = 3 * 16 * 1024;

    private const string Style =
        """
        :root { color-scheme: light dark; --paper: light-dark(#faf7f2, #1b1a18); --ink: light-dark(#22252b, #ebe5da); --soft: light-dark(#5a5e67, #aba395); }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1.1875rem/1.6 "Iowan Old Style", "Palatino Linotype", Palatino, Charter, Georgia, serif; overflow-wrap: anywhere; }
        main, header { max-inline-size: 46rem; margin-inline: auto; padding: 2rem 1.25rem; }
        header { text-align: center; padding-block: 4rem 2rem; }
        h1 { margin: 0; font-weight: 400; font-size: 2.25rem; line-height: 1.2; text-wrap: balance; }
        h2 { margin: 0 0 1rem; font-weight: 400; font-size: 1.4rem; line-height: 1.3; text-align: center; text-wrap: balance; }
        .author { margin: 1rem 0 0; color: var(--soft); }
        header img, figure img { display: block; max-inline-size: 100%; block-size: auto; margin-inline: auto; border-radius: 0.375rem; }
        header img { margin-block-end: 2.5rem; }
        figure { margin: 0 0 1.5rem; }
        p { margin: 0 0 1rem; }
        .leaf { padding-block-end: 3rem; }
        .scene { padding-block-start: 2rem; }
        @page { margin: 16mm; @bottom-center { content: counter(page); font: 9pt Georgia, serif; color: #5a5e67; } }
        @page :first { @bottom-center { content: none; } }
        @media print {
          :root { color-scheme: light; --paper: #fff; }
          body { font-size: 13pt; }
          main, header { max-inline-size: none; padding: 0; }
          header { display: flex; flex-direction: column; justify-content: center; min-block-size: 100vh; min-block-size: 95vh; break-after: page; }
          header img { max-block-size: 60vh; }
          .leaf { padding: 0; break-before: page; }
          .leaf:first-of-type { break-before: auto; }
          figure { break-inside: avoid; break-after: avoid; margin-block-end: 8mm; }
          figure img { max-block-size: 58vh; object-fit: contain; }
          h2 { break-after: avoid; }
          p { orphans: 3; widows: 3; }
          .screen { display: none; }
        }
        """;

    /// <summary>Everything in the one file.</summary>
    public static Task WriteAsync(Book book, Stream target, Action<int> done, CancellationToken cancellationToken) =>
        WriteAsync(
            book,
            target,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">",
            "",
            (picture, stream) => DataAsync(picture, stream, cancellationToken),
            done,
            cancellationToken);

    /// <summary>By address, with more in its head and over its title.</summary>
    /// <param name="book">What is shown.</param>
    /// <param name="target">Where it is written.</param>
    /// <param name="head">Markup for the end of the head.</param>
    /// <param name="top">Markup for the beginning of the body.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public static Task WritePageAsync(Book book, Stream target, string head, string top, CancellationToken cancellationToken) =>
        WriteAsync(book, target, head, top, (picture, stream) => PutAsync(stream, picture.Url, cancellationToken), _ => { }, cancellationToken);

    private static async Task WriteAsync(Book book, Stream target, string head, string top, Func<BookPicture, Stream, Task> source, Action<int> done, CancellationToken cancellationToken)
    {
        var author = book.Author is null ? "" : Markup.Escape(book.Author);
        await PutAsync(
            target,
            $"""
            <!DOCTYPE html>
            <html lang="{book.Language}" dir="{(book.IsRightToLeft ? "rtl" : "ltr")}">
            <head>
            <meta charset="utf-8">
            {(author.Length == 0 ? "" : $"<meta name=\"author\" content=\"{author}\">")}
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Markup.Escape(book.Title)}</title>
            <style>
            {Style}
            </style>
            {head}
            </head>
            <body>
            {top}
            <header>

            """,
            cancellationToken);
        if (book.Cover is { } cover)
        {
            // What follows says the title: the picture over it is decoration.
            await ImageAsync(cover, "", target, source, cancellationToken);
        }

        await PutAsync(target, $"<h1 dir=\"auto\">{Markup.Escape(book.Title)}</h1>\n{(author.Length == 0 ? "" : $"<p class=\"author\" dir=\"auto\">{author}</p>\n")}</header>\n<main>\n", cancellationToken);
        var written = 0;
        foreach (var page in book.Pages)
        {
            await PutAsync(target, $"<section class=\"leaf{(page.StartsScene ? " scene" : "")}\" id=\"p{page.Number}\">\n", cancellationToken);
            if (page.Picture is { } picture)
            {
                await PutAsync(target, "<figure>", cancellationToken);
                await ImageAsync(picture, picture.Alt, target, source, cancellationToken);
                await PutAsync(target, "</figure>\n", cancellationToken);
            }

            await PutAsync(target, $"{Markup.Text(page, "h2", book.Language).Replace("<br/>", "<br>", StringComparison.Ordinal)}</section>\n", cancellationToken);
            done(++written);
        }

        await PutAsync(target, "</main>\n</body>\n</html>\n", cancellationToken);
    }

    private static async Task ImageAsync(BookPicture picture, string alt, Stream target, Func<BookPicture, Stream, Task> source, CancellationToken cancellationToken)
    {
        await PutAsync(target, $"<img width=\"{picture.Width}\" height=\"{picture.Height}\" alt=\"{Markup.Escape(alt)}\" src=\"", cancellationToken);
        await source(picture, target);
        await PutAsync(target, "\">", cancellationToken);
    }

    private static async Task DataAsync(BookPicture picture, Stream target, CancellationToken cancellationToken)
    {
        await PutAsync(target, $"data:{picture.MediaType};base64,", cancellationToken);
        await using var file = picture.Open();
        var bytes = ArrayPool<byte>.Shared.Rent(Piece);
        var letters = ArrayPool<byte>.Shared.Rent(Base64.GetMaxEncodedToUtf8Length(Piece));
        try
        {
            int read;
            while ((read = await file.ReadAtLeastAsync(bytes.AsMemory(0, Piece), Piece, throwOnEndOfStream: false, cancellationToken)) > 0)
            {
                Base64.EncodeToUtf8(bytes.AsSpan(0, read), letters, out _, out var written);
                await target.WriteAsync(letters.AsMemory(0, written), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<byte>.Shared.Return(letters);
        }
    }

    private static async Task PutAsync(Stream target, string text, CancellationToken cancellationToken) => await target.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
}
