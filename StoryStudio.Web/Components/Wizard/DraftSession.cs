using StoryStudio.Core;
using StoryStudio.Core.Stories;

namespace StoryStudio.Web.Components.Wizard;

/// <summary>One change to a split text, small enough for the browser to keep: the same text and changes give the same pages again.</summary>
/// <param name="Do"><c>join</c>, <c>cut</c>, <c>shift</c> or <c>scene</c>.</param>
/// <param name="Index">The segment.</param>
/// <param name="Position">Where in its text, for a cut; where in its text and the next one's, for a joint that is shifted.</param>
public sealed record DraftEdit(string Do, int Index, int Position = 0);

/// <summary>A text being split by its author, with the way back, and forth again.</summary>
public sealed class DraftSession
{
    private readonly Stack<StoryDraft> _before = new();
    private readonly Stack<(DraftEdit Edit, StoryDraft Draft)> _undone = new();
    private readonly List<DraftEdit> _edits = [];

    /// <summary>Throws <see cref="InvalidInputException"/> where the text can't be split.</summary>
    /// <param name="text">All of it.</param>
    /// <param name="pages">As a file had them; null where the text is to be split.</param>
    public DraftSession(string text, IReadOnlyList<DraftPage>? pages = null)
    {
        (Text, Mark) = (text, DraftWork.MarkOf(text));
        Draft = pages is null
            ? StoryDraft.Of(text)
            : StoryDraft.OfNumbered(pages.Select(p => new SegmentDraft(SegmentNumber.TryParse(p.Number, out var number) ? number : default, p.Text, p.HardCut) { Prompt = p.Prompt, Prompts = p.Prompts, Characters = p.Characters }));
    }

    public string Text { get; }

    /// <summary>What the text is known by, where it is not at hand.</summary>
    public string Mark { get; }

    public StoryDraft Draft { get; private set; }

    /// <summary>What was done so far, oldest first, without what was undone.</summary>
    public IReadOnlyList<DraftEdit> Edits => _edits;

    public bool CanUndo => _before.Count > 0;

    public bool CanRedo => _undone.Count > 0;

    public int Scenes => Draft.Segments.Select(s => s.Number.Scene).Distinct().Count();

    /// <summary>Throws as <see cref="StoryDraft"/> does; a change that changes nothing is not kept.</summary>
    public void Apply(DraftEdit edit)
    {
        var changed = edit.Do switch
        {
            "join" => Draft.Join(edit.Index),
            "cut" => Draft.Cut(edit.Index, edit.Position),
            "shift" => Draft.Shift(edit.Index, edit.Position),
            "scene" => Draft.ToggleScene(edit.Index),
            _ => Draft,
        };
        if (changed == Draft)
        {
            return;
        }

        _undone.Clear();

        // Word by word is one way, and one step back: where a joint stood on it changes nothing of where it ends.
        if (edit.Do == "shift" && _edits is [.., { Do: "shift" } last] && last.Index == edit.Index)
        {
            _edits[^1] = edit;
        }
        else
        {
            _before.Push(Draft);
            _edits.Add(edit);
        }

        Draft = changed;
    }

    /// <summary>Moves the joint between a page and the next by words, down where <paramref name="by"/> is above 0.</summary>
    public void Nudge(int index, int by)
    {
        if (Draft.Nudge(index, by) is var nudged && nudged != Draft)
        {
            Apply(new("shift", index, nudged.Segments[index].Text.Length));
        }
    }

    public void Undo()
    {
        if (_before.TryPop(out var before))
        {
            _undone.Push((_edits[^1], Draft));
            Draft = before;
            _edits.RemoveAt(_edits.Count - 1);
        }
    }

    /// <summary>Does again what was undone last, until something else is done.</summary>
    public void Redo()
    {
        if (_undone.TryPop(out var undone))
        {
            _before.Push(Draft);
            _edits.Add(undone.Edit);
            Draft = undone.Draft;
        }
    }

    /// <summary>Does again what was kept; a change that no longer fits ends it there.</summary>
    public void Replay(IEnumerable<DraftEdit> edits)
    {
        foreach (var edit in edits)
        {
            try
            {
                Apply(edit);
            }
            catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidInputException)
            {
                return;
            }
        }
    }
}
