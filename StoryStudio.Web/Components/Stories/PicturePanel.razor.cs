using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Characters;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Components.Runs;
using StoryStudio.Web.Components.Uploads;
using StoryStudio.Web.Components.Wizard;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Stories;

public sealed partial class PicturePanel
{
    private IReadOnlyList<ImageVersionDetails> _versions = [];
    private IReadOnlyList<AttemptDetails> _attempts = [];
    private int _madeFrom;
    private (ImageStatus? Status, int? Chosen, int? Attempt)? _loaded;
    private ElementReference _list;
    private bool _return;
    private int _edits;
    private bool _busy;
    private Upload? _upload;
    private string? _uploadFor;
    private bool _andLock = true;
    private bool _wholePrompt;
    private string _prompt = "";
    private string _promptBegan = "";
    private string _instruction = "";
    private string? _error;
    private string? _said;
    private bool _isNext;

    [Parameter, EditorRequired]
    public IStoryView View { get; set; } = default!;

    [Parameter, EditorRequired]
    public SegmentDetails Segment { get; set; } = default!;

    [Parameter, EditorRequired]
    public StyleSummary Style { get; set; } = default!;

    [Parameter]
    public PictureShape Shape { get; set; } = PictureShape.Default;

    [Parameter]
    public EventCallback OnClose { get; set; }

    protected override object Subject => (View, Segment.Id, Style.Key);

    protected override object? Shown =>
        ((Image?.Status, Image?.ChosenVersion, Image?.Attempt, Image?.Stale, Image?.Lock, View.IsPaused(Image)), (_versions, _attempts, _madeFrom), (_busy, _return, _upload, _upload?.Words, _wholePrompt, _error, _edits, Said, string.IsNullOrWhiteSpace(_instruction)), Segment, Style);

    private string? Said => _isNext ? QueueWords.SaidNext("It", View.IsPaused(Image)) : _said;

    private ImageState? Image => View.Find(Segment.Id, Style.Key);

    // By its id: numbers move when a page comes before it.
    private string Kept => $"{View.StoryId}.{Segment.Id}.{Style.Key}";

    private bool IsBeingMade => Image?.Status is ImageStatus.Pending or ImageStatus.InProgress;

    private bool IsLocked => Image is { Lock: not null };

    /// <summary>Whether a picture of one's own cannot be taken in just now.</summary>
    private bool IsTaken => _busy || IsLocked || Image?.IsActive() is true;

    private string Along => VersionWords.Along(
        Image is { Url: not null },
        Image is { MediaType: { } type } && Providers.For(Style.Key).Capabilities is { MaxReferences: > 0 } can && can.ReferenceFormats.Contains(type, StringComparer.Ordinal));

    /// <summary>What becomes of others once this is another.</summary>
    private string? MadeFrom => _madeFrom == 0 || IsBeingMade || IsLocked ? null : VersionWords.MadeFrom(_madeFrom);

    private string DrawWords => this switch
    {
        { IsBeingMade: true } => View.IsPaused(Image) ? PictureWords.Paused : Image?.Status is ImageStatus.Pending ? "Waiting" : "Drawing",
        { IsLocked: true } => "Locked",
        { Image: null or { Url: null } } => "Draw this picture",
        { _wholePrompt: false } when !string.IsNullOrWhiteSpace(_instruction) => "Change this picture",
        _ => "Draw again",
    };

    private Dollars Dollars => Dollars.Among([Image?.CostUsd, .. _attempts.Select(a => a.CostUsd)]);

    private string Facts => string.Join(", ", new[]
    {
        Image is { Url: not null, Provider: { } provider } ? AttemptWords.Provider(provider, Image.Model) : null,
        Image is { Url: not null, Width: { } width, Height: { } height } ? $"{width} × {height}" : null,
        Image is { Url: not null } ? AttemptWords.Cost(Image.Provider, Image.CostUsd, Dollars) : null,
    }.Where(f => f is not null));

    protected override IDisposable Subscribe(Action changed)
    {
        (_versions, _attempts, _madeFrom, _loaded, _said, _isNext, _error, _return) = ([], [], 0, null, null, false, null, false);
        return View.OnImage(Segment.Id, Style.Key, changed);
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task OnChangedAsync() => LoadAsync();

    // The button is gone with what it was for.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_return && _versions.Count > 0 && Image?.CanBeKept() is not true)
        {
            _return = false;
            await _list.FocusAsync(preventScroll: true);
        }
    }

    // Progress brings no version and no attempt; only what does is asked for.
    private async Task LoadAsync()
    {
        var image = Image;
        var at = (image?.Status, image?.ChosenVersion, image?.Attempt);
        if (image is null || _loaded == at)
        {
            return;
        }

        // What was said of it was said of how it stood then.
        (_said, _isNext) = _loaded is null ? (_said, _isNext) : (null, false);
        _loaded = at;
        try
        {
            var details = await Illustrator.GetImageAsync(image.StoryId, Segment.Number, Style.Key);
            _versions = await Illustrator.GetVersionsAsync(image.Id);
            _attempts = details.Attempts;
            _madeFrom = await Desk.CountMadeFromAsync([image.Id]);
        }
        catch (NotFoundException)
        {
            // The story went while its picture was open; the page says so itself.
            (_versions, _attempts, _madeFrom) = ([], [], 0);
        }
    }

    private void TogglePrompt()
    {
        _wholePrompt = !_wholePrompt;
        if (_prompt.Length == 0 || _prompt == _promptBegan)
        {
            _prompt = _promptBegan = PromptComposer.Scene(Segment.Text, Segment.Prompts.GetValueOrDefault(Style.Key) ?? Segment.Prompt);
        }
    }

    private Task RetryAsync() => DoAsync(() => Illustrator.RetryAsync(Image!.Id));

    private Task CancelAsync() => DoAsync(() => Illustrator.CancelImageAsync(Image!.Id));

    private async Task NextAsync()
    {
        await DoAsync(() => Illustrator.MoveToFrontAsync(Image!.Id));
        _isNext = _error is null && Image?.Status is ImageStatus.Pending;
    }

    // While it goes again by itself, a press on what is shown already takes nothing back.
    private bool KeepsByPress => Image is { NextAttemptAt: null } image && image.CanBeKept();

    private Task ChooseAsync(ImageVersionDetails version) =>
        version.Chosen && !KeepsByPress ? Task.CompletedTask : DoAsync(() => Illustrator.ChooseAsync(Image!.Id, version.Version));

    private async Task KeepAsync()
    {
        await DoAsync(() => Illustrator.ChooseAsync(Image!.Id, Image.ChosenVersion!.Value));
        _return = _error is null;
    }

    private Task ToggleLockAsync() => DoAsync(async () =>
    {
        var actor = await Author.GetAsync();
        await (IsLocked ? Desk.UnlockAsync(actor, Image!.Id) : Desk.LockAsync(actor, Image!.Id));
    });

    private Task DrawAsync() => DoAsync(async () =>
    {
        var prompt = _wholePrompt ? _prompt : null;
        var instruction = string.IsNullOrWhiteSpace(_instruction) || _wholePrompt ? null : _instruction.Trim();
        if (Image is { } image)
        {
            await Illustrator.RegenerateAsync(image.Id, prompt, instruction);
        }
        else if (prompt is not null || instruction is not null || View.Run is { FinishedAt: null })
        {
            // A run knows nothing of what is said here, and one that is at work takes nothing more.
            await Desk.DrawAsync(await Author.GetAsync(), View.StoryId, Segment.Id, Style.Key, prompt, instruction);
        }
        else
        {
            await Illustrator.StartAsync(View.StoryId, new() { Styles = [Style.Key], Segments = [Segment.Number] });
        }

        _instruction = _wholePrompt ? _instruction : "";
    });

    private async Task TakeAsync(InputFileChangeEventArgs change)
    {
        var file = change.File;
        using var upload = new Upload(file, () => _ = InvokeAsync(StateHasChanged));
        (_upload, _uploadFor) = (upload, Segment.Number);
        try
        {
            await DoAsync(async () =>
            {
                if (CastWords.TooLarge(file.Size) is { } tooLarge)
                {
                    throw new InvalidInputException("picture", CastWords.NotTaken(file.Name, tooLarge));
                }

                var (storyId, segment, style) = (View.StoryId, Segment.Id, Style.Key);
                await using var content = upload.Open();
                try
                {
                    await Desk.BringAsync(await Author.GetAsync(), storyId, segment, style, content, _andLock, upload.Stopped);
                }
                catch (InvalidInputException e)
                {
                    throw new InvalidInputException("picture", CastWords.NotTaken(file.Name, e.Message));
                }
            });
        }
        catch (Exception e) when (e is IOException or JSException or OperationCanceledException or TimeoutException)
        {
            // The file went away, or the browser or the author let go of it, while it was on its way.
            _error = upload.IsStopped ? null : CastWords.NotRead;
            _said = upload.IsStopped ? ImportWords.Stopped(file.Name) : null;
        }
        finally
        {
            // The field for files was exchanged with the end of the command: once more would take away what was chosen since.
            _upload = null;
        }
    }

    private async Task DoAsync(Func<Task> command)
    {
        // A second press while the first one is under way is not a second wish.
        if (_busy)
        {
            return;
        }

        (_busy, _error, _said, _isNext) = (true, null, null, false);
        StateHasChanged();
        try
        {
            await command();
            await View.RefreshIfPollingAsync();
            _loaded = null;
            await LoadAsync();
        }
        catch (StoryStudioException e)
        {
            _error = e.Message;
        }
        finally
        {
            (_busy, _edits) = (false, _edits + 1);
        }
    }
}
