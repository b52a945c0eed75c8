using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Components.Pictures;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Components.Stories;
using Xunit;

namespace StoryStudio.Tests.Components.Stories;

public sealed class SegmentItemTests : IDisposable
{
    private static readonly StyleSummary[] Styles = [new("illustration", "Illustration"), new("clear", "Clear <line>"), new("consistent", "Consistent")];
    private readonly ScriptedView _view = new();
    private readonly ComponentHost _host = ComponentHost.With(new ManualTimeProvider());
    private readonly List<(string Segment, string Style)> _retries = [];

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Row_OfThreePictures_CostsACircuitTheLeastThatItCan()
    {
        foreach (var style in Styles)
        {
            _view.Change(Fixture.Completed("/one.svg") with { Id = style.Key, Style = style.Key });
        }

        await ShowAsync("1.2");

        // Frames are kept in arrays of 32, 64, 128: one more than that doubles what a picture costs.
        Assert.All(await _host.FramesAsync(typeof(SegmentPicture)), frames => Assert.InRange(frames, 1, 32));
        Assert.All(await _host.FramesAsync(typeof(SegmentItem)), frames => Assert.InRange(frames, 1, 32));
    }

    [Fact]
    public async Task Picture_OverTheOneBefore_CostsACircuitTheLeastThatItCan()
    {
        foreach (var style in Styles)
        {
            _view.Change(Fixture.Completed("/one.svg") with { Id = style.Key, Style = style.Key });
        }

        await ShowAsync("1.2");
        foreach (var style in Styles)
        {
            _view.Change(Fixture.Completed("/two.svg") with { Id = style.Key, Style = style.Key });
        }

        Assert.Equal(2 * Styles.Length, (await _host.MarkupAsync()).QuerySelectorAll("img.picture").Length);
        Assert.All(await _host.FramesAsync(typeof(SegmentPicture)), frames => Assert.InRange(frames, 1, 32));
    }

    [Fact]
    public async Task Picture_LockedAndFromBeforeAChange_CostsACircuitTheLeastThatItCan()
    {
        _view.Change(Fixture.Completed("/one.svg") with { Stale = new("text", "The text was <changed>."), Lock = new(LockReason.Approved, "Ann", default) });

        var cell = (await ShowAsync("1.2")).QuerySelector(".cell[data-style=clear]")!;

        Assert.Equal("The text was <changed>.", cell.QuerySelector("[data-testid=stale]")!.GetAttribute("title"));
        Assert.NotNull(cell.QuerySelector("[data-testid=locked]"));
        Assert.All(await _host.FramesAsync(typeof(SegmentPicture)), frames => Assert.InRange(frames, 1, 32));
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

    [Fact]
    public async Task Picture_CanBeOpened_AndSaysWhichItIsAfterItsSegmentWasNumberedAnew()
    {
        Assert.Equal("Open picture 1.2, Clear <line>", Label(await ShowAsync("1.2")));

        Assert.Equal("Open picture 2.1, Clear <line>", Label(await ShowAsync("2.1")));

        static string? Label(AngleSharp.Dom.IElement body) => body.QuerySelector("[data-style=clear][data-segment=s1] [data-open-picture]")!.GetAttribute("aria-label");
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
        var row = await _host.RenderAsync<SegmentItem>(("Table", Table()), ("Place", Place("1.2") with { Segment = Place("1.2").Segment with { Text = Words } }));

        Assert.Equal(Words, row.QuerySelector(".text > .saying > .prose[data-prose]")!.TextContent);
        Assert.Equal("Edit 1.2", row.QuerySelector(".text > .saying > button[data-edit]")!.GetAttribute("aria-label"));
        Assert.Empty(row.QuerySelectorAll("b, script"));
    }

    [Fact]
    public async Task Row_PageRendersForReasonsOfItsOwn_IsLeftAlone()
    {
        var (table, place) = (Table(), Place("1.2"));
        await _host.RenderAsync<SegmentItem>(("Table", table), ("Place", place));
        var before = _host.Renders.Count;

        await _host.RenderAsync<SegmentItem>(("Table", table), ("Place", place));

        Assert.Equal(before, _host.Renders.Count);
    }

    private static RowPlace Place(string number) =>
        new(new() { Id = "s1", Number = number, Text = "A fox.", HardCut = true, EffectivePrompts = new Dictionary<string, string>(StringComparer.Ordinal), Characters = [] }, 0, true, false, false, false);

    private RowTable Table() => new()
    {
        View = _view,
        Shown = Styles,
        Shape = PictureShape.Default,
        OnRetry = EventCallback.Factory.Create<(SegmentDetails Segment, StyleSummary Style)>(this, picture => _retries.Add((picture.Segment.Id, picture.Style.Key))),
    };

    private Task<AngleSharp.Dom.IElement> ShowAsync(string number) => _host.RenderAsync<SegmentItem>(("Table", Table()), ("Place", Place(number)));
}
