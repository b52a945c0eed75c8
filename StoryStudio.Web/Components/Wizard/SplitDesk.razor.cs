using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using StoryStudio.Core;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Shared;
using StoryStudio.Web.Components.Stories;

namespace StoryStudio.Web.Components.Wizard;

/// <summary>Shows a split text a part at a time, so that a novel is as quick to work on as a page.</summary>
public sealed partial class SplitDesk(IJSRuntime script) : ComponentBase, IAsyncDisposable
{
    private const int PartSize = 60;
    private readonly PageScript _script = new();
    private int _part;
    private int _cutting = -1;
    private int _focus = -1;
    private string? _error;
    private ElementReference _root;
    private DotNetObjectReference<SplitDesk>? _self;

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

    public async ValueTask DisposeAsync()
    {
        await _script.DisposeAsync();
        _self?.Dispose();
    }

    /// <summary>Called when a joint was dragged: the cut is to be at a place in the words of the page before, or of the one after it.</summary>
    [JSInvokable]
    public Task ShiftAsync(int index, bool below, int position) =>
        IsJoint(index) ? ApplyAsync(new("shift", index, below ? Session.Draft.BelowJoint(index, position) : position)) : Task.CompletedTask;

    /// <summary>Called by the keys: moves a joint by a word.</summary>
    [JSInvokable]
    public Task NudgeAsync(int index, bool up) => IsJoint(index) ? DoAsync(() => Session.Nudge(index, up ? -1 : 1)) : Task.CompletedTask;

    /// <summary>Called by the keys and the buttons: a step back, or forth again.</summary>
    [JSInvokable]
    public Task StepAsync(bool back) => (back ? Session.CanUndo : Session.CanRedo) ? DoAsync(back ? Session.Undo : Session.Redo) : Task.CompletedTask;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        _self = DotNetObjectReference.Create(this);
        await _script.AttachAsync(script, "./Components/Wizard/SplitDesk.razor.js", _root, _self);
    }

    private bool IsJoint(int index) => index >= 0 && index < Segments.Length - 1;

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

    // The button that was pressed is gone; the joint that it made takes its place under the fingers.
    private Task ApplyAsync(DraftEdit edit) => DoAsync(() => Session.Apply(edit), edit.Do == "cut" ? edit.Index + 1 : -1);

    private async Task DoAsync(Action change, int focus = -1)
    {
        _error = null;
        try
        {
            change();
            (_focus, _cutting) = (focus, -1);
        }
        catch (InvalidInputException e)
        {
            _error = e.Message;
        }

        StateHasChanged();
        if (_error is null)
        {
            await OnChanged.InvokeAsync();
        }
    }
}
