using System.Text;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Wizard;

namespace StoryStudio.Web.Components.Pages;

/// <summary>What is kept of a draft on the server while it is worked on, and what another window did to it meanwhile.</summary>
public sealed partial class NewStory
{
    private Task<bool> KeepAsync() => KeepAtAsync(_step);

    // Whether there was room for it; where there was none, that is said.
    private async Task<bool> KeepAtAsync(DraftStep step, bool isTyping = true)
    {
        _changes++;
        _unkept = false;
        // One after the other: what this window kept itself is not another window's.
        await _keeping.WaitAsync();
        try
        {
            return _draftId is not { } id || _session is null || await KeepNowAsync(id, step, isTyping);
        }
        finally
        {
            _keeping.Release();
        }
    }

    private async Task<bool> KeepNowAsync(string id, DraftStep step, bool isTyping)
    {
        try
        {
            string written;
            while (true)
            {
                WriteDown();
                written = _work.Write();
                var fields = _work.Cast.SelectMany((m, i) => new[] { (NameField(i), m.Name), (LookField(i), m.Description) }).Append((TitleField, _title)).ToDictionary(f => f.Item1, f => f.Item2, StringComparer.Ordinal);
                var title = _title;
                if (await Drafts.KeepWorkAsync(id, title, step, written, _stand) is { } theirs)
                {
                    isTyping = false;
                    await TakeInAsync(id, theirs);
                    continue;
                }

                _stand = new(title.Trim(), _session!.Text, written);
                _errors = NotKept.Length > 0 ? NoErrors : _errors;
                await _browser!.InvokeVoidAsync("settled", id, isTyping ? fields : null);
                return true;
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The window is gone, or away for long; what it held is kept.
        }
        catch (NotFoundException)
        {
            _gone = true;
            Toasts.Show($"{Gone} What you do here is not kept.");
        }
        catch (StorageUnavailableException e)
        {
            // What is typed next, or the next step, tries again; the window still has it.
            _unkept = true;
            Toasts.Show(e.Message);
            return false;
        }
        catch (InvalidInputException e)
        {
            _errors = e.Errors;
        }

        return true;
    }

    private void WriteDown() => _work = _work with { Edits = [.. _session!.Edits], Styles = _styles, Of = _session.Mark };

    // Whoever comes back to a step finds there what another window did meanwhile.
    private async Task CatchUpAsync(string id)
    {
        await _keeping.WaitAsync();
        try
        {
            if (_session is not null && _stand is not null && await FindAsync(id) is { } draft && DraftStand.Of(draft) is var stand && stand != _stand)
            {
                WriteDown();
                await TakeInAsync(id, stand);
            }
        }
        finally
        {
            _keeping.Release();
        }
    }

    // Another window kept something of this draft: that and what was done here stand beside each other.
    private async Task TakeInAsync(string id, DraftStand theirs)
    {
        var since = _stand ?? theirs;
        var (before, mine, other) = (DraftWork.Read(since.Work), _work, DraftWork.Read(theirs.Work));
        _work = DraftMerge.Merge(before, mine, other);
        _title = _title.Trim() == since.Title ? TitleOr(theirs.Title, theirs.Text) : _title;
        _stand = theirs;
        TakeStyles();
        var old = _session!;
        var isRewritten = theirs.Text != old.Text;
        if ((isRewritten || !DraftMerge.HasSamePages(_work, mine)) && await ReadAsync(theirs.Text) is { } session)
        {
            _session = session;
            if (isRewritten)
            {
                using var text = new DotNetStreamReference(new MemoryStream(Encoding.UTF8.GetBytes(theirs.Text)));
                await _browser!.InvokeVoidAsync("open", id, theirs.Title, text);
                _desk++;
                _dropped = false;
                if (mine.HasPages)
                {
                    // It may have been changed here as well, before somebody came back to the pages by the browser's own way.
                    Toasts.Show(MadeAnew, () => InvokeAsync(() => HaveTextAsync(id, (old, mine), new(theirs.Title, theirs.Text))));
                }
                else
                {
                    Toasts.Show("The text was changed in another window. These are the pages that it makes now.");
                }
            }
            else
            {
                Toasts.Show("The pages were changed in another window. They are here as well now.", () => InvokeAsync(() => HavePagesAsync(id, mine)));
            }
        }
        else if (!DraftMerge.HasSamePages(before, other) && !DraftMerge.HasSamePages(mine, other))
        {
            Toasts.Show("The pages were changed in another window too. Those of this one are kept.", () => InvokeAsync(() => HavePagesAsync(id, other)));
        }

        StateHasChanged();
    }

    // A draft that was left for its text, and come back to by that alone: with what was done to it and chosen for it before.
    private async Task ComeBackAsync(string id, string text)
    {
        if (await FindAsync(id) is { Work.Length: > 0 } draft)
        {
            _work = DraftWork.Read(draft.Work);
            TakeStyles();

            // Where the server has still the text that the pages were made of, they can be gone back to.
            _session = await ReadAsync(_work.HasPages && _work.Of == DraftWork.MarkOf(draft.Text) ? draft.Text : text);
        }
    }

    // A file took the place of the text of this draft, which stays as it was: the page goes on with the file's, and with who was accepted and what was chosen so far.
    private async Task GoOnAsOtherAsync((string Draft, string? Aside) other)
    {
        if (_draftId is null)
        {
            if (other.Aside is null || await FindAsync(other.Aside) is not { Work.Length: > 0 } left)
            {
                return;
            }

            // Its text alone had come back, left at its first step.
            _work = DraftWork.Read(left.Work);
            TakeStyles();
        }

        var id = other.Draft;
        if (await FindAsync(id) is not { } draft)
        {
            return;
        }

        var work = _work with { Edits = [], Pages = null, Of = null, Styles = _styles };
        try
        {
            await Drafts.KeepWorkAsync(id, draft.Title, DraftStep.Text, work.Write());
        }
        catch (NotFoundException)
        {
            // Discarded in another window at once; the next step says so.
        }

        (_draftId, _title, _session, _work, _stand, _gone) = (id, draft.Title, null, work, new(draft.Title, draft.Text, work.Write()), false);
        Navigation.NavigateTo(DraftShelf.Address(id, DraftStep.Text));
    }

    // The pages as one window had them, in place of those of another: neither is lost for having been the earlier one.
    private async Task HavePagesAsync(string id, DraftWork pages)
    {
        if (_draftId != id || _session is null)
        {
            return;
        }

        WriteDown();
        _work = _work with { Edits = pages.Edits, Pages = pages.Pages, Of = pages.Of };
        if (await ReadAsync(_session.Text) is { } session)
        {
            _session = session;
            await KeepAsync();
            StateHasChanged();
        }
    }

    // Text and pages as they were before another text was sent, in place of what came of that, whichever step one is at by now. Not where
    // the text was changed once more.
    private async Task HaveTextAsync(string id, (DraftSession Session, DraftWork Work) before, WrittenStory sent)
    {
        IReadOnlyList<string> seen = [TextMark.Of(sent.Text)];
        if (_left || _draftId != id)
        {
            var draft = await Drafts.GetAsync(id);
            await Drafts.KeepTextAsync(id, title: null, before.Session.Text, seen);
            await Drafts.KeepWorkAsync(id, TitleBefore(draft.Title), draft.Step, WithPagesOf(DraftWork.Read(draft.Work)).Write());
            return;
        }

        // What is typed and on its way is another change.
        await _browser!.InvokeVoidAsync("flush");
        await _keeping.WaitAsync();
        try
        {
            await Drafts.KeepTextAsync(id, title: null, before.Session.Text, seen);
            _stand = _stand! with { Text = before.Session.Text };
        }
        finally
        {
            _keeping.Release();
        }

        WriteDown();
        var (title, isProposed) = (TitleBefore(_title), _title == TitleOr(sent.Title, sent.Text));
        (_session, _work, _title, _dropped) = (before.Session, WithPagesOf(_work), title, false);
        using var text = new DotNetStreamReference(new MemoryStream(Encoding.UTF8.GetBytes(before.Session.Text)));
        await _browser!.InvokeVoidAsync("adopt", id, isProposed ? sent.Title : title, text);
        _desk++;
        await KeepAsync();
        StateHasChanged();

        DraftWork WithPagesOf(DraftWork work) => work with { Edits = before.Work.Edits, Pages = before.Work.Pages, Of = before.Work.Of };

        // One that nobody gave follows the text.
        string TitleBefore(string now) => now == TitleOr(sent.Title, sent.Text) ? TitleOr(sent.Title, before.Session.Text) : now;
    }

    private async Task TitledAsync()
    {
        await _browser!.InvokeVoidAsync("keepTitle", _title);
        await KeepSoonAsync();
    }

    // While somebody types; what comes after waits for nothing.
    private async Task KeepSoonAsync()
    {
        var change = ++_changes;
        _unkept = true;
        await Task.Delay(Pause, Clock);
        if (change == _changes)
        {
            await KeepAsync();
        }
    }
}
