using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace StoryStudio.Web.Components.Pictures;

/// <summary>Counts the seconds to a moment. Holds one timer until then, and renders nothing but its own words.</summary>
public sealed partial class Countdown
{
    private DateTimeOffset _until;
    private bool _elapsed;
    private bool _disposed;
    private ITimer? _timer;

    [Parameter, EditorRequired]
    public DateTimeOffset Until { get; set; }

    /// <summary>Called once for each <see cref="Until"/>, when it is reached.</summary>
    [Parameter]
    public EventCallback OnElapsed { get; set; }

    /// <summary>In milliseconds, for whoever shows what was rendered without a circuit.</summary>
    private string? Left => RendererInfo.IsInteractive ? null : Math.Max(0, Math.Ceiling((Until - Clock.GetUtcNow()).TotalMilliseconds)).ToString(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _disposed = true;
        _timer?.Dispose();
    }

    protected override void OnParametersSet()
    {
        if (_until == Until || !RendererInfo.IsInteractive)
        {
            return;
        }

        _until = Until;
        _elapsed = false;
        _timer ??= Clock.CreateTimer(static me => _ = ((Countdown)me!).InvokeAsync(((Countdown)me).TickAsync), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Schedule();
    }

    private async Task TickAsync()
    {
        if (_disposed || _elapsed)
        {
            return;
        }

        StateHasChanged();
        if (Until > Clock.GetUtcNow())
        {
            Schedule();
            return;
        }

        _elapsed = true;
        await OnElapsed.InvokeAsync();
    }

    private void Schedule()
    {
        var left = Until - Clock.GetUtcNow();
        var toNextSecond = left - TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds) - 1);
        _timer!.Change(left > TimeSpan.Zero ? toNextSecond : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
