using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Books;
using StoryStudio.Core.Storage;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Characters;
using StoryStudio.Web.Components.Shared;
using StoryStudio.Web.Components.Uploads;

namespace StoryStudio.Web.Components.Wizard;

/// <summary>A title and a text as they were sent.</summary>
public sealed record WrittenStory(string Title, string Text)
{
    /// <summary>What a file said beside its words: its pages, its cast, its styles; null where the text alone came.</summary>
    public DraftWork? Work { get; init; }

    /// <summary>The texts of the draft that were seen where this was written, by their marks; null where nobody knows.</summary>
    public IReadOnlyList<string>? BasedOn { get; init; }

    /// <summary>The draft that is what was written before a file took its place; null where there was nothing.</summary>
    public string? Aside { get; init; }

    /// <summary>Whether its author has said what it is: as it stands, or what it was read as.</summary>
    public bool IsSettled { get; init; }
}

/// <summary>
/// The form in which a story is typed, pasted or opened. Keystrokes stay in the browser: the text travels once, when it is sent,
/// in pieces and never longer than is allowed.
/// </summary>
public sealed partial class TextDesk(IJSRuntime script, IStoryImport import) : ComponentBase, IAsyncDisposable
{
    private readonly PageScript _script = new();
    private ElementReference _form;
    private InputFile? _chooser;
    private IJSObjectReference? _desk;
    private bool _ready;
    private bool _busy;
    private IReadOnlyDictionary<string, string[]> _errors = Nothing;
    private IReadOnlyList<string> _fileErrors = [];
    private ImportedStory? _read;
    private bool _isWritten;
    private bool _mayStand;
    private long _bytes;
    private Upload? _upload;
    private string? _said;
    private bool _left;

    private static readonly Dictionary<string, string[]> Nothing = new(StringComparer.Ordinal);

    /// <summary>Called with the text once it could be read; throw <see cref="InvalidInputException"/> to say what is wrong with it.</summary>
    [Parameter]
    public EventCallback<WrittenStory> OnSent { get; set; }

    /// <summary>Called with the id of the draft that the form holds from now on: a file took the place of the text of another one, which stays.</summary>
    [Parameter]
    public EventCallback<(string Draft, string? Aside)> OnReplaced { get; set; }

    /// <summary>Asked whether an author has said of a text already what it is; where nobody knows, they are asked.</summary>
    [Parameter]
    public Func<string, Task<bool>>? IsSettled { get; set; }

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

        _desk = await _script.AttachAsync(script, "./js/draft.js", _form);
        if (_desk is null)
        {
            return;
        }

        if (Held is not null && await _desk.InvokeAsync<long>("size") == 0)
        {
            await FillAsync("", Held);
        }

        _ready = true;
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        _left = true;
        _upload?.Stop();
        await LeaveAsync();
        await _script.DisposeAsync();
    }

    private string[] Of(string field) => _errors.GetValueOrDefault(field) ?? [];

    private string? Invalid(string field) => _errors.ContainsKey(field) ? "true" : null;

    private Task SendAsync() => TryAsync(async () =>
    {
        var (title, text) = await WrittenAsync();
        if (IsSettled is not null && await IsSettled(text))
        {
            await OnSent.InvokeAsync(new(title, text) { BasedOn = await SeenAsync() });
        }
        else if (await RecogniseAsync(text) is { } read)
        {
            // A title that was typed is this text's.
            _read = string.IsNullOrWhiteSpace(title) ? read : read with { Story = read.Story with { Title = title.Trim() } };
            (_isWritten, _bytes) = (true, 0);
        }
        else if (!_mayStand)
        {
            await OnSent.InvokeAsync(new(title, text) { BasedOn = await SeenAsync() });
        }
    });

    /// <summary>Null where it is prose, and where it is plainly more and wrong, which is said then.</summary>
    private async Task<ImportedStory?> RecogniseAsync(string text)
    {
        try
        {
            return await import.RecogniseAsync(text);
        }
        catch (InvalidInputException e)
        {
            (_fileErrors, _mayStand) = (ImportWords.Errors(e), true);
            return null;
        }
    }

    /// <summary>Takes what is written for prose, whatever else it may be.</summary>
    private Task StandAsync() => TryAsync(async () =>
    {
        var (title, text) = await WrittenAsync();
        await OnSent.InvokeAsync(new(title, text) { BasedOn = await SeenAsync(), IsSettled = true });
        await LeaveAsync();
    });

    private async Task<(string Title, string Text)> WrittenAsync()
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

        return (title, text);
    }

    private async Task<IReadOnlyList<string>> SeenAsync() => await _desk!.InvokeAsync<string[]>("seen");

    private async Task FileAsync(InputFileChangeEventArgs change)
    {
        using var upload = new Upload(change.File, () => _ = InvokeAsync(StateHasChanged));
        await TryAsync(() => FileAsync(change.File, upload));
        if (upload.IsStopped && !_left && _chooser?.Element is { } chooser)
        {
            // The button that stopped it is gone, and with it the place where one was.
            StateHasChanged();
            await chooser.FocusAsync();
        }
    }

    private async Task FileAsync(IBrowserFile file, Upload upload)
    {
        _upload = upload;
        try
        {
            if (file.Size > ImportedStory.MaxBytes)
            {
                throw new InvalidInputException("file", $"“{file.Name}” is larger than {ImportedStory.MaxBytes / (1024 * 1024 * 1024)} GB, the most that is taken.");
            }

            await using var content = upload.Open();
            _bytes = file.Size;
            var read = await import.ReadAsync(content, file.Name, upload, upload.Stopped);
            if (upload.IsStopped)
            {
                await read.DisposeAsync();
                throw new OperationCanceledException(upload.Stopped);
            }

            await TakeAsync(read);
        }
        catch (InvalidInputException e)
        {
            _fileErrors = ImportWords.Errors(e, file.Name);
        }
        catch (Exception e) when (StorageFaults.IsUnavailable(e))
        {
            _fileErrors = [ImportWords.NoRoom];
        }
        catch (Exception e) when (e is IOException or JSException or OperationCanceledException or TimeoutException)
        {
            // The file went away, or the author let go of it, while it was on its way.
            _fileErrors = upload.IsStopped ? [] : [CastWords.NotRead];
            _said = upload.IsStopped ? ImportWords.Stopped(file.Name) : null;
        }
        finally
        {
            _upload = null;
        }
    }

    /// <summary>A plain text goes into the form at once; what is more than that is shown first.</summary>
    private async Task TakeAsync(ImportedStory read)
    {
        if (read.Kind is StoryFileKind.Text && read.Text is { } text)
        {
            await using (read)
            {
                await ReplaceAsync(Path.GetFileNameWithoutExtension(read.FileName), text);
            }

            return;
        }

        (_read, _isWritten) = (read, false);
    }

    private Task ChangeTextAsync() => TryAsync(async () =>
    {
        if (_read is { Text: { } text } read && await ReplaceAsync(read.Story.Title ?? "", text))
        {
            await LeaveAsync();
        }
    });

    /// <summary>Goes on with the pages, the cast and the styles that the file has.</summary>
    private Task GoOnAsync() => TryAsync(async () =>
    {
        if (_read is { } read && ImportWords.Draft(read) is { } written && await FillAsync(written.Title, written.Text) is { } filled)
        {
            // One that was typed before the file was chosen.
            var title = filled.Aside is null ? await _desk!.InvokeAsync<string>("title") : "";
            await OnSent.InvokeAsync(written with { Title = string.IsNullOrWhiteSpace(title) ? written.Title : title, BasedOn = await SeenAsync(), Aside = filled.Aside, IsSettled = true });
            await LeaveAsync();
        }
    });

    private async Task LeaveAsync()
    {
        var left = _read;
        _read = null;
        if (left is not null)
        {
            await left.DisposeAsync();
        }
    }

    private async Task<bool> ReplaceAsync(string title, string text)
    {
        var filled = await FillAsync(title, text);
        if (filled?.Draft is { } draft)
        {
            await OnReplaced.InvokeAsync((draft, filled.Aside));
        }

        return filled is not null;
    }

    /// <summary>Puts a file's text into the form; null, with the reason beside it, where what stood there could not be kept beside it.</summary>
    private async Task<Filled?> FillAsync(string title, string text)
    {
        using var sent = new DotNetStreamReference(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        var filled = await _desk!.InvokeAsync<Filled?>("fill", title, sent);
        if (filled is null)
        {
            _errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["text"] = [ImportWords.NoRoomForTwo] };
        }

        return filled;
    }

    /// <param name="Draft">The draft that the form holds now; null where it is the same.</param>
    /// <param name="Aside">The one that is what was written before; null where there was nothing.</param>
    private sealed record Filled(string? Draft, string? Aside);

    private async Task TryAsync(Func<Task> work)
    {
        // A second press while the first one is under way is not a second wish.
        if (_busy)
        {
            return;
        }

        _busy = true;
        _errors = Nothing;
        (_fileErrors, _said, _mayStand) = ([], null, false);
        try
        {
            await work();
        }
        catch (InvalidInputException e)
        {
            _errors = e.Errors;
        }
        catch (ConflictException e) when (e.Code == "draft_changed")
        {
            // Beside the text there are ways out of it.
            if (_read is null)
            {
                await _desk!.InvokeVoidAsync("meet");
            }
            else
            {
                _errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["text"] = [e.Message] };
            }
        }
        catch (StorageUnavailableException e)
        {
            _errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["text"] = [e.Message] };
        }
        finally
        {
            _busy = false;
        }
    }
}
