using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Pages;

public sealed partial class QueuePage(IIllustrator illustrator, QueueWatch watch, TimeProvider clock) : IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private QueueState? _queue;
    private DateTimeOffset _now;
    private string? _error;

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override Task OnInitializedAsync() => ReadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _ = FollowAsync(_leaving.Token);
        }
    }

    private async Task FollowAsync(CancellationToken leaving)
    {
        using var timer = new PeriodicTimer(QueueWatch.Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(leaving))
            {
                await InvokeAsync(async () =>
                {
                    await ReadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (Exception failure) when (!leaving.IsCancellationRequested)
        {
            await DispatchExceptionAsync(failure);
        }
    }

    private async Task ReadAsync(bool anew = false)
    {
        _queue = await watch.ReadAsync(anew, _leaving.Token);
        _now = clock.GetUtcNow();
    }

    private async Task DoAsync(Func<Task> command)
    {
        _error = null;
        try
        {
            await command();
        }
        catch (StoryStudioException e)
        {
            // It moved on between the look and the press.
            _error = e.Message;
        }

        await ReadAsync(anew: true);
    }
}
