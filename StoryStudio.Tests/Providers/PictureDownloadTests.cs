using System.Net;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.OpenAI;
using StoryStudio.Core.Providers.Prices;
using StoryStudio.Core.Providers.Outbound;
using StoryStudio.Core.Providers.Pictures;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers;

/// <summary>Pictures that come as an address.</summary>
public sealed class PictureDownloadTests : IAsyncLifetime, IDisposable
{
    private static readonly PriceList Unpriced = new(Options.Create(new StoryStudioOptions()));

    private readonly MemoryStream _destination = new();
    private readonly OpenAIOptions _options = new();
    private ScriptedImageServer _server = null!;
    private OpenAIProvider _provider = null!;

    public async Task InitializeAsync()
    {
        _server = await ScriptedImageServer.StartAsync();
        _options.Endpoint = _server.Endpoint;
        _provider = new OpenAIProvider(_options, Unpriced, TimeProvider.System, downloadPause: TimeSpan.Zero);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _provider?.Dispose();
        _destination.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Generate_AnAddressOnTheServersOwnHost_IsFetchedAtOnce(bool absolute)
    {
        var address = _server.Publish("files/1.png", Answers.Bytes(200, "image/png", TestPictures.Png()));
        _server.Enqueue(Answers.Url(absolute ? address.ToString() : address.AbsolutePath));

        Assert.IsType<PictureMade>(await GenerateAsync());
        Assert.Equal(TestPictures.Png(), _destination.ToArray());
    }

    [Theory]
    [InlineData("http://localhost:1/x.png")]
    [InlineData("http://10.0.0.1/x.png")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::1]/x.png")]
    [InlineData("http://[::ffff:10.0.0.1]/x.png")]
    [InlineData("http://2130706433:1/x.png")]
    [InlineData("http://0.0.0.0/x.png")]
    [InlineData("file:///etc/hostname")]
    [InlineData("ftp://example.org/x.png")]
    [InlineData("http://user:password@example.org/x.png")]
    public async Task Generate_AnAddressInside_IsNotFetched(string address)
    {
        // 2130706433 is 127.0.0.1, the server's own host, so that one is refused only where the server is elsewhere.
        using var elsewhere = new PictureDownload("images.example.org", TimeProvider.System, TimeSpan.Zero);

        var refused = await Assert.ThrowsAsync<PictureDownloadException>(() => elsewhere.FetchAsync(new Uri(address), _destination, CancellationToken.None));

        Assert.Equal((FailureKind.InvalidRequest, false), (refused.Kind, refused.MayPass));
        Assert.Equal(0, _destination.Length);
    }

    [Fact]
    public async Task Generate_AnAddressInside_TellsTheAuthorSo()
    {
        _server.Enqueue(Answers.Url("http://10.1.2.3/x.png"));

        var failure = Assert.IsType<ImageFailure>(await GenerateAsync());

        Assert.Equal((FailureKind.InvalidRequest, "The service keeps its pictures at an address that is not fetched."), (failure.Kind, failure.Message));
    }

    [Fact]
    public async Task Generate_ARedirect_IsNotFollowed()
    {
        var target = _server.Publish("secret", Answers.Bytes(200, "image/png", TestPictures.Png()));
        var address = _server.Publish("moved", Answers.Redirect(target.ToString()));
        _server.Enqueue(Answers.Url(address.ToString()));

        Assert.Equal(FailureKind.NoPicture, Assert.IsType<ImageFailure>(await GenerateAsync()).Kind);
        Assert.Equal(0, _destination.Length);
    }

    [Fact]
    public async Task Generate_ADownloadThatFailsTwice_SucceedsAtTheThirdWithoutAnotherPicture()
    {
        var times = 0;
        var half = Answers.Truncate("half of something that is no picture");
        var address = _server.Publish("flaky", (context, call, stopping) => (++times switch { 1 => Answers.Empty(503), 2 => half, _ => Answers.Bytes(200, "image/png", TestPictures.Png()) })(context, call, stopping));
        _server.Enqueue(Answers.Url(address.ToString()));

        Assert.IsType<PictureMade>(await GenerateAsync());

        Assert.Equal(TestPictures.Png(), _destination.ToArray());
        Assert.Equal((1, 3), (_server.Total, times));
    }

    [Theory]
    [InlineData(404, 1)]
    [InlineData(403, 1)]
    [InlineData(500, 3)]
    public async Task Generate_AnAddressThatStaysBad_IsNoPicture(int status, int fetches)
    {
        var times = 0;
        var address = _server.Publish("gone", (context, call, stopping) =>
        {
            times++;
            return Answers.Empty(status)(context, call, stopping);
        });
        _server.Enqueue(Answers.Url(address.ToString()));

        Assert.Equal(FailureKind.NoPicture, Assert.IsType<ImageFailure>(await GenerateAsync()).Kind);
        Assert.Equal(fetches, times);
    }

    [Fact]
    public async Task Generate_ABrokenDownloadIntoAStreamThatCannotGoBack_IsDamagedRatherThanMixed()
    {
        var whole = new string('x', 100_000);
        var address = _server.Publish("half", Answers.Truncate(whole));
        _server.Enqueue(Answers.Url(address.ToString()));
        var destination = new CountingStream();

        var outcome = await _provider.GenerateAsync(Request(), destination, new Progress<ImageProgress>(), CancellationToken.None);

        Assert.Equal(FailureKind.Damaged, Assert.IsType<ImageFailure>(outcome).Kind);
        Assert.InRange(destination.Written, 1, whole.Length / 2);
    }

    [Fact]
    public async Task Generate_ADownloadWithoutEnd_StopsAtTheCap()
    {
        var address = _server.Publish("endless", Answers.Endless());
        _server.Enqueue(Answers.Url(address.ToString()));
        var destination = new CountingStream();

        var outcome = await _provider.GenerateAsync(Request(), destination, new Progress<ImageProgress>(), CancellationToken.None);

        Assert.Equal(FailureKind.Damaged, Assert.IsType<ImageFailure>(outcome).Kind);
        Assert.InRange(destination.Written, 1, PictureInspector.MaxBytes);
    }

    [Fact]
    public async Task Generate_CancelledWhileItFetches_ThrowsJustThat()
    {
        var reached = new TaskCompletionSource();
        var address = _server.Publish("hang", (_, _, stopping) =>
        {
            reached.SetResult();
            return Task.Delay(Timeout.Infinite, stopping);
        });
        _server.Enqueue(Answers.Url(address.ToString()));
        using var cancel = new CancellationTokenSource();

        var attempt = _provider.GenerateAsync(Request(), _destination, new Progress<ImageProgress>(), cancel.Token);
        await reached.Task;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
    }

    [Fact]
    public async Task Generate_DownloadHangs_TimesOutThreeTimesOnTheClockItIsGiven()
    {
        var time = new ManualTimeProvider();
        using var provider = new OpenAIProvider(_options, Unpriced, time, downloadPause: TimeSpan.Zero);
        using var arrived = new SemaphoreSlim(0);
        var address = _server.Publish("hang", (_, _, stopping) =>
        {
            arrived.Release();
            return Task.Delay(Timeout.Infinite, stopping);
        });
        _server.Enqueue(Answers.Url(address.ToString()));

        var attempt = provider.GenerateAsync(Request(), _destination, new Progress<ImageProgress>(), CancellationToken.None);
        for (var i = 0; i < 3; i++)
        {
            await arrived.WaitAsync();
            time.Advance(TimeSpan.FromSeconds(31));
        }

        Assert.Equal(FailureKind.NoPicture, Assert.IsType<ImageFailure>(await attempt).Kind);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("2002:808:808::1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.255.255.255", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::7f00:1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2001:0:1::1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::1", false)]
    public void IsPublic_EachAddress_IsInsideOrOutside(string address, bool isPublic) => Assert.Equal(isPublic, OutboundAddresses.IsPublic(IPAddress.Parse(address)));

    private static ImageRequest Request() => new() { IdempotencyKey = "attempt-1", Prompt = "A fox", Scene = "A fox", Style = "clear" };

    private Task<ImageOutcome> GenerateAsync() => _provider.GenerateAsync(Request(), _destination, new Progress<ImageProgress>(), CancellationToken.None);
}
