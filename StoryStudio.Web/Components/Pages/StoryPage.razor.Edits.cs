using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Components.Stories;

namespace StoryStudio.Web.Components.Pages;

/// <summary>What the light table does to the words: commands, the steps back and forth, and which rows of a long story are there.</summary>
public sealed partial class StoryPage
{
    // The line may be cut: the page does not stand still for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly List<LeftField> _left = [];

    /// <summary>Called as one scrolls: these rows are to be there.</summary>
    [JSInvokable]
    public void ShowRows(int first, int count)
    {
        (_first, _count) = (Math.Max(0, first), Math.Clamp(count, 1, MostMounted));
        StateHasChanged();
    }

    /// <summary>Called by a jump: the row of a beat, and those around it, are to be there. Returns its place from 0, -1 where there is none.</summary>
    [JSInvokable]
    public int Reveal(string number)
    {
        var index = Row(number);
        if (index < 0 && _kind is not null && Place(s => s.Number == number || s.Id == number) >= 0)
        {
            // Left out, and asked for all the same.
            _kind = null;
            Sift();
            index = Row(number);
            StateHasChanged();
        }

        if (index >= 0 && (index < First || index >= First + Mounted))
        {
            (_first, _count) = (Math.Max(0, index - (Beginning / 2)), Beginning);
            StateHasChanged();
        }

        return index;
    }

    /// <summary>Called by the keys and by dragging: moves a segment before or after another. False where it was refused.</summary>
    [JSInvokable]
    public Task<bool> MoveToAsync(string segmentId, string targetId, bool before) =>
        DoAsync(() => editor.MoveAsync(Id, segmentId, before ? new() { Before = targetId } : new() { After = targetId }));

    /// <summary>Called by the keys: moves a segment by one place.</summary>
    [JSInvokable]
    public async Task NudgeAsync(string segmentId, bool up)
    {
        var index = Place(s => s.Id == segmentId);
        if (index >= 0 && index + (up ? -1 : 1) is var to && to >= 0 && to < _story!.Segments.Count)
        {
            await MoveToAsync(segmentId, _story.Segments[to].Id, up);
        }
    }

    /// <summary>Called by the keys: cuts a segment, with the words that stand in its field and those that they were written upon. False where it was refused.</summary>
    [JSInvokable]
    public Task<bool> SplitAsync(string segmentId, string text, int offset, string basedOn) => DoAsync(
        () => editor.SplitAsync(Id, segmentId, new(offset, text, basedOn)),
        edit => Open(segmentId, edit.Segment!.Id),
        writing: text == basedOn ? null : segmentId);

    /// <summary>Called by the keys: joins a segment, with the words that stand in its field and those that they were written upon, to the one before. False where it was refused.</summary>
    [JSInvokable]
    public Task<bool> JoinBeforeAsync(string segmentId, string text, string basedOn)
    {
        var index = Place(s => s.Id == segmentId);
        return index <= 0 ? Task.FromResult(false) : DoAsync(
            async () =>
            {
                if (text != basedOn)
                {
                    await library.UpdateSegmentAsync(Id, segmentId, new() { Text = text, BasedOn = basedOn });
                }

                return await editor.JoinAsync(Id, _story!.Segments[index - 1].Id);
            },
            edit => Open(segmentId, edit.Segment!.Id),
            writing: segmentId);
    }

    /// <summary>Called by the keys.</summary>
    [JSInvokable]
    public Task DeleteAsync(string segmentId) => DoAsync(() => editor.RemoveAsync(Id, segmentId), offerUndo: true);

    private Task<bool> RenumberAsync() => DoAsync(() => editor.RenumberAsync(Id), offerUndo: true);

    private void Edit(EditWordsEventArgs words)
    {
        if (words.SegmentId is { } id && Place(s => s.Id == id) >= 0)
        {
            _editing.Add(id);
        }
    }

    private Task OrderAsync(SegmentOrder order)
    {
        var id = order.Segment.Id;
        var index = Place(s => s.Id == id);
        if (index < 0)
        {
            return Task.CompletedTask;
        }

        switch (order.Deed)
        {
            case SegmentDeed.Add:
                _addingAfter = id;
                return Task.CompletedTask;
            case SegmentDeed.JoinBefore when index > 0:
                return DoAsync(() => JoinAsync(_story!.Segments[index - 1].Id, id), edit => Open(id, edit.Segment!.Id), offerUndo: true);
            case SegmentDeed.JoinNext:
                return DoAsync(() => JoinAsync(id, id), offerUndo: true);
            case SegmentDeed.MoveUp or SegmentDeed.MoveDown:
                return NudgeAsync(id, order.Deed is SegmentDeed.MoveUp);
            case SegmentDeed.Scene:
                return SceneAsync(order.Segment);
            case SegmentDeed.Delete:
                return DoAsync(() => RemoveAsync(id), offerUndo: true);
            default:
                return Task.CompletedTask;
        }
    }

    /// <summary>What stood in the field is the story's by now: the window's own memory of it is not to come back over what it was joined with.</summary>
    private async Task<StoryEdit> JoinAsync(string first, string written)
    {
        var edit = await editor.JoinAsync(Id, first);
        await ForgetAsync(written);
        return edit;
    }

    /// <summary>So with what is deleted: its words come back by an undo, not in the field of a new page.</summary>
    private async Task<StoryEdit> RemoveAsync(string id)
    {
        var edit = await editor.RemoveAsync(Id, id);
        await ForgetAsync(id);
        return edit;
    }

    private async Task ForgetAsync(string segmentId)
    {
        if (_hands is not null)
        {
            await _hands.InvokeVoidAsync("forget", SegmentEditor.Kept(Id, segmentId));
        }
    }

    private async Task SceneAsync(SegmentDetails segment)
    {
        try
        {
            var saved = await library.UpdateSegmentAsync(Id, segment.Id, new() { HardCut = !segment.HardCut });
            await RereadAsync();
            _said = $"{saved.Number} {(saved.HardCut ? "starts a scene" : "goes on the scene before")}.";
        }
        catch (StoryStudioException e)
        {
            toasts.Show(e.Message);
        }
    }

    private async Task CloseEditorAsync(SegmentDetails segment)
    {
        _editing.Remove(segment.Id);
        await RereadAsync();
        _show = segment.Id;
    }

    private async Task AddedAsync(StoryEdit? edit)
    {
        (var after, _addingAfter) = (_addingAfter, null);
        Keep(edit);
        await RereadAsync();
        _show = edit?.Segment?.Id ?? after;
        _said = edit is null ? _said : $"{edit.Words}.";
    }

    /// <summary>The field goes from one segment to another.</summary>
    private void Open(string from, string to)
    {
        _editing.Remove(from);
        _editing.Add(to);
    }

    /// <param name="command">What is done.</param>
    /// <param name="then">Called once it is done, before the page is read anew.</param>
    /// <param name="offerUndo">Whether the way back is offered.</param>
    /// <param name="back">Where it is itself a step: whether one back.</param>
    /// <param name="writing">The segment whose field holds words that are to meet others in it.</param>
    private async Task<bool> DoAsync(Func<Task<StoryEdit>> command, Action<StoryEdit>? then = null, bool offerUndo = false, bool? back = null, string? writing = null)
    {
        // A second press while the first one is under way is not a second wish.
        if (_busy || _story is null)
        {
            return false;
        }

        _busy = true;
        try
        {
            var edit = await command();
            then?.Invoke(edit);
            Keep(edit);
            await RereadAsync(own: true);
            _show = edit.Segment?.Id;
            _said = $"{(back is { } way ? way ? "Undone: " : "Done again: " : null)}{edit.Words}. {edit.Note}".TrimEnd();
            Withdraw(_word);
            if (offerUndo || back is not null)
            {
                Offer(_said, edit.Step, back);
            }

            return true;
        }
        catch (ConflictException e) when (e.Code == "segment_changed" && writing is not null && _hands is not null)
        {
            // Its field says what came in between, as it does where one saves; the next press knows of it.
            await RereadAsync(own: true);
            await _hands.InvokeVoidAsync("meet", writing);
            return false;
        }
        catch (StoryStudioException e)
        {
            toasts.Show(e.Message);
            if (e is ConflictException)
            {
                // What it was refused for is seen, and which step is the next one now.
                await RereadAsync(own: true);
            }

            return false;
        }
        finally
        {
            _busy = false;
            if (_missed)
            {
                await RereadAsync();
            }

            StateHasChanged();
        }
    }

    /// <summary>After an edit, whoever made it. What reads as it did stays the same objects, and its rows are left alone.</summary>
    private Task RereadAsync() => RereadAsync(own: false);

    /// <param name="own">Whether it follows a command of this window, which says itself what becomes of the fields.</param>
    private async Task RereadAsync(bool own)
    {
        if (_disposed || _view is null)
        {
            return;
        }

        if (_busy && !own)
        {
            // The command that is under way may have brought it about: it has the first word about the fields.
            _missed = true;
            return;
        }

        _missed = false;
        try
        {
            var (story, history) = (await library.GetAsync(Id), await editor.GetHistoryAsync(Id));
            if (_disposed || story.Id != _asked)
            {
                return;
            }

            var before = _story;
            _story = story;
            TakeIn(history);
            Show();
            await _view.RefreshIfPollingAsync();
            var present = story.Segments.ToDictionary(s => s.Id, StringComparer.Ordinal);
            NoteLeft([.. _editing.Where(id => !present.ContainsKey(id))], before);
            NoteLeftNew(before);
            if (_opened is var (segment, style))
            {
                _opened = present.TryGetValue(segment.Id, out var now) && story.Styles.Any(s => s.Key == style.Key) ? (now, style) : null;
                if (_opened is null)
                {
                    await CloseAsync();
                }
            }

            StateHasChanged();
            if (_left.Count > 0)
            {
                await InheritAsync();
                StateHasChanged();
            }
        }
        catch (NotFoundException)
        {
            // Deleted meanwhile: the page stays as it stood, and the next command says so.
        }
    }

    /// <summary>Fields whose segments are gone, mostly by another window.</summary>
    private void NoteLeft(IReadOnlyList<string> gone, StoryDetails? before)
    {
        foreach (var id in gone)
        {
            _editing.Remove(id);
            Leave(id, isNew: false, before);
        }
    }

    /// <summary>So it is with a new page that is written where the one above it goes, or is joined to another.</summary>
    private void NoteLeftNew(StoryDetails? before)
    {
        if (_addingAfter is { } id && Place(s => s.Id == id) < 0)
        {
            _addingAfter = null;
            Leave(id, isNew: true, before);
        }
    }

    private void Leave(string id, bool isNew, StoryDetails? before)
    {
        if (before?.Segments.FirstOrDefault(s => s.Id == id) is { } left)
        {
            var present = _story!.Segments.Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
            var after = before.Segments.TakeWhile(s => s.Id != id).LastOrDefault(s => present.Contains(s.Id))?.Id ?? _story.Segments[0].Id;
            _left.Add(new(left, after, isNew));
        }
    }

    /// <summary>
    /// What was written in such a field, and nobody has, goes into the field of a new page where it stood. While the line is cut the browser does not
    /// hear of it: its words lie there, and it is told with the next change.
    /// </summary>
    private async Task InheritAsync()
    {
        try
        {
            while (_hands is not null && _left is [var field, ..])
            {
                var (left, after, isNew) = field;
                var from = isNew ? SegmentAdder.Kept(Id, left.Id) : SegmentEditor.Kept(Id, left.Id);
                var hasWords = await _hands.InvokeAsync<bool>("inherit", Patience, from, SegmentAdder.Kept(Id, after), isNew ? "" : left.Text);
                _left.Remove(field);
                if (hasWords)
                {
                    _addingAfter = after;
                    toasts.Show(isNew
                        ? $"{left.Number} is gone, and you were writing a new page after it. What you wrote stands after {_story?.Segments.FirstOrDefault(s => s.Id == after)?.Number ?? "another"} now, to be added or left."
                        : $"{left.Number} is gone, and with it a field with words of yours. They stand in the field of a new page now, to be added or left.");
                }
            }
        }
        catch (Exception failure) when (failure is JSException or JSDisconnectedException or OperationCanceledException)
        {
            // With the next change.
        }
    }

    private int Place(Func<SegmentDetails, bool> which)
    {
        for (var i = 0; i < (_story?.Segments.Count ?? 0); i++)
        {
            if (which(_story!.Segments[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <param name="Segment">What it belonged to, which is gone.</param>
    /// <param name="After">The segment after which its words are to stand.</param>
    /// <param name="IsNew">Whether it was for a new page after that one, and not for its own words.</param>
    private sealed record LeftField(SegmentDetails Segment, string After, bool IsNew);
}
