using System.Text;
using StoryStudio.Core;
using StoryStudio.Core.Stories;
using Xunit;

namespace StoryStudio.Tests.Stories;

public sealed class StoryTextTests
{
    private const string Words = "Die Möwe flog über das Meer – “weit”, sagte Mira. Так. 夜。🦉";

    public static TheoryData<Encoding> Unicode => new(
        new UTF8Encoding(true), new UTF8Encoding(false), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true), new UTF32Encoding(false, true), new UTF32Encoding(true, true));

    [Theory]
    [MemberData(nameof(Unicode))]
    public void File_InUnicode_IsReadWithoutItsMark(Encoding encoding) =>
        Assert.Equal(Words, StoryText.Read([.. encoding.GetPreamble(), .. encoding.GetBytes(Words)], "story.txt"));

    [Fact]
    public void File_InWindows1252_IsRead()
    {
        byte[] bytes = [.. "Die M"u8, 0xF6, .. "we sagte: "u8, 0x93, .. "Hallo"u8, 0x94];

        Assert.Equal("Die Möwe sagte: “Hallo”", StoryText.Read(bytes, "alt.txt"));
    }

    [Theory]
    [InlineData("<3 she wrote, and folded the letter.")]
    [InlineData("<html5 was the password.")]
    [InlineData("<svgs and other monsters>")]
    public void Text_ThatMerelyBeginsLikeMarkup_IsRead(string text) => Assert.Equal(text, StoryText.Read(Encoding.UTF8.GetBytes(text), "story.txt"));

    [Fact]
    public void LineEnds_OfAnyKind_BecomeOne() => Assert.Equal("a\nb\nc\nd", StoryText.Read("a\r\nb\rc\nd"u8, "story.md"));

    public static TheoryData<string, byte[], string> Binaries => new()
    {
        { "photo.png", [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0, 0], "PNG picture" },
        { "photo.jpg", [0xFF, 0xD8, 0xFF, 0xE0, 0, 16], "JPEG picture" },
        { "book.pdf", [.. "%PDF-1.7 and more"u8], "a PDF" },
        { "story.docx", [.. "PK\u0003\u0004"u8, .. "....word/document.xml"u8], "Word document" },
        { "things.zip", [.. "PK\u0003\u0004"u8, .. "....things"u8], "ZIP archive" },
        { "story.rtf", [.. "{\\rtf1 Hello}"u8], "rich text document" },
        { "picture.png", [.. "<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>"u8], "an SVG picture" },
        { "picture.txt", [.. "\uFEFF\n<?xml version=\"1.0\"?>\n<!-- drawn -->\n<svg width=\"9\"/>"u8], "an SVG picture" },
        { "page.md", [.. "  <!DOCTYPE html><p>Hello"u8], "a web page" },
        { "feed.txt", [.. "<?xml version=\"1.0\"?><feed/>"u8], "an XML document" },
        { "nul.txt", [.. "Hello\0there"u8], "not a text" },
        { "controls.txt", [.. Enumerable.Range(0, 200).Select(i => (byte)(1 + i % 8))], "not a text" },
        { "random.bin", [.. Enumerable.Range(0, 400).Select(i => (byte)(i * 37 + 128))], "not a text" },
        { "shift-jis.txt", [0x82, 0xB1, 0x82, 0xF1, 0x82, 0xC9, 0x82, 0xBF, 0x82, 0xCD], "not a text" },
        { "half.txt", [0xFF, 0xFE, 0x3D, 0xD8], "not a text" },
        { "empty.txt", [], "is empty" },
        { "blank.txt", [.. " \r\n "u8], "is empty" },
    };

    [Theory]
    [MemberData(nameof(Binaries))]
    public void File_ThatIsNoText_IsRefusedByName(string fileName, byte[] bytes, string reason)
    {
        var refused = Assert.Throws<InvalidInputException>(() => StoryText.Read(bytes, fileName));

        var (field, sentences) = Assert.Single(refused.Errors);
        Assert.Equal("text", field);
        Assert.StartsWith($"“{fileName}”", sentences[0], StringComparison.Ordinal);
        Assert.Contains(reason, sentences[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_OfFiveMegabytes_IsReadAndOneByteMoreIsRefused()
    {
        var bytes = new byte[StoryText.MaxBytes + 1];
        bytes.AsSpan().Fill((byte)'a');

        Assert.Equal(StoryText.MaxLength, (await StoryText.ReadAsync(new MemoryStream(bytes, 0, StoryText.MaxBytes), "long.txt")).Length);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => StoryText.ReadAsync(new MemoryStream(bytes), "long.txt"));
        Assert.Contains("5 MB", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FileName_OfSomebodyElse_IsCleanedAndShortened()
    {
        var refused = Assert.Throws<InvalidInputException>(() => StoryText.Read("%PDF"u8, "a\nb\u0007" + new string('c', 300)));

        Assert.InRange(refused.Message.Length, 1, 200);
        Assert.DoesNotContain(refused.Message, char.IsControl);
    }

    [Fact]
    public void File_WithoutAName_IsRefusedAsThisFile() =>
        Assert.StartsWith("This file", Assert.Throws<InvalidInputException>(() => StoryText.Read([], null)).Message, StringComparison.Ordinal);
}
