using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using StoryStudio.Core;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Stories;

/// <summary>Shows a split text a part at a time, so that a novel is as quick to work on as a page.</summary>
public sealed partial class SplitDesk : ComponentBase
{
    private const int PartSize = 60;
    private int _part;
    private int _cutting = -1;
    private int _focus = -1;
    private string? _error;

    [Parameter, EditorRequired]
    public required DraftSession Session { get; set; }

    /// <summary>After every change to the session.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    private ImmutableArray<SegmentDraft> Segments => Session.Draft.Segments;

    private int Parts => Math.Max(1, (Segments.Length + PartSize - 1) / PartSize);

    private int Part
    {
        get => Math.Clamp(_part, 0, Parts - 1);
        set => (_part, _cutting, _focus) = (value, -1, -1);
    }

    private int First => Part * PartSize;

    private int End => Math.Min(First + PartSize, Segments.Length);

    private string Counts => $"{Words.Count(Segments.Length, "page")} in {Words.Count(Session.Scenes, "scene")}";

    private static bool CanCut(string text) => CutPlaces.Of(text).Count > 0;

    private static IEnumerable<(string Text, int Place)> Pieces(string text)
    {
        var start = 0;
        foreach (var place in CutPlaces.Of(text))
        {
            yield return (text[start..place], place);
            start = place;
        }

        yield return (text[start..], 0);
    }

    private static string Ending(string text) => text.Length <= 40 ? text.Trim() : $"…{text[^40..].Trim()}";

    private async Task ApplyAsync(DraftEdit edit)
    {
        _error = null;
        try
        {
            Session.Apply(edit);
        }
        catch (InvalidInputException e)
        {
            _error = e.Message;
            return;
        }

        // The button that was pressed is gone; the joint that it made takes its place under the fingers.
        _focus = edit.Do == "cut" ? edit.Index + 1 : -1;
        _cutting = -1;
        await OnChanged.InvokeAsync();
    }

    private async Task UndoAsync()
    {
        (_error, _focus, _cutting) = (null, -1, -1);
        Session.Undo();
        await OnChanged.InvokeAsync();
    }
}
