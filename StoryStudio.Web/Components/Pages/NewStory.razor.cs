using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Stories;

namespace StoryStudio.Web.Components.Pages;

/// <summary>From a text to a story: the text, its pages, its styles. The browser keeps every step until the story is made.</summary>
public sealed partial class NewStory : ComponentBase, IAsyncDisposable
{
    private static readonly (Step Step, string Name)[] Steps = [(Step.Text, "Text"), (Step.Pages, "Pages"), (Step.Styles, "Styles")];
    private static readonly Dictionary<string, string[]> NoErrors = new(StringComparer.Ordinal);

    private Step _step;
    private DraftSession? _session;
    private string _title = "";
    private IReadOnlyList<string> _styles = [];
    private IReadOnlyDictionary<string, string[]> _errors = NoErrors;
    private bool _busy;
    private bool _moved;
    private ElementReference _heading;
    private IJSObjectReference? _browser;

    private enum Step
    {
        Text,
        Pages,
        Styles,
    }

    /// <summary>What the browser keeps beside the text.</summary>
    private sealed record Work(string Step, IReadOnlyList<DraftEdit> Edits, IReadOnlyList<string> Styles);

    private string Heading => _step switch
    {
        Step.Text => "A new story",
        Step.Pages => "The pages it makes",
        _ => "How it will look",
    };

    private int Pictures => _session!.Draft.Segments.Length * _styles.Count;

    private string CreateWords => _busy ? "Creating…" : _styles.Count == 0 ? "Create and illustrate" : $"Create and illustrate {Words.Count(Pictures, "picture")}";

    // What is said beside no field of its own.
    private List<string> Others => [.. _errors.Where(e => e.Key is not ("title" or "styles")).SelectMany(e => e.Value).Distinct(StringComparer.Ordinal)];

    protected override void OnInitialized() => _styles = [.. Previews.Styles.Select(s => s.Key)];

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _browser = await Script.InvokeAsync<IJSObjectReference>("import", "./js/draft.js");
            await ResumeAsync();
            StateHasChanged();
        }
        else if (_moved)
        {
            _moved = false;
            await _heading.FocusAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_browser is not null)
            {
                await _browser.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The window is gone, and its script with it.
        }
    }

    private async Task ResumeAsync()
    {
        if (Carrier.Take() is { } carried)
        {
            await SplitAsync(carried);
            return;
        }

        if (await _browser!.InvokeAsync<Work?>("work") is not { Edits: not null, Styles: not null } work
            || !Enum.TryParse<Step>(work.Step, out var step) || step is Step.Text
            || await _browser!.InvokeAsync<long>("textSize") is 0 or > StoryText.MaxBytes)
        {
            return;
        }

        var text = await TextStreams.ReadAsync(await _browser!.InvokeAsync<IJSStreamReference>("text"));
        try
        {
            _session = await Task.Run(() => new DraftSession(text));
        }
        catch (InvalidInputException)
        {
            return;
        }

        _session.Replay(work.Edits);
        if (_session.Draft.Segments.IsEmpty)
        {
            _session = null;
            return;
        }

        _title = TitleOr(await _browser!.InvokeAsync<string>("title"), text);
        _styles = [.. _styles.Where(work.Styles.Contains)];
        _step = step;
    }

    private async Task SplitAsync(WrittenStory story)
    {
        if (_session is null || !string.Equals(_session.Text, story.Text, StringComparison.Ordinal))
        {
            // Seconds for a text of megabytes; the window stays awake meanwhile.
            _session = await Task.Run(() => new DraftSession(story.Text));
        }

        if (_session.Draft.Segments.IsEmpty)
        {
            throw new InvalidInputException("text", "There is nothing to read in this text.");
        }

        _title = TitleOr(story.Title, story.Text);
        await GoAsync(Step.Pages);
    }

    private async Task GoAsync(Step step)
    {
        (_step, _moved, _errors) = (step, true, NoErrors);
        await KeepAsync();
    }

    private async Task ChooseAsync(IReadOnlyList<string> styles)
    {
        (_styles, _errors) = (styles, NoErrors);
        await KeepAsync();
    }

    private async Task KeepAsync() => await _browser!.InvokeVoidAsync("keepWork", new Work(_step.ToString(), _session?.Edits ?? [], _styles));

    private async Task KeepTitleAsync() => await _browser!.InvokeVoidAsync("keepTitle", _title);

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

        (_busy, _errors) = (true, NoErrors);
        StateHasChanged();
        string id;
        try
        {
            var story = await Stories.CreateAsync(new Core.Stories.NewStory { Title = _title, Segments = _session!.Draft.ToNewSegments(), Styles = _styles });
            id = story.Id;
        }
        catch (InvalidInputException e)
        {
            (_busy, _errors) = (false, e.Errors);
            return;
        }

        await _browser!.InvokeVoidAsync("forget");
        await StartAsync(id, illustrate);
        Navigation.NavigateTo($"/stories/{id}");
    }

    // The story is made; what keeps its pictures from being begun is said on its own page.
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

    private static string TitleOr(string title, string text) =>
        string.IsNullOrWhiteSpace(title) ? StorySplitter.ProposeTitle(text) ?? "Untitled" : title.Trim();
}
