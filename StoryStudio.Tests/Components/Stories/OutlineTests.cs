using AngleSharp.Dom;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Components.Pictures;
using StoryStudio.Tests.Components.Runs;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Stories;
using Xunit;

namespace StoryStudio.Tests.Components.Stories;

public sealed class OutlineTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedView _view = new();
    private readonly ComponentHost _host;

    public OutlineTests() => _host = ComponentHost.With(_clock);

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Rows_StandInTheirScenes_AndLeadToTheirBeats()
    {
        _view.Change(Fixture.Completed("/one.svg"));

        var body = await ShowAsync(Story("1.1", "1.2", "2.1"));

        Assert.Equal(["Scene 1", "Scene 2"], body.QuerySelectorAll(".scene").Select(s => s.TextContent));
        Assert.Equal([2, 1], body.QuerySelectorAll("ol").Select(list => list.QuerySelectorAll("li > a").Length));
        var row = body.QuerySelector("a[data-jump='1.1']")!;
        Assert.Equal("stories/story#beat-1-1", row.GetAttribute("href"));
        Assert.Equal("s1", row.GetAttribute("data-segment"));
        Assert.Equal(["Clear <line>: done", "Ink: no picture yet"], Marks(row));
    }

    [Fact]
    public async Task Marks_ManyChangeTogether_AreOneRender()
    {
        var body = await ShowAsync(Story("1.1", "1.2", "1.3"));
        Assert.Equal("Clear <line>: no picture yet", Marks(body)[0]);
        var before = _host.Renders.Count;

        foreach (var segment in (string[])["s1", "s2", "s3"])
        {
            _view.Change(Fixture.Of(ImageStatus.InProgress, segmentId: segment) with { Progress = 20 });
        }

        body = await UntilAsync(b => b.QuerySelector(".mark--drawing") is not null);
        Assert.Equal(before + 1, _host.Renders.Count);
        Assert.Equal(3, body.QuerySelectorAll(".mark--drawing").Length);
        Assert.Equal("Clear <line>: drawing", Marks(body)[0]);
    }

    [Fact]
    public async Task Marks_OfARunThatIsPaused_SaySo()
    {
        var image = Fixture.Of(ImageStatus.Pending) with { RunId = "run" };
        _view.Change(image);
        Assert.Equal("Clear <line>: waiting", Marks(await ShowAsync(Story("1.1")))[0]);

        _view.Change(Fixture.RunOf(image, paused: true));

        Assert.Equal("Clear <line>: paused", Marks(await UntilAsync(b => b.QuerySelector(".mark--paused") is not null))[0]);
    }

    [Fact]
    public async Task Rows_OfThirtyPictures_CostACircuitTheLeastThatTheyCan()
    {
        await ShowAsync(Story([.. Enumerable.Range(1, 10).Select(i => $"1.{i}")]));

        // Frames are kept in arrays of 32, 64, 128.
        Assert.InRange(Assert.Single(await _host.FramesAsync(typeof(Outline))), 1, 128);
    }

    [Fact]
    public void Rows_OfAStory_AreDrawnOnceForEverybody_AndAreTheSameWhileAPictureGetsOn()
    {
        var story = Story("1.1", "1.2");
        var rows = StoryTally.Of(_view, story).Rows;
        Assert.Same(rows, StoryTally.Of(_view, story).Rows);

        _view.Change(Fixture.Of(ImageStatus.InProgress));
        var now = StoryTally.Of(_view, story).Rows;
        Assert.NotSame(rows, now);

        _view.Change(Fixture.Of(ImageStatus.InProgress, version: 2) with { Progress = 40 });
        Assert.Same(now, StoryTally.Of(_view, story).Rows);

        _view.Change(Fixture.Completed("/one.svg") with { Version = 3 });
        Assert.NotSame(now, StoryTally.Of(_view, story).Rows);
    }

    private static List<string?> Marks(IElement row) => [.. row.QuerySelectorAll(".mark").Select(m => m.GetAttribute("aria-label"))];

    private static StoryDetails Story(params string[] numbers) => LiveReviewTests.Story() with
    {
        Segments = [.. numbers.Select((number, i) => new SegmentDetails { Id = $"s{i + 1}", Number = number, Text = "A fox.", HardCut = false, EffectivePrompts = new Dictionary<string, string>(StringComparer.Ordinal), Characters = [] })],
        Styles = [new("clear", "Clear <line>"), new("ink", "Ink")],
    };

    private Task<IElement> ShowAsync(StoryDetails story) => _host.RenderAsync<Outline>(("View", _view), ("Story", story));

    private async Task<IElement> UntilAsync(Func<IElement, bool> condition)
    {
        using var patience = new CancellationTokenSource(Studio.Patience);
        while (true)
        {
            if (await _host.MarkupAsync() is var body && condition(body))
            {
                return body;
            }

            patience.Token.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }
}
