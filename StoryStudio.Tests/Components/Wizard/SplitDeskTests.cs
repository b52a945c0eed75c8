using AngleSharp.Dom;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Wizard;
using Xunit;

namespace StoryStudio.Tests.Components.Wizard;

public sealed class SplitDeskTests : IDisposable
{
    private static readonly string Paragraph = string.Join(' ', Enumerable.Repeat("The light went out over the black water.", 8));
    private readonly ComponentHost _host = ComponentHost.With(new ManualTimeProvider(), services => services.AddSingleton<IJSRuntime>(new QuietScripts()));
    private int _changes;

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Desk_SplitText_ShowsEveryPageWithItsNumberAndTheCount()
    {
        var body = await ShowAsync(new(string.Join("\n\n***\n\n", Paragraph, Paragraph)));

        Assert.Equal(["1.1", "2.1"], Numbers(body));
        Assert.Equal("2 pages in 2 scenes", Count(body));
    }

    [Fact]
    public async Task Join_Pressed_MakesOnePageAndCanBeUndone()
    {
        await ShowAsync(new(string.Join("\n\n", Paragraph, Paragraph)));

        var joined = await _host.RaiseAsync(".joint__ways button", "onclick");
        Assert.Equal(["1.1"], Numbers(joined));

        var undone = await _host.RaiseAsync(".split__tools button", "onclick");
        Assert.Equal(["1.1", "1.2"], Numbers(undone));
        Assert.Equal(2, _changes);
    }

    [Fact]
    public async Task Scene_StartedAtAPage_NumbersWhatFollowsAnew()
    {
        await ShowAsync(new(string.Join("\n\n", Paragraph, Paragraph, Paragraph)));

        var body = await _host.RaiseAsync(".joint__ways button:last-child", "onclick");

        Assert.Equal(["1.1", "2.1", "2.2"], Numbers(body));
    }

    [Fact]
    public async Task Cut_Pressed_OffersAPlaceAfterEachSentence()
    {
        await ShowAsync(new(Paragraph));

        var offered = await _host.RaiseAsync(".split__cut", "onclick");
        Assert.Equal(7, offered.QuerySelectorAll(".split__place").Length);
    }

    [Fact]
    public async Task Joint_SaysWhereItStands_AndHowFarItCanBeMoved()
    {
        var body = await ShowAsync(new(string.Join("\n\n", Paragraph, Paragraph)));

        var joint = Assert.Single(body.QuerySelectorAll("[role=separator]"));
        Assert.Equal(("64", "1", "127"), (joint.GetAttribute("aria-valuenow"), joint.GetAttribute("aria-valuemin"), joint.GetAttribute("aria-valuemax")));
        Assert.StartsWith("1.1 ends with", joint.GetAttribute("aria-valuetext"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Desk_ThousandsOfPages_RendersAPartAndLeadsToTheRest()
    {
        var body = await ShowAsync(new(string.Join("\n\n", Enumerable.Repeat(Paragraph, 200))));
        Assert.Equal(60, Numbers(body).Count);

        var next = await _host.RaiseAsync(".split__more button:last-child", "onclick");

        Assert.Equal("1.61", Numbers(next)[0]);
        Assert.Equal("200 pages in 1 scene", Count(next));
    }

    [Fact]
    public async Task Desk_MarkupInTheText_IsText()
    {
        var body = await ShowAsync(new("<script>alert(1)</script> " + Paragraph));

        Assert.Empty(body.QuerySelectorAll("script"));
        Assert.StartsWith("<script>alert(1)</script>", body.QuerySelector(".split__text")!.TextContent, StringComparison.Ordinal);
    }

    private Task<IElement> ShowAsync(DraftSession session) =>
        _host.RenderAsync<SplitDesk>(("Session", session), ("OnChanged", EventCallback.Factory.Create(this, () => _changes++)));

    private static List<string> Numbers(IElement body) => [.. body.QuerySelectorAll(".split__number").Select(n => n.TextContent)];

    private static string Count(IElement body) => body.QuerySelector("[role=status]")!.TextContent;
}
