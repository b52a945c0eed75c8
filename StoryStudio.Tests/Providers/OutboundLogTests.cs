using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Core.Providers.Outbound;
using StoryStudio.Core.Providers.Prices;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

/// <summary>What <c>StoryStudio:Debug</c> writes down, and what it never does.</summary>
public sealed class OutboundLogTests : IDisposable
{
    private const string Key = "sk-proj-abc/def+ghijklmnop4f2a";

    private readonly LogBook _book = new();

    public void Dispose() => _book.Dispose();

    [Fact]
    public async Task Picture_IsLoggedWithItsWordsAndTimesButNeitherKeyNorPicture()
    {
        await using var server = await ScriptedImageServer.StartAsync();
        var picture = TestPictures.Png();

        await GenerateAsync(server, Request("A fox by the sea"));

        var line = Line();
        Assert.StartsWith($"POST {server.Endpoint}/images/generations with key …4f2a: 200 after ", line, StringComparison.Ordinal);
        Assert.Contains("\"prompt\":\"A fox by the sea\"", line, StringComparison.Ordinal);
        Assert.Contains("\"b64_json\":\"[", line, StringComparison.Ordinal);
        Assert.Contains("\"output_tokens\":1000", line, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(picture)[..40], line, StringComparison.Ordinal);
        AssertNoKey(line);
    }

    [Fact]
    public async Task Picture_SmallEnoughToPassForAWord_IsCutOutAllTheSame()
    {
        await using var server = await ScriptedImageServer.StartAsync(Answers.Json(200, """{"data":[{"b64_json":"aGVsbG8="}],"inlineData":{"mimeType":"image/png","data":"c21hbGw="},"uri":"data:image/png;base64,dGlueQ=="}"""));

        await GenerateAsync(server, Request());

        var line = Line();
        Assert.DoesNotContain("aGVsbG8", line, StringComparison.Ordinal);
        Assert.DoesNotContain("c21hbGw", line, StringComparison.Ordinal);
        Assert.DoesNotContain("dGlueQ", line, StringComparison.Ordinal);
        Assert.Contains("\"mimeType\":\"image/png\"", line, StringComparison.Ordinal);
    }

    /// <summary>Letters of other scripts go out as escapes, one after the other, and are no picture for that.</summary>
    [Theory]
    [InlineData("一只红色的狐狸坐在海边的礁石上，望着远处慢慢升起的月亮，身后是一片寂静的松树林。", "一只红色的狐狸坐在海边的礁石上，望着远处慢慢升起的月亮，身后是一片寂静的松树林。")]
    [InlineData("Лиса-путешественница у достопримечательностей", "Лиса-путешественница у достопримечательностей")]
    [InlineData("🦊🦊🦊🦊🦊🦊🦊狐", "\\uD83E\\uDD8A\\uD83E\\uDD8A\\uD83E\\uDD8A\\uD83E\\uDD8A\\uD83E\\uDD8A\\uD83E\\uDD8A\\uD83E\\uDD8A狐")]
    public async Task Prompt_InAnotherScript_IsLoggedWhole(string prompt, string logged)
    {
        await using var server = await ScriptedImageServer.StartAsync();

        await GenerateAsync(server, Request($"{prompt} {Key}"));

        var line = Line();
        Assert.Contains($"\"prompt\":\"{logged} [key]\"", line, StringComparison.Ordinal);
        AssertNoKey(line);
    }

    [Theory]
    [InlineData("+")]
    [InlineData("\\u002B")]
    [InlineData("\\u002b")]
    [InlineData("\\/")]
    public async Task Picture_AmidLettersOfAnotherScript_IsCutOutHoweverItsOwnAreWritten(string letter)
    {
        var picture = string.Concat(Enumerable.Repeat($"c2ln{letter}", 15));

        await SendAsync(new StringContent($$"""{"image":"\u72D0{{picture}}\u72d0{{picture}}","text":"A \\u72D0."}""", Encoding.UTF8, "application/json"));

        var line = Line();
        Assert.Contains($"\"image\":\"狐[{picture.Length} characters cut out]狐[{picture.Length} characters cut out]\"", line, StringComparison.Ordinal);
        Assert.Contains("\"text\":\"A \\\\u72D0.\"", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("Bearer {0}")]
    [InlineData("?key={0}&x=1")]
    public async Task Error_ThatEchoesTheKey_IsLoggedWithoutIt(string echo)
    {
        foreach (var written in new[] { Key, Uri.EscapeDataString(Key), Key.Replace("/", "\\/", StringComparison.Ordinal), Key.Replace("+", "\\u002B", StringComparison.Ordinal) })
        {
            var said = string.Format(System.Globalization.CultureInfo.InvariantCulture, echo, written);
            await using var server = await ScriptedImageServer.StartAsync(Answers.Json(401, "{\"error\":{\"message\":\"Incorrect API key provided: " + said + ". See the manual.\",\"code\":\"invalid_api_key\"}}"));

            await GenerateAsync(server, Request($"My key is {Key}, draw it"));

            var line = _book.Lines[^1].Text;
            Assert.Contains(": 401 after ", line, StringComparison.Ordinal);
            Assert.Contains("Incorrect API key", line, StringComparison.Ordinal);
            Assert.Contains("draw it", line, StringComparison.Ordinal);
            AssertNoKey(line);
        }
    }

    [Fact]
    public async Task Reference_OfAMultipartBody_IsCutOutAndTheFieldsStay()
    {
        await using var server = await ScriptedImageServer.StartAsync();
        using var file = new TempFiles();
        var path = file.Write("reference.png", TestPictures.Png());

        await GenerateAsync(server, Request("A fox once more") with { References = [new(path, PictureFormats.Png, ReferenceRole.Consistency)] });

        var line = Line();
        Assert.Contains("/images/edits with ", line, StringComparison.Ordinal);
        Assert.Contains("A fox once more", line, StringComparison.Ordinal);
        Assert.Contains("filename=\"reference-1.png\"", line, StringComparison.Ordinal);
        Assert.Contains(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"[{new FileInfo(path).Length:N0} bytes cut out]"), line, StringComparison.Ordinal);
        Assert.DoesNotContain("IHDR", line, StringComparison.Ordinal);
        Assert.Equal(new FileInfo(path).Length, Assert.Single(server.Calls).Body.AsSpan().IndexOf("IEND"u8) - server.Calls[0].Body.AsSpan().IndexOf("IHDR"u8) + 12 + 8);
    }

    [Fact]
    public async Task Refusal_OfTheConnection_IsLoggedWithWhatWasSent()
    {
        var server = await ScriptedImageServer.StartAsync();
        await server.DisposeAsync();

        await GenerateAsync(server, Request("A fox alone"));

        Assert.Contains("no answer after ", Line(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_KeepsNothingOfItsQueryThatCouldBeAKey()
    {
        await SendAsync(new StringContent("{}", Encoding.UTF8, "application/json"), "https://user.example/v1/models?api-version=2026-01-01&key=AIzaSecretSecret&sig=abc");

        Assert.Contains("https://user.example/v1/models?api-version=2026-01-01&key=…&sig=… with key …4f2a", Line(), StringComparison.Ordinal);
    }

    /// <summary>What a server gives instead of the picture itself, as JSON may write it, with and without a way so long that it is taken for a picture.</summary>
    [Theory]
    [InlineData("https://blobs.example/private/img.png?st=2026-01-01&sig=c2lnbmF0dXJl%2FAbc%3D&se=2027-12-31", "https://blobs.example/private/img.png?…")]
    [InlineData("https:\\/\\/blobs.example\\/img.png?sig=c2lnbmF0dXJl\\u0026se=2027-12-31", "https:\\/\\/blobs.example\\/img.png?…")]
    [InlineData("https://blobs.example/0123456789012345678901234567890123456789012345678901234567890123456789.png?se=2027-12-31&sig=01234567890123456789012345678901234567890123456789012345678901234567890123456789&st=c2lnbmF0dXJl", "characters cut out].png?…")]
    public async Task Address_InAnAnswer_KeepsNothingOfWhatLetsSomebodyIn(string address, string kept)
    {
        await SendAsync(new StringContent($$"""{"data":[{"url":"{{address}}"}],"created":1763600000}""", Encoding.UTF8, "application/json"));

        var line = Line();
        Assert.Contains($"{kept}\"", line, StringComparison.Ordinal);
        Assert.Contains("\"created\":1763600000", line, StringComparison.Ordinal);
        Assert.DoesNotContain("c2lnbmF0dXJl", line, StringComparison.Ordinal);
        Assert.DoesNotContain("2027", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_ThatIsLong_IsCutAtSixteenKilobytesAndNeverAmidAKey()
    {
        // A key at every place, so that wherever the cut falls it would go through one.
        var answer = new StringContent(string.Concat(Enumerable.Repeat($"{Key} ", 4_000)), Encoding.UTF8, "text/plain");

        await SendAsync(answer);

        var line = Line();
        Assert.InRange(line.Length, 100, 18_000);
        Assert.Contains("bytes in all)", line, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-proj", line, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Picture_AsABodyOfItsOwn_IsOnlyCounted()
    {
        var picture = new ByteArrayContent(TestPictures.Png()) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };

        await SendAsync(picture);

        Assert.Contains("bytes of image/png cut out]", Line(), StringComparison.Ordinal);
        Assert.DoesNotContain("PNG", Line(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_IsHandedOnAsItComesAndLoggedAtItsEnd()
    {
        var pipe = new System.IO.Pipelines.Pipe();
        using var client = Client(_ => new(HttpStatusCode.OK) { Content = new StreamContent(pipe.Reader.AsStream()) { Headers = { ContentType = new MediaTypeHeaderValue("text/event-stream") } } });
        using var response = await client.GetAsync(new Uri("https://images.example/"), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();

        await pipe.Writer.WriteAsync("event: one"u8.ToArray());
        var buffer = new byte[100];
        var count = await body.ReadAsync(buffer).AsTask().WaitAsync(Studio.Patience);

        Assert.Equal("event: one", Encoding.UTF8.GetString(buffer, 0, count));
        Assert.Empty(_book.Lines);
        await pipe.Writer.CompleteAsync();
        Assert.Equal(0, await body.ReadAsync(buffer));
        Assert.Contains("Received: event: one", Line(), StringComparison.Ordinal);
    }

    [Fact]
    public void Handler_WhileDebuggingIsOff_IsTheOneThatWasGiven()
    {
        using var handler = new SocketsHttpHandler();

        Assert.Same(handler, new OutboundLog(Options.Create(new StoryStudioOptions()), TimeProvider.System, _book.For<OutboundLog>()).Around(handler));
    }

    private static ImageRequest Request(string prompt = "A fox") => new() { IdempotencyKey = "attempt-1", Prompt = prompt, Scene = prompt, Style = "clear", ApiKey = Key };

    private static void AssertNoKey(string line)
    {
        Assert.DoesNotContain("ghijklmnop", line, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-proj-abc", line, StringComparison.Ordinal);
    }

    private string Line() => Assert.Single(_book.Lines).Text;

    private OutboundLog Log() => new(Options.Create(new StoryStudioOptions { Debug = true }), TimeProvider.System, _book.For<OutboundLog>());

    private async Task GenerateAsync(ScriptedImageServer server, ImageRequest request)
    {
        using var provider = new OpenAIProvider(new() { Format = "png", Endpoint = server.Endpoint }, new PriceList(Options.Create(new StoryStudioOptions())), TimeProvider.System, TimeSpan.Zero, Log());
        using var destination = new MemoryStream();
        await provider.GenerateAsync(request, destination, new Progress<ImageProgress>(), CancellationToken.None);
    }

    private HttpClient Client(Func<HttpRequestMessage, HttpResponseMessage> answer) => new(Log().Around(new Script(answer)));

    private async Task SendAsync(HttpContent answer, string address = "https://images.example/")
    {
        using var client = Client(_ => new(HttpStatusCode.OK) { Content = answer });
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("x-goog-api-key", Key);
        using var response = await client.SendAsync(request);
    }

    private sealed class Script(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }
}
