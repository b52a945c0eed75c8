using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Stories;
using StoryStudio.Web.Components.Wizard;

namespace StoryStudio.Web.Components.Pages;

/// <summary>
/// From a text to a story: the text, its pages, its cast, its styles. The address says which draft and which step, so that the browser's own
/// ways back and forth serve; the server keeps the draft after every step, and the text while it is written.
/// </summary>
public sealed partial class NewStory : ComponentBase, IAsyncDisposable
{
    private const string MadeAnew = "The pages were made anew from the changed text.";
    private const string Gone = "This draft was discarded, or made a story of, in another window.";

    private static readonly (DraftStep Step, string Name)[] Steps =
        [(DraftStep.Text, "Text"), (DraftStep.Pages, "Pages"), (DraftStep.Cast, "Cast"), (DraftStep.Styles, "Styles")];

    private static readonly Dictionary<string, string[]> NoErrors = new(StringComparer.Ordinal);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private DraftStep _step;
    private DraftSession? _session;
    private DraftWork _work = DraftWork.Nothing;
    private DraftStand? _stand;
    private bool _gone;
    private string? _draftId;
    private string _title = "";
    private List<string> _styles = [];
    private (StoryDraft, IReadOnlyList<DraftMember>, List<string>)? _estimated;
    private string? _estimate;
    private IReadOnlyDictionary<string, string[]> _errors = NoErrors;
    private bool _loading;
    private bool _busy;
    private bool _moved;
    private bool _following;
    private bool _unkept;
    private bool _left;
    private bool _dropped;
    private int _changes;
    private int _desk;
    private ElementReference _heading;
    private IJSObjectReference? _browser;
    private readonly SemaphoreSlim _keeping = new(1, 1);

    [Parameter]
    public string? DraftId { get; set; }

    [SupplyParameterFromQuery(Name = "step")]
    public string? At { get; set; }

    private string Heading => _step switch
    {
        DraftStep.Text => "A new story",
        DraftStep.Pages => "The pages it makes",
        DraftStep.Cast => "Who and what is in it",
        _ => "How it will look",
    };

    private const string TitleField = "title";

    private int Pictures => _session!.Draft.Segments.Length * _styles.Count;

    private string CreateWords => _busy ? "Creating…" : _styles.Count == 0 ? "Create and illustrate" : $"Create and illustrate {Words.Count(Pictures, "picture")}";

    // What is said beside no field of its own.
    private List<string> Others => [.. _errors.Where(e => e.Key is not ("title" or "styles" or "work")).SelectMany(e => e.Value).Distinct(StringComparer.Ordinal)];

    // Whatever step it is, nobody is to rely on what will be gone.
    private string[] NotKept => Of("work");

    protected override void OnInitialized()
    {
        _styles = [.. Previews.Styles.Select(s => s.Key)];
        _loading = DraftId is not null;
    }

    protected override Task OnParametersSetAsync() => _browser is null ? Task.CompletedTask : FollowAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _browser = await Script.InvokeAsync<IJSObjectReference>("import", "./js/draft.js");
            await FollowAsync();
            StateHasChanged();
        }
        else if (_moved && !_loading)
        {
            _moved = false;
            await _heading.FocusAsync();
        }

        await EstimateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _left = true;
        try
        {
            // Left within the second in which somebody typed.
            if (_unkept)
            {
                await KeepAsync();
            }

            if (_browser is not null)
            {
                await _browser.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The window is gone, and its script with it.
        }
        catch (Exception e) when (StorageFaults.IsUnavailable(e))
        {
            // The window that it was typed in still has it.
        }
    }

    // Goes where the address says: to a draft, and to as much of its steps as there is something for.
    private async Task FollowAsync()
    {
        if (_following)
        {
            return;
        }

        _following = true;
        try
        {
            (string?, string?) followed;
            do
            {
                followed = (DraftId, At);
                await FollowOnceAsync();
            }
            while (followed != (DraftId, At));
        }
        finally
        {
            (_following, _loading) = (false, false);
        }
    }

    private async Task FollowOnceAsync()
    {
        if (DraftId is null)
        {
            await BeginAsync();
        }
        else if (await OpenAsync(DraftId))
        {
            var step = Enum.TryParse<DraftStep>(At, ignoreCase: true, out var wanted) && Enum.IsDefined(wanted) && _session is not null ? wanted : DraftStep.Text;
            (_moved, _step) = (_moved || step != _step, step);
            if (step is not DraftStep.Text && _dropped)
            {
                // Its text was changed since, and the step was opened by its address.
                _dropped = false;
                Toasts.Show(MadeAnew);
            }
        }
    }

    private async Task BeginAsync()
    {
        (_step, _session, _work, _title, _draftId, _stand, _gone, _dropped) = (DraftStep.Text, null, DraftWork.Nothing, "", null, null, false, false);
        if (Carrier.Take() is { } carried)
        {
            try
            {
                await SplitAsync(carried);
            }
            catch (ConflictException e) when (e.Code == "draft_changed")
            {
                // The text is in the form, which says what it met.
            }

            return;
        }

        // The draft that this browser was at, where it was left; one that is still being written stands in the form already.
        if (await _browser!.InvokeAsync<bool>("hasText") && await FindAsync(await _browser!.InvokeAsync<string>("draftId")) is { Step: not DraftStep.Text } draft)
        {
            Navigation.NavigateTo(DraftShelf.Address(draft.Id, draft.Step), replace: true);
        }
    }

    private async Task<bool> OpenAsync(string id)
    {
        if (_draftId == id)
        {
            await CatchUpAsync(id);
            return true;
        }

        _loading = true;
        if (await FindAsync(id) is not { } draft)
        {
            Toasts.Show("There is no such draft: it was discarded, or a story was made of it.");
            Navigation.NavigateTo("/new", replace: true);
            return false;
        }

        (_draftId, _title, _work, _session, _stand, _gone) = (draft.Id, draft.Title, DraftWork.Read(draft.Work), null, DraftStand.Of(draft), false);
        // Typed in this window, and not kept before it was read anew.
        var typed = await _browser!.InvokeAsync<Dictionary<string, string>>("words", id);
        _work = _work with { Cast = [.. _work.Cast.Select((m, i) => m with { Name = typed.GetValueOrDefault(NameField(i), m.Name), Description = typed.GetValueOrDefault(LookField(i), m.Description) })] };
        _title = typed.GetValueOrDefault(TitleField, _title);

        TakeStyles();
        if (await ReadAsync(draft.Text) is { } session)
        {
            _session = session;
            _title = TitleOr(_title, draft.Text);
        }

        using var text = draft.Text.Length == 0 ? null : new DotNetStreamReference(new MemoryStream(Encoding.UTF8.GetBytes(draft.Text)));
        await _browser!.InvokeVoidAsync("open", draft.Id, draft.Title, text);
        _desk++;
        if (typed.Count > 0)
        {
            await KeepAtAsync(draft.Step);
        }

        return true;
    }

    private void TakeStyles()
    {
        if (_work.Styles is { } styles)
        {
            _styles = [.. Previews.Styles.Select(s => s.Key).Where(styles.Contains)];
        }
    }

    // The pages of a text, as far as they were worked on; null where there is nothing to read in it.
    private async Task<DraftSession?> ReadAsync(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var (mark, known) = (DraftWork.MarkOf(text), _work);
        var work = known.For(mark);
        var session = await Task.Run(() => new DraftSession(text, work.Pages));
        if (session.Draft.Segments.IsEmpty)
        {
            return null;
        }

        session.Replay(work.Edits);
        _work = _work with { Pages = work.Pages };
        _dropped = !ReferenceEquals(work, known) && known.HasPages;
        return session;
    }

    private async Task<KeptDraft?> FindAsync(string id)
    {
        try
        {
            return await Drafts.GetAsync(id);
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    private async Task SplitAsync(WrittenStory story)
    {
        // The form's own draft: where a file took the place of a text, it is another one than before.
        var id = await _browser!.InvokeAsync<string>("draftId");
        if (_draftId is null)
        {
            // Where a file took the place of one's text, with who was accepted beside that.
            await ComeBackAsync(story.Aside ?? id, story.Text);
        }

        var (session, work, old) = (_session, _work, _session);
        var done = session is null ? null : work with { Edits = [.. session.Edits], Of = session.Mark };
        var before = session?.Text == story.Text && session.Edits.Count > 0 ? done : null;
        if (story.Work is { } brought)
        {
            // Who was accepted on the way is not gone for a file that says nothing of them.
            work = brought with { Cast = DraftMerge.WithAccepted(brought.Cast, work.Cast), Dismissed = work.Dismissed };
            session = await Task.Run(() => new DraftSession(story.Text, brought.Pages));
        }
        else if (session is null || !string.Equals(session.Text, story.Text, StringComparison.Ordinal))
        {
            // Seconds for a text of megabytes; the window stays awake meanwhile.
            (session, work) = (await Task.Run(() => new DraftSession(story.Text)), work with { Pages = null });
        }

        if (session.Draft.Segments.IsEmpty)
        {
            throw new InvalidInputException("text", "There is nothing to read in this text.");
        }

        // A text that is as this window knew it says nothing against what another did meanwhile: neither to the text nor to its pages.
        var isAsKnown = _draftId == id && _stand?.Text == story.Text && ReferenceEquals(session, _session);
        if (isAsKnown && await FindAsync(id) is { } kept && kept.Text != story.Text)
        {
            await GoAsync(DraftStep.Pages);
            return;
        }

        try
        {
            await Drafts.KeepTextAsync(id, story.Title, story.Text, story.BasedOn);
        }
        catch (NotFoundException)
        {
            // Discarded, or made a story of, in another window: this is a draft of its own from here.
            id = Ids.New(Clock.GetUtcNow());
            await Drafts.KeepTextAsync(id, story.Title, story.Text);
        }

        // What another window did to the same draft is not taken back by a text that is read anew.
        var stand = DraftStand.Of(await Drafts.GetAsync(id));
        work = work with { Edits = [.. session.Edits], Of = session.Mark, Settled = story.IsSettled ? session.Mark : work.Settled };
        isAsKnown &= _draftId == id;
        work = _stand is null || isAsKnown || _draftId != id ? work : DraftMerge.Merge(DraftWork.Read(_stand.Work), work, DraftWork.Read(stand.Work)) with { Edits = work.Edits, Pages = work.Pages, Of = work.Of, Settled = work.Settled };
        (_draftId, _session, _work, _title, _stand, _gone) = (id, session, work, TitleOr(story.Title, story.Text), isAsKnown ? _stand : stand, false);
        if (story.Work?.Styles is { } styles && Previews.Styles.Select(s => s.Key).Where(styles.Contains).ToList() is { Count: > 0 } known)
        {
            _styles = known;
        }

        using var text = new DotNetStreamReference(new MemoryStream(Encoding.UTF8.GetBytes(story.Text)));
        await _browser!.InvokeVoidAsync("adopt", id, story.Title, text);
        await GoAsync(DraftStep.Pages);
        if (story.Aside is { } aside)
        {
            Toasts.Show("What was written before is kept, as a draft of its own.", () => InvokeAsync(() => Navigation.NavigateTo(DraftShelf.Address(aside, DraftStep.Text))), "Go back to it");
        }
        else if (story.Work is not null && before is not null)
        {
            Toasts.Show("The pages are as the file has them.", () => InvokeAsync(() => HavePagesAsync(id, before)));
        }
        else if (story.Work is null && old is not null && !ReferenceEquals(session, old) && done!.HasPages)
        {
            Toasts.Show(MadeAnew, () => InvokeAsync(() => HaveTextAsync(id, (old, done), story)));
        }
        else if (story.Work is null && _dropped)
        {
            // The text that they were made of is kept nowhere any more.
            Toasts.Show(MadeAnew);
        }

        _dropped = false;
    }

    // What was said of a text holds while it is that text, in whichever window it was said.
    private async Task<bool> IsSettledAsync(string text)
    {
        var work = _draftId is null && await FindAsync(await _browser!.InvokeAsync<string>("draftId")) is { } draft ? DraftWork.Read(draft.Work) : _work;
        return work.Settled == DraftWork.MarkOf(text);
    }

    private async Task GoAsync(DraftStep step)
    {
        (_errors, _moved) = (NoErrors, true);
        await KeepAtAsync(step);
        if (_draftId is { } id)
        {
            Navigation.NavigateTo(DraftShelf.Address(id, step));
        }
    }

    private async Task ChooseAsync(IReadOnlyList<string> styles)
    {
        (_styles, _errors) = ([.. styles], NoErrors);
        await KeepAsync();
    }

    private Task CastAsync((IReadOnlyList<DraftMember> Cast, IReadOnlyList<string> Dismissed) changed)
    {
        // Whoever comes, goes or becomes a place is kept at once.
        var isTyping = changed.Cast.Select(m => m.Kind).SequenceEqual(_work.Cast.Select(m => m.Kind)) && changed.Dismissed.Count == _work.Dismissed.Count;
        (_work, _errors) = (_work with { Cast = changed.Cast, Dismissed = changed.Dismissed }, NoErrors);
        return isTyping ? KeepSoonAsync() : KeepAtAsync(_step, isTyping: false);
    }

    private Task RestoreAsync((string DraftId, int Index, DraftMember Member) removed) => removed.DraftId == _draftId
        ? CastAsync(([.. _work.Cast.Take(removed.Index), removed.Member, .. _work.Cast.Skip(removed.Index)], _work.Dismissed))
        : Task.CompletedTask;

    private async Task StartAnotherAsync()
    {
        await KeepAsync();
        await _browser!.InvokeVoidAsync("leave");
        _desk++;
        Navigation.NavigateTo("/new");
    }

    private async Task CreateAsync(bool illustrate)
    {
        // A second press while the first one is under way is not a second story.
        if (_busy)
        {
            return;
        }

        if (_styles.Count == 0)
        {
            _errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["styles"] = ["Choose at least one style."] };
            return;
        }

        var (shown, wasGone) = (Pictures, _gone);
        (_busy, _errors) = (true, NoErrors);
        StateHasChanged();
        string id;
        try
        {
            // With what another window did to the draft, and not twice.
            if (!await KeepAsync())
            {
                _busy = false;
                return;
            }

            _errors = NoErrors;
            var stop = _gone && !wasGone ? $"{Gone} Press once more to make another story of it." : Pictures != shown ? "This was changed in another window. Look at it once more." : null;
            if (stop is not null)
            {
                (_busy, _errors) = (false, new Dictionary<string, string[]>(StringComparer.Ordinal) { ["draft"] = [stop] });
                return;
            }

            id = (await Stories.CreateAsync(ToStory(_session!.Draft, _work.Cast, _styles) with { Title = _title })).Id;
        }
        catch (InvalidInputException e)
        {
            (_busy, _errors) = (false, e.Errors);
            if (e.Errors.Keys.Any(k => k.StartsWith("characters", StringComparison.Ordinal)))
            {
                var errors = _errors;
                await GoAsync(DraftStep.Cast);
                _errors = errors;
            }

            return;
        }
        catch (StorageUnavailableException e)
        {
            _busy = false;
            Toasts.Show(e.Message);
            return;
        }

        // Before anything that asks the window, which may be gone by now: what was wanted of the story does not go with it.
        await StartAsync(id, illustrate);
        await LeaveDraftAsync(id);
        Navigation.NavigateTo($"/stories/{id}");
    }

    // What it comes to, once for each state of pages, cast and styles; the window stays awake meanwhile.
    private async Task EstimateAsync()
    {
        if (_step is not DraftStep.Styles || _session is not { Draft: var draft } || _styles.Count == 0 || IsEstimated(draft, _work.Cast, _styles))
        {
            return;
        }

        var (cast, styles) = (_work.Cast, _styles);
        _estimated = (draft, cast, styles);
        string? estimate = null;
        try
        {
            // Whoever has no name yet looks like nobody.
            estimate = await Task.Run(() => Estimate.Words(ToStory(draft, [.. cast.Where(m => !string.IsNullOrWhiteSpace(m.Name))], styles)));
        }
        catch (InvalidInputException)
        {
            // Making the story says what is wrong with it.
        }

        if (IsEstimated(draft, cast, styles))
        {
            _estimate = estimate;
            StateHasChanged();
        }
    }

    private bool IsEstimated(StoryDraft draft, IReadOnlyList<DraftMember> cast, List<string> styles) =>
        _estimated is { } last && ReferenceEquals(last.Item1, draft) && ReferenceEquals(last.Item2, cast) && ReferenceEquals(last.Item3, styles);

    private static Core.Stories.NewStory ToStory(StoryDraft draft, IReadOnlyList<DraftMember> cast, List<string> styles) => new()
    {
        Segments = DraftNames.Cast(draft.ToNewSegments(), cast),
        Styles = styles,
        Characters = [.. cast.Select(m => new NewCharacter(m.Name, m.Description) { Kind = m.Kind, Aliases = m.Aliases })],
    };

    // The story is made: neither is it a draft any longer, nor are names proposed that were dismissed on the way.
    private async Task LeaveDraftAsync(string storyId)
    {
        _changes++;
        var draft = _draftId;
        (_draftId, _unkept) = (null, false);
        try
        {
            foreach (var names in _work.Dismissed.Chunk(Character.MaxAliases))
            {
                await CastBook.DismissAsync(storyId, names);
            }

            if (draft is not null)
            {
                await Drafts.DiscardAsync(draft);
            }
        }
        catch (StoryStudioException)
        {
            // Discarded in another window meanwhile; the story stands.
        }

        try
        {
            await _browser!.InvokeVoidAsync("forget");
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The window is gone, or away for long; the story stands.
        }
    }

    // What keeps its pictures from being begun is said on the story's own page.
    private async Task StartAsync(string id, bool illustrate)
    {
        try
        {
            if (illustrate)
            {
                await Illustrator.StartAsync(id, new RunRequest());
            }
        }
        catch (StoryStudioException e)
        {
            Toasts.Show(e.Message);
        }
    }

    private string[] Of(string field) => _errors.GetValueOrDefault(field) ?? [];

    private static string NameField(int index) => $"name-{index}";

    private static string LookField(int index) => $"look-{index}";

    private static string TitleOr(string title, string text) =>
        string.IsNullOrWhiteSpace(title) ? StorySplitter.ProposeTitle(text) ?? "Untitled" : title.Trim();
}
