namespace StoryStudio.Core.Books.Making;

/// <summary>Writes a book in one format, from front to end, with the memory of one page; <c>done</c> is called with the number of pages that are written.</summary>
internal delegate Task BookMaker(Book book, Stream target, Action<int> done, CancellationToken cancellationToken);

internal static class BookMakers
{
    public static BookMaker Of(ExportFormat format) => format switch
    {
        ExportFormat.Epub => EpubMaker.WriteAsync,
        ExportFormat.Html => HtmlMaker.WriteAsync,
        ExportFormat.Cbz => ComicMaker.WriteAsync,
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    public static string Extension(ExportFormat format) => format switch
    {
        ExportFormat.Epub => "epub",
        ExportFormat.Html => "html",
        ExportFormat.Cbz => "cbz",
        _ => "zip",
    };

    public static string MediaType(ExportFormat format) => format switch
    {
        ExportFormat.Epub => "application/epub+zip",
        ExportFormat.Html => "text/html; charset=utf-8",
        ExportFormat.Cbz => "application/vnd.comicbook+zip",
        _ => "application/zip",
    };
}
