using AngleSharp.Dom;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Reviews;
using StoryStudio.Tests.Components.Pictures;
using StoryStudio.Tests.Components.Runs;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Stories;
using Xunit;

namespace StoryStudio.Tests.Components.Stories;

public sealed class SieveBarTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedView _view = new();
    private readonly ComponentHost _host;

    public SieveBarTests() => _host = ComponentHost.With(_clock);

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Decisions_AreSaidOnceTheyWereRead_AndHaveRoomUntilThen()
    {
        var story = LiveReviewTests.Story();
        _view.Change(Fixture.Of(ImageStatus.Completed, "s1", "clear") with { Url = "/1.svg", ChosenVersion = 1 });
        _view.Change(Fixture.Of(ImageStatus.Completed, "s2", "clear") with { Url = "/2.svg", ChosenVersion = 1 });

        var body = await _host.RenderAsync<SieveBar>(("View", _view), ("Story", story), ("Styles", story.Styles));

        Assert.Equal(["2 not drawn"], Said(body));
        Assert.True(body.QuerySelector(".sieve")!.HasAttribute("data-reading"));

        _view.Reviews.Apply(new ReviewSnapshot { StoryId = "story", Version = 1, Counts = new(2, 1, 1, 0), Comments = [], Reviews = [Approved("s1-clear")] });
        while (Said(body).Count == 1)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
            body = await _host.MarkupAsync();
        }

        Assert.Equal(["1 to be decided", "1 approved", "2 not drawn"], Said(body));
        Assert.False(body.QuerySelector(".sieve")!.HasAttribute("data-reading"));
    }

    private static List<string> Said(IElement body) => [.. body.QuerySelectorAll("button").Select(b => b.TextContent)];

    private static ReviewState Approved(string imageId) => new()
    {
        ImageId = imageId, StoryId = "story", Number = "1.1", Style = "clear", PictureVersion = 1, Status = ReviewStatus.Approved, Decisions = [], Version = 1,
    };
}
