using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Components.Stories;
using StoryStudio.Web.Live;
using Xunit;

namespace StoryStudio.Tests.Components.Pictures;

public sealed class LiveStoryImageTests : IDisposable
{
    private readonly ScriptedView _view = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly ComponentHost _host;

    public LiveStoryImageTests() => _host = ComponentHost.With(_clock);

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Picture_Changes_IsRenderedAloneAndNothingElse()
    {
        await _host.RenderAsync<Pair>(("View", _view));
        var before = _host.Renders.Count;

        _view.Change(Fixture.Of(ImageStatus.InProgress, segmentId: "s2"));

        Assert.Equal([typeof(LiveStoryImage)], _host.Renders.Skip(before).Where(t => t != typeof(StoryStudio.Web.Components.Shared.ProgressRing)));
        var states = (await _host.MarkupAsync()).QuerySelectorAll("[data-testid=story-image]").Select(e => e.GetAttribute("data-state"));
        Assert.Equal("empty generating", string.Join(' ', states));
    }

    [Fact]
    public async Task Picture_ParentRendersForReasonsOfItsOwn_IsLeftAlone()
    {
        await _host.RenderAsync<Pair>(("View", _view));
        var before = _host.Renders.Count;

        await _host.RenderAsync<Pair>(("View", _view));

        Assert.Equal([typeof(Pair)], _host.Renders.Skip(before));
    }

    [Fact]
    public async Task Picture_SegmentIsNumberedAnew_SaysTheNewNumber()
    {
        await _host.RenderAsync<LiveStoryImage>(Parameters("1.2"));

        var body = await _host.RenderAsync<LiveStoryImage>(Parameters("1.3"));

        Assert.Equal("1.3", body.QuerySelector("[data-testid=story-image]")!.GetAttribute("data-number"));
        Assert.Equal("Picture 1.3, Clear line: Not drawn yet", body.QuerySelector("[role=status]")!.TextContent);
    }

    [Fact]
    public async Task Picture_IsThere_NeedsNoWordFromTheBrowserUntilAnotherCoversIt()
    {
        _view.Change(Fixture.Completed("/one.svg"));
        var body = await _host.RenderAsync<LiveStoryImage>(Parameters("1.2"));
        Assert.Null(body.QuerySelector("img")!.GetAttribute("blazor:onload"));

        _view.Change(Fixture.Completed("/two.svg") with { Version = 9 });

        var images = (await _host.MarkupAsync()).QuerySelectorAll("img");
        Assert.Equal(["/one.svg", "/two.svg"], images.Select(i => i.GetAttribute("src")));
        Assert.NotNull(images[1].GetAttribute("blazor:onload"));
    }

    [Fact]
    public async Task Picture_WhoseCountdownIsOver_IsShownAnewThoughNothingOfItChanged()
    {
        _view.Change(Fixture.Of(ImageStatus.Pending) with { NextAttemptAt = _clock.GetUtcNow().AddSeconds(7), Error = new("rate_limited", "The service is busy.", Retryable: true) });
        var body = await _host.RenderAsync<LiveStoryImage>(Parameters("1.2"));
        Assert.Equal("The service is busy.", body.QuerySelector(".sentence")!.TextContent);

        _clock.Advance(TimeSpan.FromSeconds(7));

        body = await _host.MarkupAsync();
        Assert.Equal(("Waiting", null), (body.QuerySelector(".sentence")!.TextContent, body.QuerySelector(".due")));
    }

    [Fact]
    public async Task Picture_WhoseRunIsPausedAndGoesOn_IsShownAnewThoughNothingOfItChanged()
    {
        var image = Fixture.Completed("/one.svg") with { Status = ImageStatus.Pending, RunId = "run" };
        _view.Change(image);
        Assert.Equal("Drawing again", Sentence(await _host.RenderAsync<LiveStoryImage>(Parameters("1.2"))));

        _view.Change(Fixture.RunOf(image, paused: true));
        Assert.Equal("Paused", Sentence(await _host.MarkupAsync()));

        _view.Change(Fixture.RunOf(image, paused: false));
        Assert.Equal("Drawing again", Sentence(await _host.MarkupAsync()));

        static string Sentence(AngleSharp.Dom.IElement body) => body.QuerySelector(".sentence")!.TextContent;
    }

    [Fact]
    public async Task Picture_Disposed_StopsListening()
    {
        await _host.RenderAsync<Pair>(("View", _view));
        Assert.Equal(2, _view.Handlers);

        _host.Dispose();

        Assert.Equal(0, _view.Handlers);
        _view.Change(Fixture.Of(ImageStatus.InProgress, segmentId: "s2"));
    }

    [Fact]
    public async Task Note_LineIsDown_SaysSoUntilItReturns()
    {
        Assert.Equal("", (await _host.RenderAsync<FeedNote>(("View", _view))).TextContent.Trim());

        _view.Change(FeedMode.Polling);
        Assert.Equal("Live line is down. Checking every 3 seconds.", (await _host.MarkupAsync()).QuerySelector("[role=status]")!.TextContent);

        _view.Change(FeedMode.Live);
        Assert.Equal("", (await _host.MarkupAsync()).TextContent.Trim());
    }

    private (string, object?)[] Parameters(string number) =>
    [
        ("View", _view), ("SegmentId", "s1"), ("Style", "clear"), ("StyleName", "Clear line"), ("Number", number), ("Alt", "A fox"),
    ];

    /// <summary>A page with two pictures.</summary>
    private sealed class Pair : ComponentBase
    {
        [Parameter]
        public IStoryView View { get; set; } = default!;

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            foreach (var segment in (string[])["s1", "s2"])
            {
                builder.OpenComponent<LiveStoryImage>(0);
                builder.SetKey(segment);
                builder.AddComponentParameter(1, nameof(LiveStoryImage.View), View);
                builder.AddComponentParameter(2, nameof(LiveStoryImage.SegmentId), segment);
                builder.AddComponentParameter(3, nameof(LiveStoryImage.Style), "clear");
                builder.AddComponentParameter(4, nameof(LiveStoryImage.StyleName), "Clear line");
                builder.AddComponentParameter(5, nameof(LiveStoryImage.Number), "1.2");
                builder.AddComponentParameter(6, nameof(LiveStoryImage.Alt), "A fox");
                builder.CloseComponent();
            }
        }
    }
}
