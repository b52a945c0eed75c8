using System.Globalization;
using AngleSharp.Dom;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Tests.Components.Pictures;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Runs;
using Xunit;

namespace StoryStudio.Tests.Components.Runs;

/// <summary>What stands in the field for a budget is what a run begins with.</summary>
public sealed class LiveRunBarTests : IDisposable
{
    private const string Field = "[data-testid=run-budget]";
    private readonly ManualTimeProvider _clock = new();
    private readonly FakeStudio _studio = new(new());
    private readonly ScriptedView _view = new();
    private readonly StoryStudioOptions _settings = new();
    private readonly ComponentHost _host;

    public LiveRunBarTests() => _host = ComponentHost.With(_clock, services => services
        .AddSingleton<IIllustrator>(_studio)
        .AddSingleton(Options.Create(_settings)));

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(3.5)]
    public async Task Budget_AfterARunThatHadOneOfItsOwn_IsTheSettingsAgain(double? settings)
    {
        _settings.Generation.BudgetUsd = (decimal?)settings;
        _view.Run = RunWordsTests.Run(RunStatus.Completed) with { BudgetUsd = 2 };

        await ShowsAndSendsAsync(await RenderAsync(), _settings.Generation.BudgetUsd);
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("1e1", 10)]
    [InlineData("-1", -1)]
    [InlineData("", null)]
    public async Task Budget_ThatWasTypedOrEmptied_IsSentAsItStands(string typed, int? expected)
    {
        _settings.Generation.BudgetUsd = 3.5m;
        await RenderAsync();

        await ShowsAndSendsAsync(await _host.RaiseAsync(Field, "onchange", new ChangeEventArgs { Value = typed }), expected);
    }

    [Fact]
    public async Task Budget_ThatWasTypedForOneRun_IsNotTheNextOnes()
    {
        var body = await RenderAsync();
        body = await _host.RaiseAsync(Field, "onchange", new ChangeEventArgs { Value = "5" });
        await ShowsAndSendsAsync(body, 5);

        _view.Change(RunWordsTests.Run(RunStatus.Completed) with { BudgetUsd = 5 });
        using var patience = new CancellationTokenSource(Studio.Patience);
        while ((body = await _host.MarkupAsync()).QuerySelector(Field) is null)
        {
            patience.Token.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await ShowsAndSendsAsync(body, null);
    }

    [Fact]
    public async Task Budget_OfARunThatIsPaused_IsItsOwn()
    {
        _settings.Generation.BudgetUsd = 3.5m;
        _view.Run = RunWordsTests.Run(RunStatus.Paused) with { BudgetUsd = 2 };

        Assert.Equal("2", (await RenderAsync()).QuerySelector(Field)!.GetAttribute("value"));
    }

    [Fact]
    public async Task Sheet_ThatCouldNotBeDrawn_IsSaidBesideThePictures_AndIsNoneOfThem()
    {
        var story = LiveReviewTests.Story() with { Characters = [new("mira", "Mira", "")] };
        _view.Run = RunWordsTests.Run(RunStatus.CompletedWithErrors) with { Failed = 1 };
        foreach (var (segment, style) in new[] { ("s1", "clear"), ("s1", "ink"), ("s2", "clear") })
        {
            _view.Change(Fixture.Completed("/a.png") with { Id = $"{segment}-{style}", SegmentId = segment, Style = style });
        }

        _view.Change(Fixture.Of(ImageStatus.Failed, "mira") with { Type = ImageType.Character, SegmentId = null, CharacterId = "mira", RunId = "run" });
        var body = await _host.RenderAsync<LiveRunBar>(("View", _view), ("Story", story));
        Assert.Equal("3 of 4 pictures drawn, 1 sheet could not be drawn", body.QuerySelector("[data-testid=run-words]")!.TextContent);
        Assert.Contains("Retry failed (1)", body.TextContent, StringComparison.Ordinal);

        _view.Change(Fixture.Completed("/a.png") with { Id = "s2-ink", SegmentId = "s2", Style = "ink" });
        await UntilAsync("All 4 pictures drawn, 1 sheet could not be drawn");
        _view.Change(_view.Find("mira", "clear")! with { Status = ImageStatus.Completed, Version = 2 });
        await UntilAsync("All 4 pictures drawn");
    }

    [Fact]
    public async Task TimeLeft_ThatIsOver_IsNotPromisedAgain_UntilTheRunHasGoneOn()
    {
        _view.Run = RunWordsTests.Run(RunStatus.Running) with { Current = "1.1", EstimatedSecondsLeft = 60 };
        var body = await RenderAsync();
        Assert.Equal("Drawing 1.1, 0 of 36, about a minute", body.QuerySelector("[data-testid=run-words]")!.TextContent);

        _clock.Advance(TimeSpan.FromSeconds(60));
        await UntilAsync("Drawing 1.1, 0 of 36");

        _view.Change(_view.Run with { Current = "1.2", Completed = 1, EstimatedSecondsLeft = 120, Version = 2 });
        await UntilAsync("Drawing 1.2, 1 of 36, about 2 minutes");
    }

    private async Task UntilAsync(string words)
    {
        using var patience = new CancellationTokenSource(Studio.Patience);
        while ((await _host.MarkupAsync()).QuerySelector("[data-testid=run-words]")!.TextContent != words)
        {
            patience.Token.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }

    private async Task ShowsAndSendsAsync(IElement body, decimal? expected)
    {
        Assert.Equal(expected, body.QuerySelector(Field)!.GetAttribute("value") is { Length: > 0 } shown ? decimal.Parse(shown, CultureInfo.InvariantCulture) : null);
        await _host.RaiseAsync(".button--primary", "onclick");
        Assert.Equal((expected, expected is null), (_studio.LastRun!.BudgetUsd, _studio.LastRun.WithoutBudget));
    }

    private async Task<IElement> RenderAsync()
    {
        var story = await _studio.CreateAsync(new() { Title = "A story" });
        return await _host.RenderAsync<LiveRunBar>(("View", _view), ("Story", story));
    }
}
