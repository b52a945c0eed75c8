using Microsoft.JSInterop;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Stories;

namespace StoryStudio.Web.Components.Pages;

/// <summary>Which of the story's pages the light table shows, and what is looked for among them.</summary>
public sealed partial class StoryPage
{
    private readonly HashSet<string> _sifted = new(StringComparer.Ordinal);
    private IReadOnlyList<SegmentDetails> _rows = [];
    private PictureKind? _kind;
    private int _past;
    private bool _finding;

    private string? Sifted => (_kind, _rows.Count) switch
    {
        (null, _) => null,
        ({ } kind, 0) => SieveWords.None(kind),
        ({ } kind, var shown) => SieveWords.Sentence(kind, shown, _story!.Segments.Count, _past),
    };

    /// <summary>The place in the story, from 0, of a row that is shown.</summary>
    private int PlaceOf(int row) => _kind is null ? row : Place(s => s.Id == _rows[row].Id);

    private int Row(string key)
    {
        for (var i = 0; i < _rows.Count; i++)
        {
            if (_rows[i].Number == key || _rows[i].Id == key)
            {
                return i;
            }
        }

        return -1;
    }

    private async Task SiftAsync(PictureKind? kind)
    {
        // Whoever goes back to all of them goes on where they are.
        var here = kind is null && _hands is not null ? await _hands.InvokeAsync<string?>("here") : null;
        _kind = kind;
        _sifted.Clear();
        Sift();
        (_first, _count) = (0, Beginning);
        StateHasChanged();
        if (here is not null)
        {
            await _hands!.InvokeVoidAsync("bring", here);
        }
    }

    // What fitted stays until one chooses again: a page does not leave under the hands of whoever works on it. What comes to fit comes in.
    private void Sift()
    {
        if (_kind is not { } kind)
        {
            (_rows, _past) = (_story!.Segments, 0);
            return;
        }

        var rows = new List<SegmentDetails>();
        _past = 0;
        foreach (var segment in _story!.Segments)
        {
            var fits = PictureSieve.Holds(_view!, segment.Id, _shown, kind);
            if (fits || _sifted.Contains(segment.Id) || _editing.Contains(segment.Id))
            {
                _sifted.Add(segment.Id);
                rows.Add(segment);
                _past += fits ? 0 : 1;
            }
        }

        _rows = rows.SequenceEqual(_rows) ? _rows : rows;
    }

    /// <summary>What was just made by hand is seen, whatever is looked at.</summary>
    private void Keep(StoryEdit? edit)
    {
        if (_kind is not null && edit?.Segment is { } segment)
        {
            _sifted.Add(segment.Id);
        }
    }

    private async Task FoundAsync((SegmentDetails? Segment, string Words) found)
    {
        if (_hands is not null)
        {
            await _hands.InvokeVoidAsync("found", found.Segment?.Id, found.Words);
        }
    }

    private Task ToggleFindAsync()
    {
        if (_finding)
        {
            return CloseFindAsync();
        }

        _finding = true;
        return Task.CompletedTask;
    }

    private async Task CloseFindAsync()
    {
        _finding = false;
        if (_hands is not null)
        {
            await _hands.InvokeVoidAsync("lost");
        }
    }
}
