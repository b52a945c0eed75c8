using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Pictures;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Components.Stories;

public sealed partial class PicturePanel
{
    private IReadOnlyList<ImageVersionDetails> _versions = [];
    private IReadOnlyList<AttemptDetails> _attempts = [];
    private (ImageStatus? Status, int? Chosen, int? Attempt)? _loaded;
    private int _edits;
    private bool _busy;
    private bool _wholePrompt;
    private string _prompt = "";
    private string _instruction = "";
    private string? _error;
    private string? _said;

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

    protected override object? Shown => (Image?.Status, Image?.ChosenVersion, Image?.Attempt, _versions, _attempts, _busy, _wholePrompt, _error, _edits, _said, Image?.Stale, Segment, Style);

    private ImageState? Image => View.Find(Segment.Id, Style.Key);

    private string Kept => $"{View.StoryId}.{Segment.Number}.{Style.Key}";

    private bool IsBeingMade => Image?.Status is ImageStatus.Pending or ImageStatus.InProgress;

    private string Facts => string.Join(", ", new[]
    {
        Image is { Url: not null, Provider: { } provider } ? AttemptWords.Provider(provider, Image.Model) : null,
        Image is { Url: not null, Width: { } width, Height: { } height } ? $"{width} × {height}" : null,
        AttemptWords.Cost(Image?.CostUsd),
    }.Where(f => f is not null));

    protected override IDisposable Subscribe(Action changed)
    {
        (_versions, _attempts, _loaded, _said) = ([], [], null, null);
        return View.OnImage(Segment.Id, Style.Key, changed);
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task OnChangedAsync() => LoadAsync();

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
        _said = _loaded is null ? _said : null;
        _loaded = at;
        try
        {
            var details = await Illustrator.GetImageAsync(image.StoryId, Segment.Number, Style.Key);
            _versions = await Illustrator.GetVersionsAsync(image.Id);
            _attempts = details.Attempts;
        }
        catch (NotFoundException)
        {
            // The story went while its picture was open; the page says so itself.
            (_versions, _attempts) = ([], []);
        }
    }

    private void TogglePrompt()
    {
        _wholePrompt = !_wholePrompt;
        if (_prompt.Length == 0)
        {
            _prompt = Segment.Prompts.GetValueOrDefault(Style.Key) ?? Segment.Prompt ?? Segment.Text;
        }
    }

    private Task RetryAsync() => DoAsync(() => Illustrator.RetryAsync(Image!.Id));

    private Task CancelAsync() => DoAsync(() => Illustrator.CancelImageAsync(Image!.Id));

    private async Task NextAsync()
    {
        await DoAsync(() => Illustrator.MoveToFrontAsync(Image!.Id));
        _said = _error is null && Image?.Status is ImageStatus.Pending ? "It comes next." : null;
    }

    private Task ChooseAsync(ImageVersionDetails version) => version.Chosen ? Task.CompletedTask : DoAsync(() => Illustrator.ChooseAsync(Image!.Id, version.Version));

    private Task DrawAsync() => DoAsync(async () =>
    {
        if (Image is { } image)
        {
            var instruction = string.IsNullOrWhiteSpace(_instruction) || _wholePrompt ? null : _instruction.Trim();
            await Illustrator.RegenerateAsync(image.Id, _wholePrompt ? _prompt : null, instruction);
            _instruction = "";
        }
        else
        {
            await Illustrator.StartAsync(View.StoryId, new() { Styles = [Style.Key], Segments = [Segment.Number] });
        }
    });

    private async Task DoAsync(Func<Task> command)
    {
        (_busy, _error, _said) = (true, null, null);
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
