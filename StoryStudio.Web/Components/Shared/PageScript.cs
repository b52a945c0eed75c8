using Microsoft.JSInterop;

namespace StoryStudio.Web.Components.Shared;

/// <summary>
/// The script of a piece of a page: a module whose <c>attach</c> takes hold of elements and returns an object, whose <c>detach</c> lets
/// go of them. Dispose of it with the component.
/// </summary>
internal sealed class PageScript : IAsyncDisposable
{
    private IJSObjectReference? _hands;
    private bool _left;

    /// <summary>Once, after the first render. Returns what <c>attach</c> did, null where the component was left before its script was there.</summary>
    public async Task<IJSObjectReference?> AttachAsync(IJSRuntime scripts, string file, params object?[] to)
    {
        await using var module = await scripts.InvokeAsync<IJSObjectReference>("import", file);
        if (_left)
        {
            // There is nothing on the page any more that it could hold.
            return null;
        }

        _hands = await module.InvokeAsync<IJSObjectReference>("attach", to);
        if (_left)
        {
            await DisposeAsync();
            return null;
        }

        return _hands;
    }

    public async ValueTask DisposeAsync()
    {
        _left = true;
        (var hands, _hands) = (_hands, null);
        try
        {
            if (hands is not null)
            {
                await hands.InvokeVoidAsync("detach");
                await hands.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser went first; its part of the page went with it.
        }
    }
}
