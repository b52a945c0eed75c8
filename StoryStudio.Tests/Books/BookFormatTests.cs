using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Xml.Linq;
using StoryStudio.Core.Books;
using StoryStudio.Core.Books.Making;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Tests.Fakes;
using StoryStudio.Tests.Providers.Sketch;
using Xunit;

namespace StoryStudio.Tests.Books;

/// <summary>What a book looks like from inside, in each format.</summary>
public sealed class BookFormatTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("storystudio-").FullName;

    [EpubcheckTheory]
    [InlineData("en")]
    [InlineData("ar")]
    [InlineData("und")]
    public async Task Epub_IsValid(string language)
    {
        var path = Path.Combine(_folder, "book.epub");
        await File.WriteAllBytesAsync(path, await WriteAsync(ExportFormat.Epub, Book(language)));
        using var check = Process.Start(new ProcessStartInfo("java", ["-jar", EpubcheckTheoryAttribute.Program, "-q", path]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = await Task.WhenAll(check.StandardOutput.ReadToEndAsync(), check.StandardError.ReadToEndAsync());
        await check.WaitForExitAsync();
        Assert.True(check.ExitCode == 0, string.Concat(said));
    }

    [Fact]
    public async Task Epub_HasItsTypeFirstAndPlain_AlternativeTexts_AndADocumentForEachScene()
    {
        var bytes = await WriteAsync(ExportFormat.Epub, Book("en"));

        Assert.Equal("mimetypeapplication/epub+zip", Encoding.ASCII.GetString(bytes, 30, 28));
        Assert.Equal(["text0001.xhtml", "text0002.xhtml"], RoundTripTests.Names(bytes).Where(n => n.Contains("text", StringComparison.Ordinal)).Select(Path.GetFileName));
        var first = XDocument.Parse(RoundTripTests.Read(bytes, "EPUB/text0001.xhtml"));
        Assert.Equal("Chapter 1 Mira & Tom <climbed> the stairs.", first.Descendants().First(e => e.Name.LocalName == "img").Attribute("alt")!.Value);
        Assert.Equal("Chapter 1", first.Descendants().First(e => e.Name.LocalName == "h2").Value);
        Assert.Contains("2026-05-03T10:20:30Z", RoundTripTests.Read(bytes, "EPUB/package.opf"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExportFormat.Epub)]
    [InlineData(ExportFormat.Html)]
    [InlineData(ExportFormat.Cbz)]
    public async Task Book_MadeTwice_IsTheSameToTheByte(ExportFormat format) =>
        Assert.Equal(await WriteAsync(format, Book("en")), await WriteAsync(format, Book("en")));

    [Fact]
    public async Task Html_HoldsItsPicturesItself_RunsNothing_AndFetchesNothing()
    {
        var html = Encoding.UTF8.GetString(await WriteAsync(ExportFormat.Html, Book("en")));

        var document = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(html);
        Assert.Equal(5, document.Images.Length);
        Assert.All(document.Images, i => Assert.StartsWith("data:image/", i.GetAttribute("src")!, StringComparison.Ordinal));
        Assert.Equal(TestPictures.Jpeg, Convert.FromBase64String(document.Images.First(i => i.GetAttribute("src")!.StartsWith("data:image/jpeg", StringComparison.Ordinal)).GetAttribute("src")!.Split(',')[1]));
        Assert.Empty(document.Scripts);
        Assert.Empty(document.QuerySelectorAll("link, iframe, [onclick]"));
        Assert.Equal("default-src 'none'; img-src data:; style-src 'unsafe-inline'", document.QuerySelector("meta[http-equiv]")!.GetAttribute("content"));
        Assert.Contains("Mira & Tom <climbed>", document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cbz_HoldsThePicturesOfDotsInOrder_AndWhatTheyAreOf()
    {
        var bytes = await WriteAsync(ExportFormat.Cbz, Book("en"));

        Assert.Equal(["ComicInfo.xml", "00001.png", "00002.jpg", "00003.webp"], RoundTripTests.Names(bytes));
        Assert.Equal(["The “last” & <light>", "Ada & Jo", "3", "en"], XDocument.Parse(RoundTripTests.Read(bytes, "ComicInfo.xml")).Root!.Elements().Where(e => e.Name.LocalName is "Title" or "Writer" or "PageCount" or "LanguageISO").Select(e => e.Value));
    }

    [Fact]
    public async Task Book_WithoutAPicture_IsABookStill()
    {
        var path = Path.Combine(_folder, "bare.epub");
        var book = Book("en") with { Author = null };
        await File.WriteAllBytesAsync(path, await WriteAsync(ExportFormat.Epub, book with { Pages = [.. book.Pages.Select(p => p with { Picture = null, Lack = PictureLack.NotDrawn })] }));

        Assert.DoesNotContain(RoundTripTests.Names(await File.ReadAllBytesAsync(path)), n => n.Contains("cover", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("The owl and the fox were in the house, and she said that it was late.", "en")]
    [InlineData("Der Fuchs und die Eule waren in dem Haus, und sie sagte, es ist nicht zu spät.", "de")]
    [InlineData("夜晚很安静，灯塔看守人走上楼梯。", "zh")]
    [InlineData("雪が降っていた。こんにちは。", "ja")]
    [InlineData("바다는 조용했다.", "ko")]
    [InlineData("Xyzzy plugh.", "und")]
    [InlineData("كان الفنار على الصخرة، وكانت ميرا تصعد الدرج. The end of the story.", "und")]
    [InlineData("Маяк стоял на скале, и Мира поднималась по лестнице. The end of the story.", "und")]
    [InlineData("", "und")]
    public void Language_IsGuessedFromTheText_OrLeftOpen(string text, string language) => Assert.Equal(language, BookLanguage.Guess([text]));

    [Theory]
    [InlineData("كان الفنار على الصخرة، وكانت ميرا تصعد الدرج.", "und", true)]
    [InlineData("كان الفنار على الصخرة، وكانت ميرا تصعد الدرج. The end.", null, true)]
    [InlineData("میرا هر شب از پله‌ها بالا می‌رفت. Mira.", "und", true)]
    [InlineData("המגדלור עמד על הסלע.", "und", true)]
    [InlineData("Mira climbed the stairs. ميرا", "und", false)]
    [InlineData("123", "und", false)]
    [InlineData("كان الفنار على الصخرة", "en", false)]
    [InlineData("The lamp", "ckb-IQ", true)]
    public async Task Direction_IsOfTheLanguage_OrOfTheLettersWhereNobodyKnowsIt(string text, string? told, bool rightToLeft)
    {
        var language = told ?? BookLanguage.Guess([text]);
        var book = Book(language) with { Pages = [Page("1.1", text, true, null, null)] };

        Assert.Equal(rightToLeft, book.IsRightToLeft);
        Assert.Contains($"<html lang=\"{language}\" dir=\"{(rightToLeft ? "rtl" : "ltr")}\">", Encoding.UTF8.GetString(await WriteAsync(ExportFormat.Html, book)), StringComparison.Ordinal);
        Assert.Contains($"<spine page-progression-direction=\"{(rightToLeft ? "rtl" : "ltr")}\">", RoundTripTests.Read(await WriteAsync(ExportFormat.Epub, book), "EPUB/package.opf"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The owl: a \"story\"?", "The owl a story.epub")]
    [InlineData("../../etc/passwd", "etc passwd.epub")]
    [InlineData("...", "Story.epub")]
    [InlineData("夜", "夜.epub")]
    public void FileName_IsTheTitleAsAnyDiskTakesIt(string title, string name) => Assert.Equal(name, ExportRules.FileName(title, "epub"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<byte[]> WriteAsync(ExportFormat format, Book book)
    {
        using var target = new MemoryStream();
        await BookMakers.Of(format)(book, target, _ => { }, CancellationToken.None);
        return target.ToArray();
    }

    private Book Book(string language) => new()
    {
        StoryId = "019b796dd60073f09993a2653860d897",
        Title = "The “last” & <light>",
        Author = "Ada & Jo",
        Language = language,
        Modified = DateTimeOffset.Parse("2026-05-03T10:20:30Z", CultureInfo.InvariantCulture),
        StyleKey = "clear",
        StyleName = "Clear line",
        Pages =
        [
            Page("1.1", "Chapter 1\n\nMira & Tom <climbed>\nthe stairs.\u0007", true, TestPictures.Png(), PictureFormats.Png),
            Page("1.2", "“Who is there?”\n\nNobody.", false, TestPictures.Jpeg, PictureFormats.Jpeg),
            Page("1.3", "A page without a picture.", false, null, null),
            Page("2.1", "***\n\nNight fell. 👩‍👩‍👧‍👦", true, TestPictures.Webp, PictureFormats.Webp),
            Page("2.2", "The lamp burned.", false, Encoding.UTF8.GetBytes(Sketches.Draw("A lighthouse at night, and a girl with an owl.")), PictureFormats.Svg),
        ],
    };

    private BookPage Page(string number, string text, bool startsScene, byte[]? picture, string? mediaType)
    {
        if (picture is null)
        {
            return new(number, text, startsScene, null, PictureLack.NotDrawn);
        }

        var path = Path.Combine(_folder, $"{number}.{PictureFormats.Extension(mediaType!)}");
        File.WriteAllBytes(path, picture);
        return new(number, text, startsScene, new() { FilePath = path, Url = $"/media/{number}", MediaType = mediaType!, Width = 24, Height = 16, Alt = BookText.Alt(text.Replace("\u0007", "", StringComparison.Ordinal)) }, null);
    }
}

/// <summary>A theory that needs epubcheck; skipped, with the reason, where it is not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EpubcheckTheoryAttribute : TheoryAttribute
{
    public const string Program = "/usr/bin/epubcheck";

    public EpubcheckTheoryAttribute() => Skip = File.Exists(Program) ? null : $"{Program} is not here. On Debian, apt-get install epubcheck brings it.";
}
