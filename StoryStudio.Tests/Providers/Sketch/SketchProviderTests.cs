using System.Text;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Providers;
using StoryStudio.Core.Providers.Sketch;
using StoryStudio.Tests.Fakes;
using Xunit;

namespace StoryStudio.Tests.Providers.Sketch;

public sealed class SketchProviderTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Reports _reports = new();
    private readonly MemoryStream _picture = new();

    [Fact]
    public async Task Generate_WithoutDelay_IsDoneWhileTheClockStandsStill()
    {
        var outcome = await Provider(TimeSpan.Zero).GenerateAsync(Sketches.Request("A fox in the snow."), _picture, _reports, CancellationToken.None);

        Assert.Equal(0m, Assert.IsType<PictureMade>(outcome).CostUsd);
        Assert.Equal(0, _clock.Waiting);
        Assert.Empty(_reports.All);
        Assert.StartsWith("<svg ", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_WithDelay_ReportsRisingProgressAndOneRoughPreview()
    {
        var request = Sketches.Request("A fox in the snow.");
        var work = Provider(TimeSpan.FromSeconds(10)).GenerateAsync(request, _picture, _reports, CancellationToken.None);
        while (!work.IsCompleted)
        {
            Assert.Equal(1, _clock.Waiting);
            Assert.Equal(0, _picture.Length);
            _clock.Advance(TimeSpan.FromSeconds(0.25));
        }

        Assert.IsType<PictureMade>(await work);
        var percents = _reports.All.Select(report => report.Percent).ToList();
        Assert.InRange(percents.Count, 3, 5);
        Assert.Equal(percents.Order(), percents);
        Assert.All(percents, percent => Assert.InRange(percent, 1, 99));
        var preview = Assert.Single(_reports.All, report => report.Preview is not null);
        Assert.InRange(preview.Percent, 20, 40);
        Assert.Equal("image/svg+xml", preview.Preview!.MediaType);
        Assert.InRange(preview.Preview.Bytes.Length, 200, 16_000);
        Sketches.Parse(Encoding.UTF8.GetString(preview.Preview.Bytes.Span));
        Assert.NotEqual(preview.Preview.Bytes.ToArray(), _picture.ToArray());
    }

    [Theory]
    [InlineData("A fox in the snow.")]
    [InlineData("An owl on the roof.")]
    [InlineData("夜の海")]
    public async Task Generate_WithDelay_TakesAFifthMoreOrLess(string scene)
    {
        var work = Provider(TimeSpan.FromSeconds(10)).GenerateAsync(Sketches.Request(scene), _picture, _reports, CancellationToken.None);

        var start = _clock.GetUtcNow();
        while (!work.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        await work;
        Assert.InRange((_clock.GetUtcNow() - start).TotalSeconds, 7.9, 12.2);
    }

    [Fact]
    public async Task Generate_Cancelled_ThrowsAndWritesNothing()
    {
        using var stop = new CancellationTokenSource();
        var work = Provider(TimeSpan.FromSeconds(10)).GenerateAsync(Sketches.Request("A fox."), _picture, _reports, stop.Token);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        Assert.Equal(0, _picture.Length);
    }

    [Fact]
    public void Capabilities_NeedNoKeyAndTakeNoReferences()
    {
        var provider = Provider(TimeSpan.FromSeconds(3));

        Assert.Equal("sketch", provider.Name);
        Assert.False(provider.Capabilities.NeedsKey);
        Assert.True(provider.Capabilities.MakesSvg);
        Assert.Equal(0, provider.Capabilities.MaxReferences);
        Assert.Equal(TimeSpan.FromSeconds(3), provider.Capabilities.TypicalDuration);
        Assert.Equal((1, "1200x800", 0m), (provider.Capabilities.PartialPictures, provider.Capabilities.Size, provider.EstimateUsd(2)));
        Assert.Equal(0, Provider(TimeSpan.Zero).Capabilities.PartialPictures);
    }

    public void Dispose() => _picture.Dispose();

    private SketchProvider Provider(TimeSpan delay) =>
        new(Options.Create(new StoryStudioOptions { Providers = { Sketch = { Delay = delay } } }), _clock);

    private string Text() => Encoding.UTF8.GetString(_picture.ToArray());

    private sealed class Reports : IProgress<ImageProgress>
    {
        public List<ImageProgress> All { get; } = [];

        public void Report(ImageProgress value) => All.Add(value);
    }
}
