using System.Net;
using System.Net.Sockets;
using StoryStudio.Core.Providers;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

/// <summary>Every row of the failure table, and every way in which a call can be cut off.</summary>
public sealed class OpenAIFailureTests : OpenAIProviderTestBase
{
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
    [InlineData(403, null, FailureKind.NoAccess, "This account may not use model gpt-image-2.")]
    [InlineData(404, "model_not_found", FailureKind.ModelUnavailable, "Model gpt-image-2 is retired. Name another one in StoryStudio:Providers:OpenAI:Model.")]
    [InlineData(404, "DeploymentNotFound", FailureKind.ModelUnavailable, "Model gpt-image-2 is retired. Name another one in StoryStudio:Providers:OpenAI:Model.")]
    [InlineData(400, "invalid_value", FailureKind.InvalidRequest, "This setting is not supported by model gpt-image-2.")]
    [InlineData(413, null, FailureKind.InvalidRequest, "This setting is not supported by model gpt-image-2.")]
    [InlineData(422, null, FailureKind.InvalidRequest, "This setting is not supported by model gpt-image-2.")]
    public async Task Generate_EachErrorOfTheTable_IsToldApartAfterOneCall(int status, string? code, FailureKind kind, string sentence)
    {
        Server.Always = Answers.Error(status, code, type: null, message: $"You sent {Key}.", headers: ("Retry-After", "7"));

        var failure = await FailureAsync();

        Assert.Equal((kind, sentence, (TimeSpan?)TimeSpan.FromSeconds(7), Answers.RequestId), (failure.Kind, failure.Message, failure.RetryAfter, failure.RequestId));
        Assert.Contains($"HTTP {status}", failure.LogMessage, StringComparison.Ordinal);
        Assert.Contains(Answers.RequestId, failure.LogMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-proj", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, Server.Total);
        Assert.Equal(0, Destination.Length);
    }

    [Fact]
    public async Task Generate_ErrorsInOtherShapes_AreReadTheSame()
    {
        Server.Enqueue(
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
    [InlineData("""{"error":{"message":"no","type":"invalid_request_error","param":"size","code":"invalid_value"}}""", "Size")]
    [InlineData("""{"error":{"message":"no","type":"invalid_request_error","param":"partial_images","code":"unknown_parameter"}}""", "PartialImages")]
    [InlineData("""{"error":{"message":"no","type":"invalid_request_error","param":"image[0]","code":null}}""", "EditsField, or set StoryStudio:Providers:OpenAI:Edits to false")]
    [InlineData("""{"detail":[{"loc":["body","response_format"],"msg":"unexpected value"}]}""", "SendResponseFormat")]
    public async Task Generate_FieldThatTheServerNames_IsToldByItsSetting(string body, string setting)
    {
        Server.Always = Answers.Json(422, body);

        Assert.Equal($"This setting is not supported by model gpt-image-2. Check StoryStudio:Providers:OpenAI:{setting}.", (await FailureAsync()).Message);
    }

    [Theory]
    [InlineData("""{"error":{"message":"no","param":"prompt","code":null}}""")]
    [InlineData("""{"detail":[{"loc":[1,2]},{"loc":"size"},"size",7]}""")]
    [InlineData("""{"detail":[]}""")]
    public async Task Generate_FieldThatIsNoSetting_IsNotNamed(string body)
    {
        Server.Always = Answers.Json(400, body);

        Assert.Equal("This setting is not supported by model gpt-image-2.", (await FailureAsync()).Message);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task Generate_ServerWithoutAPlaceForEdits_SaysWhichSettingHelps(int status)
    {
        using var files = new TempFiles();
        Server.Always = Answers.Json(status, """{"error":"no such route"}""");

        var along = await FailureAsync(Request() with { References = [new(files.Write("a.png", TestPictures.Png()), Core.Providers.Pictures.PictureFormats.Png, ReferenceRole.Consistency)] });
        Assert.Equal((FailureKind.InvalidRequest, "This server takes no other pictures along. Set StoryStudio:Providers:OpenAI:Edits to false, and they are described in words; or check StoryStudio:Providers:OpenAI:Endpoint, where pictures without others fail as well."), (along.Kind, along.Message));

        var alone = await FailureAsync();
        Assert.Equal("The service makes no pictures at its address. Check StoryStudio:Providers:OpenAI:Endpoint.", alone.Message);
    }

    [Theory]
    [InlineData("retry-after-ms", "1500", 1.5)]
    [InlineData("Retry-After", "Thu, 01 Jan 2026 12:01:00 GMT", 60.0)]
    [InlineData("Retry-After", "864000", 600.0)]
    [InlineData("Retry-After", "-3", 0.0)]
    [InlineData("Retry-After", "tomorrow", null)]
    public async Task Generate_WaitThatTheProviderAsksFor_IsPassedOnWithinReason(string header, string value, double? seconds)
    {
        Server.Enqueue(Answers.Error(429, "rate_limit_exceeded", headers: (header, value)));

        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, (await FailureAsync()).RetryAfter);
    }

    [Fact]
    public async Task Generate_ErrorBodyWithoutEnd_IsReadOnlySoFar()
    {
        Server.Enqueue(async (context, _, stopping) =>
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
        Server.Always = Answers.Reset();

        var failure = await FailureAsync();

        Assert.Equal((FailureKind.Transient, "Temporary problem with the service.", true), (failure.Kind, failure.Message, failure.IsUnresolved));
        Assert.Equal(1, Server.Total);
    }

    [Fact]
    public async Task Generate_NobodyThere_IsTransientAndCannotHaveBeenCharged()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        Settings.Endpoint = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}/v1";
        taken.Stop();

        Assert.Equal((FailureKind.Transient, false), await FailureAsync() is var failure ? (failure.Kind, failure.IsUnresolved) : default);
    }

    public static TheoryData<string> Phases => ["hang", "stall", "drip", "endless", "error"];

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task Generate_CancelledInAnyPhase_ThrowsJustThat(string phase)
    {
        Server.Enqueue(phase switch
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
        await Server.NextCallAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Generate_AnswerThatComesNoFurtherThanItsBeginning_HasToldItsRequest(bool isError)
    {
        Server.Enqueue(isError ? Answers.StalledError() : Answers.Stall(Answers.PictureJson(Convert.ToBase64String(TestPictures.Png(300, 300)))));
        using var cancel = new CancellationTokenSource();

        var attempt = Provider.GenerateAsync(Request(), new CountingStream(), Progress, cancel.Token);

        Assert.Equal(Answers.RequestId, await Progress.RequestId.WaitAsync(Studio.Patience));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
    }
}
