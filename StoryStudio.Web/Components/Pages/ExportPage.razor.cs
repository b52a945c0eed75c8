using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using StoryStudio.Core;
using StoryStudio.Core.Books;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Stories;

namespace StoryStudio.Web.Components.Pages;

/// <summary>The export page of one story. While a book is being made it looks twice a second how far it is, and else not at all.</summary>
public sealed partial class ExportPage(IStoryLibrary library, IExports exports, TimeProvider time, NavigationManager navigation) : IDisposable
{
    private static readonly ExportFormat[] Formats = [ExportFormat.Epub, ExportFormat.Html, ExportFormat.Cbz, ExportFormat.Zip];
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _gone = new();
    private StoryDetails? _story;
    private string _style = "";
    private string? _author;
    private string? _language;
    private IReadOnlyList<ExportState> _exports = [];

    // What was begun from here, to be seen where it was asked for.
    private readonly Dictionary<ExportFormat, string> _begun = [];
    private IReadOnlyList<string> _errors = [];
    private ExportFormat? _asked;
    private ExportCheck? _check;
    private bool _busy;
    private bool _looking;
    private string? _said;
    private string? _shown;

    [Parameter]
    public string Id { get; set; } = "";

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Id)
        {
            return;
        }

        _shown = Id;
        try
        {
            var story = await library.GetAsync(Id);
            _exports = await exports.ListAsync(Id);
            _style = (await exports.CheckAsync(Id, ExportFormat.Epub, style: null)).Style;
            (_story, _asked, _check) = (story, null, null);
        }
        catch (NotFoundException)
        {
            navigation.NotFound();
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (!_looking && _exports.Any(e => e.IsActive()))
        {
            _looking = true;
            _ = LookAsync(_gone.Token);
        }
    }

    private string PrintAddress
    {
        get
        {
            KeyValuePair<string, string?>[] wishes = [new("style", _style), new("author", _author?.Trim()), new("language", _language?.Trim())];
            return QueryHelpers.AddQueryString($"/stories/{_story!.Id}/print", wishes.Where(w => !string.IsNullOrEmpty(w.Value)));
        }
    }

    private string StyleName(string key) => _story!.Styles.FirstOrDefault(s => s.Key == key)?.Name ?? key;

    private void ChooseStyle(ChangeEventArgs chosen) => (_style, _asked, _check) = (chosen.Value as string ?? _style, null, null);

    /// <summary>First what would be missing; where nothing is, it is made at once.</summary>
    private Task AskAsync(ExportFormat format) => TryAsync(async () =>
    {
        var check = await exports.CheckAsync(Id, format, _style);
        if (check.Missing.Count > 0)
        {
            (_asked, _check) = (format, check);
            return;
        }

        await BeginAsync(format, allowMissing: false);
    });

    private Task StartAsync(ExportFormat format, bool allowMissing) => TryAsync(() => BeginAsync(format, allowMissing));

    private async Task BeginAsync(ExportFormat format, bool allowMissing)
    {
        var state = await exports.StartAsync(Id, new() { Format = format, Style = format is ExportFormat.Zip ? null : _style, Author = _author, Language = _language, AllowMissing = allowMissing });
        (_asked, _check, _said, _begun[format]) = (null, null, $"{state.FileName} is being made.", state.Id);
        _exports = await exports.ListAsync(Id);
    }

    private Task RemoveAsync(ExportState export) => TryAsync(async () =>
    {
        try
        {
            await exports.DeleteAsync(export.Id);
        }
        catch (NotFoundException)
        {
            // Another window did.
        }

        _said = export.IsActive() ? $"{export.FileName} was stopped." : $"{export.FileName} was removed.";
        _exports = await exports.ListAsync(Id);
    });

    private async Task TryAsync(Func<Task> work)
    {
        if (_busy)
        {
            return;
        }

        (_busy, _errors) = (true, []);
        try
        {
            await work();
        }
        catch (InvalidInputException e)
        {
            _errors = [.. e.Errors.Values.SelectMany(m => m)];
        }
        catch (StoryStudioException e)
        {
            _errors = [e.Message];
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task LookAsync(CancellationToken gone)
    {
        try
        {
            using var timer = new PeriodicTimer(Look, time);
            while (_exports.Any(e => e.IsActive()) && await timer.WaitForNextTickAsync(gone))
            {
                await InvokeAsync(async () =>
                {
                    var before = _exports;
                    _exports = await exports.ListAsync(Id, gone);
                    if (_exports.FirstOrDefault(e => !e.IsActive() && before.Any(b => b.Id == e.Id && b.IsActive())) is { } ended)
                    {
                        _said = $"{ended.FileName}: {ExportWords.Standing(ended)}.";
                    }

                    StateHasChanged();
                });
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or NotFoundException or ObjectDisposedException)
        {
            // The page was left, or the story went away.
        }
        finally
        {
            _looking = false;
        }
    }
}
