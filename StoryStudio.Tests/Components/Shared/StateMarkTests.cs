using StoryStudio.Core.Generation;
using StoryStudio.Tests.Components.Pictures;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Shared;
using Xunit;

namespace StoryStudio.Tests.Components.Shared;

public sealed class StateMarkTests : IDisposable
{
    private readonly ComponentHost _host = ComponentHost.With(new ManualTimeProvider());

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Mark_EveryState_HasAShapeAndANameOfItsOwn()
    {
        ImageState?[] states = [null, .. Enum.GetValues<ImageStatus>().Select(status => Fixture.Of(status))];
        var shapes = new HashSet<string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);

        foreach (var state in states)
        {
            var (name, shape) = await MarkAsync(state);
            names.Add(name);
            shapes.Add(shape);
        }

        Assert.Equal(states.Length, shapes.Count);
        Assert.Equal(states.Length, names.Count);
    }

    [Fact]
    public async Task Mark_InProgress_SaysHowFarItIs()
    {
        var (name, _) = await MarkAsync(Fixture.Of(ImageStatus.InProgress) with { Progress = 40 });

        Assert.Equal("drawing, 40 percent", name);
    }

    [Fact]
    public async Task Mark_FailedWithASecondChance_SaysThatItGoesAgainByItself()
    {
        var (name, _) = await MarkAsync(Fixture.Failed("It took too long.", DateTimeOffset.UnixEpoch));

        Assert.Equal("failed, goes again by itself", name);
    }

    [Fact]
    public async Task Mark_OfAPausedRun_SaysThatItIsPaused()
    {
        var (waiting, shape) = await MarkAsync(Fixture.Of(ImageStatus.Pending));

        var (paused, another) = await MarkAsync(Fixture.Of(ImageStatus.Pending), paused: true);
        var (failed, _) = await MarkAsync(Fixture.Failed("It took too long.", DateTimeOffset.UnixEpoch), paused: true);

        Assert.Equal(("waiting", "paused", "failed, paused"), (waiting, paused, failed));
        Assert.NotEqual(shape, another);
    }

    [Fact]
    public async Task Mark_OfAPictureThatIsThere_AlthoughAnotherWasCancelled_IsThePictures()
    {
        var there = Fixture.Of(ImageStatus.Cancelled) with { Url = "/one.svg" };
        var stale = new Staleness("text_changed", "The text was changed.");

        Assert.Equal(await MarkAsync(Fixture.Completed("/one.svg")), await MarkAsync(there));
        Assert.Equal(await MarkAsync(Fixture.Completed("/one.svg") with { Stale = stale }), await MarkAsync(there with { Stale = stale }));
        Assert.Equal("cancelled", (await MarkAsync(Fixture.Of(ImageStatus.Cancelled))).Name);
    }

    [Fact]
    public async Task Mark_OfAnImage_NamesItBeforeItsState()
    {
        var body = await _host.RenderAsync<StateMark>(("State", Fixture.Of(ImageStatus.Completed)), ("Of", "1.2 in Clear line"));

        Assert.Equal("1.2 in Clear line: done", body.QuerySelector("[role=img]")!.GetAttribute("aria-label"));
    }

    private async Task<(string Name, string Shape)> MarkAsync(ImageState? state, bool paused = false)
    {
        var body = await _host.RenderAsync<StateMark>(("State", state), ("Paused", paused));
        return (body.QuerySelector("[role=img]")!.GetAttribute("aria-label")!, body.QuerySelector("svg")!.InnerHtml);
    }
}
