namespace StoryStudio.Core.Books.Making;

/// <summary>CBZ: the pictures in order, and what comic readers ask for about them.</summary>
internal static class ComicMaker
{
    public static async Task WriteAsync(Book book, Stream target, Action<int> done, CancellationToken cancellationToken)
    {
        using var zip = new BookZip(target, book.Modified);
        var count = book.Pages.Count(p => p.Picture is { IsRaster: true });
        var writer = book.Author is null ? "" : $"<Writer>{Markup.Escape(book.Author)}</Writer>";
        var language = book.Language == BookLanguage.Unknown ? "" : $"<LanguageISO>{book.Language}</LanguageISO>";
        await zip.AddAsync(
            "ComicInfo.xml",
            $"""
            <?xml version="1.0" encoding="utf-8"?>
            <ComicInfo><Title>{Markup.Escape(book.Title)}</Title><Year>{book.Modified.Year}</Year><Month>{book.Modified.Month}</Month><Day>{book.Modified.Day}</Day>{writer}<PageCount>{count}</PageCount>{language}</ComicInfo>
            """,
            cancellationToken: cancellationToken);
        var (written, number) = (0, 0);
        foreach (var page in book.Pages)
        {
            if (page.Picture is { IsRaster: true } picture)
            {
                await zip.AddAsync($"{++number:00000}.{picture.Extension}", picture, cancellationToken);
            }

            done(++written);
        }
    }
}
