using AngleSharp.Dom;
using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Components.Pictures;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Components.Stories;
using Xunit;

namespace StoryStudio.Tests.Components.Stories;

public sealed class SegmentRowsTests : IDisposable
{
    private static readonly StyleSummary[] Styles = [new("illustration", "Illustration"), new("clear", "Clear <line>"), new("consistent", "Consistent")];
    private readonly ScriptedView _view = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly ComponentHost _host;
    private readonly List<(string Segment, string Style)> _retries = [];

    public SegmentRowsTests() => _host = ComponentHost.With(_clock);

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData(30, 1, 512)]
    [InlineData(10, 3, 256)]
    public async Task ThirtyPictures_CostACircuitTheLeastThatTheyCan_HoweverOftenTheyChange(int rows, int styles, int frames)
    {
        var segments = Enumerable.Range(0, rows).Select(i => Segment($"s{i}", $"1.{i + 1}")).ToList();
        var table = Table() with { Shown = [.. Styles.Take(styles)] };
        Draw("/one.svg");
        await ShowAsync(table, [.. segments.Select((segment, i) => Place(segment) with { Index = i })]);
        Draw("/two.svg");

        await UntilAsync(body => body.QuerySelectorAll("img[src='/two.svg']").Length == 30);

        // Frames are kept in arrays of 32, 64, 128, twice: one more than that doubles what the pictures cost.
        Assert.InRange(Assert.Single(await _host.FramesAsync(typeof(SegmentRows))), 1, frames);
        Assert.DoesNotContain(typeof(SegmentPicture), _host.Renders);

        void Draw(string url)
        {
            foreach (var (segment, style) in segments.SelectMany(s => table.Shown, (s, style) => (s, style)))
            {
                _view.Change(Fixture.Completed(url) with { Id = $"{segment.Id}-{style.Key}", SegmentId = segment.Id, Style = style.Key });
            }
        }
    }

    [Fact]
    public async Task Picture_OverAnother_CostsACircuitNoMoreForTheCopiesThatItOffers()
    {
        _view.Change(Fixture.Completed("/one.png"));
        await _host.RenderAsync<SegmentPicture>(("Table", Table()), ("Place", Place(Segment("s1", "1.2")) with { Index = 1 }), ("Look", Styles[1]));

        _view.Change(Fixture.Completed("/two.png") with { Version = 9 });

        Assert.Equal(2, (await _host.MarkupAsync()).QuerySelectorAll("img[srcset][sizes]").Length);
        Assert.InRange(Assert.Single(await _host.FramesAsync(typeof(SegmentPicture))), 1, 32);
    }

    [Fact]
    public async Task Picture_AsMarkup_LooksAsTheComponentShowsIt()
    {
        foreach (var picture in (ImageState[])[
            Fixture.Completed("/one.svg"),
            Fixture.Completed("/one.png"),
            Fixture.Completed("/a&b.svg") with { Width = null, Height = null },
            Fixture.Completed("/one.svg") with { Stale = new("text", "The text was <changed>."), Lock = new(LockReason.Approved, "Ann", default) },
            Fixture.Of(ImageStatus.Cancelled) with { Url = "/one.svg" }])
        {
            foreach (var index in (int[])[0, 1])
            {
                using var component = ComponentHost.With(_clock);
                var view = new ScriptedView();
                view.Change(picture);
                var segment = Segment("s1", "1.2");
                var table = Table() with { View = view };
                var expected = await component.RenderAsync<SegmentPicture>(("Table", table), ("Place", Place(segment) with { Index = index }), ("Look", Styles[1]));

                var of = table.Of(segment, Styles[1]);
                var markup = SettledPlace.Of(picture, of, table.Shape, table.Sizes, index == 0, table.LineBelow(segment, Styles[1], picture));

                Assert.Equal(Looks(expected), Looks(new AngleSharp.Html.Parser.HtmlParser().ParseDocument(markup).QuerySelector(".cell")!));
            }
        }

        static List<string> Looks(IElement root) =>
            [.. root.QuerySelectorAll("*").Select(e => $"{e.ParentElement!.ClassName}>{e.TagName} {string.Join(' ', e.Attributes.Where(a => !a.Name.StartsWith("blazor:", StringComparison.Ordinal)).Select(a => $"{a.Name}={a.Value}").Order(StringComparer.Ordinal))} {(e.Children.Length == 0 ? e.TextContent : null)}".Replace("cell>", ">", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Picture_DrawnAgainQuickly_SaysNothingOfItInBetween()
    {
        _view.Change(Fixture.Completed("/one.svg"));
        _view.Change(Fixture.Completed("/before.svg") with { Id = "other", Style = "illustration" });
        await ShowAsync("1.2");

        _view.Change(Fixture.Completed("/one.svg") with { Status = ImageStatus.InProgress });
        _view.Change(Fixture.Completed("/other.svg") with { Id = "other", Style = "illustration" });
        Assert.Equal("success", State(await UntilAsync(body => body.QuerySelector("img[src='/other.svg']") is not null)));
        _view.Change(Fixture.Completed("/two.svg"));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("success", State(await UntilAsync(body => body.QuerySelector("img[src='/two.svg']") is not null)));

        // That of the style that nobody drew.
        Assert.Single(_host.Renders, typeof(SegmentPicture));
    }

    [Fact]
    public async Task Picture_DrawnAgainAtLeisure_SaysSo_AndSaysThatItIsThere()
    {
        _view.Change(Fixture.Completed("/one.svg"));
        await ShowAsync("1.2");

        _view.Change(Fixture.Completed("/one.svg") with { Status = ImageStatus.InProgress });
        await UntilAsync(body =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return State(body) == "redrawing";
        });

        _view.Change(Fixture.Completed("/two.svg"));
        Assert.Equal("success", State(await UntilAsync(body => body.QuerySelector(":scope > [role=status]")!.TextContent == "Picture 1.2, Clear <line>: Drawn")));
    }

    [Fact]
    public async Task Picture_ThatTheBrowserCannotLoad_SaysSoUntilThereIsAnother()
    {
        _view.Change(Fixture.Completed("/one.svg"));
        await ShowAsync("1.2");

        await _host.RaiseAsync("[data-rows]", "onpicturebroken", new PictureBrokenEventArgs { SegmentId = "s1", Style = "clear", Url = "/before.svg" });
        Assert.Equal("success", State(await _host.MarkupAsync()));

        var body = await _host.RaiseAsync("[data-rows]", "onpicturebroken", new PictureBrokenEventArgs { SegmentId = "s1", Style = "clear", Url = "/one.svg" });
        Assert.Equal("error", State(body));
        Assert.NotNull(body.QuerySelector(".cell[data-style=clear] button.action"));
        Assert.Null(body.QuerySelector(".cell[data-style=clear] img"));

        _view.Change(Fixture.Completed("/two.svg"));
        await UntilAsync(body => State(body) == "success");
    }

    [Fact]
    public async Task PictureThatMakesOthersStale_IsShownAtOnce_AndTheirMarksAreOneRenderAfterIt()
    {
        var segments = Enumerable.Range(0, 30).Select(i => Segment($"s{i}", $"1.{i + 1}")).ToList();
        Change("/one.svg", null);
        await ShowAsync(Table() with { Shown = [Styles[1]] }, [.. segments.Select(Place)]);
        var before = _host.Renders.Count;

        // While somebody else has the page's turn, as the other watchers have it on a server.
        await _host.WithTurnAsync(() => Change("/two.svg", new("first", "The first picture was changed.")));

        var body = await UntilAsync(body => body.QuerySelector("img[src='/two.svg']") is not null);
        Assert.Empty(body.QuerySelectorAll("[data-testid=stale]"));
        Assert.Equal([typeof(SegmentRows)], _host.Renders.Skip(before));

        await UntilAsync(body =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return body.QuerySelectorAll("[data-testid=stale]").Length == 29;
        });
        Assert.Equal([typeof(SegmentRows), typeof(SegmentRows)], _host.Renders.Skip(before));

        void Change(string first, Staleness? stale)
        {
            foreach (var (segment, index) in segments.Select((s, i) => (s, i)))
            {
                _view.Change(Fixture.Completed(index == 0 ? first : "/one.svg") with { Id = segment.Id, SegmentId = segment.Id, Stale = index == 0 ? null : stale });
            }
        }
    }

    [Fact]
    public async Task Picture_LeadsToItsHistoryOnceSomebodyAskedForIt()
    {
        Assert.Empty((await ShowAsync("1.2")).QuerySelectorAll("[data-testid=history-link]"));

        _view.Change(Fixture.Of(ImageStatus.Pending));

        var cell = (await _host.MarkupAsync()).QuerySelector(".cell[data-style=clear]")!;
        Assert.Equal("Clear <line>", cell.QuerySelector(".caption span")!.TextContent);
        var link = cell.QuerySelector("[data-testid=history-link]")!;
        Assert.Equal("/stories/story/pictures/s1-clear", link.GetAttribute("href"));
        Assert.Equal("History of picture 1.2, Clear <line>", link.GetAttribute("aria-label"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Picture_CanBeOpened_AndSaysWhichItIsAfterItsSegmentWasNumberedAnew(bool drawn)
    {
        if (drawn)
        {
            _view.Change(Fixture.Completed("/one.svg"));
        }

        Assert.Equal("Open picture 1.2, Clear <line>", Label(await ShowAsync("1.2")));

        Assert.Equal("Open picture 2.1, Clear <line>", Label(await ShowAsync("2.1")));

        static string? Label(IElement body) => body.QuerySelector("[data-style=clear][data-segment=s1] [data-open-picture]")!.GetAttribute("aria-label");
    }

    [Fact]
    public async Task Picture_Failed_IsDrawnAgainOnAWord()
    {
        _view.Change(Fixture.Failed("The provider declined this picture."));
        await ShowAsync("1.2");

        await _host.RaiseAsync("button.action", "onclick");

        Assert.Equal([("s1", "clear")], _retries);
    }

    [Fact]
    public async Task Words_StandAsTheyWereWritten_BesideTheButtonThatEditsThem()
    {
        const string Words = "A <b>fox</b> & an “owl”.\n\tКот, 狐, 🦊 &amp; </p><script>";
        var row = await ShowAsync(Table(), [Place(Segment("s1", "1.2") with { Text = Words })]);

        Assert.Equal(Words, row.QuerySelector(".text > .saying > .prose[data-prose]")!.TextContent);
        Assert.Equal("Edit 1.2", row.QuerySelector(".text > .saying > button[data-edit]")!.GetAttribute("aria-label"));
        Assert.Empty(row.QuerySelectorAll("b, script"));
    }

    [Fact]
    public async Task Rows_PageRendersForReasonsOfItsOwn_AreLeftAlone()
    {
        var (table, place) = (Table(), Place(Segment("s1", "1.2")));
        await ShowAsync(table, [place]);
        var before = _host.Renders.Count;

        await ShowAsync(table, [place]);

        Assert.Equal(before, _host.Renders.Count);
    }

    [Fact]
    public async Task Rows_ThatAreLeft_AreSubscribedNoLonger()
    {
        await ShowAsync("1.2");
        Assert.NotEqual(0, _view.Handlers);

        _host.Dispose();

        Assert.Equal(0, _view.Handlers);
    }

    /// <summary>What several changes come to is rendered after them.</summary>
    private async Task<IElement> UntilAsync(Func<IElement, bool> isSo)
    {
        var body = await _host.MarkupAsync();
        for (var looks = 0; looks < 1_000 && !isSo(body); looks++)
        {
            await Task.Delay(10);
            body = await _host.MarkupAsync();
        }

        Assert.True(isSo(body), body.InnerHtml);
        return body;
    }

    private static string? State(IElement body) => body.QuerySelector("[data-style=clear][data-segment=s1]")!.GetAttribute("data-state");

    private static SegmentDetails Segment(string id, string number) =>
        new() { Id = id, Number = number, Text = "A fox.", HardCut = true, EffectivePrompts = new Dictionary<string, string>(StringComparer.Ordinal), Characters = [] };

    private static RowPlace Place(SegmentDetails segment) => new(segment, 0, true, false, false, false);

    private RowTable Table() => new()
    {
        View = _view,
        Shown = Styles,
        Shape = PictureShape.Default,
        OnRetry = EventCallback.Factory.Create<(SegmentDetails Segment, StyleSummary Style)>(this, picture => _retries.Add((picture.Segment.Id, picture.Style.Key))),
    };

    private Task<IElement> ShowAsync(string number) => ShowAsync(Table(), [Place(Segment("s1", number))]);

    private Task<IElement> ShowAsync(RowTable table, IReadOnlyList<RowPlace> places) =>
        _host.RenderAsync<SegmentRows>(("Table", table), ("Places", places), ("Count", places.Count));
}
