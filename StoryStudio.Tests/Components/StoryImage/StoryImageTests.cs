using AngleSharp.Dom;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Pictures;
using Xunit;
using Picture = StoryStudio.Web.Components.Pictures.StoryImage;

namespace StoryStudio.Tests.Components.Pictures;

public sealed class StoryImageTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ComponentHost _host;
    private int _retries;

    public StoryImageTests() => _host = ComponentHost.With(_clock);

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Place_NobodyAskedYet_IsQuietAndHasNothingToPress()
    {
        var body = await ShowAsync(null);

        Assert.Equal("empty", State(body));
        Assert.Empty(body.QuerySelectorAll("img, button"));
    }

    [Fact]
    public async Task Place_InProgress_SaysGeneratingAndShowsProgressAndPreview()
    {
        var body = await ShowAsync(Fixture.Of(ImageStatus.InProgress) with { Progress = 40, PreviewUrl = "/rough.svg" });

        Assert.Equal("generating", State(body));
        Assert.Equal("Generating image…", Sentence(body));
        Assert.Equal("/rough.svg", body.QuerySelector("img")!.GetAttribute("src"));
        Assert.Equal("40 100", body.QuerySelector(".ring__gone")!.GetAttribute("stroke-dasharray"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Place_DrawnAgain_ShowsThePreviewOverThePictureToAuthorsAlone(bool plain)
    {
        var body = await _host.RenderAsync<Picture>([.. Parameters(Fixture.Of(ImageStatus.InProgress) with { Progress = 40, Url = "/v1.svg", PreviewUrl = "/rough.svg" }), ("Plain", plain)]);

        Assert.Equal("redrawing", State(body));
        Assert.Equal(plain ? ["/v1.svg"] : ["/v1.svg", "/rough.svg"], body.QuerySelectorAll("img").Select(i => i.GetAttribute("src")));
    }

    [Fact]
    public async Task Place_ProgressGoesOn_SaysNothingNewToAScreenReader()
    {
        var before = Spoken(await ShowAsync(Fixture.Of(ImageStatus.InProgress) with { Progress = 40 }));

        var after = Spoken(await ShowAsync(Fixture.Of(ImageStatus.InProgress) with { Progress = 60, PreviewUrl = "/rough.svg" }));

        Assert.Equal(before, after);
        Assert.Equal("Picture 1.2, Clear line: Generating image…", after);
    }

    [Fact]
    public async Task Place_WaitsForItsNextAttempt_CountsDownBesideTheSentence()
    {
        var body = await ShowAsync(Waiting(_clock.GetUtcNow().AddSeconds(7)));

        Assert.Equal("waiting", State(body));
        Assert.Equal("The service is busy.", Sentence(body));
        Assert.Equal("Trying again in 7 s", Due(body));
        Assert.Equal("Picture 1.2, Clear line: The service is busy. It goes again by itself.", Spoken(body));
    }

    [Fact]
    public async Task Place_FailedWithASecondChance_CountsTheTenSecondsAndLeavesTheRetryToTheServer()
    {
        var body = await ShowAsync(Fixture.Failed("The service took too long.", _clock.GetUtcNow().AddSeconds(10)));
        Assert.Equal("error", State(body));
        Assert.Equal("Trying again in 10 s", Due(body));

        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("Trying again in 7 s", Due(await _host.MarkupAsync()));

        _clock.Advance(TimeSpan.FromSeconds(20));
        body = await _host.MarkupAsync();
        Assert.Equal(("error", "The service took too long.", "Waiting to try again"), (State(body), Sentence(body), body.QuerySelector(".due")!.TextContent));
        Assert.Equal("Picture 1.2, Clear line: The service took too long. It goes again by itself.", Spoken(body));
        Assert.Equal(0, _retries);
        Assert.Equal(0, _clock.Waiting);
    }

    [Fact]
    public async Task Place_WhoseNextAttemptWasToBeByNow_WaitsAndSaysNoMoreThatItIsTriedInAMoment()
    {
        await ShowAsync(Waiting(_clock.GetUtcNow().AddSeconds(7)));

        // As while its run is paused, or its key rests for longer than was thought.
        _clock.Advance(TimeSpan.FromSeconds(7));
        var body = await _host.MarkupAsync();
        Assert.Equal(("waiting", "Waiting", null, "Picture 1.2, Clear line: Waiting"), (State(body), Sentence(body), body.QuerySelector(".due")?.TextContent, Spoken(body)));
        Assert.Equal(0, _clock.Waiting);

        body = await ShowAsync(Waiting(_clock.GetUtcNow().AddSeconds(10)));
        Assert.Equal(("The service is busy.", "Trying again in 10 s"), (Sentence(body), Due(body)));
    }

    [Fact]
    public async Task Place_FailedForGood_ShowsTheSentenceAndRetries()
    {
        var body = await ShowAsync(Fixture.Failed("The provider declined this picture. Change the description."));
        Assert.Equal("The provider declined this picture. Change the description.", Sentence(body));
        Assert.Null(Due(body));

        await _host.RaiseAsync("button.action", "onclick");

        Assert.Equal(1, _retries);
    }

    [Fact]
    public async Task Place_OfAPictureOfWhichAnotherFailed_OffersToKeepIt()
    {
        var keeps = 0;
        (string, object?) onKeep = ("OnKeep", EventCallback.Factory.Create(this, () => keeps++));
        var body = await _host.RenderAsync<Picture>([.. Parameters(Fixture.Failed("The provider declined this picture.") with { Url = "/one.svg" }), onKeep]);
        Assert.Equal("Keep this one: picture 1.2, Clear line", body.QuerySelector("[data-testid=keep]")!.GetAttribute("aria-label"));

        await _host.RaiseAsync("[data-testid=keep]", "onclick");
        Assert.Equal((1, 0), (keeps, _retries));

        body = await _host.RenderAsync<Picture>([.. Parameters(Fixture.Failed("The provider declined this picture.")), onKeep]);
        Assert.Null(body.QuerySelector("[data-testid=keep]"));
    }

    [Theory]
    [InlineData(ImageStatus.Pending, null)]
    [InlineData(ImageStatus.InProgress, null)]
    [InlineData(ImageStatus.Completed, null)]
    [InlineData(ImageStatus.Failed, "Another version could not be drawn. The one that is shown is still there.")]
    [InlineData(ImageStatus.Cancelled, "Another version was cancelled. The one that is shown is still there.")]
    public void Picture_OfWhichAnotherCameToNothing_MayBeKept(ImageStatus status, string? words)
    {
        var image = Fixture.Of(status) with { Url = "/one.svg" };

        Assert.Equal(words, image.CanBeKept() ? PictureWords.Kept(image) : null);
        Assert.False((image with { Url = null }).CanBeKept());
    }

    [Fact]
    public async Task Place_OfAPictureOfWhichAnotherWasCancelled_SaysThatItIsThere()
    {
        var body = await ShowAsync(Fixture.Of(ImageStatus.Cancelled) with { Url = "/one.svg" });

        Assert.Equal(("success", "Picture 1.2, Clear line: Drawn"), (State(body), Spoken(body)));
    }

    [Fact]
    public async Task Place_Cancelled_OffersToDraw()
    {
        var body = await ShowAsync(Fixture.Of(ImageStatus.Cancelled));
        Assert.Equal("Draw", body.QuerySelector("button.action")!.TextContent);

        await _host.RaiseAsync("button.action", "onclick");

        Assert.Equal(1, _retries);
    }

    [Fact]
    public async Task Place_Completed_ShowsThePictureWithItsSizeAndItsWords()
    {
        var body = await ShowAsync(Fixture.Completed("/one.svg"));

        var image = body.QuerySelector("img")!;
        Assert.Equal("/one.svg", image.GetAttribute("src"));
        Assert.Equal("A fox in the snow", image.GetAttribute("alt"));
        Assert.Equal("0 0 1200 800", body.QuerySelector(".sizer")!.GetAttribute("viewBox"));
        Assert.Equal(("lazy", "async"), (image.GetAttribute("loading"), image.GetAttribute("decoding")));
    }

    [Fact]
    public async Task Place_OfAPictureOfDots_OffersItsSmallerCopies_UnlessOneLooksAtItAlone()
    {
        var image = (await ShowAsync(Fixture.Completed("/one.png"))).QuerySelector("img")!;
        Assert.Equal(("/one.png", "/one.png?width=640 640w, /one.png?width=1280 1200w"), (image.GetAttribute("src"), image.GetAttribute("srcset")));
        Assert.Equal(PlaceSizes.Half, image.GetAttribute("sizes"));

        using var panel = ComponentHost.With(_clock);
        var alone = (await panel.RenderAsync<Picture>([.. Parameters(Fixture.Completed("/one.png")), ("Width", PlaceSizes.Full)])).QuerySelector("img")!;
        Assert.Equal(("/one.png", null, null), (alone.GetAttribute("src"), alone.GetAttribute("srcset"), alone.GetAttribute("sizes")));
    }

    [Fact]
    public async Task Place_AnotherUrl_KeepsTheOldPictureUntilTheNewOneCoversIt()
    {
        await ShowAsync(Fixture.Completed("/one.svg"));

        var body = await ShowAsync(Fixture.Completed("/two.svg"));
        Assert.Equal("/one.svg /two.svg", Sources(body));
        Assert.Equal("success", State(body));

        await _host.RaiseAsync("img[src='/two.svg']", "onload", new ProgressEventArgs());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("/two.svg", Sources(await _host.MarkupAsync()));
        Assert.Equal(0, _clock.Waiting);
    }

    [Fact]
    public async Task Place_DrawnAgain_KeepsShowingTheOldPicture()
    {
        var body = await ShowAsync(Fixture.Completed("/one.svg") with { Status = ImageStatus.InProgress, Progress = 30 });

        Assert.Equal("redrawing", State(body));
        Assert.Equal("/one.svg", Sources(body));
        Assert.Equal("Drawing again", Sentence(body));
    }

    [Fact]
    public async Task Place_PictureDoesNotLoad_GetsOneFreshElementAfterTenSecondsAndThenTheButton()
    {
        await ShowAsync(Fixture.Completed("/gone.svg"));

        var body = await _host.RaiseAsync("img", "onerror", new Microsoft.AspNetCore.Components.Web.ErrorEventArgs());
        Assert.Equal("error", State(body));
        Assert.Equal("The picture did not load.", Sentence(body));
        Assert.Equal("Trying again in 10 s", Due(body));
        Assert.Empty(Sources(body));

        _clock.Advance(TimeSpan.FromSeconds(10));
        body = await _host.MarkupAsync();
        Assert.Equal("1", body.QuerySelector("img")!.GetAttribute("data-mount"));

        body = await _host.RaiseAsync("img", "onerror", new Microsoft.AspNetCore.Components.Web.ErrorEventArgs());
        Assert.Null(Due(body));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("error", State(await _host.MarkupAsync()));

        body = await _host.RaiseAsync("button.action", "onclick");
        Assert.Equal("2", body.QuerySelector("img")!.GetAttribute("data-mount"));
        Assert.Equal(0, _retries);
    }

    [Fact]
    public async Task Place_AnotherPictureAfterOneThatDidNotLoad_IsShownAtOnce()
    {
        await ShowAsync(Fixture.Completed("/gone.svg"));
        await _host.RaiseAsync("img", "onerror", new Microsoft.AspNetCore.Components.Web.ErrorEventArgs());

        var body = await ShowAsync(Fixture.Completed("/two.svg"));

        Assert.Equal("success", State(body));
        Assert.Equal("/two.svg", Sources(body));
    }

    [Fact]
    public async Task Place_ForReaders_HasNoButtonAndNoSentenceAboutTheFailure()
    {
        var body = await _host.RenderAsync<Picture>([.. Parameters(Fixture.Failed("The service took too long.")), ("Plain", true)]);

        Assert.Equal("error", State(body));
        Assert.Null(Sentence(body));
        Assert.Empty(body.QuerySelectorAll("button"));
    }

    [Fact]
    public async Task Place_ForReadersThatWaitsForItsNextAttempt_Waits()
    {
        var body = await _host.RenderAsync<Picture>([.. Parameters(Waiting(_clock.GetUtcNow().AddSeconds(7))), ("Plain", true)]);

        Assert.Equal(("Waiting", null, "Picture 1.2, Clear line: Waiting"), (Sentence(body), Due(body), Spoken(body)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Place_ToBeDrawnAgainInARunThatIsPaused_SaysSoAndNothingMoves(bool plain)
    {
        var body = await _host.RenderAsync<Picture>([.. Parameters(Fixture.Completed("/one.svg") with { Status = ImageStatus.Pending, Progress = 0 }), ("Paused", true), ("Plain", plain), ("Still", true)]);

        Assert.Equal(("redrawing", "/one.svg", "Paused", "Picture 1.2, Clear line: Paused"), (State(body), Sources(body), Sentence(body), Spoken(body)));
        Assert.Empty(body.QuerySelectorAll(".ring"));
    }

    [Fact]
    public async Task Place_WaitsInARunThatIsPaused_CountsNothingDown()
    {
        var next = _clock.GetUtcNow().AddSeconds(7);
        var body = await _host.RenderAsync<Picture>([.. Parameters(Waiting(next)), ("Paused", true)]);
        Assert.Equal(("Paused", null, "Picture 1.2, Clear line: Paused"), (Sentence(body), Due(body), Spoken(body)));

        body = await _host.RenderAsync<Picture>([.. Parameters(Fixture.Failed("The service took too long.", next)), ("Paused", true)]);
        Assert.Equal(("The service took too long.", null, "Paused"), (Sentence(body), Due(body), body.QuerySelector(".due")!.TextContent));
        Assert.Equal("Picture 1.2, Clear line: The service took too long. Paused.", Spoken(body));
        Assert.Equal(0, _clock.Waiting);
    }

    private static ImageState Waiting(DateTimeOffset next) =>
        Fixture.Of(ImageStatus.Pending) with { NextAttemptAt = next, Error = new("rate_limited", "The service is busy. Trying again in 7 s.", Retryable: true) };

    private static string? State(IElement body) => body.QuerySelector("[data-testid=story-image]")!.GetAttribute("data-state");

    private static string? Sentence(IElement body) => body.QuerySelector(".sentence")?.TextContent;

    private static string? Due(IElement body) => body.QuerySelector(".countdown")?.TextContent;

    private static string Spoken(IElement body) => body.QuerySelector("[role=status]")!.TextContent;

    private static string Sources(IElement body) => string.Join(' ', body.QuerySelectorAll("img").Select(i => i.GetAttribute("src")));

    private Task<IElement> ShowAsync(ImageState? image) => _host.RenderAsync<Picture>(Parameters(image));

    private (string, object?)[] Parameters(ImageState? image) =>
    [
        ("Image", image),
        ("Alt", "A fox in the snow"),
        ("Style", "clear"),
        ("StyleName", "Clear line"),
        ("Number", "1.2"),
        ("OnRetry", EventCallback.Factory.Create(this, () => _retries++)),
    ];
}
