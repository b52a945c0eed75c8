using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Wizard;

namespace StoryStudio.Web.Components.Pages;

/// <summary>The shelf of stories, newest first.</summary>
public sealed partial class Library : ComponentBase
{
    private const int ShelfSize = 24;
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private string _query = "";
    private string? _sampleError;
    private bool _busy;
    private ElementReference _heading;

    /// <summary>What was read of the shelf so far; carried from the first rendering to the circuit, so that nothing blinks.</summary>
    [PersistentState]
    public Page<StorySummary>? Shelf { get; set; }

    private string Query
    {
        get => _query;
        set => _ = InvokeAsync(() => FindAsync(value));
    }

    private bool HasMore => Shelf is not null && Shelf.Items.Count < Shelf.Total;

    private List<StorySummary> Shown =>
        [.. Shelf!.Items.Where(s => !_gone.Contains(s.Id) && s.Title.Contains(_query.Trim(), StringComparison.OrdinalIgnoreCase))];

    protected override async Task OnInitializedAsync() => Shelf ??= await Stories.ListAsync(1, ShelfSize);

    private async Task ShowMoreAsync()
    {
        _busy = true;
        try
        {
            // What was deleted here no longer counts there: the next page starts as much earlier, and may bring little that is new.
            var held = Shelf!.Items.Count;
            for (var page = (Shelf.Items.Count(s => !_gone.Contains(s.Id)) / ShelfSize) + 1; HasMore && Shelf.Items.Count < held + ShelfSize; page++)
            {
                var read = await Stories.ListAsync(page, ShelfSize);
                Add(read);
                if (read.Items.Count < ShelfSize)
                {
                    break;
                }
            }
        }
        finally
        {
            _busy = false;
        }
    }

    // Titles are looked for among all stories, not only among those on screen; the first letter fetches the rest.
    private async Task FindAsync(string query)
    {
        _query = query;
        StateHasChanged();
        for (var page = 1; HasMore && _query.Length > 0; page++)
        {
            var read = await Stories.ListAsync(page, 100);
            Add(read);
            StateHasChanged();
            if (read.Items.Count < 100)
            {
                break;
            }
        }
    }

    private void Add(Page<StorySummary> read)
    {
        var held = Shelf!.Items.Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
        Shelf = Shelf with { Items = [.. Shelf.Items, .. read.Items.Where(s => !held.Contains(s.Id))], Total = read.Total + _gone.Count };
    }

    private async Task DeleteAsync(StorySummary story)
    {
        _gone.Add(story.Id);
        try
        {
            await Stories.DeleteAsync(story.Id);
        }
        catch (NotFoundException)
        {
            Toasts.Show($"“{story.Title}” was deleted before.");
            return;
        }
        catch (StorageUnavailableException e)
        {
            _gone.Remove(story.Id);
            Toasts.Show(e.Message);
            return;
        }

        Toasts.Show($"“{story.Title}” was deleted.", () => RestoreAsync(story));
        await _heading.FocusAsync(preventScroll: true);
    }

    private async Task RestoreAsync(StorySummary story)
    {
        await Stories.RestoreAsync(story.Id);
        _gone.Remove(story.Id);
        await InvokeAsync(StateHasChanged);
    }

    private void OpenDraft(WrittenStory story)
    {
        Carrier.Put(story);
        Navigation.NavigateTo("/new");
    }

    private async Task TrySampleAsync()
    {
        if (_busy)
        {
            return;
        }

        _busy = true;
        try
        {
            var story = await Stories.CreateAsync(SampleStory.Create());
            var all = new RunRequest();
            if (await Illustrator.EstimateAsync(story.Id, all) is { CostUsd: 0, UnknownCost: 0 })
            {
                await Illustrator.StartAsync(story.Id, all);
            }

            // What costs money is begun on its own page, which says how much.
            Navigation.NavigateTo($"/stories/{story.Id}");
        }
        catch (StoryStudioException e)
        {
            _sampleError = e.Message;
            _busy = false;
        }
    }
}
