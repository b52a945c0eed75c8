using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Stories;

/// <summary>A title and a text as they were sent.</summary>
public sealed record WrittenStory(string Title, string Text);

/// <summary>
/// The form in which a story is typed, pasted or opened. Keystrokes stay in the browser: the text travels once, when it is sent,
/// in pieces and never longer than is allowed.
/// </summary>
public sealed partial class TextDesk(IJSRuntime script) : ComponentBase, IAsyncDisposable
{
    private ElementReference _form;
    private IJSObjectReference? _module;
    private IJSObjectReference? _desk;
    private bool _ready;
    private bool _busy;
    private IReadOnlyDictionary<string, string[]> _errors = Nothing;

    private static readonly Dictionary<string, string[]> Nothing = new(StringComparer.Ordinal);

    /// <summary>Called with the text once it could be read; throw <see cref="InvalidInputException"/> to say what is wrong with it.</summary>
    [Parameter]
    public EventCallback<WrittenStory> OnSent { get; set; }

    /// <summary>The text as it was sent before; comes back where the browser had no room to keep it.</summary>
    [Parameter]
    public string? Held { get; set; }

    [Parameter]
    public bool WithTitle { get; set; } = true;

    [Parameter]
    public int Rows { get; set; } = 14;

    /// <summary>What the button that goes on says.</summary>
    [Parameter]
    public string Send { get; set; } = "See the pages";

    /// <summary>Further ways, beside the button.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        _module = await script.InvokeAsync<IJSObjectReference>("import", "./js/draft.js");
        _desk = await _module.InvokeAsync<IJSObjectReference>("attach", _form);
        if (Held is not null && await _desk.InvokeAsync<long>("size") == 0)
        {
            await FillAsync("", Held);
        }

        _ready = true;
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_desk is not null)
            {
                await _desk.InvokeVoidAsync("detach");
                await _desk.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The window is gone, and what was attached with it.
        }
    }

    private string[] Of(string field) => _errors.GetValueOrDefault(field) ?? [];

    private string? Invalid(string field) => _errors.ContainsKey(field) ? "true" : null;

    private Task SendAsync() => TryAsync(async () =>
    {
        var size = await _desk!.InvokeAsync<long>("size");
        if (size > StoryText.MaxBytes)
        {
            throw new InvalidInputException("text", $"This text is larger than {StoryText.MaxBytes / (1024 * 1024)} MB, the most that a story may have. Split it into several stories.");
        }

        var title = await _desk!.InvokeAsync<string>("title");

        // A stream of nothing is more than the browser's line can carry.
        var text = size == 0 ? "" : await TextStreams.ReadAsync(await _desk!.InvokeAsync<IJSStreamReference>("text"));
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new InvalidInputException("text", "There is nothing here yet. Paste a story, or choose a file.");
        }

        await OnSent.InvokeAsync(new(title, text));
    });

    private Task FileAsync(InputFileChangeEventArgs change) => TryAsync(async () =>
    {
        await using var file = change.File.OpenReadStream(Math.Max(change.File.Size, StoryText.MaxBytes));
        var text = await StoryText.ReadAsync(file, change.File.Name);
        await FillAsync(Path.GetFileNameWithoutExtension(change.File.Name), text);
    });

    private async Task FillAsync(string title, string text)
    {
        using var sent = new DotNetStreamReference(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        await _desk!.InvokeVoidAsync("fill", title, sent);
    }

    private async Task TryAsync(Func<Task> work)
    {
        // A second press while the first one is under way is not a second wish.
        if (_busy)
        {
            return;
        }

        _busy = true;
        _errors = Nothing;
        try
        {
            await work();
        }
        catch (InvalidInputException e)
        {
            _errors = e.Errors;
        }
        finally
        {
            _busy = false;
        }
    }
}
