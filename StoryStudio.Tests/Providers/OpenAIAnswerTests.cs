using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

/// <summary>What the adapter makes of an answer that claims success.</summary>
public sealed class OpenAIAnswerTests : OpenAIProviderTestBase
{
    [Fact]
    public async Task Generate_APicture_ArrivesWholeWithItsCostAndRequest()
    {
        var picture = TestPictures.Png(200, 100);
        Server.Enqueue(Answers.Picture(picture));

        var made = await MadeAsync();

        Assert.Equal(picture, Destination.ToArray());
        Assert.Equal(new PictureMade { Model = "gpt-image-2", RequestId = Answers.RequestId, CostUsd = 0.03028m }, made);
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
        Server.Enqueue(Answers.Json(200, shape.Replace("#", Convert.ToBase64String(picture), StringComparison.Ordinal)));

        await MadeAsync();

        Assert.Equal(picture, Destination.ToArray());
    }

    [Fact]
    public async Task Generate_Base64WrittenInEveryLegalWay_IsDecoded()
    {
        var picture = TestPictures.Png(300, 300, seed: 9);
        var base64 = Convert.ToBase64String(picture);
        var escaped = base64.Replace("+", "\\u002B", StringComparison.Ordinal).Replace("/", "\\/", StringComparison.Ordinal).Replace("=", "\\u003d", StringComparison.Ordinal);
        var inLines = string.Join("\\r\\n", base64.Chunk(76).Select(line => new string(line))) + "\\n";
        Server.Enqueue(Answers.Json(200, Answers.PictureJson(escaped)), Answers.Json(200, Answers.PictureJson(inLines)));

        await MadeAsync();
        Assert.Equal(picture, Destination.ToArray());

        Destination.SetLength(0);
        await MadeAsync();
        Assert.Equal(picture, Destination.ToArray());
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
        Settings.Model = model;
        Server.Enqueue(Answers.Picture(usage: usage));

        Assert.Null((await MadeAsync()).CostUsd);
    }

    [Fact]
    public async Task Generate_UsageWithoutDetails_CountsAllInputAsWords()
    {
        Server.Enqueue(Answers.Picture(usage: """{"input_tokens":100,"output_tokens":200}"""));

        Assert.Equal(0.0065m, (await MadeAsync()).CostUsd);
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
        Server.Enqueue(Answers.Json(200, body));

        var failure = await FailureAsync();

        Assert.Equal(kind, failure.Kind);
        Assert.Equal(Answers.RequestId, failure.RequestId);
    }

    [Fact]
    public async Task Generate_AnswerCutOff_IsDamagedForItMayHaveBeenBilled()
    {
        Server.Enqueue(Answers.Truncate(Answers.PictureJson(Convert.ToBase64String(TestPictures.Png(300, 300)))));

        var failure = await FailureAsync();

        Assert.Equal((FailureKind.Damaged, "The answer was damaged."), (failure.Kind, failure.Message));
        Assert.Equal(1, Server.Total);
    }

    [Fact]
    public async Task Generate_PictureWithoutEnd_IsGivenUpAtTheCap()
    {
        Server.Enqueue(Answers.Endless());
        var counted = new CountingStream();

        var failure = Assert.IsType<ImageFailure>(await Provider.GenerateAsync(Request(), counted, new Progress<ImageProgress>(), CancellationToken.None));

        Assert.Equal(FailureKind.Damaged, failure.Kind);
        Assert.InRange(counted.Written, 1, PictureInspector.MaxBytes);
    }

    [Fact]
    public async Task Generate_DestinationFails_IsNotTheProvidersFailure() =>
        await Assert.ThrowsAsync<IOException>(() => Provider.GenerateAsync(Request(), new CountingStream { Full = true }, new Progress<ImageProgress>(), CancellationToken.None));
}
