using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Gemini;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Core.Providers.Prices;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

/// <summary>The adapter, and a scripted service on a real port for it to call.</summary>
public sealed class GeminiProviderTests : IAsyncLifetime, IDisposable
{
    private const string Key = "AIzaSyabcdefghijklmnop4f2a";
    private const string Model = "gemini-3.1-flash-image";
    private const string PerMinute = """{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"58s"}""";
    private const string PerDay = """{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel"},{"quotaId":"GenerateRequestsPerDayPerProjectPerModel"}]}""";
    private const string TooFast = """{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","domain":"googleapis.com"}""";
    private const string InvalidKey = """{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}""";

    private readonly MemoryStream _destination = new();
    private readonly ProgressLog _progress = new();
    private readonly GeminiOptions _settings = new();
    private readonly PriceOptions _prices = new() { Models = { [Model] = new() { PerPicture = { ["1K"] = 0.067m } } } };
    private ScriptedImageServer _server = null!;
    private GeminiProvider? _provider;

    private GeminiProvider Provider => _provider ??= new GeminiProvider(_settings, new PriceList(Options.Create(new StoryStudioOptions { Prices = _prices })), new ManualTimeProvider());

    public async Task InitializeAsync()
    {
        _server = await ScriptedImageServer.StartAsync(Answers.GeminiPicture());
        _settings.Endpoint = _server.GeminiEndpoint;
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _provider?.Dispose();
        _destination.Dispose();
    }

    [Fact]
    public async Task Generate_APicture_ArrivesWholeWithItsCostAndRequest()
    {
        var picture = TestPictures.Png(200, 100);
        _server.Enqueue(Answers.GeminiPicture(picture));

        var made = await MadeAsync();

        Assert.Equal(picture, _destination.ToArray());
        Assert.Equal(new PictureMade { Model = Model, RequestId = "resp-1", CostUsd = null }, made);
        Assert.Equal([5, 5, 80, 95], _progress.All.Select(p => p.Percent));
    }

    [Fact]
    public async Task Generate_TheCall_CarriesExactlyWhatIsSetAndTheKeyInAHeaderOnly()
    {
        await MadeAsync(Request() with { Prompt = "A fox, \"quick\" & brown 🦊\n狐" });

        var call = Assert.Single(_server.Calls);
        Assert.Equal(("POST", $"/v1beta/models/{Model}:generateContent", "", Key, "attempt-1"), (call.Method, call.Path, call.Query, call.ApiKey, call.IdempotencyKey));
        Assert.Equal(call.Body.Length.ToString(), call.Headers["Content-Length"]);
        Assert.Equal("application/json", call.ContentType);
        Assert.DoesNotContain(Key, call.Text, StringComparison.Ordinal);
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse("""{"contents":[{"role":"user","parts":[{"text":"A fox, \"quick\" & brown 🦊\n狐"}]}],"generationConfig":{"responseModalities":["TEXT","IMAGE"],"imageConfig":{"aspectRatio":"3:2","imageSize":"1K"}}}"""),
                JsonNode.Parse(call.Body)),
            call.Text);
    }

    [Theory]
    [InlineData("3:2", "", """{"aspectRatio":"3:2"}""")]
    [InlineData("", "2K", """{"imageSize":"2K"}""")]
    [InlineData("", "", null)]
    public async Task Generate_SettingsLeftEmpty_AreLeftToTheModel(string ratio, string size, string? imageConfig)
    {
        (_settings.AspectRatio, _settings.ImageSize) = (ratio, size);

        await MadeAsync();

        using var body = JsonDocument.Parse(_server.Calls[0].Body);
        Assert.Equal(imageConfig, body.RootElement.GetProperty("generationConfig").TryGetProperty("imageConfig", out var sent) ? sent.GetRawText() : null);
    }

    [Fact]
    public async Task Generate_WithReferences_SendsThemInOrderByteForByte()
    {
        using var files = new TempFiles();
        var large = new byte[200_001];
        new Random(1).NextBytes(large);
        ReferencePicture[] references =
        [
            new(files.Write("a.png", large), PictureFormats.Png, ReferenceRole.Consistency),
            new(files.Write("drawn.svg", TestPictures.Svg), PictureFormats.Svg, ReferenceRole.Consistency),
            new(files.Write("b", TestPictures.Jpeg), PictureFormats.Jpeg, ReferenceRole.Character, "Mira"),
            new(files.Write("c", []), PictureFormats.Webp, ReferenceRole.StyleSample),
        ];

        await MadeAsync(Request() with { References = references });

        var call = Assert.Single(_server.Calls);
        Assert.Equal(call.Body.Length.ToString(), call.Headers["Content-Length"]);
        using var body = JsonDocument.Parse(call.Body);
        var parts = body.RootElement.GetProperty("contents")[0].GetProperty("parts").EnumerateArray().ToList();
        Assert.Equal("A fox", parts[0].GetProperty("text").GetString());
        Assert.Equal(
            [("image/png", Convert.ToBase64String(large)), ("image/jpeg", Convert.ToBase64String(TestPictures.Jpeg)), ("image/webp", "")],
            parts.Skip(1).Select(p => (p.GetProperty("inlineData").GetProperty("mimeType").GetString()!, p.GetProperty("inlineData").GetProperty("data").GetString()!)));
    }

    [Fact]
    public async Task Generate_MoreReferencesThanOneCallTakes_SendsTheFirstFourteen()
    {
        using var files = new TempFiles();
        var path = files.Write("a.png", TestPictures.Png());

        await MadeAsync(Request() with { References = [.. Enumerable.Repeat(new ReferencePicture(path, PictureFormats.Png, ReferenceRole.Consistency), 20)] });

        Assert.Equal(14, _server.Calls[0].Text.Split("inlineData").Length - 1);
    }

    [Fact]
    public async Task Generate_ReferenceThatIsGone_FailsWithoutACall()
    {
        var failure = await FailureAsync(Request() with { References = [new(Path.Combine(Path.GetTempPath(), "not-there.png"), PictureFormats.Png, ReferenceRole.Consistency)] });

        Assert.Equal((FailureKind.Transient, "The reference picture is not there."), (failure.Kind, failure.Message));
        Assert.Empty(_server.Calls);
    }

    [Theory]
    [InlineData("sk-\u00e4\n")]
    [InlineData(null)]
    public async Task Generate_WithoutAKeyThatCanBeSent_FailsWithoutACall(string? key)
    {
        var provider = key is null ? new GeminiProvider(new GeminiOptions(), new PriceList(Options.Create(new StoryStudioOptions())), TimeProvider.System) : Provider;

        var failure = Assert.IsType<ImageFailure>(await provider.GenerateAsync(Request() with { ApiKey = key }, _destination, _progress, CancellationToken.None));

        Assert.Equal(FailureKind.BadKey, failure.Kind);
        Assert.Empty(_server.Calls);
    }

    [Fact]
    public async Task Generate_ServerWithoutKeys_IsServedWithoutOne()
    {
        await MadeAsync(Request() with { ApiKey = null });

        Assert.False(Provider.Capabilities.NeedsKey);
        Assert.Null(_server.Calls[0].ApiKey);
    }

    [Theory]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":{"data":"#","mimeType":"image/png"}}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"says \"data\": \"x\""},{"thoughtSignature":"@"},{"inlineData":{"mimeType":"image/png","data":"#"}}]},"finishReason":"STOP"}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"thoughtSignature":"@","inlineData":{"mimeType":"image/png","data":"#"}},{"inlineData":{"data":"AAAA"}}]}}]}""")]
    public async Task Generate_PictureWhereverItStands_IsFound(string shape)
    {
        var picture = TestPictures.Png(90, 70);
        _server.Enqueue(Answers.Json(200, shape.Replace("#", Convert.ToBase64String(picture), StringComparison.Ordinal).Replace("@", new string('A', 1_000_000), StringComparison.Ordinal)));

        await MadeAsync();

        Assert.Equal(picture, _destination.ToArray());
    }

    [Theory]
    [InlineData("SAFETY", FailureKind.Refused)]
    [InlineData("PROHIBITED_CONTENT", FailureKind.Refused)]
    [InlineData("BLOCKLIST", FailureKind.Refused)]
    [InlineData("SPII", FailureKind.Refused)]
    [InlineData("RECITATION", FailureKind.Refused)]
    [InlineData("IMAGE_SAFETY", FailureKind.Refused)]
    [InlineData("IMAGE_PROHIBITED_CONTENT", FailureKind.Refused)]
    [InlineData("IMAGE_RECITATION", FailureKind.Refused)]
    [InlineData("NO_IMAGE", FailureKind.NoPicture)]
    [InlineData("IMAGE_OTHER", FailureKind.NoPicture)]
    [InlineData("OTHER", FailureKind.NoPicture)]
    [InlineData("STOP", FailureKind.NoPicture)]
    public async Task Generate_EndWithoutAPicture_IsARefusalOrNone(string reason, FailureKind kind)
    {
        _server.Enqueue(Answers.GeminiFinish(reason));

        var failure = await FailureAsync();

        Assert.Equal((kind, "resp-1"), (failure.Kind, failure.RequestId));
        Assert.Contains($"{reason}: Not this one.", failure.LogMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"responseId":"resp-1"}""", FailureKind.Refused)]
    [InlineData("""{"promptFeedback":{"blockReason":"OTHER"}}""", FailureKind.Refused)]
    [InlineData("""{"candidates":[]}""", FailureKind.NoPicture)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"I would rather not."}]},"finishReason":"STOP"}]}""", FailureKind.NoPicture)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":{"data":""}}]}}]}""", FailureKind.NoPicture)]
    [InlineData("""{"candidates":"none","usageMetadata":7,"promptFeedback":[]}""", FailureKind.NoPicture)]
    [InlineData("[]", FailureKind.NoPicture)]
    [InlineData("", FailureKind.NoPicture)]
    [InlineData("""{"error":{"code":503,"status":"UNAVAILABLE","details":[{"reason":"API_KEY_INVALID"}]}}""", FailureKind.BadKey)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":{"data":"!!!! no base64 !!!!"}}]}}]}""", FailureKind.Damaged)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":{"data":"AAAA"}}]}}]""", FailureKind.Damaged)]
    [InlineData("<html><body>Hello</body></html>", FailureKind.Damaged)]
    public async Task Generate_SuccessWithoutAPicture_IsWhatItSays(string body, FailureKind kind)
    {
        _server.Enqueue(Answers.Json(200, body));

        Assert.Equal(kind, (await FailureAsync()).Kind);
    }

    [Fact]
    public async Task Generate_AnswerCutOff_IsDamagedForItMayHaveBeenBilled()
    {
        _server.Enqueue(Answers.Truncate(Answers.GeminiJson(TestPictures.Png(300, 300))));

        Assert.Equal(FailureKind.Damaged, (await FailureAsync()).Kind);
        Assert.Equal(1, _server.Total);
    }

    [Theory]
    [InlineData(429, "RESOURCE_EXHAUSTED", PerMinute, FailureKind.RateLimited, 58.0, "The service is busy. Trying again in 58 s.")]
    [InlineData(429, "RESOURCE_EXHAUSTED", "", FailureKind.RateLimited, null, "The service is busy. Trying again soon.")]
    [InlineData(429, "RESOURCE_EXHAUSTED", PerDay, FailureKind.QuotaExhausted, null, "Today's allowance is used up.")]
    [InlineData(429, "RESOURCE_EXHAUSTED", $"{TooFast},{PerDay}", FailureKind.QuotaExhausted, null, "Today's allowance is used up.")]
    [InlineData(429, "RESOURCE_EXHAUSTED", $"{TooFast},{PerMinute}", FailureKind.RateLimited, 58.0, "The service is busy. Trying again in 58 s.")]
    [InlineData(402, "FAILED_PRECONDITION", "", FailureKind.OutOfCredit, null, "This account is out of credit.")]
    [InlineData(408, "CANCELLED", "", FailureKind.Transient, null, "Temporary problem with the service.")]
    [InlineData(500, "INTERNAL", "", FailureKind.Transient, null, "Temporary problem with the service.")]
    [InlineData(502, "INTERNAL", "", FailureKind.Transient, null, "Temporary problem with the service.")]
    [InlineData(503, "UNAVAILABLE", "", FailureKind.Transient, null, "Temporary problem with the service.")]
    [InlineData(504, "DEADLINE_EXCEEDED", "", FailureKind.Transient, null, "Temporary problem with the service.")]
    [InlineData(400, "INVALID_ARGUMENT", InvalidKey, FailureKind.BadKey, null, "Key \"…4f2a\" was not accepted.")]
    [InlineData(401, "UNAUTHENTICATED", "", FailureKind.BadKey, null, "Key \"…4f2a\" was not accepted.")]
    [InlineData(403, "PERMISSION_DENIED", "", FailureKind.NoAccess, null, "This account may not use model gemini-3.1-flash-image.")]
    [InlineData(400, "INVALID_ARGUMENT", "", FailureKind.InvalidRequest, null, "This setting is not supported by model gemini-3.1-flash-image.")]
    [InlineData(413, "INVALID_ARGUMENT", "", FailureKind.InvalidRequest, null, "This setting is not supported by model gemini-3.1-flash-image.")]
    public async Task Generate_EachErrorOfTheTable_IsToldApartAfterOneCall(int status, string word, string details, FailureKind kind, double? wait, string sentence)
    {
        _server.Always = Answers.GeminiError(status, word, $"You sent {Key}.", details);

        var failure = await FailureAsync();

        Assert.Equal((kind, sentence, wait is { } s ? TimeSpan.FromSeconds(s) : (TimeSpan?)null, Answers.RequestId), (failure.Kind, failure.Message, failure.RetryAfter, failure.RequestId));
        Assert.Contains($"HTTP {status}", failure.LogMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("AIza", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, _server.Total);
        Assert.Equal(0, _destination.Length);
    }

    [Fact]
    public async Task Generate_ModelThatIsGone_NamesTheSetting()
    {
        _server.Enqueue(Answers.GeminiError(404, "NOT_FOUND", $"models/{Model} is not found for API version v1beta, or is not supported for generateContent."));

        Assert.Equal("Model gemini-3.1-flash-image is retired. Name another one in StoryStudio:Providers:Gemini:Model.", (await FailureAsync()).Message);
    }

    [Fact]
    public async Task Generate_AddressWithoutSuchAService_NamesTheSetting()
    {
        _server.Enqueue(Answers.Empty(404));

        Assert.Equal("The service makes no pictures at its address. Check StoryStudio:Providers:Gemini:Endpoint.", (await FailureAsync()).Message);
    }

    [Fact]
    public async Task Generate_ConnectionCutOrNobodyThere_IsTransientAndNotRepeatedHere()
    {
        _server.Enqueue(Answers.Reset());
        Assert.Equal((FailureKind.Transient, true), await FailureAsync() is var cut ? (cut.Kind, cut.IsUnresolved) : default);
        Assert.Equal(1, _server.Total);

        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        _settings.Endpoint = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}/";
        taken.Stop();
        using var provider = new GeminiProvider(_settings, new PriceList(Options.Create(new StoryStudioOptions())), TimeProvider.System);
        var nobody = Assert.IsType<ImageFailure>(await provider.GenerateAsync(Request(), _destination, _progress, CancellationToken.None));
        Assert.Equal((FailureKind.Transient, false), (nobody.Kind, nobody.IsUnresolved));
    }

    public static TheoryData<string> Phases => ["hang", "stall", "error"];

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task Generate_CancelledInAnyPhase_ThrowsJustThat(string phase)
    {
        _server.Enqueue(phase switch
        {
            "hang" => Answers.Hang(),
            "stall" => Answers.Stall(Answers.GeminiJson(TestPictures.Png())),
            _ => async (context, _, stopping) =>
            {
                context.Response.StatusCode = 500;
                await context.Response.Body.WriteAsync("{"u8.ToArray(), stopping);
                await context.Response.Body.FlushAsync(stopping);
                await Task.Delay(Timeout.Infinite, stopping);
            },
        });
        using var cancel = new CancellationTokenSource();

        var attempt = Provider.GenerateAsync(Request(), new CountingStream(), _progress, cancel.Token);
        await _server.NextCallAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Generate_AnswerThatComesNoFurtherThanItsBeginning_HasToldItsRequest(bool isError)
    {
        _server.Enqueue(isError ? Answers.StalledError() : Answers.Stall(Answers.GeminiJson(TestPictures.Png(300, 300))));
        using var cancel = new CancellationTokenSource();

        var attempt = Provider.GenerateAsync(Request(), new CountingStream(), _progress, cancel.Token);

        Assert.Equal(Answers.RequestId, await _progress.RequestId.WaitAsync(Studio.Patience));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
    }

    [Fact]
    public async Task Generate_DestinationFails_IsNotTheProvidersFailure() =>
        await Assert.ThrowsAsync<IOException>(() => Provider.GenerateAsync(Request(), new CountingStream { Full = true }, _progress, CancellationToken.None));

    [Theory]
    [InlineData("""{"promptTokenCount":100,"candidatesTokenCount":1120,"promptTokensDetails":[{"modality":"TEXT","tokenCount":40},{"modality":"IMAGE","tokenCount":60}],"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1120}]}""", 0.06788)]
    [InlineData("""{"promptTokenCount":100,"candidatesTokenCount":1130,"thoughtsTokenCount":10,"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1120}]}""", 0.0675)]
    [InlineData("""{"promptTokenCount":100,"candidatesTokenCount":1120}""", null)]
    [InlineData("""{"promptTokenCount":100,"candidatesTokenCount":1120,"candidatesTokensDetails":[{"modality":"TEXT","tokenCount":1120}]}""", null)]
    [InlineData("""{"promptTokenCount":100}""", null)]
    [InlineData(null, null)]
    public async Task Generate_Cost_ComesFromUsageOrIsUnknown(string? usage, double? usd)
    {
        _prices.Models[Model] = new() { TextIn = 2, ImageIn = 10, ImageOut = 60, TextOut = 5, PerPicture = { ["1K"] = 0.09m } };
        _server.Enqueue(Answers.GeminiPicture(usage: usage));

        Assert.Equal((decimal?)usd, (await MadeAsync()).CostUsd);
    }

    /// <summary>A count of 0 is left out, and what a refusal cost is known all the same.</summary>
    [Theory]
    [InlineData("IMAGE_SAFETY", """{"promptTokenCount":9000,"thoughtsTokenCount":400,"totalTokenCount":9400}""", 0.02)]
    [InlineData("NO_IMAGE", """{"promptTokenCount":9000,"thoughtsTokenCount":400,"totalTokenCount":9400}""", 0.02)]
    [InlineData("NO_IMAGE", """{"promptTokenCount":9000,"candidatesTokenCount":400}""", 0.02)]
    [InlineData("NO_IMAGE", """{"promptTokenCount":9000,"candidatesTokenCount":"many"}""", null)]
    [InlineData("IMAGE_SAFETY", """{"thoughtsTokenCount":400}""", null)]
    [InlineData("IMAGE_SAFETY", null, null)]
    public async Task Generate_CostOfAnEndWithoutAPicture_ComesFromUsageOrIsUnknown(string reason, string? usage, double? usd)
    {
        _prices.Models[Model] = new() { TextIn = 2, ImageIn = 10, ImageOut = 60, TextOut = 5, PerPicture = { ["1K"] = 0.09m } };
        _server.Enqueue(Answers.GeminiFinish(reason, usage));

        Assert.Equal((decimal?)usd, (await FailureAsync()).CostUsd);
    }

    [Theory]
    [InlineData("1K", 0.067)]
    [InlineData("", 0.067)]
    [InlineData("4K", null)]
    public async Task Generate_CostWithPricesOfPicturesAlone_IsUnknownWhateverWasThoughtBefore(string size, double? usd)
    {
        _settings.ImageSize = size;

        Assert.Equal((decimal?)usd, Provider.EstimateUsd(0));
        Assert.Null((await MadeAsync()).CostUsd);
    }

    [Fact]
    public void Capabilities_AreThoseOfTheSettings()
    {
        var can = Provider.Capabilities;

        Assert.Equal((14, 0, false, Model, "1K", "3:2"), (can.MaxReferences, can.PartialPictures, can.TakesSeed, can.Model, can.Size, can.AspectRatio));
        Assert.False(can.MakesSvg);
    }

    private static ImageRequest Request() => new() { IdempotencyKey = "attempt-1", Prompt = "A fox", Scene = "A fox", Style = "clear", ApiKey = Key };

    private async Task<PictureMade> MadeAsync(ImageRequest? request = null) => Assert.IsType<PictureMade>(await GenerateAsync(request));

    private async Task<ImageFailure> FailureAsync(ImageRequest? request = null) => Assert.IsType<ImageFailure>(await GenerateAsync(request));

    private Task<ImageOutcome> GenerateAsync(ImageRequest? request) => Provider.GenerateAsync(request ?? Request(), _destination, _progress, CancellationToken.None);
}
