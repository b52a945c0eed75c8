using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Components.Stories;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Runs;

/// <summary>Follows all pictures of a story; looks at the clock only while one is being drawn.</summary>
public sealed partial class LiveReview(IIllustrator illustrator, IApiKeys keys, QueueWatch queue, TimeProvider clock)
{
    private const int Part = 24;
    private const int Most = 5;

    private static readonly (ReviewStage Stage, string Mark, string Words)[] Stages =
    [
        (ReviewStage.Waiting, "waiting", "Waiting"),
        (ReviewStage.Drawing, "drawing", "Drawing"),
        (ReviewStage.Done, "done", "Done"),
        (ReviewStage.Failed, "failed", "Failed"),
        (ReviewStage.Attention, "attention", "Need you"),
        (ReviewStage.Cancelled, "cancelled", "Cancelled"),
    ];

    private readonly DrawingTimes _times = new(queue, clock);
    private readonly CancellationTokenSource _leaving = new();
    private RunReview _review = RunReview.None;
    private IReadOnlyList<ReviewEntry> _slow = [];
    private ReviewStage? _only;
    private bool _prompts;
    private bool _busy;
    private int _show = Part;
    private int _stamp;
    private string? _error;

    [Parameter, EditorRequired]
    public IStoryView View { get; set; } = default!;

    [Parameter, EditorRequired]
    public StoryDetails Story { get; set; } = default!;

    [Parameter]
    public PictureShape Shape { get; set; } = PictureShape.Default;

    /// <summary>The words of a segment were changed.</summary>
    [Parameter]
    public EventCallback<SegmentDetails> OnSaved { get; set; }

    protected override TimeSpan Gathering => TimeSpan.FromMilliseconds(100);

    protected override object Subject => (View, Story);

    // What changed was counted when it came.
    protected override object? Shown => _stamp;

    private IReadOnlyList<ReviewEntry> Listed => _only is { } stage ? _review.At(stage) : _review.Asked;

    private bool IsOver => View.Run?.IsActive() is not true && _review.Count(ReviewStage.Done) == _review.Entries.Count && _review.Sheets.Count == 0;

    private string Heading => _only is { } stage ? Stages.First(s => s.Stage == stage).Words : "All pictures";

    protected override IDisposable Subscribe(Action changed) => new Subscriptions([View.OnRun(changed), View.OnImages(changed)]);

    protected override void OnParametersSet()
    {
        Count();
        base.OnParametersSet();
    }

    protected override Task OnChangedAsync()
    {
        Count();
        return Task.CompletedTask;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            var leaving = _leaving.Token;
            await LookAsync(leaving);
            _ = _times.FollowAsync(() => InvokeAsync(() => LookAsync(leaving)), DispatchExceptionAsync, leaving);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _leaving.Cancel();
        _leaving.Dispose();
        base.Dispose(disposing);
    }

    private static ImageState Sample(ReviewStage stage) => new()
    {
        Id = "", StoryId = "", Number = "", Style = "", Attempt = 0, MaxAttempts = 0, Version = 0, UpdatedAt = default, Progress = 0,
        Status = stage switch
        {
            ReviewStage.Waiting => ImageStatus.Pending,
            ReviewStage.Drawing => ImageStatus.InProgress,
            ReviewStage.Done => ImageStatus.Completed,
            ReviewStage.Cancelled => ImageStatus.Cancelled,
            _ => ImageStatus.Failed,
        },
    };

    private void Count()
    {
        _review = RunReview.Of(View, Story);
        _slow = _review.Slow(_times.Begun, clock.GetUtcNow());
        _stamp++;
    }

    private async Task LookAsync(CancellationToken leaving)
    {
        if (_review.Count(ReviewStage.Drawing) == 0 && _times.Begun.Count == 0)
        {
            return;
        }

        if (await _times.LookAsync(View, leaving) && _review.Slow(_times.Begun, clock.GetUtcNow()).Count != _slow.Count)
        {
            Count();
            StateHasChanged();
        }
    }

    private string Address(ReviewEntry entry) => $"/stories/{Story.Id}#{Outline.Anchor(entry.Segment.Number)}";

    private void Show(ReviewStage? stage) => (_only, _show, _stamp) = (stage, Part, _stamp + 1);

    private void ShowPrompts(bool prompts) => (_prompts, _stamp) = (prompts, _stamp + 1);

    private void ShowMore() => (_show, _stamp) = (_show + (2 * Part), _stamp + 1);

    private async Task AgainAsync(ReviewTrouble trouble)
    {
        await DoAsync(async () =>
        {
            if (TroubleWords.Of(trouble.Code).Remedy is Remedy.Key)
            {
                var styles = trouble.Entries.Select(e => e.Style.Key).Concat(trouble.Sheets.Select(s => s.Style.Key)).ToHashSet(StringComparer.Ordinal);
                foreach (var key in keys.GetAll().Where(k => k.Condition is not KeyCondition.Ready && k.Tail is not null && k.Styles.Any(styles.Contains)))
                {
                    await keys.MakeReadyAsync(key.Id);
                }
            }

            List<string> ids = [.. trouble.Entries.Select(e => e.Image!.Id), .. trouble.Sheets.Select(s => s.Image.Id)];
            if (ids is [var only])
            {
                await RetryAsync(only, illustrator.RetryAsync);
                return;
            }

            // One that was approved keeps none of the others from being drawn.
            var locked = await illustrator.RetryAllAsync(ids);
            _error = locked == 0 ? null : locked == 1 ? "One of them is locked and stays as it is. Unlock it first." : $"{locked} of them are locked and stay as they are. Unlock them first.";
        });
    }

    private async Task RewordedAsync((ReviewEntry Entry, SegmentDetails Segment) reworded)
    {
        await OnSaved.InvokeAsync(reworded.Segment);
        // What was declined may be what was said for this picture alone: it is not to go along with the new words.
        await DoAsync(() => RetryAsync(reworded.Entry.Image!.Id, illustrator.RetryRewordedAsync));
    }

    private Task KeepAsync(IReadOnlyList<ReviewEntry> entries) => DoAsync(async () =>
    {
        foreach (var entry in entries)
        {
            // As it stands now: before the last of many is reached, somebody may have had it drawn after all.
            if (View.Find(entry.Segment.Id, entry.Style.Key) is not { ChosenVersion: { } shown } image || !image.CanBeKept())
            {
                continue;
            }

            try
            {
                await illustrator.ChooseAsync(image.Id, shown);
            }
            catch (Exception e) when (e is NotFoundException or ConflictException { Code: "image_active" or "image_locked" })
            {
                // Somebody else has decided otherwise meanwhile.
            }
        }
    });

    private static async Task RetryAsync(string imageId, Func<string, CancellationToken, Task<ImageState>> retry)
    {
        try
        {
            await retry(imageId, CancellationToken.None);
        }
        catch (ConflictException e) when (e.Code is "image_not_failed" or "image_active")
        {
            // Somebody else had it drawn again meanwhile: that is what was wanted.
        }
    }

    private async Task DoAsync(Func<Task> command)
    {
        // A second press while the first one is under way is not a second wish.
        if (_busy)
        {
            return;
        }

        (_busy, _error, _stamp) = (true, null, _stamp + 1);
        try
        {
            await command();
            await View.RefreshIfPollingAsync();
        }
        catch (StoryStudioException e)
        {
            _error = e.Message;
        }
        finally
        {
            (_busy, _stamp) = (false, _stamp + 1);
        }
    }
}
