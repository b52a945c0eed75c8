using System.Net;
using System.Net.Http.Headers;
using System.Text;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Api;

/// <summary>Stories out of files, over HTTP.</summary>
public sealed class ImportApiTests
{
    private const string Script = "Title: Night\n\nINT. HOUSE - NIGHT\n\nMIRA\nHello?\n\nEXT. SEA - DAY\n\nWaves.";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Screenplay_ByItselfOrInAForm_BecomesAStory(bool form)
    {
        await using var host = await ApiHost.StartWholeAsync();

        var answer = await SendAsync(host, Encoding.UTF8.GetBytes(Script), "night.fountain", form);

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(("Night", "fountain", 2), (answer.Json.GetProperty("title").GetString(), answer.Json.GetProperty("kind").GetString(), answer.Json.GetProperty("segments").GetArrayLength()));
        var story = await host.GetAsync(answer.Header("Location"));
        Assert.Equal("Mira", story.Json.GetProperty("characters")[0].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("windows-1252")]
    public async Task Text_InAnyUsualEncoding_IsReadAsItWasWritten(string encoding)
    {
        await using var host = await ApiHost.StartWholeAsync();
        var coding = CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding);

        var answer = await SendAsync(host, [.. coding.GetPreamble(), .. coding.GetBytes("Die Möwe saß über dem Haus.")], "möwe.txt");

        Assert.Equal("Die Möwe saß über dem Haus.", answer.Json.GetProperty("segments")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task File_ThatIsNoStory_IsRefusedByWhatItIs_AndNothingIsMade()
    {
        await using var host = await ApiHost.StartWholeAsync();
        (byte[] Bytes, string Name, string Sentence)[] files =
        [
            (TestPictures.Jpeg, "night.fountain", "a JPEG picture"),
            ([0, 1, 2, 3, 0, 255], "night.txt", "not a text"),
            ([], "night.md", "is empty"),
            ("   \n "u8.ToArray(), "night.txt", "is empty"),
            ([0xFF, 0xFE, 0x00, 0xD8], "half.txt", "not a text"),
            ("{ \"promptsByStyle\": { \"noir\": [] } }"u8.ToArray(), "shots.json", "There is no style"),
            (Encoding.UTF8.GetBytes(new string('x', (5 * 1024 * 1024) + 1)), "long.txt", "larger than 5 MB"),
            ("%PDF-1.7"u8.ToArray(), "book.pdf", "a PDF"),
        ];

        foreach (var (bytes, name, sentence) in files)
        {
            var answer = await SendAsync(host, bytes, name);
            var errors = answer.Problem(HttpStatusCode.UnprocessableEntity, "validation_failed");
            Assert.Contains(sentence, errors.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(0, (await host.GetAsync("/api/stories")).Json.GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("multipart/form-data", "x", HttpStatusCode.BadRequest, "malformed_form")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=title\r\n\r\nFox\r\n--b--\r\n", HttpStatusCode.UnprocessableEntity, "validation_failed")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\nFo", HttpStatusCode.BadRequest, "malformed_form")]
    [InlineData("multipart/form-data; boundary=b", "no form at all", HttpStatusCode.BadRequest, "malformed_form")]
    public async Task Form_ThatIsNone_IsRefused(string type, string body, HttpStatusCode status, string code)
    {
        await using var host = await ApiHost.StartWholeAsync();

        (await host.SendAsync(HttpMethod.Post, "/api/imports", body, type)).Problem(status, code);

        Assert.Equal(0, (await host.GetAsync("/api/stories")).Json.GetProperty("total").GetInt32());
    }

    internal static async Task<Answer> SendAsync(ApiHost host, byte[] bytes, string name, bool form = false)
    {
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new("application/octet-stream");
        HttpContent content = file;
        if (form)
        {
            content = new MultipartFormDataContent { { new StringContent("ignored"), "title" }, { file, "file", name } };
        }
        else
        {
            file.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = name };
        }

        using (content)
        {
            return await Answer.ReadAsync(await host.Client.PostAsync("/api/imports", content));
        }
    }
}
