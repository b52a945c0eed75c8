using Microsoft.JSInterop;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Shared;

namespace StoryStudio.Web.Components.Pages;

/// <summary>The steps back and forth, and what is offered of them: as long as it holds.</summary>
public sealed partial class StoryPage
{
    private readonly List<(Toast Toast, long Step, bool Back)> _offers = [];

    // Of toasts whose deeds are older than some step: which step was the newest before that.
    private Dictionary<Toast, long> _upon = [];
    private Toast? _word;

    /// <summary>Called by the keys. Back goes first what was done last, be it no step of the words, while its own way back is offered.</summary>
    [JSInvokable]
    public Task StepByKeyAsync(bool back) =>
        back && !_busy && toasts.Toasts.LastOrDefault(IsNewest) is { } newest ? toasts.UndoAsync(newest) : StepAsync(back);

    private Task<bool> StepAsync(bool back) => StepAsync(back, step: null);

    private Task<bool> StepAsync(bool back, long? step) => DoAsync(() => back ? editor.UndoAsync(Id, step) : editor.RedoAsync(Id, step), back: back);

    private bool IsNewest(Toast toast) => toast.IsUndo && (!_upon.TryGetValue(toast, out var step) || Newest(_history) <= step);

    private static long Newest(EditHistory? history) => history?.Undo?.Step ?? 0;

    /// <param name="said">What was done.</param>
    /// <param name="step">The step that it was; 0 where nothing changed.</param>
    /// <param name="back">Where it was itself one back or forth: whether back. The word of such a one stands until the next.</param>
    private void Offer(string said, long step, bool? back)
    {
        var toast = toasts.Show(said, step == 0 ? null : () => StepAsync(back is not true, step), back is true ? "Do again" : Toast.UndoWay);
        _word = back is null ? null : toast;
        _offers.Add((toast, step, back is not true));
    }

    private void Withdraw(Toast? toast)
    {
        if (toast is not null)
        {
            toasts.Dismiss(toast);
        }
    }

    /// <summary>Which steps there are now, whoever took one: a toast that would undo what is undone goes.</summary>
    private void TakeIn(EditHistory history)
    {
        var before = Newest(_history);
        if (_history is not null && Newest(history) > before)
        {
            _upon = toasts.Toasts.ToDictionary(t => t, t => _upon.GetValueOrDefault(t, before));
        }

        _history = history;
        foreach (var (toast, _, _) in _offers.Where(o => o.Back ? Newest(history) < o.Step : history.Redo?.Step != o.Step).ToList())
        {
            Withdraw(toast);
        }

        _offers.RemoveAll(o => !toasts.Toasts.Contains(o.Toast));
    }

    /// <summary>Another story has steps of its own.</summary>
    private void ForgetSteps()
    {
        _offers.ForEach(o => Withdraw(o.Toast));
        _offers.Clear();
        _upon.Clear();
        (_word, _history) = (null, null);
    }
}
