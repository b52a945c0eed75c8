using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Prompts;
using StoryStudio.Web.Live;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Components.Pages;

/// <summary>The prompts of one story, style by style.</summary>
public sealed partial class PromptsPage(IStoryLibrary library, IPromptBook book, IPromptWriter writer, IStoryFeed feed, CurrentAuthor author, TimeProvider clock, NavigationManager navigation) : IAsyncDisposable
{
    /// <summary>Steps of the past that are shown, and shown besides each time that one asks for more.</summary>
    private const int Few = 20;

    private readonly HashSet<string> _chosen = new(StringComparer.Ordinal);
    private StoryDetails? _story;
    private StyledPrompts? _prompts;
    private IReadOnlyList<PromptChangeDetails> _history = [];
    private PromptWork? _work;
    private IStoryView? _view;
    private EditWatch? _edits;
    private IDisposable? _writing;
    private string _style = "";
    private string _wanted = "";
    private int _turn;
    private string _words = "";
    private PromptEditKind _kind = PromptEditKind.Add;
    private bool _everywhere;
    private bool _busy;
    private bool _disposed;
    private string? _asked;
    private int _most = Few;
    private string? _error;
    private string? _said;

    [Parameter]
    public string Id { get; set; } = "";

    private IPromptWriter Writer => writer;

    /// <summary>The very lines that everybody reads.</summary>
    private ICollection<PromptLine> Lines => _prompts!.Items as ICollection<PromptLine> ?? [.. _prompts.Items];

    private PromptWork? Work => _work is { } work && work.Style == _style ? work : null;

    private bool IsWriting => _work is { Status: PromptWorkStatus.Writing };

    private string ApplyWords => (_kind, _chosen.Count) switch
    {
        (PromptEditKind.Replace, var count) => $"Replace {Counted(count)}",
        (_, var count) => $"Add to {Counted(count)}",
    };

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await LeaveAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == Id)
        {
            return;
        }

        _asked = Id;
        try
        {
            await LeaveAsync();
            _chosen.Clear();
            _most = Few;
            var story = await library.GetAsync(Id);
            var view = await feed.OpenAsync(Id);
            if (_disposed)
            {
                await view.DisposeAsync();
                return;
            }

            (_story, _view) = (story, view);
            _edits = new EditWatch(view, clock, () => InvokeAsync(ReadAgainAsync), DispatchExceptionAsync);
            _writing = writer.OnChanged(Id, () => _ = InvokeAsync(ShowWork));
            _work = writer.Find(Id);
            await ShowAsync(_work?.Style ?? (story.Styles.Count > 0 ? story.Styles[0].Key : ""));
        }
        catch (NotFoundException)
        {
            navigation.NotFound();
        }
    }

    private static string Pressed(bool pressed) => pressed ? "true" : "false";

    private static string Counted(int count) => count == 1 ? "1 prompt" : $"{count} prompts";

    private string StyleName(string key) => _story!.Styles.FirstOrDefault(s => s.Key == key)?.Name ?? key;

    private Task ShowAsync(string style) => ReadAsync(style);

    private Task ReadAsync() => ReadAsync(_wanted);

    // Story, style and prompts become others together: what is on the page is what a change of it is held to.
    private async Task ReadAsync(string style)
    {
        var turn = ++_turn;
        _wanted = style;
        var story = await library.GetAsync(Id);
        style = story.Styles.Any(s => s.Key == style) ? style : story.Styles.Count > 0 ? story.Styles[0].Key : "";
        var prompts = style.Length == 0 ? new("", "", null, []) : await book.GetAsync(Id, style);
        var history = await book.GetHistoryAsync(Id, most: _most + 1);
        if (turn != _turn)
        {
            // Asked once more meanwhile: that look is the newer one.
            return;
        }

        (_story, _wanted, _style, _prompts, _history) = (story, style, style, prompts, history);
        _chosen.IntersectWith(prompts.Items.Select(i => i.SegmentId));
    }

    private async Task ShowMoreAsync()
    {
        _most += Few;
        _history = await book.GetHistoryAsync(Id, most: _most + 1);
    }

    private async Task ReadAgainAsync()
    {
        try
        {
            await ReadAsync();
            StateHasChanged();
        }
        catch (StoryStudioException)
        {
            // Deleted; what is on the page stays until one leaves it.
        }
    }

    private void ShowWork()
    {
        if (!_disposed)
        {
            _work = writer.Find(Id);
            StateHasChanged();
        }
    }

    private PromptProposal? Proposal(PromptLine line) => Work?.Proposals.FirstOrDefault(p => p.SegmentId == line.SegmentId);

    private void Choose(PromptLine line)
    {
        if (!_chosen.Remove(line.SegmentId))
        {
            _chosen.Add(line.SegmentId);
        }
    }

    private void ChooseAll()
    {
        if (_chosen.Count == _prompts!.Items.Count)
        {
            _chosen.Clear();
        }
        else
        {
            _chosen.UnionWith(_prompts.Items.Select(i => i.SegmentId));
        }
    }

    private List<string> ChosenNumbers() => [.. _prompts!.Items.Where(i => _chosen.Contains(i.SegmentId)).Select(i => i.Number)];

    private Task EditAsync(PromptEditKind kind) => DoAsync(async () =>
    {
        var edit = new PromptEdit { Segments = [.. _chosen], Style = _everywhere ? null : _style, Kind = kind, Text = kind is PromptEditKind.Reset ? null : _words, BasedOn = Seen() };
        var changed = await book.EditAsync(await author.GetAsync(), Id, edit);
        _words = kind is PromptEditKind.Reset ? _words : "";
        return changed == 0 ? "Nothing became another." : $"{Counted(changed)} changed.";
    });

    /// <summary>The chosen prompts as they stand on the page; in all styles, those of the others as well.</summary>
    private List<PromptBase> Seen()
    {
        var seen = _prompts!.Items.Where(i => _chosen.Contains(i.SegmentId)).Select(i => new PromptBase(i.SegmentId, _style, i.Scene));
        return !_everywhere ? [.. seen] : [.. seen, .. _story!.Segments.Where(s => _chosen.Contains(s.Id)).SelectMany(Elsewhere)];

        IEnumerable<PromptBase> Elsewhere(SegmentDetails segment) => _story!.Styles
            .Where(s => s.Key != _style)
            .Select(s => new PromptBase(segment.Id, s.Key, PromptComposer.Scene(segment.Text, segment.Prompts.GetValueOrDefault(s.Key) ?? segment.Prompt)));
    }

    private Task WriteAsync(bool improve) => DoAsync(async () =>
    {
        _work = await writer.StartAsync(await author.GetAsync(), Id, new() { Style = _style, Segments = ChosenNumbers(), Improve = improve, Wish = string.IsNullOrWhiteSpace(_words) ? null : _words });
        return null;
    });

    private Task AcceptAsync(IReadOnlyList<string>? segmentIds) => DoAsync(async () =>
    {
        var wanted = _work?.Proposals.Count(p => p.After is not null && (segmentIds is null || segmentIds.Contains(p.SegmentId, StringComparer.Ordinal))) ?? 0;
        var changed = await writer.AcceptAsync(await author.GetAsync(), Id, segmentIds);
        return PromptWorkWords.Accepted(changed, wanted);
    });

    private async Task DismissAsync(IReadOnlyList<string>? segmentIds) => writer.Dismiss(await author.GetAsync(), Id, segmentIds);

    private async Task StopAsync() => writer.Stop(await author.GetAsync(), Id);

    private Task RestoreAsync(PromptChangeDetails change) => DoAsync(async () =>
    {
        var changed = await book.RestoreAsync(await author.GetAsync(), change.Id);
        return PromptWorkWords.TakenBack(changed, change.Together);
    });

    private async Task DoAsync(Func<Task<string?>> command)
    {
        // A second press while the first one is under way is not a second wish.
        if (_busy)
        {
            return;
        }

        (_busy, _error, _said) = (true, null, null);
        try
        {
            _said = await command();
            await ReadAsync();
        }
        catch (ConflictException e) when (e.Code == "prompt_changed")
        {
            // Read anew, they are seen: pressing once more is then a decision.
            _error = $"{e.Message} This page shows how things stand now: do it again if you want it all the same.";
            await ReadAgainAsync();
        }
        catch (ConflictException e) when (e.Code == "proposals_waiting" && _work is { } work && work.Style != _style)
        {
            _error = $"{e.Message} They are for {StyleName(work.Style)}.";
        }
        catch (StoryStudioException e)
        {
            _error = e.Message;
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task LeaveAsync()
    {
        _edits?.Dispose();
        _writing?.Dispose();
        if (_view is not null)
        {
            await _view.DisposeAsync();
            _view = null;
        }
    }
}
