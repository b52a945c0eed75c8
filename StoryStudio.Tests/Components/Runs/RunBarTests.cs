using AngleSharp.Dom;
using Microsoft.AspNetCore.Components;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Runs;
using Xunit;

namespace StoryStudio.Tests.Components.Runs;

public sealed class RunBarTests : IDisposable
{
    private readonly ComponentHost _host = ComponentHost.With(new ManualTimeProvider());
    private string _asked = "";

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData(null, 0, 36, "Illustrate 36 pictures")]
    [InlineData(RunStatus.Running, 9, 0, "Cancel|Pause|Illustrating|Read")]
    [InlineData(RunStatus.Completed, 36, 0, "Read")]
    [InlineData(RunStatus.CompletedWithErrors, 34, 2, "Retry failed (2)|Illustrate 2 pictures|Read")]
    [InlineData(RunStatus.Cancelled, 9, 27, "Illustrate 27 pictures|Read")]
    public async Task Bar_InEachState_OffersWhatMakesSense(RunStatus? status, int drawn, int toMake, string expected)
    {
        var body = await ShowAsync(status, drawn, toMake);

        Assert.Equal(expected, string.Join('|', body.QuerySelectorAll(".button").Select(b => b.TextContent.Trim())));
    }

    [Fact]
    public async Task Bar_WhileARunIsActive_SaysSoOnAButtonThatCannotBePressed()
    {
        var body = await ShowAsync(RunStatus.Running, 9, 0);

        Assert.Equal("true", body.QuerySelector(".button--primary")!.GetAttribute("aria-disabled"));
        await _host.RaiseAsync(".button--primary", "onclick");
        Assert.Equal("", _asked);
        Assert.NotNull(body.QuerySelector("[role=progressbar]"));
    }

    [Fact]
    public async Task Bar_Pressed_AsksForWhatTheButtonSays()
    {
        await ShowAsync(null, 0, 36);
        await _host.RaiseAsync(".button--primary", "onclick");
        Assert.Equal("illustrate", _asked);
    }

    [Theory]
    [InlineData(RunStatus.Running, "Cancel|Pause|Resume|Illustrating|Read")]
    [InlineData(RunStatus.Paused, "Cancel|Resume|Illustrating|Read")]
    public async Task Bar_WhereABudgetIsInTheWay_OffersALargerOneWhetherOtherStylesGoOnOrNot(RunStatus status, string expected)
    {
        var run = RunWordsTests.Run(status) with
        {
            BudgetUsd = 1,
            Styles = new Dictionary<string, StyleProgress>(StringComparer.Ordinal)
            {
                ["clear"] = new() { Total = 2, Completed = 1, Failed = 0, Pending = 1, Paused = true },
                ["poster"] = new() { Total = 2, Completed = 1, Failed = 0, InProgress = 1, Paused = status is RunStatus.Paused },
            },
        };
        decimal? budget = null;
        var body = await _host.RenderAsync<RunBar>(
            ("Run", run),
            ("Styles", Array.Empty<StyleSummary>()),
            ("Drawn", 2),
            ("Wanted", 4),
            ("ReadHref", "stories/x/read"),
            ("Budget", 1m),
            ("BudgetChanged", EventCallback.Factory.Create<decimal?>(this, amount => budget = amount)),
            ("OnResume", EventCallback.Factory.Create(this, () => _asked = "resume")));

        Assert.Equal(expected, string.Join('|', body.QuerySelectorAll(".button").Select(b => b.TextContent.Trim())));
        await _host.RaiseAsync("[data-testid=run-budget]", "onchange", new ChangeEventArgs { Value = "2.5" });
        await _host.RaiseAsync(status is RunStatus.Paused ? ".button:nth-of-type(2)" : ".button:nth-of-type(3)", "onclick");
        Assert.Equal((2.5m, "resume"), (budget, _asked));
    }

    [Theory]
    [InlineData(0.20, 0, 0, "About $0.20")]
    [InlineData(0.20, 0, 1, "About $0.20. 1 is the same as another one, and free")]
    [InlineData(0.20, 2, 3, "About $0.20, and 2 pictures at a price that is not known. 3 are the same as others, and free")]
    public async Task Bar_BeforeARun_SaysWhatItCosts_AndWhatOfItIsFree(double cost, int unknown, int same, string expected)
    {
        var body = await _host.RenderAsync<RunBar>(("Run", null), ("Styles", Array.Empty<StyleSummary>()), ("Wanted", 6), ("ToMake", 6), ("Cost", (decimal)cost), ("UnknownCost", unknown), ("Same", same));

        Assert.Contains($"6 pictures to draw{expected}", body.TextContent.Split('\n').Select(line => line.Trim()));
    }

    [Theory]
    [InlineData(1.44, 0, 240, "About $1.44, about 4 minutes")]
    [InlineData(1.44, 2, 240, "About $1.44, about 4 minutes, and 2 pictures at a price that is not known")]
    [InlineData(null, 6, 240, "About 4 minutes. What they cost is not known")]
    [InlineData(null, 6, null, "What they cost is not known")]
    [InlineData(0d, 0, 240, "About 4 minutes")]
    [InlineData(0d, 0, 3, "A few seconds")]
    [InlineData(0d, 0, null, null)]
    public async Task Bar_BeforeARun_SaysHowLongItTakes_WhereEverybodyReadsIt(double? cost, int unknown, int? seconds, string? expected)
    {
        var body = await _host.RenderAsync<RunBar>(("Run", null), ("Styles", Array.Empty<StyleSummary>()), ("Wanted", 6), ("ToMake", 6), ("Cost", (decimal?)cost), ("UnknownCost", unknown), ("Seconds", seconds));

        Assert.Equal(expected, body.QuerySelector("[data-testid=run-price]")?.TextContent);
        Assert.Null(body.QuerySelector(".button--primary")!.GetAttribute("title"));
    }

    [Fact]
    public async Task Bar_WhereNothingIsToBeMade_SaysNoTime()
    {
        var body = await _host.RenderAsync<RunBar>(("Run", null), ("Styles", Array.Empty<StyleSummary>()), ("Drawn", 6), ("Wanted", 6), ("ToMake", 0), ("Seconds", 0));

        Assert.Null(body.QuerySelector("[data-testid=run-price]"));
    }

    private Task<IElement> ShowAsync(RunStatus? status, int drawn, int toMake) => _host.RenderAsync<RunBar>(
        ("Run", status is { } known ? RunWordsTests.Run(known) with { Failed = known is RunStatus.CompletedWithErrors ? 2 : 0 } : null),
        ("Styles", (IReadOnlyList<StyleSummary>)[new("clear", "Clear line")]),
        ("Drawn", drawn),
        ("Wanted", 36),
        ("ToMake", toMake),
        ("ReadHref", "stories/x/read"),
        ("OnIllustrate", EventCallback.Factory.Create(this, () => _asked = "illustrate")));
}
