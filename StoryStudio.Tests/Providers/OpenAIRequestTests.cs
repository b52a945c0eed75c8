using System.Text;
using System.Text.Json;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

/// <summary>What the adapter sends.</summary>
public sealed class OpenAIRequestTests : OpenAIProviderTestBase
{
    [Fact]
    public async Task Generate_TheCall_CarriesExactlyWhatIsSet()
    {
        Settings.Organization = "org-1";

        await MadeAsync(Request() with { Prompt = "A fox, “quick” & brown 🦊" });

        var call = Assert.Single(Server.Calls);
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
        (Settings.Size, Settings.Quality, Settings.Format, Settings.SendResponseFormat) = ("", " ", "", true);

        await MadeAsync();

        using var body = JsonDocument.Parse(Server.Calls[0].Body);
        Assert.Equal("model prompt response_format n", string.Join(' ', body.RootElement.EnumerateObject().Select(field => field.Name)));
        Assert.Equal("b64_json", body.RootElement.GetProperty("response_format").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task Generate_EndpointWithOrWithoutASlash_IsTheSame(string end)
    {
        Settings.Endpoint = Server.Endpoint + end;

        await MadeAsync();

        Assert.Equal("/v1/images/generations", Server.Calls[0].Path);
    }

    [Fact]
    public async Task Generate_ServerWithoutKeys_IsServedWithoutOne()
    {
        await MadeAsync(Request() with { ApiKey = null });

        Assert.False(Provider.Capabilities.NeedsKey);
        Assert.Equal("none", Server.Calls[0].ApiKey);
    }

    [Fact]
    public async Task Generate_SeveralKeys_EachCallGoesWithItsOwn()
    {
        foreach (var key in (string[])["key-a-1234", "key-b-1234", "key-a-1234"])
        {
            await MadeAsync(Request() with { ApiKey = key });
        }

        Assert.Equal("key-a-1234 key-b-1234 key-a-1234", string.Join(' ', Server.Calls.Select(call => call.ApiKey)));
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

        var call = Assert.Single(Server.Calls);
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

        Assert.Equal(16, Server.Calls[0].Text.Split("name=\"image[]\"").Length - 1);
    }

    [Fact]
    public async Task Generate_ServerThatCallsAReferenceOtherwise_IsSentItByThatName()
    {
        Settings.EditsField = "image";
        using var files = new TempFiles();

        await MadeAsync(Request() with { References = [new(files.Write("a.png", TestPictures.Png()), PictureFormats.Png, ReferenceRole.Consistency)] });

        Assert.Contains("name=\"image\"; filename=\"reference-1.png\"", Server.Calls[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_ServerWithoutEdits_IsSentNoReference()
    {
        Settings.Edits = false;
        using var files = new TempFiles();

        await MadeAsync(Request() with { References = [new(files.Write("a.png", TestPictures.Png()), PictureFormats.Png, ReferenceRole.Consistency)] });

        Assert.Equal(0, Provider.Capabilities.MaxReferences);
        Assert.False(Server.Calls[0].IsEdit);
    }

    [Theory]
    [InlineData(true, 7, true)]
    [InlineData(true, null, false)]
    [InlineData(false, 7, false)]
    public async Task Generate_Seed_IsSentWhereTheServerTakesOne(bool sendSeed, int? seed, bool sent)
    {
        Settings.SendSeed = sendSeed;
        using var files = new TempFiles();

        await MadeAsync(Request() with { Seed = seed });
        await MadeAsync(Request() with { Seed = seed, References = [new(files.Write("a.png", TestPictures.Png()), PictureFormats.Png, ReferenceRole.Consistency)] });

        Assert.Equal(sendSeed, Provider.Capabilities.TakesSeed);
        Assert.Equal(sent, Server.Calls[0].Text.Contains("\"seed\":7", StringComparison.Ordinal));
        Assert.Equal(sent, Server.Calls[1].Text.Contains("name=\"seed\"\r\n\r\n7\r\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gpt-image-2", "1024x1024", "medium", 0.053)]
    [InlineData("gpt-image-2", "1024x1536", "medium", 0.0795)]
    [InlineData("gpt-image-2", "auto", "medium", null)]
    [InlineData("gpt-image-2", "1024x1024", "auto", null)]
    [InlineData("own-model", "1024x1024", "medium", null)]
    public void Estimate_OfAPicture_IsThatOfTheTableOrUnknown(string model, string size, string quality, double? usd)
    {
        (Settings.Model, Settings.Size, Settings.Quality) = (model, size, quality);

        Assert.Equal((decimal?)usd, Provider.EstimateUsd(0));
    }

    [Theory]
    [InlineData(null, 0.053)]
    [InlineData(false, 0.053)]
    [InlineData(true, 0.059)]
    public void Estimate_OfAPicture_CountsThePartialOnesWhereTheyAreAskedFor(bool? stream, double usd)
    {
        Settings.Stream = stream;
        Prices.Models["gpt-image-2"].TokensPerPartial = 100;

        Assert.Equal((decimal)usd, Provider.EstimateUsd(0));
    }

    [Fact]
    public void Capabilities_OfOpenAIItself_KnowItsSizesAndFormat()
    {
        (Settings.Endpoint, Settings.Size, Settings.Format) = (null, "2048x1152", "jpeg");

        Assert.Equal(["auto", "1024x1024", "1536x1024", "1024x1536", "2048x1152"], Provider.Capabilities.Sizes);
        Assert.Equal(["image/jpeg"], Provider.Capabilities.Formats);
    }

    [Fact]
    public async Task Generate_ReferenceThatIsGone_FailsWithoutACall()
    {
        var failure = await FailureAsync(Request() with { References = [new(Path.Combine(Path.GetTempPath(), "not-there.png"), PictureFormats.Png, ReferenceRole.Consistency)] });

        Assert.Equal((FailureKind.Transient, "The reference picture is not there."), (failure.Kind, failure.Message));
        Assert.Empty(Server.Calls);
    }

    [Fact]
    public async Task Generate_KeyThatNoHeaderCanCarry_IsABadKey()
    {
        Assert.Equal(FailureKind.BadKey, (await FailureAsync(Request() with { ApiKey = "sk-\u00e4\n" })).Kind);
        Assert.Empty(Server.Calls);
    }

    [Fact]
    public async Task Generate_ManyAtOnce_AllGoOutTogether()
    {
        var gate = new TaskCompletionSource();
        Server.Always = Answers.After(gate.Task, Answers.Picture());

        var attempts = Enumerable.Range(0, 20).Select(_ => Provider.GenerateAsync(Request(), new MemoryStream(), new Progress<ImageProgress>(), CancellationToken.None)).ToList();
        for (var i = 0; i < 20; i++)
        {
            await Server.NextCallAsync();
        }

        gate.SetResult();
        Assert.All(await Task.WhenAll(attempts), outcome => Assert.IsType<PictureMade>(outcome));
        Assert.Equal(20, Server.MostInFlight);
    }

    [Fact]
    public void Request_WhereverItIsPrinted_ShowsNoKey() => Assert.DoesNotContain("sk-", Request().ToString(), StringComparison.Ordinal);

    private static string Field(string boundary, string name, string value) => $"--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n";

    private static string Latin1(params string[] parts) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(string.Concat(parts)));
}
