using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

/// <summary>The adapter against a real port.</summary>
public sealed class OpenAIProviderTests : IAsyncLifetime, IDisposable
{
    private const string Key = "sk-proj-abcdefghijklmnop4f2a";

    private readonly MemoryStream _destination = new();
    private readonly OpenAIOptions _options = new() { Format = "png" };
    private readonly ManualTimeProvider _time = new();
    private ScriptedImageServer _server = null!;
    private OpenAIProvider? _provider;

    public async Task InitializeAsync()
    {
        _server = await ScriptedImageServer.StartAsync();
        _options.Endpoint = _server.Endpoint;
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
        _server.Enqueue(Answers.Picture(picture));

        var made = await MadeAsync();

        Assert.Equal(picture, _destination.ToArray());
        Assert.Equal(new PictureMade { Model = "gpt-image-2", RequestId = Answers.RequestId, CostUsd = 0.03028m }, made);
    }

    [Fact]
    public async Task Generate_TheCall_CarriesExactlyWhatIsSet()
    {
        _options.Organization = "org-1";

        await MadeAsync(Request() with { Prompt = "A fox, “quick” & brown 🦊" });

        var call = Assert.Single(_server.Calls);
        using var body = JsonDocument.Parse(call.Body);
        Assert.Equal(("POST", "/v1/images/generations", Key, "attempt-1", "org-1"), (call.Method, call.Path, call.ApiKey, call.IdempotencyKey, call.Headers.GetValueOrDefault("OpenAI-Organization")));
        Assert.StartsWith("application/json", call.ContentType, StringComparison.Ordinal);
        Assert.Equal(
            "model=gpt-image-2; prompt=A fox, “quick” & brown 🦊; size=1024x1024; quality=medium; output_format=png; n=1",
            string.Join("; ", body.RootElement.EnumerateObject().Select(field => $"{field.Name}={field.Value}")));
    }

    [Fact]
    public async Task Generate_SettingsLeftEmpty_AreLeftOut()
    {
        (_options.Size, _options.Quality, _options.Format, _options.SendResponseFormat) = ("", " ", "", true);

        await MadeAsync();

        using var body = JsonDocument.Parse(_server.Calls[0].Body);
        Assert.Equal("model prompt response_format n", string.Join(' ', body.RootElement.EnumerateObject().Select(field => field.Name)));
        Assert.Equal("b64_json", body.RootElement.GetProperty("response_format").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task Generate_EndpointWithOrWithoutASlash_IsTheSame(string end)
    {
        _options.Endpoint = _server.Endpoint + end;

        await MadeAsync();

        Assert.Equal("/v1/images/generations", _server.Calls[0].Path);
    }

    [Fact]
    public async Task Generate_ServerWithoutKeys_IsServedWithoutOne()
    {
        await MadeAsync(Request() with { ApiKey = null });

        Assert.False(Provider.Capabilities.NeedsKey);
        Assert.Equal("none", _server.Calls[0].ApiKey);
    }

    [Fact]
    public async Task Generate_SeveralKeys_EachCallGoesWithItsOwn()
    {
        foreach (var key in (string[])["key-a-1234", "key-b-1234", "key-a-1234"])
        {
            await MadeAsync(Request() with { ApiKey = key });
        }

        Assert.Equal("key-a-1234 key-b-1234 key-a-1234", string.Join(' ', _server.Calls.Select(call => call.ApiKey)));
    }

    [Fact]
    public async Task Generate_WithReferences_SendsThemAsQuotedPartsByteForByte()
    {
        using var files = new TempFiles();
        var (png, jpeg) = (TestPictures.Png(40, 30), TestPictures.Jpeg);
        ReferencePicture[] references =
        [
            new(files.Write("a.png", png), PictureFormats.Png, ReferenceRole.Consistency),
            new(files.Write("drawn.svg", TestPictures.Svg), PictureFormats.Svg, ReferenceRole.Consistency),
            new(files.Write("b", jpeg), PictureFormats.Jpeg, ReferenceRole.Consistency),
        ];

        await MadeAsync(Request() with { Prompt = "Ein Fuchs – 狐", References = references });

        var call = Assert.Single(_server.Calls);
        var boundary = call.ContentType!["multipart/form-data; boundary=".Length..];
        Assert.Equal("/v1/images/edits", call.Path);
        Assert.Equal("attempt-1", call.IdempotencyKey);
        Assert.Equal(call.Body.Length.ToString(), call.Headers["Content-Length"]);
        Assert.Equal(
            Latin1(Field(boundary, "model", "gpt-image-2"), Field(boundary, "prompt", "Ein Fuchs – 狐"), Field(boundary, "size", "1024x1024"), Field(boundary, "quality", "medium"), Field(boundary, "output_format", "png"), Field(boundary, "n", "1"))
            + Latin1($"--{boundary}\r\nContent-Disposition: form-data; name=\"image[]\"; filename=\"reference-1.png\"\r\nContent-Type: image/png\r\n\r\n") + Encoding.Latin1.GetString(png)
            + Latin1($"\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"image[]\"; filename=\"reference-2.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n") + Encoding.Latin1.GetString(jpeg)
            + $"\r\n--{boundary}--\r\n",
            call.Text);
    }

    [Fact]
    public async Task Generate_MoreReferencesThanOneCallTakes_SendsTheFirstSixteen()
    {
        using var files = new TempFiles();
        var path = files.Write("a.png", TestPictures.Png());

        await MadeAsync(Request() with { References = [.. Enumerable.Repeat(new ReferencePicture(path, PictureFormats.Png, ReferenceRole.Consistency), 20)] });

        Assert.Equal(16, _server.Calls[0].Text.Split("name=\"image[]\"").Length - 1);
    }

    [Fact]
    public async Task Generate_ServerWithoutEdits_IsSentNoReference()
    {
        _options.Edits = false;
        using var files = new TempFiles();

        await MadeAsync(Request() with { References = [new(files.Write("a.png", TestPictures.Png()), PictureFormats.Png, ReferenceRole.Consistency)] });

        Assert.Equal(0, Provider.Capabilities.MaxReferences);
        Assert.False(_server.Calls[0].IsEdit);
    }

    [Fact]
    public async Task Generate_ReferenceThatIsGone_FailsWithoutACall()
    {
        var failure = await FailureAsync(Request() with { References = [new(Path.Combine(Path.GetTempPath(), "not-there.png"), PictureFormats.Png, ReferenceRole.Consistency)] });

        Assert.Equal((FailureKind.InvalidRequest, "The reference picture is not there."), (failure.Kind, failure.Message));
        Assert.Empty(_server.Calls);
    }

    [Theory]
    [InlineData("""{"data":[{"b64_json":"#"}]}""")]
    [InlineData("""{ "data" : [ { "revised_prompt":"says \"b64_json\": \"x\"", "b64_json" : "#" } ] }""")]
    [InlineData("""{"data":[{"url":null,"b64_json":"data:image/png;base64,#"}]}""")]
    [InlineData("""{"b64_json_not":"x","data":[{"b64_json":null,"url":"ignored"},{"b64_json":"#"}]}""")]
    [InlineData("""{"data":[{"b64_json":"#"},{"b64_json":"AAAA"}]}""")]
    public async Task Generate_PictureWhereverItStandsInTheAnswer_IsFound(string shape)
    {
        var picture = TestPictures.Png(90, 70);
        _server.Enqueue(Answers.Json(200, shape.Replace("#", Convert.ToBase64String(picture), StringComparison.Ordinal)));

        await MadeAsync();

        Assert.Equal(picture, _destination.ToArray());
    }

    [Fact]
    public async Task Generate_Base64WrittenInEveryLegalWay_IsDecoded()
    {
        var picture = TestPictures.Png(300, 300, seed: 9);
        var base64 = Convert.ToBase64String(picture);
        var escaped = base64.Replace("+", "\\u002B", StringComparison.Ordinal).Replace("/", "\\/", StringComparison.Ordinal).Replace("=", "\\u003d", StringComparison.Ordinal);
        var inLines = string.Join("\\r\\n", base64.Chunk(76).Select(line => new string(line))) + "\\n";
        _server.Enqueue(Answers.Json(200, Answers.PictureJson(escaped)), Answers.Json(200, Answers.PictureJson(inLines)));

        await MadeAsync();
        Assert.Equal(picture, _destination.ToArray());

        _destination.SetLength(0);
        await MadeAsync();
        Assert.Equal(picture, _destination.ToArray());
    }

    [Theory]
    [InlineData("gpt-image-9", Answers.Usage)]
    [InlineData("gpt-image-2", null)]
    [InlineData("gpt-image-2", "null")]
    [InlineData("gpt-image-2", """{"input_tokens":-4,"output_tokens":1}""")]
    [InlineData("gpt-image-2", """{"input_tokens":"many","output_tokens":1}""")]
    [InlineData("gpt-image-2", """{"input_tokens":1,"output_tokens":1,"input_tokens_details":{"image_tokens":5}}""")]
    public async Task Generate_PriceOrUsageUnknown_LeavesTheCostUnknown(string model, string? usage)
    {
        _options.Model = model;
        _server.Enqueue(Answers.Picture(usage: usage));

        Assert.Null((await MadeAsync()).CostUsd);
    }

    [Fact]
    public async Task Generate_UsageWithoutDetails_CountsAllInputAsWords()
    {
        _server.Enqueue(Answers.Picture(usage: """{"input_tokens":100,"output_tokens":200}"""));

        Assert.Equal(0.0065m, (await MadeAsync()).CostUsd);
    }

    [Theory]
    [InlineData(429, "rate_limit_exceeded", FailureKind.RateLimited, "The service is busy. Trying again in 7 s.")]
    [InlineData(503, "slow_down", FailureKind.RateLimited, "The service is busy. Trying again in 7 s.")]
    [InlineData(429, "insufficient_quota", FailureKind.OutOfCredit, "This account is out of credit.")]
    [InlineData(400, "billing_hard_limit_reached", FailureKind.OutOfCredit, "This account is out of credit.")]
    [InlineData(402, null, FailureKind.OutOfCredit, "This account is out of credit.")]
    [InlineData(408, null, FailureKind.Transient, "Temporary problem with the service.")]
    [InlineData(500, null, FailureKind.Transient, "Temporary problem with the service.")]
    [InlineData(502, null, FailureKind.Transient, "Temporary problem with the service.")]
    [InlineData(503, null, FailureKind.Transient, "Temporary problem with the service.")]
    [InlineData(504, null, FailureKind.Transient, "Temporary problem with the service.")]
    [InlineData(400, "moderation_blocked", FailureKind.Refused, "The provider declined this picture. Change the description.")]
    [InlineData(400, "content_policy_violation", FailureKind.Refused, "The provider declined this picture. Change the description.")]
    [InlineData(400, "content_filter", FailureKind.Refused, "The provider declined this picture. Change the description.")]
    [InlineData(401, "invalid_api_key", FailureKind.BadKey, "Key \"…4f2a\" was not accepted.")]
    [InlineData(403, null, FailureKind.ModelUnavailable, "This account may not use model gpt-image-2.")]
    [InlineData(404, "model_not_found", FailureKind.ModelUnavailable, "Model gpt-image-2 is retired. Name another one in StoryStudio:Providers:OpenAI:Model.")]
    [InlineData(404, "DeploymentNotFound", FailureKind.ModelUnavailable, "Model gpt-image-2 is retired. Name another one in StoryStudio:Providers:OpenAI:Model.")]
    [InlineData(400, "invalid_value", FailureKind.InvalidRequest, "This setting is not supported by model gpt-image-2.")]
    [InlineData(413, null, FailureKind.InvalidRequest, "This setting is not supported by model gpt-image-2.")]
    [InlineData(422, null, FailureKind.InvalidRequest, "This setting is not supported by model gpt-image-2.")]
    public async Task Generate_EachErrorOfTheTable_IsToldApartAfterOneCall(int status, string? code, FailureKind kind, string sentence)
    {
        _server.Always = Answers.Error(status, code, type: null, message: $"You sent {Key}.", headers: ("Retry-After", "7"));

        var failure = await FailureAsync();

        Assert.Equal((kind, sentence, (TimeSpan?)TimeSpan.FromSeconds(7), Answers.RequestId), (failure.Kind, failure.Message, failure.RetryAfter, failure.RequestId));
        Assert.Contains($"HTTP {status}", failure.LogMessage, StringComparison.Ordinal);
        Assert.Contains(Answers.RequestId, failure.LogMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-proj", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, _server.Total);
        Assert.Equal(0, _destination.Length);
    }

    [Fact]
    public async Task Generate_ErrorsInOtherShapes_AreReadTheSame()
    {
        _server.Enqueue(
            Answers.Json(401, """{"error":"no such key"}"""),
            Answers.Json(422, """{"detail":[{"loc":["body","size"],"msg":"unexpected value"}]}"""),
            Answers.Html(502),
            Answers.Empty(503),
            Answers.Json(200, """{"error":{"code":"moderation_blocked","message":"no"}}"""),
            Answers.Redirect("https://example.org/"));

        var kinds = new List<FailureKind>();
        for (var i = 0; i < 6; i++)
        {
            kinds.Add((await FailureAsync()).Kind);
        }

        Assert.Equal([FailureKind.BadKey, FailureKind.InvalidRequest, FailureKind.Transient, FailureKind.Transient, FailureKind.Refused, FailureKind.InvalidRequest], kinds);
    }

    [Theory]
    [InlineData("retry-after-ms", "1500", 1.5)]
    [InlineData("Retry-After", "Thu, 01 Jan 2026 12:01:00 GMT", 60.0)]
    [InlineData("Retry-After", "864000", 600.0)]
    [InlineData("Retry-After", "-3", 0.0)]
    [InlineData("Retry-After", "tomorrow", null)]
    public async Task Generate_WaitThatTheProviderAsksFor_IsPassedOnWithinReason(string header, string value, double? seconds)
    {
        _server.Enqueue(Answers.Error(429, "rate_limit_exceeded", headers: (header, value)));

        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, (await FailureAsync()).RetryAfter);
    }

    [Theory]
    [InlineData("""{"created":1,"data":[]}""", FailureKind.NoPicture)]
    [InlineData("""{"created":1}""", FailureKind.NoPicture)]
    [InlineData("""{"data":[{"b64_json":""}]}""", FailureKind.NoPicture)]
    [InlineData("""{"data":[{"b64_json":null,"url":""}]}""", FailureKind.NoPicture)]
    [InlineData("", FailureKind.NoPicture)]
    [InlineData("[]", FailureKind.NoPicture)]
    [InlineData("""{"data":[{"b64_json":"iVBORw0KGgo"}]}""", FailureKind.Damaged)]
    [InlineData("""{"data":[{"b64_json":"!!!! no base64 !!!!"}]}""", FailureKind.Damaged)]
    [InlineData("""{"data":[{"b64_json":"AAAA\u00e9"}]}""", FailureKind.Damaged)]
    [InlineData("""{"data":[{"b64_json":"AAAA"}]""", FailureKind.Damaged)]
    [InlineData("""{"data":[{"b64_json":"AAAA""", FailureKind.Damaged)]
    [InlineData("<html><body>Hello</body></html>", FailureKind.Damaged)]
    [InlineData("data: [DONE]", FailureKind.Damaged)]
    public async Task Generate_SuccessWithoutAPicture_IsNoneOrDamaged(string body, FailureKind kind)
    {
        _server.Enqueue(Answers.Json(200, body));

        var failure = await FailureAsync();

        Assert.Equal(kind, failure.Kind);
        Assert.Equal(Answers.RequestId, failure.RequestId);
    }

    [Fact]
    public async Task Generate_AnswerCutOff_IsDamagedForItMayHaveBeenBilled()
    {
        _server.Enqueue(Answers.Truncate(Answers.PictureJson(Convert.ToBase64String(TestPictures.Png(300, 300)))));

        Assert.Equal((FailureKind.Damaged, "The answer was damaged."), (await FailureAsync() is var failure ? failure.Kind : default, failure.Message));
        Assert.Equal(1, _server.Total);
    }

    [Fact]
    public async Task Generate_PictureWithoutEnd_IsGivenUpAtTheCapWithLittleMemory()
    {
        _server.Enqueue(Answers.Endless());
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var counted = new CountingStream();

        var failure = Assert.IsType<ImageFailure>(await Provider.GenerateAsync(Request(), counted, new Progress<ImageProgress>(), CancellationToken.None));

        Assert.Equal(FailureKind.Damaged, failure.Kind);
        Assert.InRange(counted.Written, 1, PictureInspector.MaxBytes);
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - before < PictureInspector.MaxBytes / 2);
    }

    [Fact]
    public async Task Generate_ErrorBodyWithoutEnd_IsReadOnlySoFar()
    {
        _server.Enqueue(async (context, _, stopping) =>
        {
            context.Response.StatusCode = 500;
            while (true)
            {
                await context.Response.Body.WriteAsync(new byte[64 * 1024], stopping);
            }
        });

        Assert.Equal(FailureKind.Transient, (await FailureAsync()).Kind);
    }

    [Fact]
    public async Task Generate_ConnectionCut_IsTransientAndNotRepeatedHere()
    {
        _server.Always = Answers.Reset();

        Assert.Equal((FailureKind.Transient, "Temporary problem with the service."), (await FailureAsync() is var failure ? failure.Kind : default, failure.Message));
        Assert.Equal(1, _server.Total);
    }

    [Fact]
    public async Task Generate_NobodyThere_IsTransient()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        _options.Endpoint = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}/v1";
        taken.Stop();

        Assert.Equal(FailureKind.Transient, (await FailureAsync()).Kind);
    }

    [Fact]
    public async Task Generate_KeyThatNoHeaderCanCarry_IsABadKey()
    {
        Assert.Equal(FailureKind.BadKey, (await FailureAsync(Request() with { ApiKey = "sk-\u00e4\n" })).Kind);
        Assert.Empty(_server.Calls);
    }

    public static TheoryData<string> Phases => ["hang", "stall", "drip", "endless", "error"];

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task Generate_CancelledInAnyPhase_ThrowsJustThat(string phase)
    {
        _server.Enqueue(phase switch
        {
            "hang" => Answers.Hang(),
            "stall" => Answers.Stall(Answers.PictureJson(Convert.ToBase64String(TestPictures.Png()))),
            "drip" => Answers.Drip(TimeSpan.FromMilliseconds(5)),
            "endless" => Answers.Endless(),
            _ => async (context, _, stopping) =>
            {
                context.Response.StatusCode = 500;
                await context.Response.Body.WriteAsync("{"u8.ToArray(), stopping);
                await context.Response.Body.FlushAsync(stopping);
                await Task.Delay(Timeout.Infinite, stopping);
            },
        });
        using var cancel = new CancellationTokenSource();

        var attempt = Provider.GenerateAsync(Request(), new CountingStream(), new Progress<ImageProgress>(), cancel.Token);
        await _server.NextCallAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
    }

    [Fact]
    public async Task Generate_DestinationFails_IsNotTheProvidersFailure() =>
        await Assert.ThrowsAsync<IOException>(() => Provider.GenerateAsync(Request(), new CountingStream { Full = true }, new Progress<ImageProgress>(), CancellationToken.None));

    [Fact]
    public async Task Generate_ManyAtOnce_AllGoOutTogether()
    {
        var gate = new TaskCompletionSource();
        _server.Always = Answers.After(gate.Task, Answers.Picture());

        var attempts = Enumerable.Range(0, 20).Select(_ => Provider.GenerateAsync(Request(), new MemoryStream(), new Progress<ImageProgress>(), CancellationToken.None)).ToList();
        for (var i = 0; i < 20; i++)
        {
            await _server.NextCallAsync();
        }

        gate.SetResult();
        Assert.All(await Task.WhenAll(attempts), outcome => Assert.IsType<PictureMade>(outcome));
        Assert.Equal(20, _server.MostInFlight);
    }

    private OpenAIProvider Provider => _provider ??= new OpenAIProvider(_options, _time, downloadPause: TimeSpan.Zero);

    private static ImageRequest Request() => new() { IdempotencyKey = "attempt-1", Prompt = "A fox", Scene = "A fox", Style = "clear", ApiKey = Key };

    private static string Field(string boundary, string name, string value) => $"--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n";

    private static string Latin1(params string[] parts) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(string.Concat(parts)));

    private async Task<PictureMade> MadeAsync(ImageRequest? request = null) => Assert.IsType<PictureMade>(await GenerateAsync(request));

    private async Task<ImageFailure> FailureAsync(ImageRequest? request = null) => Assert.IsType<ImageFailure>(await GenerateAsync(request));

    private Task<ImageOutcome> GenerateAsync(ImageRequest? request) => Provider.GenerateAsync(request ?? Request(), _destination, new Progress<ImageProgress>(), CancellationToken.None);
}
