using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Shared;
using Xunit;

namespace StoryStudio.Tests.Components.Shared;

public sealed class ProgressBarTests : IDisposable
{
    private readonly ComponentHost _host = ComponentHost.With(new ManualTimeProvider());

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(60, 60)]
    [InlineData(140, 100)]
    public async Task Bar_AnyValue_SaysAndShowsTheSameWithinItsLimits(int value, int shown)
    {
        var body = await _host.RenderAsync<ProgressBar>(("Value", value), ("Label", "Clear line"));

        var bar = body.QuerySelector("[role=progressbar]")!;
        Assert.Equal($"{shown}", bar.GetAttribute("aria-valuenow"));
        Assert.Equal($"inline-size:{shown}%", bar.QuerySelector("span")!.GetAttribute("style"));
        Assert.Equal("Clear line", bar.GetAttribute("aria-label"));
    }
}
