using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Runs;
using StoryStudio.Web.Components.Shared;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Pages;

/// <summary>What runs and what waits. Each second it is looked at anew; what did not change is not sent.</summary>
public sealed partial class QueuePage(IIllustrator illustrator, QueueWatch watch, IOptions<StoryStudioOptions> options, TimeProvider clock, IJSRuntime scripts, ILogger<QueuePage> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly IReadOnlyList<StyleSummary> _styles = [.. options.Value.Styles.Select(s => new StyleSummary(s.Key, s.Name))];
    private readonly PageScript _script = new();
    private ElementReference _root;
    private QueueState? _queue;
    private DateTimeOffset _now;
    private string? _error;
    private string? _said;
    private bool _isUnread;

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _leaving.Dispose();
        await _script.DisposeAsync();
    }

    protected override Task OnInitializedAsync() => ReadAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _ = FollowAsync(_leaving.Token);
            await _script.AttachAsync(scripts, "./Components/Pages/QueuePage.razor.js", _root);
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
        try
        {
            _queue = await watch.ReadAsync(anew, _leaving.Token);
            (_now, _isUnread) = (clock.GetUtcNow(), false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The store may be in trouble for a while; the page keeps what it has and looks again.
            LogNotRead(failure);
            _isUnread = true;
        }
    }

    private static bool IsPaused(QueuedImage entry) => entry.WaitsFor?.Kind is QueueWaitKind.Pause;

    private string Style(string key) => _styles.FirstOrDefault(s => s.Key == key)?.Name ?? key;

    private string Style(QueuedImage entry) => Style(entry.Image.Style);

    private string Name(QueuedImage entry) => QueueWords.Name(entry, Style(entry));

    private Task PauseAsync(QueuedRun entry) => DoAsync(() => illustrator.PauseAsync(entry.Run.Id), $"{entry.StoryTitle} is paused.");

    private Task ResumeAsync(QueuedRun entry) => DoAsync(() => illustrator.ResumeAsync(entry.Run.Id), $"{entry.StoryTitle} goes on.");

    private Task CancelAsync(QueuedRun entry) => DoAsync(() => illustrator.CancelRunAsync(entry.Run.Id), $"{entry.StoryTitle} is cancelled.");

    private Task CancelAsync(QueuedRun entry, string style) => DoAsync(() => illustrator.CancelStyleAsync(entry.Run.Id, style), $"What was left in {Style(style)} of {entry.StoryTitle} is cancelled.");

    private Task SetPriorityAsync(QueuedRun entry, string chosen)
    {
        var priority = Enum.Parse<RunPriority>(chosen);
        return DoAsync(() => illustrator.SetPriorityAsync(entry.Run.Id, priority), QueueWords.Said(priority, entry.StoryTitle));
    }

    private Task NextAsync(QueuedImage entry) => DoAsync(() => illustrator.MoveToFrontAsync(entry.Image.Id), QueueWords.SaidNext(Name(entry), IsPaused(entry)));

    private Task CancelAsync(QueuedImage entry) => DoAsync(() => illustrator.CancelImageAsync(entry.Image.Id), $"{Name(entry)} is cancelled.");

    private async Task DoAsync(Func<Task> command, string done)
    {
        (_error, _said) = (null, null);
        try
        {
            await command();
            _said = done;
        }
        catch (StoryStudioException e)
        {
            // It moved on between the look and the press.
            _error = e.Message;
        }

        await ReadAsync(anew: true);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue could not be read.")]
    private partial void LogNotRead(Exception failure);
}
