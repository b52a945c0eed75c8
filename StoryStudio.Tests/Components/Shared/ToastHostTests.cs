using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using StoryStudio.Core;
using StoryStudio.Tests.Fakes;
using StoryStudio.Web.Components.Shared;
using Xunit;

namespace StoryStudio.Tests.Components.Shared;

public sealed class ToastHostTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ToastService _toasts = new();
    private readonly ComponentHost _host;

    public ToastHostTests() => _host = ComponentHost.With(_clock, services => services.AddSingleton(_toasts));

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Toast_Shown_IsSaidPolitelyAndGoesAfterTenSeconds()
    {
        await _host.RenderAsync<ToastHost>();
        _toasts.Show("“Winter” was deleted.");

        var body = await _host.MarkupAsync();
        Assert.Equal("“Winter” was deleted.", body.QuerySelector("[role=status] p")!.TextContent);

        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.NotEmpty((await _host.MarkupAsync()).QuerySelectorAll(".toast"));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty((await _host.MarkupAsync()).QuerySelectorAll(".toast"));
    }

    [Fact]
    public async Task Toast_PointedAt_WaitsUntilTheHandIsGone()
    {
        await _host.RenderAsync<ToastHost>();
        _toasts.Show("“Winter” was deleted.", () => Task.CompletedTask);

        await _host.RaiseAsync(".toast", "onpointerenter", new PointerEventArgs());
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEmpty((await _host.MarkupAsync()).QuerySelectorAll(".toast"));

        await _host.RaiseAsync(".toast", "onpointerleave", new PointerEventArgs());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty((await _host.MarkupAsync()).QuerySelectorAll(".toast"));
    }

    [Fact]
    public async Task Undo_Pressed_TakesTheDeedBackAndTheToastAway()
    {
        var undone = 0;
        await _host.RenderAsync<ToastHost>();
        _toasts.Show("“Winter” was deleted.", () => Task.FromResult(undone++));

        var body = await _host.RaiseAsync(".toast__undo", "onclick");

        Assert.Equal(1, undone);
        Assert.Empty(body.QuerySelectorAll(".toast"));
    }

    [Fact]
    public async Task Undo_WishedTwice_IsDoneOnce()
    {
        var undone = 0;
        var toast = _toasts.Show("“Winter” was deleted.", () => Task.FromResult(undone++));

        await _toasts.UndoAsync(toast);
        await _toasts.UndoAsync(toast);

        Assert.Equal(1, undone);
    }

    [Fact]
    public async Task Undo_ThatComesTooLate_SaysWhy()
    {
        await _host.RenderAsync<ToastHost>();
        _toasts.Show("“Winter” was deleted.", () => throw new NotFoundException("story", "This story is gone for good."));

        await _host.RaiseAsync(".toast__undo", "onclick");

        Assert.Equal("This story is gone for good.", (await _host.MarkupAsync()).QuerySelector(".toast p")!.TextContent);
    }

    [Fact]
    public async Task Toasts_MoreThanThree_TheOldestGivesWay()
    {
        await _host.RenderAsync<ToastHost>();
        foreach (var word in (string[])["one", "two", "three", "four"])
        {
            _toasts.Show(word);
        }

        var body = await _host.MarkupAsync();

        Assert.Equal("two three four", string.Join(" ", body.QuerySelectorAll(".toast p").Select(p => p.TextContent)));
    }
}
