using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using StoryStudio.Core.Providers.Pictures;

namespace StoryStudio.Core.Books.Making;

/// <summary>
/// EPUB 3: a cover, a title page, a document for each scene (or for so many pages of a long one), a picture over the text of each
/// page. WebP is a core type only since EPUB 3.3; readers of before find a card in its place.
/// </summary>
internal static partial class EpubMaker
{
    /// <summary>A longer scene takes several documents: readers load one whole.</summary>
    private const int MostPages = 40;

    private const string Fallback = "fallback.svg";

    private const string Style =
        """
        @charset "utf-8";
        body { margin: 5%; line-height: 1.5; }
        .cover, .titlepage { text-align: center; }
        .cover { margin: 0; }
        .cover img { max-width: 100%; max-height: 95vh; }
        .titlepage h1 { margin-top: 30%; font-weight: normal; }
        .leaf { break-before: page; page-break-before: always; }
        .leaf:first-of-type { break-before: auto; page-break-before: auto; }
        figure { margin: 0 0 1.2em; text-align: center; break-inside: avoid; page-break-inside: avoid; }
        figure img { max-width: 100%; max-height: 65vh; }
        h2 { font-size: 1.2em; font-weight: normal; text-align: center; break-after: avoid; page-break-after: avoid; }
        p { margin: 0 0 0.8em; }
        """;

    public static async Task WriteAsync(Book book, Stream target, Action<int> done, CancellationToken cancellationToken)
    {
        using var zip = new BookZip(target, book.Modified);
        await zip.AddAsync("mimetype", "application/epub+zip", store: true, cancellationToken);
        await zip.AddAsync(
            "META-INF/container.xml",
            """
            <?xml version="1.0" encoding="utf-8"?>
            <container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
            """,
            cancellationToken: cancellationToken);
        var chapters = Chapters(book);
        await zip.AddAsync("EPUB/package.opf", Package(book, chapters), cancellationToken: cancellationToken);
        await zip.AddAsync("EPUB/nav.xhtml", Navigation(book, chapters), cancellationToken: cancellationToken);
        await zip.AddAsync("EPUB/book.css", Style, cancellationToken: cancellationToken);
        if (NeedsFallback(book))
        {
            await zip.AddAsync($"EPUB/{Fallback}", """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200" width="300" height="200"><rect width="300" height="200" fill="#f1ece3"/><text x="150" y="105" text-anchor="middle" font-family="serif" font-size="14" fill="#5a5e67">This reader does not show WebP.</text></svg>""", cancellationToken: cancellationToken);
        }

        if (book.Cover is { } cover)
        {
            await zip.AddAsync("EPUB/cover.xhtml", Document(book, book.Title, $"<section class=\"cover\" epub:type=\"cover\"><img src=\"{CoverFile(cover)}\" alt=\"{Markup.Escape(book.Title)}\"/></section>"), cancellationToken: cancellationToken);
            await AddAsync(zip, $"EPUB/{CoverFile(cover)}", cover, cancellationToken);
        }

        var author = book.Author is null ? "" : $"<p>{Markup.Escape(book.Author)}</p>";
        await zip.AddAsync("EPUB/title.xhtml", Document(book, book.Title, $"<section class=\"titlepage\" epub:type=\"titlepage\"><h1 dir=\"auto\">{Markup.Escape(book.Title)}</h1>{author}</section>"), cancellationToken: cancellationToken);
        var written = 0;
        foreach (var chapter in chapters)
        {
            await zip.AddAsync($"EPUB/{chapter.File}", Document(book, chapter.Title, Body(chapter, book.Language)), cancellationToken: cancellationToken);
            foreach (var page in chapter.Pages)
            {
                if (page.Picture is { } picture)
                {
                    await AddAsync(zip, $"EPUB/{FileOf(page, picture)}", picture, cancellationToken);
                }

                done(++written);
            }
        }
    }

    /// <summary>EPUB holds SVG to its first edition, where a stop of a gradient has to say where it is; since the second, 0 goes without saying.</summary>
    private static async Task AddAsync(BookZip zip, string name, BookPicture picture, CancellationToken cancellationToken)
    {
        if (picture.IsRaster)
        {
            await zip.AddAsync(name, picture, cancellationToken);
            return;
        }

        await using var file = picture.Open();
        using var reader = new StreamReader(file, Encoding.UTF8);
        await zip.AddAsync(name, StopWithoutPlace().Replace(await reader.ReadToEndAsync(cancellationToken), "<stop offset=\"0\""), cancellationToken: cancellationToken);
    }

    [GeneratedRegex(@"<stop\b(?![^>]*\soffset\s*=)", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex StopWithoutPlace();

    private static List<Chapter> Chapters(Book book)
    {
        var chapters = new List<Chapter>();
        foreach (var page in book.Pages)
        {
            var begins = page.StartsScene || chapters.Count == 0;
            if (begins || chapters[^1].Pages.Count == MostPages)
            {
                chapters.Add(new($"text{chapters.Count + 1:0000}.xhtml", begins ? BookText.SceneTitle(page, book.Language) : chapters[^1].Title, begins, []));
            }

            chapters[^1].Pages.Add(page);
        }

        return chapters;
    }

    private static string Body(Chapter chapter, string language)
    {
        var body = new StringBuilder("<section epub:type=\"chapter\">\n");
        foreach (var page in chapter.Pages)
        {
            body.Append("<section class=\"leaf\" id=\"p").Append(Id(page)).Append("\">\n");
            if (page.Picture is { } picture)
            {
                body.Append("<figure><img src=\"").Append(FileOf(page, picture)).Append("\" alt=\"").Append(Markup.Escape(picture.Alt)).Append("\"/></figure>\n");
            }

            body.Append(Markup.Text(page, "h2", language)).Append("</section>\n");
        }

        return body.Append("</section>").ToString();
    }

    private static string Document(Book book, string title, string body) =>
        $"""
        <?xml version="1.0" encoding="utf-8"?>
        <!DOCTYPE html>
        <html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{book.Language}" xml:lang="{book.Language}" dir="{Direction(book)}">
        <head><title>{Markup.Escape(title)}</title><link rel="stylesheet" type="text/css" href="book.css"/></head>
        <body>
        {body}
        </body>
        </html>
        """;

    private static string Navigation(Book book, List<Chapter> chapters)
    {
        var scenes = string.Concat(chapters.Where(c => c.BeginsScene).Select(c => $"<li><a href=\"{c.File}\">{Markup.Escape(c.Title)}</a></li>\n"));
        var cover = book.Cover is null ? "" : "<li><a epub:type=\"cover\" href=\"cover.xhtml\">Cover</a></li>";
        var body = chapters.Count == 0 ? "" : $"<li><a epub:type=\"bodymatter\" href=\"{chapters[0].File}\">{Markup.Escape(book.Title)}</a></li>";
        return Document(book, book.Title,
            $"""
            <nav epub:type="toc" id="toc"><h1>{Markup.Escape(book.Title)}</h1><ol>
            <li><a href="title.xhtml">{Markup.Escape(book.Title)}</a></li>
            {scenes}</ol></nav>
            <nav epub:type="landmarks" hidden="hidden"><ol>{cover}<li><a epub:type="titlepage" href="title.xhtml">{Markup.Escape(book.Title)}</a></li>{body}</ol></nav>
            """);
    }

    private static string Package(Book book, List<Chapter> chapters)
    {
        var items = new StringBuilder();
        var spine = new StringBuilder();
        if (book.Cover is { } cover)
        {
            items.Append("<item id=\"cover\" href=\"cover.xhtml\" media-type=\"application/xhtml+xml\"/>\n");
            items.Append("<item id=\"cover-image\" properties=\"cover-image\" href=\"").Append(CoverFile(cover)).Append('"').Append(Type(cover)).Append("/>\n");
            spine.Append("<itemref idref=\"cover\"/>\n");
        }

        spine.Append("<itemref idref=\"title\"/>\n");
        foreach (var chapter in chapters)
        {
            var id = Path.GetFileNameWithoutExtension(chapter.File);
            items.Append("<item id=\"").Append(id).Append("\" href=\"").Append(chapter.File).Append("\" media-type=\"application/xhtml+xml\"/>\n");
            spine.Append("<itemref idref=\"").Append(id).Append("\"/>\n");
            foreach (var (page, picture) in chapter.Pages.Where(p => p.Picture is not null).Select(p => (p, p.Picture!)))
            {
                items.Append("<item id=\"i").Append(Id(page)).Append("\" href=\"").Append(FileOf(page, picture)).Append('"').Append(Type(picture)).Append("/>\n");
            }
        }

        if (NeedsFallback(book))
        {
            items.Append("<item id=\"fallback\" href=\"").Append(Fallback).Append("\" media-type=\"image/svg+xml\"/>\n");
        }

        var author = book.Author is null ? "" : $"<dc:creator>{Markup.Escape(book.Author)}</dc:creator>";
        return
            $"""
            <?xml version="1.0" encoding="utf-8"?>
            <package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{book.Language}" dir="{Direction(book)}">
            <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
            <dc:identifier id="id">urn:uuid:{Identifier(book)}</dc:identifier>
            <dc:title>{Markup.Escape(book.Title)}</dc:title>
            <dc:language>{book.Language}</dc:language>
            {author}
            <dc:date>{Time(book)}</dc:date>
            <meta property="dcterms:modified">{Time(book)}</meta>
            <meta property="schema:accessMode">textual</meta>
            <meta property="schema:accessMode">visual</meta>
            <meta property="schema:accessModeSufficient">textual</meta>
            <meta property="schema:accessibilityFeature">alternativeText</meta>
            <meta property="schema:accessibilityFeature">tableOfContents</meta>
            <meta property="schema:accessibilityHazard">none</meta>
            <meta property="schema:accessibilitySummary">An illustrated story. Every picture has the beginning of the text that it shows as its alternative text.</meta>
            </metadata>
            <manifest>
            <item id="nav" properties="nav" href="nav.xhtml" media-type="application/xhtml+xml"/>
            <item id="css" href="book.css" media-type="text/css"/>
            <item id="title" href="title.xhtml" media-type="application/xhtml+xml"/>
            {items}</manifest>
            <spine page-progression-direction="{Direction(book)}">
            {spine}</spine>
            </package>
            """;
    }

    private static string Time(Book book) => book.Modified.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The same for the same story in the same style, whatever its version.</summary>
    private static string Identifier(Book book)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{book.StoryId}/{book.StyleKey}"));
        (hash[6], hash[8]) = ((byte)((hash[6] & 0x0F) | 0x80), (byte)((hash[8] & 0x3F) | 0x80));
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString();
    }

    private static bool NeedsFallback(Book book) => book.Pages.Any(p => p.Picture?.MediaType == PictureFormats.Webp);

    private static string Type(BookPicture picture) => $" media-type=\"{picture.MediaType}\"{(picture.MediaType == PictureFormats.Webp ? " fallback=\"fallback\"" : "")}";

    private static string CoverFile(BookPicture cover) => $"cover.{cover.Extension}";

    private static string FileOf(BookPage page, BookPicture picture) => $"pictures/p{Id(page)}.{picture.Extension}";

    private static string Id(BookPage page) => page.Number.Replace('.', '-');

    private static string Direction(Book book) => book.IsRightToLeft ? "rtl" : "ltr";

    private sealed record Chapter(string File, string Title, bool BeginsScene, List<BookPage> Pages);
}
